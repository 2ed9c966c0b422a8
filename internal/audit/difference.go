package audit

import "slices"

// Difference is what has become of findings from one report to the next.
type Difference struct {
	Came  []Finding // that were not there before, sorted
	Went  []Finding // that are there no more, or are accepted now, as they were, sorted
	Stays int
}

// Since compares the findings of two reports. A finding is the same as long as it is of the same code about the same object
// and the same namespaces; what is seen of it may be worded anew.
func Since(before, now []Finding) Difference {
	had, have := byName(before), byName(now)
	d := Difference{Came: []Finding{}, Went: []Finding{}}
	for _, f := range now {
		if had[f.name()] {
			d.Stays++
		} else {
			d.Came = append(d.Came, f)
		}
	}
	for _, f := range before {
		if !have[f.name()] {
			d.Went = append(d.Went, f)
		}
	}
	slices.SortFunc(d.Came, Finding.Compare)
	slices.SortFunc(d.Went, Finding.Compare)
	return d
}

// findingName is what a finding is known by from one report to the next.
type findingName struct {
	code                     Code
	object, namespace, other string
}

func (f *Finding) name() findingName { return findingName{f.Code, f.Object, f.Namespace, f.Other} }

func byName(all []Finding) map[findingName]bool {
	names := make(map[findingName]bool, len(all))
	for _, f := range all {
		names[f.name()] = true
	}
	return names
}
