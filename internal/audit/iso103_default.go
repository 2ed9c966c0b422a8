package audit

import "github.com/tenantry/tenantry/internal/tenancy"

var _ = register(Check{
	Code: "ISO103", Severity: Critical,
	Name:  "a tenant's asset is granted to default",
	Looks: "Every grant of a tenant's asset to somebody in default who is not the house's, to a group there where the house does not live there, or to all of default.",
	Why:   "default is where everybody lands whose role still lets them register themselves, of whichever customer they are: just-in-time provisioning knows no other namespace.",
	Mend:  "Take the grant away. Whoever needs it is registered in the tenant, or is made one of the house.",
	Find: func(k *Known) []Finding {
		return k.grantsBeyond(func(p Party, _ tenancy.Grant) bool { return p.Kind == OfDefault })
	},
})
