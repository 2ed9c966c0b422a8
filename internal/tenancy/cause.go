package tenancy

// Cause is what made tenantry do something: an event, a pass, or a command.
type Cause struct {
	Kind CauseKind `json:"kind"`
	// ID is the event's id, or that of the run. An event's is what its sender says it is, and serves
	// to find it again, nothing else.
	ID string `json:"id,omitempty"`
	// Name says it in words: "identitystore CreateGroupMembership", "every 15m", "apply".
	Name string `json:"name,omitempty"`
}

// CauseKind is the kind of a Cause.
type CauseKind string

// The kinds of causes.
const (
	ByEvent   CauseKind = "event"
	ByPass    CauseKind = "pass"
	ByCommand CauseKind = "command"
)
