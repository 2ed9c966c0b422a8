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
	// mostRepositories is from how many source repositories the modules of others in the program may
	// come. Repositories are counted and not modules, since what has to be trusted is a supplier: who
	// may release, and how. The AWS SDK is one of them in some sixteen modules; those of modernc.org
	// each have their own.
	mostRepositories = 25
)

// TestGeneratedModulesAreCurrent compares the modules that are linked into the program with the list
// in git, so that a new one is a line in a review. The go command lists them; it compiles nothing.
func TestGeneratedModulesAreCurrent(t *testing.T) {
	linked := modules(t)
	if from := repositories(linked); len(from) > mostRepositories {
		t.Errorf("the program is made of modules from %d source repositories, and %d are the most: %s", len(from), mostRepositories, strings.Join(from, ", "))
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

// repositories answers where modules come from, sorted. On github.com a repository is named by the
// first three parts of the path; elsewhere each module is taken for a repository of its own, which
// counts too many rather than too few.
func repositories(modules []string) []string {
	var all []string
	for _, line := range modules {
		path, _, _ := strings.Cut(line, " ")
		if parts := strings.Split(path, "/"); parts[0] == "github.com" && len(parts) > 3 {
			path = strings.Join(parts[:3], "/")
		}
		all = append(all, path)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestRepositories(t *testing.T) {
	got := repositories([]string{
		"github.com/aws/aws-sdk-go-v2 v1", "github.com/aws/aws-sdk-go-v2/service/iam v1", "github.com/aws/smithy-go v1",
		"go.yaml.in/yaml/v4 v4.0.0", "modernc.org/libc v1", "modernc.org/sqlite v1",
	})
	want := []string{"github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go", "go.yaml.in/yaml/v4", "modernc.org/libc", "modernc.org/sqlite"}
	if !slices.Equal(got, want) {
		t.Errorf("repositories answers %v, want %v", got, want)
	}
}
