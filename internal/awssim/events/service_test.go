package events_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/events"
	"github.com/tenantry/tenantry/internal/awssim/roomtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const (
	world1 = `{"account_id": "111122223333", "queues": [{"name": "q"}],
	"callers": [{"access_key": "AKIASIMULATED0000001", "arn": "arn:aws:iam::111122223333:user/admin"},
		{"access_key": "AKIATHEIRS", "account": "999988887777", "arn": "arn:aws:iam::999988887777:user/admin"}]}`
	queue = "arn:aws:sqs:us-east-1:111122223333:q"
)

// room is the room, with a call that gives the code of an error, or the answer as text.
type room struct{ *roomtest.Room }

func open(t *testing.T) room { return room{roomtest.New(t, world1, events.New)} }

func (r room) call(op, body string) string {
	r.T.Helper()
	status, m := r.Target("AWSEvents."+op, body)
	if status != 200 {
		return fmt.Sprint(m["__type"])
	}
	return fmt.Sprint(m)
}

// want calls several operations, each with what must come of it, or a part of that.
func (r room) want(rows ...[3]string) {
	r.T.Helper()
	for _, row := range rows {
		if got := r.call(row[0], row[1]); got != row[2] && !(strings.HasPrefix(row[2], "…") && strings.Contains(got, row[2][len("…"):])) {
			r.T.Errorf("%s %s: %s, want %s", row[0], row[1], got, row[2])
		}
	}
}

func TestRules(t *testing.T) {
	r := open(t)
	r.want(
		[3]string{"PutRule", `{"Name": "a", "EventPattern": "{\"source\": [\"aws.sso\"]}", "Description": "d"}`, "map[RuleArn:arn:aws:events:us-east-1:111122223333:rule/a]"},
		[3]string{"PutRule", `{"Name": "b", "ScheduleExpression": "rate(15 minutes)", "State": "DISABLED"}`, "map[RuleArn:arn:aws:events:us-east-1:111122223333:rule/b]"},
		[3]string{"DescribeRule", `{"Name": "a"}`, `map[Arn:arn:aws:events:us-east-1:111122223333:rule/a CreatedBy:111122223333 Description:d EventBusName:default EventPattern:{"source": ["aws.sso"]} Name:a State:ENABLED]`},
		[3]string{"PutTargets", `{"Rule": "a", "Targets": [{"Id": "2", "Arn": "` + queue + `", "DeadLetterConfig": {"Arn": "` + queue + `-dead"}}, {"Id": "1", "Arn": "arn:aws:lambda:us-east-1:111122223333:function:f", "Input": "{}"}]}`, "map[FailedEntries:[] FailedEntryCount:0]"},
		[3]string{"PutTargets", `{"Rule": "b", "Targets": [{"Id": "2", "Arn": "` + queue + `"}]}`, "map[FailedEntries:[] FailedEntryCount:0]"},
		[3]string{"ListTargetsByRule", `{"Rule": "a"}`, "map[Targets:[map[Arn:arn:aws:lambda:us-east-1:111122223333:function:f Id:1 Input:{}] map[Arn:" + queue + " DeadLetterConfig:map[Arn:" + queue + "-dead] Id:2]]]"},
		[3]string{"ListRuleNamesByTarget", `{"TargetArn": "` + queue + `"}`, "map[RuleNames:[a b]]"},
		[3]string{"ListRuleNamesByTarget", `{"TargetArn": "arn:aws:sqs:us-east-1:111122223333:none"}`, "map[RuleNames:[]]"},
		[3]string{"ListRules", `{"NamePrefix": "b"}`, "map[Rules:[map[Arn:arn:aws:events:us-east-1:111122223333:rule/b EventBusName:default Name:b ScheduleExpression:rate(15 minutes) State:DISABLED]]]"},
		// A rule that is put anew keeps its targets, and nothing else.
		[3]string{"PutRule", `{"Name": "a", "EventPattern": "{\"source\": [\"aws.iam\"]}"}`, "map[RuleArn:arn:aws:events:us-east-1:111122223333:rule/a]"},
		[3]string{"DescribeRule", `{"Name": "a"}`, `map[Arn:arn:aws:events:us-east-1:111122223333:rule/a CreatedBy:111122223333 EventBusName:default EventPattern:{"source": ["aws.iam"]} Name:a State:ENABLED]`},
		[3]string{"DeleteRule", `{"Name": "a"}`, "ValidationException"}, // it has targets
		[3]string{"RemoveTargets", `{"Rule": "a", "Ids": ["1", "2", "3"]}`, "…FailedEntryCount:1"},
		[3]string{"ListTargetsByRule", `{"Rule": "a"}`, "map[Targets:[]]"},
	)
	r.Region = "eu-west-1"
	r.want([3]string{"ListRules", `{}`, "map[Rules:[]]"})
	r.Region, r.Key = "us-east-1", "AKIATHEIRS"
	r.want([3]string{"ListRules", `{}`, "map[Rules:[]]"}, [3]string{"DescribeRule", `{"Name": "a"}`, "ResourceNotFoundException"},
		[3]string{"DescribeRule", `{"Name": "a", "EventBusName": "arn:aws:events:us-east-1:111122223333:event-bus/default"}`, "AccessDeniedException"})
}

