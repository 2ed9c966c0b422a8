package world

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// two is a world of two accounts: the queue's, and that of the identity store. Rules and trails are filled in.
const two = `{"account_id": "111122223333", "identity_center": {"owner_account_id": "999988887777"}, "trails": [%s], "events": {"buses": [%s], "rules": [%s]},
	"queues": [{"name": "q", "attributes": {"Policy": %q}}, {"name": "dead", "attributes": {"Policy": %q}}, {"name": "open"},
		{"name": "keyed", "attributes": {"KmsMasterKeyId": "alias/aws/sqs", "Policy": %q}}]}`

// sends lets rules send to a queue, by the rule's ARN and account.
func sends(queue, rule, account string) string {
	return fmt.Sprintf(`{"Statement": {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-1:111122223333:%s",
		"Condition": {"ArnLike": {"aws:SourceArn": %q}, "StringEquals": {"aws:SourceAccount": %q}}}}`, queue, rule, account)
}

const (
	ourRules = "arn:aws:events:us-east-1:111122223333:rule/*"
	ours     = `{"name": "ours"}`
	theirs   = `{"name": "theirs", "account": "999988887777"}`
	// toQueue sends the calls of QuickSight, toDead too what does not arrive.
	toQueue = `{"name": "r", "pattern": "{\"source\": [\"aws.quicksight\"]}", "targets": [{"id": "1", "arn": "arn:aws:sqs:us-east-1:111122223333:%s", "dead_letters": "arn:aws:sqs:us-east-1:111122223333:dead"}]}`
)

