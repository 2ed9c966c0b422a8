package main

import (
	"encoding/json"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// mendCommand does what the doctor says in JSON about some checks, step for step: mend FILE CHECK... Commands are run as they are
// printed, and those that one of them prints are run, too; each check must have one. What else it says is for a person.
func mendCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: mend FILE CHECK...")
	}
	var report struct {
		Checks []struct {
			Check    string
			Troubles []struct{ Mend string }
		}
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &report))
	for _, name := range args[1:] {
		ran := 0
		for _, c := range report.Checks {
			for _, t := range c.Troubles {
				if c.Check == name {
					ran += mended(ts, t.Mend)
				}
			}
		}
		if ran == 0 {
			ts.Fatalf("the doctor has no command about %s", name)
		}
	}
}

// mended does the steps that are commands, and counts them.
func mended(ts *testscript.TestScript, mend string) (ran int) {
	prints := false
	for step := range strings.SplitSeq(mend, "\n") {
		switch {
		case strings.HasPrefix(step, "aws "):
			ts.Check(typed(ts, step))
		case strings.HasPrefix(step, "tenantry "):
			ts.Check(typed(ts, step))
			if prints {
				eachOnce(ts, linesOf(ts.ReadFile("stdout")))
			}
		default:
			prints = strings.HasSuffix(step, "by the commands that this prints:")
			continue
		}
		ran++
	}
	return ran
}
