package plan

import (
	"errors"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Entry is a line of the history, as the one who did something tells it. The journal that keeps it
// adds its number, the time, and the chain. It names people by their ids and user names, and holds no
// e-mail address.
type Entry struct {
	What  What          `json:"what"`
	Run   string        `json:"run"` // the pass, hint or command that it belongs to
	Cause tenancy.Cause `json:"cause"`
	Actor string        `json:"actor,omitempty"` // ARN of AWS's caller, where it is known

	// About a change; of Intended, Done, Failed and Held.
	Kind      Kind             `json:"kind,omitempty"`
	Namespace string           `json:"namespace,omitempty"`
	Person    tenancy.PersonID `json:"person,omitempty"`
	Object    string           `json:"object,omitempty"` // see Change.Object
	Group     tenancy.GroupID  `json:"group,omitempty"`  // whose membership it rests on, or that it mirrors
	Before    string           `json:"before,omitempty"` // the role, or the profile, before the change
	After     string           `json:"after,omitempty"`  // and after it; of a membership, the mirror's name
	// Of is the number of the Intended entry that a Done, Failed or Held one ends.
	Of      int64  `json:"of,omitempty"`
	Request string `json:"request,omitempty"` // AWS's request id; of a change that took two calls both, with a space between
	// Lost says that there may be a request whose id nobody knows: see Receipt.
	Lost bool   `json:"lost,omitempty"`
	Code string `json:"code,omitempty"` // the hold's; of an Intended and a Done, the hazard that somebody allowed by name
	// Text says it in words: the error, the reason of a hold, why it was paused or a hold lifted.
	Text string `json:"text,omitempty"`
	// Until is the end of a pause, in seconds since 1970; 0 is none.
	Until int64 `json:"until,omitempty"`
	// Removals says of a pause that it stops only what takes something away.
	Removals bool `json:"removals,omitempty"`
	// Counts are the figures that a pass ended with.
	Counts map[string]int `json:"counts,omitempty"`
}

// What is what an Entry tells of.
type What string

// What the history tells of.
const (
	Intended   What = "intended"   // a write is about to be made
	Done       What = "done"       // it is in effect
	Failed     What = "failed"     // it is not, or nobody knows
	Held       What = "held"       // it ran into a hold, or a hold has begun
	PassBegan  What = "pass-began" //
	PassEnded  What = "pass-ended" //
	Drifted    What = "drifted"    // somebody was provisioned just in time into default
	SetAside   What = "set-aside"  // a message that no one can use
	Foreign    What = "foreign"    // somebody else has written to QuickSight: Actor, where, with whom, and Request
	PauseBegan What = "paused"     //
	PauseEnded What = "resumed"    //
	Allowed    What = "allowed"    // somebody has lifted a hold
	Imaged     What = "imaged"     // what somebody was before a migration, in Text
	Probed     What = "probed"     // what a trial of AWS came to: its name in Object, the verdict in After
)

// Pause is a stop of writes that somebody has asked for. The zero Pause is none.
type Pause struct {
	Since   int64  `json:"since"`           // seconds since 1970
	Until   int64  `json:"until,omitempty"` // 0: until it is ended
	Because string `json:"because"`
	By      string `json:"by,omitempty"` // ARN of AWS's caller, or the user of the machine
	// Removals says that it stops only what takes something away.
	Removals bool `json:"removals,omitempty"`
}

// IsZero reports whether nothing is paused.
func (p Pause) IsZero() bool { return p == Pause{} }

// Stops reports whether the pause stops changes of a kind.
func (p Pause) Stops(k Kind) bool {
	return !p.IsZero() && (!p.Removals || k.TakesAway() || k == KindEvict)
}

// Gains are what was added within a while, as the history tells it.
type Gains struct {
	// People are those who came into each tenant, each counted once.
	People map[tenancy.Namespace]int
	// Namespaces is how many were created.
	Namespaces int
}

// Receipt is what a write leaves behind.
type Receipt struct {
	Request string // AWS's request id, "" where no call was answered; two, with a space between, where it took two calls
	// Lost says that a call was not answered, or with an error that leaves open whether it had an effect.
	Lost    bool
	Already bool // the change was in effect before
}

// ErrPaused means that somebody has paused writes of this kind.
var ErrPaused = errors.New("paused")
