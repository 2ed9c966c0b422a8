package explain

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Person is what is told of a person.
type Person struct {
	ID       tenancy.PersonID `json:"id,omitempty"` // "" for a user of whom the directory knows nothing
	UserName string           `json:"user_name,omitempty"`
	Email    string           `json:"email,omitempty"`
	Session  string           `json:"session,omitempty"` // what they are called at sign-in, "" where they cannot be
	Disabled bool             `json:"disabled,omitempty"`
	House    bool             `json:"house,omitempty"` // the company's own
	// AsIf is the id of the group in which they are only thought to be; Thought, that they are not in the directory.
	AsIf    tenancy.GroupID `json:"as_if_in,omitempty"`
	Thought bool            `json:"not_in_the_directory,omitempty"`

	Groups []Membership `json:"groups"`
	Should []Place      `json:"should_have"`
	Has    []Residence  `json:"has"`
	// SignIns are the verdicts: one for each tenant where they belong, or where they live.
	SignIns []SignIn        `json:"sign_in"`
	Holds   []Hold          `json:"held"`
	Notes   []tenancy.Note  `json:"notes,omitempty"`
	Next    []plan.Step     `json:"next_apply"` // what it would do about them, and what it would not
	Past    []Told          `json:"history"`
	Since   int64           `json:"history_begins,omitempty"` // of what was before, nobody has taken anything down
	session tenancy.Session // as the rules make it
	groups  []tenancy.GroupID
}

// Membership is a group of the directory that a person is in, and what the rules make of it.
type Membership struct {
	Group   tenancy.GroupID `json:"group"`
	Name    string          `json:"name"`
	House   bool            `json:"house,omitempty"`
	Thought bool            `json:"as_if,omitempty"`
	Trials  []rules.Trial   `json:"rules"`
}

// Place is where a person should be, as what, and because of what.
type Place struct {
	Namespace string            `json:"namespace"`
	User      tenancy.UserName  `json:"user"`
	Role      tenancy.Role      `json:"role"`
	Profile   string            `json:"custom_permissions,omitempty"`
	Leaving   bool              `json:"suspended,omitempty"`
	Because   []tenancy.Because `json:"because"` // of each of their groups, those that give the role first
}

// Residence is where a person is, as what, since when and because of what.
type Residence struct {
	Namespace string           `json:"namespace"`
	Status    tenancy.Status   `json:"status"`
	User      tenancy.UserName `json:"user"`
	Role      tenancy.Role     `json:"role"`
	Profile   string           `json:"custom_permissions,omitempty"`
	How       How              `json:"known_by"`
	Suspended int64            `json:"suspended_since,omitempty"`
	Moving    bool             `json:"moving,omitempty"` // what they have is parked, while they are replaced
	Groups    []string         `json:"groups"`           // of QuickSight's
	Sees      []Seen           `json:"sees"`
	Since     *Told            `json:"since,omitempty"` // what registered them, as far as the history knows
	// Role since, where it is another since they were registered.
	RoleSince *Told `json:"role_since,omitempty"`
}

// person answers about a person, or about a user of whom the directory knows nothing.
func (f *Facts) person(s Subject) *Person {
	a := &Person{AsIf: f.AsIf, Thought: f.Thought, Past: f.History.Told, Since: f.History.Since}
	p := f.Directory.Person(tenancy.PersonID(s.ID))
	if p == nil {
		f.stranger(a, s)
		return a
	}
	a.ID, a.UserName, a.Email, a.Disabled = p.ID, p.UserName, p.Email, p.Disabled
	a.session = f.Rules.SessionOf(p)
	a.Session = string(a.session)
	a.groups = f.groupsOf(p)
	for _, id := range a.groups {
		if g := f.Directory.Group(id); g != nil {
			m := Membership{Group: id, Name: g.Name, House: f.Rules.House.HasGroup(g.Name), Thought: id == f.AsIf, Trials: f.Rules.Try(*g, &f.Have)}
			a.Groups, a.House = append(a.Groups, m), a.House || m.House
		}
	}
	a.Should = f.places(p)
	registrations, how := f.theirs(p)
	for i, r := range registrations {
		a.Has = append(a.Has, f.residence(r, how[i], p.ID))
	}
	a.Holds = f.holdsOn(f.concerning(p, a))
	for _, n := range f.Notes {
		if n.Object == string(p.ID) {
			a.Notes = append(a.Notes, n)
		}
	}
	a.Next = f.stepsOf(func(c plan.Change) bool { return c.Who() == p.ID })
	a.SignIns = f.signInsOf(p, a)
	return a
}

