package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO315", Severity: Medium,
	Name:  "a tenant's namespace is not there as it should be",
	Looks: "Tenants' namespaces that failed, or are being deleted, or of whose state nothing is known, with people in them or expected there. One that is just being made is none.",
	Why:   "Nobody can be placed there. Whoever signs in all the same is registered in default, where the role still allows it.",
	Mend:  "Mend what AWS names, delete the namespace that failed, and apply again.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Have.Tenants {
			t := &k.Have.Tenants[i]
			people := len(t.Registrations)
			if w := k.Want.Tenant(t.Namespace); w != nil {
				people = max(people, len(w.Registrations))
			}
			if t.Status == tenancy.Created || t.Status == tenancy.Creating || people == 0 {
				continue
			}
			f := Finding{
				Object: "namespace " + t.Namespace.String(), Namespace: t.Namespace.String(),
				Seen: fmt.Sprintf("the namespace %s is %s, and %d people belong there", t.Namespace, tenancy.Word(string(t.Status)), people),
				Mend: fmt.Sprintf("see what AWS says, and then apply:\n%s\ntenantry apply --namespace %s", k.quicksight("describe-namespace", t.Namespace.String(), ""), t.Namespace),
			}
			if t.Error != "" {
				f.Seen += "; AWS says: " + tenancy.Word(t.Error)
			}
			all = append(all, f)
		}
		return all
	},
})
