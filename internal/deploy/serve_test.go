package deploy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// text reads a file of the project.
func text(t testing.TB, path string) string {
	t.Helper()
	all, err := os.ReadFile(filepath.Join("../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

var option = regexp.MustCompile(`--([a-z]+)`)

// The unit and the container call serve with flags that it has, and the program's name and places are the same everywhere.
func TestServeIsCalledAsItIs(t *testing.T) {
	commands := text(t, "internal/cli/serve.go") + text(t, "internal/cli/options.go")
	for file, line := range map[string]string{"deploy/tenantry.service": "ExecStart=", "deploy/Containerfile": "CMD "} {
		_, call, found := strings.Cut(text(t, file), "\n"+line)
		call, _, _ = strings.Cut(call, "\n")
		if !found || !strings.Contains(call, "serve") {
			t.Fatalf("%s does not serve: %q", file, call)
		}
		for _, flag := range option.FindAllStringSubmatch(call, -1) {
			if !strings.Contains(commands, `"`+flag[1]+`"`) {
				t.Errorf("%s: serve has no flag %s", file, flag[0])
			}
		}
	}
}

// What does not get better by itself is not tried again: a wrong command line, and a wrong configuration.
func TestTheUnitEndsForGood(t *testing.T) {
	codes := text(t, "internal/cli/exitcodes.go")
	var want []string
	for _, name := range []string{"exitUsage", "exitConfig"} {
		match := regexp.MustCompile(name + `\s+code = (\d+)`).FindStringSubmatch(codes)
		if match == nil {
			t.Fatalf("there is no exit code %s", name)
		}
		want = append(want, match[1])
	}
	if line := "\nRestartPreventExitStatus=" + strings.Join(want, " ") + "\n"; !strings.Contains(text(t, "deploy/tenantry.service"), line) {
		t.Errorf("the unit has no line %q", line)
	}
}

// The container has nothing but the program, is not root, and reads its configuration where the program looks for it.
func TestTheContainerIsBare(t *testing.T) {
	file := text(t, "deploy/Containerfile")
	_, last, _ := strings.Cut(file, "\nFROM scratch\n")
	for _, want := range []string{"\nUSER 65532:65532\n", "\nENV TENANTRY_CONFIG=", `ENTRYPOINT ["/usr/bin/tenantry"]`} {
		if !strings.Contains("\n"+last, want) {
			t.Errorf("the container has no %q", strings.TrimSpace(want))
		}
	}
	if !strings.Contains(file, "CGO_ENABLED=0 go build") {
		t.Error("the program is not static")
	}
}
