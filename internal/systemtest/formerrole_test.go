package systemtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// The role of a permission set before it was assigned anew, and since.
const (
	roleBefore = "AWSReservedSSO_QuickSight_00000000000000aa"
	roleNow    = "AWSReservedSSO_QuickSight_00000000000000bb"
)

var bySet = settings{set: "QuickSight"}

// assigned is a world whose people sign in through a permission set.
func assigned(seed world.Seed) world.Seed {
	seed.IAM.Roles = append(seed.IAM.Roles, world.Role{Name: roleBefore, Path: "/aws-reserved/sso.amazonaws.com/"})
	return seed
}

// assignAnew lets the permission set have another role, as when its last assignment went and there is one again.
func (r *rig) assignAnew() {
	r.now(func(*world.Directory, *world.QuickSight) {
		r.w.IAM.Roles.Delete(roleBefore)
		r.w.IAM.Roles.Put(roleNow, world.Role{Name: roleNow, Path: "/aws-reserved/sso.amazonaws.com/"})
	})
}

// underRole are a namespace's users under a role.
func (r *rig) underRole(namespace, role string) (names []string) {
	for _, user := range r.users(namespace) {
		if strings.HasPrefix(user, role+"/") {
			names = append(names, user)
		}
	}
	return names
}

// replacedAll makes sure that everybody is registered under the role of now and no other, in their groups.
func (r *rig) replacedAll(want map[string]int) {
	r.Helper()
	for n, people := range want {
		before, now := r.underRole(n, roleBefore), r.underRole(n, roleNow)
		if len(before) != 0 || len(now) != people {
			r.Errorf("%s has %d users of the role of before, and %d of the role of now, want %d", n, len(before), len(now), people)
		}
	}
	for _, n := range r.namespaces() {
		r.byHand(n, func(c *world.Contents) {
			for name := range c.Groups.All() {
				for _, m := range c.Members(name, "", world.View{}) {
					if !strings.HasPrefix(m.User, roleNow+"/") {
						r.Errorf("%s is in %s", m.User, name)
					}
				}
			}
		})
	}
	r.noMoves()
}

// TestSignInRoleReplaced: a permission set is assigned anew, and everybody is another user. A plan shows one hold, and
// nobody who would be registered a second time; allowed, all are replaced in one run, more than may leave in a day, with
// what they have and the groups that they are in.
func TestSignInRoleReplaced(t *testing.T) {
	t.Parallel()
	seed := assigned(tenants(2, 30))
	add(&seed, "qs:t000:authors", 3)
	in(t, seed, bySet, func(r *rig) {
		r.start().mustApply()
		c := replacement{was: roleBefore + "/t000-a.000", is: roleNow + "/t000-a.000", dashboard: "owner", dataset: "owner", folder: "viewer"}
		keys := c.holdings(r)
		r.assignAnew()
		r.join("qs:t000", r.someone("new"))

		p := r.start()
		pass := p.mustPlan()
		if len(pass.Plan.Holds) != 1 || !hasHold(p.last, string(plan.SignInRoleReplaced), "account") || !strings.HasPrefix(pass.Plan.Holds[0].Reason, "63 people ") ||
			!strings.Contains(pass.Plan.Holds[0].Reason, roleBefore+" → "+roleNow) {
			t.Errorf("holds: %+v", pass.Plan.Holds)
		}
		var people []string
		for _, s := range pass.Plan.Pending() {
			if !strings.HasSuffix(s.Change.Object(), "/new") {
				t.Errorf("it would be done without a word: %s %s", s.Change.Kind(), s.Change.Object())
			}
			people = append(people, s.Change.Object())
		}
		if len(people) != 2 {
			t.Errorf("somebody new is registered, and added to their group: %v", people)
		}
		for _, scope := range []engine.Scope{{Person: r.id("t000.000")}, {Namespaces: []tenancy.Namespace{named(t, "t001")}}} {
			pass, err := p.plan(context.Background(), scope)
			if err != nil || len(pass.Plan.Holds) != 1 || !strings.HasPrefix(pass.Plan.Holds[0].Reason, "63 people ") {
				t.Errorf("narrowed to %+v: %v, holds %+v", scope, err, pass.Plan.Holds)
			}
		}
		p.mustApply()
		if now := r.underRole("t000", roleNow); len(now) != 1 {
			t.Errorf("without a word, %d are registered under the role of now", len(now))
		}

		p = r.start()
		p.allow = []plan.Hazard{plan.SignInRoleReplaced}
		p.mustApply()
		r.replacedAll(map[string]int{"t000": 34, "t001": 30})
		c.done(r, keys)
		if !r.isMember("t000", "qs:t000:authors", c.is) || len(r.members("t000", "qs:t000")) != 31 {
			t.Errorf("in the groups: %v, %v", r.members("t000", "qs:t000:authors"), r.members("t000", "qs:t000"))
		}
		r.settled()
	})
}

