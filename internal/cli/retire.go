//go:build !tenantry.lambda

package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

type retireOptions struct {
	config configOption
	view   viewOptions
	report string
	assets string
	to     string // a group of the house: NAMESPACE/GROUP
	allow  []string
	yes    bool
	force  bool
}

// assetsLeft is the only word for --assets: what leavers own alone is the custodians' of the namespace.
const assetsLeft = "left"

func newRetire(env *Env) *cobra.Command {
	o := &retireOptions{}
	cmd := &cobra.Command{
		Use:   "retire NAMESPACE",
		Short: "Take everyone of a customer who has left out of their namespace",
		Long: `Empties the namespace of a customer who has left: everyone leaves its groups, and is suspended where
leavers.suspend_with says with what; what they own alone is handed over; and they are removed, as many
in a day as the limits let. Run again, it goes on. What is then left to do is tenantry namespace delete.

Nothing may ask for the tenant any more: as long as a rule reads it in the name of one of Identity
Center's groups, its people would be let in again. Users under other roles and groups made by hand
are listed, and not touched.

It reads everything, shows what it will do, and asks for the namespace's name; elsewhere than on a
terminal it needs --yes. Before the first write it writes down, in a file of its own, who was in the
namespace and every asset that any of them had anything of.`,
		Example: `  tenantry retire acme -c tenantry.yaml
  tenantry retire acme -c tenantry.yaml --allow many-removals --yes`,
		Args: exactly(1, "name the namespace: tenantry retire NAMESPACE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, to, err := o.validate(env, cmd, args[0])
			if err != nil {
				return err
			}
			return o.run(cmd.Context(), env, n, to)
		},
	}
	o.config.register(cmd)
	o.view.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.report, "report", "", "write down what the namespace had in this `FILE` (default tenantry-retire-NAMESPACE.json)")
	f.BoolVar(&o.force, "force", false, "write over a report that is there")
	f.StringVar(&o.assets, "assets", assetsLeft, "what leavers own alone is `left` in the namespace, to its custodians")
	f.StringVar(&o.to, "assets-to", "", "it goes to a group of the house: `NAMESPACE/GROUP`")
	f.StringSliceVar(&o.allow, "allow", nil, "allow this `HAZARD`: "+string(plan.ManyRemovals)+", everyone is removed at once")
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	return cmd
}

func (o *retireOptions) validate(env *Env, cmd *cobra.Command, name string) (n tenancy.Namespace, to plan.HouseGroup, err error) {
	if n, err = tenancy.ParseNamespace(name); err != nil {
		return n, to, usage("a namespace is 1 to 64 letters, digits, '.', '_' and '-', and never default", "%v", err)
	}
	if to, err = o.heirs(cmd); err != nil {
		return n, to, err
	}
	switch {
	case cmd.Flags().Changed("report") && o.report == "":
		return n, to, usage("name a file, or leave --report out", "--report is empty")
	case o.assets != assetsLeft:
		return n, to, usage("--assets "+assetsLeft+", or --assets-to NAMESPACE/GROUP", "--assets %s: there is no such way", view.Quote(o.assets))
	case !o.yes && !(o.view.format == view.Text && env.IO.CanPrompt()):
		return n, to, usage("give --yes, once you have looked at what it would do on a terminal", "there is no terminal to ask on")
	}
	for _, h := range o.allow {
		if h != string(plan.ManyRemovals) {
			return n, to, usage("the command itself is the word for the rest; only --allow "+string(plan.ManyRemovals)+" says more", "--allow %s: there is no such hazard that can be allowed here", view.Quote(h))
		}
	}
	if o.report == "" {
		o.report = numbered(reportOf(n), 1)
	}
	if _, err := os.Lstat(o.report); err == nil && !o.force {
		return n, to, usage(fmt.Sprintf("it says what was there before; name another one: --report %s", freeReport(n)), "%s is there already, and is left as it is", view.Name(o.report))
	}
	return n, to, o.config.validate(env, cmd)
}

// heirs is the group of the house that inherits, zero for none.
func (o *retireOptions) heirs(cmd *cobra.Command) (plan.HouseGroup, error) {
	changed := cmd.Flags().Changed
	if !changed("assets-to") {
		return plan.HouseGroup{}, nil
	}
	namespace, group, ok := strings.Cut(o.to, "/")
	switch {
	case changed("assets"):
		return plan.HouseGroup{}, usage("give one of them", "--assets contradicts --assets-to")
	case !ok || namespace == "" || group == "":
		return plan.HouseGroup{}, usage("name a group of one of house.namespaces, such as --assets-to default/Archive", "--assets-to %s names no namespace and group", view.Quote(o.to))
	}
	return plan.HouseGroup{Namespace: namespace, Group: group}, nil
}

// reportOf is what a report is called that nobody has named, without the ending.
func reportOf(n tenancy.Namespace) string { return "tenantry-retire-" + n.String() }

// freeReport is the first of those names that no file has.
func freeReport(n tenancy.Namespace) string { return freeFile(reportOf(n)) }

// retirer is what empties a namespace.
type retirer interface {
	Plan(ctx context.Context, n tenancy.Namespace, o engine.RetireOptions) (*engine.Retiring, error)
	Apply(ctx context.Context, r *engine.Retiring, tell func(plan.Progress)) plan.Report
	Left(ctx context.Context, r *engine.Retiring) (*engine.Left, error)
}

