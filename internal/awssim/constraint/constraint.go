// Package constraint judges input the way AWS's generated services do: against what the API models say about a
// member (required, length, range, pattern, enum), before the service looks at it.
//
// One Check is made for one request. Every breach is noted in the order in which it was found, and all of them
// are told in one message, because that is what AWS does and what people have learned to read:
//
//	2 validation errors detected: Value '' at 'memberId.userId' failed to satisfy constraint: Member must satisfy
//	regular expression pattern: […]; Value '' at 'memberId.userId' failed to satisfy constraint: Member must have
//	length greater than or equal to 1
//
// A value that the model marks as sensitive is never repeated. A missing optional member (a nil pointer) is
// never a breach. Patterns are written as in the model and must match the whole value, which is how the
// services behave even where the model's pattern has no anchors. Lengths count characters, not bytes.
package constraint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Text is what a model says about a string shape.
type Text struct {
	Min, Max  int      // characters; Max 0: no limit
	Enum      []string // the allowed values; empty: any
	Sensitive bool     // the value is not repeated in the message
	pattern   string
	compiled  *regexp.Regexp
}

// Pattern returns the rule with a pattern, given as the model writes it.
func (t Text) Pattern(pattern string) Text {
	t.pattern = pattern
	t.compiled = regexp.MustCompile(`^(?:` + javaEscape.ReplaceAllString(pattern, `\x{$1}`) + `)$`)
	return t
}

// javaEscape is how the models write a character by its number; Go writes it with braces.
var javaEscape = regexp.MustCompile(`\\u([0-9A-F]{4,6})`)

// Check collects the breaches of one request.
type Check struct {
	breaches []string
}

// Required notes a breach where value is nil, and else judges it.
func (c *Check) Required(at string, value *string, rule Text) {
	if value == nil {
		c.Missing(at)
		return
	}
	c.Text(at, value, rule)
}

// Missing notes that a required member was not given.
func (c *Check) Missing(at string) {
	c.breach("Value null at '%s' failed to satisfy constraint: Member must not be null", at)
}

// Text judges a string that may be missing.
func (c *Check) Text(at string, value *string, rule Text) {
	if value == nil {
		return
	}
	shown := "Value '" + *value + "'"
	if rule.Sensitive {
		shown = "Value"
	}
	if rule.compiled != nil && !rule.compiled.MatchString(*value) {
		c.breach("%s at '%s' failed to satisfy constraint: Member must satisfy regular expression pattern: %s",
			shown, at, rule.pattern)
	}
	c.size(shown, at, "length", utf8.RuneCountInString(*value), rule.Min, rule.Max)
	if len(rule.Enum) > 0 && !slices.Contains(rule.Enum, *value) {
		c.breach("%s at '%s' failed to satisfy constraint: Member must satisfy enum value set: [%s]",
			shown, at, strings.Join(rule.Enum, ", "))
	}
}

// List judges the length of a list or map.
func (c *Check) List(at string, length, least, most int) {
	c.size("Value", at, "length", length, least, most)
}

// Number judges an integer that may be missing.
func (c *Check) Number(at string, value *int, least, most int) {
	if value != nil {
		c.size(fmt.Sprintf("Value '%d'", *value), at, "value", *value, least, most)
	}
}

func (c *Check) size(shown, at, what string, n, least, most int) {
	if n < least {
		c.breach("%s at '%s' failed to satisfy constraint: Member must have %s greater than or equal to %d",
			shown, at, what, least)
	}
	if most > 0 && n > most {
		c.breach("%s at '%s' failed to satisfy constraint: Member must have %s less than or equal to %d",
			shown, at, what, most)
	}
}

func (c *Check) breach(format string, args ...any) {
	c.breaches = append(c.breaches, fmt.Sprintf(format, args...))
}

// OK says that nothing was found.
func (c *Check) OK() bool { return len(c.breaches) == 0 }

// Message is the text of the validation error, empty if nothing was found.
func (c *Check) Message() string {
	switch len(c.breaches) {
	case 0:
		return ""
	case 1:
		return "1 validation error detected: " + c.breaches[0]
	}
	return fmt.Sprintf("%d validation errors detected: %s", len(c.breaches), strings.Join(c.breaches, "; "))
}
