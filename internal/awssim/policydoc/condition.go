package policydoc

import "strings"

// Condition is one line of a Condition element: an operator, a context key (lower case) and the values it may have.
type Condition struct {
	Operator, Key string
	Values        []string
}

func conditionsOf(element map[string]map[string]oneOrMany) []Condition {
	var list []Condition
	for _, operator := range sortedKeys(element) {
		for _, key := range sortedKeys(element[operator]) {
			list = append(list, Condition{operator, strings.ToLower(key), element[operator][key]})
		}
	}
	return list
}

// conditionsMet judges all conditions of a statement, and notes the keys that the context does not have.
func (s Statement) conditionsMet(context map[string][]string, missing map[string]bool) bool {
	met := true
	for _, c := range s.Conditions {
		if _, ok := context[c.Key]; !ok {
			missing[c.Key] = true
		}
		holds, known := c.holds(context)
		if !known {
			holds = s.Allow
		}
		met = met && holds
	}
	return met
}

// holds judges one condition; known is false for operators that are not judged here.
func (c Condition) holds(context map[string][]string) (holds, known bool) {
	operator, optional := strings.CutSuffix(c.Operator, "IfExists")
	quantifier := ""
	if q, rest, ok := strings.Cut(operator, ":"); ok {
		quantifier, operator = q, rest
	}
	values, present := context[c.Key]
	if operator == "Null" {
		return len(c.Values) == 1 && (c.Values[0] == "true") == !present, true
	}
	compare, negated, ok := comparison(operator)
	if !ok || c.hasVariable() {
		return false, false
	}
	if !present {
		return optional || negated || quantifier == "ForAllValues", true
	}
	return c.quantified(quantifier, negated, values, compare), true
}

// hasVariable says that a value holds a policy variable, whose value is not known here.
func (c Condition) hasVariable() bool {
	for _, v := range c.Values {
		if strings.Contains(v, "${") {
			return true
		}
	}
	return false
}

// quantified applies the comparison to every value of the key: without a quantifier there is one value; negated
// operators hold when none of the policy's values fits.
func (c Condition) quantified(quantifier string, negated bool, values []string, compare func(want, have string) bool) bool {
	fits := func(have string) bool {
		for _, want := range c.Values {
			if compare(want, have) {
				return !negated
			}
		}
		return negated
	}
	for _, have := range values {
		if fits(have) != (quantifier == "ForAllValues") {
			return quantifier != "ForAllValues"
		}
	}
	return quantifier == "ForAllValues"
}

// comparison returns how an operator compares, and whether it is a negated one.
func comparison(operator string) (compare func(want, have string) bool, negated, ok bool) {
	exact := func(want, have string) bool { return want == have }
	like := func(want, have string) bool { return Match(want, have, false) }
	switch operator {
	case "StringEquals":
		return exact, false, true
	case "StringNotEquals":
		return exact, true, true
	case "StringEqualsIgnoreCase", "Bool":
		return strings.EqualFold, false, true
	case "StringNotEqualsIgnoreCase":
		return strings.EqualFold, true, true
	case "StringLike", "ArnLike", "ArnEquals":
		return like, false, true
	case "StringNotLike", "ArnNotLike", "ArnNotEquals":
		return like, true, true
	}
	return nil, false, false
}
