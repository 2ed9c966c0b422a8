package arch

import (
	"fmt"
	"go/ast"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// threats are how many there are: the numbers from 1.
const threats = 28

var (
	threatHeading = regexp.MustCompile(`(?m)^### T([0-9]+): .+$`)
	proof         = regexp.MustCompile("`((?:Test|Fuzz)[A-Z][A-Za-z0-9]*|[A-Za-z0-9-]+\\.txtar)`")
	// numbered are the threats in the name of a test.
	numbered = regexp.MustCompile(`T([0-9]+)(?:[A-Z]|$)`)
)

// TestThreatsPage wants every threat on the page docs/threats.md, in order, with its defence, a test that proves it and what
// remains; every test that it names to be there; and every number that a test bears.
func TestThreatsPage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs", "threats.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests := proofs(t)
	page := string(text)
	headings := threatHeading.FindAllStringSubmatchIndex(page, -1)
	for i, h := range headings {
		end := len(page)
		if i+1 < len(headings) {
			end = headings[i+1][0]
		}
		name, section := "T"+page[h[2]:h[3]], page[h[0]:end]
		if want := fmt.Sprintf("T%d", i+1); name != want {
			t.Fatalf("the heading of %s is %s's", want, name)
		}
		for _, problem := range incomplete(section, tests) {
			t.Errorf("docs/threats.md: %s: %s", name, problem)
		}
	}
	if len(headings) != threats {
		t.Errorf("docs/threats.md has %d threats, and there are %d", len(headings), threats)
	}
	for name := range tests {
		for _, m := range numbered.FindAllStringSubmatch(name, -1) {
			if n, err := strconv.Atoi(m[1]); err != nil || n < 1 || n > threats {
				t.Errorf("%s is about a threat that docs/threats.md does not know", name)
			}
		}
	}
}

// incomplete says what a threat's section has not, and which tests are not there.
func incomplete(section string, tests map[string]bool) (problems []string) {
	parts := []string{"\n**Defence.** ", "\n**Proved by** ", "\n**What remains.** "}
	at := 0
	for _, part := range parts {
		found := strings.Index(section, part)
		if found < at || strings.Count(section, part) != 1 {
			problems = append(problems, "it has not once, and in order, "+strings.TrimSpace(part))
			return problems
		}
		at = found
	}
	proved := section[strings.Index(section, parts[1]):at]
	named := proof.FindAllStringSubmatch(proved, -1)
	if len(named) == 0 {
		problems = append(problems, "no test proves it")
	}
	for _, m := range named {
		if !tests[m[1]] {
			problems = append(problems, "there is no test "+m[1])
		}
	}
	return problems
}

// proofs are the tests, fuzz targets, scripts and cases that there are, by their names.
func proofs(t *testing.T) map[string]bool {
	all := map[string]bool{}
	for _, p := range allPackages(t) {
		for _, f := range p.files {
			for _, d := range f.ast.Decls {
				if fn, is := d.(*ast.FuncDecl); is && f.test && fn.Recv == nil && (strings.HasPrefix(fn.Name.Name, "Test") || strings.HasPrefix(fn.Name.Name, "Fuzz")) {
					all[fn.Name.Name] = true
				}
			}
		}
	}
	for _, dir := range []string{"cmd/tenantry/testdata/script", "internal/plan/testdata/cases", "internal/config/testdata"} {
		entries, err := fs.ReadDir(os.DirFS(root), dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			all[e.Name()] = true
		}
	}
	return all
}

func TestIncompleteThreatsAreFound(t *testing.T) {
	tests := map[string]bool{"TestThere": true, "there.txtar": true}
	for section, want := range map[string]int{
		"### T1: x\n\n**Defence.** d\n**Proved by** `TestThere`, `there.txtar`.\n**What remains.** r\n":     0,
		"### T1: x\n\n**Defence.** d\n**Proved by** `TestGone`, `gone.txtar`.\n**What remains.** r\n":       2,
		"### T1: x\n\n**Defence.** d\n**Proved by** nothing.\n**What remains.** `TestThere`\n":              1,
		"### T1: x\n\n**Proved by** `TestThere`.\n**Defence.** d\n**What remains.** r\n":                    1,
		"### T1: x\n\n**Defence.** d\n**Proved by** `TestThere`.\n":                                         1,
		"### T1: x\n\n**Defence.** d\n**Proved by** `TestThere`.\n**What remains.** r\n**Defence.** once\n": 1,
	} {
		if got := incomplete(section, tests); len(got) != want {
			t.Errorf("%q: %v", section, got)
		}
	}
}
