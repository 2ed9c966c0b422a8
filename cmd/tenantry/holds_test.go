package main

import (
	"encoding/json"
	"os"
	"regexp"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// tokenCommand puts the token of a hold, as tenantry holds shows it, into a variable: token NAME CODE [OBJECT].
func tokenCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 && len(args) != 3 {
		ts.Fatalf("usage: token NAME CODE [OBJECT]")
	}
	ts.Check(ts.Exec("tenantry", "holds", "-c", "tenantry.yaml", "--format", "json"))
	var doc struct {
		Holds []struct{ Code, Object, Token string }
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &doc))
	for _, h := range doc.Holds {
		if h.Code == args[1] && (len(args) == 2 || h.Object == args[2]) {
			ts.Setenv(args[0], h.Token)
			return
		}
	}
	ts.Fatalf("nothing is held by %s: %v", args[1], doc.Holds)
}

// loggedCommand waits, up to 30 s, until a file that a program is writing has something: logged FILE REGEXP.
func loggedCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: logged FILE REGEXP")
	}
	what, err := regexp.Compile(args[1])
	ts.Check(err)
	log := []byte(nil)
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		if log, _ = os.ReadFile(ts.MkAbs(args[0])); what.Match(log) {
			return
		}
	}
	ts.Fatalf("%s does not have %s:\n%s", args[0], what, log)
}

// toldCommand waits, up to 30 s, until the history of tenantry.yaml tells something, while serve runs: told REGEXP.
func toldCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: told REGEXP")
	}
	what, err := regexp.Compile(args[0])
	ts.Check(err)
	history := ""
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		if ts.Exec("tenantry", "history", "-c", "tenantry.yaml") != nil {
			continue // there is none yet
		}
		if history = ts.ReadFile("stdout"); what.MatchString(history) {
			return
		}
	}
	ts.Fatalf("the history does not tell %s:\n%s", what, history)
}
