package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO316", Severity: High,
	Name:  "somebody of a tenant may do more than the rules want",
	Looks: "Users of a tenant with a higher role than the rules want, and than they leave alone (max_role), and those with a role that this version does not know. Administrators are ISO302's.",
	Why:   "An author makes ways to data, and shares what they own with other tenants. Somebody raised them by hand, and the directory does not say so.",
	Mend:  "Lower the role, or raise max_role in the rule where it is meant.",
	Find: func(k *Known) (all []Finding) {
		k.each(func(t, w *tenancy.Tenant, r *tenancy.Registration) {
			want := w.Registration(r.User)
			if want == nil || r.Role.IsAdmin() || r.User.RoleName() != w.SignIn.Name() {
				return
			}
			f := k.ofUser(t.Namespace.String(), r.User)
			f.Object += " as " + string(r.Role)
			switch {
			case !r.Role.Known():
				f.Severity = Medium
				f.Seen = fmt.Sprintf("%s of %s has the role %s, and nobody here knows what that may do", tenancy.Word(string(r.User)), t.Namespace, tenancy.Word(string(r.Role)))
				f.Mend = "give the user one of READER, AUTHOR or their PRO kinds (aws quicksight update-user), or update tenantry"
			case want.Role.Below(r.Role):
				f.Seen = fmt.Sprintf("%s of %s is %s, and the rules want %s", tenancy.Word(string(r.User)), t.Namespace, r.Role, want.Role)
				f.Mend = applying(t.Namespace, lowering(r.Role, want.Role))
			default:
				return
			}
			all = append(all, f)
		})
		return all
	},
})
