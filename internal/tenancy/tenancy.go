// Package tenancy holds the nouns of tenantry, as plain values: people, groups, namespaces, roles,
// principals and registrations.
//
// There are two sources of facts and one shape for what follows from them:
//
//   - a Directory is what IAM Identity Center's identity store holds: the only truth about people;
//   - a State is what Amazon QuickSight holds, or should hold. "want" and "have" are both States,
//     so that comparing them is comparing values, and a State that was applied is the State that
//     is read back.
//
// Values that could be wrong cannot be made: a Namespace is never "default" and never malformed, a
// UserName always has a role and a session, a RoleARN is a role's. Whoever holds one need not check
// again. The zero value of each of these types stands for "none" and is refused by everything that
// writes.
//
// The package is pure: no context, no clock, no network, no log, no randomness. It imports nothing
// of the project, and every other room imports it.
package tenancy

import "fmt"

// PersonID is a user's id in Identity Center (UserId). It never changes, whatever the person is
// called.
type PersonID string

// GroupID is a group's id in Identity Center (GroupId). It survives every renaming of the group.
type GroupID string

// StoreID is the id of an identity store, such as "d-1234567890".
type StoreID string

// AccountID is the twelve digits of an AWS account.
type AccountID string

// InvalidError says why a text cannot be a value of one of this package's types.
type InvalidError struct {
	What string // what it should have been, such as "namespace"
	Text string // the text that was given
	Why  string // what is wrong with it, as a clause: "is longer than 64 characters"
}

func (e *InvalidError) Error() string {
	return fmt.Sprintf("%s %q %s", e.What, e.Text, e.Why)
}

func invalid(what, text, why string) error {
	return &InvalidError{What: what, Text: text, Why: why}
}
