package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// runbookPage is the page for whoever is woken.
const runbookPage = "../../docs/runbook.md"

// rungIn are the tests in which the program really comes to what an alarm of the main template rings by: scripts, in which the
// alarm rings and its commands are typed, and the test of the function for audits.
var rungIn = map[string]string{
	"no-complete-pass":   "testdata/script/runbook-silence.txtar",
	"critical-finding":   "lambdaaudit_test.go",
	"access-held":        "testdata/script/runbook.txtar",
	"denied-sign-ins":    "testdata/script/runbook.txtar",
	"dead-letters":       "testdata/script/runbook.txtar",
	"holds":              "testdata/script/runbook.txtar",
	"in-default":         "testdata/script/runbook.txtar",
	"no-directory-event": "testdata/script/runbook-silence.txtar",
	"no-audit":           "lambdaaudit_test.go",
	"brake":              "testdata/script/runbook.txtar",
	"foreign-write":      "testdata/script/runbook.txtar",
}

// TestEveryAlarmRings: there is a test in which each alarm of the main template rings, and one in which the commands of its page
// are typed; each page has an alarm.
func TestEveryAlarmRings(t *testing.T) {
	alarms, err := templateAlarms()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(runbookPage)
	if err != nil {
		t.Fatal(err)
	}
	scripts := ""
	for _, name := range []string{"runbook", "runbook-silence"} {
		scripts += "\n" + readTest(t, "testdata/script/"+name+".txtar")
	}
	for name := range alarms {
		rings := `"` + name + `": true`
		if strings.HasSuffix(rungIn[name], ".txtar") {
			rings = "\nrings " + name
		}
		switch {
		case rungIn[name] == "":
			t.Errorf("%s rings in no test", name)
		case !strings.Contains(readTest(t, rungIn[name]), rings):
			t.Errorf("%s does not ring in %s", name, rungIn[name])
		case !strings.Contains(scripts, "\nrunbook "+name+" "):
			t.Errorf("nobody types the commands of %s", name)
		case len(commandsOf(string(page), name)) != 3:
			t.Errorf("the page of %s has %q", name, commandsOf(string(page), name))
		}
	}
	for name := range rungIn {
		if _, known := alarms[name]; !known {
			t.Errorf("there is no alarm %s", name)
		}
	}
}

func readTest(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// commandsOf are the three commands of a section of the runbook.
func commandsOf(page, name string) []string {
	_, behind, found := strings.Cut(page, "\n## "+name+"\n")
	_, behind, fenced := strings.Cut(behind, "\n```sh\n")
	block, _, ended := strings.Cut(behind, "\n```\n")
	if !found || !fenced || !ended {
		return nil
	}
	return strings.Split(block, "\n")
}

// runbookCommand types the commands of a section of the runbook as they stand there, in a shell; those of the AWS CLI as an
// administrator: runbook NAME CODE... Each must end with its code.
func runbookCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: runbook NAME CODE...")
	}
	page, err := os.ReadFile(runbookPage)
	ts.Check(err)
	commands := commandsOf(string(page), args[0])
	if len(commands) != len(args)-1 {
		ts.Fatalf("the section %s has %d commands", args[0], len(commands))
	}
	for i, line := range commands {
		want, err := strconv.Atoi(args[1+i])
		ts.Check(err)
		if got := typedCommand(ts, line); got != want {
			ts.Fatalf("%s: the exit code is %d, and should be %d", line, got, want)
		}
	}
}

// typedCommand types a line, and gives its exit code.
func typedCommand(ts *testscript.TestScript, line string) int {
	if strings.HasPrefix(line, "aws ") {
		answer, err := cliOf(ts, administrator).Run(context.Background(), os.Expand(line, ts.Getenv))
		ts.Logf("$ %s\n%s", line, answer)
		if err != nil {
			ts.Logf("%v", err)
			return 1
		}
		return 0
	}
	err := ts.Exec("sh", "-c", line)
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		return ended.ExitCode()
	}
	ts.Check(err)
	return 0
}
