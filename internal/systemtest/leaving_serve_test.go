package systemtest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
)

// oldHands is a process that serves a workshop, with a journal that is older than a day.
func oldHands(t *testing.T, seed world.Seed, s settings, life func(r *rig, p *servant, o *office)) {
	t.Helper()
	in(t, seed, s, func(r *rig) {
		o, j := newOffice(), r.history()
		time.Sleep(25 * time.Hour)
		p := r.daemon(service{inbox: o, journal: j})
		defer p.stop()
		p.settle()
		life(r, p, o)
	})
}

// leftBy waits until a user is out of a group, and answers how long that took.
func (r *rig) leftBy(namespace, group, user string, most time.Duration) time.Duration {
	r.Helper()
	began := time.Now()
	for slices.Contains(r.members(namespace, group), user) {
		if time.Since(began) > most {
			r.Fatalf("%s is in %s after %v", user, group, most)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return time.Since(began)
}

// TestL3LeaverByEvent: somebody leaves by each of the ways there are, and an event tells of it. The mirrors are left
// within seven seconds, after two readings; what they own alone is the custodians', and then they are gone.
func TestL3LeaverByEvent(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(r *rig) string{
		"out of the group, console": func(r *rig) string {
			g, p := r.groupID("qs:t000:authors"), r.id("t000-a.000")
			r.leave("qs:t000:authors", "t000-a.000")
			return leftInConsole(g, p)
		},
		"out of the group, API": func(r *rig) string {
			m := r.membership("qs:t000:authors", "t000-a.000")
			r.leave("qs:t000:authors", "t000-a.000")
			return leftByAPI(m)
		},
		"out of the group, SCIM": func(r *rig) string {
			r.leave("qs:t000:authors", "t000-a.000")
			return patchedBySCIM(r.groupID("qs:t000:authors"))
		},
		"disabled": func(r *rig) string { r.disable("t000-a.000"); return ofPerson("UpdateUser", r.id("t000-a.000")) },
		"deleted": func(r *rig) string {
			id := r.id("t000-a.000")
			r.forget("t000-a.000")
			return ofPerson("DeleteUser", id)
		},
	} {
		t.Run(name, func(t *testing.T) {
			oldHands(t, workshop(), settings{}, func(r *rig, p *servant, o *office) {
				key := r.asset(world.KindDashboard, "us-east-1", "d1", "t000", "QuickSight/t000-a.000")
				theme := r.asset(world.KindTheme, "us-east-1", "t1", "t000", "QuickSight/t000-a.000")
				o.send(leave(r), 0)
				if took := r.leftBy("t000", "qs:t000:authors", "QuickSight/t000-a.000", time.Minute); took > 7*time.Second || took < 5*time.Second {
					t.Errorf("L3: out of the group after %v", took)
				}
				p.done(o, time.Minute)
				if _, there := r.user("t000", "QuickSight/t000-a.000"); there {
					t.Error("they are registered still")
				}
				expect(t, "what they owned", r.owners(key), "group/t000/"+custodians)
				expect(t, "their theme", r.owners(theme), "group/t000/"+custodians)
				if n := p.log.count("msg=failed"); n > 0 {
					t.Errorf("%d failures: %v", n, p.log.with("msg=failed"))
				}
				expect(t, "the custodians", r.members("t000", custodians), "QuickSight/t000-a.001", "QuickSight/t000-a.002")
			})
		})
	}
}

// TestS18HintAndPassTakeOneOut: a pass is just taking somebody out when a hint about them comes to the same. One of them
// does it, and neither waits for the other for ever: the hint has the person's turn, and the pass the tenant's.
func TestS18HintAndPassTakeOneOut(t *testing.T) {
	t.Parallel()
	for offset := time.Duration(0); offset < 2500*time.Millisecond; offset += 125 * time.Millisecond {
		oldHands(t, workshop(), settings{}, func(r *rig, p *servant, o *office) {
			r.leave("qs:t000:authors", "t000-a.000")
			r.byHand("t000", func(c *world.Contents) { c.Leave("qs:t000:authors", "QuickSight/t000-a.000") }) // the pass has but one step
			for begun := p.log.count("pass begins"); p.log.count("pass begins") == begun; {
				time.Sleep(100 * time.Millisecond)
			}
			time.Sleep(secondLook - secondHintLook + offset)
			o.send(ofPerson("UpdateUser", r.id("t000-a.000")), 0)
			time.Sleep(5 * time.Minute)
			if _, there := r.user("t000", "QuickSight/t000-a.000"); there || o.left() > 0 {
				t.Fatalf("an event %v after the pass's beginning: registered still: %v, messages left: %d", secondLook-secondHintLook+offset, there, o.left())
			}
		})
	}
}

// How long passes and hints wait before they look at somebody a second time.
const (
	secondLook     = 60 * time.Second
	secondHintLook = 5 * time.Second
)

// TestF36BackBeforeTheSecondLook: somebody is disabled, and enabled again before they are looked at a second time.
func TestF36BackBeforeTheSecondLook(t *testing.T) {
	t.Parallel()
	oldHands(t, workshop(), settings{}, func(r *rig, p *servant, o *office) {
		n := r.writes(func() {
			r.disable("t000.001")
			o.send(ofPerson("UpdateUser", r.id("t000.001")), 0)
			time.Sleep(3 * time.Second)
			r.enable("t000.001")
			time.Sleep(time.Minute)
		})
		if n != 0 || o.left() != 0 {
			t.Errorf("%d writes, %d messages left", n, o.left())
		}
	})
}

// TestS7OneByOne: a group is emptied by mistake, one by one, each with its event. Three go, and no more that day; the
// next day three more could, and are not, since the group is filled again by then.
func TestS7OneByOne(t *testing.T) {
	t.Parallel()
	oldHands(t, tenants(2, 12), settings{}, func(r *rig, p *servant, o *office) {
		for i := range 8 {
			user := fmt.Sprintf("t000.%03d", i)
			r.leave("qs:t000", user)
			o.send(leftInConsole(r.groupID("qs:t000"), r.id(user)), 0)
			time.Sleep(20 * time.Second)
		}
		if n := len(r.users("t000")); n != 9 {
			t.Errorf("S7: %d are left of 12, want 9", n)
		}
		if p.log.count("many-removals") == 0 {
			t.Error("nobody was told")
		}
		for i := range 8 {
			r.join("qs:t000", fmt.Sprintf("t000.%03d", i))
		}
		o.send(patchedBySCIM(r.groupID("qs:t000")), 0)
		time.Sleep(25 * time.Hour)
		p.done(o, time.Minute)
		if n := len(r.users("t000")); n != 12 {
			t.Errorf("%d people, want 12", n)
		}
	})
}

// TestS7EmptiedWhileServing: a group is emptied at once, and no event tells of it: a pass finds it, and takes out nobody.
func TestS7EmptiedWhileServing(t *testing.T) {
	t.Parallel()
	oldHands(t, tenants(3, 12), settings{}, func(r *rig, p *servant, o *office) {
		for i := range 12 {
			r.leave("qs:t000", fmt.Sprintf("t000.%03d", i))
		}
		time.Sleep(time.Hour)
		if n := len(r.users("t000")); n != 12 {
			t.Errorf("%d people, want 12", n)
		}
	})
}

// TestS7YoungJournal: a journal that began today takes nobody out by itself, and says so; a day later it does.
func TestS7YoungJournal(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		o := newOffice()
		p := r.daemon(service{inbox: o})
		defer p.stop()
		p.settle()
		r.leave("qs:t000", "t000.001")
		o.send(leftInConsole(r.groupID("qs:t000"), r.id("t000.001")), 0)
		time.Sleep(23 * time.Hour)
		if !r.isIn("t000", "qs:t000", "t000.001") {
			t.Error("they are out by a journal that is a few hours old")
		}
		if p.log.count("young-journal") == 0 {
			t.Error("nobody was told")
		}
		time.Sleep(2 * time.Hour)
		if _, there := r.user("t000", "QuickSight/t000.001"); there {
			t.Error("they are there on the next day")
		}
		p.done(o, time.Minute)
	})
}

