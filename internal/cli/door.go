//go:build !tenantry.lambda

package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

type doorOptions struct {
	config   configOption
	given    string // the configuration's path as it was given by the flag
	format   view.Format
	leave    []string
	signedIn []string
	back     int // days
}

func newDoor(env *Env) *cobra.Command {
	o := &doorOptions{format: view.Text}
	cmd := &cobra.Command{
		Use:   "door",
		Short: "Shut just-in-time provisioning, without locking anybody out",
		Long: `Just-in-time provisioning registers whoever signs in and is registered nowhere, in default: through the
sign-in role, which allows it. This says how far that door is shut, and what is in the way. It is shut
in five steps, each of which waits until the one before is clean:

  people   everybody who is assigned to a sign-in role, or was seen signing in, is registered
  canary   the door is shut for one person first
  watch    QuickSight has let that person in since, and nobody has landed in default
  shut     the door is shut for everybody
  after    nobody has been turned away since

tenantry writes nothing to IAM, and needs no right to: canary, shut and open print the commands of the
AWS CLI that do it, and nothing else, for a shell. Before its step's turn a command is refused. What
cannot be read is named; who comes through a role of one's own, no API but the trail tells.`,
		Example: `  tenantry door -c tenantry.yaml
  tenantry door canary ana -c tenantry.yaml | sh
  tenantry door shut --signed-in ana -c tenantry.yaml | sh
  tenantry door open -c tenantry.yaml`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.look(env, cmd, func(f *audit.DoorFacts, d *audit.Door) error {
				return view.Door(env.IO, o.format, d, f.Missed, o.typed)
			})
		},
	}
	o.register(cmd)
	cmd.Flags().Var(&o.format, "format", "text for people, json for programs")
	cmd.AddCommand(o.step(env, audit.StepCanary), o.step(env, audit.StepShut), o.open(env))
	return cmd
}

func (o *doorOptions) register(cmd *cobra.Command) {
	f := cmd.PersistentFlags()
	f.StringVarP(&o.config.path, "config", "c", "", "the configuration `FILE` (or "+configVariable+")")
	f.StringSliceVar(&o.leave, "leave", nil, "these `NAMES` are not to come in any more: ids or session names")
	f.StringSliceVar(&o.signedIn, "signed-in", nil, "QuickSight has let these `NAMES` in since the door was shut for them: no trail tells it")
	f.IntVar(&o.back, "days", 14, "how many `DAYS` of the trail are read, 90 at the most")
	must(cmd.MarkPersistentFlagFilename("config", "yaml", "yml"))
}

func (o *doorOptions) validate(env *Env, cmd *cobra.Command) (app.DoorQuestion, error) {
	q := app.DoorQuestion{Back: time.Duration(o.back) * 24 * time.Hour}
	o.given = o.config.path
	for _, name := range o.leave {
		q.Leave = append(q.Leave, name[strings.IndexByte(name, '/')+1:])
	}
	if o.back < 1 || o.back > 90 {
		return q, usage("from 1 to 90", "--days %d: the trail can be looked up for 90 days", o.back)
	}
	for _, name := range o.signedIn {
		s, err := sessionOf(name)
		if err != nil {
			return q, usage("such as --signed-in ana", "--signed-in %s: %v", view.Quote(name), err)
		}
		q.Vouched = append(q.Vouched, s)
	}
	return q, o.config.validate(env, cmd)
}

// sessionOf is the session of a name, which may be a QuickSight user name.
func sessionOf(name string) (tenancy.Session, error) {
	if _, session, is := strings.Cut(name, "/"); is {
		name = session
	}
	return tenancy.ParseSession(name)
}

// look reads how far the door is shut, and hands it to then.
func (o *doorOptions) look(env *Env, cmd *cobra.Command, then func(*audit.DoorFacts, *audit.Door) error) error {
	q, err := o.validate(env, cmd)
	if err != nil {
		return err
	}
	facts, err := o.facts(cmd.Context(), env, q)
	if err != nil {
		return err
	}
	d := audit.LookAtDoor(facts)
	return then(facts, &d)
}

