package systemtest

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
)

// changed applies a world, lets something happen, applies again, and answers that second pass, with
// the kinds of the steps that were done in it.
func (r *rig) changed(happen func()) (pass *engine.Pass, done []string) {
	r.Helper()
	r.start().mustApply()
	happen()
	p := r.start()
	writes := r.writes(func() { p.mustApply() })
	for _, s := range p.last.Plan.Pending() {
		done = append(done, string(s.Change.Kind()))
	}
	if len(done) != writes {
		r.Errorf("%d writes for the steps %v", writes, done)
	}
	r.settled()
	return p.last, done
}

// held answers the steps that were held, as `kind namespace object code`.
func held(pass *engine.Pass) (lines []string) {
	for _, s := range pass.Plan.Steps {
		if s.Held != "" {
			lines = append(lines, strings.Join([]string{string(s.Change.Kind()), s.Change.In().String(), s.Change.Object(), string(s.Held)}, " "))
		}
	}
	return lines
}

// hasHold reports whether something of that code and object waits.
func hasHold(pass *engine.Pass, code, object string) bool {
	for _, h := range pass.Plan.Holds {
		if string(h.Code) == code && h.Object == object {
			return true
		}
	}
	return false
}

func (r *rig) id(user string) (id string) {
	r.now(func(d *world.Directory, _ *world.QuickSight) { id, _ = d.UserID(user) })
	return id
}

func (r *rig) groupID(name string) (id string) {
	r.now(func(d *world.Directory, _ *world.QuickSight) { id, _ = d.GroupID(name) })
	return id
}

func expect(t tb, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// TestF32RenamedToAnothersName: a group takes the name of another tenant's group. Nobody moves, and
// nobody new comes in through it, on either side (S11, T1).
func TestF32RenamedToAnothersName(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 5), settings{}, func(r *rig) {
		id := r.groupID("qs:t000")
		pass, done := r.changed(func() {
			r.renameGroup("qs:t001", "qs:former")
			r.renameGroup("qs:t000", "qs:t001")
			r.join("qs:t001", r.someone("eve"))
		})
		expect(t, "done", done)
		if !hasHold(pass, "renamed-group", id) {
			t.Errorf("nothing says that the group is renamed: %v", pass.Plan.Holds)
		}
		for _, n := range []string{"t000", "t001"} {
			if _, there := r.user(n, "QuickSight/eve"); there {
				t.Errorf("eve came into %s", n)
			}
			if got := len(r.users(n)); got != 5 {
				t.Errorf("%d users of %s", got, n)
			}
		}
	})
}

// TestF32RenamedToNobodysName: a bound group under a name that means nothing goes on, and is reported.
func TestF32RenamedToNobodysName(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 5), settings{}, func(r *rig) {
		pass, done := r.changed(func() {
			r.renameGroup("qs:t000", "Customers of ours")
			r.join("Customers of ours", r.someone("new"))
		})
		expect(t, "done", done, "register", "add-member")
		if len(pass.Plan.Notes) != 1 {
			t.Errorf("notes: %v", pass.Plan.Notes)
		}
	})
}

// TestF33GroupDeleted: the group behind a tenant is gone. Nobody is removed, and a new group of the same
// name does not come into its place (S11).
func TestF33GroupDeleted(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 5), settings{}, func(r *rig) {
		id := r.groupID("qs:t000")
		pass, done := r.changed(func() { r.deleteGroup("qs:t000") })
		expect(t, "done", done)
		if !hasHold(pass, "group-gone", id) {
			t.Errorf("nothing says that the group is gone: %v", pass.Plan.Holds)
		}
		again := ""
		pass, done = r.changed(func() { again = r.group("qs:t000", r.someone("eve"), "t000.001") })
		expect(t, "done", done)
		if !hasHold(pass, "new-group", again) {
			t.Errorf("the new group of the same name is not held: %v", pass.Plan.Holds)
		}
		if got := len(r.users("t000")); got != 5 {
			t.Errorf("%d users of t000", got)
		}
	})
}

// TestF34Renamed: someone is called otherwise, and has another address. The address is corrected in
// place. The new principal is registered; the old one is not taken away unless it is allowed, and it is said
// that they still have access.
func TestF34Renamed(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 5), settings{}, func(r *rig) {
		_, done := r.changed(func() { r.change("t000.003", func(p *world.Person) { p.Email = "three@example.com" }) })
		expect(t, "done", done, "update-user")
		if u, _ := r.user("t000", "QuickSight/t000.003"); u.Email != "three@example.com" || u.Role != "READER" {
			t.Errorf("%+v", u)
		}
		pass, done := r.changed(func() { r.change("t000.004", func(p *world.Person) { p.UserName = "four" }) })
		expect(t, "done", done, "register", "add-member")
		expect(t, "held", held(pass), "remove-member t000 QuickSight/t000.004 renames-user", "remove-registration t000 QuickSight/t000.004 renames-user")
		for _, h := range pass.Plan.Holds {
			if !h.Access {
				t.Errorf("%s does not say that someone still has access", h.Code)
			}
		}
	})
}

