package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO306", Severity: High,
	Name:  "somebody who left a tenant is still registered there",
	Looks: "Users of a tenant under its sign-in role whom the rules do not want there any more, since the person is in none of its groups, or is disabled and the time for which they were to be suspended is over.",
	Why:   "They still come to everything of the tenant, as long as they may sign in. Who is in another tenant by now comes to both.",
	Mend:  "Take the user out; what it owns alone goes to the tenant's custodians.",
	Find: func(k *Known) (all []Finding) {
		k.each(func(t, w *tenancy.Tenant, r *tenancy.Registration) {
			if !leftOver(w, r) || r.Role.IsAdmin() || k.reused(r) {
				return
			}
			p := k.behind(r)
			if p == nil || wants(w, p.ID) || k.waits(p.ID, t.Namespace) {
				return
			}
			f := k.ofUser(t.Namespace.String(), r.User)
			why := "is in none of its groups"
			elsewhere := k.placed(p.ID, t.Namespace)
			switch {
			case p.Disabled:
				f.Severity, why = Medium, "is disabled"
			case !elsewhere.IsZero():
				f.Severity, f.Other, why = Critical, elsewhere.String(), "belongs to "+elsewhere.String()
			}
			f.Seen = fmt.Sprintf("%s is registered in %s as %s, and the person %s %s", tenancy.Word(string(r.User)), t.Namespace, r.Role, p.ID, why)
			f.Mend = applying(t.Namespace, "removes-user")
			all = append(all, f)
		})
		return all
	},
})

// wants reports whether somebody is wanted in a tenant, as another user for all that.
func wants(w *tenancy.Tenant, id tenancy.PersonID) bool {
	for i := range w.Registrations {
		if w.Registrations[i].Person == id {
			return true
		}
	}
	return false
}
