package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

type applyOptions struct {
	config   configOption
	scope    scopeOptions
	view     viewOptions
	saved    string // path of a saved plan, "" for none
	yes      bool
	detailed bool
}

func newApply(env *Env) *cobra.Command {
	o := &applyOptions{}
	cmd := &cobra.Command{
		Use:   "apply [PLAN]",
		Short: "Show the plan, ask, and do it",
		Long: `Makes a plan, shows it, asks, and does its steps. Elsewhere than on a terminal it needs --yes, or
a plan that was saved with tenantry plan -o and read by someone. Of a saved plan only the steps that
still hold are done: a namespace that has moved since is refused, and a plan of another account or
configuration, or one that is older than an hour, is refused whole. The plan's --allow and --adopt
are to be given again.

People who have left are shown, and are taken out only where --allow removes-user or --allow
removes-member says so: then they leave the groups, what they own alone is handed over to the tenant's
custodians, and they are removed. Each of them is looked at a second time before, and no more may go in a
day than the limits say, unless --allow many-removals says so too.

A step that fails stops nobody else's. --yes answers the question and allows no hazard. With
--format json, two documents are written, one behind the other: the plan and the report.`,
		Example: `  tenantry apply -c tenantry.yaml
  tenantry apply -c tenantry.yaml --namespace acme --yes
  tenantry apply -c tenantry.yaml --allow removes-user
  tenantry apply -c tenantry.yaml plan.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("a configuration is named with -c: tenantry apply -c FILE [PLAN]", "apply takes one saved plan, and here are %d arguments", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			scope, err := o.validate(env, cmd, args)
			if err != nil {
				return err
			}
			return o.run(cmd.Context(), env, scope)
		},
	}
	o.config.register(cmd)
	o.scope.register(cmd)
	o.view.register(cmd)
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	cmd.Flags().BoolVar(&o.detailed, "detailed-exitcode", false, "exit with 6 when all is done and something is held")
	return cmd
}

func (o *applyOptions) validate(env *Env, cmd *cobra.Command, args []string) (engine.Scope, error) {
	if len(args) == 1 {
		if o.saved = args[0]; o.saved == "" {
			return engine.Scope{}, usage("name the file that tenantry plan -o wrote", "the name of the saved plan is empty")
		}
	}
	if !o.yes && o.saved == "" && !o.asks(env) {
		return engine.Scope{}, usage("give --yes, or a plan saved with: tenantry plan -o FILE", "there is no terminal to ask on")
	}
	if err := o.config.validate(env, cmd); err != nil {
		return engine.Scope{}, err
	}
	return o.scope.scope(cmd)
}

// asks reports whether there is someone to ask.
func (o *applyOptions) asks(env *Env) bool { return o.view.format == view.Text && env.IO.CanPrompt() }

func (o *applyOptions) run(ctx context.Context, env *Env, scope engine.Scope) error {
	saved, err := o.open(env.IO.Now())
	if err != nil {
		return err
	}
	r, close, err := o.config.connect(ctx, env, true)
	if err != nil {
		return err
	}
	defer close()
	pass, err := o.plan(ctx, r, saved, scope)
	if err != nil {
		return err
	}
	printer := o.view.printer(env)
	if err := printer.Plan(&pass.Plan); err != nil {
		return err
	}
	steps := len(pass.Plan.Pending())
	if err := o.config.unpaused(ctx, r, &pass.Plan); err != nil {
		return err
	}
	if steps > 0 && !o.yes && o.asks(env) {
		if err := confirm(ctx, env, steps); err != nil {
			return err
		}
	}
	if steps == 0 && len(pass.Moved) == 0 {
		nothing := &plan.Report{}
		if o.view.format == view.JSON { // programs count on both documents; people have read that there is nothing
			if err := printer.Report(nothing); err != nil {
				return err
			}
		}
		return o.end(&pass.Plan, nothing)
	}
	pass.Cause = tenancy.Cause{Kind: tenancy.ByCommand, Name: "apply"}
	report, err := perform(ctx, env, o.view.format, printer, pass, func() (plan.Report, error) {
		return r.Apply(ctx, pass, printer.Progress), nil
	})
	if err != nil {
		return err
	}
	return o.end(&pass.Plan, &report)
}

// perform does what was agreed to, with a word before it, and reports it.
func perform(ctx context.Context, env *Env, format view.Format, printer view.Printer, pass *engine.Pass, do func() (plan.Report, error)) (plan.Report, error) {
	if format == view.Text {
		if slices.ContainsFunc(pass.Plan.Pending(), func(s plan.Step) bool { return s.Change.Kind().TakesAway() }) {
			fmt.Fprintln(env.IO.Out, "\nWho is to lose something is looked at once more, a minute after they were read.")
		}
		fmt.Fprintln(env.IO.Out)
	}
	told := context.AfterFunc(ctx, func() {
		fmt.Fprintln(env.IO.Err, "\ntenantry: interrupted; finishing what is under way (^C again to stop at once)")
	})
	report, err := do()
	told()
	if err != nil {
		return report, err
	}
	return report, printer.Report(&report)
}

// unpaused refuses to begin what a pause would stop at the first step.
func (o *configOption) unpaused(ctx context.Context, r reconciler, p *plan.Plan) error {
	pause, err := r.Paused(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(p.Pending(), func(s plan.Step) bool { return pause.Stops(s.Change.Kind()) }) {
		return o.paused(pause)
	}
	return nil
}

// oldest is how old a saved plan may be when it is applied. What a person approved is not what the
// world asks for for ever, even where it looks the same.
const oldest = time.Hour

// open reads the saved plan, nil when none is named. One that is too old is refused, and so is one
// from the future: then a clock is wrong, and its age cannot be told.
func (o *applyOptions) open(now time.Time) (*plan.Plan, error) {
	if o.saved == "" {
		return nil, nil
	}
	data, err := os.ReadFile(o.saved)
	if err != nil {
		return nil, fmt.Errorf("read the saved plan: %w", err)
	}
	p, madeAt, err := plan.Open(data)
	if err != nil {
		return nil, err
	}
	made, err := time.Parse(time.RFC3339, madeAt)
	if err != nil {
		return nil, &plan.StaleError{Why: fmt.Sprintf("it says that it was made at %q, which is no time", madeAt)}
	}
	switch age := now.Sub(made); {
	case age > oldest:
		return nil, &plan.StaleError{Why: fmt.Sprintf("it was made %s ago, and the most is %s", age.Round(time.Minute), oldest)}
	case age < -5*time.Minute:
		return nil, &plan.StaleError{Why: fmt.Sprintf("it was made at %s, which is in the future", madeAt)}
	}
	return &p, nil
}

func (o *applyOptions) plan(ctx context.Context, r reconciler, saved *plan.Plan, scope engine.Scope) (*engine.Pass, error) {
	if saved == nil {
		return r.Plan(ctx, scope)
	}
	return r.Recheck(ctx, *saved, scope)
}

// confirm asks whether to go on.
func confirm(ctx context.Context, env *Env, steps int) error {
	question := fmt.Sprintf("\nApply these %d steps?", steps)
	if steps == 1 {
		question = "\nApply this step?"
	}
	return ask(ctx, env, question)
}

// ask answers nil to a yes.
func ask(ctx context.Context, env *Env, question string) error {
	yes, err := env.IO.Confirm(ctx, question)
	switch {
	case ctx.Err() != nil:
		return errUnanswered
	case err != nil:
		return err
	case !yes:
		return errDeclined
	}
	return nil
}

// The question was answered with no, or was interrupted.
var (
	errDeclined   = errors.New("nothing was applied, as the answer was not yes")
	errUnanswered = errors.New("nothing was applied, as nobody answered")
)

// end says by exit code how an apply went. The report has told it in words.
func (o *applyOptions) end(p *plan.Plan, r *plan.Report) error {
	switch {
	case r.Interrupted:
		return &outcome{exitInterrupted}
	case len(r.Failed)+r.NotReached > 0:
		return &outcome{exitPartly}
	case len(r.Refused) > 0:
		return &outcome{exitRefused}
	case o.saved != "" && heldNow(p) > 0:
		return &engine.RefusedError{
			Why:  fmt.Sprintf("approved steps that were not done, because they are held now (the plan above says why): %d", heldNow(p)),
			Mend: "give the --allow and --adopt that the plan was made with; or end what holds them, and make a new plan",
		}
	case o.detailed && len(p.Holds)+len(r.Held) > 0:
		return &outcome{exitHeld}
	}
	return nil
}

// heldNow counts the steps of a saved plan that are held, although they were not when it was approved.
// Those that are not of the plan are left out of the run, and not held.
func heldNow(p *plan.Plan) int {
	n := 0
	for _, s := range p.Steps {
		if s.Held != "" && s.Held != plan.NotSelected {
			n++
		}
	}
	return n
}
