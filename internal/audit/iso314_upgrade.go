package audit

import "fmt"

var _ = register(Check{
	Code: "ISO314", Severity: High,
	Name:  "a tenant's people may make themselves more than they are",
	Looks: "Tenants' namespaces in which self-upgrade is approved by itself (AUTO_APPROVAL).",
	Why:   "A reader becomes an author without anybody's word, and an author makes ways to data of their own.",
	Mend:  "Let an administrator approve upgrades.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Have.Tenants {
			n := k.Have.Tenants[i].Namespace.String()
			if s := k.space(n); s != nil && s.SelfUpgrade {
				all = append(all, Finding{
					Object: "namespace " + n, Namespace: n,
					Seen: fmt.Sprintf("whoever lives in %s may make themselves more than they are, and nobody has to approve it", n),
					Mend: k.quicksight("update-self-upgrade-configuration", n, "--self-upgrade-status ADMIN_APPROVAL"),
				})
			}
		}
		return all
	},
})
