package systemtest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// token is what the hold of a code about an object is called now.
func (p *process) token(code tenancy.Code, object string) string {
	p.Helper()
	for _, k := range p.mustPlan().Plan.Keeps() {
		if k.Hold.Code == code && k.Hold.Object == object {
			return k.Token()
		}
	}
	p.Fatalf("no %s of %s in %v", code, object, p.last.Plan.Holds)
	return ""
}

// lift lifts the hold of a token, as `tenantry allow --yes` does.
func (p *process) lift(token string) (*engine.Lifting, plan.Report) {
	p.Helper()
	l, err := p.app.Lift(context.Background(), token)
	if err != nil {
		p.Fatalf("lifting %s: %v", token, err)
	}
	report, err := p.app.Allow(context.Background(), l, "they have left", nil)
	if err != nil {
		p.Fatalf("allowing %s: %v", token, err)
	}
	return l, report
}

// refusesToLift fails the test unless a token is refused in these words, and answers what can be done about it.
func (p *process) refusesToLift(token, why string) string {
	p.Helper()
	_, err := p.app.Lift(context.Background(), token)
	refused, ok := errors.AsType[*engine.RefusedError](err)
	if !ok || !strings.Contains(refused.Why, why) {
		p.Fatalf("lifting %s: %v", token, err)
	}
	return refused.Mend
}

const removesUser = tenancy.Code(plan.RemovesUser)

// TestLiftTakesOutOneOfThree: of three who have left, one is taken out, with what they own alone handed over; nobody
// else's steps are done, not even those that wait for nobody.
func TestLiftTakesOutOneOfThree(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		p := r.start()
		p.mustApply()
		key := r.asset(world.KindDashboard, "us-east-1", "d1", "t000", "QuickSight/t000-a.000")
		other := r.asset(world.KindDashboard, "us-east-1", "d2", "t000", "QuickSight/t000-a.001")
		for _, who := range []string{"t000-a.000", "t000-a.001"} {
			r.leave("qs:t000:authors", who)
		}
		r.leave("qs:t000", "t000.000")
		r.join("qs:t001", "t000.000") // who moves, and waits
		p = r.start()
		token := p.token(removesUser, "QuickSight/t000-a.000")
		l, report := p.lift(token)
		p.expectClean(report)
		for _, s := range l.Pass.Plan.Pending() {
			ofOne := s.Change.Object() == "QuickSight/t000-a.000" && slices.Contains(s.Hazards, plan.RemovesUser)
			if add, is := s.Change.(plan.AddMember); is && add.Mirror == custodians {
				continue // who inherits
			}
			if s.Change.In().String() != "t000" || !ofOne && s.Change.Object() != custodians {
				t.Errorf("also: %s %s", s.Change.Kind(), s.Change.Object())
			}
		}
		if _, there := r.user("t000", "QuickSight/t000-a.000"); there || report.Done != 5 || len(l.Still) > 0 {
			t.Errorf("%d steps done, the leaver is there: %v; still %v", report.Done, there, l.Still)
		}
		for _, who := range []string{"QuickSight/t000-a.001", "QuickSight/t000.000"} {
			if _, there := r.user("t000", who); !there {
				t.Errorf("%s was taken out, too", who)
			}
		}
		expect(t, "what they owned", r.owners(key), "group/t000/"+custodians)
		expect(t, "what the other owns", r.owners(other), "user/t000/QuickSight/t000-a.001")
		p.refusesToLift(token, "has ended")
	})
}

// TestLiftOfSomebodyWhoMoves says who registers them where they belong now.
func TestLiftOfSomebodyWhoMoves(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		r.start().mustApply()
		r.leave("qs:t000", "t000.000")
		r.join("qs:t001", "t000.000")
		p := r.start()
		mend := p.refusesToLift(p.token(plan.InTenant, r.id("t000.000")), "cannot be lifted")
		if !strings.Contains(mend, "tenantry apply --allow removes-user --namespace t000 --namespace t001") {
			t.Errorf("it ends: %s", mend)
		}
		l, report := p.lift(p.token(removesUser, "QuickSight/t000.000"))
		p.expectClean(report)
		if _, there := r.user("t000", "QuickSight/t000.000"); there {
			t.Error("they are there")
		}
		if n := l.Pass.Plan.Notes; len(n) != 1 || !strings.HasSuffix(n[0].Text, "tenantry apply --namespace t001") {
			t.Errorf("the notes are %v", n)
		}
		r.start().mustApply()
		r.settled()
		if _, there := r.user("t001", "QuickSight/t000.000"); !there {
			t.Error("they are not where they belong")
		}
	})
}

