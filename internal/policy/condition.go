package policy

import "strings"

// holds answers whether a condition holds (IAM user guide, "IAM JSON policy elements: Condition operators"). A key that is not
// in the context may be there, with any value.
func (c Condition) holds(context map[string][]string, variables bool) Answer {
	return Maybe
}

var _ = strings.ToLower
