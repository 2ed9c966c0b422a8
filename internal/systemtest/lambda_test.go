package systemtest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/policy"
)

// sandbox is a process that Lambda invokes, once after another.
type sandbox struct {
	*rig
	lambda    *app.Lambda
	line      *line
	office    *office // nil for a function that was not told its queue
	history   *journal.Journal
	continued atomic.Int64 // how often it has asked to be invoked again
}

const functionARN = "arn:aws:lambda:eu-west-1:111122223333:function:tenantry-passes:live"

func (r *rig) sandbox() *sandbox {
	r.Helper()
	j, err := journal.Open(context.Background(), journal.Spec{Place: "memory", Account: account, Store: store})
	if err != nil {
		r.Fatalf("opening the history: %v", err)
	}
	s := &sandbox{rig: r, line: r.lineFor(policy.ForServe), history: j}
	s.lambda = &app.Lambda{
		Open:    s.open,
		Self:    func(context.Context) string { return functionARN },
		Log:     slog.New(slog.NewTextHandler(io.Discard, nil)),
		Metrics: app.NewMetrics(),
	}
	return s
}

func (s *sandbox) open(ctx context.Context, share float64) (*app.App, error) {
	o := app.Options{Simulator: &app.Simulator{Client: &http.Client{Transport: s}, Rate: 1000}, Journal: s.history, Share: share}
	if s.office != nil {
		o.Inbox = &letterbox{s.office, s.line}
	}
	return app.New(ctx, s.config, o)
}

// RoundTrip is AWS, with Lambda.
func (s *sandbox) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != "lambda.eu-west-1.amazonaws.com" {
		return s.line.RoundTrip(r)
	}
	body, _ := io.ReadAll(r.Body)
	path, kind := "/2015-03-31/functions/"+functionARN+"/invocations", r.Header.Get("X-Amz-Invocation-Type")
	if r.URL.Path != path || kind != "Event" || !json.Valid(body) {
		s.Errorf("a call to Lambda: %s, type %q, with %s", r.URL.Path, kind, body)
	}
	s.continued.Add(1)
	return &http.Response{StatusCode: http.StatusAccepted, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// invoke invokes the function, and makes sure that nothing of it goes on after its answer.
func (s *sandbox) invoke(event string, timeout time.Duration) (answer string, err error) {
	s.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	value, err := s.lambda.Handle(ctx, json.RawMessage(event))
	if ctx.Err() != nil {
		s.Errorf("F51: the invocation has outlived its deadline")
	}
	before := s.total()
	time.Sleep(10 * time.Minute)
	if after := s.total(); after != before {
		s.Errorf("%d calls after the answer", after-before)
	}
	out, marshal := json.Marshal(value)
	if marshal != nil {
		s.Errorf("the answer is no JSON: %v", marshal)
	}
	return string(out), err
}

// total is how many calls there were.
func (s *sandbox) total() (n int) {
	for _, calls := range s.sim.Calls() {
		n += calls
	}
	return n
}

// sqsBatch is an event of SQS with messages m0, m1 and so on.
func sqsBatch(bodies ...string) string {
	var messages []awsapi.Message
	for i, body := range bodies {
		messages = append(messages, awsapi.Message{ID: fmt.Sprintf("m%d", i), Receipt: fmt.Sprintf("r%d", i), Body: []byte(body), Sent: time.Now(), Receives: 1})
	}
	return batchOf(messages)
}

// batchOf is an event of SQS with messages as they were received.
func batchOf(messages []awsapi.Message) string {
	var records []map[string]any
	for _, m := range messages {
		records = append(records, map[string]any{
			"messageId": m.ID, "receiptHandle": m.Receipt, "body": string(m.Body),
			"attributes":  map[string]string{"ApproximateReceiveCount": fmt.Sprint(m.Receives), "SentTimestamp": fmt.Sprint(m.Sent.UnixMilli())},
			"eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:111122223333:events", "awsRegion": region,
		})
	}
	event, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		panic(err)
	}
	return string(event)
}

// returned is the answer to a batch of which these messages are to come again.
func returned(ids ...string) string {
	failures := []string{}
	for _, id := range ids {
		failures = append(failures, fmt.Sprintf(`{"itemIdentifier":%q}`, id))
	}
	return `{"batchItemFailures":[` + strings.Join(failures, ",") + `]}`
}

const scheduled = `{"version":"0","source":"aws.events","detail-type":"Scheduled Event","detail":{}}`

// expect invokes the function, and wants an answer.
func (s *sandbox) expect(what, event string, timeout time.Duration, want string) {
	s.Helper()
	if got, err := s.invoke(event, timeout); err != nil || got != want {
		s.Errorf("%s: answered %s, want %s: %v", what, got, want, err)
	}
}

