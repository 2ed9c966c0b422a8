package policy

import "strings"

// holds answers whether a condition holds (IAM user guide, "IAM JSON policy elements: Condition operators", and "Set operators
// for multivalued context keys"). A key that is not in the context may be there or not, with any value; one that is in it
// without values is not there. An operator that is not known is not decided.
func (c Condition) holds(context map[string][]string, variables bool) Answer {
	values, known := context[c.Key]
	name, set := c.Operator, ""
	if before, after, ok := strings.Cut(name, ":"); ok {
		set, name = before, after
	}
	name, ifExists := strings.CutSuffix(name, "IfExists")
	op, understood := operatorOf(name)
	switch {
	case !known || !understood:
		return Maybe
	case name == "Null":
		return c.absent(len(values) == 0)
	case len(values) == 0:
		return whereAbsent(op, set, ifExists)
	}
	return c.compare(op, set, values, reading{variables: variables, values: context})
}

// Lets answers whether all conditions of a statement hold, which context is that of May: it says nothing of whom, what and on what
// the statement is about.
func (s *Statement) Lets(context map[string][]string) Answer {
	holds := Yes
	for _, c := range s.Conditions {
		holds = min(holds, c.holds(context, true))
	}
	return holds
}

// absent judges the operator Null.
func (c Condition) absent(isAbsent bool) Answer {
	if len(c.Values) != 1 {
		return Maybe
	}
	switch strings.ToLower(c.Values[0]) {
	case "true":
		return yesIf(isAbsent)
	case "false":
		return yesIf(!isAbsent)
	}
	return Maybe
}

// whereAbsent is the answer where the key is not there: the values do not fit, and what must not fit is as it should be.
func whereAbsent(op operator, set string, ifExists bool) Answer {
	switch {
	case ifExists, set == "ForAllValues":
		return Yes
	case set == "ForAnyValue" && op.negated:
		return Maybe // of a set with nothing in it, AWS says the one, and of a negated operator the other
	}
	return yesIf(op.negated)
}

// compare compares the values of the request with those of the policy. Of the policy's, one must fit; of a negated operator's,
// none.
func (c Condition) compare(op operator, set string, values []string, r reading) Answer {
	all, some := Yes, No
	for _, v := range values {
		fits := best(c.Values, func(p string) Answer { return op.fits(v, p, r) })
		if op.negated {
			fits = fits.not()
		}
		all, some = min(all, fits), max(some, fits)
	}
	switch {
	case set == "ForAllValues":
		return all
	case set == "ForAnyValue":
		return some
	case set != "" || all != some:
		return Maybe // several values, where AWS has one
	}
	return all
}

func yesIf(holds bool) Answer {
	if holds {
		return Yes
	}
	return No
}
