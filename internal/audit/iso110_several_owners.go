package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO110", Severity: Critical,
	Name:  "an asset is owned by several tenants",
	Looks: "Every asset that people or groups of more than one tenant own.",
	Why:   "Each of them sees and changes what the others have in it, and shares it further.",
	Mend:  "Decide whose it is, and take it from the others; where each is to have one, make copies.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Inspection.Assets {
			a := &k.Inspection.Assets[i]
			tenants := k.Whose(a.AssetRef).Tenants
			if len(tenants) < 2 {
				continue
			}
			f := k.about(a, "")
			f.Namespace, f.Other = tenants[0], tenants[1]
			f.Seen = fmt.Sprintf("%s is owned by %s", named(a), and(tenants))
			for _, g := range k.ownersAmong(a, a.Grants) {
				if k.PartyOf(g.To) == (Party{OfTenant, tenants[1]}) {
					f.Principal, f.Mend = k.principal(g.To), fmt.Sprintf("if it is %s's: %s", tenants[0], k.revoke(a, g.To))
				}
			}
			if f.Mend == "" {
				f.Mend = k.ownedByFolder(a, tenants[1])
			}
			all = append(all, f)
		}
		return all
	},
})

// ownedByFolder is the command that takes an asset out of the folder by which a tenant owns it.
func (k *Known) ownedByFolder(a *tenancy.Inspected, namespace string) string {
	for _, r := range k.Reaches(a) {
		if r.Way == ByFolder && edits(r.Grant) && r.Party == (Party{OfTenant, namespace}) {
			return k.takeOut(a, r.Folder, r.Grant.To)
		}
	}
	return k.revoke(a, tenancy.Grantee{Kind: tenancy.ToNamespace, Namespace: namespace})
}
