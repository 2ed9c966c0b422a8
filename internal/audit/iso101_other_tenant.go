package audit

import "github.com/tenantry/tenantry/internal/tenancy"

var _ = register(Check{
	Code: "ISO101", Severity: Critical,
	Name:  "a tenant's asset is granted to another tenant",
	Looks: "Every grant of an asset that one tenant owns, to a user or a group of another tenant: a mirror, the custodians or a group made by hand.",
	Why:   "Assets live outside of namespaces: a grant is all it takes to come to one (Quick user guide, Namespaces).",
	Mend:  "Take the grant away; whoever owns the asset decides whether a copy is made for the other tenant.",
	Find: func(k *Known) []Finding {
		return k.grantsBeyond(func(p Party, g tenancy.Grant) bool {
			return p.Kind == OfTenant && g.To.Kind != tenancy.ToNamespace
		})
	},
})
