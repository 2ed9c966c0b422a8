package pattern_test

import (
	"encoding/json"
	"testing"

	"github.com/tenantry/tenantry/internal/intake/pattern"
)

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
		got, err := pattern.Matches(parsed(t, c.pattern), parsed(t, event))
		if err != nil || got != c.want {
			t.Errorf("%s matches: %v, %v, want %v", c.pattern, got, err, c.want)
		}
	}
	if _, err := pattern.Matches(parsed(t, `{"source":[{"wildcard":"*"}]}`), parsed(t, event)); err == nil {
		t.Error("an operator that is not here goes unnoticed")
	}
}
