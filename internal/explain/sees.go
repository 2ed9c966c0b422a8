package explain

import (
	"cmp"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Seen is an asset that somebody comes to, and how.
type Seen struct {
	Asset tenancy.AssetRef `json:"asset"`
	Name  string           `json:"name,omitempty"` // "" for what was only found in a folder
	Owner bool             `json:"owner,omitempty"`
	Alone bool             `json:"alone,omitempty"` // nobody else owns it
	May   tenancy.Access   `json:"may"`
	// Group is the QuickSight group by which they come to it, "" for themselves.
	Group string `json:"through_group,omitempty"`
	// Folder is the folder in which it is, and which they come to; nil where they come to the asset itself.
	Folder *tenancy.AssetRef `json:"in_folder,omitempty"`
}

// sees is what somebody comes to, directly, by their groups, and in folders; sorted by Region, kind and id, each asset
// once for each way. What is shared with a whole namespace is not in it: no search finds that.
func (f *Facts) sees(r Resident) []Seen {
	var all []Seen
	for _, to := range f.Grantees(r) {
		group := ""
		if to.Kind == tenancy.ToGroup {
			group = to.Name
		}
		for i := range f.Reached[to].Found {
			a := &f.Reached[to].Found[i]
			g := a.Grant(to)
			if g == nil {
				continue // the search is not quite up to date
			}
			all = append(all, Seen{Asset: a.AssetRef, Name: a.Name, Owner: g.Owner, Alone: a.OwnedAlone(to), May: g.May, Group: group})
			if a.Kind == tenancy.Folder {
				folder := a.AssetRef
				for _, in := range f.Within[folder] {
					all = append(all, Seen{Asset: in, May: tenancy.Views, Group: group, Folder: &folder})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b Seen) int { return cmp.Or(a.Asset.Compare(b.Asset), cmp.Compare(a.Group, b.Group)) })
	return all
}

// unseen says why nobody knows what somebody comes to, "" where it is known.
func (f *Facts) unseen(r Resident) string {
	if why := f.Missed[FromAssets]; why != "" {
		return why
	}
	for _, to := range f.Grantees(r) {
		if got, read := f.Reached[to]; !read || got.Failed != "" {
			return cmp.Or(got.Failed, "it was not asked for")
		}
	}
	return ""
}