// denied refuses reading a person.
func denied(id string) awssim.Hook {
	return func(c awssim.Call) awssim.Fault {
		if c.Op == "identitystore:DescribeUser" && c.Phase == awssim.BeforeEffect && strings.Contains(string(c.Body), id) {
			return awssim.Fault{Err: wire.Errorf(400, "AccessDeniedException", "not authorized")}
		}
		return awssim.Fault{}
	}
}

// TestS18BatchInLambda: of a batch, those messages come again whose effect is not made, and no others.
func TestS18BatchInLambda(t *testing.T) {
	t.Parallel()
	for _, queue := range []bool{true, false} {
		t.Run(fmt.Sprintf("queue=%t", queue), func(t *testing.T) {
			in(t, tenants(2, 2), settings{}, func(r *rig) {
				s := r.sandbox()
				if queue {
					s.office = newOffice()
				}
				s.expect("the first pass", scheduled, 15*time.Minute, `{"complete":true,"continued":false,"paused":false,"done":12,"failed":0,"holds":0}`)
				for _, name := range []string{"good", "lost"} {
					r.someone(name)
					r.join("qs:t000", name)
				}
				if queue {
					s.office.send("", 0) // m0, and the poison below is m2
					s.office.send("", 0)
					s.office.send("", 0)
				}
				good, lost := joinedByAPI(r.groupID("qs:t000"), r.id("good")), joinedByAPI(r.groupID("qs:t000"), r.id("lost"))
				r.suffer(denied(r.id("lost")))
				s.expect("S18", sqsBatch(good, lost, "{", good, lost), 5*time.Minute, returned("m1", "m4"))
				if !r.isIn("t000", "qs:t000", "good") || r.isIn("t000", "qs:t000", "lost") {
					t.Error("S18: an effect is missing, or there is one that was refused")
				}
				if queue && s.office.aside["m2"] == "" {
					t.Error("F14: the poison was not set aside")
				}
				r.suffer()
				s.expect("again", sqsBatch(lost), 5*time.Minute, returned())
				r.settled()
			})
		})
	}
}

// TestIndexInLambda: the function reads everything once an hour, and no invocation waits for it but the
// first. Where reading fails, all messages come again at first, and later the old index does.
func TestIndexInLambda(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 2), settings{}, func(r *rig) {
		r.start().untilDone()
		s := r.sandbox()
		lists := func() int { return r.sim.Calls()["quicksight:ListNamespaces"] }
		event := joinedByAPI(r.groupID("qs:t000"), r.id("t000.000"))
		r.suffer(awssim.FailBefore("identitystore:ListGroups", wire.Errorf(400, "AccessDeniedException", "no")))
		if answer, err := s.invoke(sqsBatch(event), 5*time.Minute); err == nil {
			t.Errorf("a batch was answered without an index: %s", answer)
		}
		r.suffer()
		s.expect("with an index", sqsBatch(event), 5*time.Minute, returned())
		before := lists()
		for range 5 { // they take ten minutes each
			s.expect("with the same index", sqsBatch(event), 5*time.Minute, returned())
		}
		if n := lists() - before; n != 0 {
			t.Errorf("%d readings of everything within the hour", n)
		}
		s.expect("an hour later", sqsBatch(event), 5*time.Minute, returned())
		s.expect("an hour later", sqsBatch(event), 5*time.Minute, returned())
		if n := lists() - before; n != 1 {
			t.Errorf("%d readings of everything after an hour, want 1", n)
		}
		time.Sleep(time.Hour)
		r.suffer(awssim.On("quicksight:ListNamespaces", awssim.BeforeEffect, awssim.Fault{Delay: time.Hour}))
		s.expect("while nothing new can be read", sqsBatch(event), 2*time.Minute, returned())
	})
}

// TestF51NamespaceInLambda: a message that waits for its namespace is dealt with in the same invocation
// when there is time, and returned when there is not.
func TestF51NamespaceInLambda(t *testing.T) {
	t.Parallel()
	for delay, want := range map[time.Duration]string{30 * time.Second: returned(), 10 * time.Minute: returned("m0", "m1")} {
		t.Run(delay.String(), func(t *testing.T) {
			in(t, tenants(1, 2), settings{}, func(r *rig) {
				r.start().untilDone()
				r.behave(func(b *world.Behaviour) { b.NamespaceCreateDelay = world.Duration(delay) })
				s := r.sandbox()
				r.someone("first")
				group := r.group("qs:new", "first")
				s.expect("F51", sqsBatch(createdByAPI(group), joinedByAPI(group, r.id("first"))), 2*time.Minute, want)
				time.Sleep(delay)
				s.expect("later", sqsBatch(joinedByAPI(group, r.id("first"))), 2*time.Minute, returned())
				if !r.isIn("new", "qs:new", "first") {
					t.Error("the first person of the new customer is not registered")
				}
				r.settled()
			})
		})
	}
}

