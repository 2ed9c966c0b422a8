package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO307", Severity: High,
	Name:  "somebody lives in a tenant's namespace whom no rule placed there",
	Looks: "Users of a tenant's namespace under another role than its sign-in role, and users with a password of QuickSight's own. Those whom tenantry is about to replace, since people sign in through another role than before, are none.",
	Why:   "They see the tenant's people, and what is shared with the whole namespace. The directory does not say who they are, and nobody takes them out when they leave.",
	Mend:  "See whose they are, give away what they own alone, and delete them; or accept them, where they are meant.",
	Find: func(k *Known) (all []Finding) {
		k.each(func(t, w *tenancy.Tenant, r *tenancy.Registration) {
			if r.User.RoleName() == w.SignIn.Name() || r.Role.IsAdmin() || w.FormerUser(r.User) != nil {
				return
			}
			if p := k.behind(r); p != nil && k.waits(p.ID, t.Namespace) {
				return // it is held, and says so
			}
			f := k.ofUser(t.Namespace.String(), r.User)
			f.Seen = fmt.Sprintf("%s is registered in %s as %s, and signs in %s, not through %s", tenancy.Word(string(r.User)), t.Namespace, r.Role, k.through(r.User), w.SignIn.Name())
			f.Mend = k.deleteUser(t.Namespace.String(), r.User)
			all = append(all, f)
		})
		return all
	},
})

// through says how somebody signs in whom no rule placed.
func (k *Known) through(user tenancy.UserName) string {
	switch {
	case user == deleted:
		return "no more, since the IAM identity was deleted"
	case user.RoleName() == "":
		return "with a password or as a user of IAM"
	case k.House.Has(tenancy.Grantee{Kind: tenancy.ToUser, Namespace: tenancy.DefaultNamespace, Name: string(user)}):
		return "as one of the house, through the role " + tenancy.Word(user.RoleName())
	}
	return "through the role " + tenancy.Word(user.RoleName())
}
