package cli

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

type holdsOptions struct {
	config     configOption
	view       viewOptions
	namespaces []string
	detailed   bool
	verify     bool
}

func newHolds(env *Env) *cobra.Command {
	o := &holdsOptions{}
	cmd := &cobra.Command{
		Use:   "holds",
		Short: "Show what waits for a person, since when, and what ends it",
		Long: `Reads QuickSight and Identity Center as plan does, and shows what is held: first that through which
someone still has access, and then the rest; since when, as far as the history knows; why; and the
command or the edit that ends it. What can be lifted by a word has a command with a token: tenantry
allow. Nothing is written to AWS.

What the configuration accepts stands apart. With --namespace, what is about no namespace in
particular is shown all the same.`,
		Example: `  tenantry holds -c tenantry.yaml
  tenantry holds -c tenantry.yaml --namespace acme
  tenantry holds -c tenantry.yaml --format json --detailed-exitcode`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			in, err := o.validate(env, cmd)
			if err != nil {
				return err
			}
			return o.run(cmd.Context(), env, in)
		},
	}
	o.config.register(cmd)
	o.view.register(cmd)
	cmd.Flags().StringSliceVar(&o.namespaces, "namespace", nil, "only what is held in these `NAMESPACES`, or in none in particular")
	cmd.Flags().BoolVar(&o.verify, "verify", false, verifyUsage)
	cmd.Flags().BoolVar(&o.detailed, "detailed-exitcode", false, "exit with 6 when something is held")
	return cmd
}

func (o *holdsOptions) validate(env *Env, cmd *cobra.Command) ([]tenancy.Namespace, error) {
	if err := o.config.validate(env, cmd); err != nil {
		return nil, err
	}
	return namespaces(cmd, "namespace", o.namespaces)
}

// run plans for everything, whatever is shown: limits are judged on the whole, and a token must be the one that
// allow finds.
func (o *holdsOptions) run(ctx context.Context, env *Env, in []tenancy.Namespace) error {
	r, j, close, err := o.config.connectWithHistory(ctx, env, false)
	if err != nil {
		return err
	}
	defer close()
	pass, err := r.Plan(ctx, engine.Scope{Verify: o.verify})
	if err != nil {
		return err
	}
	kept, err := within(pass, in)
	if err != nil {
		return err
	}
	since, err := heldSince(ctx, j, kept)
	if err != nil {
		return err
	}
	var holds, accepted []view.Waiting
	for i, k := range kept {
		w := view.Waiting{Hold: k.Hold, Since: since[i], Token: k.Token()}
		if k.Hazard() != "" {
			w.Lift = allowCommand(w.Token)
		}
		if k.Accepted {
			accepted = append(accepted, w)
		} else {
			holds = append(holds, w)
		}
	}
	if err := o.view.printer(env).Waiting(holds, accepted); err != nil {
		return err
	}
	if o.detailed && len(holds) > 0 {
		return &outcome{exitHeld}
	}
	return nil
}

// within are the holds that are about some namespaces, or about none in particular; nil means all. A namespace
// of which nothing was seen is refused: it is a typing error.
func within(pass *engine.Pass, in []tenancy.Namespace) ([]plan.Kept, error) {
	all := pass.Plan.Keeps()
	if in == nil {
		return all, nil
	}
	about := map[string]bool{}
	for _, k := range all {
		about[k.Hold.Namespace] = true
	}
	names := map[string]bool{"": true}
	for _, n := range in {
		if names[n.String()] = true; !about[n.String()] && !pass.Knows(n) {
			return nil, engine.NoTenant(n)
		}
	}
	return slices.DeleteFunc(all, func(k plan.Kept) bool { return !names[k.Hold.Namespace] }), nil
}

func heldSince(ctx context.Context, j *journal.Journal, kept []plan.Kept) ([]time.Time, error) {
	if j == nil {
		return make([]time.Time, len(kept)), nil
	}
	holds := make([]tenancy.Hold, len(kept))
	for i, k := range kept {
		holds[i] = k.Hold
	}
	return j.HeldSince(ctx, holds)
}

// allowCommand is what lifts a hold.
func allowCommand(token string) string { return "tenantry allow " + token + ` --because "…"` }
