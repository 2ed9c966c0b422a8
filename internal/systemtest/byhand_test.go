package systemtest

import (
	"context"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestF40ByHand: what was changed by hand is put right where that only adds, and held where it takes
// away; what was made by hand is left alone (S4).
func TestF40ByHand(t *testing.T) {
	t.Parallel()
	other := "arn:aws:iam::111122223333:role/Partner"
	replaced := []string{
		"remove-registration t000 QuickSight/t000.001 replaces-user", "register t000 QuickSight/t000.001 replaces-user",
		"add-member t000 QuickSight/t000.001 replaces-user",
	}
	for name, c := range map[string]struct {
		happen func(r *rig)
		done   []string
		held   []string
	}{
		"a role raised": {
			func(r *rig) { r.giveRole("t000", "QuickSight/t000.001", "AUTHOR") }, nil, replaced},
		"a role raised, and a new address": {
			func(r *rig) {
				r.giveRole("t000", "QuickSight/t000.001", "AUTHOR")
				r.change("t000.001", func(p *world.Person) { p.Email = "one@example.com" })
			}, []string{"update-user"}, replaced},
		"a role lowered": {
			func(r *rig) { r.giveRole("t001", "QuickSight/t001-a.001", "READER") }, []string{"update-user"}, nil},
		"an admin": {
			func(r *rig) { r.giveRole("t000", "QuickSight/t000.001", "ADMIN") }, nil, replaced},
		"an author made an admin": {
			func(r *rig) { r.giveRole("t001", "QuickSight/t001-a.001", "ADMIN") }, nil,
			[]string{"lower-role t001 QuickSight/t001-a.001 lowers-role"}},
		"a registration deleted": {
			func(r *rig) { r.deleteByHand("t000", "QuickSight/t000.001") },
			[]string{"register", "add-member"}, nil},
		"a membership deleted": {
			func(r *rig) { r.byHand("t000", func(c *world.Contents) { c.Leave("qs:t000", "QuickSight/t000.001") }) },
			[]string{"add-member"}, nil},
		"somebody put into a mirror": {
			func(r *rig) {
				r.byHand("t001", func(c *world.Contents) { c.Join("qs:t001:authors", "QuickSight/t001.001") })
			}, nil, []string{"remove-member t001 QuickSight/t001.001 removes-member"}},
		"somebody registered under the sign-in role": {
			func(r *rig) { r.registerByHand("t000", role, "mallory", "AUTHOR") }, nil,
			[]string{"remove-registration t000 QuickSight/mallory removes-user"}},
		"somebody registered under another role": {
			func(r *rig) { r.registerByHand("t000", other, "partner", "ADMIN") }, nil, nil},
		"a group and a namespace of one's own": {
			func(r *rig) {
				r.byHand("t000", func(c *world.Contents) {
					c.Groups.Put("vip", world.Group{Name: "vip", Description: "important"})
					c.Join("vip", "QuickSight/t000.001")
				})
				r.now(func(_ *world.Directory, q *world.QuickSight) { q.Create("private", region, nil) })
			}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			seed := tenants(2, 3)
			add(&seed, "qs:t001:authors", 2)
			in(t, seed, settings{}, func(r *rig) {
				pass, done := r.changed(func() { c.happen(r) })
				expect(t, "done", done, c.done...)
				expect(t, "held", held(pass), c.held...)
			})
		})
	}
}

// TestF40Moved: someone is registered in another tenant by hand. They stay there, held.
func TestF40Moved(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 3), settings{}, func(r *rig) {
		pass, done := r.changed(func() {
			r.deleteByHand("t000", "QuickSight/t000.001")
			r.registerByHand("t001", role, "t000.001", "READER")
		})
		expect(t, "done", done)
		if !hasHold(pass, string(plan.InTenant), r.id("t000.001")) {
			t.Errorf("holds: %v", pass.Plan.Holds)
		}
	})
}

func (r *rig) giveRole(namespace, user, role string) {
	r.byHand(namespace, func(c *world.Contents) {
		u, _ := c.Users.Get(user)
		u.Role = role
		c.Users.Put(user, u)
	})
}

func (r *rig) deleteByHand(namespace, user string) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		n, _ := q.Namespaces().Get(namespace)
		u, _ := n.Contents.Users.Get(user)
		q.DeleteUser(namespace, u)
	})
}

// TestS4NotOurs: a namespace that somebody made has the name that a group asks for, or bears the mark
// of another identity store. It is not written to; the first may be adopted, by name.
func TestS4NotOurs(t *testing.T) {
	t.Parallel()
	seed := tenants(3, 3)
	seed.QuickSight.Namespaces = []world.NamespaceSeed{
		{Name: "t000", Users: []world.UserSeed{{RoleARN: role, Session: "boss", Email: "boss@example.com", Role: "ADMIN"}}},
		{Name: "t001", Groups: []world.GroupSeed{{Name: "theirs", Description: "tenantry/1 d-0000000000 34887428-4081-7042-c3c6-928d413009e7"}}},
	}
	in(t, seed, settings{}, func(r *rig) {
		r.start().mustApply()
		pass := r.settled()
		for _, n := range []string{"t000", "t001"} {
			if !hasHold(pass, string(plan.NotOurs), n) {
				t.Errorf("%s is not held: %v", n, pass.Plan.Holds)
			}
		}
		if len(r.users("t000")) != 1 || len(r.users("t001")) != 0 || len(r.users("t002")) != 3 {
			t.Errorf("users: %v, %v, %v", r.users("t000"), r.users("t001"), r.users("t002"))
		}
		p := r.start()
		if _, err := p.plan(context.Background(), engine.Scope{Adopt: []tenancy.Namespace{named(t, "t001")}}); err == nil {
			t.Error("a namespace of another identity store can be adopted")
		}
		r.check.adopt("t000")
		adopted, err := p.plan(context.Background(), engine.Scope{Adopt: []tenancy.Namespace{named(t, "t000")}})
		if err != nil {
			t.Fatal(err)
		}
		p.expectClean(p.app.Apply(context.Background(), adopted, nil))
		if lines := held(adopted); lines[0] != "remove-registration t000 QuickSight/boss removes-user" {
			t.Errorf("held: %q", lines)
		}
		if len(r.users("t000")) != 4 {
			t.Errorf("users of t000: %v", r.users("t000"))
		}
		r.settled()
	})
}

func named(t *testing.T, name string) tenancy.Namespace {
	n, err := tenancy.ParseNamespace(name)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
