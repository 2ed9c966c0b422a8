package tenancy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Code is the stable name of a kind of hold. Configurations accept holds by it, and programs read
// it: a code is never renamed.
type Code string

// Hold is something that tenantry refuses to do by itself, and that waits for a person.
type Hold struct {
	Code Code `json:"code"`
	// Object is what is held: a group's id, a person's id, a namespace's name, or a user name. With
	// Code it names the hold, and `accept:` in the configuration refers to it.
	Object string `json:"object"`
	// Namespace is the tenant concerned, "" where none can be named. It is text, since it may be
	// the very name that cannot be a namespace.
	Namespace string `json:"namespace,omitempty"`
	// Reason is one sentence, without a full stop, that says what is wrong.
	Reason string `json:"reason"`
	// Ends is the command or the edit that ends the hold.
	Ends string `json:"ends"`
	// Access says that someone keeps an access they should not have, for as long as this waits.
	Access bool `json:"still_has_access,omitempty"`
}

// Compare orders holds by namespace, code and object, those through which someone still has access
// before the others.
func (h Hold) Compare(k Hold) int {
	rank := func(h Hold) int {
		if h.Access {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(h), rank(k)), strings.Compare(h.Namespace, k.Namespace),
		strings.Compare(string(h.Code), string(k.Code)), strings.Compare(h.Object, k.Object), strings.Compare(h.Reason, k.Reason))
}

// SortHolds puts holds in order and drops the ones that say the same thing twice.
func SortHolds(holds []Hold) []Hold {
	slices.SortFunc(holds, Hold.Compare)
	return slices.Compact(holds)
}

// Note is something that nobody waits for, and that a person should know all the same.
type Note struct {
	Code      Code   `json:"code"`
	Object    string `json:"object"`
	Namespace string `json:"namespace,omitempty"`
	Text      string `json:"text"`
	Until     int64  `json:"until,omitempty"` // when it ends by itself, in seconds since 1970; 0 is not at all
}

// Compare orders notes by namespace, code and object.
func (n Note) Compare(m Note) int {
	return cmp.Or(strings.Compare(n.Namespace, m.Namespace), strings.Compare(string(n.Code), string(m.Code)),
		strings.Compare(n.Object, m.Object), strings.Compare(n.Text, m.Text))
}

// Word is a name as it stands in a sentence: as it is, or in quotes where it holds what would break
// the line or cannot be seen. Names come from many hands.
func Word(name string) string {
	if printable(name) {
		return name
	}
	return strconv.Quote(name)
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return !strconv.IsPrint(c) })
}

// ShellQuote quotes a word for a shell, for the commands that end holds. It is one line, whatever the
// word holds.
func ShellQuote(word string) string {
	if printable(word) {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	var b strings.Builder
	for _, c := range []byte(word) {
		if c < ' ' || c > '~' || c == '\'' || c == '\\' {
			fmt.Fprintf(&b, `\x%02x`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return "$'" + b.String() + "'"
}
