package audit

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO210", Severity: Critical,
	Name: "a tenant's authors can query other tenants' data",
	Looks: "Every data source of the house that a tenant's authors, or somebody in default who is not the house's, come to, and every data set of the house without row-level security that they come to alone, " +
		"where other tenants see something that stands on it, an asset of their own too. A data set that several come to together is ISO202's; what only readers come to they cannot build on.",
	Why:  "Who may use a data source asks it for whatever its credentials can read, and who may use a data set builds on all of its rows: a filter in a dashboard is no wall.",
	Mend: "Take it from them, and give them data of their own.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Inspection.Assets {
			a := &k.Inspection.Assets[i]
			if k.Whose(a.AssetRef).Kind == OfHouse && k.queried(a) {
				all = append(all, k.queries(a)...)
			}
		}
		return all
	},
})

// queried reports whether whoever comes to an asset can ask for all of its rows, and no other check tells of it.
func (k *Known) queried(a *tenancy.Inspected) bool {
	switch a.Kind {
	case tenancy.DataSource:
		return true
	case tenancy.DataSet:
		return !inForce(a.Rows) && k.rules[a.AssetRef] == nil && len(k.audience(a.AssetRef)) == 1
	}
	return false
}

func (k *Known) queries(a *tenancy.Inspected) (all []Finding) {
	others := k.shownTo(a.AssetRef)
	if len(others) < 2 {
		return nil
	}
	seen := map[string]bool{}
	for _, r := range k.Reaches(a) {
		key := k.principal(r.Grant.To)
		if r.Party.Kind != OfTenant && r.Party.Kind != OfDefault && r.Party.Kind != OfOther || edits(r.Grant) && r.Party.Kind == OfTenant || seen[key] || !k.builds(r.Grant.To) {
			continue // who changes it is ISO111's
		}
		seen[key] = true
		rest := slices.DeleteFunc(slices.Clone(others), func(p Party) bool { return p == r.Party })
		if rest[0].Kind == OfDefault {
			continue // no tenant's, and the house's affair
		}
		f := k.about(a, " "+key)
		f.Namespace, f.Principal, f.Other = rest[0].Namespace, key, r.Party.Namespace
		f.concerns(rest)
		f.Seen = fmt.Sprintf("%s can be queried by %s, and what %s see stands on it", named(a), k.who(r.Grant.To), sides(rest))
		f.Mend = k.revoke(a, r.Grant.To)
		if r.Way == ByFolder {
			f.Mend = k.takeOut(a, r.Folder, r.Grant.To)
		}
		all = append(all, f)
	}
	return all
}

// shownTo are all who see something of an asset's, sorted: they come to it, or to what the house has made on it, or have
// something of their own on it.
func (k *Known) shownTo(ref tenancy.AssetRef) []Party {
	set := map[Party]bool{}
	mark(set, k.audience(ref))
	for _, over := range k.upon(ref) {
		b := k.Whose(over)
		mark(set, b.sides()[:len(b.Tenants)])
		if b.Kind == OfHouse {
			mark(set, k.audience(over))
		}
	}
	return partiesOf(set)
}

// builds reports whether somebody can build on data: a user who is more than a reader, or a group with one in it, as far
// as it is known.
func (k *Known) builds(g tenancy.Grantee) bool {
	t := k.tenants[g.Namespace]
	if t == nil {
		return true
	}
	reads := func(u tenancy.UserName) bool {
		r := t.Registration(u)
		return r != nil && r.Role.IsReader()
	}
	if g.Kind == tenancy.ToUser {
		return !reads(tenancy.UserName(g.Name))
	}
	for i := range t.Mirrors {
		if m := &t.Mirrors[i]; g.Kind == tenancy.ToGroup && m.Name == g.Name {
			return slices.ContainsFunc(m.Members, func(u tenancy.UserName) bool { return !reads(u) })
		}
	}
	return true
}
