package arch

import (
	"go/ast"
	"slices"
	"testing"
)

// deleting are the names by which a namespace can be deleted, and the only files that may speak them (S5): what AWS
// is asked, what asks for it, and the command. There are two ways. One is for the namespace of a customer who has left; the
// other is for throwaways, and takes a tenancy.ProbeNamespace, which no tenant's namespace can be. The simulated AWS has an
// operation of that name, and is not asked.
var deleting = map[string][]string{
	"DeleteNamespace":      {awsapi + "/namespaceremover.go", awsapi + "/proberemover.go"},
	"DeleteNamespaceInput": {awsapi + "/namespaceremover.go", awsapi + "/proberemover.go"},
	"NamespaceRemover":     {awsapi + "/namespaceremover.go", "internal/engine/deletion.go"},
	"NewNamespaceRemover":  {awsapi + "/namespaceremover.go", "internal/cli/namespace.go"},
	"Deletion":             {"internal/engine/deletion.go", "internal/cli/namespace.go"},

	"ProbeRemover":    {awsapi + "/proberemover.go", "internal/engine/needs_probe.go", "internal/engine/probe.go", "internal/app/probe.go"},
	"NewProbeRemover": {awsapi + "/proberemover.go", "internal/cli/doctor_probe.go"},
	"Prober":          {"internal/engine/probe.go", "internal/engine/probe_make.go", "internal/app/probe.go", "internal/cli/doctor_probe.go"},
	"NewProber":       {"internal/app/probe.go", "internal/cli/doctor_probe.go"},
}

// typed are the only files in which something that deletes a namespace is made. The program for AWS Lambda is built
// without them.
var typed = []string{"internal/cli/namespace.go", "internal/cli/doctor_probe.go"}

// TestS5LambdaDeletesNoNamespace: what makes one that can is not in the program for AWS Lambda.
func TestS5LambdaDeletesNoNamespace(t *testing.T) {
	left := slices.Clone(typed)
	for _, p := range allPackages(t) {
		for _, f := range p.files {
			if !slices.Contains(typed, f.path) {
				continue
			}
			left = slices.DeleteFunc(left, func(path string) bool { return path == f.path })
			if len(f.ast.Comments) == 0 || f.ast.Comments[0].List[0].Text != "//go:build !tenantry.lambda" {
				t.Errorf("%s is in the program for AWS Lambda", f.path)
			}
		}
	}
	if len(left) > 0 {
		t.Errorf("there is no %v any more", left)
	}
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
