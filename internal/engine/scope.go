package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Scope narrows a pass, and widens what it may do. The zero Scope is everything, with nothing
// allowed.
type Scope struct {
	Namespaces []tenancy.Namespace // nil means all
	Person     string              // see plan.Policy
	Allow      []plan.Hazard
	Adopt      []tenancy.Namespace // namespaces to take over
	Verify     bool                // who stands behind each user is read, at a call for each
}

// check refuses a scope that names what is not there: a typing error would otherwise look like a
// world in which there is nothing to do.
func (s Scope) check(p *Pass) error {
	for _, n := range s.Namespaces {
		if !p.Knows(n) {
			return NoTenant(n)
		}
	}
	if s.Person != "" && p.person == "" {
		return &RefusedError{
			"the directory has nobody whom --person names",
			"name them by their user name or e-mail address in Identity Center, by their id there, or by their name in QuickSight (Role/session)",
		}
	}
	for _, n := range s.Adopt {
		if t := p.derived.Want.Tenant(n); t == nil || len(t.Mirrors) == 0 {
			return &RefusedError{
				fmt.Sprintf("the namespace %s cannot be adopted: no group of the directory is for it", n),
				"make the group, or the rule, by which someone belongs there",
			}
		}
	}
	return nil
}

// NoTenant refuses a namespace of which a pass has seen nothing.
func NoTenant(n tenancy.Namespace) error {
	return &RefusedError{
		fmt.Sprintf("there is no tenant %s: no group of the directory is for it, and QuickSight has no such namespace", n),
		"check the spelling of --namespace; capital letters count",
	}
}

// whom answers whom the scope's Person names, as plan.Policy calls them: by the text itself where that is
// an id or what they sign in as, and else by their id. "" is nobody.
func (s Scope) whom(p *Pass, by rules.SessionName) string {
	people := p.reading.dir.People
	role, session, qualified := strings.Cut(s.Person, "/")
	if !qualified {
		session = s.Person
	}
	signsIn, other := userName, email
	if by == rules.ByEmail {
		signsIn, other = email, userName
	}
	is := func(attribute func(tenancy.Person) string) func(tenancy.Person) bool {
		return func(p tenancy.Person) bool { return attribute(p) == session }
	}
	switch {
	case p.reading.dir.Person(tenancy.PersonID(s.Person)) != nil:
		return s.Person
	case qualified && !slices.ContainsFunc(p.reading.roles, func(r tenancy.RoleARN) bool { return r.Name() == role }):
		return ""
	case slices.ContainsFunc(people, is(signsIn)):
		return s.Person
	}
	if i := slices.IndexFunc(people, is(other)); i >= 0 && !qualified {
		return string(people[i].ID)
	}
	return ""
}

func userName(p tenancy.Person) string { return p.UserName }
func email(p tenancy.Person) string    { return p.Email }
