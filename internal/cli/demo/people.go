package demo

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

// closed is a policy by which nobody registers themselves: whom QuickSight does not know, it turns away.
const closed = `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "quicksight:Create*", "Resource": "*"}]}`

// aged is a history that has been kept for a week, as far as anybody asks: tenantry has looked after this account for
// a while. One that is younger than a day takes nobody out by itself.
type aged struct{ *chronicle }

func (a aged) Born(ctx context.Context) time.Time { return a.chronicle.Born(ctx).AddDate(0, 0, -7) }

// People tells the second act on s.Out, in the world that the first one has filled: what becomes of people who leave,
// who are authors no longer, who are called otherwise, and of a group that is emptied by mistake.
func People(ctx context.Context, s *view.IO) error {
	st, err := openPeople(ctx, s)
	if err != nil {
		return err
	}
	defer st.history.Close()
	d := &drama{story: st}
	return d.play(ctx)
}

// openPeople is open for the second act: everybody is in place, and nobody is registered just in time. Calls take no
// time here, and so what takes some is the program's own waiting.
func openPeople(ctx context.Context, s *view.IO) (*story, error) {
	st, err := openWith(ctx, s, setting{World, Configuration}, awssim.Options{}, func(o *app.Options, h *chronicle) { o.Simulator.Rate, o.Journal = 1000, aged{h} })
	if err != nil {
		return nil, err
	}
	st.app.Automatic = []plan.Hazard{plan.ReplacesUser} // as automatic: [replaces-user] says it
	w := st.sim.World()
	if err := w.Change(func(b *world.Behaviour) { b.NamespaceCreateDelay = 0 }); err != nil {
		return nil, err
	}
	w.Lock()
	role, _ := w.IAM.Roles.Get("QuickSight")
	role.Policies = map[string]string{"nobody-registers-themselves": closed}
	w.IAM.Roles.Put(role.Name, role)
	w.Unlock()
	pass, err := st.app.Plan(ctx, engine.Scope{})
	if err != nil {
		return nil, err
	}
	if report := st.app.Apply(ctx, pass, nil); len(report.Failed)+report.NotReached > 0 {
		return nil, errors.Join(errors.New("the demo's customers could not be made"), ctx.Err())
	}
	return st, nil
}

// drama is the second act.
type drama struct {
	*story
	before map[string]visit // what everybody saw at the beginning, by session name
	began  time.Time
	pass   *engine.Pass // what a pass found when the group had been emptied
}

var (
	initech = []string{"hugo", "mara", "nils", "olga", "paul"}
	cast    = append([]string{"ana", "amir", "cleo", "dora", "dario"}, initech...)
)

func (d *drama) play(ctx context.Context) error {
	d.before = map[string]visit{}
	for _, who := range cast {
		var err error
		if d.before[who], err = d.signIn(ctx, who); err != nil {
			return err
		}
	}
	stop, err := d.serve(ctx)
	if err != nil {
		return err
	}
	defer stop()
	d.opening()
	for _, part := range []func(context.Context) error{
		d.happen, d.leaver, d.lowered, d.renamed, d.emptied, d.filled,
	} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	d.chapter("What to try next")
	fmt.Fprint(d.io.Out, `  docs/leavers.md, docs/moves.md, docs/brake.md
                            what happens, in which order, and why
  tenantry sim              this world, for plan, apply and holds in your hands
`)
	return nil
}

// opening shows what everybody sees before anything happens.
func (d *drama) opening() {
	d.chapter("1. Three customers, and what their people see when they sign in")
	d.say("tenantry demo has placed them; here tenantry has looked after them for a week. Signing in is simulated too: it answers " +
		"where somebody lives in QuickSight and what they come to there, and turns away whom QuickSight does not know.")
	fmt.Fprintln(d.io.Out)
	for _, who := range []string{"ana", "amir", "cleo", "dora", "dario"} {
		d.hanging(fmt.Sprintf("  %-9s ", who), d.before[who].String())
	}
	d.hanging(fmt.Sprintf("  %-9s ", "hugo"), d.before["hugo"].String()+"; and so do "+strings.Join(initech[1:], ", "))
}

