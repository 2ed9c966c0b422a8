package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// runbookPage is the page for whoever is woken.
const runbookPage = "../../docs/runbook.md"

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