// TestF36Disabled: who is disabled is not let in; who is in keeps what they have, held; and who is
// enabled again is as before.
func TestF36Disabled(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 5), settings{}, func(r *rig) {
		r.someone("new")
		pass, done := r.changed(func() {
			r.disable("new")
			r.join("qs:t000", "new")
			r.disable("t000.001")
		})
		expect(t, "done", done)
		expect(t, "held", held(pass), "remove-member t000 QuickSight/t000.001 removes-user", "remove-registration t000 QuickSight/t000.001 removes-user")
		pass, done = r.changed(func() { r.enable("t000.001"); r.enable("new") })
		expect(t, "done", done, "register", "add-member")
		expect(t, "held", held(pass))
	})
}

// TestF38Names: names that do not fit, or are too alike, are held with what is wrong; none is cut,
// folded or given a suffix (S12).
func TestF38Names(t *testing.T) {
	t.Parallel()
	nasty := []string{"x", strings.Repeat("y", 65), "a b", "c/d", "e,f", "josé", "k\u0301", "İstanbul", "tab\there", "trailing "}
	in(t, tenants(1, 2), settings{}, func(r *rig) {
		pass, done := r.changed(func() {
			for i, name := range nasty {
				r.person(name, string(rune('a'+i))+"@nasty.example")
				r.join("qs:t000", name)
			}
			for _, name := range []string{"qs:Acme", "qs:acme", "qs:İstanbul", "qs:ac me", "qs:t000 ", "qs:default", "qs:DEFAULT", "qs:..", "qs:" + strings.Repeat("z", 65), "qs:a/b", "qs:t000-x"} {
				r.group(name, r.someone("in"+strings.Map(ascii, name)))
			}
		})
		expect(t, "done", done)
		for _, name := range nasty {
			if !hasHold(pass, "session-name", r.id(name)) {
				t.Errorf("%q is not held", name)
			}
		}
		if n := len(pass.Plan.Holds); n != len(nasty)+11 {
			t.Errorf("%d holds, want %d: %v", n, len(nasty)+11, pass.Plan.Holds)
		}
		expect(t, "namespaces", r.namespaces(), "t000")
	})
}

func ascii(c rune) rune {
	if c < 'a' || c > 'z' {
		return '0' + c%10
	}
	return c
}

// TestF39InDefault: someone came into default by signing in too early. They are held, with what to do;
// default is not written to (S3), and who signs in otherwise is nobody's business.
func TestF39InDefault(t *testing.T) {
	t.Parallel()
	seed := tenants(1, 5)
	seed.QuickSight.Namespaces = []world.NamespaceSeed{{Name: "default", Users: []world.UserSeed{
		{RoleARN: role, Session: "t000.002", Email: "t000.002@example.com", Role: "READER"},
		{RoleARN: "arn:aws:iam::111122223333:role/Admins", Session: "t000.003", Email: "boss@example.com", Role: "ADMIN"},
	}}}
	in(t, seed, settings{}, func(r *rig) {
		p := r.start()
		p.mustApply()
		expect(t, "held", held(p.last), "register t000 QuickSight/t000.002 in-default", "add-member t000 QuickSight/t000.002 in-default")
		if !hasHold(p.last, "in-default", r.id("t000.002")) {
			t.Errorf("holds: %v", p.last.Plan.Holds)
		}
		r.settled()
		if got := len(r.users("default")); got != 2 || len(r.users("t000")) != 4 {
			t.Errorf("%d users of default, %v of t000", got, r.users("t000"))
		}
	})
}

// TestF54Unknown: AWS has a role and a status that this version does not know. What bears them is
// held, everything else goes on.
func TestF54Unknown(t *testing.T) {
	t.Parallel()
	in(t, tenants(3, 3), settings{}, func(r *rig) {
		pass, done := r.changed(func() {
			r.giveRole("t000", "QuickSight/t000.001", "WIZARD")
			r.now(func(_ *world.Directory, q *world.QuickSight) {
				n, _ := q.Namespaces().Get("t001")
				n.Status = "HIBERNATING"
				q.PutNamespace(n)
			})
			r.join("qs:t001", r.someone("ina"))
			r.join("qs:t002", r.someone("bob"))
		})
		expect(t, "done", done, "register", "add-member")
		if !hasHold(pass, "unknown-role", "QuickSight/t000.001") {
			t.Errorf("holds: %v", pass.Plan.Holds)
		}
		if len(holdCodes(pass.Plan.Holds, "t001")) == 0 {
			t.Errorf("t001 is not held: %v", pass.Plan.Holds)
		}
	})
}

// TestS13Spanning: someone in the groups of two tenants is held, where they are and out of where they
// are not.
func TestS13Spanning(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 3), settings{}, func(r *rig) {
		pass, done := r.changed(func() {
			r.join("qs:t001", "t000.001")
			r.someone("both")
			r.join("qs:t000", "both")
			r.join("qs:t001", "both")
		})
		expect(t, "done", done)
		for _, who := range []string{"t000.001", "both"} {
			if !hasHold(pass, "spanning", r.id(who)) {
				t.Errorf("%s is not held: %v", who, pass.Plan.Holds)
			}
		}
	})
}
