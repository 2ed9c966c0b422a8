package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO111", Severity: Critical,
	Name: "a tenant can change an asset of the house",
	Looks: "Every asset of the house that a tenant's principal owns, or on which it has an action that changes something, directly or through a folder that it owns or contributes to. " +
		"What a tenant and the house own together is the tenant's, and no finding, unless the configuration shares it, or other tenants see it and only the house's data is under it.",
	Why:  "What the house shows to all, one tenant then decides; who owns a data set sees all of its rows, and who owns an asset shares it with whom they like (Quick user guide, Using row-level security).",
	Mend: "Leave the tenant what a viewer has, or take the asset out of the tenant's folder.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Inspection.Assets {
			a := &k.Inspection.Assets[i]
			if k.Whose(a.AssetRef).Kind == OfHouse && k.rules[a.AssetRef] == nil {
				all = append(all, k.changedByTenants(a)...)
			}
		}
		return all
	},
})

// changedByTenants are the findings about an asset of the house: one for each grant, and one for each folder.
func (k *Known) changedByTenants(a *tenancy.Inspected) (all []Finding) {
	folders := map[tenancy.AssetRef]bool{}
	for _, r := range k.Reaches(a) {
		if r.Party.Kind != OfTenant || !edits(r.Grant) || r.Way == ByFolder && (folders[r.Folder] || k.houseFolderAbove(a, r.Folder)) {
			continue
		}
		f := k.about(a, " "+k.principal(r.Grant.To))
		f.Seen = fmt.Sprintf("%s, which is the house's, can be changed by %s as %s", named(a), k.who(r.Grant.To), asWhat(r.Grant))
		f.Mend = k.lower(a, r.Grant.To)
		if r.Way == ByFolder {
			folders[r.Folder] = true
			f.Object = a.AssetRef.String() + " in " + r.Folder.String()
			f.Seen += fmt.Sprintf(" of %s, which it is in", k.asset(r.Folder))
			f.Mend = k.takeOut(a, r.Folder, r.Grant.To)
		}
		f.Namespace, f.Principal = r.Party.Namespace, k.principal(r.Grant.To)
		f.concerns(k.shownTo(a.AssetRef))
		all = append(all, f)
	}
	return all
}

// houseFolderAbove reports whether a folder is the house's, and another asset than this one: that a tenant changes it is
// found by itself, once for all that is in it.
func (k *Known) houseFolderAbove(a *tenancy.Inspected, folder tenancy.AssetRef) bool {
	return folder != a.AssetRef && k.Whose(folder).Kind == OfHouse
}