// TestSignInRoleReplacedServed: a process that nobody watches does nothing about it, by passes and by hints; it registers
// whoever is new.
func TestSignInRoleReplacedServed(t *testing.T) {
	t.Parallel()
	in(t, assigned(tenants(2, 12)), bySet, func(r *rig) {
		o, j := newOffice(), r.history()
		time.Sleep(25 * time.Hour)
		s := r.replacing(o, j, 0, nil)
		defer s.stop()
		s.settle()
		r.assignAnew()
		before := r.underRole("t000", roleBefore)
		if len(before) != 12 {
			t.Fatalf("registered: %v", before)
		}
		time.Sleep(20 * time.Minute)
		for i := range 3 {
			o.send(ofPerson("UpdateUser", r.id(fmt.Sprintf("t000.%03d", i))), 0)
		}
		r.join("qs:t000", r.someone("new"))
		o.send(ofPerson("CreateUser", r.id("new")), 0)
		r.waitFor("somebody new", time.Minute, func() bool { return r.has("t000", "qs:t000", roleNow+"/new") })
		time.Sleep(2 * time.Hour)
		s.done(o, time.Minute)
		if now := r.underRole("t000", roleNow); len(now) != 1 {
			t.Errorf("registered under the role of now: %v", now)
		}
		if still := r.underRole("t000", roleBefore); !slices.Equal(still, before) || len(r.members("t000", "qs:t000")) != 13 {
			t.Errorf("of the users of before there are %d, and %d in the group", len(still), len(r.members("t000", "qs:t000"))-1)
		}
		if told := s.of(plan.Held); len(told) != 1 || told[0].Code != string(plan.SignInRoleReplaced) {
			t.Errorf("holds that were told: %v", told)
		}
	})
}

// TestLiftReplacesAll: the one hold is lifted by its token, and everybody is replaced.
func TestLiftReplacesAll(t *testing.T) {
	t.Parallel()
	in(t, assigned(workshop()), bySet, func(r *rig) {
		r.start().mustApply()
		key := r.asset(world.KindDashboard, "us-east-1", "sales", "t000", roleBefore+"/t000-a.000")
		r.assignAnew()
		p := r.start()
		_, report := p.lift(p.token(tenancy.Code(plan.SignInRoleReplaced), "account"))
		p.expectClean(report)
		r.replacedAll(map[string]int{"t000": 9, "t001": 6})
		if may := r.may(key, "t000", roleNow+"/t000-a.000"); may != "owner" {
			t.Errorf("the author may %q of the dashboard", may)
		}
		r.settled()
	})
}

// TestS11ReusedNameUnderAFormerRole: a name is used again, and then everybody has another role. The user of before is the
// former person's, as its tag says: the new one has nothing of it, and the custodians what it owned.
func TestS11ReusedNameUnderAFormerRole(t *testing.T) {
	t.Parallel()
	in(t, assigned(workshop()), bySet, func(r *rig) {
		r.start().mustApply()
		was, is := roleBefore+"/t000-a.000", roleNow+"/t000-a.000"
		key := r.asset(world.KindDashboard, "us-east-1", "sales", "t000", was)
		former := r.id("t000-a.000")
		r.forget("t000-a.000")
		r.join("qs:t000:authors", r.someone("t000-a.000"))
		r.assignAnew()

		p := r.start()
		p.verify = true
		p.mustApply()
		if !hasHold(p.last, string(plan.ReusedName), was) {
			t.Errorf("with the tags read, the holds are %v", p.last.Plan.Holds)
		}
		p = r.start()
		p.allow = []plan.Hazard{plan.SignInRoleReplaced, plan.ReusedName}
		p.mustApply()
		r.replacedAll(map[string]int{"t000": 9, "t001": 6})
		if u, _ := r.user("t000", is); behindUser(u) != r.id("t000-a.000") || behindUser(u) == former {
			t.Errorf("%s is %s's", is, behindUser(u))
		}
		expect(t, "what was owned", r.owners(key), "group/t000/"+custodians)
		r.settled()
	})
}

