package rules

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// custodians says for each tenant that is decided who inherits what leavers owned alone: of the people who
// may own anything, those in the groups that the configuration names, or else in the tenant's own groups
// for authors. Who is leaving is among the registered no more, and so not among them.
func (d *deriver) custodians() {
	for i := range d.out.Want.Tenants {
		t := &d.out.Want.Tenants[i]
		if t.SignIn.IsZero() {
			continue // carried over as it is
		}
		t.Custodians = tenancy.Mirror{Group: tenancy.CustodiansGroup, Name: tenancy.CustodiansName}
		if d.rules.Custodians.IsZero() {
			t.Custodians.Members = authors(t)
		} else {
			t.Custodians.Members = d.named(t)
		}
		slices.Sort(t.Custodians.Members)
		t.Custodians.Members = slices.Compact(t.Custodians.Members)
	}
}

// authors are the people of a tenant's groups for authors.
func authors(t *tenancy.Tenant) (users []tenancy.UserName) {
	for i := range t.Mirrors {
		m := &t.Mirrors[i]
		if m.Because.Role == "" || m.Because.Role.Below(tenancy.Author) {
			continue
		}
		for _, user := range m.Members {
			if r := tenancy.FindRegistration(t.Registrations, user); r != nil && owns(r) {
				users = append(users, user)
			}
		}
	}
	return users
}

// named are the people of a tenant who are in the groups for its custodians.
func (d *deriver) named(t *tenancy.Tenant) (users []tenancy.UserName) {
	in := map[tenancy.PersonID]bool{}
	for _, g := range d.dir.Groups {
		if text, _, fits := d.rules.Custodians.Capture(g.Name); fits && text == t.Namespace.String() {
			for _, id := range d.dir.Members[g.ID] {
				in[id] = true
			}
		}
	}
	for i := range t.Registrations {
		if r := &t.Registrations[i]; in[r.Person] && owns(r) {
			users = append(users, r.User)
		}
	}
	return users
}

func owns(r *tenancy.Registration) bool {
	return r.Role.Known() && !r.Role.IsReader() && r.Person != "" && !r.Leaving
}
