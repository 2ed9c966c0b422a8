package systemtest

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
)

// replacing is a process that serves a workshop with a journal that is older than a day, and lowers roles by itself.
func (r *rig) replacing(o *office, j *journal.Journal, rate float64, cut func(sent bool) bool) *servant {
	r.Helper()
	return r.daemon(service{inbox: o, journal: j, rate: rate, cut: cut, automatic: []plan.Hazard{plan.ReplacesUser}})
}

// told lets a replacement happen, and sends the events of it: by the console, the API or SCIM, as the way says.
func (c *replacement) told(r *rig, o *office, way uint64) {
	before := r.directory()
	c.happen(r)
	for _, e := range events(before, r.directory(), rand.New(rand.NewPCG(way, 0))) {
		o.send(e, 0)
	}
}

// isDone reports whether the new user is there, for the one who has its name, in a group of the tenant, and the former
// one is not.
func (c *replacement) isDone(r *rig) bool {
	_, former := r.user("t000", c.was)
	u, there := r.user("t000", c.is)
	in := slices.ContainsFunc([]string{"qs:t000", "qs:t000:authors"}, func(g string) bool { return r.isMember("t000", g, c.is) })
	return there && in && behindUser(u) == r.id(u.Session) && (c.was == c.is || !former) && (c.dashboard != "viewer" || u.Role == "READER")
}

// TestReplacedByEvent: each of the ways in which a user has to be replaced, by an event. The new user is there, and the
// former is gone, within twelve seconds: two looks, five seconds apart, and the searches for what they hold. Until then
// somebody who has got a former one's name signs in as that one's user (S11): for no longer.
func TestReplacedByEvent(t *testing.T) {
	t.Parallel()
	for _, c := range replacements {
		t.Run(strings.ReplaceAll(c.name, ",", ""), func(t *testing.T) {
			for way := range uint64(6) {
				in(t, workshop(), settings{}, func(r *rig) {
					o, j := newOffice(), r.history()
					time.Sleep(25 * time.Hour)
					p := r.replacing(o, j, 0, nil)
					defer p.stop()
					p.settle()
					keys := c.holdings(r)
					time.Sleep(2 * time.Minute)
					c.told(r, o, way)
					took := r.waitFor("the new user", time.Minute, func() bool { return c.isDone(r) })
					t.Logf("%v", took)
					if took > 12*time.Second || took < 5*time.Second {
						t.Errorf("L3, S11: replaced after %v", took)
					}
					r.waitFor("what they have", time.Minute, func() bool { return r.may(keys[0], "t000", c.is) == c.dashboard })
					p.done(o, time.Minute)
					c.done(r, keys)
					// Two events may be about one user: whoever comes second finds another one there, and looks again.
					if failed := p.log.with("msg=failed"); len(failed) != len(p.log.with("msg=failed", "replaced meanwhile")) {
						t.Errorf("failures: %v", failed)
					}
				})
			}
		})
	}
}

// TestF35ReusedNameUntold: a name is used again, and no event tells of it. Passes read the tags of some, others each
// time, and so find it: of nine people one, every quarter of an hour.
func TestF35ReusedNameUntold(t *testing.T) {
	t.Parallel()
	c := replacements[3]
	in(t, workshop(), settings{}, func(r *rig) {
		o, j := newOffice(), r.history()
		time.Sleep(25 * time.Hour)
		p := r.replacing(o, j, 0, nil)
		defer p.stop()
		p.settle()
		keys := c.holdings(r)
		c.happen(r)
		took := r.waitFor("the new user", 72*time.Hour, func() bool { time.Sleep(time.Minute); return c.isDone(r) })
		t.Logf("%v", took)
		p.done(o, time.Minute)
		c.done(r, keys)
	})
}

// TestF24CrashWhileServingReplacements: a process that serves dies at any of its calls while a user is replaced. The next
// one finishes it, by what is in AWS alone.
func TestF24CrashWhileServingReplacements(t *testing.T) {
	t.Parallel()
	for _, c := range replacements {
		t.Run(strings.ReplaceAll(c.name, ",", ""), func(t *testing.T) {
			total := 0
			synctest.Test(t, func(t *testing.T) { total = c.crashServing(t, 1<<30, false) })
			for k := 1; k <= total && !t.Failed(); k += stride() {
				for _, after := range []bool{false, true} {
					synctest.Test(t, func(t *testing.T) {
						if c.crashServing(t, k, after); t.Failed() {
							t.Fatalf("a crash at the call %d, after its effect: %v", k, after)
						}
					})
				}
			}
			t.Logf("%d calls, %d crashes", total, 2*total)
		})
	}
}