func TestBadInput(t *testing.T) {
	r := open(t)
	r.want([3]string{"PutRule", `{"Name": "a", "ScheduleExpression": "rate(1 hour)"}`, "…rule/a"})
	target := func(rest string) string {
		return `{"Rule": "a", "Targets": [{"Id": "1", "Arn": "` + queue + `"` + rest + `}]}`
	}
	r.want(
		[3]string{"PutRule", `{"Name": "x"}`, "ValidationException"},
		[3]string{"PutRule", `{"Name": "a b", "ScheduleExpression": "rate(1 hour)"}`, "ValidationException"},
		[3]string{"PutRule", `{"Name": "x", "ScheduleExpression": "every hour"}`, "ValidationException"},
		[3]string{"PutRule", `{"Name": "x", "ScheduleExpression": "rate(1 hour)", "State": "ON"}`, "ValidationException"},
		[3]string{"PutRule", `{"Name": "x", "EventPattern": "{\"source\": \"aws.sso\"}"}`, "InvalidEventPatternException"},
		[3]string{"PutRule", `{"Name": "x", "EventPattern": "{}", "EventBusName": "none"}`, "ResourceNotFoundException"},
		[3]string{"DescribeRule", `{"Name": "x"}`, "ResourceNotFoundException"},
		[3]string{"PutTargets", `{"Rule": "x", "Targets": [{"Id": "1", "Arn": "` + queue + `"}]}`, "ResourceNotFoundException"},
		[3]string{"PutTargets", `{"Rule": "a", "Targets": []}`, "ValidationException"},
		[3]string{"PutTargets", `{"Rule": "a", "Targets": [{"Id": "1", "Arn": "queue"}]}`, "ValidationException"},
		[3]string{"PutTargets", `{"Rule": "a", "Targets": [{"Id": "1", "Arn": "arn:aws:sqs:eu-west-1:111122223333:q"}]}`, "ValidationException"},
		[3]string{"PutTargets", target(`, "Input": "{"`), "ValidationException"},
		[3]string{"PutTargets", target(`, "Input": "{}", "InputPath": "$"`), "ValidationException"},
		[3]string{"PutTargets", target(`, "InputTransformer": {}`), "ValidationException"},
		[3]string{"ListRules", `{"Limit": 101}`, "ValidationException"},
		[3]string{"ListRules", `{"NextToken": "no"}`, "ValidationException"},
		[3]string{"TestEventPattern", `{"EventPattern": "{\"a\": [1]}", "Event": "{\"a\": 1}"}`, "map[Result:true]"},
		[3]string{"TestEventPattern", `{"EventPattern": "{\"a\": [1]}", "Event": "{\"a\": 2}"}`, "map[Result:false]"},
		[3]string{"TestEventPattern", `{"EventPattern": "[]", "Event": "{}"}`, "InvalidEventPatternException"},
	)
	var many []string
	for i := range 6 {
		many = append(many, fmt.Sprintf(`{"Id": "%d", "Arn": %q}`, i, queue))
	}
	r.want([3]string{"PutTargets", `{"Rule": "a", "Targets": [` + strings.Join(many, ", ") + `]}`, "LimitExceededException"})
}

func TestPages(t *testing.T) {
	r := open(t)
	for i := range 5 {
		r.want([3]string{"PutRule", fmt.Sprintf(`{"Name": "r%d", "ScheduleExpression": "rate(1 day)"}`, i), "…rule/r"},
			[3]string{"PutTargets", fmt.Sprintf(`{"Rule": "r%d", "Targets": [{"Id": "1", "Arn": %q}]}`, i, queue), "…FailedEntryCount:0"})
	}
	for op, member := range map[string]string{"ListRules": "Rules", "ListRuleNamesByTarget": "RuleNames"} {
		n, token := 0, ""
		for pages := 1; ; pages++ {
			_, m := r.Target("AWSEvents."+op, fmt.Sprintf(`{"TargetArn": %q, "Limit": 2, "NextToken": %q}`, queue, token))
			n += len(m[member].([]any))
			if token, _ = m["NextToken"].(string); token == "" {
				if n != 5 || pages != 3 {
					t.Errorf("%s: %d in %d pages", op, n, pages)
				}
				break
			}
		}
	}
}