func (o *doorOptions) facts(ctx context.Context, env *Env, q app.DoorQuestion) (*audit.DoorFacts, error) {
	c, err := o.config.load(env)
	if err != nil {
		return nil, err
	}
	r, err := env.open(ctx, c, nil)
	if err != nil {
		return nil, err
	}
	a, real := r.(*app.App)
	if !real {
		return nil, fmt.Errorf("look at the door: there is no account to look at")
	}
	return app.LookAtDoor(ctx, a, c, q, func(doing string) { fmt.Fprintln(env.IO.Err, view.Safe(doing)) })
}

// step is the command that prints what takes a step.
func (o *doorOptions) step(env *Env, name string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   name,
		Short: "Print the commands that shut the door for everybody",
		Args:  noArgs,
	}
	commands := func(f *audit.DoorFacts, _ []string) (audit.DoorCommands, error) { return f.ShutCommands() }
	if name == audit.StepCanary {
		cmd.Use, cmd.Short, cmd.Args = "canary NAME...", "Print the commands that shut the door for one person, or a few, first", nil
		commands = canaryCommands
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if name == audit.StepCanary && len(args) == 0 {
			return usage("name somebody who is registered and can try it: tenantry door canary ana", "nobody is named")
		}
		return o.look(env, cmd, func(f *audit.DoorFacts, d *audit.Door) error {
			if !d.Reached(name) {
				return o.refused(env, name, d)
			}
			all, err := commands(f, args)
			if err != nil {
				return err
			}
			return o.print(env, all)
		})
	}
	return cmd
}

func canaryCommands(f *audit.DoorFacts, names []string) (audit.DoorCommands, error) {
	var sessions []tenancy.Session
	for _, name := range names {
		s, err := sessionOf(name)
		if err != nil {
			return audit.DoorCommands{}, usage("such as tenantry door canary ana", "%s: %v", view.Quote(name), err)
		}
		sessions = append(sessions, s)
	}
	return f.CanaryCommands(sessions)
}

// refused says what the step waits for.
func (o *doorOptions) refused(env *Env, name string, d *audit.Door) error {
	next := d.Step(d.Next)
	fmt.Fprintf(env.IO.Err, "refused: %s waits for %s: %s\n", name, next.Name, view.Safe(strings.Join(next.Why, "; ")))
	fmt.Fprintln(env.IO.Err, "who and what: "+view.Safe(o.typed("tenantry door")))
	return &outcome{exitRefused}
}

// typed is a command of this program's with what this one was told.
func (o *doorOptions) typed(command string) string {
	add := func(flag, value string) {
		if value != "" && !strings.Contains(command, flag+" ") {
			command += " " + flag + " " + word(value)
		}
	}
	add("--leave", strings.Join(o.leave, ","))
	add("--signed-in", strings.Join(o.signedIn, ","))
	add("-c", o.given)
	return command
}

func (o *doorOptions) open(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "open",
		Short: "Print the commands that open the door again",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.look(env, cmd, func(f *audit.DoorFacts, _ *audit.Door) error {
				all, err := f.OpenCommands()
				if err != nil {
					return err
				}
				return o.print(env, all)
			})
		},
	}
}

// print prints commands for a shell, and what is to be said of them beside it.
func (o *doorOptions) print(env *Env, all audit.DoorCommands) error {
	for _, note := range all.Notes {
		fmt.Fprintln(env.IO.Err, view.Safe(note))
	}
	if len(all.Lines) == 0 {
		fmt.Fprintln(env.IO.Err, "there is nothing to do")
		return nil
	}
	for _, line := range all.Lines {
		if _, err := fmt.Fprintln(env.IO.Out, line); err != nil {
			return err
		}
	}
	fmt.Fprintln(env.IO.Err, "run them as somebody who may change these policies, and then look again: "+view.Safe(o.typed("tenantry door")))
	return nil
}
