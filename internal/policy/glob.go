package policy

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A glob is a text with holes: of a policy's pattern, or of a request that stands for many.
type glob []element

// element is one letter, or a hole.
type element struct {
	kind elementKind
	r    rune   // of a letter
	name string // of a variable
}

type elementKind byte

const (
	letter   elementKind = iota
	one                  // ?
	many                 // *
	variable             // ${name}: some text that is not known, the same wherever the name is
)

// reading says what in a text is not to be taken letter by letter.
type reading struct {
	wildcards bool
	variables bool
	fold      bool // case does not matter
	// values has the values of variables that are known, by their names in lower case.
	values map[string][]string
}

// read makes a glob of a text (IAM user guide, "IAM policy elements: Variables and tags").
func (r reading) read(text string) glob {
	if r.fold {
		text = strings.ToLower(text)
	}
	var g glob
	for len(text) > 0 {
		if r.variables && strings.HasPrefix(text, "${") {
			if end := strings.IndexByte(text, '}'); end > 0 {
				g = append(g, r.resolve(text[2:end])...)
				text = text[end+1:]
				continue
			}
		}
		c, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		g = append(g, r.element(c))
	}
	return g
}

func (r reading) element(c rune) element {
	switch {
	case r.wildcards && c == '*':
		return element{kind: many}
	case r.wildcards && c == '?':
		return element{kind: one}
	}
	return element{r: c}
}

// resolve is what stands for a variable: its value where that is known, else the variable itself.
func (r reading) resolve(inside string) glob {
	switch inside {
	case "*", "?", "$": // how these are written as letters
		return literally(inside)
	}
	name, otherwise, hasDefault := strings.Cut(inside, ",")
	name = strings.ToLower(strings.TrimSpace(name))
	values, known := r.values[name]
	switch {
	case known && len(values) == 1:
		return r.value(values[0])
	case known && len(values) == 0 && hasDefault:
		return literally(strings.Trim(strings.TrimSpace(otherwise), "'"))
	}
	return glob{{kind: variable, name: name}}
}

// value reads a value of a request's context, in which variables stand for what is not known.
func (r reading) value(text string) glob {
	return reading{variables: true, fold: r.fold}.read(text)
}

func literally(text string) glob { return reading{}.read(text) }

// holes reports whether a glob stands for more than one text.
func (g glob) holes() bool { return g.has(one) || g.has(many) }

// fits answers whether what g stands for is among what the pattern stands for: Yes where all of it is, No where nothing of it
// is.
func (g glob) fits(pattern glob) Answer {
	switch {
	case pattern.startsOtherwise(g):
		return No
	case pattern.covers(g):
		return Yes
	case (g.unsure() || pattern.has(variable)) && overlap(pattern, g):
		return Maybe
	}
	return No
}

// startsOtherwise reports whether two globs differ in the letters before their first holes, as most do.
func (g glob) startsOtherwise(h glob) bool {
	for i := range min(len(g), len(h)) {
		if g[i].kind != letter || h[i].kind != letter {
			return false
		}
		if g[i].r != h[i].r {
			return true
		}
	}
	return false
}

// unsure reports whether a glob is more than one text that is known, so that some of it may fit a pattern, and some not.
func (g glob) unsure() bool { return g.has(variable) || g.holes() }

func (g glob) has(kind elementKind) bool {
	return slices.ContainsFunc(g, func(e element) bool { return e.kind == kind })
}

// covers reports whether a pattern fits everything that g stands for. The holes of g are taken as letters of their own, which
// only a hole as wide can take.
func (pattern glob) covers(g glob) bool {
	return pattern.walk(g, func(p, e element) bool {
		switch p.kind {
		case one:
			return e.kind == letter || e.kind == one
		case many:
			return true
		}
		return p == e
	}, func(element) bool { return false })
}

// overlap reports whether two globs have a text in common.
func overlap(a, b glob) bool {
	return !a.startsOtherwise(b) && a.walk(b, func(p, e element) bool {
		return p.kind != letter || e.kind != letter || p.r == e.r
	}, element.wide)
}

// wide reports whether an element can stand for any text.
func (e element) wide() bool { return e.kind == many || e.kind == variable }

// walk goes through two globs side by side. same says whether two elements can stand for the same letter; wide says which of
// g's elements can stand for no letter, or for several.
func (pattern glob) walk(g glob, same func(p, e element) bool, wide func(element) bool) bool {
	// row[i] says whether the pattern so far can have come to g[:i].
	row, next := make([]bool, len(g)+1), make([]bool, len(g)+1)
	row[0] = true
	for i := 0; i < len(g) && wide(g[i]); i++ {
		row[i+1] = true
	}
	for _, p := range pattern {
		clear(next)
		stretches := p.kind == many || p.kind == variable && wide(element{kind: many})
		next[0] = row[0] && stretches
		for i, e := range g {
			switch {
			case stretches:
				next[i+1] = next[i] || row[i+1]
			case row[i] && same(p, e):
				next[i+1] = true
			}
			if wide(e) {
				// e stands for no letter, or takes this one and goes on
				next[i+1] = next[i+1] || next[i] || row[i+1]
			}
		}
		row, next = next, row
	}
	return row[len(g)]
}
