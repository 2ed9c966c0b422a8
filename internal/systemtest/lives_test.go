package systemtest

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// living tries a life of somebody: in a world of two tenants that a process has served for a while.
func living(t *testing.T, s settings, life func(r *rig, s *servant, o *office)) {
	t.Helper()
	in(t, tenants(2, 2), s, func(r *rig) {
		o := newOffice()
		p := r.daemon(service{inbox: o})
		defer p.stop()
		p.settle()
		life(r, p, o)
	})
}

// done waits until all messages are dealt with, and makes sure that nothing is left to do.
func (s *servant) done(o *office, most time.Duration) {
	s.Helper()
	s.waitFor("S18: no message is left", most, func() bool { return o.left() == 0 })
	s.settled()
}

// TestUserFirst: somebody is made, and joins their group minutes later.
func TestUserFirst(t *testing.T) {
	t.Parallel()
	living(t, settings{}, func(r *rig, s *servant, o *office) {
		r.someone("ana")
		o.send(ofPerson("CreateUser", r.id("ana")), 0)
		time.Sleep(4 * time.Minute)
		if r.isIn("t000", "qs:t000", "ana") || o.left() != 0 {
			t.Errorf("of no group, and registered; or %d messages left", o.left())
		}
		r.join("qs:t000", "ana")
		o.send(joinedByAPI(r.groupID("qs:t000"), r.id("ana")), 0)
		r.waitFor("ana", time.Second, func() bool { return r.isIn("t000", "qs:t000", "ana") })
		s.done(o, time.Second)
	})
}

// TestGroupFirst: a group is there for an hour before anybody is in it.
func TestGroupFirst(t *testing.T) {
	t.Parallel()
	living(t, settings{}, func(r *rig, s *servant, o *office) {
		group := r.group("qs:new")
		o.send(createdByAPI(group), 0)
		time.Sleep(time.Hour)
		r.someone("ana")
		r.join("qs:new", "ana")
		o.send(ofPerson("CreateUser", r.id("ana")), 0)
		o.send(joinedInConsole(group, r.id("ana")), 0)
		r.waitFor("ana", time.Minute, func() bool { return r.isIn("new", "qs:new", "ana") })
		s.done(o, 2*time.Minute)
	})
}

// TestANewCustomerBySCIM: an identity provider pushes a group and its people. Of who is in it the
// events say nothing, and those of the people are lost.
func TestANewCustomerBySCIM(t *testing.T) {
	t.Parallel()
	living(t, settings{}, func(r *rig, s *servant, o *office) {
		group := r.group("qs:new")
		for i := range 5 {
			r.join("qs:new", r.someone(fmt.Sprintf("new%d", i)))
		}
		o.send(patchedBySCIM(group), 0)
		r.waitFor("everyone", time.Minute, func() bool {
			for i := range 5 {
				if !r.isIn("new", "qs:new", fmt.Sprintf("new%d", i)) {
					return false
				}
			}
			return true
		})
		s.done(o, time.Minute)
	})
}

// TestAddedAndRemovedWithinASecond: when the first event comes they have left again. Nobody is
// registered.
func TestAddedAndRemovedWithinASecond(t *testing.T) {
	t.Parallel()
	living(t, settings{}, func(r *rig, s *servant, o *office) {
		r.someone("ana")
		group, person := r.groupID("qs:t000"), r.id("ana")
		r.join("qs:t000", "ana")
		time.Sleep(500 * time.Millisecond)
		r.leave("qs:t000", "ana")
		n := r.writes(func() {
			o.send(joinedInConsole(group, person), 0)
			o.send(leftInConsole(group, person), 100*time.Millisecond)
			time.Sleep(2 * time.Minute)
			s.done(o, time.Second)
		})
		if n != 0 {
			t.Errorf("%d writes for somebody who has left", n)
		}
	})
}

// TestF14FortyTimes: the same event forty times is one registration, and hardly more reads than one.
func TestF14FortyTimes(t *testing.T) {
	t.Parallel()
	living(t, settings{}, func(r *rig, s *servant, o *office) {
		r.someone("ana")
		r.join("qs:t000", "ana")
		before, writes := r.sim.Reads(), r.sim.Writes()
		for range 40 {
			o.send(joinedByAPI(r.groupID("qs:t000"), r.id("ana")), 0)
		}
		r.waitFor("ana", time.Second, func() bool { return r.isIn("t000", "qs:t000", "ana") })
		time.Sleep(2 * time.Minute)
		if n := r.sim.Writes() - writes; n != 2 {
			t.Errorf("%d writes, want 2", n)
		}
		if n := r.sim.Reads() - before; n > 10 {
			t.Errorf("%d reads", n)
		}
		s.done(o, time.Second)
	})
}

