package intake_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// matches reports whether an event matches a pattern of EventBridge's, by the operators that deploy/events
// uses. Source: EventBridge user guide, "Creating event patterns" and "Comparison operators for use in event
// patterns": a field of the pattern must be in the event; the items of a list are alternatives; an event's list matches
// if one of its items does; exists is about leaves; $or is about its alternatives together.
//
// AWS's own matcher, Event Ruler, is Java, and no port of it to Go is kept. Quamina, by one of its authors, has a
// pattern language of its own, without $or and with other ideas about exists. So the few operators are
// here, and an operator that is not fails the test.
func matches(pattern, event map[string]any) (bool, error) {
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
		return matches(want, inner)
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
		if ok, err := matches(a.(map[string]any), event); ok || err != nil {
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

func parsed(t testing.TB, text string) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return value
}

// The matcher is held to what the user guide says of each operator.
func TestMatcher(t *testing.T) {
	const event = `{"source":"aws.ec2","detail":{"state":"running","empty":"","nothing":null,"yes":true,"list":["a","b"],"inner":{"leaf":1}}}`
	for _, c := range []struct {
		pattern string
		want    bool
	}{
		{`{"source":["aws.ec2"]}`, true},
		{`{"source":["aws.s3","aws.ec2"]}`, true},
		{`{"source":["AWS.ec2"]}`, false},
		{`{"source":["aws.ec2"],"account":["1"]}`, false},
		{`{"source":[{"prefix":"aws."}]}`, true},
		{`{"source":[{"prefix":"ec2"}]}`, false},
		{`{"source":[{"suffix":".ec2"}]}`, true},
		{`{"source":[{"suffix":"aws."}]}`, false},
		{`{"detail":{"state":[{"anything-but":"stopped"}]}}`, true},
		{`{"detail":{"state":[{"anything-but":["stopped","running"]}]}}`, false},
		{`{"detail":{"state":[{"anything-but":{"prefix":"run"}}]}}`, false},
		{`{"detail":{"state":[{"anything-but":{"suffix":"run"}}]}}`, true},
		{`{"detail":{"missing":[{"anything-but":"x"}]}}`, false},
		{`{"detail":{"missing":[{"exists":false}]}}`, true},
		{`{"detail":{"state":[{"exists":false}]}}`, false},
		{`{"detail":{"nothing":[{"exists":false}]}}`, false},
		{`{"detail":{"state":[{"exists":true}]}}`, true},
		{`{"detail":{"inner":[{"exists":true}]}}`, false},
		{`{"other":{"missing":[{"exists":false}]}}`, true},
		{`{"detail":{"nothing":[null]}}`, true},
		{`{"detail":{"missing":[null]}}`, false},
		{`{"detail":{"empty":[""]}}`, true},
		{`{"detail":{"yes":[true]}}`, true},
		{`{"detail":{"yes":["true"]}}`, false},
		{`{"detail":{"list":["b"]}}`, true},
		{`{"detail":{"inner":{"leaf":[1]}}}`, true},
		{`{"$or":[{"source":["aws.s3"]},{"detail":{"state":["running"]}}]}`, true},
		{`{"$or":[{"source":["aws.s3"]},{"detail":{"state":["stopped"]}}]}`, false},
		{`{"source":["aws.s3"],"$or":[{"source":["aws.ec2"]},{"source":["aws.s3"]}]}`, false},
	} {
		got, err := matches(parsed(t, c.pattern), parsed(t, event))
		if err != nil || got != c.want {
			t.Errorf("%s matches: %v, %v, want %v", c.pattern, got, err, c.want)
		}
	}
	if _, err := matches(parsed(t, `{"source":[{"wildcard":"*"}]}`), parsed(t, event)); err == nil {
		t.Error("an operator that is not here goes unnoticed")
	}
}
