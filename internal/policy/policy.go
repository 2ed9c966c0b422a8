// Package policy makes and judges IAM documents: the least that a role needs, and what a role allows.
//
//	document.go   what a document says           glob.go      wildcards and variables
//	evaluate.go   whether a request is allowed   any.go       whether one of many requests is
//	condition.go  what a condition says of it    operator.go  how values are compared
//	judge.go      what an identity allows        beyond.go    the table of what signing in does not need
//	trust.go      who may become a role          make.go      the least policies
//	put.go        the commands that put them     canaries.go  whom a Deny names
//	become.go     whether one role becomes another
//	controller.go the least rights of tenantry itself, from a table (controller_rights.go, controller_around.go)
//	kit.go        what a new tenant's sign-in needs, as commands (kit_commands.go) and as a template (kit_template.go)
//
// An answer is Yes, No, or Maybe. Maybe is what cannot be decided from the documents: a condition whose keys are not
// known, a policy that could not be read. Whoever wants to be sure that something is denied takes Maybe for Yes.
//
// What is not seen here: service control policies, resource policies and session policies. Those of the first and the last
// kind only take away, so that Yes may be too much; QuickSight has none of the second.
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

// not is the contrary: of what cannot be decided, the contrary cannot be decided either.
func (a Answer) not() Answer { return Yes - a }
