package audit

var _ = register(Check{
	Code: "ISO203", Severity: Critical,
	Name:  "row-level security is there and switched off",
	Looks: "Every data set of the house that several tenants see through one asset, with row-level security whose status is disabled.",
	Why:   "It reads as if the rows were divided, and each of them sees all (API model: RowLevelPermissionDataSet, Status).",
	Mend:  "Switch it on.",
	Find: func(k *Known) []Finding {
		return k.ofShown("ISO203", func(s shown) Finding {
			f := k.ofData(s)
			f.Seen += ", and its row-level security is switched off"
			f.Mend = k.divide(s.Inspected, s.Rows.Rules)
			return f
		})
	},
})
