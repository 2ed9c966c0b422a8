package policy

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Canaries are the sessions that the Deny statements of an identity's policies name, as Canary makes them, sorted. That
// something is denied to them is for May to say.
func Canaries(id tenancy.Identity) []tenancy.Session {
	var all []tenancy.Session
	for _, s := range grantsOf(id).policies {
		for _, statement := range s.Statements {
			if statement.Allow {
				continue
			}
			for _, c := range statement.Conditions {
				all = append(all, c.sessions()...)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// OpensDoorFor answers whether one session of a role may register itself: a policy can deny to some what it allows to
// the others. The id of the role, which stands before the session's name, was not read: what a policy says of a session by
// its id is Maybe.
func OpensDoorFor(id tenancy.Identity, account tenancy.AccountID, session tenancy.Session) Answer {
	who := "${role:id}:" + string(session)
	resource := "arn:" + partitionOf(id.ARN) + ":quicksight::" + string(account) + ":user/" + who
	worst := No
	for _, d := range door {
		worst = max(worst, May(id, d.action, resource, map[string][]string{"aws:userid": {who}}))
	}
	return worst
}

// sessions are those that a condition on aws:userid names.
func (c Condition) sessions() []tenancy.Session {
	if c.Key != "aws:userid" {
		return nil
	}
	var all []tenancy.Session
	for _, v := range c.Values {
		_, name, ok := strings.Cut(v, ":")
		if s, err := tenancy.ParseSession(name); ok && err == nil {
			all = append(all, s)
		}
	}
	return all
}
