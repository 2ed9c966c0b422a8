package planted

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// garden has the tests of each package as a program, into which all bugs are compiled that can be: each has a function of
// its own, beside the one without it, and the environment says which is called. So most bugs cost no compilation and no
// linking, and that is nearly all that a bug costs.
type garden struct {
	dir     string       // of its files
	overlay string       // what takes the place of the sources
	in      map[*bug]int // the bugs that are compiled in, by their numbers
	tests   map[string]func() (program, said string)
}

func plantAll(t *testing.T, bugs []*bug) *garden {
	t.Helper()
	g := &garden{dir: t.TempDir(), in: map[*bug]int{}, tests: map[string]func() (string, string){}}
	instead := map[string]string{}
	byFile := map[string][]*bug{}
	for i, b := range bugs {
		byFile[b.file] = append(byFile[b.file], b)
		g.in[b] = i + 1
		if g.tests[b.dir] == nil {
			g.tests[b.dir] = sync.OnceValues(func() (string, string) { return g.compile(b.dir) })
		}
	}
	for file, some := range byFile {
		g.plant(t, file, some, instead)
	}
	g.overlay = g.write(t, "overlay.json", overlayOf(t, instead))
	return g
}

// plant puts a file with the twins of its bugs in place of it. Bugs that have none are planted by themselves.
func (g *garden) plant(t *testing.T, file string, bugs []*bug, instead map[string]string) {
	t.Helper()
	path := pathOf(t, file)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := parse(file, string(data))
	if err != nil {
		t.Fatal(err)
	}
	var twins []twin
	for _, b := range bugs {
		number := g.in[b]
		is, err := b.planted()
		if err != nil {
			t.Fatal(err)
		}
		if one, ok := s.twinOf(is, number); ok {
			twins = append(twins, one)
		} else {
			delete(g.in, b)
		}
	}
	if len(twins) == 0 {
		return
	}
	flat := strings.NewReplacer("/", "_", ".go", "").Replace(file)
	instead[path] = g.write(t, flat+".go", s.withTwins(twins))
	which := filepath.Join(filepath.Dir(path), "planted_bug.go")
	instead[which] = g.write(t, flat+"_bug.go", fmt.Sprintf(besides, s.Name.Name, theBug))
}

func (g *garden) write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(g.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// compile makes the program of a package's tests, or answers what was said instead.
func (g *garden) compile(dir string) (program, said string) {
	program = filepath.Join(g.dir, strings.ReplaceAll(dir, "/", "_")+".test")
	cmd := exec.Command("go", "test", "-c", "-vet=off", "-overlay", g.overlay, "-o", program, "./"+dir)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Sprintf("%v\n%s", err, out)
	}
	return program, ""
}

// numberOf is a bug's number as the environment has it, "" for none.
func numberOf(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// run runs tests of a package with a bug, nil for none.
func (g *garden) run(t *testing.T, dir, tests string, b *bug) outcome {
	t.Helper()
	program, said := g.tests[dir]()
	if program == "" {
		return outcome{unbuilt: true, rest: said}
	}
	cmd := exec.CommandContext(t.Context(), "go", "tool", "test2json", "-p", dir, program,
		"-test.v=test2json", "-test.failfast", "-test.timeout", patience, "-test.run", tests)
	cmd.Dir = filepath.Join(root, filepath.FromSlash(dir))
	cmd.Env = append(os.Environ(), theBug+"="+numberOf(g.in[b]))
	return finish(t, cmd)
}

func pathOf(t *testing.T, file string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// overlayOf is what the go command takes as -overlay.
func overlayOf(t *testing.T, instead map[string]string) string {
	t.Helper()
	data, err := json.Marshal(map[string]map[string]string{"Replace": instead})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
