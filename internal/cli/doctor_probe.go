//go:build !tenantry.lambda

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/doctor"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

// probeFlags are those that make no sense without --probe.
var probeFlags = []string{"clean", "trial", "yes", "print", "reserved-role", "visitor"}

type probeOptions struct {
	probe, clean, yes, print bool
	trials                   []string
	reserved, visitor        string

	config configOption
	format view.Format
	role   tenancy.RoleARN // of reserved
}

const probeLong = `

With --probe it finds out what AWS does not document, and writes the switches under aws: into the
configuration; where that is no file (ssm:, s3:) it prints them. It names each trial and asks first. What it makes is throwaway namespaces and a role that
nobody can assume, all of them named tenantry-probe-..., and it removes them, interrupted or not; what a
crash leaves behind --probe --clean removes.`

// withProbe gives the doctor --probe.
func withProbe(cmd *cobra.Command, env *Env) *cobra.Command {
	o := &probeOptions{}
	f := cmd.Flags()
	f.BoolVar(&o.probe, "probe", false, "try what AWS does not document, in throwaway namespaces, and write the aws: switches (docs/probe.md)")
	f.BoolVar(&o.clean, "clean", false, "with --probe: only remove what a probe has left behind")
	f.StringSliceVar(&o.trials, "trial", nil, "with --probe: only these `TRIALS`: "+strings.Join(trialNames(), ", "))
	f.BoolVar(&o.yes, "yes", false, "with --probe: ask nothing, and write the switches")
	f.BoolVar(&o.print, "print", false, "with --probe: print the switches, and do not write them")
	f.StringVar(&o.reserved, "reserved-role", "", "with --probe: the `ARN` of a permission set's role, if not the configured one's")
	f.StringVar(&o.visitor, "visitor", "", "with --probe: who signs in on trial, as QuickSight's user `NAME`: Role/session")
	must(cmd.RegisterFlagCompletionFunc("trial", cobra.FixedCompletions(trialNames(), cobra.ShellCompDirectiveNoFileComp)))
	cmd.Long += probeLong
	cmd.Example += "\n  tenantry doctor --probe -c tenantry.yaml\n  tenantry doctor --probe --clean -c tenantry.yaml"
	look := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !o.probe {
			if i := slices.IndexFunc(probeFlags, cmd.Flags().Changed); i >= 0 {
				return usage("tenantry doctor --probe --"+probeFlags[i], "--%s is for --probe", probeFlags[i])
			}
			return look(cmd, args)
		}
		if err := o.validate(env, cmd); err != nil {
			return err
		}
		return o.run(cmd.Context(), env)
	}
	return cmd
}

func trialNames() (all []string) {
	for _, t := range doctor.Trials {
		all = append(all, t.Name)
	}
	return all
}

func (o *probeOptions) validate(env *Env, cmd *cobra.Command) (err error) {
	o.config.path = cmd.Flag("config").Value.String()
	o.format = view.Text
	if f := cmd.Flag("format"); f != nil {
		o.format = view.Format(f.Value.String())
	}
	switch {
	case o.clean && (len(o.trials) > 0 || o.print || o.reserved != "" || o.visitor != ""):
		return usage("tenantry doctor --probe --clean makes no trials", "--clean only removes")
	case !o.clean && !o.yes && !env.IO.CanPrompt():
		return usage("--yes answers all, or name some with --trial", "there is no terminal to ask at whether each trial may be made")
	case o.visitor != "" && !env.IO.CanPrompt():
		return usage("run it at a terminal: somebody has to say what happened", "there is no terminal to ask at what became of signing in")
	case o.visitor != "" && tenancy.UserName(o.visitor).SessionName() == "":
		return usage("such as --visitor QuickSight/ana", "--visitor %s is no user name of QuickSight's", view.Quote(o.visitor))
	}
	if err := o.config.validate(env, cmd); err != nil {
		return err
	}
	for _, name := range o.trials {
		if _, is := doctor.TrialNamed(name); !is {
			return usage("the trials are "+strings.Join(trialNames(), ", "), "--trial %s: there is no such trial", view.Quote(name))
		}
	}
	if slices.Contains(o.trials, doctor.TrialSignIn) && o.visitor == "" {
		return usage("say who: --visitor Role/session", "for the trial sign-in somebody has to sign in")
	}
	if o.reserved != "" {
		if o.role, err = tenancy.ParseRoleARN(o.reserved); err != nil || !o.role.Reserved() {
			return usage("such as arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_QuickSight_0123456789abcdef", "--reserved-role %s is not the role of a permission set", view.Quote(o.reserved))
		}
	}
	return nil
}

// proberOf makes the one thing in the program that probes, and that can delete a throwaway namespace (S5).
func (o *probeOptions) proberOf(ctx context.Context, env *Env) (*engine.Prober, func(), error) {
	c, err := o.config.load(env)
	if err != nil {
		return nil, nil, err
	}
	r, close, err := o.config.connect(ctx, env, true)
	if err != nil {
		return nil, nil, err
	}
	a, real := r.(*app.App)
	if !real {
		close()
		return nil, nil, errors.New("probe: there is no account to try anything in")
	}
	p := app.NewProber(a, c, awsapi.NewProbeRemover(a.AWS))
	p.Reserved, p.Visitor = o.role, tenancy.UserName(o.visitor)
	p.Tell = func(doing string) { fmt.Fprintln(env.IO.Err, view.Safe(doing)) }
	if env.IO.CanPrompt() {
		p.Ask = func(ctx context.Context, text string) (string, error) { return env.IO.Ask(ctx, text) }
	}
	return p, close, nil
}

