package audit

import (
	"fmt"
)

var _ = register(Check{
	Code: "ISO209", Severity: Critical,
	Name: "a rule gives a tenant all rows",
	Looks: "Every row of rules that were given (--rls-rules), for a tenant's user or group on data of the house that several see, without any value, " +
		"or without a value in any of the columns by which the file tells tenants apart: those in which tenants have values, and no two the same.",
	Why:  "No value means all values (Quick user guide, Using row-level security with user-based rules): the tenant sees everybody's rows.",
	Mend: "Give the rule the tenant's value, and refresh the data set that holds the rules.",
	Find: func(k *Known) (all []Finding) {
		several := map[string]bool{}
		for _, s := range k.data {
			several[s.AssetRef.String()] = len(s.Anyhow) > 1
		}
		for _, r := range k.ruleds() {
			if !several[r.data.AssetRef.String()] {
				continue
			}
			for i, is := range k.allRows(r) {
				if is {
					all = append(all, k.seesAll(r, r.Rows[i]))
				}
			}
		}
		return all
	},
})

// seesAll is the finding about a row that gives all rows of the data.
func (k *Known) seesAll(r ruled, row []string) Finding {
	p := k.principalsOf(r, row)[0]
	f := k.ofRule(r, p)
	f.Namespace = k.tenantsOf(r, row)[0]
	f.Seen = fmt.Sprintf("the rules in %s give %s of %s all rows of %s", k.asset(r.rules), ruleName(p.said), f.Namespace, named(r.data))
	f.Mend = k.refresh(r.rules, "write the value of "+f.Namespace+" into the row for "+ruleName(p.said))
	return f
}
