package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// people is the first step.
func (l *looker) people(out []LockedOut) DoorStep {
	s := DoorStep{Name: StepPeople}
	if !l.AssignedRead {
		s.Unknown = append(s.Unknown, "who is assigned to the sign-in roles could not be read for all of them")
	}
	if l.Trail == nil {
		s.Unknown = append(s.Unknown, "who has signed in could not be read from the trail")
	}
	if !l.AssignedRead && l.Trail == nil {
		s.Why = append(s.Why, "nothing tells who signs in: neither the assignments nor the trail could be read")
	}
	if len(out) > 0 {
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

// watch is the third step: somebody for whom the door is shut has signed in since, and nobody has landed in default.
func (l *looker) watch(roles []DoorRole) DoorStep {
	s := DoorStep{Name: StepWatch}
	came := false
	for _, r := range roles {
		if r.State != ForCanary && r.State != Shut {
			continue
		}
		if l.cameIn(r) {
			came = true
		}
		s.Why = append(s.Why, l.landed(r)...)
	}
	if !came {
		why := "nobody for whom the door is shut has been seen signing in since"
		if l.Trail == nil {
			why = "whether anybody has signed in for whom the door is shut could not be read from the trail; --signed-in NAME says that they have"
		}
		s.Why = append(s.Why, why)
	}
	s.Clean = len(s.Why) == 0
	return s
}

// cameIn reports whether a session for which the door of a role is shut has signed in since it was shut.
func (l *looker) cameIn(r DoorRole) bool {
	in := map[tenancy.Session]bool{}
	for _, u := range l.registered(r.Role.Name()) {
		in[tenancy.Session(u.SessionName())] = true
	}
	if r.State == ForCanary {
		in = map[tenancy.Session]bool{}
		for _, c := range r.Canaries {
			in[c] = true
		}
	}
	for _, v := range l.Vouched {
		if in[v] {
			return true
		}
	}
	if l.Trail == nil {
		return false
	}
	changed, known := l.Trail.Changed[r.Role.Name()]
	for _, s := range l.Trail.SignIns {
		if s.Role == r.Role.Name() && in[tenancy.Session(s.Session)] && known && s.At > changed {
			return true
		}
	}
	return false
}

// landed says who has been provisioned in default through a role since its door was last changed, and is there still.
func (l *looker) landed(r DoorRole) []string {
	if l.Trail == nil {
		return nil
	}
	var all []string
	for _, s := range l.Trail.Provisioned {
		user := tenancy.UserName(s.Role + "/" + s.Session)
		f := l.Have.ForeignNamed(tenancy.DefaultNamespace)
		there := f != nil && tenancy.FindRegistration(f.Users, user) != nil
		if s.Role == r.Role.Name() && s.At > l.Trail.Changed[s.Role] && there && !l.left(LockedOut{Session: tenancy.Session(s.Session)}) {
			all = append(all, fmt.Sprintf("%s was provisioned in default on %s, after the door was shut for a canary: tenantry migrate --person %s", user, s.Day, user))
		}
	}
	return all
}

// shut is the fourth step: the door is shut for everybody.
func (l *looker) shut(roles []DoorRole) DoorStep {
	s := DoorStep{Name: StepShut, Clean: true}
	for _, r := range roles {
		if r.State != Shut {
			s.Clean = false
			s.Why = append(s.Why, fmt.Sprintf("the door of %s is %s%s", r.Role.Name(), r.State, because(r.How)))
		}
	}
	if len(roles) == 0 {
		s.Clean, s.Why = false, []string{"no sign-in role is known: no tenant has one"}
	}
	return s
}

func because(how string) string {
	if how == "" {
		return ""
	}
	return ": " + how
}

// after is the last step: nobody who is registered nowhere has tried to come in since.
func (l *looker) after(roles []DoorRole) DoorStep {
	s := DoorStep{Name: StepAfter}
	if l.Trail == nil {
		s.Unknown = []string{"whether somebody has been turned away since could not be read from the trail"}
	}
	for _, r := range roles {
		if r.State != Shut {
			s.Why = append(s.Why, fmt.Sprintf("the door of %s is %s", r.Role.Name(), r.State))
		} else {
			s.Why = append(s.Why, l.turnedAway(r)...)
		}
	}
	s.Clean = len(s.Why) == 0
	return s
}

// turnedAway says who has signed in through a role since its door was shut, and is registered nowhere: QuickSight has
// not let them in.
func (l *looker) turnedAway(r DoorRole) []string {
	if l.Trail == nil {
		return nil
	}
	in := map[string]bool{}
	for _, u := range l.registered(r.Role.Name()) {
		in[u.SessionName()] = true
	}
	var all []string
	for _, s := range l.Trail.SignIns {
		if s.Role == r.Role.Name() && s.At > l.Trail.Changed[s.Role] && !in[s.Session] && !l.left(LockedOut{Session: tenancy.Session(s.Session)}) {
			all = append(all, fmt.Sprintf("%s signed in on %s, and is registered nowhere: QuickSight has turned them away", s.Session, s.Day))
		}
	}
	return all
}