// TestLiftOfWhatIsHeldBesides: what the second hold keeps stays, and it is said.
func TestLiftOfWhatIsHeldBesides(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		r.start().mustApply()
		shared := r.asset(world.KindDashboard, "us-east-1", "d1", "t000", "QuickSight/t000-a.000")
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			a, _ := q.Assets().Get(shared)
			a.Permissions[q.UserARN("t001", "QuickSight/t001.000")] = world.KindDashboard.Viewer()
			q.PutAsset(a)
		})
		r.leave("qs:t000:authors", "t000-a.000")
		p := r.start()
		l, report := p.lift(p.token(removesUser, "QuickSight/t000-a.000"))
		if report.Done != 1 || len(l.Still) != 1 || l.Still[0].Code != plan.SpansTenants {
			t.Errorf("%d steps done, still held by %v", report.Done, l.Still)
		}
		if _, there := r.user("t000", "QuickSight/t000-a.000"); !there {
			t.Error("they are gone")
		}
		// Out of the groups by now, and held by the one hazard; lifting that does nothing any more.
		l, err := p.app.Lift(context.Background(), p.token(removesUser, "QuickSight/t000-a.000"))
		if err != nil || len(l.Pass.Plan.Pending()) != 0 || len(l.Still) != 1 || l.Still[0].Code != plan.SpansTenants {
			t.Errorf("%+v, %v", l, err)
		}
	})
}

// TestLiftOfTheLastPerson: the brake is another hold.
func TestLiftOfTheLastPerson(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 2), settings{}, func(r *rig) {
		r.start().mustApply()
		r.leave("qs:t000", "t000.000")
		r.leave("qs:t000", "t000.001")
		p := r.start()
		first, second := p.token(removesUser, "QuickSight/t000.000"), p.token(removesUser, "QuickSight/t000.001")
		_, report := p.lift(first)
		p.expectClean(report)
		l, err := p.app.Lift(context.Background(), second)
		if err != nil || len(l.Pass.Plan.Pending()) != 0 || len(l.Still) != 1 || l.Still[0].Code != tenancy.Code(plan.ManyRemovals) {
			t.Errorf("of the last person: %+v, %v", l, err)
		}
	})
}

// TestLiftLooksASecondTime: who is back by then stays.
func TestLiftLooksASecondTime(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		r.start().mustApply()
		r.leave("qs:t000:authors", "t000-a.000")
		p := r.start()
		l, err := p.app.Lift(context.Background(), p.token(removesUser, "QuickSight/t000-a.000"))
		if err != nil {
			t.Fatal(err)
		}
		r.join("qs:t000:authors", "t000-a.000")
		report, err := p.app.Allow(context.Background(), l, "a mistake", nil)
		if err != nil || report.Done != 0 || len(report.Failed) == 0 {
			t.Errorf("%+v, %v", report, err)
		}
		if _, there := r.user("t000", "QuickSight/t000-a.000"); !there {
			t.Error("they are gone")
		}
	})
}

// forgetful is a history that cannot take down that a hold was lifted.
type forgetful struct{ *journal.Journal }

func (f forgetful) Record(ctx context.Context, entries ...plan.Entry) (int64, error) {
	if entries[0].What == plan.Allowed {
		return 0, errCut
	}
	return f.Journal.Record(ctx, entries...)
}

// TestLiftIsTakenDownFirst: what cannot be taken down is not done, and what is done stands behind who allowed it.
func TestLiftIsTakenDownFirst(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		r.start().mustApply()
		r.leave("qs:t000:authors", "t000-a.000")
		j, err := journal.Open(context.Background(), journal.Spec{Place: "memory", Account: "111122223333", Store: "d-1234567890"})
		if err != nil {
			t.Fatal(err)
		}
		p := r.start()
		p.app.Recorder = forgetful{j}
		token := p.token(removesUser, "QuickSight/t000-a.000")
		l, err := p.app.Lift(context.Background(), token)
		if err != nil {
			t.Fatal(err)
		}
		if n := r.writes(func() { _, err = p.app.Allow(context.Background(), l, "x", nil) }); n != 0 || !errors.Is(err, errCut) {
			t.Errorf("%d writes, %v", n, err)
		}
		p.app.Recorder = j
		_, report := p.lift(token)
		p.expectClean(report)
		var story []string
		for e, err := range j.Entries(context.Background(), journal.Filter{What: []plan.What{plan.Allowed, plan.Done}}) {
			if err != nil || e.Actor == "" || e.Code != string(plan.RemovesUser) || e.Run == "" || e.Person != tenancy.PersonID(r.id("t000-a.000")) {
				t.Errorf("%+v, %v", e, err)
			}
			story = append(story, string(e.What)+" "+string(e.Kind)+" "+e.Text)
		}
		if want := []string{"allowed  they have left", "done remove-member ", "done remove-registration "}; !slices.Equal(story, want) {
			t.Errorf("the history is %q, want %q", story, want)
		}
	})
}

// TestLiftOfReplacements: whoever is replaced is registered anew by the same word, and has what they may have.
func TestLiftOfReplacements(t *testing.T) {
	t.Parallel()
	for _, c := range replacements {
		t.Run(c.name, func(t *testing.T) {
			in(t, workshop(), settings{}, func(r *rig) {
				keys := c.begin(r)
				p := r.start()
				p.verify = true
				p.mustPlan()
				for _, h := range p.last.Plan.Holds { // a lowered author is held in the authors' group, too
					if slices.Contains([]tenancy.Code{"renames-user", "replaces-user", "reused-name"}, h.Code) {
						_, report := p.lift(p.token(h.Code, h.Object))
						p.expectClean(report)
					}
				}
				c.done(r, keys)
			})
		})
	}
}
