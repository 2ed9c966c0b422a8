package audit

import (
	"fmt"
	"slices"
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
	tenants   map[string]*tenancy.Tenant
	foreign   map[string]*tenancy.Foreign
	displaced map[tenancy.UserName]tenancy.Namespace   // whom the rules place in a tenant, by the user that they should be
	bySession map[string]tenancy.Namespace             // likewise, by the session name without case, under whatever role
	parties   map[tenancy.Grantee]Party                // those that were asked for
	named     map[string]tenancy.PersonID              // people of the directory, by what their sessions may be called
	places    map[tenancy.PersonID][]tenancy.Namespace // where the rules want people
	judged    map[string]policy.Judgement              // by the ARN of the identity, once somebody has asked
	marks     map[tenancy.GroupID][]tenancy.Namespace  // where the mark of each group of the directory stands: once, as it should be
	shelf
}

// Know works out what the checks ask.
func Know(f *Facts) *Known {
	k := &Known{Facts: f, tenants: map[string]*tenancy.Tenant{}, foreign: map[string]*tenancy.Foreign{},
		displaced: map[tenancy.UserName]tenancy.Namespace{}, bySession: map[string]tenancy.Namespace{}, parties: map[tenancy.Grantee]Party{},
		named: names(&f.Directory), places: places(&f.Want), judged: map[string]policy.Judgement{}, marks: marks(&f.Have)}
	for i := range f.Have.Tenants {
		k.tenants[f.Have.Tenants[i].Namespace.String()] = &f.Have.Tenants[i]
	}
	for i := range f.Have.Foreign {
		k.foreign[f.Have.Foreign[i].Name] = &f.Have.Foreign[i]
	}
	for i := range f.Want.Tenants {
		t := &f.Want.Tenants[i]
		for _, r := range t.Registrations {
			if !t.SignIn.IsZero() && r.User.RoleName() != t.SignIn.Name() {
				continue // under other roles they are wanted as they are, and placed nowhere
			}
			k.displaced[r.User] = t.Namespace
			if session := r.User.SessionName(); session != "" {
				k.bySession[tenancy.Session(session).Fold()] = t.Namespace
			}
		}
	}
	k.shelve()
	return k
}

// Tenant finds a tenant as it is by its namespace, nil where there is none.
func (k *Known) Tenant(namespace string) *tenancy.Tenant { return k.tenants[namespace] }

// PartyOf says on which side a principal stands. The account itself, as templates are shared with it, is the house's: who
// of the account may use what is shared so, IAM says.
func (k *Known) PartyOf(g tenancy.Grantee) Party {
	p, known := k.parties[g]
	if !known {
		p = k.partyOf(g)
		k.parties[g] = p
	}
	return p
}

func (k *Known) partyOf(g tenancy.Grantee) Party {
	if g.Kind == tenancy.ToOther {
		if g.Name == string(k.Account) || g.Name == fmt.Sprintf("arn:%s:iam::%s:root", partition(k.Region), k.Account) {
			return Party{Kind: OfHouse}
		}
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
// somebody whom the rules place in a tenant. Groups of the house's namespaces are: who is in them is not read (NotProven).
func (k *Known) ofHouse(g tenancy.Grantee) bool {
	if g.Kind == tenancy.ToNamespace {
		return !strings.EqualFold(g.Namespace, tenancy.DefaultNamespace) && k.House.Has(tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: g.Namespace})
	}
	_, elsewhere := k.PlacedIn(g)
	return !elsewhere && k.House.Has(g)
}

// PlacedIn is the tenant in which the rules place somebody who lives elsewhere, false where they place them in none. It is
// the same person under another role too, such as one through which they signed in before, unless that role is the house's.
func (k *Known) PlacedIn(g tenancy.Grantee) (tenancy.Namespace, bool) {
	if g.Kind != tenancy.ToUser {
		return tenancy.Namespace{}, false
	}
	user := tenancy.UserName(g.Name)
	if n, exactly := k.displaced[user]; exactly {
		return n, true
	}
	session := tenancy.Session(user.SessionName()).Fold()
	if slices.Contains(k.House.Roles, user.RoleName()) || slices.Contains(k.House.Sessions, session) {
		return tenancy.Namespace{}, false
	}
	n, alike := k.bySession[session]
	return n, alike
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

// alive reports whether there is anybody behind a principal: whoever is there, and of a tenant's marked groups those that
// have members. Who is in a group without a mark is not read, and a move's group is somebody's who is on their way.
func (k *Known) alive(g tenancy.Grantee) bool {
	if k.PartyOf(g).Kind == Nowhere {
		return false
	}
	t := k.tenants[g.Namespace]
	if t == nil || g.Kind != tenancy.ToGroup {
		return true
	}
	if t.Custodians.Name == g.Name {
		return len(t.Custodians.Members) > 0
	}
	for i := range t.Mirrors {
		if t.Mirrors[i].Name == g.Name {
			return len(t.Mirrors[i].Members) > 0
		}
	}
	return true
}
