package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

type looker struct {
	*DoorFacts
	ready   map[tenancy.UserName]bool   // the users of namespaces that are ready
	waiting map[tenancy.UserName]string // those of other namespaces, with the namespace
}

func look(f *DoorFacts) *looker {
	l := &looker{f, map[tenancy.UserName]bool{}, map[tenancy.UserName]string{}}
	for _, t := range f.Have.Tenants {
		l.users(t.Registrations, t.Status, t.Namespace.String())
	}
	for _, n := range f.Have.Foreign {
		l.users(n.Users, n.Status, n.Name)
	}
	return l
}

func (l *looker) users(all []tenancy.Registration, status tenancy.Status, namespace string) {
	for _, r := range all {
		if status == tenancy.Created {
			l.ready[r.User] = true
		} else {
			l.waiting[r.User] = namespace
		}
	}
}

// isIn reports whether a session of a role is registered in a namespace that is ready. Letter by letter: whether
// QuickSight tells names apart that differ only by case is not documented, and the door stays open for whoever is not
// surely the same.
func (l *looker) isIn(role tenancy.RoleARN, session tenancy.Session) bool {
	return l.ready[userOf(role, session)]
}

func userOf(role tenancy.RoleARN, session tenancy.Session) tenancy.UserName {
	return tenancy.UserName(role.Name() + "/" + string(session))
}

// roles judges the door of every sign-in role.
func (l *looker) roles() []DoorRole {
	var all []DoorRole
	for _, r := range l.SignIn {
		d := DoorRole{SignInRole: r, State: Undecided, How: "its policies were not read"}
		if id := l.identity(r); id != nil {
			l.judge(&d, *id)
		}
		all = append(all, d)
	}
	return all
}

// identity is what was read of a role, nil where nothing was.
func (f *DoorFacts) identity(r SignInRole) *tenancy.Identity {
	if f.Identities == nil {
		return nil
	}
	return f.Identities.Of(r.Role)
}

// judge decides for everybody, and, where that is not shut, for the sessions that the policies name.
func (l *looker) judge(d *DoorRole, id tenancy.Identity) {
	j := policy.Judge(id, l.Account)
	d.How, d.Ours = howOpen(j), policy.TargetOf(l.Account, id, l.Sets[d.PermissionSet]).Ours()
	switch j.OpensDoor() {
	case policy.No:
		d.State, d.How = Shut, ""
		if action := l.simulatedOpen(&id, j); action != "" {
			d.State, d.How = Undecided, "IAM's simulation allows "+action+", and its policies, as they were read, do not"
		}
		return
	case policy.Yes:
		d.State = Open
	}
	for _, session := range policy.Canaries(id) {
		if policy.OpensDoorFor(id, l.Account, session) == policy.No {
			d.Canaries = append(d.Canaries, session)
		}
	}
	if len(d.Canaries) > 0 {
		d.State = ForCanary
	}
}

// simulatedOpen is what IAM itself says a role may do of that which opens its door, though its policies deny it; "" for
// nothing.
func (l *looker) simulatedOpen(id *tenancy.Identity, j policy.Judgement) string {
	for _, action := range l.simulatedBesides(id) {
		if slices.ContainsFunc(j.Door, func(a policy.Allowed) bool { return a.Action == action }) {
			return action
		}
	}
	return ""
}

func howOpen(j policy.Judgement) string {
	var all []string
	for _, a := range j.Door {
		if a.Answer != policy.No {
			all = append(all, fmt.Sprintf("%s %s by %s", a.Action, a.How, a.Policy))
		}
	}
	return strings.Join(append(all, j.Unread...), "; ")
}

// shutFor reports whether the door of a role is shut for a session.
func (r *DoorRole) shutFor(session tenancy.Session) bool {
	return r.State == Shut || r.State == ForCanary && slices.Contains(r.Canaries, session)
}
