package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// lockedOut are those who could sign in, by what was read, and are registered nowhere. Who is in default is let in; that
// they are there is another matter, of the step behind.
func (l *looker) lockedOut() []LockedOut {
	in := map[tenancy.UserName]bool{}
	for _, r := range l.SignIn {
		for _, u := range l.registered(r.Role.Name()) {
			in[u] = true
		}
	}
	var all []LockedOut
	add := func(out LockedOut) {
		user := tenancy.UserName(out.Role.Name() + "/" + string(out.Session))
		if in[user] || l.left(out) {
			return
		}
		in[user] = true
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
		return cmp.Or(strings.Compare(a.Role.String(), b.Role.String()), strings.Compare(string(a.Session), string(b.Session)))
	})
	return all
}

func (l *looker) left(out LockedOut) bool {
	return slices.Contains(l.Leave, string(out.Session)) || out.Person != "" && slices.Contains(l.Leave, string(out.Person))
}

// assigned looks at somebody who is assigned. Who is disabled does not sign in.
func (l *looker) assigned(a AssignedTo, add func(LockedOut)) {
	p := l.Directory.Person(a.Person)
	if p == nil || p.Disabled {
		return
	}
	because := "assigned to its permission set"
	if a.Through != "" {
		because += " through the group " + l.groupName(a.Through)
	}
	session := l.Sessions[a.Person]
	if session == "" {
		add(LockedOut{Person: a.Person, Role: a.Role, Because: because + ", with a name that cannot be a session's", Mend: "tenantry explain " + string(a.Person)})
		return
	}
	add(LockedOut{Person: a.Person, Session: session, Role: a.Role, Because: because, Mend: l.lets(a.Person)})
}

func (l *looker) groupName(id tenancy.GroupID) string {
	if g := l.Directory.Group(id); g != nil {
		return tenancy.Word(g.Name)
	}
	return string(id)
}

// lets is what brings somebody in, or makes it plain that they are to stay out.
func (l *looker) lets(id tenancy.PersonID) string {
	for _, t := range l.Want.Tenants {
		for _, r := range t.Registrations {
			if r.Person == id {
				return "tenantry apply --person " + string(id)
			}
		}
	}
	return fmt.Sprintf("put them into a tenant's group, or take the assignment away; or tenantry door --leave %s, where they are not to come in", id)
}

// seen looks at somebody who signed in.
func (l *looker) seen(s tenancy.SignIn, add func(LockedOut)) {
	at := slices.IndexFunc(l.SignIn, func(r SignInRole) bool { return r.Role.Name() == s.Role })
	if at < 0 {
		return
	}
	session := tenancy.Session(s.Session)
	out := LockedOut{Session: session, Role: l.SignIn[at].Role, Because: "signed in on " + s.Day}
	for id, name := range l.Sessions {
		if name == session {
			out.Person = id
		}
	}
	if out.Person == "" {
		out.Because += ", and nobody of the directory has that name now"
		out.Mend = fmt.Sprintf("tenantry door --leave %s, where they are not to come in any more", session)
	} else if p := l.Directory.Person(out.Person); p != nil && p.Disabled {
		return
	} else {
		out.Mend = l.lets(out.Person)
	}
	add(out)
}
