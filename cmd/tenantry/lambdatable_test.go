package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// onTable puts the history of the cloud's configuration, which was in one place, into a table.
func (c *cloud) onTable(t *testing.T, was, table string) {
	t.Helper()
	path := strings.TrimPrefix(c.environment[0], "TENANTRY_CONFIG=")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), was, "journal: dynamodb:"+table, 1)), 0o644); err != nil {
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

// restore brings a table back from a backup, under another name: the same rows, in a table of its own.
func (c *cloud) restore(t *testing.T, from, to string) {
	t.Helper()
	w := c.sim.World()
	w.Lock()
	defer w.Unlock()
	was, ok := w.Tables.Get("us-east-1", from)
	if !ok {
		t.Fatalf("there is no table %s", from)
	}
	is := w.Tables.Create("us-east-1", to, was.ItemTableSettings)
	for item := range was.Partition("111122223333/d-1234567890", "", "", world.View{}) {
		key, _ := is.KeyOf(item)
		is.Put(key, item)
	}
}

// TestF26RestoredTableIsRead: with no rights but those of audit, everything that only reads reads a journal that is not begun,
// and one that was brought back from a backup, and writes to neither; and the first who may write notes that it was.
func TestF26RestoredTableIsRead(t *testing.T) {
	t.Parallel()
	c := newCloud(t, 0, 100)
	c.onTable(t, "journal: memory", "history")
	reads := func() (told string) {
		t.Helper()
		before := c.sim.Calls()["dynamodb:TransactWriteItems"]
		for _, command := range []string{"plan", "holds", "explain ana", "door", "history"} {
			told = c.byHand(t, strings.Fields(command)...)
		}
		if n := c.sim.Calls()["dynamodb:TransactWriteItems"] - before; n != 0 {
			t.Errorf("whoever reads has written %d times", n)
		}
		return told
	}
	if told := reads(); !strings.Contains(told, "nothing is recorded yet") {
		t.Errorf("an empty table tells %s", told)
	}
	c.byHand(t, "pause", "--because", "a drill")
	c.restore(t, "history", "restored")
	c.onTable(t, "journal: dynamodb:history", "restored")
	if told := reads(); !strings.Contains(told, "a drill") {
		t.Errorf("one that was brought back tells %s", told)
	}
	c.byHand(t, "history", "verify")
	c.byHand(t, "resume")
	if told := reads(); !strings.Contains(told, "resumed by") {
		t.Errorf("one in which somebody has written since tells %s", told)
	}
}

// TestLambdaOnATable: the two functions as AWS runs them, and somebody at a keyboard, have one journal in DynamoDB. What is
// paused by hand the functions leave; one that is killed leaves a history that holds, and the next one goes on with it.
func TestLambdaOnATable(t *testing.T) {
	t.Parallel()
	c := newCloud(t, 0, 100)
	c.onTable(t, "journal: memory", "history")
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
