package deploy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/intake/pattern"
)

const (
	queueARN = "arn:aws:sqs:" + region + ":" + here + ":tenantry-events"
	deadARN  = "arn:aws:sqs:" + region + ":" + here + ":tenantry-dead-letters"
	ruleARN  = "arn:aws:events:" + region + ":" + here + ":rule/"
)

// rules are the names of the rules with an event pattern, and not a schedule.
func (s *Stack) rules() []string {
	return slices.DeleteFunc(s.Of("AWS::Events::Rule"), func(name string) bool { return s.Resources[name].Properties["EventPattern"] == nil })
}

// The rules' patterns are those of deploy/events, with this account and its prefix, and none is left out.
func TestRulesHaveThePatternsOfTheFolder(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(folder, "events", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("deploy/events has %d patterns: %v", len(files), err)
	}
	var want []string
	for _, file := range files {
		want = append(want, "tenantry-"+strings.TrimSuffix(filepath.Base(file), ".json"))
	}
	s := stack(t)
	var have []string
	for _, name := range s.rules() {
		rule := s.property(t, name, "Name").(string)
		of, forwarded := strings.CutPrefix(rule, "tenantry-forwarded-")
		if !forwarded {
			have = append(have, rule)
			of = strings.TrimPrefix(rule, "tenantry-")
		}
		pattern := ground{"aws", here, "BI-"}.in(eventPattern(t, of)).(map[string]any)
		if forwarded {
			pattern["account"] = []any{there}
		}
		if diff := cmp.Diff(any(pattern), s.property(t, name, "EventPattern")); diff != "" {
			t.Errorf("%s is not deploy/events/%s.json (-file +rule):\n%s", name, of, diff)
		}
	}
	slices.Sort(have)
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("the rules are %q, the patterns %q", have, want)
	}
	f := forward(t)
	for _, name := range f.rules() {
		of := strings.TrimPrefix(f.property(t, name, "Name").(string), "tenantry-forward-")
		if diff := cmp.Diff(ground{"aws", here, "BI-"}.in(eventPattern(t, of)), f.property(t, name, "EventPattern")); diff != "" {
			t.Errorf("%s of deploy/forward.yaml is not deploy/events/%s.json (-file +rule):\n%s", name, of, diff)
		}
	}
}

// matching are the rules on a bus, "" for the default one, that an event matches; sorted.
func (s *Stack) matching(t testing.TB, bus string, event map[string]any) []string {
	t.Helper()
	var names []string
	for _, name := range s.rules() {
		on, _ := s.Resources[name].Properties["EventBusName"].(string)
		if on != bus {
			continue
		}
		ok, err := pattern.Matches(s.Resources[name].Properties["EventPattern"].(map[string]any), event)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if ok {
			names = append(names, name)
		}
	}
	return names
}

// samples are AWS's events of intake's tests, as they would come in this account: about it, and about a sign-in role of it.
func samples(t testing.TB) map[string]map[string]any {
	t.Helper()
	files, err := filepath.Glob("../intake/testdata/events/*.json")
	if err != nil || len(files) < 13 {
		t.Fatalf("there are %d samples: %v", len(files), err)
	}
	all := map[string]map[string]any{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var event map[string]any
		if err := json.Unmarshal([]byte(strings.NewReplacer(sampleAccount, here, "role/"+samplePrefix, "role/BI-"+samplePrefix).Replace(string(text))), &event); err != nil {
			t.Fatal(err)
		}
		if event["detail"] == nil { // CloudTrail's record without its envelope
			event = map[string]any{"detail": event, "detail-type": "AWS API Call via CloudTrail", "source": "aws.sample"}
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = event
	}
	return all
}

// A sample comes once: directly, or by the rule of another account or Region and the bus. One that concerns nobody does not come.
func TestSamplesComeOnce(t *testing.T) {
	direct, sender := stack(t, "Forwarders="+there+","+here), forward(t)
	for name, event := range samples(t) {
		want := 1
		if strings.HasSuffix(name, "-failed") {
			want = 0
		}
		event["account"] = here
		if by := direct.matching(t, "", event); len(by) != want {
			t.Errorf("%s is delivered by %q", name, by)
		}
		switch {
		case strings.HasPrefix(name, "quicksight"):
			continue // QuickSight tells of it here, and nowhere else
		case !strings.Contains(name, "refused"):
			event["account"] = there
		}
		sent, received := sender.matching(t, "", event), direct.matching(t, "tenantry-forwarded", event)
		if len(sent) != want || len(received) != want {
			t.Errorf("%s from elsewhere is sent by %q and received by %q", name, sent, received)
		}
	}
}

// T9: what the bus has of an account that does not forward is not let through.
func TestStrangersEventsAreNotLetThrough(t *testing.T) {
	s := stack(t)
	for name, event := range samples(t) {
		for _, account := range []string{"123412341234", here} {
			event["account"] = account
			if by := s.matching(t, "tenantry-forwarded", event); len(by) > 0 {
				t.Errorf("%s of %s is let through by %q", name, account, by)
			}
		}
	}
}

// T8: what somebody puts on the bus has no source of AWS's, and is not let through.
func TestForgedEventsAreNotLetThrough(t *testing.T) {
	s := stack(t)
	for name, event := range samples(t) {
		for _, source := range []string{"custom.identitystore", "AWS.identitystore", "aws", ""} {
			event["source"], event["account"] = source, there
			if by := append(s.matching(t, "", event), s.matching(t, "tenantry-forwarded", event)...); len(by) > 0 {
				t.Errorf("%s from %q is let through by %q", name, source, by)
			}
		}
	}
}

// Every rule delivers the event as it is, to the queue, and what cannot be delivered to the dead-letter queue.
func TestRulesDeliverTheEventAsItIs(t *testing.T) {
	s := stack(t)
	for _, name := range s.rules() {
		want := []any{map[string]any{
			"Id": "queue", "Arn": queueARN, "DeadLetterConfig": map[string]any{"Arn": deadARN}, "RetryPolicy": map[string]any{"MaximumEventAgeInSeconds": 3600.0},
		}}
		if diff := cmp.Diff(any(want), s.property(t, name, "Targets")); diff != "" {
			t.Errorf("%s (-want +have):\n%s", name, diff)
		}
		// A refused AssumeRoleWithSAML is a call that reads: EventBridge delivers it in one state only (EventBridge user guide,
		// "Receiving read-only management events from AWS services").
		state := "ENABLED"
		if strings.Contains(name, "Denied") {
			state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
		}
		if have := s.property(t, name, "State"); have != state {
			t.Errorf("%s is %v, not %s", name, have, state)
		}
	}
	f := forward(t)
	for _, name := range f.rules() {
		want := []any{map[string]any{"Id": "bus", "Arn": "arn:aws:events:" + region + ":" + here + ":event-bus/tenantry-forwarded", "RoleArn": "arn:aws:iam::" + there + ":role/tenantry-forward-eu-west-1"}}
		if diff := cmp.Diff(any(want), f.property(t, name, "Targets")); diff != "" {
			t.Errorf("%s (-want +have):\n%s", name, diff)
		}
	}
}
