package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// wellKnown are methods whose names say it all, wherever they stand.
var wellKnown = []string{
	"Error", "String", "Unwrap", "Is", "As", "Hint", // of errors
	"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "MarshalYAML", "UnmarshalYAML",
	"Len", "Less", "Swap", "Read", "Write", "Close", "ServeHTTP", "RoundTrip",
}

// TestPackageComments wants one package comment for each package, in one place. That of a room is
// its design document, and so it is more than a line.
func TestPackageComments(t *testing.T) {
	for _, p := range allPackages(t) {
		var docs []source
		for _, f := range p.files {
			if f.ast.Doc != nil && !f.test {
				docs = append(docs, f)
			}
		}
		switch {
		case len(docs) == 0:
			t.Errorf("%s has no package comment: say what it is for, and what it will not do", p.dir)
			continue
		case len(docs) > 1:
			t.Errorf("%s has %d package comments, in %s and %s: one says it all", p.dir, len(docs), docs[0].path, docs[1].path)
		}
		text, name := docs[0].ast.Doc.Text(), docs[0].ast.Name.Name
		if name == "main" {
			continue
		}
		if !strings.HasPrefix(text, "Package "+name+" ") {
			t.Errorf("%s: the package comment begins with %q, not with \"Package %s\"", docs[0].path, strings.SplitN(text, "\n", 2)[0], name)
		}
		if strings.HasPrefix(p.dir, "internal/") && strings.Count(text, "\n") < 3 {
			t.Errorf("%s: the package comment is %d lines: it is where a reader learns why the package is as it is", docs[0].path, strings.Count(text, "\n"))
		}
	}
}

// TestDocComments wants a doc comment for everything exported. Methods are excused when an interface
// of the package has them, and says there what they are for.
func TestDocComments(t *testing.T) {
	for _, p := range allPackages(t) {
		excused := slices.Concat(wellKnown, interfaceMethods(p))
		for _, f := range p.files {
			if f.test || f.ast.Name.Name == "main" {
				continue
			}
			for _, d := range f.ast.Decls {
				for _, name := range undocumented(d, excused) {
					t.Errorf("%s: %s has no doc comment", fset.Position(name.Pos()), name.Name)
				}
			}
		}
	}
}

// interfaceMethods are the names of the methods of the package's interfaces.
func interfaceMethods(p pkg) []string {
	var names []string
	for _, f := range p.files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if i, ok := n.(*ast.InterfaceType); ok {
				for _, m := range i.Methods.List {
					for _, name := range m.Names {
						names = append(names, name.Name)
					}
				}
			}
			return true
		})
	}
	return names
}

// undocumented answers the exported names of a declaration that no comment is about. A comment on a
// group of constants or variables is about all of them, and so is one behind a name.
func undocumented(d ast.Decl, excused []string) []*ast.Ident {
	var bare []*ast.Ident
	switch d := d.(type) {
	case *ast.FuncDecl:
		method := d.Recv != nil
		if method && (!receiver(d).IsExported() || slices.Contains(excused, d.Name.Name)) {
			break
		}
		if d.Name.IsExported() && d.Doc == nil {
			bare = append(bare, d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && (d.Doc == nil || d.Lparen.IsValid()) {
					bare = append(bare, s.Name)
				}
			case *ast.ValueSpec:
				if s.Doc == nil && s.Comment == nil && d.Doc == nil {
					bare = append(bare, exported(s.Names)...)
				}
			}
		}
	}
	return bare
}

func exported(names []*ast.Ident) []*ast.Ident {
	return slices.DeleteFunc(slices.Clone(names), func(n *ast.Ident) bool { return !n.IsExported() })
}

// receiver is the name of the type that a method belongs to.
func receiver(d *ast.FuncDecl) *ast.Ident {
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.Ident:
			return x
		default:
			return ast.NewIdent("")
		}
	}
}

// TestUndocumentedIsFound makes sure that the test above would find what it looks for.
func TestUndocumentedIsFound(t *testing.T) {
	const text = `package p

func Bare() {}

// Told is told.
func Told() {}

func hidden() {}

func (hiding) Method() {}
func (*Showing[T]) Method() {}
func (Showing[T]) Excused() {}

type BareType int

type (
	BareInGroup int
	// ToldInGroup is told.
	ToldInGroup int
)

// A group is told.
const (
	One = 1
	Two = 2
)

const (
	BareConst  = 1
	ToldBehind = 2 // is told
)
`
	f, err := parser.ParseFile(token.NewFileSet(), "p.go", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range f.Decls {
		for _, name := range undocumented(d, []string{"Excused"}) {
			got = append(got, name.Name)
		}
	}
	if want := []string{"Bare", "Method", "BareType", "BareInGroup", "BareConst"}; !slices.Equal(got, want) {
		t.Errorf("undocumented answers %v, want %v", got, want)
	}
}
