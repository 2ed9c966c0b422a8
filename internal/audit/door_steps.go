package audit

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// people is the first step.
func (l *looker) people(out []LockedOut) DoorStep {
	s := DoorStep{Name: StepPeople}
	if len(l.SignIn) == 0 {
		s.Why = append(s.Why, "no sign-in role is known: no tenant has one")
	}
	switch {
	case l.AssignedRead || len(l.SignIn) == 0:
	case slices.ContainsFunc(l.SignIn, func(r SignInRole) bool { return r.PermissionSet == "" }):
		s.Unknown = append(s.Unknown, "who may come through a role of one's own: no API tells it, only the trail who has come")
	default:
		s.Unknown = append(s.Unknown, "who is assigned to the sign-in roles: it could not be read for all of them")
	}
	switch {
	case l.Trail == nil:
		s.Unknown = append(s.Unknown, "who has signed in: it could not be read from the trail")
	case l.Trail.Since > l.Back:
		s.Unknown = append(s.Unknown, "who signed in before "+l.Trail.From+": the trail has more events than can be read in a few minutes")
	}
	for _, name := range l.strangers() {
		s.Unknown = append(s.Unknown, fmt.Sprintf("--leave %s: nobody is called so who is in the directory, is registered, or has signed in", tenancy.Word(name)))
	}
	if !l.AssignedRead && l.Trail == nil && len(l.SignIn) > 0 {
		s.Why = append(s.Why, "nothing tells who signs in: neither all assignments nor the trail could be read")
	}
	switch len(out) {
	case 0:
	case 1:
		s.Why = append(s.Why, "one of those who could sign in is registered nowhere, and would be locked out")
	default:
		s.Why = append(s.Why, fmt.Sprintf("%d of those who could sign in are registered nowhere, and would be locked out", len(out)))
	}
	s.Clean = len(s.Why) == 0
	return s
}

// canary is the second step: the door of some role is shut, for somebody at least.
func (l *looker) canary(roles []DoorRole) DoorStep {
	s := DoorStep{Name: StepCanary}
	for _, r := range roles {
		if r.State == ForCanary || r.State == Shut {
			s.Clean = true
			return s
		}
	}
	s.Why = []string{"the door is not shut for anybody yet"}
	return s
}

// watch is the third step: QuickSight has let somebody in for whom the door is shut, and nobody has landed in default
// since. Once it is shut for everybody there is nothing left to try.
func (l *looker) watch(roles []DoorRole) DoorStep {
	s := DoorStep{Name: StepWatch, Clean: true}
	if len(roles) > 0 && !slices.ContainsFunc(roles, func(r DoorRole) bool { return r.State != Shut }) {
		return s
	}
	if l.Trail == nil {
		s.Unknown = append(s.Unknown, "whether somebody has signed in since, or was provisioned in default: the trail could not be read")
	}
	if !l.vouched(roles) {
		s.Why = append(s.Why, l.toBeVouched(roles))
	}
	for _, r := range roles {
		if r.State == ForCanary || r.State == Shut {
			s.Why = append(s.Why, l.landed(r)...)
		}
	}
	s.Clean = len(s.Why) == 0
	return s
}

// vouched reports whether somebody has said of one for whom the door is shut that QuickSight has let them in.
func (l *looker) vouched(roles []DoorRole) bool {
	return slices.ContainsFunc(roles, func(r DoorRole) bool {
		return slices.ContainsFunc(l.Vouched, func(s tenancy.Session) bool { return l.isIn(r.Role, s) && r.shutFor(s) })
	})
}

// toBeVouched says what has to be seen and said, with the name of somebody whom it can be said of.
func (l *looker) toBeVouched(roles []DoorRole) string {
	name := "NAME"
	for _, r := range roles {
		for _, c := range r.Canaries {
			if name == "NAME" {
				name = string(c)
			}
		}
		for _, s := range l.since(r) {
			if session := tenancy.Session(s.Session); l.isIn(r.Role, session) && r.shutFor(session) {
				return fmt.Sprintf("%s signed in on %s, after the door was shut for them; whether QuickSight let them in no trail tells: ask them, and say so with --signed-in %s", session, s.Day, session)
			}
		}
	}
	return fmt.Sprintf("nobody for whom the door is shut has been seen signing in since: when QuickSight has let %s in, say so with --signed-in %s", name, name)
}

