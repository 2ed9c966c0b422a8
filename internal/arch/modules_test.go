package arch

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const (
	program = "./cmd/tenantry"
	// mostModules is how many modules of others the program may be made of.
	mostModules = 25
)

// TestGeneratedModulesAreCurrent compares the modules that are linked into the program with the list
// in git, so that a new one is a line in a review. The go command lists them; it compiles nothing.
func TestGeneratedModulesAreCurrent(t *testing.T) {
	linked := modules(t)
	if len(linked) > mostModules {
		t.Errorf("the program is made of %d modules of others, and %d are the most: %s", len(linked), mostModules, strings.Join(linked, ", "))
	}
	current(t, "docs/modules.txt", func([]byte) []byte { return []byte(strings.Join(linked, "\n") + "\n") })
}

// modules answers path and version of every module that has a package in the program, sorted. The
// platform is fixed, since some packages are for one only.
func modules(t *testing.T) []string {
	t.Helper()
	list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", program)
	list.Dir = root
	list.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	var failure strings.Builder
	list.Stderr = &failure
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, failure.String())
	}
	all := slices.DeleteFunc(strings.Split(string(out), "\n"), func(line string) bool { return line == "" })
	slices.Sort(all)
	return slices.Compact(all)
}