// TestF51NothingGoesOn: a write that is under way at the end of the time is waited for, since nothing
// happens between two invocations.
func TestF51NothingGoesOn(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 2), settings{}, func(r *rig) {
		r.start().untilDone()
		s := r.sandbox()
		r.someone("late")
		r.join("qs:t000", "late")
		r.suffer(awssim.On("quicksight:RegisterUser", awssim.BeforeEffect, awssim.Fault{Delay: 25 * time.Second}))
		ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
		defer cancel()
		answer, err := s.lambda.Handle(ctx, json.RawMessage(sqsBatch(joinedByAPI(r.groupID("qs:t000"), r.id("late")))))
		if _, there := r.user("t000", "QuickSight/late"); !there {
			t.Error("the answer came before the end of a write")
		}
		if out, _ := json.Marshal(answer); string(out) != returned("m0") {
			t.Errorf("answered %s: %v", out, err)
		}
		r.suffer()
		s.expect("again", sqsBatch(joinedByAPI(r.groupID("qs:t000"), r.id("late"))), 5*time.Minute, returned())
		r.settled()
	})
}

// TestF51PassInLambda: a pass that its deadline cuts goes on in further invocations, each of which the
// one before has asked for, until everything is done.
func TestF51PassInLambda(t *testing.T) {
	t.Parallel()
	in(t, tenants(3, 60), settings{more: "limits: {quicksight_rate: 4}"}, func(r *rig) {
		s := r.sandbox()
		r.behave(func(b *world.Behaviour) { b.NamespaceCreateDelay = world.Duration(5 * time.Second) })
		invocations := 0
		for complete := false; !complete; invocations++ {
			if invocations > 30 {
				t.Fatal("it does not come to an end")
			}
			answer, err := s.invoke(scheduled, 90*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			complete = strings.Contains(answer, `"complete":true`)
			if want := invocations + 1; !complete && s.continued.Load() != int64(want) {
				t.Fatalf("F51: it has asked %d times to be invoked again, want %d: %s", s.continued.Load(), want, answer)
			}
		}
		if invocations < 3 || s.continued.Load() != int64(invocations-1) {
			t.Errorf("%d invocations, and it has asked for %d", invocations, s.continued.Load())
		}
		r.settled()
	})
}

// TestNoEndlessContinuation: a pass that comes no further, or must not, does not ask to be invoked again.
func TestNoEndlessContinuation(t *testing.T) {
	t.Parallel()
	never := func(operations ...string) awssim.Hook {
		return func(c awssim.Call) awssim.Fault {
			if slices.Contains(operations, c.Op) && c.Phase == awssim.BeforeEffect {
				return awssim.Fault{Delay: time.Second, Err: awssim.Throttling()}
			}
			return awssim.Fault{}
		}
	}
	for name, fault := range map[string]awssim.Hook{
		"reading takes all of the time": never("quicksight:ListNamespaces"),
		"no write gets through":         never("quicksight:CreateNamespace", "quicksight:CreateGroup", "quicksight:RegisterUser"),
	} {
		t.Run(name, func(t *testing.T) {
			in(t, tenants(2, 2), settings{}, func(r *rig) {
				s := r.sandbox()
				r.suffer(fault)
				answer, err := s.invoke(scheduled, time.Minute)
				if s.continued.Load() != 0 || strings.Contains(answer, `"complete":true`) {
					t.Errorf("continued %d times: %s, %v", s.continued.Load(), answer, err)
				}
			})
		})
	}
	t.Run("a pause", func(t *testing.T) {
		in(t, tenants(3, 60), settings{more: "limits: {quicksight_rate: 4}"}, func(r *rig) {
			s := r.sandbox()
			steps := 0
			r.suffer(func(c awssim.Call) awssim.Fault {
				if c.Op == "quicksight:RegisterUser" && c.Phase == awssim.AfterEffect {
					if steps++; steps == 3 { // and its answer is late, so that time runs out as well
						s.pause()
						return awssim.Fault{Delay: 10 * time.Minute}
					}
				}
				return awssim.Fault{}
			})
			answer, err := s.invoke(scheduled, time.Minute)
			r.suffer()
			if s.continued.Load() != 0 || !strings.Contains(answer, `"paused":true`) || steps < 3 {
				t.Errorf("continued %d times: %s, %v", s.continued.Load(), answer, err)
			}
			r.someone("late")
			r.join("qs:t000", "late")
			s.expect("a batch", sqsBatch(joinedByAPI(r.groupID("qs:t000"), r.id("late"))), 5*time.Minute, returned("m0"))
		})
	})
}

func (s *sandbox) pause() {
	if _, err := s.history.Record(context.Background(), plan.Entry{What: plan.PauseBegan, Text: "testing"}); err != nil {
		s.Errorf("pausing: %v", err)
	}
}
