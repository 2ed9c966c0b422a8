package cloudtrail_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/cloudtrail"
	"github.com/tenantry/tenantry/internal/awssim/roomtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101."

// past is a world in which this happened, an hour after the other, the last of it an hour ago.
func past(t *testing.T, activities ...world.Activity) *roomtest.Room {
	t.Helper()
	now := time.Now().Truncate(time.Second)
	at := now
	w, err := world.New(world.Seed{AccountID: "111122223333", Behaviour: &world.Behaviour{NamespaceRetry: "create", Trail: &world.Trail{}}}, func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	w.Lock()
	for i, a := range activities {
		at = now.Add(-time.Duration(len(activities)-i) * time.Hour)
		w.Happened(a)
	}
	at = now
	w.Unlock()
	return &roomtest.Room{T: t, World: w, Service: cloudtrail.New(w), Region: "us-east-1", Key: "AKIASIMULATED0000001"}
}

func person(name string) map[string]any {
	return map[string]any{"type": "SAMLUser", "userName": name}
}

func events() []world.Activity {
	return []world.Activity{
		{Source: "sts.amazonaws.com", Name: "AssumeRoleWithSAML", Region: "us-east-1", ReadOnly: true, Identity: person("ana"),
			Resources: []map[string]any{{"type": "AWS::IAM::Role", "ARN": "arn:aws:iam::111122223333:role/QuickSight"}}},
		{Source: "iam.amazonaws.com", Name: "PutRolePolicy", Region: "us-east-1", Request: map[string]any{"roleName": "QuickSight"},
			Identity: map[string]any{"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/Admin/root", "accessKeyId": "ASIA1"}},
		{Source: "quicksight.amazonaws.com", Name: "CreateUser", Region: "eu-west-1", Identity: person("ben")},
		{Source: "sts.amazonaws.com", Name: "AssumeRoleWithSAML", Region: "us-east-1", ReadOnly: true, Identity: person("ben")},
	}
}

// names are the events of an answer, newest first: their names and who did it.
func names(m map[string]any) string {
	var all []string
	list, _ := m["Events"].([]any)
	for _, e := range list {
		e := e.(map[string]any)
		all = append(all, fmt.Sprint(e["EventName"], " ", e["Username"]))
	}
	return strings.Join(all, ", ")
}

func TestLookupEvents(t *testing.T) {
	r := past(t, events()...)
	ago := func(hours float64) int64 { return time.Now().Add(-time.Duration(hours * float64(time.Hour))).Unix() }
	by := func(key, value string) string {
		return fmt.Sprintf(`{"LookupAttributes": [{"AttributeKey": %q, "AttributeValue": %q}]}`, key, value)
	}
	const all = "AssumeRoleWithSAML ben, PutRolePolicy root, AssumeRoleWithSAML ana"
	for body, want := range map[string]string{
		`{}`:                                       all,
		by("EventName", "AssumeRoleWithSAML"):      "AssumeRoleWithSAML ben, AssumeRoleWithSAML ana",
		by("EventSource", "iam.amazonaws.com"):     "PutRolePolicy root",
		by("Username", "ana"):                      "AssumeRoleWithSAML ana",
		by("ReadOnly", "false"):                    "PutRolePolicy root",
		by("AccessKeyId", "ASIA1"):                 "PutRolePolicy root",
		by("ResourceName", "QuickSight"):           "PutRolePolicy root",
		by("ResourceType", "AWS::IAM::Role"):       "PutRolePolicy root, AssumeRoleWithSAML ana",
		by("EventId", "none"):                      "",
		fmt.Sprintf(`{"StartTime": %d}`, ago(1.5)): "AssumeRoleWithSAML ben",
		fmt.Sprintf(`{"EndTime": %d.5}`, ago(2)):   "PutRolePolicy root, AssumeRoleWithSAML ana",
		fmt.Sprintf(`{"StartTime": %d, "EndTime": %d}`, ago(3.5), ago(2.5)): "PutRolePolicy root",
		`{"EventCategory": "insight"}`:                                      "",
	} {
		if status, m := r.Target(target+"LookupEvents", body); status != 200 || names(m) != want {
			t.Errorf("%s: status %d, %s; want %s", body, status, names(m), want)
		}
	}
	r.Region = "eu-west-1"
	if _, m := r.Target(target+"LookupEvents", `{}`); names(m) != "CreateUser ben" {
		t.Errorf("another Region: %s", names(m))
	}
}

// An event shows its record whole.
func TestAnEvent(t *testing.T) {
	r := past(t, events()[:1]...)
	_, m := r.Target(target+"LookupEvents", `{}`)
	e := m["Events"].([]any)[0].(map[string]any)
	var record map[string]any
	if err := json.Unmarshal([]byte(e["CloudTrailEvent"].(string)), &record); err != nil {
		t.Fatal(err)
	}
	if record["eventID"] != e["EventId"] || record["eventName"] != "AssumeRoleWithSAML" || record["readOnly"] != true || e["ReadOnly"] != "true" {
		t.Errorf("event %v, record %v", e, record)
	}
	if at, _ := e["EventTime"].(float64); time.Unix(int64(at), 0).UTC().Format(time.RFC3339) != record["eventTime"] {
		t.Errorf("EventTime %v, eventTime %v", e["EventTime"], record["eventTime"])
	}
	if got := fmt.Sprint(e["Resources"]); got != "[map[ResourceName:arn:aws:iam::111122223333:role/QuickSight ResourceType:AWS::IAM::Role]]" {
		t.Errorf("resources %s", got)
	}
}

func TestPages(t *testing.T) {
	var many []world.Activity
	for i := range 120 {
		many = append(many, world.Activity{Source: "iam.amazonaws.com", Name: "CreateRole", Region: "us-east-1", Identity: person(fmt.Sprint(i))})
	}
	r := past(t, many...)
	var all []string
	token := ""
	for range 3 {
		_, m := r.Target(target+"LookupEvents", fmt.Sprintf(`{"StartTime": 1000, "NextToken": %q}`, token))
		all = append(all, strings.Split(names(m), ", ")...)
		token, _ = m["NextToken"].(string)
	}
	if len(all) != 120 || all[0] != "CreateRole 119" || all[50] != "CreateRole 69" || all[119] != "CreateRole 0" || token != "" {
		t.Errorf("%d events, %v; then %q", len(all), all, token)
	}
	for body, code := range map[string]string{
		`{"MaxResults": 51}`: "InvalidMaxResultsException", `{"MaxResults": 0}`: "InvalidMaxResultsException", `{"NextToken": "x"}`: "InvalidNextTokenException",
		`{"StartTime": 2, "EndTime": 1}`: "InvalidTimeRangeException", `{"EventCategory": "x"}`: "InvalidEventCategoryException", `{"StartTime": "x"}`: "SerializationException",
		`{"LookupAttributes": [{"AttributeKey": "Colour", "AttributeValue": "red"}]}`:                                                       "InvalidLookupAttributesException",
		`{"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "a"}, {"AttributeKey": "Username", "AttributeValue": "b"}]}`: "InvalidLookupAttributesException",
	} {
		if status, m := r.Target(target+"LookupEvents", body); status != 400 || m["__type"] != code {
			t.Errorf("%s: status %d, %v; want %s", body, status, m, code)
		}
	}
}

// After 90 days nobody remembers.
func TestHistoryEnds(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	w, err := world.New(world.Seed{AccountID: "111122223333", Behaviour: &world.Behaviour{NamespaceRetry: "create", Trail: &world.Trail{}}}, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	r := &roomtest.Room{T: t, World: w, Service: cloudtrail.New(w), Region: "us-east-1", Key: "AKIASIMULATED0000001"}
	w.Lock()
	w.Happened(events()[0])
	w.Unlock()
	for days, want := range map[int]string{0: "AssumeRoleWithSAML ana", 91: ""} {
		now = now.AddDate(0, 0, days)
		if _, m := r.Target(target+"LookupEvents", `{}`); names(m) != want {
			t.Errorf("after %d days: %s", days, names(m))
		}
		now = now.AddDate(0, 0, -days)
	}
}

func TestTrails(t *testing.T) {
	r := past(t)
	_, m := r.Target(target[len("com.amazonaws.cloudtrail.v20131101."):]+"DescribeTrails", `{}`) // as the AWS SDK for Go asks
	list, _ := m["trailList"].([]any)
	if len(list) != 1 {
		t.Fatalf("trails: %v", m)
	}
	arn, _ := list[0].(map[string]any)["TrailARN"].(string)
	if _, m := r.Target(target+"GetTrailStatus", fmt.Sprintf(`{"Name": %q}`, arn)); m["IsLogging"] != true {
		t.Errorf("the status of %s: %v", arn, m)
	}
	if _, m := r.Target(target+"GetTrailStatus", `{"Name": "other"}`); m["__type"] != "TrailNotFoundException" {
		t.Errorf("the status of another: %v", m)
	}
	if err := r.World.Change(func(b *world.Behaviour) { b.Trail = nil }); err != nil {
		t.Fatal(err)
	}
	if _, m := r.Target(target+"DescribeTrails", `{}`); fmt.Sprint(m["trailList"]) != "[]" {
		t.Errorf("trails of a world without one: %v", m)
	}
}
