package systemtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/policy"
)

// withHistory is a world with the table of the journal.
func withHistory(seed world.Seed) world.Seed {
	seed.Tables = append(seed.Tables, historyTable())
	return seed
}

// onHistory says that the journal is in the table, as the configuration says it.
var onHistory = settings{more: "limits: {new_namespaces_per_day: 1000}\njournal: dynamodb:history"}

// onTable gives a function its history in the table.
func onTable(s *sandbox) { s.history = s.tableJournal(s.line) }

// applyOnTable applies as `tenantry apply --yes` does, with the journal in the table.
func (r *rig) applyOnTable(allow ...plan.Hazard) (plan.Report, error) {
	r.Helper()
	l := r.lineFor(policy.ForOperator)
	j := r.tableJournal(l)
	defer j.Close()
	a, err := app.New(context.Background(), r.config, app.Options{Simulator: &app.Simulator{Client: &http.Client{Transport: l}}, Journal: j})
	if err != nil {
		return plan.Report{}, err
	}
	if _, err := a.Check(context.Background()); err != nil {
		return plan.Report{}, err
	}
	pass, err := a.Plan(context.Background(), engine.Scope{Allow: allow})
	if err != nil {
		return plan.Report{}, err
	}
	return a.Apply(context.Background(), pass, nil), nil
}

// chainHolds fails the test unless the chain in the table holds, and answers its records.
func (r *rig) chainHolds() []journal.Record {
	r.Helper()
	j := r.tableJournal(&line{to: r.sim})
	defer j.Close()
	v, err := j.Verify(context.Background())
	if err != nil || !v.OK() {
		r.Errorf("S21: the chain: %+v, %v", v, err)
	}
	var all []journal.Record
	for record, err := range j.Entries(context.Background(), journal.Filter{}) {
		if err != nil {
			r.Errorf("reading the history: %v", err)
			break
		}
		all = append(all, record)
	}
	return all
}

// TestS19ReplicasOnOneTable: two processes, the two Lambda functions and somebody's apply, all of them at once on one
// journal in DynamoDB. One process and the functions die in the middle, and begin anew. 100 people join, and a new customer
// with 20, in any order and each event twice: the outcome is that of one alone, and the chain holds.
func TestS19ReplicasOnOneTable(t *testing.T) {
	t.Parallel()
	for _, seed := range some([]uint64{0, 1, 2}) {
		in(t, withHistory(right(10, 10)), onHistory, func(r *rig) {
			r.check.lax["S16"] = true // what one of them is in doubt about, the others cannot know
			o, done := newOffice(), r.effectsByOperation()
			a, b, f := r.daemon(service{inbox: o, table: true}), r.daemon(service{inbox: o, table: true}), r.functions(o, onTable)
			a.settle()
			b.settle()
			group := r.group("qs:new")
			events := []string{createdByAPI(group), createdByAPI(group)}
			for i := range 120 {
				name, in := r.someone(fmt.Sprintf("j%03d", i)), fmt.Sprintf("qs:t%03d", i%10)
				if i >= 100 {
					in = "qs:new"
				}
				r.join(in, name)
				g, p := r.groupID(in), r.id(name)
				events = append(events, joinedByAPI(g, p), joinedInConsole(g, p))
			}
			rand.New(rand.NewPCG(seed, 3)).Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
			for i, e := range events {
				o.send(e, time.Duration(i)*100*time.Millisecond)
			}
			var hand sync.WaitGroup
			hand.Go(func() {
				if _, err := r.applyOnTable(); err != nil {
					r.Errorf("applying: %v", err)
				}
			})
			time.Sleep(8 * time.Second)
			a.die()
			f.die()
			a, f = r.daemon(service{inbox: o, table: true}), r.functions(o, onTable)
			r.waitFor("everything is done", time.Hour, func() bool { return o.left() == 0 })
			hand.Wait()
			for op, want := range map[string]int{"CreateNamespace": 1, "RegisterUser": 120} {
				if got := done()[op]; got != want {
					t.Errorf("%s took effect %d times, want %d", op, got, want)
				}
			}
			a.stop()
			b.stop()
			f.stop()
			r.settled()
			// Each change that took effect is in the history as done once at the most by each who asked for it.
			ended := map[int64]bool{}
			for _, record := range r.chainHolds() {
				if record.Of != 0 && ended[record.Of] {
					t.Errorf("S16: two records end the intent %d", record.Of)
				}
				ended[record.Of] = true
			}
		})
	}
}

