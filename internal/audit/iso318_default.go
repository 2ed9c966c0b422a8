package audit

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO318", Severity: Medium,
	Name:  "just-in-time provisioning registers people elsewhere than in default",
	Looks: "The account's default namespace, where it is another than default. It is worse where it is a tenant's.",
	Why:   "Whoever signs in for the first time through a role that allows it is registered there, whoever they are.",
	Mend:  "Set the account's default namespace to default again, and shut the door with tenantry door.",
	Find: func(k *Known) []Finding {
		if k.Settings == nil || k.Settings.DefaultNamespace == "" || strings.EqualFold(k.Settings.DefaultNamespace, tenancy.DefaultNamespace) {
			return nil
		}
		n := k.Settings.DefaultNamespace
		f := Finding{
			Object: "account",
			Seen:   fmt.Sprintf("the account's default namespace is %s: whoever signs in for the first time lands there", tenancy.Word(n)),
			Mend:   fmt.Sprintf("aws quicksight update-account-settings --aws-account-id %s --region %s --default-namespace default", k.Account, k.Region),
		}
		if k.Tenant(n) != nil {
			f.Severity, f.Namespace = Critical, n
		}
		return []Finding{f}
	},
})
