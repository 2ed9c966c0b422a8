package explain

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Roll is who was registered where, as a history tells it. The zero Roll is empty: it begins with the history, and knows
// of nothing that was before, and of nothing that others did.
type Roll struct {
	users map[Resident]*Entry
	open  map[int64]plan.Entry // intents whose outcome has not been told yet, by their numbers
}

// Entry is a line of a Roll.
type Entry struct {
	Namespace string           `json:"namespace"`
	User      tenancy.UserName `json:"user"`
	Person    tenancy.PersonID `json:"person,omitempty"` // "" where the history does not say
	Role      tenancy.Role     `json:"role,omitempty"`   // "" where the history does not say
	Groups    []string         `json:"groups"`           // of QuickSight's, as far as the history put them in; sorted
	Suspended bool             `json:"suspended,omitempty"`
	// Since is what registered them, the zero Told where somebody else had.
	Since *Told `json:"since,omitempty"`
	// Doubt is a write about them whose outcome nobody knows, nil for none: they may be there or not, or in another role.
	Doubt *Told `json:"doubt,omitempty"`
	there bool
}

// Note goes on with an entry of the history. Entries are to be noted in their order.
func (r *Roll) Note(t Told) {
	if r.users == nil {
		r.users, r.open = map[Resident]*Entry{}, map[int64]plan.Entry{}
	}
	switch t.What {
	case plan.Intended:
		if touches(t.Kind) {
			r.open[t.Seq] = t.Entry
			r.doubt(t)
		}
	case plan.Done:
		r.settle(t)
		r.done(t)
	case plan.Held:
		r.settle(t) // it was not done
	case plan.Failed:
		delete(r.open, t.Of)
		if touches(t.Kind) {
			r.doubt(t) // it is not, or nobody knows
		}
	}
}

// touches reports whether a change of a kind says who is registered.
func touches(k plan.Kind) bool {
	return slices.Contains([]plan.Kind{plan.KindRegister, plan.KindRemoveRegistration, plan.KindReturn, plan.KindEvict, plan.KindDeleteNamespace}, k)
}

// settle ends the doubt of the intent that an entry is the outcome of.
func (r *Roll) settle(t Told) {
	if t.Of == 0 {
		return
	}
	intent, known := r.open[t.Of]
	if !known {
		return
	}
	delete(r.open, t.Of)
	for _, at := range r.concerned(intent) {
		if e := r.users[at]; e != nil && e.Doubt != nil && e.Doubt.Seq == t.Of {
			if e.Doubt = nil; !e.there {
				delete(r.users, at)
			}
		}
	}
}

// concerned are the users that a change is about.
func (r *Roll) concerned(e plan.Entry) []Resident {
	switch e.Kind {
	case plan.KindReturn, plan.KindEvict:
		return []Resident{{e.Before, tenancy.UserName(e.Object)}}
	case plan.KindDeleteNamespace:
		var all []Resident
		for at := range r.users {
			if at.Namespace == e.Namespace {
				all = append(all, at)
			}
		}
		return all
	}
	return []Resident{{e.Namespace, tenancy.UserName(e.Object)}}
}

func (r *Roll) doubt(t Told) {
	for _, at := range r.concerned(t.Entry) {
		e := r.entry(at)
		if e.Person == "" {
			e.Person = t.Person
		}
		e.Doubt = &t
	}
}

func (r *Roll) entry(at Resident) *Entry {
	e := r.users[at]
	if e == nil {
		e = &Entry{Namespace: at.Namespace, User: at.User, Groups: []string{}}
		r.users[at] = e
	}
	return e
}

// done goes on with what is in effect.
func (r *Roll) done(t Told) {
	at := r.concerned(t.Entry)
	switch t.Kind {
	case plan.KindRegister, plan.KindReturn:
		r.users[at[0]] = &Entry{
			Namespace: at[0].Namespace, User: at[0].User, Person: t.Person, Role: tenancy.Role(t.After), Groups: []string{}, Since: &t, there: true,
		}
	case plan.KindRemoveRegistration, plan.KindEvict, plan.KindDeleteNamespace:
		for _, gone := range at {
			delete(r.users, gone)
		}
	case plan.KindUpdateUser, plan.KindLowerRole:
		r.known(at[0], t).Role = tenancy.Role(t.After)
	case plan.KindSuspend, plan.KindResume:
		r.known(at[0], t).Suspended = t.Kind == plan.KindSuspend
	case plan.KindAddMember:
		e := r.known(at[0], t)
		if i, in := slices.BinarySearch(e.Groups, t.After); !in && t.After != "" {
			e.Groups = slices.Insert(e.Groups, i, t.After)
		}
	case plan.KindRemoveMember:
		e := r.known(at[0], t)
		e.Groups = slices.DeleteFunc(e.Groups, func(g string) bool { return g == t.Before })
	}
}

// known is the entry of a user who must be there, since something was done to them: whoever registered them.
func (r *Roll) known(at Resident, t Told) *Entry {
	e := r.entry(at)
	e.there, e.Doubt = true, nil
	if e.Person == "" {
		e.Person = t.Person
	}
	return e
}

// In are the entries of a namespace, of all where it is "", sorted by namespace and user. Those of a doubt are among
// them, be they there or not.
func (r *Roll) In(namespace string) []Entry {
	all := []Entry{}
	for at, e := range r.users {
		if namespace == "" || at.Namespace == namespace {
			all = append(all, *e)
		}
	}
	slices.SortFunc(all, func(a, b Entry) int {
		if c := strings.Compare(a.Namespace, b.Namespace); c != 0 {
			return c
		}
		return strings.Compare(string(a.User), string(b.User))
	})
	return all
}
