package explain

import (
	"cmp"
	"slices"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Group is what is told of a group of the directory.
type Group struct {
	ID   tenancy.GroupID `json:"id"`
	Name string          `json:"name"`
	// Gone says that the directory has it no more; the name is then that of its mirror.
	Gone       bool          `json:"gone,omitempty"`
	House      bool          `json:"house,omitempty"`
	Custodians bool          `json:"custodians,omitempty"` // its name says who inherits
	Trials     []rules.Trial `json:"rules"`
	Bindings   []Binding     `json:"bound_to"` // more than one where somebody has copied a mark
	// Unread says that its members were not read, since no rule is for it.
	Unread  bool        `json:"members_not_read,omitempty"`
	Members []Member    `json:"members"`
	Holds   []Hold      `json:"held"`
	Next    []plan.Step `json:"next_apply"`
	Past    []Told      `json:"history"`
	Since   int64       `json:"history_begins,omitempty"`
}

// Binding is a tenant that has a group's mirror, or is to have it.
type Binding struct {
	Namespace string          `json:"namespace"`
	Mirror    string          `json:"mirror"` // the QuickSight group's name
	There     bool            `json:"there"`  // its mark is in QuickSight
	Members   int             `json:"members"`
	Because   tenancy.Because `json:"because"`         // the zero Because where no rule is for it any more
	Since     *Told           `json:"since,omitempty"` // what made the mirror, as far as the history knows
}

// Member is a person of a group, and whether they are where it says.
type Member struct {
	Person     tenancy.PersonID `json:"person"`
	UserName   string           `json:"user_name"`
	Disabled   bool             `json:"disabled,omitempty"`
	Registered bool             `json:"registered"` // in a tenant to which the group is bound
	Held       []tenancy.Code   `json:"held,omitempty"`
}

// group answers about a group.
func (f *Facts) group(id tenancy.GroupID) *Group {
	a := &Group{ID: id, Past: f.History.Told, Since: f.History.Since}
	g := f.Directory.Group(id)
	a.Gone = g == nil
	a.Bindings = f.bindings(id)
	if g != nil {
		a.Name, a.House = g.Name, f.Rules.House.HasGroup(g.Name)
		a.Trials = f.Rules.Try(*g, &f.Have)
		_, _, a.Custodians = f.Rules.Custodians.Capture(g.Name)
	} else if len(a.Bindings) > 0 {
		a.Name = a.Bindings[0].Mirror
	}
	members, read := f.Directory.Members[id]
	a.Unread = !read && !a.Gone
	for _, p := range members {
		a.Members = append(a.Members, f.member(p, a.Bindings))
	}
	slices.SortStableFunc(a.Members, func(x, y Member) int { return cmp.Compare(x.UserName, y.UserName) })
	a.Holds = f.holdsOn(func(h tenancy.Hold) bool {
		return h.Object == string(id) || slices.ContainsFunc(a.Bindings, func(b Binding) bool { return h.Object == b.Namespace })
	})
	a.Next = f.groupSteps(id)
	return a
}

// groupSteps are the steps that rest on a group, or are about its mirror.
func (f *Facts) groupSteps(id tenancy.GroupID) []plan.Step {
	var all []plan.Step
	for _, s := range f.Steps {
		if made, is := s.Change.(plan.CreateMirror); s.Because.Group == id || is && made.Group == id {
			all = append(all, s)
		}
	}
	return all
}

// bindings are the tenants that have a group's mirror, or are to have it.
func (f *Facts) bindings(id tenancy.GroupID) []Binding {
	var all []Binding
	for _, n := range f.boundTo(id) {
		b := Binding{Namespace: n.String()}
		if t := f.Have.Tenant(n); t != nil && t.Mirror(id) != nil {
			m := t.Mirror(id)
			b.Mirror, b.There, b.Members = m.Name, true, len(m.Members)
		}
		if t := f.Want.Tenant(n); t != nil && t.Mirror(id) != nil {
			m := t.Mirror(id)
			b.Mirror, b.Because = cmp.Or(b.Mirror, m.Name), m.Because
		}
		for i := range f.History.Told {
			if t := &f.History.Told[i]; t.What == plan.Done && t.Kind == plan.KindCreateMirror && t.Group == id && t.Namespace == b.Namespace {
				b.Since = t
			}
		}
		all = append(all, b)
	}
	slices.SortFunc(all, func(a, b Binding) int { return cmp.Compare(a.Namespace, b.Namespace) })
	return all
}

func (f *Facts) member(id tenancy.PersonID, bindings []Binding) Member {
	m := Member{Person: id}
	p := f.Directory.Person(id)
	if p == nil {
		return m // who came while it was read
	}
	m.UserName, m.Disabled = p.UserName, p.Disabled
	registrations, how := f.theirs(p)
	for i, r := range registrations {
		here := slices.ContainsFunc(bindings, func(b Binding) bool { return b.Namespace == r.Namespace })
		m.Registered = m.Registered || here && how[i] != ByName
	}
	for _, k := range f.Kept {
		if k.Hold.Object == string(id) && !slices.Contains(m.Held, k.Hold.Code) {
			m.Held = append(m.Held, k.Hold.Code)
		}
	}
	return m
}
