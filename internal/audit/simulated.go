package audit

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// What IAM itself says of the sign-in roles (IAM SimulatePrincipalPolicy), beside what their documents say.

// simulatedBesides are the actions that IAM says a role may do, and that its documents deny. IAM is asked about "*", and so
// are they: what they deny on some resources alone, such as the users of QuickSight, IAM was not asked about.
func (f *Facts) simulatedBesides(id *tenancy.Identity) []string {
	var all []string
	for _, s := range f.Simulated {
		if s.Role == id.Role && s.Allowed && policy.May(*id, s.Action, "*", nil) == policy.No {
			all = append(all, s.Action)
		}
	}
	return all
}

// What can be done where IAM has said nothing of a role: where it may not be asked, and where it may.
const (
	mendUnasked    = "allow iam:SimulatePrincipalPolicy to the role or user that tenantry runs as"
	mendUnanswered = "run it again; where it fails again, what could not be read says why"
)

// unconfirmed are the sign-in roles of which IAM has said nothing: those about which it may not be asked, and those about
// which it has not answered. Of a role that is not there it has nothing to say.
func (f *Facts) unconfirmed() (unasked, unanswered []tenancy.RoleARN) {
	for _, r := range f.SignIn {
		switch {
		case slices.Contains(f.Gone, r.Role) || slices.ContainsFunc(f.Simulated, func(s tenancy.Simulated) bool { return s.Role == r.Role }):
		case slices.Contains(f.Unasked, r.Role):
			unasked = append(unasked, r.Role)
		default:
			unanswered = append(unanswered, r.Role)
		}
	}
	return unasked, unanswered
}

// unconfirmedOf says of roles that IAM has said nothing of them; nothing where there are none.
func unconfirmedOf(roles []tenancy.RoleARN, mend string) []string {
	if len(roles) == 0 {
		return nil
	}
	var names []string
	for _, r := range roles {
		names = append(names, r.Name())
	}
	return []string{"whether IAM itself says what the policies of " + strings.Join(names, ", ") + " say: " + mend}
}