// TestSignInThroughARoleOfOnesOwn: people sign in through a role for each tenant now, and through a permission set before, which
// the configuration names.
func TestSignInThroughARoleOfOnesOwn(t *testing.T) {
	t.Parallel()
	seed := assigned(workshop())
	seed.IAM.Roles = append(seed.IAM.Roles, world.Role{Name: "QS-t000"}, world.Role{Name: "QS-t001"})
	in(t, seed, bySet, func(r *rig) {
		r.start().mustApply()
		key := r.asset(world.KindDashboard, "us-east-1", "sales", "t000", roleBefore+"/t000-a.000")
		now := settings{role: "arn:aws:iam::111122223333:role/QS-{namespace}", former: "[QuickSight]"}
		r.config = now.parse(t)
		p := r.start()
		if pass := p.mustPlan(); len(pass.Plan.Pending()) != 0 || len(pass.Plan.Holds) != 1 {
			t.Errorf("without a word it would do %d steps; holds: %v", len(pass.Plan.Pending()), pass.Plan.Holds)
		}
		p.allow = []plan.Hazard{plan.SignInRoleReplaced}
		p.mustApply()
		if len(r.underRole("t000", "QS-t000")) != 9 || len(r.users("t000")) != 9 || len(r.underRole("t001", "QS-t001")) != 6 || len(r.users("t001")) != 6 {
			t.Errorf("users: %v, %v", r.users("t000"), r.users("t001"))
		}
		if may := r.may(key, "t000", "QS-t000/t000-a.000"); may != "owner" {
			t.Errorf("the author may %q of the dashboard", may)
		}
		r.noMoves()
		r.settled()
	})
}

// TestSignInRoleThatCannotBeRegistered: QuickSight takes nobody under the role of now. Then nobody loses the user that
// they have, whatever was said.
func TestSignInRoleThatCannotBeRegistered(t *testing.T) {
	t.Parallel()
	in(t, assigned(tenants(1, 4)), bySet, func(r *rig) {
		r.start().mustApply()
		r.assignAnew()
		r.behave(func(b *world.Behaviour) { b.AcceptReservedRoleARNs = false })
		p := r.start()
		p.allow = []plan.Hazard{plan.SignInRoleReplaced}
		if report, err := p.apply(context.Background()); err != nil || len(report.Failed)+len(report.Held) == 0 {
			t.Errorf("%v, report %+v", err, report)
		}
		if before := r.underRole("t000", roleBefore); len(before) != 4 {
			t.Errorf("of the users of before there are %v", before)
		}
	})
}

// TestF24CrashWhileTheSignInRoleIsReplaced: a process dies at any of its calls while everybody is replaced. The next one
// that is allowed to finishes it.
func TestF24CrashWhileTheSignInRoleIsReplaced(t *testing.T) {
	t.Parallel()
	c := replacement{was: roleBefore + "/t000-a.000", is: roleNow + "/t000-a.000", dashboard: "owner", dataset: "owner", folder: "viewer"}
	begin := func(t *testing.T) (*rig, [3]string) {
		seed := assigned(tenants(1, 0))
		add(&seed, "qs:t000:authors", 2)
		r := newRig(t, seed, bySet)
		r.start().mustApply()
		keys := c.holdings(r)
		r.assignAnew()
		return r, keys
	}
	total := 0
	synctest.Test(t, func(t *testing.T) {
		r, _ := begin(t)
		total = r.crashed(1<<30, false, plan.SignInRoleReplaced)
	})
	for k := 1; k <= total; k += stride() {
		after := k%2 == 0 // TestF24CrashWhileReplacing has both of the machinery
		synctest.Test(t, func(t *testing.T) {
			r, keys := begin(t)
			r.crashed(k, after, plan.SignInRoleReplaced)
			p := r.start()
			p.allow = []plan.Hazard{plan.SignInRoleReplaced}
			p.mustApply()
			r.replacedAll(map[string]int{"t000": 2})
			c.done(r, keys)
			r.settled()
			r.verify()
			if t.Failed() {
				t.Fatalf("a crash at the call %d, after its effect: %v", k, after)
			}
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d calls", total)
}
