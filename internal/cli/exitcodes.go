package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/view"
)

// code is an exit code of the program.
type code int

// The exit codes.
const (
	exitDone        code = 0
	exitError       code = 1
	exitPending     code = 2
	exitPartly      code = 3
	exitRefused     code = 4
	exitFindings    code = 5
	exitHeld        code = 6
	exitUsage       code = 64
	exitConfig      code = 78
	exitInterrupted code = 130
)

// exitCodes is the table that stands in every help.
var exitCodes = []struct {
	code code
	text string
}{
	{exitDone, "done (a hold does not change it)"},
	{exitError, "an error"},
	{exitPending, "changes are pending (--detailed-exitcode)"},
	{exitPartly, "applied in part: a step failed, or was not reached"},
	{exitRefused, "refused, or the saved plan is stale"},
	{exitFindings, "audit has findings, or something is red for doctor"},
	{exitHeld, "nothing to do, but something is held (--detailed-exitcode)"},
	{exitUsage, "the command line is wrong"},
	{exitConfig, "the configuration is wrong"},
	{exitInterrupted, "interrupted"},
}

func exitCodeTable() string {
	var b strings.Builder
	b.WriteString("Exit codes:\n")
	for _, row := range exitCodes {
		fmt.Fprintf(&b, "  %3d  %s\n", row.code, row.text)
	}
	return b.String()
}

// outcome is an end that was shown to the person already and still is not plain success.
type outcome struct{ code code }

func (o *outcome) Error() string { return fmt.Sprintf("exit code %d", o.code) }

// usageError is a command line that cannot be meant.
type usageError struct{ what, hint string }

func (e *usageError) Error() string { return e.what }

// Hint says what to write instead.
func (e *usageError) Hint() string { return e.hint }

func usage(hint, format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...), hint}
}

// noArgs refuses arguments in words that fit a command without any below it.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := cmd.CommandPath() + " --help shows what it takes"
	if cmd.Flags().Lookup("config") != nil {
		hint = "a configuration is named with -c: " + cmd.CommandPath() + " -c FILE"
	}
	return usage(hint, "%s takes no arguments, and here is %s", cmd.CommandPath(), view.Quote(args[0]))
}

// asUsage makes a usage error of what the flag parser says, on one line.
func asUsage(err error) error {
	var already *usageError
	if errors.As(err, &already) {
		return err
	}
	what, rest, _ := strings.Cut(err.Error(), "\n")
	hint := "tenantry --help lists the commands, and --help behind a command its flags"
	if _, meant, ok := strings.Cut(rest, "Did you mean this?\n"); ok {
		hint = "did you mean " + strings.Join(strings.Fields(meant), ", ") + "?"
	}
	return &usageError{what, hint}
}

// errInterrupted is joined to whatever error came of an interruption.
var errInterrupted = errors.New("interrupted")

// exitCode is what an error means to the shell.
func exitCode(err error) int {
	var (
		ended   *outcome
		wrong   *usageError
		invalid *config.InvalidError
		stale   *plan.StaleError
		refused *engine.RefusedError
	)
	c := exitError
	switch {
	case err == nil:
		c = exitDone
	case errors.As(err, &ended):
		c = ended.code
	case errors.Is(err, errInterrupted):
		c = exitInterrupted
	case errors.As(err, &wrong):
		c = exitUsage
	case errors.As(err, &invalid):
		c = exitConfig
	case errors.As(err, &stale), errors.As(err, &refused):
		c = exitRefused
	}
	return int(c)
}
