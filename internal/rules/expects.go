package rules

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Expected is a group that the rules give to a namespace, by its id or by the display name that it would have.
type Expected struct {
	ID   tenancy.GroupID
	Name string
}

// Expects are the groups that the rules give to a namespace, in the order of the rules, whether the directory has them or
// not. A group that is bound already may be called otherwise by now.
func (r *Rules) Expects(n tenancy.Namespace) []Expected {
	var all []Expected
	for i, rule := range r.Tenants {
		e := Expected{ID: rule.Group}
		if rule.Group == "" {
			e.Name = fill(rule.Pattern.String(), n)
		}
		if rule.Group != "" && rule.Namespace != n || rule.Group == "" && !r.leads(i, e.Name, n) || slices.Contains(all, e) {
			continue
		}
		all = append(all, e)
	}
	return all
}

// leads reports whether a group of this name, and of an id that no rule has, is given to a namespace by the i-th rule.
func (r *Rules) leads(i int, name string, n tenancy.Namespace) bool {
	if r.House.HasGroup(name) {
		return false
	}
	for _, before := range r.Tenants[:i] {
		if captured, _, fits := before.Pattern.Capture(name); fits {
			return captured == n.String()
		}
	}
	return true
}

// Of are the sign-in role's ARN and the permission set's name for a namespace; one of the two is "".
func (s SignIn) Of(n tenancy.Namespace) (role, set string) {
	return fill(s.Role, n), fill(s.PermissionSet, n)
}