func openTwo(t *testing.T, trails, buses, rules string) *World {
	t.Helper()
	policy := func(queue string) string { return sends(queue, ourRules, "111122223333") }
	seed, err := ParseSeed([]byte(fmt.Sprintf(two, trails, buses, rules, policy("q"), policy("dead"), policy("keyed"))))
	if err != nil {
		t.Fatal(err)
	}
	w, err := New(seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// told are the messages of a queue after an activity, each by its source, its event's name and the code of its failure.
func told(w *World, queue string, happens ...Activity) string {
	w.Lock()
	defer w.Unlock()
	for _, a := range happens {
		w.Happened(a)
	}
	q, _ := w.Queues.Get("us-east-1", queue)
	var all []string
	for _, m := range q.Receive(100, 0) {
		var e struct {
			Source, Account string
			Detail          struct{ EventName string }
		}
		_ = json.Unmarshal([]byte(m.Body), &e)
		all = append(all, strings.TrimSpace(strings.Join([]string{e.Source, e.Detail.EventName, e.Account, m.Attributes["ERROR_CODE"].Text}, " ")))
	}
	q.Purge()
	return strings.Join(all, ", ")
}

func quickSight(name string) Activity {
	return Activity{Source: "quicksight.amazonaws.com", Name: name, Region: "us-east-1"}
}

func TestRulesDeliver(t *testing.T) {
	const arrives = "aws.quicksight RegisterUser 111122223333"
	for _, row := range []struct {
		name, trails, rule, queue, want, dead string
	}{
		{"a trail, a rule, a policy", ours, toQueue, "q", arrives, ""},
		{"no trail", ``, toQueue, "q", "", ""},
		{"a trail of another account", theirs, toQueue, "q", "", ""},
		{"a trail of the organization", `{"name": "o", "account": "999988887777", "organization": true}`, toQueue, "q", arrives, ""},
		{"a trail of another Region", `{"name": "o", "region": "eu-west-1"}`, toQueue, "q", "", ""},
		{"a trail of all Regions", `{"name": "o", "region": "eu-west-1", "multi_region": true}`, toQueue, "q", arrives, ""},
		{"a trail that does not log", `{"name": "o", "stopped": true}`, toQueue, "q", "", ""},
		{"a trail that logs reads", `{"name": "o", "management": "ReadOnly"}`, toQueue, "q", "", ""},
		{"a trail that logs writes", `{"name": "o", "management": "WriteOnly"}`, toQueue, "q", arrives, ""},
		{"a queue without a policy", ours, toQueue, "open", "", arrives + " NO_PERMISSIONS"},
		{"a queue that is not there", ours, toQueue, "gone", "", arrives + " NO_RESOURCE"},
		{"a queue with the key of AWS", ours, toQueue, "keyed", "", arrives + " NO_PERMISSIONS"},
		{"another source", ours, strings.Replace(toQueue, "aws.quicksight", "aws.iam", 1), "q", "", ""},
		{"a rule that is off", ours, strings.Replace(toQueue, `"r",`, `"r", "state": "DISABLED",`, 1), "q", "", ""},
		{"a rule of another Region", ours, strings.Replace(toQueue, `"r",`, `"r", "region": "eu-west-1",`, 1), "q", "", ""},
		{"a rule of another account", ours, strings.Replace(toQueue, `"r",`, `"r", "account": "999988887777",`, 1), "q", "", ""},
		{"a part of the event", ours, strings.Replace(toQueue, `"id"`, `"input_path": "$.detail", "id"`, 1), "q", "", ""},
		{"a function", ours, strings.Replace(toQueue, ":sqs:", ":lambda:", 1), "q", "", ""},
	} {
		rule := row.rule
		if strings.Contains(rule, "%s") {
			rule = fmt.Sprintf(rule, row.queue)
		}
		w := openTwo(t, row.trails, ``, rule)
		if row.name == "a part of the event" {
			w.Lock()
			w.Happened(quickSight("RegisterUser"))
			q, _ := w.Queues.Get("us-east-1", "q")
			if got := q.Receive(1, 0); len(got) != 1 || strings.Contains(got[0].Body, "detail-type") || !strings.Contains(got[0].Body, `"eventName":"RegisterUser"`) {
				t.Errorf("%s: %+v", row.name, got)
			}
			w.Unlock()
			continue
		}
		have := told(w, "q", quickSight("RegisterUser"))
		if row.queue != "q" && row.queue != "gone" {
			have = told(w, row.queue)
		}
		if dead := told(w, "dead"); have != row.want || dead != row.dead {
			t.Errorf("%s: %q, dead %q; want %q, %q", row.name, have, dead, row.want, row.dead)
		}
	}
}

// Calls that change nothing come only to rules that ask for them, from a trail that logs them.
func TestReadsByRules(t *testing.T) {
	read := quickSight("ListUsers")
	read.ReadOnly = true
	all := strings.Replace(fmt.Sprintf(toQueue, "q"), `"r",`, `"r", "state": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",`, 1)
	for rule, want := range map[string]string{fmt.Sprintf(toQueue, "q"): "", all: "aws.quicksight ListUsers 111122223333"} {
		w := openTwo(t, ours, ``, rule)
		if got := told(w, "q", read); got != want {
			t.Errorf("%s: %q", rule, got)
		}
		w.Lock()
		if w.Tells(true) != (want != "") {
			t.Errorf("%s: calls are told of that nobody asks for, or none", rule)
		}
		w.Unlock()
	}
}

// While there are rules, the queues of the setting are told nothing by it; its faults hold for what rules deliver.
func TestRulesTakeTheSettingsPlace(t *testing.T) {
	w := openTwo(t, ours, ``, fmt.Sprintf(toQueue, "q"))
	if err := w.Change(func(b *Behaviour) { b.Trail = &Trail{Queues: []string{"open"}, Duplicates: 2} }); err != nil {
		t.Fatal(err)
	}
	if got := told(w, "q", quickSight("RegisterUser")); strings.Count(got, "RegisterUser") != 3 {
		t.Errorf("%q", got)
	}
	if got := told(w, "open"); got != "" {
		t.Errorf("by the setting: %q", got)
	}
	if err := w.Change(func(b *Behaviour) { b.Trail.Loss = 1 }); err != nil {
		t.Fatal(err)
	}
	if got := told(w, "q", quickSight("RegisterUser")); got != "" {
		t.Errorf("lost, and there: %q", got)
	}
	w.Events.Rules.Delete(Rule{Account: "111122223333", Region: "us-east-1", Bus: "default", Name: "r"}.Key())
	_ = w.Change(func(b *Behaviour) { b.Trail.Loss = 0 })
	if got := told(w, "open", quickSight("DeleteUser")); strings.Count(got, "DeleteUser") != 3 {
		t.Errorf("without rules: %q", got)
	}
}

// Identity Center's own notifications need no trail; they come to the owner's bus.
func TestNotificationsNeedNoTrail(t *testing.T) {
	rule := strings.Replace(strings.Replace(fmt.Sprintf(toQueue, "q"), "aws.quicksight", "aws.identitystore", 1), `"r",`, `"r", "account": "999988887777",`, 1)
	w := openTwo(t, ``, ``, rule)
	_ = w.Change(func(b *Behaviour) { b.Trail = &Trail{Native: true} })
	q, _ := w.Queues.Get("us-east-1", "q")
	q.Settings.Attributes["Policy"] = sends("q", "arn:aws:events:us-east-1:999988887777:rule/*", "999988887777")
	create := Activity{Source: "identitystore.amazonaws.com", Name: "CreateGroup", Region: "us-east-1", Request: map[string]any{"groupId": "g"}}
	if got := told(w, "q", create); got != "aws.identitystore  999988887777" {
		t.Errorf("%q", got)
	}
}

const (
	central   = `{"name": "central", "policy": %q}`
	forward   = `{"name": "forward", "account": "999988887777", "pattern": "{\"source\": [\"aws.sso\"]}", "targets": [{"id": "bus", "arn": "arn:aws:events:us-east-1:111122223333:event-bus/central", "role_arn": "arn:aws:iam::999988887777:role/forward"}]}`
	deliver   = `{"name": "deliver", "bus": "central", "pattern": "{\"source\": [\"aws.sso\"], \"account\": [\"999988887777\"]}", "targets": [{"id": "q", "arn": "arn:aws:sqs:us-east-1:111122223333:q"}]}`
	lets      = `{"Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::%s:root"}, "Action": "events:PutEvents", "Resource": "arn:aws:events:us-east-1:111122223333:event-bus/central"}}`
	assigned  = "aws.sso CreateAccountAssignment 999988887777"
	elsewhere = "555566667777"
)

// A rule of the identity store's account forwards to a bus of this one, whose policy lets it; the event keeps its account.
func TestForwarding(t *testing.T) {
	assign := Activity{Source: "sso.amazonaws.com", Name: "CreateAccountAssignment", Region: "us-east-1"}
	for name, row := range map[string]struct{ buses, rules, want string }{
		"as it should be":         {fmt.Sprintf(central, fmt.Sprintf(lets, "999988887777")), forward + "," + deliver, assigned},
		"a bus without a policy":  {fmt.Sprintf(central, ""), forward + "," + deliver, ""},
		"a policy for another":    {fmt.Sprintf(central, fmt.Sprintf(lets, elsewhere)), forward + "," + deliver, ""},
		"no bus":                  {``, forward, ""},
		"no rule there":           {fmt.Sprintf(central, fmt.Sprintf(lets, "999988887777")), forward, ""},
		"no third account":        {fmt.Sprintf(central, fmt.Sprintf(lets, "999988887777")) + `, {"name": "third", "account": "555566667777", "policy": "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"*\", \"Resource\": \"*\"}}"}`, forward + `, {"name": "on", "bus": "central", "pattern": "{\"source\": [\"aws.sso\"]}", "targets": [{"id": "b", "arn": "arn:aws:events:us-east-1:555566667777:event-bus/third", "dead_letters": "arn:aws:sqs:us-east-1:111122223333:dead"}]}`, ""},
		"a rule without the role": {fmt.Sprintf(central, fmt.Sprintf(lets, "999988887777")), strings.Replace(forward, `, "role_arn": "arn:aws:iam::999988887777:role/forward"`, "", 1) + "," + deliver, assigned},
	} {
		w := openTwo(t, theirs, row.buses, row.rules)
		if got := told(w, "q", assign); got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
		if got, want := told(w, "dead"), name == "no third account"; (got == assigned+" THIRD_ACCOUNT_HOP_DETECTED") != want {
			t.Errorf("%s: dead %q", name, got)
		}
	}
}

// A world with rules, buses and trails is written, and read again, as it is.
func TestRulesAreDumped(t *testing.T) {
	w := openTwo(t, theirs+","+ours, fmt.Sprintf(central, fmt.Sprintf(lets, elsewhere)), forward+","+deliver+","+fmt.Sprintf(toQueue, "q"))
	first, err := w.Dump()
	if err != nil {
		t.Fatal(err)
	}
	seed, err := ParseSeed(first)
	if err != nil {
		t.Fatal(err)
	}
	again, err := New(seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := again.Dump(); err != nil || string(first) != string(second) {
		t.Errorf("%v\n%s\n%s", err, first, second)
	}
	if n := again.Events.Rules.Len(); n != 3 || len(again.trails) != 2 {
		t.Errorf("%d rules, %d trails", n, len(again.trails))
	}
	for _, bad := range []string{`{"name": ""}`, `{"name": "r", "bus": "none"}`, `{"name": "r", "pattern": "[]"}`, `{"name": "r", "targets": [{"id": "1", "input": "{"}]}`} {
		seed.Events = EventsSeed{}
		if err := json.Unmarshal([]byte(`{"rules": [`+bad+`]}`), &seed.Events); err != nil {
			t.Fatal(err)
		}
		if _, err := New(seed, nil); err == nil {
			t.Errorf("taken: %s", bad)
		}
	}
}
