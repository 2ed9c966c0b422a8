package rules

import (
	"regexp"
	"strings"
	"testing"
)

// FuzzPattern: a pattern that is taken is written as it was; and what it captures is the one text
// that makes the name, put in the place of {namespace} (S12: distinct texts have distinct names).
func FuzzPattern(f *testing.F) {
	for _, pattern := range []string{"qs:{namespace}", "{namespace}", "a{namespace}a", "qs-{namespace}-authors", "", "{", "{namespace}{namespace}", "^qs{namespace}$", "qs.*{namespace}", "é{namespace}\xff"} {
		for _, name := range []string{"qs:acme", "aaa", "aa", "qs-acme-authors-authors", "", "qs:", "qs:ac me", "é\xff"} {
			f.Add(pattern, name)
		}
	}
	class := regexp.MustCompile(`\A[a-zA-Z0-9._-]+\z`)
	f.Fuzz(func(t *testing.T, pattern, name string) {
		p, err := ParsePattern(pattern)
		if err != nil {
			if !p.IsZero() {
				t.Errorf("%q is refused, and is %q all the same", pattern, p)
			}
			return
		}
		if p.String() != pattern || p.IsZero() || p.Bare() != (pattern == placeholder) {
			t.Errorf("%q is written as %q", pattern, p)
		}
		text, looks, fits := p.Capture(name)
		before, after, _ := strings.Cut(pattern, placeholder)
		switch {
		case fits && !looks, !looks && text != "":
			t.Errorf("%q in %q: %q, looks %v, fits %v", pattern, name, text, looks, fits)
		case looks && (text == "" || before+text+after != name):
			t.Errorf("%q reads %q in %q", pattern, text, name)
		case looks && fits != class.MatchString(text):
			t.Errorf("%q reads %q in %q, which fits: %v", pattern, text, name, fits)
		}
		if class.MatchString(name) {
			if text, _, fits := p.Capture(before + name + after); !fits || text != name {
				t.Errorf("%q does not read %q back: %q", pattern, name, text)
			}
		}
	})
}
