package planted

import (
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var plant = flag.Bool("planted", false, "plant each bug of the list, and run the test that has to find it")

const root = "../.." // of the module

// atOnce is how many bugs are planted at the same time, at the most.
const atOnce = 4

// TestPlantedBugs: every bug of the list is found by its test. Without -planted it only makes sure that the list is not
// stale. It is a flag and no variable, so that nobody who misspells it believes that the bugs were found.
func TestPlantedBugs(t *testing.T) {
	bugs := readBugs(t)
	if len(bugs) < 24 {
		t.Fatalf("the list has %d bugs", len(bugs))
	}
	names := map[string]bool{}
	for _, b := range bugs {
		if b.name == "" || names[b.name] {
			t.Errorf("%s: a bug has a name of its own", b.at)
		}
		names[b.name] = true
		b.check(t)
	}
	if !*plant || t.Failed() {
		return
	}
	var cpu atomic.Int64
	began, g := time.Now(), plantAll(t, bugs)
	asThingsAre := g.withoutBugs(bugs)
	places := make(chan struct{}, min(atOnce, runtime.GOMAXPROCS(0)))
	t.Cleanup(func() {
		t.Logf("%d bugs, %d of them compiled in together: %.0f s in all, and %.0f s of processors for the bugs", len(bugs), len(g.in), time.Since(began).Seconds(), time.Duration(cpu.Load()).Seconds())
	})
	for _, b := range bugs {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			places <- struct{}{}
			defer func() { <-places }()
			if o := asThingsAre[b.dir](t); !o.passed {
				t.Fatalf("%s does not pass as things are, and so finds nothing: %s\n%s", b.dir, o.found(), o.rest)
			}
			cpu.Add(int64(g.mustFind(t, b)))
		})
	}
}

var aPromise = regexp.MustCompile(`^[SFLT][0-9]+[., ]`)

// check makes sure that a bug can be planted, and that there is a test to find it.
func (b *bug) check(t *testing.T) {
	t.Helper()
	if !aPromise.MatchString(b.promise) {
		t.Errorf("%s: it does not begin with the promise that it breaks, as S6. or F24., or the threat that it lets through, as T17.", b.at)
	}
	if _, err := b.planted(); err != nil {
		t.Errorf("%s: %s: %v", b.at, b.name, err)
	}
	first, _, _ := strings.Cut(b.run, "/")
	pattern, err := regexp.Compile(first)
	if first == "" || err != nil {
		t.Errorf("%s: no test is said to find it: %v", b.at, err)
		return
	}
	if !slices.ContainsFunc(testsIn(t, b.dir), pattern.MatchString) {
		t.Errorf("%s: the list is stale: there is no test %s in %s", b.at, first, b.dir)
	}
}

// planted is the file with the bug in it.
func (b *bug) planted() (string, error) {
	data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(b.file)))
	switch n := strings.Count(string(data), b.was); {
	case err != nil:
		return "", fmt.Errorf("the list is stale: %w", err)
	case b.was == "" || b.was == b.is:
		return "", fmt.Errorf("it changes nothing")
	case n != 1:
		return "", fmt.Errorf("the list is stale: %s has this text %d times, and it must be once:\n%s", b.file, n, b.was)
	}
	text := strings.Replace(string(data), b.was, b.is, 1)
	if _, err := parser.ParseFile(token.NewFileSet(), b.file, text, parser.SkipObjectResolution); err != nil {
		return "", fmt.Errorf("it does not compile: %w", err)
	}
	return text, nil
}

var aTest = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// testsIn are the names of a package's tests.
func testsIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(dir), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range aTest.FindAllStringSubmatch(string(data), -1) {
			names = append(names, m[1])
		}
	}
	return names
}

// withoutBugs runs the tests of the list when nothing is planted: those of each package once, when they are first asked for.
func (g *garden) withoutBugs(bugs []*bug) map[string]func(*testing.T) outcome {
	byDir := map[string][]string{}
	for _, b := range bugs {
		if !slices.Contains(byDir[b.dir], b.run) {
			byDir[b.dir] = append(byDir[b.dir], b.run)
		}
	}
	asThingsAre := map[string]func(*testing.T) outcome{}
	for dir, runs := range byDir {
		var once sync.Once
		var o outcome
		asThingsAre[dir] = func(t *testing.T) outcome {
			once.Do(func() {
				began := time.Now()
				o = g.run(t, dir, strings.Join(runs, "|"), nil)
				t.Logf("%s as things are (%.1f s)", dir, time.Since(began).Seconds())
			})
			return o
		}
	}
	return asThingsAre
}

// mustFind plants the bug, and fails unless its test does. It answers how long processors worked for it.
func (g *garden) mustFind(t *testing.T, b *bug) time.Duration {
	began := time.Now()
	var o outcome
	if g.in[b] != 0 {
		o = g.run(t, b.dir, b.run, b)
	} else {
		o = b.alone(t)
	}
	switch {
	case o.passed:
		t.Errorf("nobody noticed: %s\n\t%s\n\tplanted in %s, and %s %s passes (%s)", b.name, b.promise, b.file, b.dir, b.run, b.at)
	case o.unbuilt:
		t.Errorf("%s does not compile (%s)\n%s", b.name, b.at, o.rest)
	case o.endless:
		t.Errorf("%s does not end (%s)", b.name, b.at)
	case o.test == "":
		t.Errorf("%s: no test fails, and something does (%s)\n%s", b.name, b.at, o.rest)
	default:
		t.Logf("%s (%.1f s, %.1f s of processors)\n\t%s", b.name, time.Since(began).Seconds(), o.cpu.Seconds(), o.found())
	}
	return o.cpu
}

// alone plants a bug in its file, where it is in no function that could have a twin, and runs its test.
func (b *bug) alone(t *testing.T) outcome {
	t.Helper()
	text, err := b.planted()
	if err != nil {
		t.Fatal(err)
	}
	g := &garden{dir: t.TempDir()}
	overlay := g.write(t, "overlay.json", overlayOf(t, map[string]string{pathOf(t, b.file): g.write(t, "planted.go", text)}))
	return run(t, b.dir, b.run, "-overlay", overlay, "-count=1", "-failfast")
}
