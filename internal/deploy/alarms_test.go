package deploy

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// alarms are the alarms, and whom they tell. docs/runbook.md has a page for each, of the same name.
var alarms = map[string]string{
	"no-complete-pass": "pages", "critical-finding": "pages", "access-held": "pages", "denied-sign-ins": "pages",
	"dead-letters": "tickets", "holds": "tickets", "in-default": "tickets", "no-directory-event": "tickets", "no-audit": "tickets", "brake": "tickets", "foreign-write": "tickets",
}

func TestAlarmsTellWhomTheyShould(t *testing.T) {
	s := stack(t)
	missing := maps.Clone(alarms)
	for _, logical := range s.Of("AWS::CloudWatch::Alarm") {
		name := strings.TrimPrefix(s.property(t, logical, "AlarmName").(string), "tenantry-")
		whom, known := missing[name]
		if !known {
			t.Errorf("the alarm %s is not known, or is there twice", name)
			continue
		}
		delete(missing, name)
		topic := "arn:aws:sns:" + region + ":" + here + ":tenantry-" + whom
		for _, actions := range []string{"AlarmActions", "OKActions"} {
			if list := s.property(t, logical, actions).([]any); len(list) != 1 || list[0] != topic {
				t.Errorf("%s: %s are %v, not %s", name, actions, list, topic)
			}
		}
		if description := s.property(t, logical, "AlarmDescription").(string); !strings.HasSuffix(description, " https://github.com/tenantry/tenantry/blob/main/docs/runbook.md#"+name) {
			t.Errorf("%s does not say where its page is: %s", name, description)
		}
		if s.property(t, logical, "TreatMissingData") == nil {
			t.Errorf("%s does not say what no data mean", name)
		}
	}
	if len(missing) > 0 {
		t.Errorf("there is no alarm for %q", slices.Sorted(maps.Keys(missing)))
	}
}

// What an alarm looks at is there: a metric that a filter of the stack makes, or one of AWS's of something in the stack.
func TestAlarmsHaveTheirMetrics(t *testing.T) {
	s := stack(t)
	made := map[any]bool{}
	for _, name := range s.Of("AWS::Logs::MetricFilter") {
		made[s.property(t, name, "MetricTransformations", 0, "MetricName")] = true
		if space := s.property(t, name, "MetricTransformations", 0, "MetricNamespace"); space != "tenantry/tenantry" {
			t.Errorf("%s counts in %v", name, space)
		}
	}
	for _, name := range s.Of("AWS::CloudWatch::Alarm") {
		metric := s.property(t, name, "MetricName")
		switch s.property(t, name, "Namespace") {
		case "tenantry/tenantry":
			if !made[metric] {
				t.Errorf("%s looks at %v, which no filter makes", name, metric)
			}
			delete(made, metric)
		case "AWS/SQS", "AWS/Events":
		default:
			t.Errorf("%s looks at %v", name, s.property(t, name, "Namespace"))
		}
	}
	if len(made) > 0 {
		t.Errorf("no alarm looks at %v", made)
	}
}

// The alarm on silence looks at the rule by which the directory's events come.
func TestTheAlarmOnSilenceLooksAtTheRightRule(t *testing.T) {
	for parameter, want := range map[string][]any{
		"DirectoryHere=yes": {map[string]any{"Name": "RuleName", "Value": "tenantry-directory"}},
		"DirectoryHere=no":  {map[string]any{"Name": "EventBusName", "Value": "tenantry-forwarded"}, map[string]any{"Name": "RuleName", "Value": "tenantry-forwarded-directory"}},
	} {
		s := stack(t, parameter)
		have := s.property(t, "NoDirectoryEventAlarm", "Dimensions").([]any)
		if len(have) != len(want) {
			t.Fatalf("%s: %v", parameter, have)
		}
		for i := range want {
			if have, want := have[i].(map[string]any), want[i].(map[string]any); !maps.Equal(have, want) {
				t.Errorf("%s: %v, not %v", parameter, have, want)
			}
		}
	}
}

// How long an alarm waits is what it says: an hour, a day and two hours, three days. CloudWatch looks back for a day at the most, and for seven with periods of an
// hour and more (CloudWatch API Reference, PutMetricAlarm, "Period").
func TestAlarmsWaitForAsLongAsTheySay(t *testing.T) {
	s := stack(t, "Running=yes")
	for _, name := range s.Of("AWS::CloudWatch::Alarm") {
		period, times := s.property(t, name, "Period").(float64), s.property(t, name, "EvaluationPeriods").(float64)
		most := 86400.0
		if period >= 3600 {
			most = 604800
		}
		if period*times > most {
			t.Errorf("%s looks back for %v seconds, and may for %v", name, period*times, most)
		}
		want, silent := map[string]float64{"NoCompletePassAlarm": 3600, "NoDirectoryEventAlarm": 3 * 86400, "NoAuditAlarm": 26 * 3600}[name]
		if silent && (period*times != want || s.property(t, name, "TreatMissingData") != "breaching" || s.property(t, name, "ComparisonOperator") != "LessThanThreshold") {
			t.Errorf("%s waits for %v seconds of silence, not %v", name, period*times, want)
		}
		if !silent && s.property(t, name, "TreatMissingData") == "breaching" {
			t.Errorf("%s takes silence for trouble", name)
		}
	}
}

// T7: only alarms of this stack speak in its topics.
func TestOnlyAlarmsSpeak(t *testing.T) {
	s := stack(t)
	statement := s.property(t, "TopicPolicy", "PolicyDocument", "Statement").([]any)
	if len(statement) != 1 || at(statement, 0, "Condition", "StringEquals", "aws:SourceAccount") != here ||
		at(statement, 0, "Condition", "ArnLike", "aws:SourceArn") != "arn:aws:cloudwatch:"+region+":"+here+":alarm:tenantry-*" {
		t.Errorf("who may publish: %v", statement)
	}
}
