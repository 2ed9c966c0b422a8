// Package pattern reads event patterns and matches events against them, as EventBridge does (EventBridge user guide, "Creating
// event patterns" and "Comparison operators for use in event patterns").
//
// A pattern is an object. Each of its fields must be in the event: an object as an object, and a list of alternatives as a value
// that one of them matches. An alternative is a value, which is compared as it is written (300 and 300.0 are not the same), or
// one operator: prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, cidr, exists. $or holds objects of which
// one must match. Of a list in the event, one item must match; of objects in a list, one must match as a whole.
//
// # What is assumed
//
// That a field which is an empty list is one that is not there. That exists: false about a field of objects in a list is true
// where one of the objects lacks it.
package pattern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Error is what EventBridge says about a pattern that it does not take.
type Error string

func (e Error) Error() string { return string(e) }

// Pattern is an event pattern that has been read. Its zero value matches every event.
type Pattern struct{ all []field }

// field is a condition on one field: on an object, a value, or none, for $or.
type field struct {
	name   string
	object *Pattern
	values []matcher
	or     []Pattern
}

// Parse reads a pattern, which is at most 2,048 characters long (EventBridge quotas). Its errors are about the pattern.
func Parse(text string) (Pattern, error) {
	if len(text) > 2048 {
		return Pattern{}, Error("it is longer than 2048 characters")
	}
	v, err := decode([]byte(text))
	if err != nil {
		return Pattern{}, err
	}
	object, ok := v.(map[string]any)
	if !ok {
		return Pattern{}, Error("Filter is not an object")
	}
	return parse(object)
}

// decode reads JSON with its numbers as they are written.
func decode(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, Error("there is more after the end of the JSON value")
	}
	return v, nil
}

func parse(object map[string]any) (p Pattern, err error) {
	if len(object) == 0 {
		return Pattern{}, Error("Empty objects are not allowed")
	}
	for name, v := range object {
		f := field{name: name}
		switch v := v.(type) {
		case map[string]any:
			inner, err := parse(v)
			if err != nil {
				return Pattern{}, err
			}
			f.object = &inner
		case []any:
			if name == "$or" {
				f.or, err = parseOr(v)
			} else {
				f.values, err = parseValues(v)
			}
			if err != nil {
				return Pattern{}, err
			}
		default:
			return Pattern{}, Error(fmt.Sprintf("%q must be an object or an array", name))
		}
		p.all = append(p.all, f)
	}
	return p, nil
}

func parseOr(list []any) (all []Pattern, err error) {
	for _, v := range list {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, Error("$or must be an array of objects")
		}
		p, err := parse(object)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	if len(all) < 2 {
		return nil, Error("There must have at least 2 Objects in \"$or\" relationship")
	}
	return all, nil
}

func parseValues(list []any) (all []matcher, err error) {
	if len(list) == 0 {
		return nil, Error("Empty arrays are not allowed")
	}
	for _, v := range list {
		m, err := parseMatcher(v)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// MatchesJSON reports whether the pattern matches an event that is JSON; what is not JSON matches nothing.
func (p Pattern) MatchesJSON(event []byte) bool {
	v, err := decode(event)
	object, ok := v.(map[string]any)
	return err == nil && ok && p.matches(object)
}

func (p Pattern) matches(event map[string]any) bool {
	return !slices.ContainsFunc(p.all, func(f field) bool { return !f.matches(event) })
}

func (f field) matches(event map[string]any) bool {
	have, there := event[f.name]
	switch {
	case f.or != nil:
		return slices.ContainsFunc(f.or, func(p Pattern) bool { return p.matches(event) })
	case f.object != nil:
		return f.object.inside(have)
	}
	leaves := leavesOf(have, there)
	return slices.ContainsFunc(f.values, func(m matcher) bool { return m.matches(leaves) })
}

// inside matches what an event has for an object: one, one of a list, or none, which lacks every field.
func (p Pattern) inside(have any) bool {
	switch have := have.(type) {
	case map[string]any:
		return p.matches(have)
	case []any:
		return slices.ContainsFunc(have, p.inside)
	}
	return p.matches(nil)
}

// leavesOf are the values of a field: its own, or those of a list, however deep. An object is none.
func leavesOf(have any, there bool) []any {
	if !there {
		return nil
	}
	switch have := have.(type) {
	case map[string]any:
		return nil
	case []any:
		var all []any
		for _, v := range have {
			all = append(all, leavesOf(v, true)...)
		}
		return all
	}
	return []any{have}
}
