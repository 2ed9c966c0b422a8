package plan

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// HouseGroup is a group of the company's own, in a namespace of the house. The zero HouseGroup is none.
type HouseGroup struct{ Namespace, Group string }

// OwnedTogether takes down, for those who are about to leave a tenant, what several of them own and nobody else does.
// Each of them leaves it to the others, and then they are all gone: so the first of them is taken for the only owner, as
// they will be. assets are all assets, and ours says who is about to leave.
func OwnedTogether(t *tenancy.Tenant, assets []tenancy.Asset, ours func(tenancy.UserName) bool) {
	for _, a := range assets {
		var owners []tenancy.UserName
		others := false
		for _, g := range a.Grants {
			r := t.Registration(tenancy.UserName(g.To.Name))
			switch {
			case !g.Owner:
			case g.To.Kind == tenancy.ToUser && g.To.Namespace == t.Namespace.String() && r != nil && ours(r.User):
				owners = append(owners, r.User)
			default:
				others = true
			}
		}
		slices.Sort(owners)
		if others || len(owners) < 2 {
			continue
		}
		h, asked := t.Holdings[owners[0]]
		if !asked || h.Failed != "" || slices.ContainsFunc(h.Assets, func(b tenancy.Asset) bool { return b.AssetRef == a.AssetRef }) {
			continue
		}
		a.Grants = slices.DeleteFunc(slices.Clone(a.Grants), func(g tenancy.Grant) bool {
			return g.To.Kind == tenancy.ToUser && g.To.Namespace == t.Namespace.String() && slices.Contains(owners[1:], tenancy.UserName(g.To.Name))
		})
		h.Assets = append(slices.Clone(h.Assets), a)
		slices.SortFunc(h.Assets, func(a, b tenancy.Asset) int { return a.Compare(b.AssetRef) })
		t.Holdings[owners[0]] = h
	}
}

// ToHouse makes of a difference one in which a group of the house inherits in a tenant, and not its custodians: what
// leavers own alone, and what groups of ours own in the tenant and nobody outside of it does. What other tenants have
// something of is left to a person.
func ToHouse(d Difference, have *tenancy.Tenant, assets []tenancy.Asset, to HouseGroup) Difference {
	d.Steps = slices.Clone(d.Steps)
	given := map[tenancy.AssetRef]bool{}
	for i, s := range d.Steps {
		if c, is := s.Change.(HandOver); is && c.Namespace == have.Namespace {
			d.Steps[i].Change = HandToHouse{c.Namespace, c.Person, c.User, c.Asset, c.Name, to.Namespace, to.Group}
			given[c.Asset] = true
		}
	}
	for _, a := range assets {
		owner := ""
		outside := false
		for _, g := range a.Grants {
			in := g.To.Namespace == have.Namespace.String() && g.To.Kind != tenancy.ToOther
			switch {
			case !in && (g.Owner || g.To.Namespace != to.Namespace):
				outside = true
			case in && g.Owner && owner == "" && g.To.Kind == tenancy.ToGroup && marked(have, g.To.Name):
				owner = g.To.Name
			}
		}
		if owner != "" && !outside && !given[a.AssetRef] {
			d.Steps = append(d.Steps, Step{Change: HandToHouse{have.Namespace, "", tenancy.UserName(owner), a.AssetRef, a.Name, to.Namespace, to.Group}})
		}
	}
	return d
}

// Revokes answers the steps that take from the groups of ours in a tenant what they may do with assets that the house
// owns, or will when the steps before have been done. house says which namespaces are the house's.
func Revokes(have *tenancy.Tenant, assets []tenancy.Asset, before []Step, house func(namespace string) bool) []Step {
	given := map[tenancy.AssetRef]bool{}
	for _, s := range before {
		if c, is := s.Change.(HandToHouse); is && s.Held == "" {
			given[c.Asset] = true
		}
	}
	var steps []Step
	for _, a := range assets {
		owned := given[a.AssetRef] || slices.ContainsFunc(a.Grants, func(g tenancy.Grant) bool {
			return g.Owner && g.To.Kind != tenancy.ToOther && house(g.To.Namespace)
		})
		for _, g := range a.Grants {
			// A grant of no actions is one of a dashboard's link, which is taken away otherwise.
			if owned && g.May != "" && g.To.Kind == tenancy.ToGroup && g.To.Namespace == have.Namespace.String() && marked(have, g.To.Name) {
				steps = append(steps, Step{Change: Revoke{have.Namespace, g.To.Name, a.AssetRef, a.Name}})
			}
		}
	}
	return steps
}

// marked reports whether a group of a tenant is the mirror of one, or the custodians'.
func marked(t *tenancy.Tenant, name string) bool {
	return name != "" && (t.Custodians.Name == name || slices.ContainsFunc(t.Mirrors, func(m tenancy.Mirror) bool { return m.Name == name }))
}
