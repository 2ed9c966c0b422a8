package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// lockedOut are those who could sign in, by what was read, and are registered nowhere. Who is in default is let in; that
// they are there is another matter, of the step behind. So is whoever has another sign-in role by which they are known.
func (l *looker) lockedOut() []LockedOut {
	var all []LockedOut
	has := map[tenancy.UserName]bool{}
	add := func(out LockedOut) {
		user := userOf(out.Role, out.Session)
		if out.Session == "" {
			user = userOf(out.Role, tenancy.Session(out.Person))
		}
		if has[user] || l.letIn(out.Session) || l.left(out) {
			return
		}
		has[user] = true
		all = append(all, out)
	}
	for _, a := range l.Assigned {
		l.assigned(a, add)
	}
	if l.Trail != nil {
		for _, s := range l.Trail.SignIns {
			l.seen(s, add)
		}
	}
	slices.SortFunc(all, func(a, b LockedOut) int {
		return cmp.Or(strings.Compare(a.Role.String(), b.Role.String()), strings.Compare(string(a.Session), string(b.Session)), strings.Compare(string(a.Person), string(b.Person)))
	})
	return all
}

// letIn reports whether QuickSight knows a session of some sign-in role.
func (l *looker) letIn(s tenancy.Session) bool {
	return s != "" && slices.ContainsFunc(l.SignIn, func(r SignInRole) bool { return l.isIn(r.Role, s) })
}

func (l *looker) left(out LockedOut) bool {
	return slices.Contains(l.Leave, string(out.Session)) || out.Person != "" && slices.Contains(l.Leave, string(out.Person))
}

// strangers are the names in Leave that are nobody's: of the directory, of a registration, or of the trail.
func (l *looker) strangers() []string {
	named := map[string]bool{}
	for id, s := range l.Sessions {
		named[string(id)], named[string(s)] = true, true
	}
	for u := range l.ready {
		named[u.SessionName()] = true
	}
	if l.Trail != nil {
		for _, s := range slices.Concat(l.Trail.SignIns, l.Trail.Provisioned) {
			named[s.Session] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(l.Leave), func(name string) bool { return named[name] })
}

// assigned looks at somebody who is assigned. Who is disabled does not sign in.
func (l *looker) assigned(a AssignedTo, add func(LockedOut)) {
	p := l.Directory.Person(a.Person)
	if p == nil || p.Disabled {
		return
	}
	out := LockedOut{Person: a.Person, Session: l.Sessions[a.Person], Role: a.Role, Because: "assigned to its permission set"}
	if a.Through != "" {
		out.Because += " through the group " + l.groupName(a.Through)
	}
	if out.Session == "" {
		out.Because += ", with a name that cannot be a session's"
		out.Mend = "tenantry explain " + string(a.Person)
	} else {
		out.Mend = l.lets(out)
	}
	add(out)
}

func (l *looker) groupName(id tenancy.GroupID) string {
	if g := l.Directory.Group(id); g != nil {
		return tenancy.Word(g.Name)
	}
	return string(id)
}

// lets is what brings somebody of the directory in, or makes it plain that they are to stay out.
func (l *looker) lets(out LockedOut) string {
	user := userOf(out.Role, out.Session)
	if n, waits := l.waiting[user]; waits {
		return "their namespace " + n + " is not ready: tenantry plan says what it waits for"
	}
	for _, t := range l.Want.Tenants {
		for _, r := range t.Registrations {
			if r.Person == out.Person {
				return "tenantry apply --person " + string(out.Person)
			}
		}
	}
	if slices.ContainsFunc(l.Held, func(h tenancy.Hold) bool { return h.Object == string(out.Person) }) {
		return "they are held: tenantry explain " + string(out.Person)
	}
	if l.ofTheHouse(user) {
		return "one of the house: let them open QuickSight once while the door is open, which registers them in default"
	}
	return fmt.Sprintf("put them into a tenant's group; or say --leave %s, where they are not to come in", out.Session)
}

// seen looks at somebody who signed in.
func (l *looker) seen(s tenancy.SignIn, add func(LockedOut)) {
	at := slices.IndexFunc(l.SignIn, func(r SignInRole) bool { return r.Role.Name() == s.Role })
	if at < 0 {
		return
	}
	out := LockedOut{Session: tenancy.Session(s.Session), Role: l.SignIn[at].Role, Because: "signed in on " + s.Day}
	p := l.called(out.Session)
	switch {
	case p == nil:
		out.Because += ", and nobody of the directory has that name now"
		out.Mend = fmt.Sprintf("say --leave %s, where they are not to come in any more", out.Session)
	case p.Disabled:
		return
	default:
		out.Person = p.ID
		out.Mend = l.lets(out)
	}
	add(out)
}

// called is who of the directory signs in under a name, nil for nobody; of several, one who is not disabled.
func (l *looker) called(s tenancy.Session) *tenancy.Person {
	var found *tenancy.Person
	for i := range l.Directory.People {
		if p := &l.Directory.People[i]; l.Sessions[p.ID] == s && (found == nil || found.Disabled && !p.Disabled) {
			found = p
		}
	}
	return found
}
