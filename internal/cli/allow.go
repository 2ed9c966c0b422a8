package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

type allowOptions struct {
	config  configOption
	view    viewOptions
	token   string
	because string
	yes     bool
}

func newAllow(env *Env) *cobra.Command {
	o := &allowOptions{}
	cmd := &cobra.Command{
		Use:   "allow HOLD --because TEXT",
		Short: "Lift one hold: do what it keeps, and write down who allowed it",
		Long: `Lifts the hold that tenantry holds shows with the token HOLD, as it was shown: it reads everything
again, shows the steps that the hold keeps, asks, and does them, with the hold's own hazard allowed
and no other. Whoever is to lose something is looked at a second time, and the limits of the day, and
a pause, hold as they do for apply. When anything about the hold has changed since, there is no hold
of that token any more, and nothing is done.

Who allowed it, and why, stands in the history before the first step. Elsewhere than on a terminal it
needs --yes. With --format json, two documents are written, one behind the other: the plan and the
report.`,
		Example: `  tenantry holds -c tenantry.yaml
  tenantry allow -c tenantry.yaml 3f9a01c2d7 --because "left the company, says her manager"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("tenantry holds shows which there are, each with the command that lifts it", "allow takes the token of one hold, and here are %d arguments", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.validate(env, cmd, args[0]); err != nil {
				return err
			}
			return o.run(cmd.Context(), env)
		},
	}
	o.config.register(cmd)
	o.view.register(cmd)
	cmd.Flags().StringVar(&o.because, "because", "", "why, as `TEXT`: it stands in the history")
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	return cmd
}

func (o *allowOptions) validate(env *Env, cmd *cobra.Command, token string) error {
	if !plan.IsToken(token) {
		return usage("tenantry holds shows which there are, each with the command that lifts it", "%s is no token of a hold: ten hexadecimal digits", view.Quote(token))
	}
	o.token = strings.ToLower(token)
	var err error
	if o.because, err = reason(o.because, fmt.Sprintf(`say it such as: tenantry allow %s --because "left the company, says her manager"`, o.token)); err != nil {
		return err
	}
	if !o.yes && !o.asks(env) {
		return usage(fmt.Sprintf("tenantry allow %s --because %s --yes", o.token, tenancy.ShellQuote(o.because)), "there is no terminal to ask on")
	}
	return o.config.validate(env, cmd)
}

// asks reports whether there is someone to ask.
func (o *allowOptions) asks(env *Env) bool { return o.view.format == view.Text && env.IO.CanPrompt() }

func (o *allowOptions) run(ctx context.Context, env *Env) error {
	r, close, err := o.config.connect(ctx, env, true)
	if err != nil {
		return err
	}
	defer close()
	l, err := r.Lift(ctx, o.token)
	if err != nil {
		return err
	}
	pass := l.Pass
	printer := o.view.printer(env)
	if err := printer.Plan(&pass.Plan); err != nil {
		return err
	}
	steps := len(pass.Plan.Pending())
	if steps == 0 {
		return heldByOthers(l)
	}
	if err := o.config.unpaused(ctx, r, &pass.Plan); err != nil {
		return err
	}
	if !o.yes {
		if err := confirm(ctx, env, steps); err != nil {
			return err
		}
	}
	pass.Cause = tenancy.Cause{Kind: tenancy.ByCommand, Name: "allow"}
	report, err := perform(ctx, env, o.view.format, printer, pass, func() (plan.Report, error) {
		return r.Allow(ctx, l, o.because, printer.Progress)
	})
	if err != nil {
		return err
	}
	if o.view.format == view.Text && len(l.Still) > 0 {
		fmt.Fprintf(env.IO.Out, "What %s kept besides is still held, by %s: the plan above says why, and what ends it.\n", l.Hold.Code, codesOf(l.Still))
	}
	return (&applyOptions{}).end(&pass.Plan, &report)
}

// heldByOthers refuses to allow what would do nothing, and says what ends the other holds.
func heldByOthers(l *engine.Lifting) error {
	refused := &engine.RefusedError{Why: fmt.Sprintf("nothing was done: it is not only %s that keeps it", l.Hold.Code)}
	if len(l.Still) > 0 {
		refused.Why = fmt.Sprintf("nothing was done: what %s keeps is held by %s, too", l.Hold.Code, codesOf(l.Still))
		refused.Mend = l.Still[0].Ends
	}
	return refused
}

// codesOf are the codes of holds, each once.
func codesOf(holds []tenancy.Hold) string {
	var codes []string
	for _, h := range holds {
		if code := string(h.Code); len(codes) == 0 || codes[len(codes)-1] != code {
			codes = append(codes, code)
		}
	}
	return strings.Join(codes, ", ")
}
