package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Scope narrows a pass, and widens what it may do. The zero Scope is everything, with nothing
// allowed.
type Scope struct {
	Namespaces []tenancy.Namespace // nil means all
	Person     string              // see plan.Policy
	Allow      []plan.Hazard
	Adopt      []tenancy.Namespace // namespaces to take over
}

// check refuses a scope that names what is not there: a typing error would otherwise look like a
// world in which there is nothing to do.
func (s Scope) check(p *Pass) error {
	for _, n := range s.Namespaces {
		if p.derived.Want.Tenant(n) == nil && p.reading.have.Tenant(n) == nil && p.reading.have.ForeignNamed(n.String()) == nil {
			return &RefusedError{
				fmt.Sprintf("there is no tenant %s: no group of the directory is for it, and QuickSight has no such namespace", n),
				"check the spelling of --namespace; capital letters count",
			}
		}
	}
	if s.Person != "" && !slices.ContainsFunc(p.reading.dir.People, s.means) {
		return &RefusedError{
			"the directory has nobody whom --person names",
			"name them by their user name in Identity Center, by their id there, or by their name in QuickSight (Role/session)",
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

// means reports whether the scope's Person is this one.
func (s Scope) means(p tenancy.Person) bool {
	_, session, ok := strings.Cut(s.Person, "/")
	if !ok {
		session = s.Person
	}
	return string(p.ID) == s.Person || p.UserName == session || p.Email == session
}
