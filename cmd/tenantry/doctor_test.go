package main

import (
	"context"
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
			_, err := cliOf(ts, administrator).Run(context.Background(), step)
			ts.Check(err)
		case strings.HasPrefix(step, "tenantry "):
			words := strings.Fields(step)
			ts.Check(ts.Exec(words[0], words[1:]...))
			if prints {
				typed(ts, strings.Split(strings.TrimSpace(ts.ReadFile("stdout")), "\n"))
			}
		default:
			prints = strings.HasSuffix(step, "by the commands that this prints:")
			continue
		}
		ts.Logf("$ %s", step)
		ran++
	}
	return ran
}
