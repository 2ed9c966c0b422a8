package explain

import (
	"cmp"
	"slices"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Namespace is what is told of a namespace.
type Namespace struct {
	Name   string         `json:"name"`
	Status tenancy.Status `json:"status,omitempty"` // "" where it is not there yet
	Error  string         `json:"error,omitempty"`  // AWS's message about one that failed
	Kind   NamespaceKind  `json:"kind"`
	// Wanted says that groups of the directory, or rules, ask for it.
	Wanted bool   `json:"wanted"`
	SignIn string `json:"sign_in_role,omitempty"` // its ARN, as far as it is known
	// Groups are those that are bound to it, or are to be.
	Groups     []Binding            `json:"groups"`
	Hands      []string             `json:"other_groups,omitempty"` // QuickSight's, made by hand
	Custodians []tenancy.UserName   `json:"custodians,omitempty"`
	Folder     string               `json:"folder,omitempty"` // its id, where it is to have one
	Shares     []tenancy.AssetRef   `json:"shares,omitempty"` // of the house, that its groups are to see
	People     map[tenancy.Role]int `json:"people"`           // registered, by role
	Users      []User               `json:"users"`
	// Missing is how many should be registered and are not.
	Missing int               `json:"missing"`
	Moving  int               `json:"moving,omitempty"` // of whom what they have is parked
	Holds   []Hold            `json:"held"`
	Next    map[plan.Kind]int `json:"next_apply"` // how many steps of each kind would be done
	Created *Told             `json:"created,omitempty"`
	Past    []Told            `json:"history"`
	Since   int64             `json:"history_begins,omitempty"`
}

// NamespaceKind says whose a namespace is.
type NamespaceKind string

// Whose it is.
const (
	OfTenant  NamespaceKind = "tenant"
	OfDefault NamespaceKind = "default"
	OfHouse   NamespaceKind = "house"
	Unmanaged NamespaceKind = "unmanaged"
	NotThere  NamespaceKind = "not-there-yet"
)

// User is a user of a namespace.
type User struct {
	User   tenancy.UserName `json:"user"`
	Role   tenancy.Role     `json:"role"`
	Person tenancy.PersonID `json:"person,omitempty"` // who is behind it, as far as that is known
	Wanted bool             `json:"wanted"`           // the rules place them here
}

// namespace answers about a namespace.
func (f *Facts) namespace(name string) *Namespace {
	a := &Namespace{Name: name, People: map[tenancy.Role]int{}, Next: map[plan.Kind]int{}, Past: f.History.Told, Since: f.History.Since}
	n, _ := tenancy.ParseNamespace(name)
	want := f.Want.Tenant(n)
	a.Kind = f.kindOf(name)
	if t := f.Have.Tenant(n); t != nil {
		f.tenant(a, t)
	} else if other := f.Have.ForeignNamed(name); other != nil {
		a.Status = other.Status
		f.users(a, other.Users, want)
	}
	if want != nil {
		f.wanted(a, want)
	}
	a.Holds = f.holdsOn(func(h tenancy.Hold) bool { return h.Namespace == name || h.Object == name })
	for _, s := range f.Steps {
		if s.Change.In().String() == name && s.Held == "" {
			a.Next[s.Change.Kind()]++
		}
	}
	for i := range f.History.Told {
		if t := &f.History.Told[i]; t.What == plan.Done && t.Kind == plan.KindCreateNamespace {
			a.Created = t
		}
	}
	return a
}

func (f *Facts) kindOf(name string) NamespaceKind {
	n, _ := tenancy.ParseNamespace(name)
	switch {
	case f.Have.Tenant(n) != nil:
		return OfTenant
	case f.Have.ForeignNamed(name) == nil:
		return NotThere
	case name == tenancy.DefaultNamespace:
		return OfDefault
	case f.Rules.House.HasNamespace(name):
		return OfHouse
	}
	return Unmanaged
}

// tenant tells what a tenant has.
func (f *Facts) tenant(a *Namespace, t *tenancy.Tenant) {
	a.Status, a.Error, a.Hands, a.Moving = t.Status, t.Error, t.OtherGroups, len(t.Parked)
	a.Custodians = t.Custodians.Members
	for _, m := range t.Mirrors {
		a.Groups = append(a.Groups, f.bindingIn(m.Group, a.Name)...)
	}
	f.users(a, t.Registrations, f.Want.Tenant(t.Namespace))
}

// bindingIn is what binds a group to one namespace.
func (f *Facts) bindingIn(g tenancy.GroupID, name string) []Binding {
	return slices.DeleteFunc(f.bindings(g), func(b Binding) bool { return b.Namespace != name })
}

// wanted tells what a tenant should have.
func (f *Facts) wanted(a *Namespace, t *tenancy.Tenant) {
	a.Wanted, a.SignIn = true, t.SignIn.String()
	if t.Folder.Region != "" {
		a.Folder = tenancy.FolderID(t.Namespace)
	}
	for _, s := range t.Shares {
		a.Shares = append(a.Shares, s.Asset)
	}
	slices.SortFunc(a.Shares, tenancy.AssetRef.Compare)
	a.Shares = slices.Compact(a.Shares)
	for _, m := range t.Mirrors {
		if !slices.ContainsFunc(a.Groups, func(b Binding) bool { return b.Mirror == m.Name }) {
			a.Groups = append(a.Groups, f.bindingIn(m.Group, a.Name)...)
		}
	}
	for _, r := range t.Registrations {
		if !slices.ContainsFunc(a.Users, func(u User) bool { return u.User == r.User }) {
			a.Missing++
		}
	}
}

// users tells who is registered, and whom the rules place there.
func (f *Facts) users(a *Namespace, all []tenancy.Registration, want *tenancy.Tenant) {
	for _, r := range all {
		a.People[r.Role]++
		u := User{User: r.User, Role: r.Role, Person: r.Person}
		if want != nil {
			if w := want.Registration(r.User); w != nil && w.Person != "" {
				u.Wanted, u.Person = true, cmp.Or(r.Person, w.Person)
			}
		}
		a.Users = append(a.Users, u)
	}
}
