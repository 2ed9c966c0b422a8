package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO113", Severity: High,
	Name: "what tenants see is a stranger's",
	Looks: "Every asset that tenants come to, that no tenant owns, and that somebody owns or changes who is not the house's: somebody in default, such as a tenant's person who landed there, " +
		"or somebody of a namespace that nobody manages. Through a folder too.",
	Why:  "They decide what the tenants see, share it further, and see what is asked through it; and nobody takes it from them when they leave.",
	Mend: "Make one of the house its owner, and take it from the stranger. Whoever is one of the house belongs into house.groups or house.sign_in_roles.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Inspection.Assets {
			a := &k.Inspection.Assets[i]
			who := k.audience(a.AssetRef)
			if len(k.Whose(a.AssetRef).Tenants) > 0 || len(who) == 0 || who[0].Kind != OfTenant {
				continue
			}
			folders := map[tenancy.AssetRef]bool{}
			for _, r := range k.Reaches(a) {
				g, p := r.Grant, r.Party
				if p.Kind != OfDefault && p.Kind != OfOther || !edits(g) || r.Way == ByFolder && (folders[r.Folder] || k.seenByTenants(r.Folder)) {
					continue
				}
				f := k.about(a, " "+k.principal(g.To))
				f.Namespace, f.Other, f.Principal = who[0].Namespace, p.Namespace, k.principal(g.To)
				f.concerns(who)
				f.Seen = fmt.Sprintf("%s is seen by %s, and %s is its %s", named(a), sides(who), k.who(g.To), asWhat(g))
				f.Mend = k.takeOver(a, g.To)
				if r.Way == ByFolder {
					folders[r.Folder] = true
					f.Object = a.AssetRef.String() + " in " + r.Folder.String()
					f.Seen += " through " + k.asset(r.Folder)
					f.Mend = k.takeOut(a, r.Folder, g.To)
				}
				all = append(all, f)
			}
		}
		return all
	},
})

// takeOver is the command that takes an asset from somebody, after one of the house owns it too where nobody else does.
func (k *Known) takeOver(a *tenancy.Inspected, from tenancy.Grantee) string {
	if k.Whose(a.AssetRef).Kind == OfHouse {
		return k.revoke(a, from)
	}
	house, is := k.aHouse()
	if !is {
		return "make one of the house its owner, name them in house.sign_in_roles or house.groups, and then:\n" + k.revoke(a, from)
	}
	return k.permissions(a.AssetRef, "--grant-permissions", house, a.ActionsOf(from)) + " && " + k.revoke(a, from)
}

// seenByTenants reports whether tenants come to a folder: then whose it is, is found by itself, once for all that is in it.
func (k *Known) seenByTenants(folder tenancy.AssetRef) bool {
	who := k.audience(folder)
	return len(who) > 0 && who[0].Kind == OfTenant
}