// TestS14MovesByEvent: somebody goes from one customer to another, under one role. They are out of the first one before
// they are in the second, in one go.
func TestS14MovesByEvent(t *testing.T) {
	t.Parallel()
	oldHands(t, workshop(), settings{}, func(r *rig, p *servant, o *office) {
		r.leave("qs:t000", "t000.001")
		r.join("qs:t001", "t000.001")
		o.send(leftInConsole(r.groupID("qs:t000"), r.id("t000.001")), 0)
		o.send(joinedInConsole(r.groupID("qs:t001"), r.id("t000.001")), time.Second)
		time.Sleep(30 * time.Second)
		if !r.isIn("t001", "qs:t001", "t000.001") || len(r.everywhere("QuickSight/t000.001")) != 1 {
			t.Errorf("they are in %v", r.everywhere("QuickSight/t000.001"))
		}
		p.done(o, time.Minute)
	})
}

// TestPauseOfRemovals: removals are paused, and nothing else is. Who leaves stays until it is over.
func TestPauseOfRemovals(t *testing.T) {
	t.Parallel()
	oldHands(t, workshop(), settings{}, func(r *rig, p *servant, o *office) {
		if _, err := p.journal.Record(context.Background(), plan.Entry{What: plan.PauseBegan, Text: "a test", Removals: true}); err != nil {
			t.Fatal(err)
		}
		r.leave("qs:t000", "t000.001")
		o.send(leftInConsole(r.groupID("qs:t000"), r.id("t000.001")), 0)
		r.join("qs:t000", r.someone("new"))
		o.send(joinedInConsole(r.groupID("qs:t000"), r.id("new")), 0)
		time.Sleep(20 * time.Minute)
		if !r.isIn("t000", "qs:t000", "t000.001") || !r.isIn("t000", "qs:t000", "new") {
			t.Errorf("the group: %v", r.members("t000", "qs:t000"))
		}
		if _, err := p.journal.Record(context.Background(), plan.Entry{What: plan.PauseEnded}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		p.done(o, time.Minute)
	})
}

// TestCostOfLeavers: what a leaver costs, by an event.
func TestCostOfLeavers(t *testing.T) {
	t.Parallel()
	oldHands(t, workshop(), settings{}, func(r *rig, p *servant, o *office) {
		for user, most := range map[string]int{
			"t000.001":   5 + 1,         // a reader: 5 + g
			"t000-a.000": 5 + 1 + 8 + 2, // an author: the searches, and themes and templates
		} {
			group := map[bool]string{true: "qs:t000", false: "qs:t000:authors"}[most == 6]
			r.leave(group, user)
			n := r.calls(func() {
				o.send(leftInConsole(r.groupID(group), r.id(user)), 0)
				time.Sleep(time.Minute)
			})
			t.Logf("%s: %d calls", user, n)
			if n > most {
				t.Errorf("%s: %d calls, and %d are the most", user, n, most)
			}
		}
	})
}

// TestF24CrashWhileServingLeavers: a process that serves dies at any call while somebody leaves. The next one finishes it, and
// nothing is ever without an owner.
func TestF24CrashWhileServingLeavers(t *testing.T) {
	t.Parallel()
	play := func(t *testing.T, k int, after bool) (asked int) {
		r := newRig(t, workshop(), settings{})
		o, j := newOffice(), r.history()
		r.start().mustApply()
		key := r.asset(world.KindDashboard, "us-east-1", "d1", "t000", "QuickSight/t000-a.000")
		time.Sleep(25 * time.Hour)
		armed, sent, dead := false, 0, make(chan struct{})
		s := r.daemon(service{inbox: o, journal: j, rate: 1000, cut: func(done bool) bool {
			if !armed {
				return false
			}
			if !done {
				asked++
			}
			if done && asked >= k {
				sent++
			}
			die := !after && !done && asked == k || after && done && sent == 1
			if die {
				close(dead)
			}
			return die
		}})
		s.settle()
		armed = true
		r.leave("qs:t000:authors", "t000-a.000")
		o.send(leftInConsole(r.groupID("qs:t000:authors"), r.id("t000-a.000")), 0)
		select {
		case <-dead:
		case <-time.After(2 * time.Minute):
		}
		s.die()
		next := r.daemon(service{inbox: o, journal: j, rate: 1000})
		next.settle()
		r.waitFor("S18: no message is left", 5*time.Minute, func() bool { return o.left() == 0 })
		next.stop()
		expect(t, "what they owned", r.owners(key), "group/t000/"+custodians)
		r.settled()
		r.verify()
		return min(asked, k)
	}
	total := 0
	synctest.Test(t, func(t *testing.T) { total = play(t, 1<<30, false) })
	for k := 1; k <= total && !t.Failed(); k += stride() {
		for _, after := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				if play(t, k, after); t.Failed() {
					t.Fatalf("a crash at the call %d, after its effect: %v", k, after)
				}
			})
		}
	}
	t.Logf("%d calls, %d crashes", total, 2*total)
}

// TestAHoldIsToldThoughMoreIsWaitedFor: an event tells of a membership that the directory does not show yet, and what it does
// show is held already. That is told at once, and once: whoever waits for the membership must not swallow it.
func TestAHoldIsToldThoughMoreIsWaitedFor(t *testing.T) {
	t.Parallel()
	oldHands(t, tenants(3, 4), settings{}, func(r *rig, p *servant, o *office) {
		r.join("qs:t001", "t000.000")
		o.send(joinedByAPI(r.groupID("qs:t002"), r.id("t000.000")), 0)
		time.Sleep(5 * time.Second)
		if n := p.log.count("code=spanning"); n != 1 {
			t.Errorf("told %d times within five seconds, want once", n)
		}
		time.Sleep(10 * time.Minute)
		if n := p.log.count("code=spanning"); n != 1 || o.left() > 0 {
			t.Errorf("told %d times in the end, want once; %d messages left", n, o.left())
		}
	})
}
