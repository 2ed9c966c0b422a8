package policy

import "slices"

// filler is what stands in a sample where anything could: nobody names something so.
const filler = "Tenantry0"

// samples are texts that two globs have in common, and that little else is like; none where they have none. A variable that is
// not known stands in them as itself.
func samples(a, b glob) []glob {
	if a.startsOtherwise(b) {
		return nil
	}
	var all []glob
	for _, pair := range [][2]glob{{a, b.filled()}, {a.filled(), b}, {a, b}} {
		if text, ok := common(pair[0], pair[1]); ok && !slices.ContainsFunc(all, func(g glob) bool { return slices.Equal(g, text) }) {
			all = append(all, text)
		}
	}
	return all
}

// arnSamples are samples of ARNs, in which no wildcard reaches beyond its part where both have all parts.
func arnSamples(a, b glob) []glob {
	as, bs := a.parts(), b.parts()
	if len(as) != arnParts || len(bs) != arnParts {
		return samples(a, b)
	}
	all := make([]glob, 3)
	for i := range as {
		each := samples(as[i], bs[i])
		if len(each) == 0 {
			return nil
		}
		for n := range all {
			if i > 0 {
				all[n] = append(all[n], element{r: ':'})
			}
			all[n] = append(all[n], each[min(n, len(each)-1)]...)
		}
	}
	return all
}

// filled has the filler in every hole that takes it.
func (g glob) filled() glob {
	var out glob
	for _, e := range g {
		switch e.kind {
		case many:
			out = append(out, literally(filler)...)
		default:
			out = append(out, e.single())
		}
	}
	return out
}

// common finds a text that two globs have in common.
func common(a, b glob) (glob, bool) {
	can := commonEnds(a, b)
	if !can[0][0] {
		return nil, false
	}
	var out glob
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && alike(a[i], b[j]) && can[i+1][j+1]:
			out = append(out, narrower(a[i], b[j]).single())
			i, j = i+1, j+1
		case i < len(a) && a[i].kind == many && can[i+1][j]:
			i++
		case j < len(b) && b[j].kind == many && can[i][j+1]:
			j++
		case i < len(a) && a[i].kind == many:
			out = append(out, b[j].single())
			j++
		default:
			out = append(out, a[i].single())
			i++
		}
	}
	return out, true
}

// commonEnds says of all i and j whether a[i:] and b[j:] have a text in common.
func commonEnds(a, b glob) [][]bool {
	can := make([][]bool, len(a)+1)
	for i := range can {
		can[i] = make([]bool, len(b)+1)
	}
	for i := len(a); i >= 0; i-- {
		for j := len(b); j >= 0; j-- {
			can[i][j] = i == len(a) && j == len(b) ||
				i < len(a) && a[i].kind == many && (can[i+1][j] || j < len(b) && can[i][j+1]) ||
				j < len(b) && b[j].kind == many && (can[i][j+1] || i < len(a) && can[i+1][j]) ||
				i < len(a) && j < len(b) && alike(a[i], b[j]) && can[i+1][j+1]
		}
	}
	return can
}

// alike reports whether two elements other than * can be the same.
func alike(a, b element) bool {
	switch {
	case a.kind == many || b.kind == many:
		return false
	case a.kind == one:
		return b.kind != variable
	case b.kind == one:
		return a.kind != variable
	}
	return a == b
}

func narrower(a, b element) element {
	if a.kind == one {
		return b
	}
	return a
}

// single is one thing that an element other than * stands for.
func (e element) single() element {
	if e.kind == one {
		return element{r: '0'}
	}
	return e
}
