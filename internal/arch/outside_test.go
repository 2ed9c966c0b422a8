package arch

import (
	"go/ast"
	"slices"
	"testing"
)

// migrating are the changes that write outside of the tenants, and the only files that may make one of them (S3): what
// plans a migration, what takes somebody out again who was let in meanwhile, and what undoes it.
var migrating = map[string][]string{
	"Evict":   {"internal/plan/migration_steps.go", "internal/engine/migrate_do.go"},
	"Prepare": {"internal/plan/migration_steps.go"},
	"Return":  {"internal/plan/undo.go"},
	"Rejoin":  {"internal/plan/undo.go"},
	"Regain":  {"internal/plan/undo.go"},
}

// planning is what leads to them, engine.Migration, and the only files outside of package engine that may name it.
var planning = []string{"internal/app/migrate.go"}

// TestS3OnlyMigrateWritesOutside of the tenants: no difference, pass, hint or other command makes a change that does, or
// can come to what makes one.
func TestS3OnlyMigrateWritesOutside(t *testing.T) {
	made := map[string][]string{}
	for _, p := range allPackages(t) {
		if within(p.dir, []string{simulator}) {
			continue
		}
		for _, f := range p.files {
			if f.test {
				continue
			}
			ast.Inspect(f.ast, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CompositeLit:
					name := typeName(n.Type)
					if files := migrating[name]; files != nil {
						if !slices.Contains(files, f.path) {
							t.Errorf("%s: a %s is made, which writes outside of the tenants", fset.Position(n.Pos()), name)
						}
						made[name] = append(made[name], f.path)
					}
				case *ast.SelectorExpr:
					if of, is := n.X.(*ast.Ident); is && of.Name == "engine" && n.Sel.Name == "Migration" && !slices.Contains(planning, f.path) {
						t.Errorf("%s: engine.Migration is named outside of what migrates", fset.Position(n.Pos()))
					}
				}
				return true
			})
		}
	}
	for name, files := range migrating {
		for _, file := range files {
			if !slices.Contains(made[name], file) {
				t.Errorf("%s makes no %s any more: is the table in internal/arch/outside_test.go right?", file, name)
			}
		}
	}
}
