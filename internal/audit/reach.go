package audit

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Way is how an asset is come by.
type Way string

// The ways.
const (
	Directly Way = "directly"
	ByLink   Way = "by its link"
	ByFolder Way = "by a folder"
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
// Whoever views, changes or owns a folder does so with what is in it (Quick user guide, Permissions for shared folders).
// The answer is shared: it is not to be changed.
func (k *Known) Reaches(a *tenancy.Inspected) []Reach {
	all, known := k.reached[a.AssetRef]
	if !known {
		all = k.reaches(a)
		k.reached[a.AssetRef] = all
	}
	return all
}

func (k *Known) reaches(a *tenancy.Inspected) []Reach {
	all := make([]Reach, 0, len(a.Grants)+len(a.Links))
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

// above are the ways to a folder that only come of the folders above it, and of none of which it is known to be in it.
func (k *Known) above(a *tenancy.Inspected, resolved []tenancy.Grant) []Reach {
	var all []Reach
	for _, g := range resolved {
		byOne := slices.ContainsFunc(k.containers[a.AssetRef], func(f *tenancy.Inspected) bool {
			return slices.ContainsFunc(f.Folder.Resolved, func(h tenancy.Grant) bool { return h.To == g.To })
		})
		if a.Grant(g.To) == nil && !byOne {
			all = append(all, Reach{Grant: g, Party: k.PartyOf(g.To), Way: ByFolder, Folder: a.AssetRef, Inherited: true})
		}
	}
	return all
}

// giver is the folder that was granted to somebody directly, of a folder and those above it: where they get it from. It
// is the folder itself where none of those that were read says so.
func (k *Known) giver(folder tenancy.AssetRef, to tenancy.Grantee) tenancy.AssetRef {
	seen := map[tenancy.AssetRef]bool{}
	next := []tenancy.AssetRef{folder}
	for len(next) > 0 {
		at := next[0]
		next = next[1:]
		a := k.assetOf[at]
		if a == nil || seen[at] {
			continue
		}
		seen[at] = true
		if a.Grant(to) != nil {
			return at
		}
		for _, up := range k.containers[at] {
			next = append(next, up.AssetRef)
		}
	}
	return folder
}

// audience are the tenants, default without the house's people, and the namespaces that nobody manages, whose people come to
// an asset: each once, sorted.
func (k *Known) audience(ref tenancy.AssetRef) []Party {
	if all, known := k.audiences[ref]; known {
		return all
	}
	all := []Party{}
	if a := k.assetOf[ref]; a != nil {
		for _, r := range k.Reaches(a) {
			if r.Party.Kind == OfTenant || r.Party.Kind == OfDefault || r.Party.Kind == OfOther {
				all = append(all, r.Party)
			}
		}
	}
	all = distinct(all)
	k.audiences[ref] = all
	return all
}

// under is everything that an asset stands on, at whatever depth, each once, in the order in which it is come by.
func (k *Known) under(ref tenancy.AssetRef) []tenancy.AssetRef {
	return walk(ref, func(at tenancy.AssetRef) []tenancy.AssetRef {
		if a := k.assetOf[at]; a != nil {
			return a.Uses
		}
		return nil
	})
}

// upon is everything that stands on an asset, likewise.
func (k *Known) upon(ref tenancy.AssetRef) []tenancy.AssetRef {
	return walk(ref, func(at tenancy.AssetRef) []tenancy.AssetRef { return k.over[at] })
}

func walk(from tenancy.AssetRef, next func(tenancy.AssetRef) []tenancy.AssetRef) []tenancy.AssetRef {
	seen := map[tenancy.AssetRef]bool{from: true}
	var all []tenancy.AssetRef
	for left := next(from); len(left) > 0; left = left[1:] {
		at := left[0]
		if seen[at] {
			continue
		}
		seen[at] = true
		all = append(all, at)
		left = append(left, next(at)...)
	}
	return all
}
