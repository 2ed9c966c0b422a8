package audit

import (
	"github.com/tenantry/tenantry/internal/tenancy"
)

// The door is what lets people into default who are registered nowhere: the actions of just-in-time provisioning, in the
// policies of a sign-in role. It is shut in an order, so that nobody is locked out, and each step is refused until the
// one before is clean:
//
//	people   everybody who could sign in is registered in a namespace that is ready
//	canary   the door is shut for one person first
//	watch    QuickSight has let that person in since, and nobody landed in default
//	shut     it is shut for everybody
//	after    nobody has been turned away since, and nobody landed in default
//
// What step the account is at is read from the policies themselves: nothing has to be remembered, but for one thing. That
// QuickSight has opened for somebody who is registered no trail tells: what it tells is that the role has, which comes
// before QuickSight is asked. So somebody has to say it (DoorFacts.Vouched).

// DoorFacts are the facts of an account, and what is known of who signs in.
type DoorFacts struct {
	*Facts
	// Assigned are the people who are assigned to sign-in roles, as far as it could be read.
	Assigned []AssignedTo
	// Sessions are the session names of people, as far as they have one.
	Sessions map[tenancy.PersonID]tenancy.Session
	// AssignedRead says that assignments of every sign-in role could be read.
	AssignedRead bool
	// Sets are the permission sets by their names, as far as they could be read.
	Sets map[string]tenancy.Assigned
	// Trail is what the trail tells, nil where it could not be read.
	Trail *tenancy.Trail
	// Back is since when the trail was asked for, in seconds since 1970.
	Back int64
	// Vouched are sessions of whom somebody says that QuickSight has let them in since the door was shut for them.
	Vouched []tenancy.Session
	// Leave are people who are meant to be locked out, by id or session name.
	Leave []string
}

// AssignedTo is somebody who is assigned to a sign-in role.
type AssignedTo struct {
	Role    tenancy.RoleARN
	Person  tenancy.PersonID
	Through tenancy.GroupID // "" for the person directly
}

// DoorState is how far the door of a role is shut.
type DoorState string

// The states of a door.
const (
	Open      DoorState = "open"
	ForCanary DoorState = "shut for a canary"
	Shut      DoorState = "shut"
	// Undecided is a door of which the documents do not say whether it is shut.
	Undecided DoorState = "cannot be decided"
)

// DoorRole is a sign-in role and its door.
type DoorRole struct {
	SignInRole
	State DoorState
	// Canaries are the sessions for which it is shut, where it is not for everybody, sorted.
	Canaries []tenancy.Session
	// Ours says that tenantry's policy is among the role's: what opens the door again takes that away, and nothing else.
	Ours bool
	// How says through what it is open, or why it cannot be decided.
	How string
}

// DoorStep is a step of shutting the door.
type DoorStep struct {
	Name string
	// Clean says that nothing is left to do in it.
	Clean bool
	// Why says what is in the way, in words; empty where it is clean.
	Why []string
	// Unknown says what could not be looked at.
	Unknown []string
}

// LockedOut is somebody who could sign in, and could not once the door is shut.
type LockedOut struct {
	Person  tenancy.PersonID // "" where nobody of the directory is called so
	Session tenancy.Session
	Role    tenancy.RoleARN
	Because string // how it is known that they could sign in
	Mend    string
}

// Door is how far the door is shut, and what is in the way.
type Door struct {
	Roles     []DoorRole
	LockedOut []LockedOut
	Steps     []DoorStep // in order
	// Next is the name of the first step that is not clean, "" where all are.
	Next string
	// From is the day since which sign-ins were looked for in the trail, "" where it could not be read.
	From string
}

// The names of the steps.
const (
	StepPeople = "people"
	StepCanary = "canary"
	StepWatch  = "watch"
	StepShut   = "shut"
	StepAfter  = "after"
)

// Step finds a step by its name.
func (d *Door) Step(name string) *DoorStep {
	for i := range d.Steps {
		if d.Steps[i].Name == name {
			return &d.Steps[i]
		}
	}
	return nil
}

// Reached reports whether every step before the one of this name is clean.
func (d *Door) Reached(name string) bool {
	for _, s := range d.Steps {
		if s.Name == name {
			return true
		}
		if !s.Clean {
			return false
		}
	}
	return false
}

// LookAtDoor says how far the door is shut.
func LookAtDoor(f *DoorFacts) Door {
	l := look(f)
	d := Door{Roles: l.roles(), LockedOut: l.lockedOut()}
	if f.Trail != nil {
		d.From = f.Trail.From
	}
	d.Steps = []DoorStep{l.people(d.LockedOut), l.canary(d.Roles), l.watch(d.Roles), l.shut(d.Roles), l.after(d.Roles)}
	for _, s := range d.Steps {
		if !s.Clean {
			d.Next = s.Name
			break
		}
	}
	return d
}
