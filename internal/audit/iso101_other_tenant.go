package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO101", Severity: Critical,
	Name:  "a tenant's asset is granted to another tenant",
	Looks: "Every grant of an asset that one tenant owns, to a user or a group of another tenant.",
	Why:   "Assets live outside of namespaces: a grant is all it takes to come to one (Quick user guide, Namespaces).",
	Mend:  "Take the grant away; whoever owns the asset decides whether a copy is made for the other tenant.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Inspection.Assets {
			a := &k.Inspection.Assets[i]
			belongs := k.Whose(a.AssetRef)
			if len(belongs.Tenants) != 1 {
				continue // several tenants own it: ISO110
			}
			for _, g := range a.Grants {
				p := k.PartyOf(g.To)
				if p.Kind != OfTenant || belongs.Of(p.Namespace) || g.To.Kind == tenancy.ToNamespace {
					continue
				}
				all = append(all, k.ofGrant(a, belongs.Tenants[0], p, g,
					fmt.Sprintf("%s %s of %s, which is %s's, is granted to the %s %s of %s as %s",
						a.Kind, tenancy.Word(a.Name), a.Region, belongs.Tenants[0], g.To.Kind, tenancy.Word(g.To.Name), p, g.May)))
			}
		}
		return all
	},
})
