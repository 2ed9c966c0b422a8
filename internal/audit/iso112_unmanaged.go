package audit

import "github.com/tenantry/tenantry/internal/tenancy"

var _ = register(Check{
	Code: "ISO112", Severity: Critical,
	Name:  "a tenant's asset is granted into a namespace that nobody manages",
	Looks: "Every grant of a tenant's asset to a user or a group of a namespace that is neither a tenant's, nor the house's, nor default.",
	Why:   "Who is in that namespace follows no rule: nobody takes away what those have who leave.",
	Mend:  "Take the grant away. A namespace that is the house's belongs into house.namespaces, and one that is a customer's under the rules.",
	Find: func(k *Known) []Finding {
		return k.grantsBeyond(func(p Party, g tenancy.Grant) bool { return p.Kind == OfOther && g.To.Kind != tenancy.ToNamespace })
	},
})