// retirerOf makes the one of a program. A test's reconciler brings its own.
func retirerOf(r reconciler) retirer {
	if a, real := r.(*app.App); real {
		return &engine.Retirement{Engine: a.Engine, Remnants: awsapi.NewRemnants(a.AWS)}
	}
	return r.(interface{ retirer() retirer }).retirer()
}

func (o *retireOptions) run(ctx context.Context, env *Env, n tenancy.Namespace, to plan.HouseGroup) error {
	r, close, err := o.config.connect(ctx, env, true)
	if err != nil {
		return err
	}
	defer close()
	t := retirerOf(r)
	leaving, err := t.Plan(ctx, n, engine.RetireOptions{Many: len(o.allow) > 0, To: to})
	if err != nil {
		return err
	}
	pass := leaving.Pass
	printer := o.view.printer(env)
	if err := printer.Plan(&pass.Plan); err != nil {
		return err
	}
	if err := o.text(func(v view.Options) error { return view.Inventory(env.IO, v, &leaving.Inventory) }); err != nil {
		return err
	}
	steps := len(pass.Plan.Pending())
	if err := o.config.unpaused(ctx, r, &pass.Plan); err != nil {
		return err
	}
	report := plan.Report{}
	switch {
	case steps > 0:
		if report, err = o.apply(ctx, env, t, leaving, printer); err != nil {
			return err
		}
	case o.view.format == view.JSON: // programs count on both documents
		if err := printer.Report(&report); err != nil {
			return err
		}
	}
	if err := o.after(ctx, env, t, leaving, &report); err != nil {
		return err
	}
	if err := (&applyOptions{}).end(&pass.Plan, &report); err != nil {
		return err
	}
	if len(pass.Plan.Holds)+len(report.Held) > 0 {
		return &outcome{exitHeld}
	}
	return nil
}

// text shows something to people, and to programs nothing.
func (o *retireOptions) text(show func(view.Options) error) error {
	if o.view.format != view.Text {
		return nil
	}
	return show(view.Options{Full: o.view.full})
}

// apply asks, writes the report, and does it.
func (o *retireOptions) apply(ctx context.Context, env *Env, t retirer, leaving *engine.Retiring, printer view.Printer) (plan.Report, error) {
	n := leaving.Namespace
	if !o.yes {
		question := fmt.Sprintf("\nEveryone of %s will be taken out. Type its name:", n)
		if err := typed(ctx, env, n, question, "nobody was taken out"); err != nil {
			return plan.Report{}, err
		}
	}
	if err := o.write(&leaving.Inventory); err != nil {
		return plan.Report{}, fmt.Errorf("writing down what %s had, before anything is taken from it: %w", n, err)
	}
	fmt.Fprintf(env.IO.Err, "wrote down what %s had: %s\n", n, view.Name(o.report))
	return perform(ctx, env, o.view.format, printer, leaving.Pass, func() (plan.Report, error) {
		return t.Apply(ctx, leaving, printer.Progress), nil
	})
}

// write writes the report so that it stays, whatever happens then.
func (o *retireOptions) write(all *plan.Inventory) error {
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return writeDown(o.report, append(data, '\n'), o.force)
}

// after says what is left, and what comes next.
func (o *retireOptions) after(ctx context.Context, env *Env, t retirer, leaving *engine.Retiring, report *plan.Report) error {
	if o.view.format != view.Text || report.Interrupted {
		return nil
	}
	n := leaving.Namespace
	left, err := t.Left(ctx, leaving)
	if err != nil {
		return err
	}
	if err := view.LeftOf(env.IO, view.Options{Full: o.view.full}, n, left.Ours, left.Others, left.Granted); err != nil {
		return err
	}
	again := fmt.Sprintf("tenantry retire %s -c %s --report %s", n, view.Name(o.config.path), freeReport(n))
	if o.to != "" {
		again += " --assets-to " + tenancy.ShellQuote(o.to)
	}
	var next []string
	switch {
	case len(left.Ours) > 0 && brakes(&leaving.Pass.Plan):
		next = append(next, "Go on tomorrow:\n  "+again, "Or remove all of them now:\n  "+again+" --allow "+string(plan.ManyRemovals))
	case len(left.Ours) > 0:
		next = append(next, "When nothing keeps them any more, go on:\n  "+again)
	case len(left.Others)+len(left.Granted) == 0:
		next = append(next, fmt.Sprintf("Nobody is in it. To delete it:\n  tenantry namespace delete %s -c %s", n, view.Name(o.config.path)))
	default:
		next = append(next, fmt.Sprintf("Take away what is left, by hand, and then:\n  tenantry namespace delete %s -c %s", n, view.Name(o.config.path)))
	}
	_, err = fmt.Fprintf(env.IO.Out, "\n%s\n", strings.Join(next, "\n"))
	return err
}

// brakes reports whether the limits of the day keep somebody in.
func brakes(p *plan.Plan) bool {
	for _, h := range p.Holds {
		if h.Code == tenancy.Code(plan.ManyRemovals) {
			return true
		}
	}
	return false
}
