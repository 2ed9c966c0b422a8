package tenancy

import (
	"cmp"
	"slices"
	"strings"
)

// Share is an asset of the house that a group of a tenant is to see. Set on the wanted side.
type Share struct {
	Asset  AssetRef
	Group  GroupID
	Mirror string // the QuickSight group that stands for it
	// Because says where the configuration asks for it, and for which group.
	Because Because
}

// Compare orders shares by asset, group and mirror.
func (s Share) Compare(t Share) int {
	return cmp.Or(s.Asset.Compare(t.Asset), strings.Compare(string(s.Group), string(t.Group)), strings.Compare(s.Mirror, t.Mirror))
}

// Offer is an asset that the configuration shares with tenants, or a tenant's own folder, as it was read.
type Offer struct {
	Gone   bool    // there is none of that kind and id in the Region
	Failed string  // why it could not be read, "" where it was
	Grants []Grant // sorted by Grantee
	// Data says how the data that is seen through it is divided. It is read where that decides something; nil where
	// nobody has asked.
	Data *Data
	// Tags are those of a tenant's own folder. They are read where they decide something; nil where nobody has asked.
	Tags map[string]string
}

// Data is what is seen through an asset.
type Data struct {
	// Undivided says of which of it nobody can tell that each sees their own rows only, in words, sorted.
	Undivided []string
}

// Grant is what somebody may do with the asset, nil where they may nothing.
func (o *Offer) Grant(to Grantee) *Grant {
	i := slices.IndexFunc(o.Grants, func(g Grant) bool { return g.To == to })
	if i < 0 {
		return nil
	}
	return &o.Grants[i]
}

// In reports whether anybody who lives in a namespace may do anything with the asset.
func (o *Offer) In(n Namespace) bool {
	return slices.ContainsFunc(o.Grants, func(g Grant) bool { return g.To.Kind != ToOther && g.To.Namespace == n.String() })
}

// House says who the company's own people are, as owners of assets.
type House struct {
	Namespaces []string // where they live
	Roles      []string // the names of the IAM roles by which they sign in, sorted
	Sessions   []string // the session names of those in a group of the house, without case, sorted
	// Anybody says that nobody is named: whoever lives there is one of them.
	Anybody bool
}

// Owns reports whether an asset is the house's: one of its owners is, and nobody owns it who lives elsewhere.
func (h *House) Owns(o *Offer) bool {
	ours := false
	for _, g := range o.Grants {
		if !g.Owner || g.To.Kind == ToOther {
			continue
		}
		if !h.lives(g.To.Namespace) {
			return false
		}
		ours = ours || h.has(g.To)
	}
	return ours
}

func (h *House) lives(namespace string) bool {
	return slices.ContainsFunc(h.Namespaces, func(n string) bool { return strings.EqualFold(n, namespace) })
}

// Has reports whether a user or a group is one of the house.
func (h *House) Has(g Grantee) bool { return h.lives(g.Namespace) && h.has(g) }

// has reports whether somebody who lives in a namespace of the house is one of its people. Groups are made there by
// nobody else.
func (h *House) has(g Grantee) bool {
	user := UserName(g.Name)
	return h.Anybody || g.Kind == ToGroup || g.Kind == ToUser &&
		(slices.Contains(h.Roles, user.RoleName()) || slices.Contains(h.Sessions, Session(user.SessionName()).Fold()))
}
