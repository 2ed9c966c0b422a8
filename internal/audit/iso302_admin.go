package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO302", Severity: Critical,
	Name:      "an administrator lives in a tenant",
	Looks:     "Users of a tenant's namespace with the role ADMIN or ADMIN_PRO, be they raised by hand, registered by somebody else, or wanted so by the rules.",
	Why:       "The admin console knows no namespaces: only IAM permissions are enforced there (Quick user guide, Namespaces). An administrator of one tenant can come to the assets and the people of all.",
	Mend:      "Give them AUTHOR or less.",
	Everybody: true,
	Find: func(k *Known) (all []Finding) {
		for i := range k.Have.Tenants {
			t := &k.Have.Tenants[i]
			for j := range t.Registrations {
				if r := &t.Registrations[j]; r.Role.IsAdmin() {
					f := k.ofUser(t.Namespace.String(), r.User)
					f.Seen = fmt.Sprintf("%s is %s in %s", tenancy.Word(string(r.User)), r.Role, t.Namespace)
					f.Mend = k.mendAdmin(t, r)
					all = append(all, f)
				}
			}
		}
		return all
	},
})

// mendAdmin is what makes less of an administrator: the rules, where they want it, the next run, where they do not, and a
// person, where it is none of tenantry's.
func (k *Known) mendAdmin(t *tenancy.Tenant, r *tenancy.Registration) string {
	w := k.decided(t)
	if w == nil || r.User.RoleName() != w.SignIn.Name() {
		return k.deleteUser(t.Namespace.String(), r.User)
	}
	want := w.Registration(r.User)
	switch {
	case want == nil:
		return applying(t.Namespace, "removes-user")
	case want.Role.IsAdmin():
		return fmt.Sprintf("write role: AUTHOR, and no higher max_role, in the rule that places them, and then:\n%s", applying(t.Namespace, "lowers-role"))
	}
	return applying(t.Namespace, lowering(r.Role, want.Role))
}