// TestF15RemoveBeforeAdd: somebody is taken out of a group and put into it again, and the events come
// the other way round.
func TestF15RemoveBeforeAdd(t *testing.T) {
	t.Parallel()
	living(t, settings{}, func(r *rig, s *servant, o *office) {
		r.someone("ana")
		group, person := r.groupID("qs:t000"), r.id("ana")
		r.join("qs:t000", "ana")
		r.leave("qs:t000", "ana")
		r.join("qs:t000", "ana")
		o.send(leftInConsole(group, person), 0)
		o.send(joinedInConsole(group, person), 300*time.Millisecond)
		r.waitFor("ana", time.Second, func() bool { return r.isIn("t000", "qs:t000", "ana") })
		s.done(o, 2*time.Minute)
	})
}

// TestF13ADayOldEvent: it comes from the dead letters, and what it tells of is no longer so, or was
// dealt with long ago.
func TestF13ADayOldEvent(t *testing.T) {
	t.Parallel()
	living(t, settings{}, func(r *rig, s *servant, o *office) {
		r.someone("gone")
		r.someone("there")
		group := r.groupID("qs:t000")
		r.join("qs:t000", "gone")
		r.leave("qs:t000", "gone")
		r.join("qs:t000", "there")
		time.Sleep(24 * time.Hour)
		n := r.writes(func() {
			o.send(joinedByAPI(group, r.id("gone")), 0)
			o.send(joinedByAPI(group, r.id("there")), 0)
			o.send(leftInConsole(group, r.id("there")), 0)
			time.Sleep(2 * time.Minute)
			s.done(o, time.Second)
		})
		if n != 0 {
			t.Errorf("%d writes", n)
		}
		if !r.isIn("t000", "qs:t000", "there") || r.isIn("t000", "qs:t000", "gone") {
			t.Error("an old event was believed")
		}
	})
}

// TestAMembershipThatEnded: the event names a membership alone. The last reading knows whose it was, and
// they are looked at; and nobody asks for a pass.
func TestAMembershipThatEnded(t *testing.T) {
	t.Parallel()
	living(t, settings{}, func(r *rig, s *servant, o *office) {
		id := r.membership("qs:t000", "t000.000")
		r.leave("qs:t000", "t000.000")
		n := r.calls(func() {
			o.send(leftByAPI(id), 0)
			time.Sleep(time.Minute)
		})
		if n != 2 {
			t.Errorf("%d calls, want the 2 that look at somebody", n)
		}
		time.Sleep(20 * time.Minute)
		if n := s.log.count("asked for"); n != 0 {
			t.Errorf("%d passes were asked for", n)
		}
		s.done(o, time.Second)
	})
}

func (r *rig) membership(group, user string) string {
	var m world.DirectoryMembership
	r.now(func(d *world.Directory, _ *world.QuickSight) {
		g, _ := d.GroupID(group)
		u, _ := d.UserID(user)
		m, _ = d.Membership(g, u, world.View{})
	})
	return m.ID
}

// TestS17UnknownMembership: nobody knows whose membership it was, so a pass has to find out. However
// many such events come, no pass begins sooner than fifteen minutes after the one before.
func TestS17UnknownMembership(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 2), settings{more: "limits: {new_namespaces_per_day: 1000}\nevents: {pass_every: 6h}"}, func(r *rig) {
		o := newOffice()
		s := r.daemon(service{inbox: o})
		defer s.stop()
		s.settle()
		for i := range 120 {
			o.send(leftByAPI(fmt.Sprintf("94e80458-9021-70ea-08fa-%012d", i)), time.Duration(i)*time.Minute)
		}
		time.Sleep(2 * time.Hour)
		begun := s.log.with("pass begins")
		if len(begun) < 7 || len(begun) > 9 {
			t.Errorf("%d passes in two hours of asking", len(begun))
		}
		var last time.Time
		for _, at := range s.log.times("pass begins") {
			if !last.IsZero() && at.Sub(last) < 15*time.Minute {
				t.Errorf("S17: a pass %v after the one before", at.Sub(last))
			}
			last = at
		}
		time.Sleep(20 * time.Minute)
		s.done(o, time.Second)
		if n := len(s.log.with("pass begins")); n > len(begun)+1 {
			t.Errorf("passes go on without being asked for: %d", n)
		}
	})
}
