package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO319", Severity: Medium,
	Name:  "a namespace that is neither a tenant's nor the house's",
	Looks: "Namespaces without tenantry's mark, besides default and those of house.namespaces.",
	Why:   "Its people are principals like all others, to whom assets can be granted, and nobody says who they are.",
	Mend:  "Adopt it, where it is a customer's; name it in house.namespaces, where it is the house's; otherwise delete it.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Have.Foreign {
			n := &k.Have.Foreign[i]
			ofHouse := slices.ContainsFunc(k.House.Namespaces, func(h string) bool { return strings.EqualFold(h, n.Name) })
			if ofHouse || strings.EqualFold(n.Name, tenancy.DefaultNamespace) || n.Status == tenancy.Deleting {
				continue
			}
			all = append(all, Finding{
				Object: "namespace " + n.Name,
				Seen:   fmt.Sprintf("%s is neither a tenant's namespace nor the house's, and %d people live there", tenancy.Word(n.Name), len(n.Users)),
				Mend: fmt.Sprintf("where it is the house's, add it to house.namespaces; where a rule is for it:\ntenantry apply --adopt %s\notherwise, after a look at who is in it:\n%s",
					tenancy.ShellQuote(n.Name), k.quicksight("delete-namespace", n.Name, "")),
			})
		}
		return all
	},
})
