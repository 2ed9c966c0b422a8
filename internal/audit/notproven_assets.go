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

var _ = stands(NotProven{
	"that the values in the rules of row-level security are those of the tenants they stand beside",
	"which value is whose is known to the data alone, and the file may be older than the data set",
	"compare the values with those in the data",
}, func(k *Known) bool { return len(k.RuleRows) > 0 })

var _ = stands(NotProven{
	"what some of the files of --rls-rules say",
	"no data set that was read has its rules in a data set of that id",
	"name the data set: --rls-rules DATASET_ID=FILE.csv",
}, func(k *Known) bool {
	return slices.ContainsFunc(k.RuleRows, func(r RuleRows) bool {
		for ref := range k.rules {
			if ref.ID == r.DataSet {
				return false
			}
		}
		return true
	})
})

var _ = stands(NotProven{
	"that IAM itself says of the sign-in roles what their policies say",
	"iam:SimulatePrincipalPolicy was not allowed, or not for every one of them",
	mendUnasked,
}, func(k *Known) bool {
	unasked, _ := k.unconfirmed()
	return len(unasked) > 0
})

var _ = stands(NotProven{
	"that IAM itself says of every sign-in role what its policies say",
	"what IAM says of some of them was not asked, or not answered",
	mendUnanswered,
}, func(k *Known) bool {
	_, unanswered := k.unconfirmed()
	return len(unanswered) > 0
})

var _ = stands(NotProven{
	"that tenants who each see the house's data by an asset of their own see their rows alone",
	"no row-level security divides that data, and what an asset shows of it, by a filter or a calculation, is not read",
	"give the data set row-level security, or make one for each tenant",
}, func(k *Known) bool {
	return slices.ContainsFunc(k.Inspection.Assets, func(a tenancy.Inspected) bool {
		return a.Kind == tenancy.DataSet && k.Whose(a.AssetRef).Kind == OfHouse && k.rules[a.AssetRef] == nil && !inForce(a.Rows) && len(k.shownTo(a.AssetRef)) > 1
	})
})

var _ = stands(NotProven{
	"that a policy of IAM which is assigned to a tenant's authors reaches that tenant's data alone",
	"which buckets and tables are whose is known to nobody here, and the policy is not judged",
	"look at the policies that are assigned in tenants' namespaces: aws quicksight list-iam-policy-assignments",
}, func(k *Known) bool {
	return slices.ContainsFunc(k.Spaces, func(s tenancy.Space) bool {
		return k.Tenant(s.Namespace) != nil && slices.ContainsFunc(s.Assignments, func(a tenancy.PolicyAssignment) bool { return a.Enabled })
	})
})