// TestS7BrakeIsSharedByATable: five people of a tenant leave, one after another, by events and for the passes to find, while
// two processes and the functions are at it, and one of them is killed and begins anew. Not more than three are taken out
// within a day, whoever does it: the others are held, for everybody.
func TestS7BrakeIsSharedByATable(t *testing.T) {
	t.Parallel()
	in(t, withHistory(tenants(2, 12)), onHistory, func(r *rig) {
		r.check.lax["S16"] = true // what one of them is in doubt about, the others cannot know
		r.start().mustApply()
		o := newOffice()
		r.tableJournal(&line{to: r.sim}).Close()
		time.Sleep(25 * time.Hour)
		a, b := r.daemon(service{inbox: o, table: true}), r.daemon(service{inbox: o, table: true})
		f := r.functions(o, onTable)
		a.settle()
		b.settle()
		gone := func() (n int) {
			for i := range 5 {
				if !r.isIn("t000", "qs:t000", fmt.Sprintf("t000.%03d", i)) {
					n++
				}
			}
			return n
		}
		for i := range 5 {
			name := fmt.Sprintf("t000.%03d", i)
			r.leave("qs:t000", name)
			if i%2 == 0 { // the others are left to the passes
				o.send(leftInConsole(r.groupID("qs:t000"), r.id(name)), 0)
			}
			time.Sleep(time.Duration(i+1) * time.Second)
			if i == 1 {
				a.die()
				a = r.daemon(service{inbox: o, table: true})
			}
			time.Sleep(40 * time.Minute)
			if n, want := gone(), min(i+1, 3); n != want {
				t.Errorf("S7: of %d who have left %d are taken out, want %d", i+1, n, want)
			}
		}
		a.stop()
		b.stop()
		f.stop()
		report, err := r.applyOnTable(plan.RemovesMember, plan.RemovesUser)
		if n := gone(); n != 3 || err != nil {
			t.Errorf("S7: after an apply %d are taken out: %+v, %v", n, report.Held, err)
		}
		r.chainHolds()
	})
}

// TestPauseIsObeyedByAll: somebody pauses by the journal in the table, and nobody writes to QuickSight any more, whatever
// comes; after resume everything is done.
func TestPauseIsObeyedByAll(t *testing.T) {
	t.Parallel()
	in(t, withHistory(right(3, 5)), onHistory, func(r *rig) {
		r.check.lax["S16"] = true
		o := newOffice()
		a, b := r.daemon(service{inbox: o, table: true}), r.daemon(service{inbox: o, table: true})
		f := r.functions(o, onTable)
		a.settle()
		b.settle()
		hand := r.tableJournal(&line{to: r.sim})
		if _, err := hand.Record(context.Background(), plan.Entry{What: plan.PauseBegan, Text: "a drill"}); err != nil {
			t.Fatal(err)
		}
		done := r.effectsByOperation()
		for i := range 12 {
			name, group := r.someone(fmt.Sprintf("new%02d", i)), fmt.Sprintf("qs:t%03d", i%3)
			r.join(group, name)
			o.send(joinedByAPI(r.groupID(group), r.id(name)), time.Duration(i)*time.Second)
		}
		time.Sleep(40 * time.Minute)
		report, err := r.applyOnTable()
		if err == nil && report.Done > 0 {
			t.Errorf("an apply has done %d steps", report.Done)
		}
		for op, n := range done() {
			switch op {
			case "RegisterUser", "CreateGroupMembership", "CreateGroup", "CreateNamespace", "UpdateUser":
				t.Errorf("while it is paused: %d times %s", n, op)
			}
		}
		if _, err := hand.Record(context.Background(), plan.Entry{What: plan.PauseEnded}); err != nil {
			t.Fatal(err)
		}
		r.waitFor("everything is done", time.Hour, func() bool { return o.left() == 0 && r.isIn("t002", "qs:t002", "new11") })
		time.Sleep(20 * time.Minute)
		a.stop()
		b.stop()
		f.stop()
		r.settled()
		r.chainHolds()
	})
}

// TestNothingIsWrittenWithoutTheTable: the table cannot be reached, and so nothing is written to QuickSight; when it can be
// again, everything is done.
func TestNothingIsWrittenWithoutTheTable(t *testing.T) {
	t.Parallel()
	in(t, withHistory(right(3, 5)), onHistory, func(r *rig) {
		r.check.lax["S16"] = true
		o := newOffice()
		a := r.daemon(service{inbox: o, table: true})
		a.settle()
		r.suffer(awssim.FailBefore("dynamodb", wire.Errorf(400, "AccessDeniedException", "not authorized")))
		done := r.effectsByOperation()
		name := r.someone("new")
		r.join("qs:t001", name)
		o.send(joinedByAPI(r.groupID("qs:t001"), r.id(name)), 0)
		time.Sleep(time.Hour)
		if n := done()["RegisterUser"] + done()["CreateGroupMembership"]; n > 0 {
			t.Errorf("%d writes of which nothing is in the history", n)
		}
		r.suffer()
		r.waitFor("it is done", time.Hour, func() bool { return r.isIn("t001", "qs:t001", "new") && o.left() == 0 })
		a.stop()
		r.settled()
		r.chainHolds()
	})
}
