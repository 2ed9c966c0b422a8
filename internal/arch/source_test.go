package arch

import (
	"bytes"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

//go:generate go test -run ^TestGenerated -update .

var update = flag.Bool("update", false, "write the files in docs that are made from the source tree")

const (
	root   = "../.." // of the module
	module = "github.com/tenantry/tenantry"
)

// source is one Go file.
type source struct {
	path string // from the root of the module, with slashes
	test bool
	ast  *ast.File
}

// pkg is the Go files of one folder.
type pkg struct {
	dir   string // from the root of the module: its import path without the module's
	files []source
}

// imported is one import in one file.
type imported struct {
	path string
	file source
	at   token.Position
}

var fset = token.NewFileSet()

// packages reads every package of the module, sorted by folder.
var packages = sync.OnceValues(func() ([]pkg, error) {
	byDir := map[string]*pkg{}
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			return enter(file, name)
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		s, err := readSource(file)
		if err != nil {
			return err
		}
		dir := path.Dir(s.path)
		if byDir[dir] == nil {
			byDir[dir] = &pkg{dir: dir}
		}
		byDir[dir].files = append(byDir[dir].files, s)
		return nil
	})
	var all []pkg
	for _, p := range byDir {
		all = append(all, *p)
	}
	slices.SortFunc(all, func(a, b pkg) int { return strings.Compare(a.dir, b.dir) })
	return all, err
})

// enter leaves out the folders that the go command leaves out too, and other modules.
func enter(file, name string) error {
	if file == root {
		return nil
	}
	if name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(file, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

func readSource(file string) (source, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return source{}, err
	}
	rel, err := filepath.Rel(root, file)
	if err != nil {
		return source{}, err
	}
	s := source{path: filepath.ToSlash(rel), test: strings.HasSuffix(file, "_test.go")}
	s.ast, err = parser.ParseFile(fset, s.path, data, parser.ParseComments|parser.SkipObjectResolution)
	return s, err
}

func allPackages(t *testing.T) []pkg {
	t.Helper()
	all, err := packages()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("found %d packages: the source tree is not at %s", len(all), root)
	}
	return all
}

// imports answers what a package's files import, those of its tests or those of its own.
func (p pkg) imports(tests bool) []imported {
	var all []imported
	for _, f := range p.files {
		if f.test != tests {
			continue
		}
		for _, spec := range f.ast.Imports {
			text, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				text = spec.Path.Value
			}
			all = append(all, imported{text, f, fset.Position(spec.Pos())})
		}
	}
	return all
}

// isStandard reports whether an import path is the standard library's: its first part has no dot.
func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

// within reports whether a path is one of the roots, or below one.
func within(importPath string, roots []string) bool {
	return slices.ContainsFunc(roots, func(r string) bool {
		return importPath == r || strings.HasPrefix(importPath, r+"/")
	})
}

// current compares a file with what it should be, or writes it.
func current(t *testing.T, file string, made func(have []byte) []byte) {
	t.Helper()
	file = filepath.Join(root, filepath.FromSlash(file))
	have, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	want := made(have)
	if bytes.Equal(have, want) {
		return
	}
	if !*update {
		t.Fatalf("%s is out of date; run: go generate ./internal/arch\nit should be\n%s", file, want)
	}
	if err := os.WriteFile(file, want, 0o644); err != nil {
		t.Fatal(err)
	}
}
