package audit

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Belonging is whose an asset is.
type Belonging struct {
	// Kind is OfTenant, OfHouse, or, where neither has an owner among its owners: OfDefault, OfOther, Outside, or Nowhere
	// where it has no owner who is there.
	Kind PartyKind
	// Tenants are the tenants one of whose principals owns it, sorted: one, unless it is several tenants'.
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

// belonging works out whose an asset is, by its owners.
func (k *Known) belonging(a *tenancy.Inspected) Belonging {
	b := Belonging{Kind: Nowhere}
	order := []PartyKind{OfTenant, OfHouse, OfDefault, OfOther, Outside, Nowhere}
	for _, g := range a.Grants {
		if !g.Owner {
			continue
		}
		p := k.PartyOf(g.To)
		if p.Kind == OfTenant && !slices.Contains(b.Tenants, p.Namespace) {
			b.Tenants = append(b.Tenants, p.Namespace)
		}
		if slices.Index(order, p.Kind) < slices.Index(order, b.Kind) {
			b.Kind = p.Kind
		}
	}
	slices.Sort(b.Tenants)
	return b
}
