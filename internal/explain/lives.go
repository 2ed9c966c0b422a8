package explain

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// found is a registration with the namespace that it is in.
type found struct {
	Namespace string
	Status    tenancy.Status
	tenancy.Registration
}

// every yields all registrations of the account, namespace by namespace.
func (f *Facts) every(yield func(found) bool) {
	for i := range f.Have.Tenants {
		t := &f.Have.Tenants[i]
		for _, r := range t.Registrations {
			if !yield(found{t.Namespace.String(), t.Status, r}) {
				return
			}
		}
	}
	for i := range f.Have.Foreign {
		n := &f.Have.Foreign[i]
		for _, r := range n.Users {
			if !yield(found{n.Name, n.Status, r}) {
				return
			}
		}
	}
}

// everywhere are the registrations of a user name, in whatever namespace.
func (f *Facts) everywhere(user tenancy.UserName) []found {
	var all []found
	for r := range f.every {
		if r.User == user {
			all = append(all, r)
		}
	}
	return all
}

// How says by what a registration is known to be somebody's.
type How string

// The ways in which it is known.
const (
	ByTag     How = "tag"     // its tag names them
	BySession How = "sign-in" // it is who they are at sign-in
	ByFormer  How = "former"  // it is who they were at sign-in, under a role of before
	ByName    How = "name"    // it has their session name, under another role: perhaps somebody else's
)

// theirs are the registrations that are a person's, sorted by namespace and user, and how that is known.
func (f *Facts) theirs(p *tenancy.Person) (all []found, how []How) {
	session := string(f.Rules.SessionOf(p))
	for r := range f.every {
		is := f.howTheirs(p, session, r)
		if is == "" {
			continue
		}
		all, how = append(all, r), append(how, is)
	}
	return all, how
}

func (f *Facts) howTheirs(p *tenancy.Person, session string, r found) How {
	switch {
	case r.Person == p.ID:
		return ByTag
	case r.Person != "" && r.Person != tenancy.Nobody, session == "" || r.User.SessionName() != session:
		return ""
	case slices.ContainsFunc(f.signIns(p), func(s tenancy.RoleARN) bool { return s.Name() == r.User.RoleName() }):
		return BySession
	case f.Rules.SignIn.Formerly(r.User.RoleName()):
		return ByFormer
	}
	return ByName
}

// signIns are the roles through which a person signs in: their tenants', or the one of all tenants.
func (f *Facts) signIns(p *tenancy.Person) []tenancy.RoleARN {
	var roles []tenancy.RoleARN
	for _, n := range f.homes(p) {
		if t := f.Want.Tenant(n); t != nil && !t.SignIn.IsZero() {
			roles = append(roles, t.SignIn)
		}
	}
	if one := f.common(); !one.IsZero() {
		roles = append(roles, one)
	}
	return roles
}

// common is the sign-in role of everybody, the zero RoleARN where each tenant has its own, or there is none.
func (f *Facts) common() tenancy.RoleARN {
	if f.Rules.SignIn.PerTenant() {
		return tenancy.RoleARN{}
	}
	for i := range f.Want.Tenants {
		if role := f.Want.Tenants[i].SignIn; !role.IsZero() {
			return role
		}
	}
	role, err := tenancy.ParseRoleARN(f.Rules.SignIn.Role)
	if err != nil || !slices.Contains(f.Roles, role) {
		return tenancy.RoleARN{}
	}
	return role
}

// homes are the tenants to which a person's groups are bound, sorted: where they belong, held or not. Where none is, they
// are those that a rule reads in the names of groups that are not bound yet.
func (f *Facts) homes(p *tenancy.Person) []tenancy.Namespace {
	var bound, asked []tenancy.Namespace
	for _, g := range f.Directory.Groups {
		if !slices.Contains(f.Directory.Members[g.ID], p.ID) {
			continue
		}
		in := f.boundTo(g.ID)
		bound = append(bound, in...)
		if n := f.askedFor(g); len(in) == 0 && !n.IsZero() {
			asked = append(asked, n)
		}
	}
	if len(bound) == 0 {
		bound = asked
	}
	slices.SortFunc(bound, tenancy.Namespace.Compare)
	return slices.Compact(bound)
}

// boundTo are the tenants that have a group's mirror, or are to have it.
func (f *Facts) boundTo(g tenancy.GroupID) []tenancy.Namespace {
	var all []tenancy.Namespace
	for _, s := range []*tenancy.State{&f.Have, &f.Want} {
		for i := range s.Tenants {
			if t := &s.Tenants[i]; t.Mirror(g) != nil && !slices.Contains(all, t.Namespace) {
				all = append(all, t.Namespace)
			}
		}
	}
	return all
}

// askedFor is the namespace that the rules read in a group's name, the zero Namespace for none.
func (f *Facts) askedFor(g tenancy.Group) tenancy.Namespace {
	for _, trial := range f.Rules.Try(g, &f.Have) {
		if n, err := tenancy.ParseNamespace(trial.Namespace); trial.Matched && err == nil {
			return n
		}
	}
	return tenancy.Namespace{}
}

// Residences are the users as whom the subject lives in QuickSight, in whatever namespaces, for whoever reads what they
// have there.
func (f *Facts) Residences(s Subject) []Resident {
	if s.Kind != APerson {
		return nil
	}
	if s.ID == "" {
		return []Resident{s.User}
	}
	var all []Resident
	if p := f.Directory.Person(tenancy.PersonID(s.ID)); p != nil {
		registrations, _ := f.theirs(p)
		for _, r := range registrations {
			all = append(all, Resident{r.Namespace, r.User})
		}
	}
	return all
}

// Grantees are those by whom a resident comes to assets, themselves first.
func (f *Facts) Grantees(r Resident) []tenancy.Grantee {
	all := []tenancy.Grantee{r.Grantee()}
	for _, name := range f.InGroups[r] {
		all = append(all, tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: r.Namespace, Name: name})
	}
	return all
}

// RolesOf are the roles through which the subject signs in, for whoever reads their policies; sorted.
func (f *Facts) RolesOf(s Subject) []tenancy.RoleARN {
	p := f.Directory.Person(tenancy.PersonID(s.ID))
	if s.Kind != APerson || p == nil {
		return nil
	}
	roles := f.signIns(p)
	registrations, _ := f.theirs(p)
	for _, r := range registrations {
		roles = append(roles, f.roleNamed(r.User.RoleName()))
	}
	slices.SortFunc(roles, func(a, b tenancy.RoleARN) int { return strings.Compare(a.String(), b.String()) })
	return slices.DeleteFunc(slices.Compact(roles), tenancy.RoleARN.IsZero)
}