// stranger answers about a user whom nobody of the directory stands behind.
func (f *Facts) stranger(a *Person, s Subject) {
	for _, r := range f.everywhere(s.User.User) {
		a.Has = append(a.Has, f.residence(r, "", ""))
	}
	a.Session = s.User.User.SessionName()
	a.Holds = f.holdsOn(func(h tenancy.Hold) bool { return h.Object == string(s.User.User) })
	a.Next = f.stepsOf(func(c plan.Change) bool { return c.Object() == string(s.User.User) })
	a.SignIns = []SignIn{f.strangersSignIn(a)}
}

// groupsOf are the person's groups, sorted by name: all of them where they were read, and else those that matter.
func (f *Facts) groupsOf(p *tenancy.Person) []tenancy.GroupID {
	all := slices.Clone(f.Groups)
	for id, members := range f.Directory.Members {
		if slices.Contains(members, p.ID) {
			all = append(all, id)
		}
	}
	name := func(id tenancy.GroupID) string {
		if g := f.Directory.Group(id); g != nil {
			return g.Name
		}
		return ""
	}
	slices.SortFunc(all, func(a, b tenancy.GroupID) int {
		if c := strings.Compare(name(a), name(b)); c != 0 {
			return c
		}
		return strings.Compare(string(a), string(b))
	})
	return slices.Compact(all)
}

// places are where a person is wanted.
func (f *Facts) places(p *tenancy.Person) []Place {
	var all []Place
	for i := range f.Want.Tenants {
		t := &f.Want.Tenants[i]
		for _, r := range t.Registrations {
			if r.Person == p.ID {
				all = append(all, Place{t.Namespace.String(), r.User, r.Role, r.CustomPermissions, r.Leaving, f.because(t, r)})
			}
		}
	}
	return all
}

// because are the reasons of a wanted registration.
func (f *Facts) because(t *tenancy.Tenant, r tenancy.Registration) []tenancy.Because {
	var all []tenancy.Because
	for i := range t.Mirrors {
		if m := &t.Mirrors[i]; m.Because.Rule != "" && slices.Contains(m.Members, r.User) { // which are in no order yet
			all = append(all, m.Because)
		}
	}
	slices.SortStableFunc(all, func(a, b tenancy.Because) int {
		switch {
		case b.Role.Below(a.Role):
			return -1
		case a.Role.Below(b.Role):
			return 1
		}
		return strings.Compare(a.GroupName, b.GroupName)
	})
	return all
}

func (f *Facts) residence(r found, how How, id tenancy.PersonID) Residence {
	at := Resident{r.Namespace, r.User}
	a := Residence{
		Namespace: r.Namespace, Status: r.Status, User: r.User, Role: r.Role, Profile: r.CustomPermissions, How: how,
		Suspended: r.Suspended.Since, Groups: f.InGroups[at], Sees: f.sees(at),
	}
	a.Since, a.RoleSince = f.History.registered(at)
	if n, err := tenancy.ParseNamespace(r.Namespace); err == nil && id != "" {
		t := f.Have.Tenant(n)
		a.Moving = t != nil && t.Parking(id) != nil
	}
	return a
}

// registered is what registered a user, and what last gave them the role that they have since, nil where it is the
// same, or not known. Who was taken out since was registered by nothing that is known.
func (h History) registered(at Resident) (since, role *Told) {
	for i := range h.Told {
		t := &h.Told[i]
		switch in := t.Namespace == at.Namespace; {
		case t.What != plan.Done || t.Object != string(at.User):
		case in && t.Kind == plan.KindRegister, t.Kind == plan.KindReturn && t.Before == at.Namespace:
			since, role = t, nil
		case in && t.Kind == plan.KindRemoveRegistration, t.Kind == plan.KindEvict && t.Before == at.Namespace:
			since, role = nil, nil
		case in && (t.Kind == plan.KindUpdateUser || t.Kind == plan.KindLowerRole) && t.Before != t.After:
			role = t
		}
	}
	return since, role
}

// concerning says which holds are about a person: about themselves, a user of theirs, a group of theirs, or a tenant of
// theirs as such.
func (f *Facts) concerning(p *tenancy.Person, a *Person) func(h tenancy.Hold) bool {
	objects := map[string]bool{string(p.ID): true}
	for _, r := range a.Has {
		objects[string(r.User)] = true
	}
	for _, place := range a.Should {
		objects[string(place.User)] = true
	}
	for _, g := range a.groups {
		objects[string(g)] = true
	}
	for _, n := range f.homes(p) {
		objects[n.String()] = true
	}
	return func(h tenancy.Hold) bool { return objects[h.Object] }
}

// stepsOf are the steps about what a function wants.
func (f *Facts) stepsOf(wants func(plan.Change) bool) []plan.Step {
	var all []plan.Step
	for _, s := range f.Steps {
		if wants(s.Change) {
			all = append(all, s)
		}
	}
	return all
}
