package demo

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

// MigrateWorld is the third act's world, as a world file.
//
//go:embed world-migrate.json
var MigrateWorld []byte

// MigrateConfiguration is the third act's configuration.
//
//go:embed tenantry-migrate.yaml
var MigrateConfiguration []byte

// Migrate tells the third act on s.Out: three customers' people are in default, and are brought to where they belong, one
// customer after the other. What it says that somebody sees, and that others are as they were, is looked up in the
// simulated AWS each time; it ends with an error where it is not so.
func Migrate(ctx context.Context, s *view.IO) error {
	m, err := openMigrate(ctx, s, setting{MigrateWorld, MigrateConfiguration})
	if err != nil {
		return err
	}
	defer m.history.Close()
	return m.play(ctx)
}

// openMigrate is open for the third act. Calls take their time; but there is no rate that they wait for, as there is on AWS.
func openMigrate(ctx context.Context, s *view.IO, at setting) (*migration, error) {
	st, err := openWith(ctx, s, at, slowly(), func(o *app.Options, _ *chronicle) { o.Simulator.Rate = 1000 })
	if err != nil {
		return nil, err
	}
	return &migration{
		story: st, mover: app.NewMigration(st.app, nil), shows: view.NewMigrations(s, view.Text, view.Options{}), before: map[string]visit{},
	}, nil
}

// migration is the third act.
type migration struct {
	*story
	mover  *app.Migration
	shows  view.Migrations
	before map[string]visit // what everybody saw in the beginning, by session name
	seats  []plan.Seats     // of the beginning
}

const (
	acme   = "acme"
	globex = "globex"
)

func (m *migration) play(ctx context.Context) error {
	if _, err := m.app.Check(ctx); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{m.opening, m.pilot, m.mapped, m.rest} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	m.chapter("7. What to do next")
	fmt.Fprint(m.io.Out, `  docs/migrate.md           the way from default, step by step: what follows
                            somebody, what holds them, and how it is undone
  tenantry sim --act migrate
                            this world, for import, plan and migrate in your
                            hands; docs/migrate.md has a walk-through
`)
	return nil
}

// opening shows who is in default, and what one of them sees.
func (m *migration) opening(ctx context.Context) error {
	m.chapter("1. Everybody is in default")
	pass, err := m.app.Plan(ctx, engine.Scope{})
	if err != nil {
		return err
	}
	m.say("Three customers' people have signed in to QuickSight before anybody had a namespace for them, and just-in-time provisioning has let them " +
		"all into default. This is who they are, with the group of Identity Center that says where they belong, and what each of them has:")
	fmt.Fprintln(m.io.Out)
	if err := m.stranded(ctx, pass); err != nil {
		return err
	}
	fmt.Fprintln(m.io.Out)
	m.say("judy and karl are the company's own, and sign in by another role. karl owns Welcome, which all of default sees, and Deliveries, which " +
		"the group Globex of default sees. To ben, QuickSight knows another e-mail address than Identity Center does.")
	fmt.Fprintln(m.io.Out)
	m.say("No call of AWS's moves a user from one namespace to another. Whoever deletes a user deletes what was shared with them, and what they " +
		"alone owned is nobody's. gita is the one to watch, as she signs in now and later:")
	fmt.Fprintln(m.io.Out)
	m.sees("now", "gita", m.before["gita"])
	return nil
}

// stranded prints who of the customers' people is in default, and has each of them sign in once.
func (m *migration) stranded(ctx context.Context, pass *engine.Pass) error {
	dir := pass.Directory()
	names, group := map[tenancy.PersonID]string{}, map[string]string{} // by user name the first of their groups
	for _, p := range dir.People {
		names[p.ID] = p.UserName
	}
	for _, g := range dir.Groups {
		for _, id := range dir.Members[g.ID] {
			if first, is := group[names[id]]; !is || g.Name < first {
				group[names[id]] = g.Name
			}
		}
	}
	have := pass.Have()
	theirs := slices.DeleteFunc(slices.Clone(have.ForeignNamed("default").Users), func(u tenancy.Registration) bool { return u.User.RoleName() != "QuickSight" })
	slices.SortFunc(theirs, func(a, b tenancy.Registration) int {
		return cmp.Or(cmp.Compare(group[a.User.SessionName()], group[b.User.SessionName()]), cmp.Compare(a.User, b.User))
	})
	for _, u := range theirs {
		who := u.User.SessionName()
		v, err := m.signIn(ctx, who)
		if err != nil {
			return err
		}
		m.before[who] = v
		own := v.does(func(t thing) bool { return t.through == "" })
		m.hanging(fmt.Sprintf("  %-6s %-7s %-11s ", who, u.Role, group[who]), cmp.Or(own, "nothing of their own"))
	}
	return nil
}

// sees prints what somebody sees.
func (m *migration) sees(when, who string, v visit) {
	m.hanging(fmt.Sprintf("  %-8s%-6s  ", when, who), v.String())
}

