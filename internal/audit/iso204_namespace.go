package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO204", Severity: High,
	Name: "rules name people by names of the wrong namespace",
	Looks: "Every data set of the house that tenants see whose row-level security has user names and group names (VERSION_1), " +
		"and looks them up in one namespace though people of several see it, in another one than the only tenant's that sees it, or in none that is said; and every one with ARNs (VERSION_2) and a namespace, which must not be.",
	Why: "One name is different people in two namespaces, and only those of the one that is said can be meant (API model: RowLevelPermissionDataSet, Namespace). " +
		"What AWS does about people of another namespace with the same name is not documented.",
	Mend: "Write the rules with UserARN and GroupARN, as VERSION_2 without a namespace.",
	Find: func(k *Known) []Finding {
		return k.ofShown("ISO204", func(s shown) Finding {
			f := k.ofData(s)
			f.Seen = fmt.Sprintf("%s is seen by %s, and its rules %s", named(s.Inspected), sides(s.Anyhow), lookUp(s.Rows))
			f.Mend = k.divide(s.Inspected, s.Rows.Rules)
			return f
		})
	},
})

// lookUp says where the names of rules are looked up.
func lookUp(r tenancy.Rows) string {
	switch {
	case r.Version == 2:
		return "have ARNs and the namespace " + tenancy.Word(r.Namespace) + " as well"
	case r.Namespace == "":
		return "have names, and do not say of which namespace"
	}
	return "have names that are looked up in " + tenancy.Word(r.Namespace)
}
