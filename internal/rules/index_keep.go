package rules

import (
	"cmp"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// SetPerson takes down what was read about a person: who they are, and where they are a member.
func (ix *Index) SetPerson(p tenancy.Person, memberships []tenancy.Membership) {
	at, there := findPerson(ix.Dir.People, p.ID)
	if there {
		ix.noteFormer(&ix.Dir.People[at], &p)
		ix.Dir.People[at] = p
	} else {
		ix.Dir.People = slices.Insert(ix.Dir.People, at, p)
	}
	if session, err := ix.Rules.Session(&p); err == nil {
		ix.alike.add(session.Fold(), p.ID)
	}
	in := make(map[tenancy.GroupID]bool, len(memberships))
	for _, m := range memberships {
		in[m.Group] = true
		ix.join(m)
	}
	ix.leave(p.ID, func(g tenancy.GroupID) bool { return !in[g] })
}

// DropPerson takes down that there is nobody of an id any more.
func (ix *Index) DropPerson(id tenancy.PersonID) {
	if at, there := findPerson(ix.Dir.People, id); there {
		ix.noteFormer(&ix.Dir.People[at], nil)
		ix.Dir.People = slices.Delete(ix.Dir.People, at, at+1)
	}
	ix.leave(id, func(tenancy.GroupID) bool { return true })
}

// noteFormer keeps in mind what somebody signed in as, when they no longer do.
func (ix *Index) noteFormer(was, is *tenancy.Person) {
	fold := ix.Rules.SessionOf(was).Fold()
	if fold == "" || is != nil && ix.Rules.SessionOf(is).Fold() == fold || slices.Contains(ix.former[was.ID], fold) {
		return
	}
	ix.former[was.ID] = append(ix.former[was.ID], fold)
}

// Vouch copies from an older index who stands behind users, as far as it knows and this one does not.
func (ix *Index) Vouch(older *Index) {
	for i := range ix.Have.Tenants {
		t := &ix.Have.Tenants[i]
		was := older.Have.Tenant(t.Namespace)
		if was == nil {
			continue
		}
		for j := range t.Registrations {
			r := &t.Registrations[j]
			if known := was.Registration(r.User); known != nil && r.Person == "" {
				r.Person, r.Suspended = known.Person, known.Suspended
				ix.noteTag(r)
			}
		}
	}
}

// NoteSuspended takes down that a user of a tenant has been suspended just now.
func (ix *Index) NoteSuspended(n tenancy.Namespace, user tenancy.UserName, s tenancy.Suspension) {
	if t := ix.Have.Tenant(n); t != nil {
		if r := t.Registration(user); r != nil {
			r.Suspended = s
		}
	}
}

// NoteBehind takes down who stands behind some users of a tenant, as far as it is known.
func (ix *Index) NoteBehind(n tenancy.Namespace, users []tenancy.Registration) {
	t := ix.Have.Tenant(n)
	if t == nil {
		return
	}
	for _, u := range users {
		if r := t.Registration(u.User); r != nil && u.Person != "" {
			r.Person, r.Suspended = u.Person, u.Suspended
			ix.noteTag(r)
		}
	}
}

// noteTag keeps in mind that a user is somebody's who signs in by another name.
func (ix *Index) noteTag(r *tenancy.Registration) {
	if r.Person == "" || r.Person == tenancy.Nobody {
		return
	}
	fold := foldOf(r.User)
	if p := ix.Dir.Person(r.Person); p != nil && ix.Rules.SessionOf(p).Fold() == fold || slices.Contains(ix.former[r.Person], fold) {
		return
	}
	ix.former[r.Person] = append(ix.former[r.Person], fold)
}

func findPerson(people []tenancy.Person, id tenancy.PersonID) (int, bool) {
	return slices.BinarySearchFunc(people, id, func(p tenancy.Person, id tenancy.PersonID) int { return cmp.Compare(p.ID, id) })
}

func (ix *Index) join(m tenancy.Membership) {
	members := ix.Dir.Members[m.Group]
	if at, there := slices.BinarySearch(members, m.Person); !there {
		ix.Dir.Members[m.Group] = slices.Insert(members, at, m.Person)
	}
	if m.ID != "" {
		ix.named.byID.add(string(m.ID), tenancy.Membership{Group: m.Group, Person: m.Person})
	}
}

// leave takes a person out of those groups that gone names.
func (ix *Index) leave(id tenancy.PersonID, gone func(tenancy.GroupID) bool) {
	for g, members := range ix.Dir.Members {
		if at, there := slices.BinarySearch(members, id); there && gone(g) {
			ix.Dir.Members[g] = slices.Delete(members, at, at+1)
		}
	}
}

// SetGroup takes down what was read about a group and its members, and answers whose membership has
// changed, sorted.
func (ix *Index) SetGroup(g tenancy.Group, memberships []tenancy.Membership) []tenancy.PersonID {
	ix.NameGroup(g)
	now := make([]tenancy.PersonID, 0, len(memberships))
	for _, m := range memberships {
		now = append(now, m.Person)
	}
	slices.Sort(now)
	now = slices.Compact(now)
	changed := differing(ix.Dir.Members[g.ID], now)
	ix.Dir.Members[g.ID] = now
	for _, m := range memberships {
		if _, new := slices.BinarySearch(changed, m.Person); new {
			ix.named.byID.put(string(m.ID), tenancy.Membership{Group: g.ID, Person: m.Person})
		}
	}
	ix.named.byID.sort()
	return changed
}

// differing answers who is in one of two sorted lists only, sorted.
func differing(a, b []tenancy.PersonID) []tenancy.PersonID {
	var some []tenancy.PersonID
	for _, pair := range [][2][]tenancy.PersonID{{a, b}, {b, a}} {
		for _, id := range pair[0] {
			if _, both := slices.BinarySearch(pair[1], id); !both {
				some = append(some, id)
			}
		}
	}
	slices.Sort(some)
	return some
}

// NameGroup takes down what a group is called.
func (ix *Index) NameGroup(g tenancy.Group) {
	at, there := slices.BinarySearchFunc(ix.Dir.Groups, g.ID, func(g tenancy.Group, id tenancy.GroupID) int { return cmp.Compare(g.ID, id) })
	if there {
		ix.Dir.Groups[at] = g
	} else {
		ix.Dir.Groups = slices.Insert(ix.Dir.Groups, at, g)
	}
}

// DropGroup takes down that a group is gone, and answers who was in it.
func (ix *Index) DropGroup(id tenancy.GroupID) []tenancy.PersonID {
	ix.Dir.Groups = slices.DeleteFunc(ix.Dir.Groups, func(g tenancy.Group) bool { return g.ID == id })
	members := ix.Dir.Members[id]
	delete(ix.Dir.Members, id)
	return members
}

// Membership finds whose membership an id was. It may be wrong about it, though hardly ever, which
// costs a reading.
func (ix *Index) Membership(id tenancy.MembershipID) (tenancy.Membership, bool) {
	for m := range ix.named.byID.find(string(id)) {
		m.ID = id
		return m, true
	}
	return tenancy.Membership{}, false
}

// Bound answers the namespace in which a group has its mirror.
func (ix *Index) Bound(g tenancy.GroupID) (tenancy.Namespace, bool) {
	for i := range ix.Have.Tenants {
		if ix.Have.Tenants[i].Mirror(g) != nil {
			return ix.Have.Tenants[i].Namespace, true
		}
	}
	return tenancy.Namespace{}, false
}

// Sizes are how many people the tenants have.
func (ix *Index) Sizes() map[tenancy.Namespace]int {
	sizes := make(map[tenancy.Namespace]int, len(ix.Have.Tenants))
	for i := range ix.Have.Tenants {
		sizes[ix.Have.Tenants[i].Namespace] = len(ix.Have.Tenants[i].Registrations)
	}
	return sizes
}

// Follow copies from an older index what was read after this one's reading began: some people, with
// their memberships.
func (ix *Index) Follow(older *Index, people []tenancy.PersonID) {
	for _, id := range people {
		p := older.Dir.Person(id)
		if p == nil {
			ix.DropPerson(id)
			continue
		}
		var memberships []tenancy.Membership
		for g, members := range older.Dir.Members {
			if _, in := slices.BinarySearch(members, id); in {
				memberships = append(memberships, tenancy.Membership{Group: g, Person: id})
			}
		}
		ix.SetPerson(*p, memberships)
	}
}

// Memberships are the memberships that a reading found, by their ids, in little memory.
type Memberships struct {
	byID lookup[tenancy.Membership]
}

// Note takes memberships down.
func (m *Memberships) Note(all []tenancy.Membership) {
	for _, one := range all {
		m.byID.put(string(one.ID), tenancy.Membership{Group: one.Group, Person: one.Person})
	}
}

// SetNamespace takes down what was read about a namespace: it is ours (t), or not (f).
func (ix *Index) SetNamespace(t *tenancy.Tenant, f *tenancy.Foreign) {
	if t != nil {
		at, there := slices.BinarySearchFunc(ix.Have.Tenants, t.Namespace, func(t tenancy.Tenant, n tenancy.Namespace) int { return t.Namespace.Compare(n) })
		if there {
			ix.Have.Tenants[at] = *t
		} else {
			ix.Have.Tenants = slices.Insert(ix.Have.Tenants, at, *t)
		}
		ix.Have.Sort()
		ix.putUsers(t.Namespace.String(), t.Registrations)
	}
	if f != nil && ix.Have.ForeignNamed(f.Name) == nil {
		ix.Have.Foreign = append(ix.Have.Foreign, *f)
		ix.Have.Sort()
		ix.putUsers(f.Name, f.Users)
	}
	ix.users.sort()
}

// SetUser takes down what was read about a user of a tenant: who they are, and the names of the groups
// that they are in.
func (ix *Index) SetUser(n tenancy.Namespace, u tenancy.Registration, groups []string) {
	t := ix.Have.Tenant(n)
	if t == nil {
		return
	}
	if at, there := slices.BinarySearchFunc(t.Registrations, u.User, func(r tenancy.Registration, u tenancy.UserName) int { return cmp.Compare(r.User, u) }); there {
		u.Person, u.Suspended = t.Registrations[at].Person, t.Registrations[at].Suspended
		t.Registrations[at] = u
	} else {
		t.Registrations = slices.Insert(t.Registrations, at, u)
	}
	ix.NoteUser(n.String(), u.User)
	for i := range t.Mirrors {
		m := &t.Mirrors[i]
		at, there := slices.BinarySearch(m.Members, u.User)
		switch in := slices.Contains(groups, m.Name); {
		case in && !there:
			m.Members = slices.Insert(m.Members, at, u.User)
		case !in && there:
			m.Members = slices.Delete(m.Members, at, at+1)
		}
	}
}

// SetForeignUser takes down what was read about a user of a namespace that is not ours.
func (ix *Index) SetForeignUser(namespace string, u tenancy.Registration) {
	f := ix.Have.ForeignNamed(namespace)
	if f == nil {
		return
	}
	if at, there := slices.BinarySearchFunc(f.Users, u.User, func(r tenancy.Registration, u tenancy.UserName) int { return cmp.Compare(r.User, u) }); there {
		f.Users[at] = u
	} else {
		f.Users = slices.Insert(f.Users, at, u)
	}
	ix.NoteUser(namespace, u.User)
}

// SignsInAs answers the people whose session name this is, but for case.
func (ix *Index) SignsInAs(s tenancy.Session) []tenancy.PersonID {
	var people []tenancy.PersonID
	for id := range ix.alike.find(s.Fold()) {
		if p := ix.Dir.Person(id); p != nil {
			if own, err := ix.Rules.Session(p); err == nil && own.Fold() == s.Fold() {
				people = append(people, id)
			}
		}
	}
	return people
}

// LivesIn answers a tenant in which a person is registered.
func (ix *Index) LivesIn(id tenancy.PersonID) (tenancy.Namespace, bool) {
	p := ix.Dir.Person(id)
	if p == nil {
		return tenancy.Namespace{}, false
	}
	session, err := ix.Rules.Session(p)
	if err != nil {
		return tenancy.Namespace{}, false
	}
	for at := range ix.users.find(session.Fold()) {
		n, err := tenancy.ParseNamespace(at.namespace)
		if t := ix.Have.Tenant(n); err == nil && t != nil && t.Registration(at.user) != nil {
			return n, true
		}
	}
	return tenancy.Namespace{}, false
}