// pilot moves the people of one customer, brings them back, and moves them again.
func (m *migration) pilot(ctx context.Context) error {
	m.chapter("2. What would become of acme's people")
	command := "tenantry migrate --namespace acme"
	p, err := m.plan(ctx, command, engine.MigrateOptions{Namespaces: only(acme)})
	if err != nil {
		return err
	}
	m.seats = p.Seats
	if err := m.show(p, only(acme)); err != nil {
		return err
	}

	m.chapter("3. acme's people are moved, and nobody else is touched")
	others, err := m.others(acme, p)
	if err != nil {
		return err
	}
	m.command(command + " --apply")
	if err := m.do(ctx, p); err != nil {
		return err
	}
	fmt.Fprintln(m.io.Out)
	if err := m.compare(ctx, "gita", acme, p); err != nil {
		return err
	}
	fmt.Fprintln(m.io.Out)
	if err := m.untouched(acme, p, others); err != nil {
		return err
	}

	m.chapter("4. It is undone")
	m.say("Before the first write it was written down what everybody had. By that file they come back, with the role, the groups and the " +
		"permissions of before.")
	if err := m.undo(ctx, p); err != nil {
		return err
	}
	fmt.Fprintln(m.io.Out)
	if err := m.compare(ctx, "gita", "default", p); err != nil {
		return err
	}
	fmt.Fprintln(m.io.Out)
	if err := m.untouched(acme, p, others); err != nil {
		return err
	}

	m.chapter("5. Forward again, and the next customer")
	if p, err = m.plan(ctx, command+" --apply", engine.MigrateOptions{Namespaces: only(acme)}); err != nil {
		return err
	}
	if err := m.do(ctx, p); err != nil {
		return err
	}
	fmt.Fprintln(m.io.Out)
	return m.compare(ctx, "gita", acme, p)
}

// mapped moves the people of a customer who see something through a group of default.
func (m *migration) mapped(ctx context.Context) error {
	fmt.Fprintln(m.io.Out)
	command := "tenantry migrate --namespace globex"
	o := engine.MigrateOptions{Namespaces: only(globex)}
	p, err := m.plan(ctx, command, o)
	if err != nil {
		return err
	}
	less := heldFor(p, plan.SeesLess)
	if len(less) == 0 {
		return errors.New("the demo's migration of globex holds nobody who would see less")
	}
	fmt.Fprintln(m.io.Out)
	m.say(strings.Join(less, " and ") + " would be held (sees-less): what they see through the group Globex of default would not come along. A group of the " +
		"tenant can stand for it:")
	fmt.Fprintln(m.io.Out)
	o.Shares = []plan.GroupMap{{Namespace: "default", Group: "Globex", Mirror: "qs:{namespace}"}}
	command += " \\\n      --map-group 'default/Globex={namespace}/qs:{namespace}'"
	if p, err = m.plan(ctx, command, o); err != nil {
		return err
	}
	if less := heldFor(p, plan.SeesLess); len(less) > 0 {
		return fmt.Errorf("the demo's migration of globex holds %s, who would see less", strings.Join(less, ", "))
	}
	if err := m.show(p, only(globex)); err != nil {
		return err
	}
	fmt.Fprintln(m.io.Out)
	m.command(command + " --apply")
	if err := m.do(ctx, p); err != nil {
		return err
	}
	fmt.Fprintln(m.io.Out)
	return m.compare(ctx, "finn", globex, p)
}

// heldFor are those whom nothing but one reason holds, by session name.
func heldFor(p *engine.Migrating, code tenancy.Code) (who []string) {
	for i := range p.Migrants {
		g := &p.Migrants[i]
		codes := map[tenancy.Code]bool{}
		for _, h := range p.Holds {
			if h.Object == string(g.Person) {
				codes[h.Code] = true
			}
		}
		if codes[code] && len(codes) == 1 {
			who = append(who, g.As.SessionName())
		}
	}
	return who
}

// rest moves who is left, and shows who is held.
func (m *migration) rest(ctx context.Context) error {
	m.chapter("6. All the others, and who is held at the end")
	p, err := m.plan(ctx, "tenantry migrate --apply", engine.MigrateOptions{})
	if err != nil {
		return err
	}
	if err := m.do(ctx, p); err != nil {
		return err
	}
	fmt.Fprintln(m.io.Out)
	if err := m.compare(ctx, "mara", "initech", p); err != nil {
		return err
	}
	fmt.Fprintln(m.io.Out)
	if p, err = m.mover.Plan(ctx, engine.MigrateOptions{Keep: m.mover.Keep()}); err != nil {
		return err
	}
	if n := len(toMove(p)); n > 0 {
		return fmt.Errorf("when the demo has moved everybody, %d are to be moved still", n)
	}
	m.say("Whoever is held is where they were, with what they had there, and each hold says what ends it:")
	fmt.Fprintln(m.io.Out)
	if err := m.printer.Holds(p.Holds); err != nil {
		return err
	}
	fmt.Fprintln(m.io.Out)
	for i := range p.Migrants {
		who := p.Migrants[i].As.SessionName()
		now, err := m.same(ctx, who, "default")
		if err != nil {
			return err
		}
		m.sees("now", who, now)
	}
	fmt.Fprintln(m.io.Out)
	return m.countSeats(p.Seats)
}

