package plan

import (
	"cmp"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Perform changes a state as a change changes QuickSight. It is how what tenantry has just written is
// remembered, where a list does not show it yet. What is there already, as the change wants it, stays;
// and a change that does not fit the state (a member of a mirror that it does not have) does nothing.
// The state is sorted, and stays so.
func Perform(s *tenancy.State, c Change) {
	if create, ok := c.(CreateNamespace); ok {
		performCreate(s, create)
		return
	}
	t := s.Tenant(c.In())
	if t == nil {
		return
	}
	switch c := c.(type) {
	case CreateMirror:
		if c.Group == tenancy.CustodiansGroup {
			t.Custodians.Group, t.Custodians.Name = c.Group, c.Name
		} else if t.Mirror(c.Group) == nil {
			m := tenancy.Mirror{Group: c.Group, Name: c.Name}
			at, _ := slices.BinarySearchFunc(t.Mirrors, c.Group, func(m tenancy.Mirror, g tenancy.GroupID) int { return cmp.Compare(m.Group, g) })
			t.Mirrors = slices.Insert(t.Mirrors, at, m)
		}
	case Register:
		r := tenancy.Registration{User: c.User(), Role: c.Role, Email: c.Email, CustomPermissions: c.CustomPermissions, Person: c.Person}
		at, there := slices.BinarySearchFunc(t.Registrations, r.User, func(r tenancy.Registration, u tenancy.UserName) int { return cmp.Compare(r.User, u) })
		if !there {
			t.Registrations = slices.Insert(t.Registrations, at, r)
		}
	case UpdateUser:
		if r := t.Registration(c.User); r != nil {
			r.Role, r.Email = c.Role, c.Email
		}
	case SetCustomPermissions:
		if r := t.Registration(c.User); r != nil {
			r.CustomPermissions = c.Profile
		}
	case AddMember:
		if m := t.Twin(&tenancy.Mirror{Group: c.Group, Name: c.Mirror}); m != nil {
			if at, there := slices.BinarySearch(m.Members, c.User); !there {
				m.Members = slices.Insert(m.Members, at, c.User)
			}
		}
	case LowerRole:
		if r := t.Registration(c.User); r != nil {
			r.Role, r.Email = c.Role, c.Email
		}
	case RemoveMember:
		if m := t.Twin(&tenancy.Mirror{Group: c.Group, Name: c.Mirror}); m != nil {
			m.Members = slices.DeleteFunc(m.Members, func(u tenancy.UserName) bool { return u == c.User })
		}
	case Suspend: // since when is not known here; whoever did it knows
		if r := t.Registration(c.User); r != nil && c.Profile != "" {
			r.CustomPermissions = c.Profile
		}
	case Resume:
		if r := t.Registration(c.User); r != nil {
			r.CustomPermissions, r.Suspended = c.Profile, tenancy.Suspension{}
		}
	case Rebind:
		if m := t.Twin(&tenancy.Mirror{Group: c.From, Name: c.Mirror}); m != nil && c.From != tenancy.CustodiansGroup {
			m.Group = c.To
			slices.SortFunc(t.Mirrors, func(a, b tenancy.Mirror) int {
				return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Name, b.Name))
			})
		}
	case RemoveRegistration:
		t.Registrations = slices.DeleteFunc(t.Registrations, func(r tenancy.Registration) bool { return r.User == c.User })
		is := func(u tenancy.UserName) bool { return u == c.User }
		for i := range t.Mirrors { // QuickSight takes who is deleted out of their groups
			t.Mirrors[i].Members = slices.DeleteFunc(t.Mirrors[i].Members, is)
		}
		t.Custodians.Members = slices.DeleteFunc(t.Custodians.Members, is)
	case BeginMove:
		if at, there := findParking(t, c.Person); !there {
			t.Parked = slices.Insert(t.Parked, at, tenancy.Parking{Person: c.Person})
		}
	case EndMove:
		if at, there := findParking(t, c.Person); there {
			t.Parked = slices.Delete(t.Parked, at, at+1)
		}
	}
}

func findParking(t *tenancy.Tenant, p tenancy.PersonID) (int, bool) {
	return slices.BinarySearchFunc(t.Parked, p, func(k tenancy.Parking, p tenancy.PersonID) int { return cmp.Compare(k.Person, p) })
}

// performCreate adds a namespace that is being created. One that is there keeps its status, unless
// its creation had failed and was asked for again.
func performCreate(s *tenancy.State, c CreateNamespace) {
	at, there := slices.BinarySearchFunc(s.Tenants, c.Namespace, func(t tenancy.Tenant, n tenancy.Namespace) int { return t.Namespace.Compare(n) })
	switch {
	case there && c.Again && s.Tenants[at].Status == tenancy.RetryableFailure:
		s.Tenants[at].Status, s.Tenants[at].Error = tenancy.Creating, ""
	case !there && s.ForeignNamed(c.Namespace.String()) == nil:
		s.Tenants = slices.Insert(s.Tenants, at, tenancy.Tenant{Namespace: c.Namespace, Status: tenancy.Creating})
	}
}
