package audit

import "github.com/tenantry/tenantry/internal/tenancy"

var _ = register(Check{
	Code: "ISO102", Severity: Critical,
	Name:  "a tenant's asset is granted to a whole foreign namespace",
	Looks: "Every grant of a tenant's asset to a namespace as such that is another tenant's, or that nobody manages. For default there is ISO103.",
	Why:   "Whoever is in that namespace comes to the asset, and whoever will be (API model: ResourcePermission, the ARN of a namespace).",
	Mend:  "Take the grant away.",
	Find: func(k *Known) []Finding {
		return k.grantsBeyond(func(p Party, g tenancy.Grant) bool {
			return g.To.Kind == tenancy.ToNamespace && (p.Kind == OfTenant || p.Kind == OfOther)
		})
	},
})
