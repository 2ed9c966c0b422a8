package audit

import "slices"

// Narrow is the report about some tenants' namespaces: the findings that concern them, on either side, or the whole
// account, and the assets and the part of the matrix in which they are. What was read, and what is not proven, stays as
// it is. None is the whole report.
func (r Report) Narrow(namespaces []string) Report {
	if len(namespaces) == 0 {
		return r
	}
	r.Only = slices.Compact(slices.Sorted(slices.Values(namespaces)))
	only := func(n string) bool { return slices.Contains(r.Only, n) }
	about := func(f Finding) bool {
		return f.forAll() || only(f.Namespace) || only(f.Other) || slices.ContainsFunc(f.among, only)
	}
	r.Tenants = kept(r.Tenants, only)
	r.Findings = kept(r.Findings, about)
	r.Accepted = kept(r.Accepted, func(a AcceptedFinding) bool { return about(a.Finding) })
	r.Assets = kept(r.Assets, func(a AssetReport) bool {
		return slices.ContainsFunc(a.Belongs.Tenants, only) || slices.ContainsFunc(a.Sees, func(p Party) bool { return only(p.Namespace) })
	})
	r.Matrix = r.Matrix.narrow(only)
	return r
}

// forAll reports whether a finding is about the isolation of every tenant.
func (f Finding) forAll() bool {
	c := CheckOf(f.Code)
	return f.Namespace == "" || c != nil && c.Everybody
}

// kept are those of a list that fit, in a list of their own.
func kept[T any](all []T, fits func(T) bool) []T {
	var rest []T
	for _, one := range all {
		if fits(one) {
			rest = append(rest, one)
		}
	}
	return rest
}

// narrow is the part of the matrix in which some tenants are, on either side.
func (m *Matrix) narrow(only func(namespace string) bool) Matrix {
	ours := func(side int) bool { return m.Sides[side].Kind == OfTenant && only(m.Sides[side].Namespace) }
	present := make([]bool, len(m.Sides))
	for i := range m.Sides {
		present[i] = ours(i)
	}
	cells := kept(m.Cells, func(c Cell) bool { return ours(c.From) || ours(c.To) })
	for _, c := range cells {
		present[c.From], present[c.To] = true, true
	}
	var narrow Matrix
	place := make([]int, len(m.Sides))
	for i, is := range present {
		if is {
			place[i] = len(narrow.Sides)
			narrow.Sides = append(narrow.Sides, m.Sides[i])
		}
	}
	for _, c := range cells { // their order stays, since that of the sides does
		c.From, c.To = place[c.From], place[c.To]
		narrow.Cells = append(narrow.Cells, c)
	}
	return narrow
}
