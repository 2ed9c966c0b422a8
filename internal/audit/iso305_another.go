package audit

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO305", Severity: Critical,
	Name:  "another person stands behind a registration",
	Looks: "Users of a tenant under its sign-in role that were made for somebody else than the person whose session has that name now, by their tag. Where there is no tag, another e-mail address is a hint, and no more than that.",
	Why:   "A name that was given to somebody else opens what the one before had: their assets, and their tenant.",
	Mend:  "Take the user out, and register the person of now anew. Nothing of the user goes to them.",
	Find: func(k *Known) (all []Finding) {
		k.each(func(t, w *tenancy.Tenant, r *tenancy.Registration) {
			if r.User.RoleName() != w.SignIn.Name() {
				return
			}
			want := w.Registration(r.User)
			now := k.named[r.User.SessionName()]
			if want != nil {
				now = cmp.Or(tagged(want), now)
			}
			f := k.ofUser(t.Namespace.String(), r.User)
			switch tag := tagged(r); {
			case now == "":
				return // nobody has the name: ISO304
			case tag != "" && tag != now && w.FormerUser(r.User) == nil:
				f.Seen = fmt.Sprintf("%s of %s was made for the person %s, and the name is that of the person %s now", tenancy.Word(string(r.User)), t.Namespace, tag, now)
				f.Mend = applying(t.Namespace, "reused-name")
			case tag == "" && want != nil && otherAddress(want.Email, r.Email):
				f.Severity = Medium
				f.Object += " e-mail address" // whoever accepts the hint has not accepted the proof
				f.Seen = fmt.Sprintf("%s of %s has another e-mail address than the person %s, whose name it is: it may have been made for somebody else", tenancy.Word(string(r.User)), t.Namespace, now)
				f.Mend = fmt.Sprintf("see whose user it is; where it is theirs:\ntenantry apply --namespace %s\notherwise %s", t.Namespace, k.deleteUser(t.Namespace.String(), r.User))
			default:
				return
			}
			all = append(all, f)
		})
		return all
	},
})

// otherAddress reports whether two e-mail addresses are both known and differ by more than case.
func otherAddress(want, have string) bool {
	return want != "" && have != "" && !strings.EqualFold(want, have)
}
