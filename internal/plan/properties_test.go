package plan_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// The promises of a plan, over small worlds of all sorts (see newWorld): S1 justified, S3 default,
// S4 hands off, S9 ready, S10 ceiling, S12 injective, S13 one tenant, and that holds say why.
func TestS1S3S4S9S10S12S13PlansKeepTheirPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		checkPlan(t, w, w.pass())
	})
}

// A plan can be done step by step, and then there is nothing left to do.
func TestS15SecondPlanIsEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		checkConverges(t, w, w.pass())
	})
}

// A plan does not depend on the order in which anything was read.
func TestS15OrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.policy.Rollout = nil
		first := encode(t, w.pass().Plan)
		other := w.clone()
		other.dir.People = rapid.Permutation(w.dir.People).Draw(t, "people")
		other.dir.Groups = rapid.Permutation(w.dir.Groups).Draw(t, "groups")
		for g, members := range other.dir.Members {
			other.dir.Members[g] = rapid.Permutation(members).Draw(t, "members")
		}
		other.roles = rapid.Permutation(w.roles).Draw(t, "roles")
		other.have.Tenants = rapid.Permutation(other.have.Tenants).Draw(t, "tenants")
		for i := range other.have.Tenants {
			in := &other.have.Tenants[i]
			in.Mirrors = rapid.Permutation(in.Mirrors).Draw(t, "mirrors")
			in.Registrations = rapid.Permutation(in.Registrations).Draw(t, "registrations")
		}
		other.dir.Sort()
		if second := encode(t, other.pass().Plan); first != second {
			t.Errorf("in another order it is another plan\n%s", cmp.Diff(first, second))
		}
	})
}

// Members are read of the groups that feed a tenant, and no others: nothing hangs on the rest. And
// what was read is still as it was read, after a plan was made of it.
func TestOtherGroupsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		p := w.pass()
		whole := rules.Derive(w.rules, w.dir, p.have, w.roles)
		if diff := cmp.Diff(p.derived, whole, compare...); diff != "" {
			t.Errorf("(- members of some groups, + of all)\n%s", diff)
		}
		if diff := cmp.Diff(readBack(w.have, w.have), readBack(p.have, p.have), compare...); diff != "" {
			t.Errorf("what was read was changed\n%s", diff)
		}
	})
}

// For what only adds, the steps turn one state into the other.
func TestApplyingTheDifferenceMakesWhatIsWanted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, want := drawWanted(t)
		diff := plan.Diff(store, want, w.have, false)
		for _, s := range diff.Steps {
			if s.Held != "" || s.Change.Kind().TakesAway() {
				t.Fatalf("what only adds is held, or takes away: %+v", s)
			}
		}
		if err := w.apply(diff.Steps); err != nil {
			t.Fatalf("%v", err)
		}
		if d := cmp.Diff(readBack(want, w.have), readBack(w.have, w.have), compare...); d != "" {
			t.Errorf("after the steps (- wanted, + there)\n%s", d)
		}
		if left := plan.Diff(store, want, w.have, false); len(left.Steps)+len(left.Holds) != 0 {
			t.Errorf("and there are steps left: %+v", left)
		}
	})
}

// Nothing separates a state from itself.
func TestNoDifferenceFromItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, want := drawWanted(t)
		if diff := plan.Diff(store, want, want, false); len(diff.Steps)+len(diff.Holds) != 0 {
			t.Errorf("%+v", diff)
		}
	})
}

// drawWanted draws a wanted state, and a world that has a part of it.
func drawWanted(t *rapid.T) (*world, tenancy.State) {
	c, err := parseConfig("")
	if err != nil {
		t.Fatalf("%v", err)
	}
	w, want := configured(c), tenancy.State{}
	role, _ := tenancy.ParseRoleARN(shared)
	people := 0
	for _, name := range []string{"acme", "globex", "initech"}[:rapid.IntRange(0, 3).Draw(t, "tenants")] {
		full := tenancy.Tenant{Namespace: parse(name), Status: tenancy.Created, SignIn: role}
		part := tenancy.Tenant{Namespace: parse(name), Status: tenancy.Created}
		for _, id := range []tenancy.GroupID{"g1-", "g2-"}[:rapid.IntRange(0, 2).Draw(t, "mirrors")] {
			m := tenancy.Mirror{Group: id + tenancy.GroupID(name), Name: "mirror " + string(id)}
			full.Mirrors = append(full.Mirrors, m)
			if one(t, 2, "mirror is there") {
				part.Mirrors = append(part.Mirrors, m)
			}
		}
		for range rapid.IntRange(0, 3).Draw(t, "people") {
			people++
			drawRegistered(t, &full, &part, tenancy.Principal{Role: role, Session: tenancy.Session("p" + string(rune('0'+people)))}.UserName())
		}
		want.Tenants = append(want.Tenants, full)
		if len(part.Mirrors)+len(part.Registrations) > 0 || one(t, 2, "tenant is there") {
			w.have.Tenants = append(w.have.Tenants, part)
		}
	}
	want.Sort()
	w.have.Sort()
	return w, want
}

// drawRegistered draws somebody who is wanted in a tenant, and what of it is there.
func drawRegistered(t *rapid.T, full, part *tenancy.Tenant, user tenancy.UserName) {
	roles := tenancy.Roles()
	high := rapid.IntRange(0, len(roles)-1).Draw(t, "role")
	r := tenancy.Registration{User: user, Role: roles[high], Email: pick(t, emails[:3], "email"), CustomPermissions: pick(t, []string{"", "no-export"}, "profile"), Person: "p"}
	full.Registrations = append(full.Registrations, r)
	there := one(t, 2, "is registered")
	if there {
		r.Role, r.Email, r.Person = roles[rapid.IntRange(0, high).Draw(t, "lower role")], pick(t, emails[:3], "former email"), ""
		if one(t, 2, "drifted") {
			r.CustomPermissions = "by-hand"
		}
		part.Registrations = append(part.Registrations, r)
	}
	for i := range full.Mirrors {
		m := &full.Mirrors[i]
		if !one(t, 2, "is a member") {
			continue
		}
		m.Members = append(m.Members, user)
		for j := range part.Mirrors {
			if there && part.Mirrors[j].Group == m.Group && one(t, 2, "was a member") {
				part.Mirrors[j].Members = append(part.Mirrors[j].Members, user)
			}
		}
	}
}

func encode(t reporter, p plan.Plan) string {
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return string(data)
}
