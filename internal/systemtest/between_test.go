package systemtest

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// What happens between a plan that takes somebody out and the last of its steps.

// TestS6GivenMeanwhile: who is about to go makes something, or is given something, while the second look is waited for. They
// stay for now; the next run knows of it.
func TestS6GivenMeanwhile(t *testing.T) {
	t.Parallel()
	const gone = "QuickSight/t000-a.000"
	for name, c := range map[string]struct {
		happen, give func(r *rig)
		is           string // as whom they have it in the end; "" for the custodians
	}{
		"a leaver makes something": {
			happen: func(r *rig) { r.leave("qs:t000:authors", "t000-a.000") },
			give:   func(r *rig) { r.asset(world.KindDashboard, region, "late", "t000", gone) },
		},
		"who comes back makes something": {
			happen: func(r *rig) { r.change("t000-a.000", func(p *world.Person) { p.UserName = "annie" }) },
			give:   func(r *rig) { r.asset(world.KindDashboard, region, "late", "t000", gone) },
			is:     "QuickSight/annie",
		},
		"who comes back is given something": {
			happen: func(r *rig) { r.change("t000-a.000", func(p *world.Person) { p.UserName = "annie" }) },
			give: func(r *rig) {
				r.share(r.asset(world.KindDashboard, region, "late", "t000", "QuickSight/t000-a.001"), "t000", gone)
			},
			is: "QuickSight/annie",
		},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, workshop(), settings{}, func(r *rig) {
				r.start().mustApply()
				c.happen(r)
				time.Sleep(3 * time.Minute)
				p := r.allowed()
				time.AfterFunc(30*time.Second, func() { c.give(r) })
				report, err := p.apply(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				if _, there := r.user("t000", gone); !there || len(report.Failed) != 1 {
					t.Errorf("there: %v; failed: %s", there, failures(report))
				}
				r.allowed().mustApply()
				key := world.Asset{Kind: world.KindDashboard, Region: region, ID: "late"}.Key()
				if c.is == "" {
					expect(t, key, r.owners(key), "group/t000/"+custodians)
				} else if r.may(key, "t000", c.is) == "" {
					t.Errorf("%s has nothing of %s", c.is, key)
				}
				r.noMoves()
				r.settled()
			})
		})
	}
}

// TestS6HandedOverIsReadAgain: what was handed over is taken from the custodians in the moment in which its former owner
// goes. It is told.
func TestS6HandedOverIsReadAgain(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		r.start().mustApply()
		key := r.asset(world.KindDashboard, region, "d1", "t000", "QuickSight/t000-a.000")
		r.leave("qs:t000:authors", "t000-a.000")
		time.Sleep(3 * time.Minute)
		r.watch(func(c awssim.Call) awssim.Fault {
			if c.Operation == "DeleteUser" && c.Phase == awssim.AfterEffect {
				r.now(func(_ *world.Directory, q *world.QuickSight) {
					a, _ := q.Assets().Get(key)
					a.Permissions = map[string][]string{q.UserARN("t000", "QuickSight/t000-a.001"): a.Kind.Owner()}
					q.PutAsset(a)
				})
			}
			return awssim.Fault{}
		})
		p := r.start()
		p.allow = leavers
		report, err := p.apply(context.Background())
		if err != nil || len(report.Failed) != 1 || report.Failed[0].Step.Change.Kind() != plan.KindHandOver {
			t.Errorf("%v; failed: %s", err, failures(report))
		}
	})
}

// TestS14WhoIsNotRemovedDoesNotArrive: somebody goes from one customer to another, and cannot be removed from the first one.
// Nothing is written about them in the second one.
func TestS14WhoIsNotRemovedDoesNotArrive(t *testing.T) {
	t.Parallel()
	seed := workshop()
	seed.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{"quicksight:DeleteUser"}}}
	in(t, seed, settings{}, func(r *rig) {
		r.start().mustApply()
		r.leave("qs:t000", "t000.000")
		r.join("qs:t001", "t000.000")
		before := r.sim.Calls()
		p := r.start()
		p.allow = leavers
		if _, err := p.apply(context.Background()); err != nil {
			t.Fatal(err)
		}
		if n := minus(r.sim.Calls(), before)["quicksight:RegisterUser"]; n != 0 {
			t.Errorf("they were to be registered %d times", n)
		}
	})
}

// TestS1GoneOnTheWay: somebody goes from one customer to another, and leaves that one, too, before the first one has let
// them go. They come into neither.
func TestS1GoneOnTheWay(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		r.start().mustApply()
		r.leave("qs:t000", "t000.000")
		r.join("qs:t001", "t000.000")
		time.Sleep(3 * time.Minute)
		time.AfterFunc(30*time.Second, func() { r.leave("qs:t001", "t000.000") })
		p := r.start()
		p.allow = leavers
		if _, err := p.apply(context.Background()); err != nil {
			t.Fatal(err)
		}
		if all := r.everywhere("QuickSight/t000.000"); len(all) != 0 {
			t.Errorf("they are in %v", all)
		}
	})
}

