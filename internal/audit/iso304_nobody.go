package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO304", Severity: High,
	Name:  "nobody stands behind a registration",
	Looks: "Users of a tenant under its sign-in role whom the rules do not want, and behind whom nobody of the directory stands: no tag names anybody who is there, and nobody's session has that name.",
	Why:   "Whoever is given that name later, or may choose the name of a session in the role, comes into the tenant.",
	Mend:  "Take the user out; what it owns alone goes to the tenant's custodians.",
	Find: func(k *Known) (all []Finding) {
		k.each(func(t, w *tenancy.Tenant, r *tenancy.Registration) {
			if !leftOver(w, r) || r.Role.IsAdmin() || k.behind(r) != nil || k.reused(r) {
				return
			}
			f := k.ofUser(t.Namespace.String(), r.User)
			f.Seen = fmt.Sprintf("%s is registered in %s as %s, and the directory has nobody of that name", tenancy.Word(string(r.User)), t.Namespace, r.Role)
			if id := tagged(r); id != "" {
				f.Seen = fmt.Sprintf("%s is registered in %s as %s for the person %s, who is not in the directory any more", tenancy.Word(string(r.User)), t.Namespace, r.Role, id)
			}
			f.Mend = applying(t.Namespace, "removes-user")
			all = append(all, f)
		})
		return all
	},
})

// reused reports whether a registration's tag names somebody else than the one who has the name of its session now.
func (k *Known) reused(r *tenancy.Registration) bool {
	now, tag := k.named[r.User.SessionName()], tagged(r)
	return now != "" && tag != "" && now != tag
}
