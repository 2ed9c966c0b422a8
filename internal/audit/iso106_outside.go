package audit

import "fmt"

var _ = register(Check{
	Code: "ISO106", Severity: Critical,
	Name:  "an asset is granted to somebody outside the account",
	Looks: "Every grant of any asset, a tenant's or the house's, to a principal that is no user, group or namespace of this account: a template shared with another account, for one.",
	Why:   "Another account that has a template makes a dashboard of it, and nobody here sees who opens it (API model: ResourcePermission, the ARN of an account's root).",
	Mend:  "Take the grant away.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Inspection.Assets {
			a := &k.Inspection.Assets[i]
			for _, g := range a.Grants {
				if k.PartyOf(g.To).Kind != Outside {
					continue
				}
				f := k.about(a, " "+k.principal(g.To))
				f.Principal = k.principal(g.To)
				if tenants := k.Whose(a.AssetRef).Tenants; len(tenants) > 0 {
					f.Namespace = tenants[0]
				}
				f.Seen = fmt.Sprintf("%s is granted to %s, as %s", named(a), k.who(g.To), asWhat(g))
				f.Mend = k.revoke(a, g.To)
				all = append(all, f)
			}
		}
		return all
	},
})
