// Package pattern matches events against the event patterns in deploy/events, as EventBridge does. It
// serves tests: what AWS's rules let through must be what package intake reads, and what the simulated AWS
// tells.
//
// AWS's own matcher, Event Ruler, is Java, and no port of it to Go is kept. Quamina, by one of its authors, has a
// pattern language of its own, without $or and with other ideas about exists. So the few operators that
// deploy/events uses are here, and one that is not is an error.
package pattern

import (
	"fmt"
	"slices"
	"strings"
)

// Matches reports whether an event matches a pattern, both as parsed JSON. A field of the pattern must be
// in the event; the items of a list are alternatives; an event's list matches if one of its items does;
// exists is about leaves; $or is about its alternatives together (EventBridge user guide, "Creating event
// patterns" and "Comparison operators for use in event patterns"). Its error is about the pattern.
func Matches(pattern, event map[string]any) (bool, error) {
	for field, want := range pattern {
		ok, err := fieldMatches(field, want, event)
		if !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

func fieldMatches(field string, want any, event map[string]any) (bool, error) {
	if field == "$or" {
		return oneMatches(want.([]any), event)
	}
	have, there := event[field]
	switch want := want.(type) {
	case map[string]any:
		inner, _ := have.(map[string]any)
		return Matches(want, inner)
	case []any:
		for _, w := range want {
			if ok, err := leafMatches(w, have, there); ok || err != nil {
				return ok, err
			}
		}
		return false, nil
	}
	return false, fmt.Errorf("a pattern has neither an object nor a list for %s", field)
}

func oneMatches(alternatives []any, event map[string]any) (bool, error) {
	for _, a := range alternatives {
		if ok, err := Matches(a.(map[string]any), event); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// leafMatches compares one alternative with what is in the event.
func leafMatches(want, have any, there bool) (bool, error) {
	if list, ok := have.([]any); ok {
		for _, item := range list {
			if ok, err := leafMatches(want, item, there); ok || err != nil {
				return ok, err
			}
		}
		return false, nil
	}
	operator, ok := want.(map[string]any)
	if !ok {
		return there && want == have, nil
	}
	if len(operator) != 1 {
		return false, fmt.Errorf("%v is not one operator", operator)
	}
	if exists, ok := operator["exists"].(bool); ok {
		_, object := have.(map[string]any)
		return exists == (there && !object), nil
	}
	if but, ok := operator["anything-but"]; ok {
		hit, err := butMatches(but, have)
		return there && !hit, err
	}
	return affixMatches(operator, have)
}

// butMatches reports whether something is what anything-but leaves out.
func butMatches(but, have any) (bool, error) {
	switch but := but.(type) {
	case map[string]any:
		return affixMatches(but, have)
	case []any:
		return slices.Contains(but, have), nil
	}
	return but == have, nil
}

func affixMatches(operator map[string]any, have any) (bool, error) {
	s, isText := have.(string)
	if prefix, ok := operator["prefix"].(string); ok {
		return isText && strings.HasPrefix(s, prefix), nil
	}
	if suffix, ok := operator["suffix"].(string); ok {
		return isText && strings.HasSuffix(s, suffix), nil
	}
	return false, fmt.Errorf("the operator %v is not here", operator)
}
