package audit

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Belonging is whose an asset is.
type Belonging struct {
	// Kind is OfTenant, OfHouse, or, where neither has an owner among its owners: OfDefault, OfOther, Outside, or Nowhere
	// where it has no owner who is there.
	Kind PartyKind
	// Tenants are the tenants one of whose principals owns it, sorted: one, unless it is several tenants'. There are none
	// where it is the house's.
	Tenants []string
}

// Of reports whether it is a tenant's.
func (b Belonging) Of(namespace string) bool { return slices.Contains(b.Tenants, namespace) }

// Whose says whose an asset is. One that was not read is nobody's.
func (k *Known) Whose(ref tenancy.AssetRef) Belonging {
	if b, ok := k.belongs[ref]; ok {
		return b
	}
	return Belonging{Kind: Nowhere}
}

// sideOrder is the order of sides: of several owners the first says whose an asset is.
var sideOrder = []PartyKind{OfTenant, OfHouse, OfDefault, OfOther, Outside, Nowhere}

// belonging works out whose an asset is, by its owners.
//
// The house helps tenants, and owns with them what is theirs. So what both own is the tenant's, and only the house's where
// the configuration shares it, or where other tenants see it and nothing but the house's data is under it: then the
// tenant's ownership is what is wrong (ISO111).
func (k *Known) belonging(a *tenancy.Inspected) Belonging {
	b := Belonging{Kind: Nowhere}
	house := false
	for _, g := range k.owners(a) {
		p := k.PartyOf(g.To)
		house = house || p.Kind == OfHouse
		if p.Kind == OfTenant && !slices.Contains(b.Tenants, p.Namespace) {
			b.Tenants = append(b.Tenants, p.Namespace)
		}
		if slices.Index(sideOrder, p.Kind) < slices.Index(sideOrder, b.Kind) {
			b.Kind = p.Kind
		}
	}
	slices.Sort(b.Tenants)
	if house && len(b.Tenants) > 0 && k.houses(a, b) {
		return Belonging{Kind: OfHouse}
	}
	return b
}

func (k *Known) houses(a *tenancy.Inspected, b Belonging) bool {
	if k.offered[a.AssetRef] {
		return true
	}
	if len(a.Uses) == 0 {
		return false
	}
	for _, used := range a.Uses {
		if !k.houseAlone(used) {
			return false
		}
	}
	return slices.ContainsFunc(k.Reaches(a), func(r Reach) bool { return r.Party.Kind == OfTenant && !b.Of(r.Party.Namespace) })
}

// houseAlone reports whether the house owns an asset, and no tenant does.
func (k *Known) houseAlone(ref tenancy.AssetRef) bool {
	a := k.assetOf[ref]
	if a == nil {
		return false
	}
	house := false
	for _, g := range k.owners(a) {
		switch k.PartyOf(g.To).Kind {
		case OfTenant:
			return false
		case OfHouse:
			house = true
		}
	}
	return house
}

// owners are the grants of those who own an asset, and who are there. Where nobody does directly, they are those who own
// the folders that it is in: "the folder owner owns everything inside of the folder" (Quick user guide, Permissions for
// shared folders).
func (k *Known) owners(a *tenancy.Inspected) []tenancy.Grant {
	if direct := k.ownersAmong(a, a.Grants); len(direct) > 0 {
		return direct
	}
	var all []tenancy.Grant
	for _, folder := range k.containers[a.AssetRef] {
		all = append(all, k.ownersAmong(folder, folder.Folder.Resolved)...)
	}
	return all
}

// ownersAmong are those who own an asset. A restricted folder has no owners, and is its contributors' ("the owner role is
// not supported for restricted shared folders").
func (k *Known) ownersAmong(a *tenancy.Inspected, grants []tenancy.Grant) []tenancy.Grant {
	restricted := a.Folder != nil && a.Folder.Type == "RESTRICTED"
	var all []tenancy.Grant
	for _, g := range grants {
		if (g.Owner || restricted && edits(g)) && k.PartyOf(g.To).Kind != Nowhere {
			all = append(all, g)
		}
	}
	return all
}

// edits reports whether a grant is more than looking: it owns, or it is a set of actions among which one changes
// something, such as a folder's contributors have.
func edits(g tenancy.Grant) bool {
	if g.Owner || g.May == tenancy.Owns {
		return true
	}
	if g.May == tenancy.Views {
		return false
	}
	return slices.ContainsFunc(strings.Fields(string(g.May)), changes)
}

func changes(action string) bool {
	verb := strings.TrimPrefix(action, "quicksight:")
	if verb == "UpdateFlowSession" || verb == "CreatePresignedUrl" {
		return false // a flow's viewers have them
	}
	return slices.ContainsFunc([]string{"Create", "Update", "Delete", "Put", "Restore", "Publish", "Unpublish"}, func(p string) bool {
		return strings.HasPrefix(verb, p)
	}) || verb == "*"
}
