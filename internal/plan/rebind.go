package plan

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Sides are the users of a mirror before and after another group takes its group's place, sorted. They are
// what the plans after that come to, and nothing of it happens at once.
type Sides struct {
	Was, Is int // how many are in the mirror now, and how many in the new group

	Both  []tenancy.UserName // stay
	Gain  []tenancy.UserName // come in
	Lose  []tenancy.UserName // leave the mirror, and the tenant
	Leave []tenancy.UserName // leave the mirror, and stay in the tenant through another group
	// Unplaced are the new group's members who do not come in all the same, by their user names in the directory:
	// they are disabled, held, or the company's own.
	Unplaced []string
}

// SidesOf compares who is in a mirror with who should be, once the change is made: want is what the rules make of
// the world with it.
func SidesOf(c Rebind, have, want tenancy.State, dir tenancy.Directory) Sides {
	members := dir.Members[c.To]
	s := Sides{Is: len(members)}
	before, tenant := have.Tenant(c.Namespace), want.Tenant(c.Namespace)
	if before == nil || tenant == nil {
		return s
	}
	was := before.Twin(&tenancy.Mirror{Group: c.From, Name: c.Mirror})
	is := tenant.Twin(&tenancy.Mirror{Group: c.To, Name: c.Mirror})
	if was == nil || is == nil {
		return s
	}
	s.Was = len(was.Members)
	for _, user := range was.Members {
		switch {
		case is.Has(user):
			s.Both = append(s.Both, user)
		case tenant.Registration(user) != nil:
			s.Leave = append(s.Leave, user)
		default:
			s.Lose = append(s.Lose, user)
		}
	}
	placed := map[tenancy.PersonID]bool{}
	for _, user := range is.Members {
		if r := tenant.Registration(user); r != nil {
			placed[r.Person] = true
		}
		if !was.Has(user) {
			s.Gain = append(s.Gain, user)
		}
	}
	for _, id := range members {
		if !placed[id] {
			name := string(id) // of somebody who came after the people were read
			if p := dir.Person(id); p != nil {
				name = p.UserName
			}
			s.Unplaced = append(s.Unplaced, name)
		}
	}
	slices.Sort(s.Unplaced)
	return s
}
