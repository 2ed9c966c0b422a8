package audit

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// stands adds something that no audit shows, beside the check that comes nearest to it. It is said when a predicate holds,
// always where that is nil.
func stands(n NotProven, when func(*Known) bool) bool {
	standing = append(standing, struct {
		NotProven
		when func(*Known) bool
	}{n, when})
	return true
}

var _ = stands(NotProven{
	"who is in the groups of the house's namespaces that assets are granted to",
	"the members of groups outside of tenants are not read, and others than the house's people live there too",
	"look into these groups, and grant to groups in which only the house's people are",
}, func(k *Known) bool {
	strangers := slices.ContainsFunc(k.Have.Foreign, func(f tenancy.Foreign) bool {
		return slices.ContainsFunc(f.Users, func(r tenancy.Registration) bool {
			return k.PartyOf(tenancy.Grantee{Kind: tenancy.ToUser, Namespace: f.Name, Name: string(r.User)}).Kind == OfDefault
		})
	})
	return strangers && slices.ContainsFunc(k.Inspection.Assets, func(a tenancy.Inspected) bool {
		return slices.ContainsFunc(a.Grants, func(g tenancy.Grant) bool { return g.To.Kind == tenancy.ToGroup && k.PartyOf(g.To).Kind == OfHouse })
	})
})

var _ = stands(NotProven{
	"what data is under a topic, a flow or an action connector",
	"what they stand on is not read",
	"look at the data sets of those that several tenants see",
}, func(k *Known) bool {
	return slices.ContainsFunc(k.Inspection.Assets, func(a tenancy.Inspected) bool {
		return slices.Contains([]tenancy.AssetKind{tenancy.Topic, tenancy.Flow, tenancy.ActionConnector}, a.Kind) && len(k.audience(a.AssetRef)) > 1
	})
})
