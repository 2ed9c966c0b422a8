package audit

import (
	"fmt"
	"slices"
)

var _ = register(Check{
	Code: "ISO404", Severity: Critical,
	Name:  "the house and tenants sign in through the same role",
	Looks: "Roles of house.sign_in_roles that are a tenant's sign-in role too.",
	Why:   "Whatever the house needs, everybody of the tenants has then; and who is registered as whom is a matter of the session's name alone.",
	Mend:  "Give the house a role or a permission set of its own.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.SignIn {
			r := &k.SignIn[i]
			if !r.Role.IsZero() && slices.Contains(k.HouseRoles, r.Role) {
				all = append(all, ofSignIn(r, "", fmt.Sprintf("%s is a role of the house too", r.named()),
					"make a role or a permission set for the house, register the house's people under it, and write it under house.sign_in_roles instead of "+r.Role.String()))
			}
		}
		return all
	},
})