// happen is what is done in Identity Center, and the waiting for what tenantry makes of it.
func (d *drama) happen(ctx context.Context) error {
	d.chapter("2. Four things happen in Identity Center")
	for _, line := range [][2]string{
		{"ana", "leaves acme: she is taken out of qs:acme and qs:acme:authors"},
		{"dora", "is no author any more: she is taken out of qs:globex:authors, and stays in qs:globex"},
		{"cleo", "gets the user name cleo.diaz; to QuickSight, that is somebody else"},
		{"qs:initech", "is emptied, by mistake"},
	} {
		d.hanging(fmt.Sprintf("  %-11s ", line[0]), line[1])
	}
	fmt.Fprintln(d.io.Out)
	d.say("tenantry serve is told by events. Nobody loses anything on one look: everyone concerned is read again five seconds later, " +
		"and that is waited for now. An author is lowered to a reader by itself only where the configuration says so, as here; otherwise " +
		"it waits for somebody's word, since it means a new user.")

	d.began = time.Now()
	leave := func(group, who string) error {
		return d.console(ctx, "RemoveMemberFromGroup", object{"groupId": d.groupID(group), "memberId": d.personID(who)})
	}
	var errs []error
	for _, in := range [][2]string{{"qs:acme", "ana"}, {"qs:acme:authors", "ana"}, {"qs:globex:authors", "dora"}} {
		errs = append(errs, leave(in[0], in[1]))
	}
	errs = append(errs, d.console(ctx, "UpdateUserName", object{"userId": d.personID("cleo"), "userName": "cleo.diaz"}))
	for _, who := range append([]string{"gita", "lena"}, initech...) {
		errs = append(errs, leave("qs:initech", who))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	var err error
	if d.pass, err = d.app.Plan(ctx, engine.Scope{Allow: []plan.Hazard{plan.RemovesUser, plan.RemovesMember}}); err != nil {
		return err
	}
	return d.wait(ctx, "what serve makes of it", func() bool {
		_, ana := d.user("acme", "QuickSight/ana")
		_, cleo := d.user("acme", "QuickSight/cleo")
		dora, _ := d.user("globex", "QuickSight/dora")
		return !ana && !cleo && dora.Role == "READER" && d.braked(ctx) && d.history.quiet() > time.Second
	})
}

func (d *drama) leaver(ctx context.Context) error {
	d.chapter("3. ana is turned away, and her colleague has what she made")
	return d.scene(ctx, "ana", "ana", "amir")
}

func (d *drama) lowered(ctx context.Context) error {
	d.chapter("4. dora is a reader now, and keeps what a reader may have")
	return d.scene(ctx, "dora", "dora", "dario")
}

func (d *drama) renamed(ctx context.Context) error {
	d.chapter("5. cleo signs in as cleo.diaz, and sees the same")
	return d.scene(ctx, "cleo", "cleo.diaz", "")
}

// scene shows what two people saw and see, and what was done about the first of them, who may have another name now.
func (d *drama) scene(ctx context.Context, was, is, other string) error {
	for _, one := range [][2]string{{was, is}, {other, other}} {
		if one[0] == "" {
			continue
		}
		d.hanging(fmt.Sprintf("  before  %-9s  ", one[0]), d.before[one[0]].String())
		for _, name := range slices.Compact([]string{one[0], one[1]}) {
			now, err := d.signIn(ctx, name)
			if err != nil {
				return err
			}
			d.hanging(fmt.Sprintf("  now     %-9s  ", name), now.String())
		}
		fmt.Fprintln(d.io.Out)
	}
	d.say("What was done about " + is + ", as tenantry history tells it:")
	fmt.Fprintln(d.io.Out)
	return d.printer.History(d.deeds(ctx, journal.Filter{Person: d.personID(is), Since: d.began}))
}

func (d *drama) emptied(ctx context.Context) error {
	d.chapter("6. qs:initech was emptied by mistake, and that is stopped")
	in, out, err := d.doors(ctx)
	if err != nil {
		return err
	}
	d.say("A pass sees everything at once, and so does a command: it takes out nobody, not even when it is allowed to take people out.")
	fmt.Fprintf(d.io.Out, "\n  $ tenantry apply --allow %s,%s\n\n", plan.RemovesUser, plan.RemovesMember)
	holds := slices.DeleteFunc(slices.Clone(d.pass.Plan.Holds), func(h tenancy.Hold) bool { return h.Code != tenancy.Code(plan.ManyRemovals) })
	if err := d.printer.Holds(holds); err != nil {
		return err
	}
	fmt.Fprintln(d.io.Out)
	d.say("An event tells of one person, and people leave one by one on any day. There the brake counts, and holds the rest: no more than three of a " +
		"tenant in a day, or a tenth, and never the last.")
	fmt.Fprintln(d.io.Out)
	d.hanging("  still in  ", someone(in))
	d.hanging("  out       ", someone(out))
	fmt.Fprintln(d.io.Out)
	return d.printer.History(d.deeds(ctx, journal.Filter{Namespace: "initech", Since: d.began, What: []plan.What{plan.Held}}))
}

func (d *drama) filled(ctx context.Context) error {
	d.chapter("7. The group is filled again, and they all are back")
	began := time.Now()
	for _, who := range append([]string{"gita", "lena"}, initech...) {
		if err := d.console(ctx, "AddMemberToGroup", object{"groupId": d.groupID("qs:initech"), "memberId": d.personID(who)}); err != nil {
			return err
		}
	}
	err := d.wait(ctx, "the people of initech", func() bool {
		return !slices.ContainsFunc(initech, func(who string) bool {
			_, _, there := d.registration(who, "qs:initech")
			return !there
		})
	})
	if err != nil {
		return err
	}
	took := time.Since(began)
	in, out, err := d.doors(ctx)
	if err != nil {
		return err
	}
	d.hanging("  in   ", someone(in))
	d.hanging("  out  ", someone(out))
	fmt.Fprintf(d.io.Out, "\n  after %.2f s\n", took.Seconds())
	return nil
}

// doors are those of initech who come in when they sign in, and those who are turned away.
func (d *drama) doors(ctx context.Context) (in, out []string, err error) {
	for _, who := range initech {
		v, err := d.signIn(ctx, who)
		switch {
		case err != nil:
			return nil, nil, err
		case v.refused:
			out = append(out, who)
		default:
			in = append(in, who)
		}
	}
	return in, out, nil
}

func someone(names []string) string {
	if len(names) == 0 {
		return "nobody"
	}
	return strings.Join(names, ", ")
}

// deeds are records without the ids of events and requests, which say nothing to a newcomer.
func (d *drama) deeds(ctx context.Context, f journal.Filter) iter.Seq2[view.Told, error] {
	return func(yield func(view.Told, error) bool) {
		for r, err := range d.history.Entries(ctx, f) {
			r.Cause, r.Request = tenancy.Cause{}, ""
			if !yield(view.Told{Seq: r.Seq, Time: r.Time, Entry: r.Entry, Sum: r.Sum.String()}, err) {
				return
			}
		}
	}
}

// braked reports whether the brake has held somebody, or a removal was refused for it.
func (d *drama) braked(ctx context.Context) bool {
	for r, err := range d.history.Entries(ctx, journal.Filter{Namespace: "initech", Since: d.began}) {
		if err == nil && r.What == plan.Held && r.Code == string(plan.ManyRemovals) {
			return true
		}
	}
	return false
}

func (d *drama) console(ctx context.Context, action string, in object) error {
	_, err := sender{d.sim.Client()}.post(ctx, "/simulator/console/"+action, nil, in)
	return err
}

// wait waits for something that should take seconds.
func (d *drama) wait(ctx context.Context, what string, done func() bool) error {
	for began := time.Now(); !done(); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
		if time.Since(began) > patience {
			return fmt.Errorf("the demo has waited for %v for %s", patience, what)
		}
	}
	return nil
}

func (d *drama) user(namespace, user string) (world.User, bool) {
	w := d.sim.World()
	w.Lock()
	defer w.Unlock()
	n, _ := w.QuickSight.Namespaces().Get(namespace)
	return n.Contents.Users.Get(user)
}

func (d *drama) personID(name string) string {
	w := d.sim.World()
	w.Lock()
	defer w.Unlock()
	for _, p := range w.Directory.Users().All() {
		if p.UserName == name {
			return p.ID
		}
	}
	return ""
}
