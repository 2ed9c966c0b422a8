package planted

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// outcome is what became of a run of tests.
type outcome struct {
	passed, unbuilt, endless bool
	test, line               string // the first one that failed, and the first line of what it says
	rest                     string // what was said besides
	cpu                      time.Duration
}

// found says in a line what has failed.
func (o outcome) found() string { return o.test + ": " + o.line }

// event is a line of `go test -json`.
type event struct{ Action, Test, Output string }

// patience is how long a test may take, with a bug in the program that it tests.
const patience = "3m"

// run compiles and runs tests of a package.
func run(t *testing.T, dir, tests string, flags ...string) outcome {
	t.Helper()
	args := append([]string{"test", "-json", "-vet=off", "-timeout", patience, "-run", tests}, flags...)
	cmd := exec.CommandContext(t.Context(), "go", append(args, "./"+dir)...)
	cmd.Dir, cmd.Env = root, os.Environ()
	return finish(t, cmd)
}

// finish runs a command that tells of tests as `go test -json` does.
func finish(t *testing.T, cmd *exec.Cmd) outcome {
	t.Helper()
	if os.Getenv("RAPID_SEED") == "" {
		cmd.Env = append(cmd.Env, "RAPID_SEED=20261126") // whether a bug is found does not hang on luck
	}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Fatalf("%s: %v", cmd, err)
	}
	o := judge(out, errs.String(), err == nil)
	o.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return o
}

// judge reads the events of a run.
func judge(out []byte, rest string, passed bool) outcome {
	o := outcome{passed: passed, rest: rest}
	said := map[string][]string{}
	ran, panicked := false, ""
	for _, line := range bytes.Split(out, []byte("\n")) {
		var e event
		if json.Unmarshal(line, &e) != nil {
			continue
		}
		switch e.Action {
		case "run":
			ran = true
		case "build-fail":
			o.unbuilt = true
		case "build-output":
			o.rest += e.Output
		case "output":
			said[e.Test] = append(said[e.Test], e.Output)
			if strings.HasPrefix(e.Output, "panic: ") && panicked == "" {
				panicked = e.Test
			}
			o.endless = o.endless || strings.HasPrefix(e.Output, "panic: test timed out after")
		case "fail":
			if e.Test != "" && o.test == "" { // those within come before those around them
				o.test, o.line = e.Test, firstOf(said[e.Test])
			}
		}
	}
	if o.test == "" && panicked != "" { // within a bubble, nobody tells that it has failed
		o.test, o.line = panicked, firstOf(said[panicked])
	}
	o.rest += strings.Join(said[""], "")
	if passed && !ran {
		o.passed, o.rest = false, fmt.Sprintf("there was no test to run\n%s", o.rest)
	}
	return o
}

// firstOf is the first line that a test itself has said.
func firstOf(lines []string) string {
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
			return line
		}
	}
	return "it says nothing"
}