// countSeats prints how many seats of each role there were and are, which must be as many.
func (m *migration) countSeats(now []plan.Seats) error {
	if !slices.EqualFunc(now, m.seats, func(is, was plan.Seats) bool { return is.Role == was.Role && is.Before == was.Before }) {
		return fmt.Errorf("the demo's migrations have changed the seats from %v to %v", m.seats, now)
	}
	var is, was []string
	for i := range now {
		is = append(is, fmt.Sprintf("%d %s", now[i].Before, now[i].Role))
		was = append(was, fmt.Sprintf("%d %s", m.seats[i].Before, m.seats[i].Role))
	}
	fmt.Fprintf(m.io.Out, "  seats before  %s\n  seats now     %s\n", strings.Join(was, ", "), strings.Join(is, ", "))
	return nil
}

// only is a tenant, to which a command is narrowed.
func only(name string) []tenancy.Namespace {
	n, err := tenancy.ParseNamespace(name)
	if err != nil {
		panic(err) // a name of this file's
	}
	return []tenancy.Namespace{n}
}

func (m *migration) command(line string) { fmt.Fprintf(m.io.Out, "  $ %s\n", line) }

// plan reads everything for a command, and shows the command.
func (m *migration) plan(ctx context.Context, command string, o engine.MigrateOptions) (*engine.Migrating, error) {
	m.command(command)
	o.Keep = m.mover.Keep()
	return m.mover.Plan(ctx, o)
}

// show prints a plan, as the command does.
func (m *migration) show(p *engine.Migrating, in []tenancy.Namespace) error {
	fmt.Fprintln(m.io.Out)
	shown := &view.Migration{Migrating: p.Migrating, Ground: &p.Ground.Plan, Unread: p.Unread, Now: m.io.Now(), Keep: m.mover.Keep()}
	shown.Holds = tenancy.SortHolds(append(slices.Clone(p.Holds), p.KeptOut(&p.Ground.Plan, in)...))
	return m.shows.Migration(shown)
}

// do does a plan, and makes sure that everybody who was moved sees what they saw.
func (m *migration) do(ctx context.Context, p *engine.Migrating) error {
	report, err := m.mover.Apply(ctx, p, engine.ApplyMigration{Batch: 25, StopAfter: 3}, m.moving)
	if err != nil {
		return err
	}
	if err := m.done(ctx, &report, len(toMove(p)), false); err != nil {
		return err
	}
	for _, g := range toMove(p) {
		if _, err := m.same(ctx, g.As.SessionName(), g.To.String()); err != nil {
			return err
		}
	}
	return nil
}

func (m *migration) moving(p engine.MigrateProgress) {
	m.shows.Moving(view.MoveProgress{Total: p.Total, Done: p.Done, Failed: p.Failed, Left: p.Left, Last: view.Moved(p.Last)})
}

// done prints what was done, and is an error where that is not everything.
func (m *migration) done(ctx context.Context, r *engine.MigrateReport, all int, undone bool) error {
	shown := &view.MoveReport{Undone: undone, Ground: r.Ground, Done: r.Done, NotReached: r.NotReached, Stopped: r.Stopped, Interrupted: r.Interrupted, Paused: r.Paused}
	for _, f := range r.Failed {
		shown.Failed = append(shown.Failed, view.Moved(f))
	}
	for _, f := range r.Unready {
		shown.Unready = append(shown.Unready, view.Moved(f))
	}
	if err := m.shows.Moved(shown); err != nil {
		return err
	}
	if r.Done != all || len(r.Ground.Failed) > 0 {
		return errors.Join(fmt.Errorf("the demo has moved %d of %d people", r.Done, all), ctx.Err())
	}
	return nil
}

// toMove are those who are moved.
func toMove(p *engine.Migrating) (all []plan.Migrant) {
	for _, g := range p.Migrants {
		if len(g.Steps) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// undo brings everybody of a plan back, by what the file would say.
func (m *migration) undo(ctx context.Context, p *engine.Migrating) error {
	file, err := json.Marshal(p.Images)
	if err != nil {
		return err
	}
	images, err := plan.ParseImages(file)
	if err != nil {
		return err
	}
	fmt.Fprintln(m.io.Out)
	m.command("tenantry migrate --undo tenantry-migrate-acme.json --apply")
	u, err := m.mover.PlanUndo(ctx, images)
	if err != nil {
		return err
	}
	fmt.Fprintln(m.io.Out)
	if err := m.shows.Undoing(&view.Undoing{People: u.People, Holds: u.Holds}); err != nil {
		return err
	}
	report := m.mover.Undo(ctx, u, engine.ApplyMigration{Batch: 25, StopAfter: 3}, m.moving)
	if err := m.done(ctx, &report, len(images.People), true); err != nil {
		return err
	}
	for _, image := range images.People {
		if _, err := m.same(ctx, image.User.SessionName(), image.Namespace); err != nil {
			return err
		}
	}
	return nil
}

func many(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
