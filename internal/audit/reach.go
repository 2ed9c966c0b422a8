package audit

import (
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Way is how an asset is come by.
type Way string

// The ways.
const (
	Directly  Way = "directly"
	ByLink    Way = "by its link"
	ByFolder  Way = "by a folder"
	ByAccount Way = "by a folder of the whole account"
)

// Reach is how somebody comes to an asset.
type Reach struct {
	Grant tenancy.Grant
	Party Party
	Way   Way
	// Folder is the folder it goes through, the zero AssetRef for none.
	Folder tenancy.AssetRef
	// Inherited says that the folder has it of a folder above.
	Inherited bool
}

// Reaches are all ways to an asset: what it was granted, its links, and the folders that it is in with those above them.
// Whoever has a folder views what is in it.
func (k *Known) Reaches(a *tenancy.Inspected) []Reach {
	var all []Reach
	for _, g := range a.Grants {
		all = append(all, Reach{Grant: g, Party: k.PartyOf(g.To), Way: Directly})
	}
	for _, g := range a.Links {
		all = append(all, Reach{Grant: g, Party: k.PartyOf(g.To), Way: ByLink})
	}
	if a.Folder != nil {
		all = append(all, k.above(a, a.Folder.Resolved)...)
	}
	for _, folder := range k.containers[a.AssetRef] {
		for _, g := range folder.Folder.Resolved {
			all = append(all, Reach{Grant: g, Party: k.PartyOf(g.To), Way: ByFolder, Folder: folder.AssetRef, Inherited: folder.Grant(g.To) == nil})
		}
	}
	return all
}

// above are the ways to a folder that only come of the folders above it.
func (k *Known) above(a *tenancy.Inspected, resolved []tenancy.Grant) []Reach {
	var all []Reach
	for _, g := range resolved {
		if a.Grant(g.To) == nil {
			all = append(all, Reach{Grant: g, Party: k.PartyOf(g.To), Way: ByFolder, Folder: a.AssetRef, Inherited: true})
		}
	}
	return all
}