func (o *probeOptions) run(ctx context.Context, env *Env) error {
	p, close, err := o.proberOf(ctx, env)
	if err != nil {
		return err
	}
	defer close()
	if o.clean {
		return o.remove(ctx, env, p)
	}
	if config.Remote(o.config.path) && !o.print {
		fmt.Fprintf(env.IO.Err, "%s is no file here: what the trials find is printed, and not written\n", view.Name(o.config.path))
	}
	trials, err := o.chosen(ctx, env)
	if err != nil {
		return err
	}
	if len(trials) == 0 {
		fmt.Fprintln(env.IO.Err, "nothing was tried, and nothing was made")
		return nil
	}
	outcomes, failure := p.Run(ctx, trials)
	if len(outcomes) > 0 || failure == nil {
		if err := view.Probed(env.IO, o.format, outcomes); err != nil {
			return errors.Join(failure, err)
		}
	}
	if failure != nil {
		return o.config.resumable(failure)
	}
	return o.settle(ctx, env, doctor.Settings(outcomes))
}

// chosen are the trials that are wanted: each is named, and asked for.
func (o *probeOptions) chosen(ctx context.Context, env *Env) (wanted []doctor.Trial, err error) {
	for _, t := range doctor.Trials {
		if len(o.trials) > 0 && !slices.Contains(o.trials, t.Name) || t.Person && o.visitor == "" {
			continue
		}
		if err := view.Trial(env.IO, t); err != nil {
			return nil, err
		}
		yes := o.yes
		if !yes {
			if yes, err = env.IO.Confirm(ctx, "Try it?"); ctx.Err() != nil {
				return nil, errUnanswered
			} else if err != nil {
				return nil, err
			}
		}
		if yes {
			wanted = append(wanted, t)
		}
	}
	return wanted, nil
}

// remove removes what probes have left behind.
func (o *probeOptions) remove(ctx context.Context, env *Env, p *engine.Prober) error {
	found, err := p.Clean(ctx)
	for _, other := range found.Others {
		fmt.Fprintf(env.IO.Err, "left alone, as it is not marked as this identity store's: %s\n", view.Safe(other))
	}
	switch {
	case err != nil:
		return o.config.resumable(err)
	case found.IsEmpty():
		_, err = fmt.Fprintln(env.IO.Out, "No probe has left anything behind.")
	default:
		_, err = fmt.Fprintf(env.IO.Out, "Gone, as far as it was there: %s.\n", strings.Join(found.Names(), ", "))
	}
	return err
}

// settle writes the switches, or prints them.
func (o *probeOptions) settle(ctx context.Context, env *Env, settings []doctor.Setting) error {
	switches := make([]config.Switch, len(settings))
	for i, s := range settings {
		switches[i] = config.Switch{Key: s.Key, Value: s.Value}
	}
	if o.print || o.format == view.JSON && (!o.yes || config.Remote(o.config.path)) {
		return o.printed(env, switches)
	}
	if config.Remote(o.config.path) {
		return o.elsewhere(env, switches)
	}
	if len(switches) == 0 {
		fmt.Fprintf(env.IO.Err, "nothing was found that %s has a switch for\n", view.Name(o.config.path))
		return nil
	}
	data, err := readConfig(o.config.path)
	if err != nil {
		return err
	}
	changed, err := config.SetSwitches(o.config.path, data, switches)
	switch {
	case errors.Is(err, config.ErrNotEditable):
		fmt.Fprintf(env.IO.Err, "%s is not written in a way in which it can be changed safely; write this into it:\n", view.Name(o.config.path))
		return o.printed(env, switches)
	case err != nil:
		return err
	case bytes.Equal(changed, data):
		fmt.Fprintf(env.IO.Err, "%s says what was found already\n", view.Name(o.config.path))
		return nil
	}
	showChange(env.IO, o.config.path, string(data), string(changed))
	if !o.yes {
		yes, err := env.IO.Confirm(ctx, "Write it?")
		switch {
		case ctx.Err() != nil:
			return errUnanswered
		case err != nil:
			return err
		case !yes:
			fmt.Fprintln(env.IO.Err, "not written")
			return nil
		}
	}
	if err := rewrite(o.config.path, data, changed); err != nil {
		return err
	}
	fmt.Fprintf(env.IO.Err, "wrote %s\n", view.Name(o.config.path))
	return nil
}

// elsewhere prints the switches of a configuration that is no file, and says where they belong. It is read again: somebody may
// have put another there meanwhile. What was found is not lost where it cannot be.
func (o *probeOptions) elsewhere(env *Env, switches []config.Switch) error {
	data, err := o.config.read()
	if err != nil {
		fmt.Fprintf(env.IO.Err, "%s may say what was found already: %s\n", view.Name(o.config.path), view.Safe(err.Error()))
	} else if changed, err := config.SetSwitches(o.config.path, data, switches); err == nil && bytes.Equal(changed, data) {
		fmt.Fprintf(env.IO.Err, "%s says what was found already\n", view.Name(o.config.path))
		return nil
	}
	fmt.Fprintf(env.IO.Err, "write this into the file that %s was made from, and put that there anew (docs/deploy.md):\n", view.Name(o.config.path))
	return o.printed(env, switches)
}

// printed prints switches as a part of the configuration. In JSON they stand in the document already.
func (o *probeOptions) printed(env *Env, switches []config.Switch) error {
	if len(switches) == 0 || o.format == view.JSON {
		return nil
	}
	text := "aws:\n"
	for _, s := range switches {
		text += "  " + s.Line() + "\n"
	}
	_, err := fmt.Fprint(env.IO.Out, text)
	return err
}
