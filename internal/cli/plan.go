package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/view"
)

type planOptions struct {
	config   configOption
	scope    scopeOptions
	view     viewOptions
	out      string
	detailed bool
}

func newPlan(env *Env) *cobra.Command {
	o := &planOptions{}
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show what would change, and why; write nothing",
		Long: `Reads QuickSight and Identity Center, and shows what would be done: first who gains access to
which customer, then the steps of each namespace with the group and the rule they come from, then
what is held, waiting for a person. Nothing is written to AWS.

The same two worlds give the same plan, byte for byte. With -o it is saved with the fingerprints of
what it was made from, for: tenantry apply FILE, within an hour`,
		Example: `  tenantry plan -c tenantry.yaml
  tenantry plan -c tenantry.yaml --namespace acme -o plan.json
  tenantry plan -c tenantry.yaml --format json --detailed-exitcode`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			scope, err := o.validate(env, cmd)
			if err != nil {
				return err
			}
			return o.run(cmd.Context(), env, scope)
		},
	}
	o.config.register(cmd)
	o.scope.register(cmd)
	o.view.register(cmd)
	cmd.Flags().StringVarP(&o.out, "out", "o", "", "save the plan to `FILE`")
	cmd.Flags().BoolVar(&o.detailed, "detailed-exitcode", false, "exit with 2 when changes are pending, 6 when something is only held")
	return cmd
}

func (o *planOptions) validate(env *Env, cmd *cobra.Command) (engine.Scope, error) {
	if cmd.Flags().Changed("out") {
		if err := validateOut(o.out); err != nil {
			return engine.Scope{}, err
		}
	}
	if err := o.config.validate(env, cmd); err != nil {
		return engine.Scope{}, err
	}
	return o.scope.scope(cmd)
}

func (o *planOptions) run(ctx context.Context, env *Env, scope engine.Scope) error {
	r, close, err := o.config.connect(ctx, env, false)
	if err != nil {
		return err
	}
	defer close()
	pass, err := r.Plan(ctx, scope)
	if err != nil {
		return err
	}
	if o.out != "" {
		if err := savePlan(o.out, pass.Plan, env.IO.Now()); err != nil {
			return err
		}
	}
	if err := o.view.printer(env).Plan(&pass.Plan); err != nil {
		return err
	}
	if o.out != "" {
		fmt.Fprintf(env.IO.Err, "saved the plan; it is good for an hour: tenantry apply -c %s %s%s\n", view.Name(o.config.path), view.Name(o.out), again(scope))
	}
	if !o.detailed {
		return nil
	}
	return detailed(&pass.Plan)
}

// again is the flags that the plan needs when it is applied, too: apply guards anew, and what was
// allowed to a plan is not allowed to everyone who has its file.
func again(scope engine.Scope) string {
	var flags strings.Builder
	for _, h := range scope.Allow {
		fmt.Fprintf(&flags, " --allow %s", h)
	}
	for _, n := range scope.Adopt {
		fmt.Fprintf(&flags, " --adopt %s", n)
	}
	return flags.String()
}

// detailed says by exit code what a plan has.
func detailed(p *plan.Plan) error {
	switch {
	case len(p.Pending()) > 0:
		return &outcome{exitPending}
	case len(p.Holds) > 0:
		return &outcome{exitHeld}
	}
	return nil
}

// validateOut refuses a name that no plan can be saved under, before anything is read. savePlan puts
// its file in the place of what has the name, and that must not be a device or somebody's link.
func validateOut(path string) error {
	switch path {
	case "":
		return usage("name a file, or leave -o out", "-o is empty")
	case "-":
		return usage("name a file; or leave -o out, and write to the output with --format json", "-o takes the name of a file, and not -")
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return usage("name a file in a directory that is there", "-o %s: there is no directory %s", view.Name(path), view.Name(filepath.Dir(path)))
	}
	switch info, err := os.Lstat(path); {
	case err != nil: // nothing is there, or saving says what is wrong
	case info.IsDir():
		return usage("name a file in it, such as "+view.Name(filepath.Join(path, "plan.json")), "-o %s is a directory", view.Name(path))
	case !info.Mode().IsRegular():
		return usage("name another file", "-o %s is there already, and is no ordinary file", view.Name(path))
	}
	return nil
}

// savePlan writes a plan's file. It is for its owner alone, since it holds e-mail addresses.
func savePlan(path string, p plan.Plan, now time.Time) error {
	data, err := plan.Save(p, now.UTC().Format(time.RFC3339))
	if err == nil {
		err = app.ReplaceFile(path, append(data, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("save the plan: %w", err)
	}
	return nil
}
