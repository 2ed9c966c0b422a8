package survey

import (
	"maps"
	"slices"

	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Resident is a user of the namespace default, and who that is.
type Resident struct {
	tenancy.Registration
	// Is whom the session name names exactly, nil for nobody.
	Is *tenancy.Person
	// OtherEmail says that the address is another one than Identity Center has.
	OtherEmail bool
	Customers  []string // whose groups they are in, sorted
}

// residents are the users of a namespace, with who they are.
func (f *Facts) residents(users []tenancy.Registration, by rules.SessionName, in *Family) []Resident {
	people := f.bySession(by)
	all := make([]Resident, 0, len(users))
	for _, u := range users {
		r := Resident{Registration: u}
		if session := u.User.SessionName(); session != "" {
			r.Is = people[session]
		}
		if r.Is != nil {
			r.OtherEmail = r.Is.Email != u.Email
			r.Customers = f.customersOf(r.Is.ID, in)
		}
		all = append(all, r)
	}
	return all
}

// bySession are people by their session names. Whoever shares an address with somebody is not told apart, and left out.
func (f *Facts) bySession(by rules.SessionName) map[string]*tenancy.Person {
	people, twice := map[string]*tenancy.Person{}, map[string]bool{}
	for i := range f.Directory.People {
		p := &f.Directory.People[i]
		name := p.UserName
		if by == rules.ByEmail {
			name = p.Email
		}
		twice[name] = people[name] != nil
		people[name] = p
	}
	maps.DeleteFunc(people, func(name string, _ *tenancy.Person) bool { return name == "" || twice[name] })
	return people
}

// sessionName says what stands behind the role in the names of the users of QuickSight, as most of them show; and how
// many are somebody's by that, of how many users under roles.
func (f *Facts) sessionName() (by rules.SessionName, fit, of int) {
	names, addresses := f.bySession(rules.ByUserName), f.bySession(rules.ByEmail)
	byName, byAddress := 0, 0
	for _, n := range f.Namespaces {
		for _, u := range n.Users {
			session := u.User.SessionName()
			if session == "" {
				continue
			}
			of++
			if names[session] != nil {
				byName++
			}
			if addresses[session] != nil {
				byAddress++
			}
		}
	}
	if byAddress > byName {
		return rules.ByEmail, byAddress, of
	}
	return rules.ByUserName, byName, of
}

// customersOf are the customers of a family in whose groups somebody is, sorted.
func (f *Facts) customersOf(p tenancy.PersonID, in *Family) []string {
	if in == nil {
		return nil
	}
	var names []string
	for _, c := range in.Customers {
		if slices.ContainsFunc(c.Groups, func(g tenancy.GroupID) bool { return f.isMember(p, g) }) {
			names = append(names, c.Name)
		}
	}
	return names
}

// isMember reports whether somebody is in a group whose members were read.
func (f *Facts) isMember(p tenancy.PersonID, g tenancy.GroupID) bool {
	_, in := slices.BinarySearch(f.Directory.Members[g], p)
	return in
}

// peopleOf are those in the groups of a customer, each once, sorted.
func (f *Facts) peopleOf(c Customer) []tenancy.PersonID {
	var all []tenancy.PersonID
	for _, g := range c.Groups {
		all = append(all, f.Directory.Members[g]...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
