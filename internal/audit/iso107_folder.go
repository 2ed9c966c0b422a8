package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO107", Severity: Critical,
	Name: "a tenant's asset is in a folder that others open",
	Looks: "Every asset of a tenant, folders too, in a folder of somebody else's that others come to: another tenant, default, a namespace that nobody manages, or somebody outside. " +
		"What a folder inherits of those above it counts (DescribeFolderResolvedPermissions). A folder of the tenant's own that is granted to others is found by itself (ISO101, ISO102, ISO103, ISO112).",
	Why:  "Whoever comes to a folder comes to everything in it, and its owners own everything in it (Quick user guide, Permissions for shared folders).",
	Mend: "Take the asset out of the folder; of a folder in a folder, take away what it inherits.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Inspection.Assets {
			a := &k.Inspection.Assets[i]
			if len(k.Whose(a.AssetRef).Tenants) > 0 {
				all = append(all, k.spans(a)...)
			}
		}
		return all
	},
})

// spans are the findings about the folders that a tenant's asset is in, one for each.
func (k *Known) spans(a *tenancy.Inspected) (all []Finding) {
	belongs := k.Whose(a.AssetRef)
	first := map[tenancy.AssetRef]Reach{}
	others := map[tenancy.AssetRef]map[Party]bool{}
	var folders []tenancy.AssetRef
	for _, r := range k.Reaches(a) {
		if r.Way != ByFolder || belongs.Of(r.Party.Namespace) || r.Party.Kind == OfHouse || r.Party.Kind == Nowhere {
			continue
		}
		if r.Folder != a.AssetRef && k.Whose(r.Folder).Of(belongs.Tenants[0]) {
			continue // the tenant's own folder is found by itself
		}
		if others[r.Folder] == nil {
			others[r.Folder], first[r.Folder] = map[Party]bool{}, r
			folders = append(folders, r.Folder)
		}
		others[r.Folder][r.Party] = true
	}
	for _, folder := range folders {
		r := first[folder]
		f := k.about(a, " in "+folder.String())
		f.Namespace, f.Other, f.Principal = belongs.Tenants[0], r.Party.Namespace, k.principal(r.Grant.To)
		f.concerns(partiesOf(others[folder]))
		f.Seen = fmt.Sprintf("%s, which is %s's, is in %s, which is open to %s%s", named(a), belongs.Tenants[0], k.asset(folder), sides(partiesOf(others[folder])), k.inherits(r))
		if folder == a.AssetRef {
			f.Seen = fmt.Sprintf("%s, which is %s's, is opened by %s through a folder above it", named(a), belongs.Tenants[0], sides(partiesOf(others[folder])))
		}
		f.Mend = k.takeOut(a, folder, r.Grant.To)
		all = append(all, f)
	}
	return all
}

// inherits says of which folder above somebody has it, "" where it is the folder itself.
func (k *Known) inherits(r Reach) string {
	if !r.Inherited {
		return ""
	}
	if up := k.giver(r.Folder, r.Grant.To); up != r.Folder {
		return ", as it inherits from " + k.asset(up)
	}
	return ", as it inherits from a folder above"
}
