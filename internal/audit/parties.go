package audit

import (
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// PartyKind says on which side of a wall somebody stands.
type PartyKind string

// The sides.
const (
	OfTenant PartyKind = "tenant"
	OfHouse  PartyKind = "house"
	// OfDefault are those in default who are not the house's.
	OfDefault PartyKind = "default"
	// OfOther are those of a namespace that is neither a tenant's nor the house's.
	OfOther PartyKind = "unmanaged"
	// Outside is whoever is no principal of this account: another account, or everybody.
	Outside PartyKind = "outside"
	// Nowhere is a principal that is not there any more.
	Nowhere PartyKind = "nobody"
)

// Party is one side.
type Party struct {
	Kind      PartyKind
	Namespace string // of OfTenant, OfDefault and OfOther, and of OfHouse where it is known; else ""
}

// String is the side in words.
func (p Party) String() string {
	switch p.Kind {
	case OfTenant:
		return p.Namespace
	case OfHouse:
		return "the house"
	case OfDefault:
		return tenancy.DefaultNamespace
	case OfOther:
		return p.Namespace + " (unmanaged)"
	case Outside:
		return "somebody outside"
	}
	return "nobody"
}

// Known is what the checks ask about an account: the facts, and what follows from them for all.
type Known struct {
	*Facts
	tenants    map[string]*tenancy.Tenant
	foreign    map[string]*tenancy.Foreign
	displaced  map[tenancy.UserName]tenancy.Namespace // of default, whom the rules place elsewhere: where
	belongs    map[tenancy.AssetRef]Belonging
	containers map[tenancy.AssetRef][]*tenancy.Inspected // folders that an asset is directly in
	named      map[string]tenancy.PersonID               // people of the directory, by what their sessions may be called
	places     map[tenancy.PersonID][]tenancy.Namespace  // where the rules want people
	judged     map[string]policy.Judgement               // by the ARN of the identity, once somebody has asked
}

// Know works out what the checks ask.
func Know(f *Facts) *Known {
	k := &Known{Facts: f, tenants: map[string]*tenancy.Tenant{}, foreign: map[string]*tenancy.Foreign{},
		displaced: map[tenancy.UserName]tenancy.Namespace{}, belongs: map[tenancy.AssetRef]Belonging{}, containers: map[tenancy.AssetRef][]*tenancy.Inspected{},
		named: names(&f.Directory), places: places(&f.Want), judged: map[string]policy.Judgement{}}
	for i := range f.Have.Tenants {
		k.tenants[f.Have.Tenants[i].Namespace.String()] = &f.Have.Tenants[i]
	}
	for i := range f.Have.Foreign {
		k.foreign[f.Have.Foreign[i].Name] = &f.Have.Foreign[i]
	}
	for i := range f.Want.Tenants {
		t := &f.Want.Tenants[i]
		for _, r := range t.Registrations {
			if t.SignIn.IsZero() || r.User.RoleName() == t.SignIn.Name() {
				k.displaced[r.User] = t.Namespace // under other roles they are wanted as they are, and placed nowhere
			}
		}
	}
	for i := range f.Inspection.Assets {
		a := &f.Inspection.Assets[i]
		if a.Folder == nil {
			continue
		}
		for _, m := range a.Folder.Members {
			k.containers[m] = append(k.containers[m], a)
		}
	}
	for i := range f.Inspection.Assets {
		a := &f.Inspection.Assets[i]
		k.belongs[a.AssetRef] = k.belonging(a)
	}
	return k
}

// Tenant finds a tenant as it is by its namespace, nil where there is none.
func (k *Known) Tenant(namespace string) *tenancy.Tenant { return k.tenants[namespace] }

// PartyOf says on which side a principal stands.
func (k *Known) PartyOf(g tenancy.Grantee) Party {
	if g.Kind == tenancy.ToOther {
		return Party{Kind: Outside}
	}
	if t := k.tenants[g.Namespace]; t != nil {
		if !hasIn(t.Registrations, g) && !hasGroup(t, g) && g.Kind != tenancy.ToNamespace {
			return Party{Kind: Nowhere}
		}
		return Party{OfTenant, g.Namespace}
	}
	f := k.foreign[g.Namespace]
	switch {
	case f == nil:
		return Party{Kind: Nowhere}
	case g.Kind == tenancy.ToUser && !hasIn(f.Users, g):
		return Party{Kind: Nowhere}
	case k.ofHouse(g):
		return Party{OfHouse, g.Namespace}
	case strings.EqualFold(g.Namespace, tenancy.DefaultNamespace):
		return Party{OfDefault, g.Namespace}
	}
	return Party{OfOther, g.Namespace}
}

// ofHouse reports whether somebody is one of the house: never a whole namespace that others live in too, and never
// somebody whom the rules place in a tenant.
func (k *Known) ofHouse(g tenancy.Grantee) bool {
	if g.Kind == tenancy.ToUser {
		if _, elsewhere := k.displaced[tenancy.UserName(g.Name)]; elsewhere {
			return false
		}
	}
	if g.Kind == tenancy.ToNamespace {
		return !strings.EqualFold(g.Namespace, tenancy.DefaultNamespace) && k.House.Has(tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: g.Namespace})
	}
	return k.House.Has(g)
}

func hasIn(sorted []tenancy.Registration, g tenancy.Grantee) bool {
	return g.Kind == tenancy.ToUser && tenancy.FindRegistration(sorted, tenancy.UserName(g.Name)) != nil
}

func hasGroup(t *tenancy.Tenant, g tenancy.Grantee) bool {
	if g.Kind != tenancy.ToGroup {
		return false
	}
	if t.Custodians.Name == g.Name {
		return true
	}
	for i := range t.Mirrors {
		if t.Mirrors[i].Name == g.Name {
			return true
		}
	}
	for i := range t.Parked {
		if tenancy.MoveName(t.Parked[i].Person) == g.Name {
			return true
		}
	}
	for _, name := range t.OtherGroups {
		if name == g.Name {
			return true
		}
	}
	return false
}