// TestS7OthersTakeOutMeanwhile: other processes, with the same journal, take out as many people as may go while a plan waits for
// its second look. It takes out nobody.
func TestS7OthersTakeOutMeanwhile(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 12), settings{}, func(r *rig) {
		r.start().mustApply()
		j := r.history()
		p := r.start()
		var err error
		if p.app, err = app.New(context.Background(), r.config, app.Options{Simulator: &app.Simulator{Client: &http.Client{Transport: p.line}}, Journal: j}); err != nil {
			t.Fatal(err)
		}
		r.leave("qs:t000", "t000.000")
		pass, err := p.plan(context.Background(), engine.Scope{Allow: leavers})
		if err != nil || len(pass.Plan.Pending()) == 0 {
			t.Fatalf("%v; holds: %v", err, pass.Plan.Holds)
		}
		for _, user := range []string{"QuickSight/t000.001", "QuickSight/t000.002", "QuickSight/t000.003"} {
			e := plan.Entry{What: plan.Done, Kind: plan.KindRemoveMember, Namespace: "t000", Object: user, Cause: tenancy.Cause{Kind: tenancy.ByEvent}}
			if _, err := j.Record(context.Background(), e); err != nil {
				t.Fatal(err)
			}
		}
		var report plan.Report
		if n := r.writes(func() { report = p.app.Apply(context.Background(), pass, nil) }); n != 0 || len(report.Held) == 0 {
			t.Errorf("%d writes; held: %v; failed: %s", n, report.Held, failures(report))
		}
		for _, o := range report.Held {
			if !errors.Is(o.Err, plan.ErrBrake) {
				t.Errorf("held: %v", o.Err)
			}
		}
	})
}

// TestS11AnotherDirectorysTag: a user bears the tag of another identity store. Nobody knows here who that is, and so a process
// that nobody watches takes nobody out.
func TestS11AnotherDirectorysTag(t *testing.T) {
	t.Parallel()
	oldHands(t, workshop(), settings{}, func(r *rig, p *servant, o *office) {
		r.registerByHand("t000", role, "stranger", "READER")
		r.byHand("t000", func(c *world.Contents) {
			u, _ := c.Users.Get("QuickSight/stranger")
			u.Tags = []world.Tag{{Key: tenancy.TagStore, Value: "d-0000000000"}, {Key: tenancy.TagPerson, Value: "11111111-2222-4333-8444-555555555555"}}
			c.Users.Put(u.UserName, u)
		})
		time.Sleep(time.Hour)
		if _, there := r.user("t000", "QuickSight/stranger"); !there {
			t.Error("they are gone")
		}
		if p.log.count("unknown-person") == 0 {
			t.Error("nobody was told")
		}
	})
}

// TestReplacedByEventAtOnce: what has a user replaced is told by events. It is done by them, long before the next pass. F34, F35.
func TestReplacedByEventAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range replacements {
		if strings.Contains(c.name, "lower") {
			continue // it waits for somebody's word
		}
		t.Run(c.name, func(t *testing.T) {
			in(t, workshop(), settings{}, func(r *rig) {
				o, j := newOffice(), r.history()
				time.Sleep(25 * time.Hour)
				p := r.daemon(service{inbox: o, journal: j})
				defer p.stop()
				p.settle()
				former := r.id("t000-a.000")
				keys := c.begin(r)
				o.send(ofPerson("UpdateUser", former), 0)
				if now := r.id("t000-a.000"); now != "" {
					o.send(joinedInConsole(r.groupID("qs:t000:authors"), now), time.Second)
				}
				time.Sleep(2 * time.Minute)
				c.done(r, keys)
				p.done(o, 5*time.Minute)
				r.settled()
			})
		})
	}
}

// TestS8WhoIsInTheWay: somebody is gone, and is kept registered by what they own. Their name is somebody else's by the time
// in which nothing keeps them any more: by an event about that one they are looked at a second time, and taken out.
func TestS8WhoIsInTheWay(t *testing.T) {
	t.Parallel()
	oldHands(t, workshop(), settings{}, func(r *rig, p *servant, o *office) {
		const name = "QuickSight/t000-a.000"
		key := r.asset(world.KindDashboard, region, "d1", "t000", name)
		r.share(key, "t001", "QuickSight/t001.000")
		former := r.id("t000-a.000")
		r.forget("t000-a.000")
		o.send(ofPerson("DeleteUser", former), 0)
		time.Sleep(time.Minute)
		if _, there := r.user("t000", name); !there || p.log.count(string(plan.SpansTenants)) == 0 {
			t.Errorf("they are there: %v", there)
		}
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			a, _ := q.Assets().Get(key)
			delete(a.Permissions, q.UserARN("t001", "QuickSight/t001.000"))
			q.PutAsset(a)
		})
		r.someone("t000-a.000")
		r.join("qs:t000:authors", "t000-a.000")
		o.send(joinedInConsole(r.groupID("qs:t000:authors"), r.id("t000-a.000")), 0)
		time.Sleep(time.Minute)
		if u, _ := r.user("t000", name); behindUser(u) != r.id("t000-a.000") {
			t.Errorf("behind %s is %q, and not %q", name, behindUser(u), r.id("t000-a.000"))
		}
		expect(t, "what they owned", r.owners(key), "group/t000/"+custodians)
		p.done(o, 5*time.Minute)
	})
}
