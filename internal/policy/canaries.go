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
