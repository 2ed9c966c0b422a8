// Package demo is the story that a newcomer sees first: tenantry at its main job, on real AWS
// protocols, in a world of its own.
//
// Run makes a simulated AWS (world.json) inside the process, with an Identity Center of three
// customers and a QuickSight account in which just-in-time provisioning has done its harm, and then
// does what an operator would: look, plan, apply, look again, plan again. Everything but the world is
// the program itself: the same engine, the same AWS SDK, the same text. It reads no credentials,
// writes no file, and talks to nothing but its own simulator.
package demo

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

// World is the demo's world, as a world file.
//
//go:embed world.json
var World []byte

// Configuration is the demo's configuration.
//
//go:embed tenantry.yaml
var Configuration []byte

// Options say what to do besides telling the story.
type Options struct {
	// Listen is a loopback address on which the simulated AWS is served, after the story, until ctx
	// ends. "" serves nothing.
	Listen string
}

// Run tells the story on s.Out.
func Run(ctx context.Context, s *view.IO, o Options) error {
	sim, err := awssim.Open(World, awssim.Options{})
	if err != nil {
		return fmt.Errorf("making the demo's world: %w", err)
	}
	c, problems := config.Parse("tenantry.yaml", Configuration)
	if err := problems.Err(); err != nil {
		return err
	}
	a, err := app.New(ctx, c, app.Options{Simulator: &app.Simulator{Client: sim.Client()}})
	if err != nil {
		return err
	}
	var server *awssim.Server
	if o.Listen != "" { // before the story: nobody waits for it to hear that the address is taken
		if server, err = sim.Listen(o.Listen); err != nil {
			return err
		}
	}
	st := &story{io: s, app: a, printer: view.New(s, view.Text, view.Options{})}
	if err := st.tell(ctx); err != nil || server == nil {
		return err
	}
	return serve(ctx, s, server)
}

type story struct {
	io      *view.IO
	app     *app.App
	printer view.Printer
}

func (st *story) tell(ctx context.Context) error {
	st.chapter("1. What is there: a simulated AWS, inside this process")
	if _, err := st.app.Check(ctx); err != nil {
		return err
	}
	before, err := st.app.Plan(ctx, engine.Scope{})
	if err != nil {
		return err
	}
	st.directory(before)
	st.residents(before)

	st.chapter("2. tenantry plan: what would change, and why")
	if err := st.printer.Plan(&before.Plan); err != nil {
		return err
	}

	st.chapter("3. tenantry apply: doing it")
	report := st.app.Apply(ctx, before, st.printer.Progress)
	if err := st.printer.Report(&report); err != nil {
		return err
	}
	if report.Interrupted {
		return ctx.Err()
	}

	st.chapter("4. Who lives where now, and what was held")
	after, err := st.app.Plan(ctx, engine.Scope{})
	if err != nil {
		return err
	}
	st.residents(after)
	fmt.Fprintln(st.io.Out)
	if err := st.printer.Holds(after.Plan.Holds); err != nil {
		return err
	}

	st.chapter("5. tenantry plan, again: running it twice changes nothing")
	return st.printer.Plan(&after.Plan)
}

func (st *story) chapter(title string) {
	fmt.Fprintf(st.io.Out, "\n── %s %s\n\n", title, strings.Repeat("─", max(1, st.io.Width-len(title)-4)))
}

// directory prints the people of Identity Center, with their groups.
func (st *story) directory(p *engine.Pass) {
	dir := p.Directory()
	groups := map[tenancy.PersonID][]string{}
	for _, g := range dir.Groups {
		for _, id := range dir.Members[g.ID] {
			groups[id] = append(groups[id], g.Name)
		}
	}
	fmt.Fprintf(st.io.Out, "IAM Identity Center: %d people, %d groups\n", len(dir.People), len(dir.Groups))
	people := slices.Clone(dir.People)
	slices.SortFunc(people, func(a, b tenancy.Person) int { return strings.Compare(a.UserName, b.UserName) })
	t := st.table()
	for _, person := range people {
		in := groups[person.ID]
		slices.Sort(in)
		remark := ""
		switch {
		case person.Disabled:
			remark = "disabled"
		case person.Email == "":
			remark = "no e-mail address"
		case len(in) == 0:
			remark = "in no group that feeds a tenant"
		}
		fmt.Fprintf(t, "  %s\t%s\t%s\n", view.Safe(person.UserName), view.Safe(strings.Join(in, ", ")), remark)
	}
	t.Flush()
	fmt.Fprintln(st.io.Out)
}

// residents prints who is registered in which namespace of QuickSight.
func (st *story) residents(p *engine.Pass) {
	have := p.Have()
	fmt.Fprintf(st.io.Out, "QuickSight: %d namespaces besides default\n", len(have.Tenants)+len(have.Foreign)-1)
	t := st.table()
	for _, tenant := range have.Tenants {
		st.users(t, tenant.Namespace.String(), tenant.Registrations, tenant.Mirrors)
	}
	for _, f := range have.Foreign {
		st.users(t, f.Name, f.Users, nil)
	}
	t.Flush()
}

func (st *story) users(t *tabwriter.Writer, namespace string, users []tenancy.Registration, mirrors []tenancy.Mirror) {
	for i, u := range users {
		var in []string
		for _, m := range mirrors {
			if m.Has(u.User) {
				in = append(in, m.Name)
			}
		}
		if i > 0 {
			namespace = ""
		}
		slices.Sort(in)
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\n", namespace, view.Safe(string(u.User)), u.Role, view.Safe(strings.Join(in, ", ")))
	}
}

func (st *story) table() *tabwriter.Writer {
	return tabwriter.NewWriter(st.io.Out, 0, 0, 3, ' ', 0)
}

// Environment is what to paste into a shell, for the AWS CLI, boto3 and the SDKs to use the
// simulated AWS at url. Version 1 of the AWS CLI and boto3 know the Region as AWS_DEFAULT_REGION only.
func Environment(url string) string {
	return fmt.Sprintf(`  export AWS_ENDPOINT_URL=%s AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=AKIASIMULATED0000001 AWS_SECRET_ACCESS_KEY=simulated
`, url)
}

// serve keeps the simulated AWS up until ctx ends.
func serve(ctx context.Context, s *view.IO, server *awssim.Server) error {
	fmt.Fprintf(s.Out, `
── The simulated AWS is listening on %[1]s; ^C ends it

Paste into another terminal (the keys are made up; nothing real is touched):

%[2]s  aws quicksight list-namespaces --aws-account-id 111122223333
  aws quicksight list-users --aws-account-id 111122223333 --namespace acme
  aws identitystore list-groups --identity-store-id d-1234567890
`, server.URL, Environment(server.URL))
	return server.Serve(ctx)
}
