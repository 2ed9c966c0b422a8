package survey

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// HouseGroup is a group in which an administrator is who lives in default.
type HouseGroup struct {
	Name   string
	People int
	// Customers is how many of them are in a customer's group: not the house's alone, then.
	Customers int
}

// Admins are those who are administrators in default, sorted: the groups that they are in may be the house's.
func Admins(f *Facts) []tenancy.PersonID {
	n := f.namespace(tenancy.DefaultNamespace)
	if n == nil {
		return nil
	}
	by, _, _ := f.sessionName()
	var all []tenancy.PersonID
	for _, r := range f.residents(n.Users, by, nil) {
		if r.Role.IsAdmin() && r.Is != nil {
			all = append(all, r.Is.ID)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// houseGroups are the groups of administrators that no family has, in the order of their names.
func (f *Facts) houseGroups(families []Family, chosen *Family) []HouseGroup {
	admins, customers := Admins(f), InFamilies(families)
	var all []HouseGroup
	for _, g := range f.Directory.Groups {
		if slices.Contains(customers, g.ID) || !slices.ContainsFunc(admins, func(p tenancy.PersonID) bool { return f.isMember(p, g.ID) }) {
			continue
		}
		h := HouseGroup{Name: g.Name}
		for _, p := range f.Directory.Members[g.ID] {
			h.People++
			if len(f.customersOf(p, chosen)) > 0 {
				h.Customers++
			}
		}
		all = append(all, h)
	}
	slices.SortFunc(all, func(a, b HouseGroup) int { return strings.Compare(a.Name, b.Name) })
	return all
}
