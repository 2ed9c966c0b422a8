package arch

import (
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// notCoded are rooms in which a field Code is something else: an error code of AWS's, say, or a check of the audit, of
// which docs/findings.md tells.
var notCoded = []string{simulator, awsapi, "internal/audit", "internal/config", "internal/arch"}

// TestHoldsPage wants every code on the page docs/holds.md, under a heading of its own, and no
// heading for a code that is not.
func TestHoldsPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "holds.md"))
	if err != nil {
		t.Fatal(err)
	}
	onPage := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^### `([a-z0-9-]+)`$").FindAllStringSubmatch(string(page), -1) {
		if onPage[m[1]] {
			t.Errorf("docs/holds.md has the heading of %s twice", m[1])
		}
		onPage[m[1]] = true
	}
	inCode := map[string]token.Position{}
	for _, p := range allPackages(t) {
		for _, f := range p.files {
			if !f.test && !within(p.dir, notCoded) {
				ast.Inspect(f.ast, func(n ast.Node) bool {
					for _, c := range codes(n) {
						inCode[c.text] = fset.Position(c.at)
					}
					return true
				})
			}
		}
	}
	if len(inCode) < 20 {
		t.Fatalf("found only %d codes in the source: %v", len(inCode), slices.Sorted(maps.Keys(inCode)))
	}
	for code, at := range inCode {
		if !onPage[code] {
			t.Errorf("%s: the code %s is not in docs/holds.md: say under a heading of its own what it means, why, and what ends it", at, code)
		}
		delete(onPage, code)
	}
	for code := range onPage {
		t.Errorf("docs/holds.md has a heading for %s, and no code is called that", code)
	}
}

// code is the text of a code and where it stands.
type code struct {
	text string
	at   token.Pos
}

// codes finds the codes that a node of the source gives a name to or uses: constants of the types
// Code and Hazard, and texts for a field Code.
func codes(n ast.Node) []code {
	switch n := n.(type) {
	case *ast.ValueSpec:
		if name := typeName(n.Type); name == "Code" || name == "Hazard" {
			return texts(n.Values...)
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Code" {
			return texts(n.Value)
		}
	case *ast.AssignStmt:
		var all []code
		for i, left := range n.Lhs {
			if field, ok := left.(*ast.SelectorExpr); ok && field.Sel.Name == "Code" && len(n.Lhs) == len(n.Rhs) {
				all = append(all, texts(n.Rhs[i])...)
			}
		}
		return all
	}
	return nil
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func texts(values ...ast.Expr) []code {
	var all []code
	for _, v := range values {
		lit, ok := v.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			continue
		}
		if text, err := strconv.Unquote(lit.Value); err == nil && text != "" && !strings.ContainsAny(text, " %") {
			all = append(all, code{text, lit.Pos()})
		}
	}
	return all
}
