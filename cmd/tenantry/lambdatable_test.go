package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// onTable puts the history of the cloud's configuration into a table.
func (c *cloud) onTable(t *testing.T) {
	t.Helper()
	path := strings.TrimPrefix(c.environment[0], "TENANTRY_CONFIG=")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), "journal: memory", "journal: dynamodb:history", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// byHand runs a command of the program, as somebody at a keyboard does.
func (c *cloud) byHand(t *testing.T, args ...string) string {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "tenantry")
	if err := os.Symlink(own, name); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(name, args...)
	command.Env = append([]string{"PATH=/nowhere", "HOME=/nowhere"}, c.environment...)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("tenantry %s: %v:\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// TestLambdaOnATable: the two functions as AWS runs them, and somebody at a keyboard, have one journal in DynamoDB. What is
// paused by hand the functions leave; one that is killed leaves a history that holds, and the next one goes on with it.
func TestLambdaOnATable(t *testing.T) {
	t.Parallel()
	c := newCloud(t, 0, 100)
	c.onTable(t)
	c.byHand(t, "pause", "--because", "a drill")
	hints := startFunction(t, c.environment...)
	hints.invoke(sqsEvent(joined(goodID)), time.Minute)
	if a := hints.answered(); a.kind != "response" || a.body != `{"batchItemFailures":[{"itemIdentifier":"m0"}]}` || len(c.users()) != 0 {
		t.Errorf("while it is paused: %+v, registered: %v", a, c.users())
	}
	c.byHand(t, "resume")
	hints.invoke(sqsEvent(joined(goodID)), time.Minute)
	if a := hints.answered(); a.kind != "response" || a.body != `{"batchItemFailures":[]}` || len(c.users()) != 1 {
		t.Errorf("when it goes on: %+v, registered: %v", a, c.users())
	}
	if err := hints.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	passes := startFunction(t, c.environment...)
	passes.invoke(`{"source":"aws.events","detail-type":"Scheduled Event"}`, time.Minute)
	if a := passes.answered(); a.kind != "response" || !strings.Contains(a.body, `"complete":true`) {
		t.Errorf("a pass: %+v", a)
	}
	passes.terminate()
	told := c.byHand(t, "history")
	for _, line := range []string{`paused by`, `resumed by`, `acme: registered QuickSight/ana as READER  (event `, `a pass`} {
		if !strings.Contains(told, line) {
			t.Errorf("the history does not tell of %q:\n%s", line, told)
		}
	}
	if said := c.byHand(t, "history", "verify"); !strings.Contains(said, "The chain holds") {
		t.Errorf("verify says: %s", said)
	}
}
