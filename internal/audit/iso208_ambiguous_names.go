package audit

import "fmt"

var _ = register(Check{
	Code: "ISO208", Severity: Critical,
	Name: "a name in the rules is several people's",
	Looks: "Every data set of the house with rules by names (VERSION_1), of which the rows were given (--rls-rules), where a user or a group of a name in them is there in more than one of the namespaces that see it or in which the names are looked up. " +
		"Where no such name is known it is ISO204.",
	Why:  "The rule says one name, and people of several customers have it.",
	Mend: "Write the rules with UserARN and GroupARN, as VERSION_2 without a namespace.",
	Find: func(k *Known) []Finding {
		return k.ofShown("ISO208", func(s shown) Finding {
			f := k.ofData(s)
			names := k.ambiguous(s)
			f.Seen = fmt.Sprintf("%s is seen by %s, and its rules name %s, which several of them have", named(s.Inspected), sides(s.Anyhow), ruleName(names[0]))
			if len(names) > 1 {
				f.Seen = fmt.Sprintf("%s is seen by %s, and its rules have %d names, such as %s, which several of them have", named(s.Inspected), sides(s.Anyhow), len(names), ruleName(names[0]))
			}
			f.Mend = k.divide(s.Inspected, s.Rows.Rules)
			return f
		})
	},
})
