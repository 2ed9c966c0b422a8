package rules

import (
	"maps"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Index is what the last complete reading found, kept for deciding about a few people without looking
// at all of them: Narrow. It says what to read again and what for, and nothing that it holds is ever
// reason enough for a write.
//
// Those who keep an Index change Have with plan.Perform, tell NoteUser of users who are new, and use
// the methods for the directory. It is for one goroutine at a time.
type Index struct {
	Rules *Rules
	Dir   tenancy.Directory
	Have  tenancy.State
	Roles []tenancy.RoleARN

	alike lookup[tenancy.PersonID] // people by session name without case
	// former are the session names, without case, that people had in this index and have no more, or that
	// their tags are found at: by them they may still be registered.
	former map[tenancy.PersonID][]string
	users  lookup[place] // users by session name without case
	named  Memberships
}

// place is a user in a namespace.
type place struct {
	namespace string
	user      tenancy.UserName
}

// NewIndex makes an Index of a complete reading, which is the index's from then on.
func NewIndex(r *Rules, dir tenancy.Directory, have tenancy.State, roles []tenancy.RoleARN, named Memberships) *Index {
	ix := &Index{Rules: r, Dir: dir, Have: have, Roles: roles, named: named, former: map[tenancy.PersonID][]string{}}
	for i := range dir.People {
		if session, err := r.Session(&dir.People[i]); err == nil {
			ix.alike.put(session.Fold(), dir.People[i].ID)
		}
	}
	for i := range have.Tenants {
		ix.putUsers(have.Tenants[i].Namespace.String(), have.Tenants[i].Registrations)
		for j := range have.Tenants[i].Registrations {
			ix.noteTag(&have.Tenants[i].Registrations[j])
		}
	}
	for i := range have.Foreign {
		ix.putUsers(have.Foreign[i].Name, have.Foreign[i].Users)
	}
	ix.alike.sort()
	ix.users.sort()
	ix.named.byID.sort()
	return ix
}

func (ix *Index) putUsers(namespace string, users []tenancy.Registration) {
	for _, u := range users {
		ix.users.put(foldOf(u.User), place{namespace, u.User})
	}
}

func foldOf(u tenancy.UserName) string { return tenancy.Session(u.SessionName()).Fold() }

// NoteUser takes down that a namespace has a user who is new in Have.
func (ix *Index) NoteUser(namespace string, user tenancy.UserName) {
	ix.users.add(foldOf(user), place{namespace, user})
}

// Narrow answers as much of the directory and of QuickSight as Derive needs to decide about some
// people as it would among everyone: every group and every namespace, but of the people, members and users
// those only, and those besides who could be taken for them at sign-in, now or by a former name. What it
// answers is the caller's own.
func (ix *Index) Narrow(ids ...tenancy.PersonID) (tenancy.Directory, tenancy.State) {
	dir := tenancy.Directory{Store: ix.Dir.Store, Groups: slices.Clone(ix.Dir.Groups), Members: make(map[tenancy.GroupID][]tenancy.PersonID)}
	ids, folds := ix.alikeTo(ids)
	for _, id := range ids {
		if p := ix.Dir.Person(id); p != nil {
			dir.People = append(dir.People, *p)
		}
	}
	for g, members := range ix.Dir.Members {
		if some := among(members, ids); len(some) > 0 {
			dir.Members[g] = some
		}
	}
	return dir, ix.narrowState(folds, ids)
}

// alikeTo answers some people, sorted, with those who could be taken for them, and whose the users of their names
// are; and by which session names, without case, all of these may be registered.
func (ix *Index) alikeTo(ids []tenancy.PersonID) ([]tenancy.PersonID, map[string]bool) {
	for {
		folds := ix.folds(ids)
		all := slices.Clone(ids)
		for fold := range folds {
			all = append(all, ix.SignsInAs(tenancy.Session(fold))...)
			for at := range ix.users.find(fold) {
				if id := ix.behind(at); id != "" && id != tenancy.Nobody {
					all = append(all, id)
				}
			}
		}
		slices.Sort(all)
		all = slices.Compact(all)
		if len(all) == len(ids) {
			return all, folds
		}
		ids = all
	}
}

// behind is whose a user is, as far as it is known.
func (ix *Index) behind(at place) tenancy.PersonID {
	n, err := tenancy.ParseNamespace(at.namespace)
	if err != nil {
		return ""
	}
	if t := ix.Have.Tenant(n); t != nil {
		if r := t.Registration(at.user); r != nil {
			return r.Person
		}
	}
	return ""
}

// folds are the session names, without case, that people have, or had in this index.
func (ix *Index) folds(ids []tenancy.PersonID) map[string]bool {
	folds := map[string]bool{}
	for _, id := range ids {
		if p := ix.Dir.Person(id); p != nil {
			if session, err := ix.Rules.Session(p); err == nil {
				folds[session.Fold()] = true
			}
		}
		for _, fold := range ix.former[id] {
			folds[fold] = true
		}
	}
	return folds
}

// Folds are the session names, without case, by which somebody may be registered, sorted.
func (ix *Index) Folds(id tenancy.PersonID) []string {
	return slices.Sorted(maps.Keys(ix.folds([]tenancy.PersonID{id})))
}

// among answers those of a sorted list who are in another.
func among(members, ids []tenancy.PersonID) []tenancy.PersonID {
	var some []tenancy.PersonID
	if len(ids) > len(members) {
		members, ids = ids, members
	}
	for _, id := range ids {
		if _, ok := slices.BinarySearch(members, id); ok {
			some = append(some, id)
		}
	}
	return some
}

// narrowState is every namespace, with the users of some session names and the moves of some people, and no others.
func (ix *Index) narrowState(folds map[string]bool, ids []tenancy.PersonID) tenancy.State {
	users := map[string][]tenancy.UserName{}
	for fold := range folds {
		for at := range ix.users.find(fold) {
			users[at.namespace] = append(users[at.namespace], at.user)
		}
	}
	s := tenancy.State{Tenants: slices.Clone(ix.Have.Tenants), Foreign: slices.Clone(ix.Have.Foreign)}
	for i := range s.Tenants {
		t := &s.Tenants[i]
		here := users[t.Namespace.String()]
		t.Registrations = registered(t.Registrations, here)
		t.Mirrors = slices.Clone(t.Mirrors)
		for j := range t.Mirrors {
			narrowMembers(&t.Mirrors[j], t.Registrations)
		}
		narrowMembers(&t.Custodians, t.Registrations)
		t.Parked = slices.DeleteFunc(slices.Clone(t.Parked), func(p tenancy.Parking) bool {
			_, one := slices.BinarySearch(ids, p.Person)
			return !one
		})
	}
	for i := range s.Foreign {
		f := &s.Foreign[i]
		f.Users = registered(f.Users, users[f.Name])
	}
	return s
}

// narrowMembers leaves of a mirror's members those who are some users.
func narrowMembers(m *tenancy.Mirror, users []tenancy.Registration) {
	all := *m
	m.Members = nil
	for _, u := range users {
		if all.Has(u.User) {
			m.Members = append(m.Members, u.User)
		}
	}
}

// registered answers the registrations of some users, sorted.
func registered(all []tenancy.Registration, users []tenancy.UserName) []tenancy.Registration {
	var some []tenancy.Registration
	for _, user := range users {
		if r := tenancy.FindRegistration(all, user); r != nil {
			some = append(some, *r)
		}
	}
	tenancy.SortRegistrations(some)
	return slices.CompactFunc(some, func(a, b tenancy.Registration) bool { return a.User == b.User })
}
