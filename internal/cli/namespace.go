//go:build !tenantry.lambda

package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

// newNamespace is not in the program for AWS Lambda, which thereby has no call that deletes a namespace.
func newNamespace(env *Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "namespace",
		Short: "Delete the namespace of a customer who has left",
		Long:  "What concerns a namespace itself, and that nothing but a person does.",
		RunE:  showHelp,
	}
	cmd.AddCommand(newNamespaceDelete(env))
	return cmd
}

type deleteOptions struct {
	config             configOption
	fingerprint, again string
	full               bool
}

func newNamespaceDelete(env *Env) *cobra.Command {
	o := &deleteOptions{}
	cmd := &cobra.Command{
		Use:   "delete NAME",
		Short: "Delete an empty namespace of ours, in two steps",
		Long: `Deletes a namespace, for good, with the groups in it. No other command does, and neither does serve.

It must be tenantry's, no group and no rule may ask for it, nobody may be registered in it, whoever
registered them, and no asset of any kind may be shared with anyone in it, in any of the Regions of
quicksight.asset_regions. All of them are read, which takes its time.

The first call shows what it finds, deletes nothing, and prints the command for the second, with a
fingerprint of what was found. The second reads it all again and deletes the namespace only if it is
just as it was. On a terminal the name is typed once more for it; elsewhere it is given a second
time with --name-again. AWS takes about half a minute, and the command waits for it.`,
		Example: `  tenantry namespace delete acme -c tenantry.yaml
  tenantry namespace delete acme -c tenantry.yaml --fingerprint SUM
  tenantry namespace delete acme -c tenantry.yaml --fingerprint SUM --name-again acme`,
		Args: exactly(1, "name the namespace: tenantry namespace delete NAME"),
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
	f.StringVar(&o.fingerprint, "fingerprint", "", "delete it, if what is found still has this `SUM`")
	f.StringVar(&o.again, "name-again", "", "the `NAME` once more, where there is no terminal to type it at")
	f.BoolVar(&o.full, "full", false, "show every name, however many")
	return cmd
}

func (o *deleteOptions) validate(env *Env, cmd *cobra.Command, name string) (tenancy.Namespace, error) {
	n, err := tenancy.ParseNamespace(name)
	changed := cmd.Flags().Changed
	switch {
	case err != nil:
		return n, usage("a namespace is 1 to 64 letters, digits, '.', '_' and '-', and never default", "%v", err)
	case changed("fingerprint") && o.fingerprint == "":
		return n, usage("copy it from the first call, which gives none", "--fingerprint is empty")
	case changed("name-again") && o.fingerprint == "":
		return n, usage("leave it out: the first call shows what it finds, and prints the command for the second", "--name-again without --fingerprint")
	case changed("name-again") && o.again != name:
		return n, usage("it is the name of the namespace, just as it is", "--name-again is %s, and the namespace is %s", view.Quote(o.again), view.Quote(name))
	case o.fingerprint != "" && o.again == "" && !env.IO.CanPrompt():
		return n, usage("give the name a second time: --name-again "+name, "there is no terminal to type the name at")
	}
	return n, o.config.validate(env, cmd)
}

// deleter is what deletes a namespace.
type deleter interface {
	Look(ctx context.Context, n tenancy.Namespace) (*plan.Remains, error)
	Delete(ctx context.Context, found *plan.Remains) (still tenancy.Status, err error)
}

// deleterOf makes the one thing in the program that can delete a namespace (S5). A test's reconciler is one itself.
func deleterOf(r reconciler) deleter {
	if a, real := r.(*app.App); real {
		return &engine.Deletion{Engine: a.Engine, Remover: awsapi.NewNamespaceRemover(a.AWS)}
	}
	return r.(deleter)
}

func (o *deleteOptions) run(ctx context.Context, env *Env, n tenancy.Namespace) error {
	r, close, err := o.config.connect(ctx, env, o.fingerprint != "")
	if err != nil {
		return err
	}
	defer close()
	if o.fingerprint != "" && o.again == "" {
		// Asked for before the reading, so that nothing can happen between that and the deletion.
		if err := typed(ctx, env, n, fmt.Sprintf("\nThe namespace %s will be deleted for good. Type its name:", n), "nothing was deleted"); err != nil {
			return err
		}
	}
	d := deleterOf(r)
	found, err := d.Look(ctx, n)
	if err != nil {
		return err
	}
	if err := view.Remains(env.IO, view.Options{Full: o.full}, found); err != nil {
		return err
	}
	switch why := found.InTheWay(); {
	case why != "":
		return &engine.RefusedError{
			Why:  fmt.Sprintf("the namespace %s is not empty, and is not deleted: %s", n, why),
			Mend: "take the users out first (tenantry retire " + n.String() + ", for the tenant's own), and what is shared with them, with its groups or with all of it off the assets",
		}
	case o.fingerprint == "":
		_, err := fmt.Fprintf(env.IO.Out, "\nNothing stands in the way. It was not deleted: nothing brings a namespace back. To delete it:\n  %s\n", o.next(env, found))
		return err
	case o.fingerprint != found.Fingerprint:
		return &engine.RefusedError{
			Why:  fmt.Sprintf("the fingerprint is stale: %s is not as it was when it was looked at", n),
			Mend: "look again at what is above; if it is still to be deleted: " + o.next(env, found),
		}
	}
	if err := o.config.mayWrite(ctx, r, plan.KindDeleteNamespace); err != nil {
		return err
	}
	fmt.Fprintf(env.IO.Err, "deleting %s; AWS takes about half a minute\n", n)
	return o.end(ctx, env, d, found)
}

// end deletes it, and says where it stands.
func (o *deleteOptions) end(ctx context.Context, env *Env, d deleter, found *plan.Remains) error {
	still, err := d.Delete(ctx, found)
	switch {
	case still != "" && err != nil:
		fmt.Fprintf(env.IO.Out, "\nIt was asked for, and is not over: %s. AWS goes on by itself; look with:\n  aws quicksight describe-namespace --aws-account-id %s --namespace %s\n",
			view.Safe(err.Error()), found.Account, found.Namespace)
		if ctx.Err() != nil {
			return &outcome{exitInterrupted}
		}
		return &outcome{exitPartly}
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(env.IO.Out, "\nDone: there is no namespace %s any more.\n", found.Namespace)
	return err
}

// next is the command that deletes what was found.
func (o *deleteOptions) next(env *Env, found *plan.Remains) string {
	command := fmt.Sprintf("tenantry namespace delete %s -c %s --fingerprint %s", found.Namespace, view.Name(o.config.path), found.Fingerprint)
	if !env.IO.CanPrompt() {
		command += fmt.Sprintf(" --name-again %s", found.Namespace)
	}
	return command
}

// typed lets a person type the name. Where it is another one, nothing is done, in words of the command's.
func typed(ctx context.Context, env *Env, n tenancy.Namespace, question, nothing string) error {
	answer, err := env.IO.Ask(ctx, question)
	switch {
	case ctx.Err() != nil:
		return errUnanswered
	case err != nil:
		return err
	case strings.TrimSpace(answer) != n.String():
		return &engine.RefusedError{Why: nothing + ", as what was typed is not the namespace's name", Mend: "type it just as it is: capital letters count"}
	}
	return nil
}
