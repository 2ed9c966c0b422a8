// Package cli is the program as a person calls it: one file for each command, each of them options,
// then validation, then run.
//
// A command validates all of its flags before it reads anything, and makes what it needs only then:
// asking for help touches nothing. What a command finds is a value or an error with a type; what
// that means to the shell is decided in one place, exitcodes.go, whose table stands in every help.
//
// Errors are one line, "tenantry: …", and where the error knows what to do about itself (Hint), a
// second one, "hint: …". What was asked for goes to the output; everything else goes beside it.
//
// The first interruption ends the context: no new step is taken, what is under way is finished, and
// the report says what is left. The second one ends the process.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

// reconciler is what the commands need of tenantry, once there is a configuration.
type reconciler interface {
	Check(ctx context.Context) (tenancy.Account, error)
	Plan(ctx context.Context, scope engine.Scope) (*engine.Pass, error)
	Recheck(ctx context.Context, saved plan.Plan, scope engine.Scope) (*engine.Pass, error)
	Apply(ctx context.Context, p *engine.Pass, tell func(plan.Progress)) plan.Report
	// Lift answers what lifts the hold that a token names, and Allow does it.
	Lift(ctx context.Context, token string) (*engine.Lifting, error)
	Allow(ctx context.Context, l *engine.Lifting, because string, tell func(plan.Progress)) (plan.Report, error)
	// Paused answers the pause in force, the zero Pause for none.
	Paused(ctx context.Context) (plan.Pause, error)
	Rebinding(ctx context.Context, n tenancy.Namespace, to, from tenancy.GroupID) (*engine.Rebinding, error)
	Rebind(ctx context.Context, r *engine.Rebinding) error
}

// Env is what the commands have of the world.
type Env struct {
	IO     *view.IO
	Getenv func(name string) string
	// open makes tenantry of a configuration and its history. It is called when a command is sure of
	// its flags.
	open func(ctx context.Context, c *config.Config, history engine.Recorder) (reconciler, error)
	// remote reads a configuration that is no file.
	remote func(ctx context.Context, place string) ([]byte, error)
	// aws is how AWS is reached: the zero Options are AWS itself, in the SDK's ordinary way.
	aws app.Options
}

// SystemEnv is the Env of the process.
func SystemEnv() *Env { return newEnv(view.SystemIO(), os.Getenv, app.Options{}) }

func newEnv(s *view.IO, getenv func(name string) string, aws app.Options) *Env {
	return &Env{
		IO: s, Getenv: getenv, aws: aws,
		open: func(ctx context.Context, c *config.Config, history engine.Recorder) (reconciler, error) {
			o := aws
			o.Journal = history
			return app.New(ctx, c, o)
		},
		remote: func(ctx context.Context, place string) ([]byte, error) { return app.ReadConfiguration(ctx, place, aws) },
	}
}

// Main runs the program with the arguments and the signals of the process, and answers its exit code.
func Main() int {
	env := SystemEnv()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // from here on a signal does what it does to any process
	return Run(ctx, commandLine(os.Args), env)
}

// Run runs one command and answers its exit code.
func Run(ctx context.Context, args []string, env *Env) int {
	started := false
	root := newRoot(env, &started)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil && !started {
		err = asUsage(err) // a flag, an argument or a command that there is not
	}
	if err != nil && ctx.Err() != nil {
		err = errors.Join(errInterrupted, err)
	}
	tell(env.IO, err)
	return exitCode(err)
}

// tell writes an error, unless what it says was told already.
func tell(s *view.IO, err error) {
	var shown *outcome
	var invalid *config.InvalidError
	switch {
	case err == nil, errors.As(err, &shown):
		return
	case errors.Is(err, errUnanswered):
		fmt.Fprintln(s.Err, "tenantry: interrupted; nothing was applied")
		return
	case errors.Is(err, errInterrupted):
		fmt.Fprintln(s.Err, "tenantry: interrupted")
		return
	case errors.As(err, &invalid):
		fmt.Fprint(s.Err, invalid.Problems.String())
	}
	fmt.Fprintf(s.Err, "tenantry: %s\n", view.Safe(err.Error()))
	var hinter interface{ Hint() string }
	if errors.As(err, &hinter) && hinter.Hint() != "" {
		fmt.Fprintf(s.Err, "hint: %s\n", view.Safe(hinter.Hint()))
	}
}
