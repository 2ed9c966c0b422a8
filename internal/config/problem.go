package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Severity says how bad a problem is.
type Severity string

// The severities. A configuration with an error is refused whole; a warning is only told.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is one thing that is wrong with a configuration, in words for the person who mends it.
type Problem struct {
	File     string   `json:"file"`
	Line     int      `json:"line,omitempty"` // from 1; 0 where the problem is the file itself
	Column   int      `json:"column,omitempty"`
	Severity Severity `json:"severity"`
	What     string   `json:"what"`
	Why      string   `json:"why"`
	Fix      string   `json:"fix"` // the change that mends it
}

// String is the problem as it is printed: its place and what it is, then why and the fix, indented.
func (p Problem) String() string {
	place := printable(p.File)
	if p.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", place, p.Line, p.Column)
	}
	return fmt.Sprintf("%s: %s: %s\n    why: %s\n    fix: %s\n", place, p.Severity, p.What, p.Why, p.Fix)
}

func (p Problem) compare(q Problem) int {
	return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column),
		strings.Compare(string(p.Severity), string(q.Severity)), strings.Compare(p.What, q.What))
}

// Problems are everything that is wrong with a configuration, in the order of the file.
type Problems []Problem

// Failed reports whether there is an error among the problems.
func (ps Problems) Failed() bool {
	return slices.ContainsFunc(ps, func(p Problem) bool { return p.Severity == Error })
}

// Err is an *InvalidError when there is an error among the problems, and nil otherwise.
func (ps Problems) Err() error {
	if !ps.Failed() {
		return nil
	}
	return &InvalidError{ps}
}

// String prints every problem.
func (ps Problems) String() string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.String())
	}
	return b.String()
}

// printable escapes what a terminal would act on or hide, wherever in a message it came from.
func printable(message string) string {
	var b strings.Builder
	for _, c := range message {
		if unicode.IsPrint(c) {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, "\\u%04x", c)
		}
	}
	return b.String()
}

func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, Problem.compare)
	return slices.Compact(ps)
}

// InvalidError is the error of a configuration that is refused.
type InvalidError struct{ Problems Problems }

func (e *InvalidError) Error() string {
	n := 0
	for _, p := range e.Problems {
		if p.Severity == Error {
			n++
		}
	}
	if n == 1 {
		return "the configuration has an error"
	}
	return fmt.Sprintf("the configuration has %d errors", n)
}

// quote writes a text of the file as it can be shown to a person: escaped, and cut when it is long.
func quote(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		return fmt.Sprintf("%q…", string(runes[:most]))
	}
	return fmt.Sprintf("%q", text)
}
