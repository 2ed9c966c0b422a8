package rules

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Retire is what is wanted once a customer has left: none of the tenant's own people is registered in its namespace,
// nor in a group of it. Everything else stands as it was derived, and in that namespace what is not theirs stands as it
// was read: users under other roles and the house's people, in mirrors too, and groups made by hand (S4).
func Retire(r Rules, dir tenancy.Directory, want, have tenancy.State, n tenancy.Namespace) tenancy.State {
	there := have.Tenant(n)
	theirs := Theirs(r, dir, n)
	others := func(users []tenancy.UserName) []tenancy.UserName {
		return slices.DeleteFunc(slices.Clone(users), theirs)
	}
	if there == nil {
		return want
	}
	empty := tenancy.Tenant{
		Namespace: n, Status: there.Status, SuspendWith: r.Leavers.SuspendWith, OtherGroups: there.OtherGroups,
		Custodians: tenancy.Mirror{
			Group: tenancy.CustodiansGroup, Name: tenancy.CustodiansName, Members: others(there.Custodians.Members),
		},
	}
	for _, m := range there.Mirrors {
		m.Members = others(m.Members)
		empty.Mirrors = append(empty.Mirrors, m)
	}
	for _, u := range there.Registrations {
		if !theirs(u.User) {
			empty.Registrations = append(empty.Registrations, u)
		}
	}
	want.Tenants = slices.DeleteFunc(slices.Clone(want.Tenants), func(t tenancy.Tenant) bool { return t.Namespace == n })
	want.Tenants = append(want.Tenants, empty)
	slices.SortFunc(want.Tenants, func(a, b tenancy.Tenant) int { return a.Namespace.Compare(b.Namespace) })
	return want
}

// Theirs answers which users are a tenant's own: those who sign in through its role, and are not the house's people.
func Theirs(r Rules, dir tenancy.Directory, n tenancy.Namespace) func(tenancy.UserName) bool {
	house := map[string]bool{}
	for _, g := range dir.Groups {
		if !r.House.HasGroup(g.Name) {
			continue
		}
		for _, id := range dir.Members[g.ID] {
			if p := dir.Person(id); p != nil {
				house[string(r.SessionOf(p))] = true
			}
		}
	}
	return func(u tenancy.UserName) bool { return r.SignIn.IsOf(n, u.RoleName()) && !house[u.SessionName()] }
}

// IsOf reports whether a role of this name is, or was, a tenant's sign-in role. It need not exist any more: when a
// customer leaves, their role may be the first to go, and that of a permission set has another name each time.
func (s SignIn) IsOf(n tenancy.Namespace, roleName string) bool {
	if s.PermissionSet != "" {
		digits, is := strings.CutPrefix(roleName, reservedPrefix+fill(s.PermissionSet, n)+"_")
		return is && isHex16(digits)
	}
	text := fill(s.Role, n)
	return roleName != "" && roleName == text[strings.LastIndexByte(text, '/')+1:]
}
