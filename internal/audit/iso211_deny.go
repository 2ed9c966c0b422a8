package audit

var _ = register(Check{
	Code: "ISO211", Severity: High,
	Name:  "rules deny instead of granting",
	Looks: "Every data set of the house that several tenants see whose row-level security has the policy DENY_ACCESS.",
	Why:   "Whoever is forgotten in the rules, such as every new customer, sees all rows; AWS keeps the policy for old data sets only (API model: RowLevelPermissionPolicy).",
	Mend:  "Write the rules so that they grant, with GRANT_ACCESS.",
	Find: func(k *Known) []Finding {
		return k.ofShown("ISO211", func(s shown) Finding {
			f := k.ofData(s)
			f.Seen = named(s.Inspected) + " is seen by " + sides(s.Anyhow) + ", and its rules deny rows instead of granting them"
			f.Mend = k.divide(s.Inspected, s.Rows.Rules)
			return f
		})
	},
})
