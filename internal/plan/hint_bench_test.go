package plan_test

import (
	"fmt"
	"testing"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// BenchmarkOneHint is what it takes to decide about one person, among 1,000 tenants of 100, besides
// the calls.
func BenchmarkOneHint(b *testing.B) {
	ix, r := manyTenants(b, 1000, 100)
	for b.Loop() {
		dir, have := ix.Narrow("p0500-050")
		derived := rules.Derive(r, dir, have, ix.Roles)
		diff := plan.Diff(store, derived.Want, have, false)
		plan.Guard(diff, have, plan.Policy{Person: "p0500-050", Sizes: ix.Sizes()})
	}
}

// manyTenants is an index of tenants that are as they should be.
func manyTenants(b *testing.B, tenants, people int) (*rules.Index, rules.Rules) {
	pattern, err := rules.ParsePattern("qs:{namespace}")
	if err != nil {
		b.Fatal(err)
	}
	role, err := tenancy.ParseRoleARN(shared)
	if err != nil {
		b.Fatal(err)
	}
	r := rules.Rules{Store: store, Tenants: []rules.Rule{{Pattern: pattern, Role: tenancy.Reader, MaxRole: tenancy.Reader}}, SignIn: rules.SignIn{Role: shared}}
	dir := tenancy.Directory{Store: store, Members: map[tenancy.GroupID][]tenancy.PersonID{}}
	var have tenancy.State
	for i := range tenants {
		g := tenancy.Group{ID: tenancy.GroupID(fmt.Sprintf("g%04d", i)), Name: fmt.Sprintf("qs:t%04d", i)}
		t := tenancy.Tenant{Namespace: parse(fmt.Sprintf("t%04d", i)), Status: tenancy.Created, Mirrors: []tenancy.Mirror{{Group: g.ID, Name: g.Name}}}
		for p := range people {
			name := fmt.Sprintf("p%04d-%03d", i, p)
			dir.People = append(dir.People, tenancy.Person{ID: tenancy.PersonID(name), UserName: name, Email: name + "@x.example"})
			dir.Members[g.ID] = append(dir.Members[g.ID], tenancy.PersonID(name))
			user := tenancy.Principal{Role: role, Session: tenancy.Session(name)}.UserName()
			t.Registrations = append(t.Registrations, tenancy.Registration{User: user, Role: tenancy.Reader, Email: name + "@x.example"})
			t.Mirrors[0].Members = append(t.Mirrors[0].Members, user)
		}
		dir.Groups, have.Tenants = append(dir.Groups, g), append(have.Tenants, t)
	}
	return rules.NewIndex(&r, dir, have, []tenancy.RoleARN{role}, rules.Memberships{}), r
}
