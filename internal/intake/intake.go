// Package intake turns event bodies into hints, and keeps the hints in a queue until somebody has
// looked.
//
// A hint says what to look at again, and nothing else: a person, a group, a membership, the sign-in
// roles, or everything. What an event says about them is not taken over. Since July 2025 the events
// of Identity Center carry ids only, and they come late, twice, in any order, from four sources, or
// never. So an event that somebody has made up costs some reads and changes nothing, and one that is lost
// costs time until the next pass.
//
// Reading is a function of the body, the account and the identity store (Reader.Read):
//
//	json.go      the body becomes a tape of values, strictly and within bounds
//	envelope.go  what EventBridge puts around an event, and what others put around that
//	trail.go     calls, as CloudTrail tells of them
//	writes.go    calls that write users, groups or namespaces of QuickSight: whose are they?
//	refusals.go  sign-ins that were refused
//	directory.go one table of what each call of the directory is about
//	native.go    Identity Center's own notifications, whose contents are not documented
//	reason.go    why an event gives no hint: a closed set, for metrics
//
// An event ends in one of three ways. It gives hints; or it is dropped, since it concerns nobody here;
// or it is set aside as poison, since no event of AWS's looks like that. What is well-formed and
// unknown, and could concern people, asks for a pass. No decision rests on a time in an event, nor on its
// id: the same event forty times is the same hint forty times, and the queue makes one of them.
//
// Whose event is it? Events of the directory may come from the management account or from a delegated one, and are
// forwarded from bus to bus, so the account in them says little. The identity store's id decides.
// Events of QuickSight and IAM are about the account in their envelope, and that must be ours.
//
// The queue (Queue) hands out one key at a time to one worker, like the work queue of a Kubernetes
// controller, and has what that lacks: classes, lanes, bounded memory, waiting for a thing to come
// about, and tickets, which say when the message that a hint came with may be deleted.
//
//	queue.go   adding and taking
//	item.go    what is kept of a key's hints
//	work.go    a key that somebody has taken, and how its work ends
//	order.go   which key is next: revocations, grants, bulk; within each, lane by lane
//	later.go   keys that wait for a time, or for something to come about
//	state.go   asking for a pass, counting, closing
//	ticket.go  when all the effects of a message are made
package intake

import (
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Kind is what a hint is about.
type Kind string

// The kinds of hints.
const (
	Person     Kind = "person"     // somebody, by their id in Identity Center
	Group      Kind = "group"      // a group: its name, its members, whether it is there
	Membership Kind = "membership" // a membership that has ended: who was in what, the index knows
	SignIn     Kind = "sign-in"    // the sign-in roles are to be resolved anew
	Drifted    Kind = "drifted"    // somebody was provisioned just in time into default
	Written    Kind = "written"    // a user, a group or a namespace of QuickSight was written: whose write is it?
	Denied     Kind = "denied"     // somebody was not let in
	Everything Kind = "everything" // a pass is asked for
)

// Hint says what to look at again.
type Hint struct {
	Kind Kind
	// ID is the id of the person, group or membership, in the shape of Identity Center's ids; the
	// user name "Role/session" of a Drifted and a Denied; the id of the request of a Written; "" for the other kinds.
	ID string
	// Group is a group that the event names besides, such as the one that a person was added to.
	Group tenancy.GroupID
	// Revokes says that the event may have taken something away. Such hints go first.
	Revokes bool
	// Bulk says that the hint is part of a larger work, or that nobody waits for it, as for a Written. Such hints go last.
	Bulk bool
	// Drift is who was provisioned, of a Drifted, or not let in, of a Denied, whose session may be "".
	Drift Drift
	// Write is what was written, of a Written.
	Write Write
	// Cause is the event, for the history.
	Cause tenancy.Cause
}

// Drift is somebody whom QuickSight has registered in default at their first sign-in.
type Drift struct {
	Role    string // the name of the IAM role
	Session tenancy.Session
}

// Write is a call of QuickSight's API that has written users, groups, memberships or namespaces, as an event tells of it.
type Write struct {
	Operation string // such as RegisterUser
	Namespace string // "" where the call names none
	Group     string // the name of QuickSight's group, "" for none
	User      tenancy.UserName
	By        string // the ARN of who called, of printable ASCII
	At        time.Time
}

// Reading is what an event came to.
type Reading struct {
	// Hints are what to look at again; none if the event was dropped or set aside.
	Hints []Hint
	// Reason is why there are none. It is Unknown where the only hint is to look at everything,
	// because nobody here knows the event.
	Reason Reason
	// Cause is the event, as far as it could be read. Its texts are printable ASCII.
	Cause tenancy.Cause
}

// Poison reports whether the message is to be set aside: it will not be read better the next time.
func (r Reading) Poison() bool { return r.Reason.Poison() }