// crashServing plays a replacement with a process that dies at its kth call, and another one after it. It answers how
// many calls the first one made.
func (c *replacement) crashServing(t *testing.T, k int, after bool) (asked int) {
	r := newRig(t, workshop(), settings{})
	o, j := newOffice(), r.history()
	r.start().mustApply()
	keys := c.holdings(r)
	time.Sleep(25 * time.Hour)
	armed, sent, dead := false, 0, make(chan struct{})
	s := r.replacing(o, j, 1000, func(done bool) bool {
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
	})
	s.settle()
	armed = true
	c.told(r, o, 1)
	select {
	case <-dead:
	case <-time.After(2 * time.Minute):
	}
	s.die()
	next := r.replacing(o, j, 1000, nil)
	next.settle()
	r.waitFor("S18: no message is left", 20*time.Minute, func() bool { return o.left() == 0 })
	// Who has got a former one's name may be looked after by a pass alone, which reads some of the tags: when the first
	// process had dealt with the event of theirs, and died with what it knew of the former one.
	r.waitFor("the new user", 10*24*time.Hour, func() bool { time.Sleep(time.Minute); return c.isDone(r) })
	time.Sleep(time.Minute)
	next.stop()
	c.done(r, keys)
	r.settled()
	r.verify()
	return min(asked, k)
}

// TestF34NamesSwappedByEvent: two people are given each other's name, and an event tells of each. Whoever comes second to
// look after one of the two users finds that it is another one by then, and leaves it alone.
func TestF34NamesSwappedByEvent(t *testing.T) {
	t.Parallel()
	for ms := 0; ms <= 2000; ms += 100 {
		oldHands(t, workshop(), settings{}, func(r *rig, p *servant, o *office) {
			a, b := r.id("t000.000"), r.id("t000.001")
			registered := 0
			r.watch(func(c awssim.Call) awssim.Fault {
				if c.Phase == awssim.AfterEffect && c.Committed && c.Operation == "RegisterUser" {
					registered++
				}
				return awssim.Fault{}
			})
			r.change("t000.000", func(p *world.Person) { p.UserName = "between" })
			r.change("t000.001", func(p *world.Person) { p.UserName = "t000.000" })
			r.change("between", func(p *world.Person) { p.UserName = "t000.001" })
			o.send(ofPerson("UpdateUser", a), 0)
			o.send(ofPerson("UpdateUser", b), time.Duration(ms)*time.Millisecond)
			time.Sleep(30 * time.Second)
			p.done(o, 2*time.Minute)
			for user, id := range map[string]string{"QuickSight/t000.000": b, "QuickSight/t000.001": a} {
				if u, _ := r.user("t000", user); behindUser(u) != id || !r.isMember("t000", "qs:t000", user) {
					t.Errorf("%s is registered for %q, want %s", user, behindUser(u), id)
				}
			}
			if registered != 2 {
				t.Errorf("%d registrations", registered)
			}
		})
	}
}

// TestS11ANameOfSomebodyHeld: two people swap their names, one of them is held, and both events are lost. Who has the name of a
// user is nobody for whom that user is wanted: so the next pass reads whose it is, and does not wait for the rotation.
func TestS11ANameOfSomebodyHeld(t *testing.T) {
	t.Parallel()
	oldHands(t, tenants(3, 12), settings{}, func(r *rig, p *servant, _ *office) {
		one, two := r.id("t000.000"), r.id("t001.000")
		r.join("qs:t002", "t001.000")
		time.Sleep(16 * time.Minute) // they are held
		r.change("t000.000", func(p *world.Person) { p.UserName = "between" })
		r.change("t001.000", func(p *world.Person) { p.UserName = "t000.000" })
		r.change("between", func(p *world.Person) { p.UserName = "t001.000" })
		time.Sleep(18 * time.Minute) // a pass, and the second look
		for user, person := range map[string]string{"QuickSight/t000.000": two, "QuickSight/t001.000": one} {
			for _, n := range r.namespaces() {
				if u, there := r.user(n, user); there && behindUser(u) != person {
					t.Errorf("%s of %s is registered for %s, and is %s", user, n, behindUser(u), person)
				}
			}
		}
	})
}
