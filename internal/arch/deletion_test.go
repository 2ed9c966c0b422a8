package arch

import (
	"go/ast"
	"slices"
	"testing"
)

// deleting are the names by which a namespace can be deleted, and the only files that may speak them (S5): what AWS
// is asked, what asks for it, and the command. The simulated AWS has an operation of that name, and is not asked.
var deleting = map[string][]string{
	"DeleteNamespace":      {awsapi + "/namespaceremover.go"},
	"DeleteNamespaceInput": {awsapi + "/namespaceremover.go"},
	"NamespaceRemover":     {awsapi + "/namespaceremover.go", "internal/engine/deletion.go"},
	"NewNamespaceRemover":  {awsapi + "/namespaceremover.go", "internal/cli/namespace.go"},
	"Deletion":             {"internal/engine/deletion.go", "internal/cli/namespace.go"},
}

// TestS5DeleteNamespaceIsUnreachable from everything but the one command: no other file of the program names what
// could lead there.
func TestS5DeleteNamespaceIsUnreachable(t *testing.T) {
	spoken := map[string][]string{}
	for _, p := range allPackages(t) {
		if within(p.dir, []string{simulator}) {
			continue
		}
		for _, f := range p.files {
			if f.test {
				continue
			}
			ast.Inspect(f.ast, func(n ast.Node) bool {
				name, is := n.(*ast.Ident)
				if !is || deleting[name.Name] == nil {
					return true
				}
				if !slices.Contains(deleting[name.Name], f.path) {
					t.Errorf("%s: %s is named outside of what deletes a namespace: no plan, pass, event or other command may come to it", fset.Position(name.Pos()), name.Name)
				}
				if !slices.Contains(spoken[name.Name], f.path) {
					spoken[name.Name] = append(spoken[name.Name], f.path)
				}
				return true
			})
		}
	}
	for name, files := range deleting {
		for _, file := range files {
			if !slices.Contains(spoken[name], file) {
				t.Errorf("%s is not in %s any more: is the table in internal/arch/deletion_test.go right?", name, file)
			}
		}
	}
}
