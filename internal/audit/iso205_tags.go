package audit

var _ = register(Check{
	Code: "ISO205", Severity: Critical,
	Name:  "rules by tags stand for registered people",
	Looks: "Every data set of the house that several tenants see through one asset, with rules by session tags and none by users or groups.",
	Why:   "Rules by tags are for anonymous embedding: the tags come with the embedding call, and those who sign in have none (API model: RowLevelPermissionTagConfiguration).",
	Mend:  "Give the data set rules that name users or groups, besides the tags.",
	Find: func(k *Known) []Finding {
		return k.ofShown("ISO205", func(s shown) Finding {
			f := k.ofData(s)
			f.Seen += ", and only rules by tags divide it"
			f.Mend = k.divide(s.Inspected, k.anyRules(s.Region))
			return f
		})
	},
})
