package audit

import (
	"cmp"
	"fmt"
	"strings"
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
			owners := k.ownersAmong(a, a.Grants)
			if len(tenants) < 2 || len(owners) == 0 {
				continue // what has no owners but those of its folder is found there
			}
			f := k.about(a, "")
			f.Namespace, f.Other, f.among = tenants[0], tenants[1], tenants
			f.Seen = fmt.Sprintf("%s is owned by %s", named(a), and(tenants))
			var mends []string
			for _, g := range owners {
				if p := k.PartyOf(g.To); p.Kind == OfTenant && p.Namespace != tenants[0] {
					f.Principal = cmp.Or(f.Principal, k.principal(g.To))
					mends = append(mends, k.revoke(a, g.To))
				}
			}
			f.Mend = fmt.Sprintf("if it is %s's:\n%s", tenants[0], strings.Join(mends, " && "))
			all = append(all, f)
		}
		return all
	},
})
