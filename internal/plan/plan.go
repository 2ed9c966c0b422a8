// Package plan turns the difference between what is wanted and what is there into a plan: an
// ordered list of steps that can be printed, stored, compared, judged and refused before anything
// is written.
//
// The way through the package:
//
//	Diff   (want, have)           → steps and holds     what differs
//	Guard  (steps, policy)        → which steps may run  what may be done about it, now
//	Fingerprints (want, have)     → one sum a namespace  what the plan was made from
//	Encode, Decode                ↔ JSON                 what a person approves and a program reads
//	Check  (saved, fresh)         → what is stale        whether it may still be applied
//
// Beside it, Migration says who is moved into a tenant from outside, with what, and how; and Undo how they come back
// (migration.go, image.go).
//
// A Change is one of a closed set of structs (change.go), each in exactly one namespace, which a
// tenancy.Namespace cannot let be "default". A step carries its Because, its Hazards (dangers that
// must be allowed by name) and, where it will not be done, the Code of the hold that keeps it.
// Nothing is dropped on the way: what is not done is in the plan all the same, and says why.
//
// A plan is bound to one account, one identity store and one configuration, and to the state of
// each namespace that it touches. It is refused elsewhere, and so is an edited one.
//
// The package is pure: no context, no clock, no network, no log, no randomness. Where it needs to
// know more than was read (the age of a tenant), it answers a Question instead of guessing.
package plan

import (
	"errors"
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Hazard is a named danger of a step. A step with one runs only when the hazard was allowed by name.
type Hazard string

// NotSelected is the Code of a step that is left out because this run was narrowed to others
// (--namespace, --person, rollout). It is no hold: nobody waits for anything.
const NotSelected tenancy.Code = "not-selected"

// Step is a change with its reason.
type Step struct {
	Change  Change
	Because tenancy.Because
	Hazards []Hazard
	// Held is the code of the hold that keeps the step from being done, NotSelected, or "" for a
	// step that will be done.
	Held tenancy.Code
}

// Plan is what would be done, what would not, and why.
type Plan struct {
	Account tenancy.AccountID
	Store   tenancy.StoreID
	Config  string // fingerprint of the configuration
	// Namespaces are the fingerprints of every namespace that a step is in, sorted.
	Namespaces []Fingerprint
	Steps      []Step         // in the order in which they are done
	Holds      []tenancy.Hold // sorted
	Accepted   []tenancy.Hold // holds that the configuration accepts, sorted
	Notes      []tenancy.Note // sorted
	Unmanaged  []Unmanaged    // sorted
	Counts     Counts
}

// Fingerprint is a digest of what a namespace's steps were made from: what it holds, and what it
// should hold.
type Fingerprint struct {
	Namespace tenancy.Namespace `json:"namespace"`
	Sum       string            `json:"sum"` // hexadecimal
}

// Unmanaged is something that is not tenantry's: shown, never touched.
type Unmanaged struct {
	Namespace string `json:"namespace"`
	Users     int    `json:"users,omitempty"`  // registrations under other roles, or of a namespace that is not ours
	Groups    int    `json:"groups,omitempty"` // groups made by hand
	Whole     bool   `json:"whole,omitempty"`  // the namespace itself is not ours
}

// Counts are the figures that a plan ends with.
type Counts struct {
	People   int `json:"people"`   // in the directory
	Disabled int `json:"disabled"` // of them, disabled in Identity Center
	Unmapped int `json:"unmapped"` // of them, enabled and in no group that feeds a tenant
	House    int `json:"house"`    // of them, the company's own
	Tenants  int `json:"tenants"`  // wanted namespaces
	Right    int `json:"right"`    // registrations that are as they should be
	// Unverified are those of them of which no tag has said yet who stands behind them.
	Unverified int `json:"unverified"`
}

// Pending are the steps that would be done.
func (p *Plan) Pending() []Step {
	var pending []Step
	for _, s := range p.Steps {
		if s.Held == "" {
			pending = append(pending, s)
		}
	}
	return pending
}

// Failures of a step, as a writer answers them (wrapped) and as the engine tells them apart.
var (
	// ErrElsewhere means that the principal is registered in another namespace.
	ErrElsewhere = errors.New("registered in another namespace")
	// ErrLimit means that a quota of the account is used up; trying again does not help.
	ErrLimit = errors.New("a quota of the account is used up")
	// ErrNotFound means that something the change stands on is not there (yet).
	ErrNotFound = errors.New("not found")
	// ErrNotReady means that the namespace cannot be written to (yet).
	ErrNotReady = errors.New("the namespace is not ready")
	// ErrDenied means that the credentials may not do this.
	ErrDenied = errors.New("denied")
	// ErrCredentials means that the credentials themselves are not accepted, or are no longer. It is a
	// kind of ErrDenied.
	ErrCredentials = fmt.Errorf("%w: the credentials are not accepted", ErrDenied)
	// ErrBrake means that others have taken out so many people since the plan was made that no more may go today.
	ErrBrake = errors.New("as many people as may be were taken out within the day")
	// ErrDiffers means that the object exists already and is not what the plan wants.
	ErrDiffers = errors.New("exists, and is not as the plan wants it")
)

// Outcome is how a step ended.
type Outcome struct {
	Step Step
	Err  error // nil when it was done
	// Held is the hold that a step ran into: something no plan could know.
	Held *tenancy.Hold
}

// Report is what an apply did.
type Report struct {
	Done        int
	Failed      []Outcome // sorted by their place in the plan
	Held        []Outcome // likewise
	NotReached  int       // steps left undone by an interruption or a pause
	SeenTo      int       // steps about people whom a hint has looked after meanwhile
	Interrupted bool
	// Paused is the pause that ended the run, the zero Pause for none.
	Paused Pause
	// Refused are namespaces whose steps were not done because they have moved since the plan.
	Refused []tenancy.Namespace
}

// Progress is how far an apply has come.
type Progress struct {
	Total, Done, Failed, Held int
	// Waiting are namespaces that are being created.
	Waiting int
	// Last is the step that ended just now, nil while waiting.
	Last *Outcome
}