// since are the sign-ins through a role since its door was last changed; none where the trail does not tell when that was.
func (l *looker) since(r DoorRole) []tenancy.SignIn {
	if l.Trail == nil {
		return nil
	}
	changed, known := l.Trail.Changed[r.Role.Name()]
	return slices.DeleteFunc(slices.Clone(l.Trail.SignIns), func(s tenancy.SignIn) bool {
		return s.Role != r.Role.Name() || !known || s.At <= changed
	})
}

// landed says who has been provisioned in default through a role since its door was last changed, is there still, and
// does not belong there.
func (l *looker) landed(r DoorRole) []string {
	if l.Trail == nil {
		return nil
	}
	home := l.Have.ForeignNamed(tenancy.DefaultNamespace)
	var all []string
	for _, s := range l.Trail.Provisioned {
		user := tenancy.UserName(s.Role + "/" + s.Session)
		if s.Role != r.Role.Name() || s.At <= l.Trail.Changed[s.Role] || home == nil || tenancy.FindRegistration(home.Users, user) == nil {
			continue
		}
		if l.ofTheHouse(user) || l.left(LockedOut{Session: tenancy.Session(s.Session)}) {
			continue
		}
		all = append(all, fmt.Sprintf("%s was provisioned in default on %s, since the door of %s was last changed: tenantry migrate --person %s", user, s.Day, s.Role, user))
	}
	return all
}

// ofTheHouse reports whether a user of default is one of those who are named as the house's.
func (l *looker) ofTheHouse(user tenancy.UserName) bool {
	return !l.House.Anybody && l.House.Has(tenancy.Grantee{Kind: tenancy.ToUser, Namespace: tenancy.DefaultNamespace, Name: string(user)})
}

// shut is the fourth step: the door is shut for everybody.
func (l *looker) shut(roles []DoorRole) DoorStep {
	s := DoorStep{Name: StepShut}
	for _, r := range roles {
		if r.State != Shut {
			s.Why = append(s.Why, fmt.Sprintf("the door of %s is %s", r.Role.Name(), r.State))
		}
	}
	unasked, unanswered := l.unconfirmed()
	s.Unknown = append(unconfirmedOf(unasked, mendUnasked), unconfirmedOf(unanswered, mendUnanswered)...)
	s.Clean = len(s.Why) == 0 && len(roles) > 0
	return s
}

// after is the last step: nobody who is registered nowhere has tried to come in since.
func (l *looker) after(roles []DoorRole) DoorStep {
	s := l.shut(roles)
	s.Name, s.Unknown = StepAfter, nil
	if l.Trail == nil {
		s.Unknown = []string{"whether somebody has been turned away since, or has landed in default: the trail could not be read"}
	}
	for _, r := range roles {
		if r.State == Shut {
			s.Why = append(s.Why, l.turnedAway(r)...)
			s.Why = append(s.Why, l.landed(r)...)
		}
	}
	s.Clean = s.Clean && len(s.Why) == 0
	return s
}

// turnedAway says who has signed in through a role since its door was shut, and is registered nowhere: QuickSight has
// not let them in.
func (l *looker) turnedAway(r DoorRole) []string {
	var all []string
	for _, s := range l.since(r) {
		session := tenancy.Session(s.Session)
		if l.letIn(session) || l.left(LockedOut{Session: session}) {
			continue
		}
		if p := l.called(session); p != nil && (p.Disabled || l.left(LockedOut{Person: p.ID})) {
			continue
		}
		all = append(all, fmt.Sprintf("%s signed in on %s, and is registered nowhere: QuickSight has turned them away", session, s.Day))
	}
	return all
}
