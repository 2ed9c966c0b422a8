// Package doctor judges whether everything is in order that tenantry needs around it: the account, the trail, the events, the
// queue, the sign-in roles, the journal, and what tenantry itself may do. It judges facts that were read, in a fixed order, and
// says of what is not in order how it is mended.
//
// The package is pure: it reads nothing.
package doctor

// Level is how something stands.
type Level int

// The levels. What could not be found out is Amber: it may be in order.
const (
	Green Level = iota
	Amber
	Red
)

func (l Level) String() string { return [...]string{"green", "amber", "red"}[l] }
