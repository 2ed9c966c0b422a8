package audit

import "fmt"

var _ = register(Check{
	Code: "ISO104", Severity: Critical,
	Name:  "a dashboard is shared by its link beyond its owner",
	Looks: "Every permission of a link of a tenant's dashboard that is neither the tenant's nor the house's, and every link of any dashboard that somebody outside the account may use.",
	Why:   "Whoever a link is for opens the dashboard with it, and it stands in no list of whom the dashboard is shared with (QuickSight DescribeDashboardPermissions, LinkSharingConfiguration).",
	Mend:  "Take the link's permission away, and share the dashboard with those who need it.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Inspection.Assets {
			a := &k.Inspection.Assets[i]
			belongs := k.Whose(a.AssetRef)
			for at, g := range a.Links {
				p := k.PartyOf(g.To)
				beyond := len(belongs.Tenants) > 0 && !belongs.Of(p.Namespace) && p.Kind != OfHouse && p.Kind != Nowhere
				if !beyond && p.Kind != Outside {
					continue
				}
				f := k.about(a, " "+k.principal(g.To))
				f.Other, f.Principal = p.Namespace, k.principal(g.To)
				whose := ""
				if len(belongs.Tenants) > 0 {
					f.Namespace, whose = belongs.Tenants[0], ", which is "+belongs.Tenants[0]+"'s,"
				}
				f.Seen = fmt.Sprintf("%s%s can be opened by its link by %s", named(a), whose, k.who(g.To))
				f.Mend = k.unlink(a, at)
				all = append(all, f)
			}
		}
		return all
	},
})
