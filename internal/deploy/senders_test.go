package deploy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// T7: the rules of the stack, and nobody else, may send to its queues. The dead-letter queue takes what rules could not deliver.
func TestOnlyTheRulesMaySend(t *testing.T) {
	for _, parameters := range [][]string{{}, {"DirectoryHere=no"}, {"Forwarders="}, {"AuditCodeKey="}} {
		s := stack(t, parameters...)
		var events, schedules []any
		for _, name := range s.Of("AWS::Events::Rule") {
			arn := ruleARN + s.property(t, name, "Name").(string)
			if bus, ok := s.property(t, name, "EventBusName").(string); ok {
				arn = ruleARN + bus + "/" + s.property(t, name, "Name").(string)
			}
			if slices.Contains(s.rules(), name) {
				events = append(events, arn)
			} else {
				schedules = append(schedules, arn)
			}
		}
		for policy, want := range map[string][]any{"QueuePolicy": events, "DeadLettersPolicy": slices.Concat(events, schedules)} {
			checkSenders(t, s, policy, map[string]string{"QueuePolicy": queueARN, "DeadLettersPolicy": deadARN}[policy], want)
		}
	}
}

func checkSenders(t *testing.T, s *Stack, policy, queue string, rules []any) {
	t.Helper()
	have, _ := s.property(t, policy, "PolicyDocument", "Statement", 0, "Condition", "ArnEquals", "aws:SourceArn").([]any)
	byText := func(a, b any) int { return strings.Compare(a.(string), b.(string)) }
	slices.SortFunc(have, byText)
	slices.SortFunc(rules, byText)
	want := map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{
			"Sid": "TheseRulesOnly", "Effect": "Allow", "Principal": map[string]any{"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": queue,
			"Condition": map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": here}, "ArnEquals": map[string]any{"aws:SourceArn": rules}},
		},
		map[string]any{
			"Sid": "NothingInTheClear", "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": queue,
			"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
		},
	}}
	if diff := cmp.Diff(any(want), s.property(t, policy, "PolicyDocument")); diff != "" {
		t.Errorf("%s (-want +have):\n%s", policy, diff)
	}
}

// T9: the bus takes events from the rules of deploy/forward.yaml, of the accounts that forward, and the role is there for its rules.
func TestOnlyForwardersMaySendToTheBus(t *testing.T) {
	s, f := stack(t, "Forwarders="+there+","+here), forward(t)
	bus := "arn:aws:events:" + region + ":" + here + ":event-bus/tenantry-forwarded"
	for policy, condition := range map[string]map[string]any{
		"BusPolicyForRules": {"aws:SourceArn": "arn:aws:events:*:*:rule/tenantry-forward-*"}, "BusPolicyForRoles": {"aws:PrincipalArn": "arn:aws:iam::*:role/tenantry-forward-*"},
	} {
		want := map[string]any{
			"Effect": "Allow", "Principal": map[string]any{"AWS": []any{there, here}}, "Action": "events:PutEvents", "Resource": bus,
			"Condition": map[string]any{"ArnLike": condition},
		}
		if diff := cmp.Diff(any(want), s.property(t, policy, "Statement")); diff != "" {
			t.Errorf("%s (-want +have):\n%s", policy, diff)
		}
	}
	if name := f.property(t, "Role", "RoleName"); name != "tenantry-forward-eu-west-1" {
		t.Errorf("the role that forwards is called %v, and the bus would not take what it sends", name)
	}
	trust := map[string]any{
		"StringEquals": map[string]any{"aws:SourceAccount": there}, "ArnLike": map[string]any{"aws:SourceArn": "arn:aws:events:eu-west-1:" + there + ":rule/tenantry-forward-*"},
	}
	if diff := cmp.Diff(any(trust), f.property(t, "Role", "AssumeRolePolicyDocument", "Statement", 0, "Condition")); diff != "" {
		t.Errorf("who is the role's to use (-want +have):\n%s", diff)
	}
	may := []any{map[string]any{"PolicyName": "forward", "PolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{"Sid": "ToThatBusOnly", "Effect": "Allow", "Action": "events:PutEvents", "Resource": bus},
	}}}}
	if diff := cmp.Diff(any(may), f.property(t, "Role", "Policies")); diff != "" {
		t.Errorf("what the role may do (-want +have):\n%s", diff)
	}
	for _, name := range f.rules() {
		if rule := f.property(t, name, "Name").(string); !strings.HasPrefix(rule, "tenantry-forward-") {
			t.Errorf("the rule %s may not use the role", rule)
		}
	}
	if output := s.Outputs["BusArn"]; output != bus {
		t.Errorf("the output BusArn is %v", output)
	}
}
