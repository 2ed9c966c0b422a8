package rules

import (
	"errors"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

const placeholder = "{namespace}"

// Pattern matches the whole display name of a group: literal text around one {namespace}, which
// stands for [a-zA-Z0-9._-]+. It is not a regular expression. The zero Pattern matches nothing.
type Pattern struct {
	before, after string
	parsed        bool // what tells {namespace} alone from no pattern at all
}

// ParsePattern makes a Pattern of a text, or says why it cannot.
func ParsePattern(text string) (Pattern, error) {
	before, after, found := strings.Cut(text, placeholder)
	switch {
	case text == "":
		return Pattern{}, errors.New("the pattern is empty")
	case !found:
		return Pattern{}, errors.New("the pattern has no {namespace}, so nothing says whose the group is")
	case strings.Contains(after, placeholder):
		return Pattern{}, errors.New("the pattern has {namespace} more than once")
	case strings.ContainsAny(before+after, "{}"):
		return Pattern{}, errors.New("the pattern holds a placeholder other than {namespace}")
	}
	for _, sign := range []string{".*", ".+", "(?", "\\", "|"} {
		if strings.Contains(before+after, sign) || strings.HasPrefix(before, "^") || strings.HasSuffix(after, "$") {
			return Pattern{}, errors.New("the pattern looks like a regular expression; it is plain text with one {namespace}, over the whole name")
		}
	}
	return Pattern{before, after, true}, nil
}

// Bare reports whether the pattern is {namespace} alone, which every group of the directory fits
// whose name could be a namespace.
func (p Pattern) Bare() bool { return p.parsed && p.before == "" && p.after == "" }

// IsZero reports whether p is no pattern.
func (p Pattern) IsZero() bool { return !p.parsed }

// Capture answers the text in the place of {namespace} when the rest of the name fits, and whether
// it does. fits says that the captured text is [a-zA-Z0-9._-]+, as the pattern demands: otherwise
// the name only looks like one that the pattern is for.
func (p Pattern) Capture(name string) (text string, looks, fits bool) {
	rest, ok := strings.CutPrefix(name, p.before)
	if !ok || p.IsZero() {
		return "", false, false
	}
	text, ok = strings.CutSuffix(rest, p.after)
	if !ok || text == "" {
		return "", false, false
	}
	for i := range len(text) {
		if !tenancy.IsNamespaceByte(text[i]) {
			return text, true, false
		}
	}
	return text, true, true
}

// String is the pattern as it was written, "" for the zero Pattern.
func (p Pattern) String() string {
	if p.IsZero() {
		return ""
	}
	return p.before + placeholder + p.after
}

func fill(template string, n tenancy.Namespace) string {
	return strings.ReplaceAll(template, placeholder, n.String())
}
