package main

import (
	"errors"
	"flag"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	// Scripts wait most of the time, for the rate at which the program calls: more of them at once than there are processors
	// take no longer each.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){"tenantry": underItsRights(watched), "bootstrap": underItsRights(watched)})
}

// TestScript uses the program as a person would: each script is a story with its files. None of them tells a secret (T22).
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               filesWithout,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "sim": simCommand, "writes": writesCommand, "directory": directoryCommand, "lives": livesCommand,
			"post": postCommand, "soon": soonCommand, "queue": queueCommand, "took": tookCommand, "printed": printedCommand,
			"advice": adviceCommand, "byhand": byHandCommand,
			"token": tokenCommand, "portal": portalCommand, "signin": signinCommand, "aws": awsCommand, "shell": shellCommand, "script": scriptCommand, "follow": followCommand, "told": toldCommand, "logged": loggedCommand, "runbook": runbookCommand, "rings": ringsCommand, "rules": rulesCommand, "late": lateCommand, "earlier": earlierIn(t), "mend": mendCommand,
		},
	})
}

// exits runs a program that must end with an exit code: exits CODE PROGRAM ARGUMENT...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGUMENT...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var ended *exec.ExitError
		if !errors.As(err, &ended) {
			ts.Fatalf("%s: %v", args[1], err)
		}
		got = ended.ExitCode()
	}
	if got != want {
		ts.Fatalf("the exit code is %d, and should be %d", got, want)
	}
}
