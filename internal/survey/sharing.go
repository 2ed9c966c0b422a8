package survey

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Shares is who shares what with whom, in figures, and what of it crosses namespaces.
type Shares struct {
	Kinds    map[tenancy.AssetKind]int
	Unowned  int // assets that nobody owns
	RowLevel int // data sets with row-level security
	Gone     int // assets of which a user or a group has something that is not there
	// Across are the assets of which more than one namespace has something, or a whole one, or somebody elsewhere.
	Across []tenancy.Asset
	// Owners are who owns those, the owners of most first.
	Owners []Owner
}

// Owner is somebody who owns assets across namespaces.
type Owner struct {
	Who    tenancy.Grantee
	Assets int
}

// shares looks through all assets.
func (f *Facts) shares() Shares {
	s := Shares{Kinds: map[tenancy.AssetKind]int{}}
	there, owners := f.there(), map[tenancy.Grantee]int{}
	for _, a := range f.Assets.Assets {
		s.Kinds[a.Kind]++
		if a.RowLevel {
			s.RowLevel++
		}
		if !slices.ContainsFunc(a.Grants, func(g tenancy.Grant) bool { return g.Owner }) {
			s.Unowned++
		}
		if slices.ContainsFunc(a.Grants, func(g tenancy.Grant) bool { return !there(g.To) }) {
			s.Gone++
		}
		if !crosses(a) {
			continue
		}
		s.Across = append(s.Across, a)
		for _, g := range a.Grants {
			if g.Owner {
				owners[g.To]++
			}
		}
	}
	for who, n := range owners {
		s.Owners = append(s.Owners, Owner{who, n})
	}
	slices.SortFunc(s.Owners, func(a, b Owner) int {
		return cmp.Or(b.Assets-a.Assets, strings.Compare(a.Who.Namespace, b.Who.Namespace), strings.Compare(string(a.Who.Kind), string(b.Who.Kind)), strings.Compare(a.Who.Name, b.Who.Name))
	})
	return s
}

// crosses reports whether an asset is more than one namespace's, or a whole namespace's, or somebody's elsewhere.
func crosses(a tenancy.Asset) bool {
	return slices.ContainsFunc(a.Grants, func(g tenancy.Grant) bool {
		return g.To.Kind == tenancy.ToNamespace || g.To.Kind == tenancy.ToOther || g.To.Namespace != a.Grants[0].To.Namespace
	})
}

// there answers who is there, as far as it was read.
func (f *Facts) there() func(tenancy.Grantee) bool {
	known := map[tenancy.Grantee]bool{}
	for _, n := range f.Namespaces {
		for _, u := range n.Users {
			known[tenancy.Grantee{Kind: tenancy.ToUser, Namespace: n.Name, Name: string(u.User)}] = true
		}
		for _, g := range n.Groups {
			known[tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: n.Name, Name: g.Name}] = true
		}
		known[tenancy.Grantee{Kind: tenancy.ToNamespace, Namespace: n.Name}] = true
	}
	return func(g tenancy.Grantee) bool {
		n := f.namespace(g.Namespace)
		return g.Kind == tenancy.ToOther || known[g] || n != nil && n.Unread
	}
}
