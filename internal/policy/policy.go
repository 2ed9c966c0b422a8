// Package policy makes and judges IAM documents: the least that a role needs, and what a role allows.
//
// An answer is Yes, No, or Maybe. Maybe is what cannot be decided from the documents: a condition whose keys are not
// known, a policy that could not be read. Whoever wants to be sure that something is denied takes Maybe for Yes.
//
// The package is pure: it reads documents, and asks nobody.
package policy

// Answer is whether somebody may do something.
type Answer int

// The answers.
const (
	No Answer = iota
	Maybe
	Yes
)

func (a Answer) String() string { return [...]string{"no", "maybe", "yes"}[a] }
