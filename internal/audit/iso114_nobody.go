package audit

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO114", Severity: Medium,
	Name:  "an asset is granted to somebody who is not there",
	Looks: "Every grant or link of an asset that has an owner, to a user, a group or a namespace that is not there any more. Of groups outside of tenants nobody reads which there are.",
	Why: "A grant names its principal by name: whoever gets the name next, in a namespace that is founded again or as a group made by hand, may come to the asset. " +
		"AWS does not say what becomes of the grants of a deleted group or namespace.",
	Mend: "Take the grant away.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Inspection.Assets {
			a := &k.Inspection.Assets[i]
			if k.Whose(a.AssetRef).Kind == Nowhere {
				continue // ISO109
			}
			for _, g := range slices.Concat(a.Grants, a.Links) {
				if k.PartyOf(g.To).Kind != Nowhere {
					continue
				}
				f := k.about(a, " "+k.principal(g.To))
				f.Principal, f.Other = k.principal(g.To), g.To.Namespace
				if t := k.Whose(a.AssetRef).Tenants; len(t) > 0 {
					f.Namespace = t[0]
				}
				f.Seen = fmt.Sprintf("%s is granted to %s, which is not there", named(a), k.who(g.To))
				f.Mend = k.revokeAny(a, g.To)
				all = append(all, f)
			}
		}
		return all
	},
})

// revokeAny is the command that takes a grant or a link away.
func (k *Known) revokeAny(a *tenancy.Inspected, to tenancy.Grantee) string {
	if a.Grant(to) != nil {
		return k.revoke(a, to)
	}
	return k.unlink(a, slices.IndexFunc(a.Links, func(g tenancy.Grant) bool { return g.To == to }))
}
