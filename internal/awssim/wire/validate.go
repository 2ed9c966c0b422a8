package wire

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Validation collects breaches of an API model's constraints.
//
//	var v wire.Validation
//	v.Required("UserRole", in.UserRole)
//	v.Length("SessionName", in.SessionName, 2, 64)
//	if msg := v.Message(); msg != "" {
//		return wire.Errorf(400, "InvalidParameterValueException", "%s", msg)
//	}
//
// Every check but Required passes over an empty string: an absent member breaks
// nothing else.
type Validation struct {
	breaches []string
}

// Required says that member must be there.
func (v *Validation) Required(member, value string) {
	v.RequiredIf(member, value != "")
}

// RequiredIf says that member, which is not a string, must be there.
func (v *Validation) RequiredIf(member string, present bool) {
	if !present {
		v.breaches = append(v.breaches, fmt.Sprintf("Value null at '%s' failed to satisfy constraint: Member must not be null", lowerFirst(member)))
	}
}

// Length checks the number of characters; max 0 is no maximum.
func (v *Validation) Length(member, value string, min, max int) {
	if value == "" {
		return
	}
	n := utf8.RuneCountInString(value)
	if n < min {
		v.add(member, value, fmt.Sprintf("Member must have length greater than or equal to %d", min))
	}
	if max > 0 && n > max {
		v.add(member, value, fmt.Sprintf("Member must have length less than or equal to %d", max))
	}
}

// Pattern checks that the whole of value matches re, as the services do even
// where a model's pattern is not anchored. The regular expression in the
// message is pattern, as the model writes it.
func (v *Validation) Pattern(member, value string, re *regexp.Regexp, pattern string) {
	if value == "" {
		return
	}
	if m := re.FindString(value); m != value {
		v.add(member, value, "Member must satisfy regular expression pattern: "+pattern)
	}
}

// Enum checks that value is one of allowed.
func (v *Validation) Enum(member, value string, allowed ...string) {
	if value == "" || slices.Contains(allowed, value) {
		return
	}
	v.add(member, value, "Member must satisfy enum value set: ["+strings.Join(allowed, ", ")+"]")
}

// Range checks a number.
func (v *Validation) Range(member string, n, min, max int) {
	if n < min {
		v.add(member, fmt.Sprint(n), fmt.Sprintf("Member must have value greater than or equal to %d", min))
	}
	if n > max {
		v.add(member, fmt.Sprint(n), fmt.Sprintf("Member must have value less than or equal to %d", max))
	}
}

// Items checks the number of items of a list that is there.
func (v *Validation) Items(member string, n, min, max int) {
	if n < min {
		v.add(member, "[]", fmt.Sprintf("Member must have length greater than or equal to %d", min))
	}
	if n > max {
		v.add(member, fmt.Sprintf("[%d items]", n), fmt.Sprintf("Member must have length less than or equal to %d", max))
	}
}

func (v *Validation) add(member, value, constraint string) {
	v.breaches = append(v.breaches, fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: %s", value, lowerFirst(member), constraint))
}

// Message words the breaches as AWS does; empty when there are none.
func (v *Validation) Message() string {
	switch n := len(v.breaches); n {
	case 0:
		return ""
	case 1:
		return "1 validation error detected: " + v.breaches[0]
	default:
		return fmt.Sprintf("%d validation errors detected: %s", n, strings.Join(v.breaches, "; "))
	}
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
