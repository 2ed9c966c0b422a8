package audit

import "github.com/tenantry/tenantry/internal/tenancy"

var _ = register(Check{
	Code: "ISO212", Severity: High,
	Name:  "the data set with the rules is not there",
	Looks: "Every data set of the house that several tenants see whose row-level security names a data set that is not there, or is none of this account.",
	Why:   "What QuickSight shows then is not documented, and whoever makes a data set of that id writes the rules.",
	Mend:  "Give the data set rules that are there.",
	Find: func(k *Known) []Finding {
		return k.ofShown("ISO212", func(s shown) Finding {
			f := k.ofData(s)
			f.Seen = named(s.Inspected) + " is seen by " + sides(s.Anyhow) + ", and its rules should be in " + tenancy.Word(s.Rows.Rules) + ", which is not there"
			f.Mend = k.divide(s.Inspected, k.anyRules(s.Region))
			return f
		})
	},
})
