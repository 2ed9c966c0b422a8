package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

type rebindOptions struct {
	config      configOption
	group, from string
	yes, full   bool
}

func newRebind(env *Env) *cobra.Command {
	o := &rebindOptions{}
	cmd := &cobra.Command{
		Use:   "rebind NAMESPACE --group ID",
		Short: "Let another group take the place of one that is gone",
		Long: `A tenant is bound to groups by their ids. When an identity provider deletes a group and pushes it
again, the new one has the same name and another id: it is not let in by its name, and everyone keeps
what they have. This command says that it is the same customer's.

It reads everything, shows who is in the tenant's mirror now and who is in the new group, and asks.
Then it writes the new group's id into the mark of the mirror, and does nothing else: nobody is moved
or removed by it. The next plan does what follows, under the brake and with its hazards.

A group that is still in the directory keeps its place, and no group takes one that no rule gives to
the namespace. Elsewhere than on a terminal it needs --yes.`,
		Example: `  tenantry rebind acme -c tenantry.yaml --group 34887428-4081-7042-c3c6-928d413009e7
  tenantry rebind acme -c tenantry.yaml --group ID --from ID --yes`,
		Args: exactly(1, "name the namespace: tenantry rebind NAMESPACE --group ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := o.validate(env, cmd, args[0])
			if err != nil {
				return err
			}
			return o.run(cmd.Context(), env, n)
		},
	}
	o.config.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.group, "group", "", "the `ID` of the group in Identity Center that takes the place")
	f.StringVar(&o.from, "from", "", "the `ID` of the group that is gone, where the tenant has more than one such")
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	f.BoolVar(&o.full, "full", false, "show every name, however many")
	return cmd
}

// exactly refuses another number of arguments.
func exactly(n int, hint string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usage(hint, "%s takes %d argument, and here are %d", cmd.CommandPath(), n, len(args))
		}
		return nil
	}
}

func (o *rebindOptions) validate(env *Env, cmd *cobra.Command, name string) (tenancy.Namespace, error) {
	n, err := tenancy.ParseNamespace(name)
	if err != nil {
		return n, usage("a namespace is 1 to 64 letters, digits, '.', '_' and '-', and never default", "%v", err)
	}
	switch {
	case o.group == "":
		return n, usage("name the group by its id in Identity Center: --group ID", "it is not said which group takes the place: --group is missing or empty")
	case cmd.Flags().Changed("from") && o.from == "":
		return n, usage("name a group by its id, or leave --from out", "--from is empty")
	case o.from == o.group:
		return n, usage("--group is the new one's, and --from the old one's", "--group and --from are the same")
	case !o.yes && !env.IO.CanPrompt():
		return n, usage("give --yes, once you have looked at both sides", "there is no terminal to ask on")
	}
	return n, o.config.validate(env, cmd)
}

func (o *rebindOptions) run(ctx context.Context, env *Env, n tenancy.Namespace) error {
	r, close, err := o.config.connect(ctx, env, true)
	if err != nil {
		return err
	}
	defer close()
	b, err := r.Rebinding(ctx, n, tenancy.GroupID(o.group), tenancy.GroupID(o.from))
	if err != nil {
		return err
	}
	if err := view.Rebinding(env.IO, view.Options{Full: o.full}, b.Change, b.Because, b.Sides); err != nil {
		return err
	}
	if err := o.config.mayWrite(ctx, r, b.Change.Kind()); err != nil {
		return err
	}
	if !o.yes {
		if err := ask(ctx, env, "\nLet the new group take its place?"); err != nil {
			return err
		}
	}
	if err := r.Rebind(ctx, b); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.IO.Out, "\nDone: the mirror %s of %s is bound to %s. See what follows: tenantry plan -c %s --namespace %s\n",
		view.Quote(b.Change.Mirror), n, view.Name(string(b.Change.To)), view.Name(o.config.path), n)
	return err
}

// mayWrite refuses what a pause would stop.
func (o *configOption) mayWrite(ctx context.Context, r reconciler, kind plan.Kind) error {
	pause, err := r.Paused(ctx)
	if err != nil || !pause.Stops(kind) {
		return err
	}
	return o.paused(pause)
}