func TestBuses(t *testing.T) {
	r := open(t)
	const bus = "arn:aws:events:us-east-1:111122223333:event-bus/central"
	r.want(
		[3]string{"CreateEventBus", `{"Name": "central"}`, "map[EventBusArn:" + bus + "]"},
		[3]string{"CreateEventBus", `{"Name": "central"}`, "ResourceAlreadyExistsException"},
		[3]string{"DescribeEventBus", `{}`, "map[Arn:arn:aws:events:us-east-1:111122223333:event-bus/default Name:default]"},
		[3]string{"PutRule", `{"Name": "a", "EventBusName": "central", "EventPattern": "{\"a\": [1]}"}`, "map[RuleArn:arn:aws:events:us-east-1:111122223333:rule/central/a]"},
		[3]string{"PutRule", `{"Name": "b", "EventBusName": "central", "ScheduleExpression": "rate(1 day)"}`, "ValidationException"},
		[3]string{"DeleteEventBus", `{"Name": "central"}`, "ValidationException"}, // it has a rule
		[3]string{"DeleteEventBus", `{"Name": "default"}`, "ValidationException"},
	)
	r.Key = "AKIATHEIRS"
	put := `{"Entries": [{"Source": "app", "DetailType": "t", "Detail": "{}", "EventBusName": "` + bus + `"}]}`
	r.want([3]string{"PutEvents", put, "…ErrorCode:AccessDeniedException"})
	r.Key = "AKIASIMULATED0000001"
	r.want(
		[3]string{"PutPermission", `{"EventBusName": "central", "Action": "events:PutEvents", "Principal": "999988887777", "StatementId": "them"}`, "map[]"},
		[3]string{"DescribeEventBus", `{"Name": "central"}`, "…999988887777:root"}, [3]string{"PutPermission", `{"Policy": "{}"}`, "ValidationException"})
	r.Key = "AKIATHEIRS"
	r.want([3]string{"PutEvents", put, "…FailedEntryCount:0"},
		[3]string{"ListRules", `{"EventBusName": "` + bus + `"}`, "AccessDeniedException"}) // that the policy does not allow
}

// What a client puts comes by the rules, and nobody puts what is AWS's to say.
func TestPutEvents(t *testing.T) {
	r := open(t)
	allow(r, "arn:aws:events:us-east-1:111122223333:rule/a")
	r.want(
		[3]string{"PutRule", `{"Name": "a", "EventPattern": "{\"detail\": {\"n\": [{\"numeric\": [\">\", 1]}]}}"}`, "…rule/a"},
		[3]string{"PutTargets", `{"Rule": "a", "Targets": [{"Id": "1", "Arn": "` + queue + `"}]}`, "…FailedEntryCount:0"},
		[3]string{"PutEvents", `{"Entries": [{"Source": "app", "DetailType": "t", "Detail": "{\"n\": 1}"}, {"Source": "app", "DetailType": "t", "Detail": "{\"n\": 2}", "Time": 1700000000},
			{"Source": "aws.sso", "DetailType": "t", "Detail": "{\"n\": 3}"}, {"Source": "app", "DetailType": "t", "Detail": "3"}, {"Source": "app"}]}`, "…FailedEntryCount:3"},
		[3]string{"PutEvents", `{"Entries": []}`, "ValidationException"},
	)
	got := waiting(r)
	if len(got) != 1 || !strings.Contains(got[0].Body, `"source":"app"`) || !strings.Contains(got[0].Body, `"time":"2023-11-14T22:13:20Z"`) || !strings.Contains(got[0].Body, `"detail":{"n":2}`) {
		t.Errorf("%+v", got)
	}
}

// allow lets a rule send to the queue.
func allow(r room, rule string) {
	r.World.Lock()
	defer r.World.Unlock()
	q, _ := r.World.Queues.Get("us-east-1", "q")
	q.Settings.Attributes = map[string]string{"Policy": `{"Statement": [{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"},
		"Action": "sqs:SendMessage", "Resource": "` + queue + `", "Condition": {"ArnEquals": {"aws:SourceArn": "` + rule + `"}}}]}`}
}

// waiting are the messages of the queue, which are taken out of it.
func waiting(r room) []world.Message {
	r.World.Lock()
	defer r.World.Unlock()
	q, _ := r.World.Queues.Get("us-east-1", "q")
	got := q.Receive(1000, 0)
	q.Purge()
	return got
}
