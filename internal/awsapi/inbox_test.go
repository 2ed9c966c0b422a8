package awsapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
)

const queueURL = "https://sqs.eu-west-1.amazonaws.com/111122223333/events"

// events is a queue with n messages, and one for dead letters, in a Region of their own.
func events(n int) func(*world.Seed) {
	return func(s *world.Seed) {
		set := world.DefaultQueueSettings()
		dead := world.QueueSeed{Name: "dead", Region: "eu-west-1", QueueSettings: set}
		set.Redrive = &world.Redrive{DeadLetterQueue: "dead", MaxReceives: 5}
		queue := world.QueueSeed{Name: "events", Region: "eu-west-1", QueueSettings: set}
		for i := range n {
			queue.Messages = append(queue.Messages, world.Message{ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), Body: fmt.Sprintf("event %d", i), SentAt: time.Now()})
		}
		s.Queues = append(s.Queues, queue, dead)
	}
}

// receive takes everything there is.
func receive(t *testing.T, i *awsapi.Inbox) []awsapi.Message {
	t.Helper()
	var all []awsapi.Message
	for {
		some, err := i.Receive(t.Context(), 0, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if len(some) == 0 {
			return all
		}
		all = append(all, some...)
	}
}

func depth(t *testing.T, i *awsapi.Inbox) awsapi.Depth {
	t.Helper()
	d, err := i.Depth(t.Context())
	if err != nil {
		t.Error(err)
	}
	return d
}

// TestInbox receives, gives back, extends and deletes 25 messages, ten a call.
func TestInbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, events(25))
		i := r.At(awsapi.Soon).Inbox(queueURL)
		check(t, nil, depth(t, i), awsapi.Depth{Waiting: 25})
		all := receive(t, i)
		check(t, nil, len(all), 25)
		for _, m := range all {
			if !strings.HasPrefix(string(m.Body), "event ") || m.Receives != 1 || m.Receipt == "" || m.ID == "" || m.Sent.IsZero() || time.Since(m.Sent) > time.Hour*24*4 {
				t.Errorf("%+v", m)
			}
		}
		check(t, nil, depth(t, i), awsapi.Depth{InFlight: 25})
		for _, c := range r.called {
			if c.Service != "SQS" || c.Outcome != awsapi.OK || c.Priority != awsapi.Soon {
				t.Errorf("%+v", c)
			}
		}

		r.with(nil)
		check(t, i.Extend(t.Context(), all[:11], 0), depth(t, i), awsapi.Depth{Waiting: 11, InFlight: 14})
		check(t, i.Extend(t.Context(), all[11:], 5*time.Minute), r.calls(), []string{"ChangeMessageVisibilityBatch", "ChangeMessageVisibilityBatch", "GetQueueAttributes", "ChangeMessageVisibilityBatch", "ChangeMessageVisibilityBatch"})
		time.Sleep(2 * time.Minute)
		check(t, nil, depth(t, i), awsapi.Depth{Waiting: 11, InFlight: 14})
		again := receive(t, i)
		check(t, nil, again[0].Receives, 2)
		r.with(nil)
		check(t, i.Delete(t.Context(), append(again, all[11:]...)), r.calls(), []string{"DeleteMessageBatch", "DeleteMessageBatch", "DeleteMessageBatch"})
		check(t, nil, depth(t, i), awsapi.Depth{})
		check(t, i.Delete(t.Context(), nil), 0, 0)
	})
}

// TestInboxLongPoll waits for a message for as long as is asked for, though an attempt may take less,
// and no other service waits with it.
func TestInboxLongPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, events(0), func(o *awsapi.Options) { o.AttemptTimeout = 5 * time.Second })
		i := r.Inbox(queueURL)
		polls := make(chan time.Duration)
		for range 100 {
			go func() {
				begin := time.Now()
				some, err := i.Receive(t.Context(), time.Minute, 0)
				check(t, err, len(some), 0)
				polls <- time.Since(begin)
			}()
		}
		synctest.Wait()
		begin := time.Now()
		if _, err := r.QuickSight().Namespaces(t.Context()); err != nil || time.Since(begin) > time.Second {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		first := <-polls
		check(t, nil, first, 20*time.Second)
		for range 99 {
			<-polls
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin = time.Now()
		if _, err := i.Receive(ctx, 20*time.Second, 0); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) > time.Second {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
	})
}

// TestInboxStaleReceipts takes it for no failure that a message is not ours any more.
func TestInboxStaleReceipts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, events(3))
		i := r.Inbox(queueURL)
		all := receive(t, i)
		all = append(all, awsapi.Message{ID: "x", Receipt: "made up"})
		time.Sleep(2 * time.Minute)
		if err := i.Extend(t.Context(), all, time.Minute); err != nil {
			t.Error(err)
		}
		if err := i.Delete(t.Context(), all); err != nil {
			t.Error(err)
		}
		if err := i.Extend(t.Context(), all, 0); err != nil {
			t.Error(err)
		}
		check(t, nil, depth(t, i), awsapi.Depth{})
	})
}

// TestInboxPartialFailure tries again what failed, and says what is left.
func TestInboxPartialFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for tries, wantLeft := range map[int]int{1: 0, 3: 0, 1000: 1} {
			n := 0
			r := newRig(t, events(12), func(o *awsapi.Options) {
				sim := o.HTTPClient
				o.HTTPClient = clientFunc(func(req *http.Request) (*http.Response, error) {
					if !strings.HasSuffix(req.Header.Get("X-Amz-Target"), "DeleteMessageBatch") {
						return sim.Do(req)
					}
					n++
					if n > tries {
						return sim.Do(req)
					}
					return failing(t, sim, req)
				})
			})
			i := r.Inbox(queueURL)
			err := i.Delete(t.Context(), receive(t, i))
			left, _ := errors.AsType[*awsapi.LeftError](err)
			if (err != nil) != (wantLeft > 0) || left != nil && len(left.Left) != wantLeft {
				t.Errorf("failing %d times: %v", tries, err)
			}
			if err != nil && (strings.Contains(err.Error(), "event ") || !strings.Contains(err.Error(), "InternalError")) {
				t.Errorf("%v", err)
			}
			check(t, nil, depth(t, i).InFlight, wantLeft)
		}
	})
}

// failing lets the first entry of a batch fail, as SQS tells of it.
func failing(t *testing.T, sim awsapi.HTTPClient, req *http.Request) (*http.Response, error) {
	var in map[string]any
	if err := json.NewDecoder(req.Body).Decode(&in); err != nil {
		t.Error(err)
	}
	entries := in["Entries"].([]any)
	failed := entries[0].(map[string]any)["Id"]
	out := map[string]any{"Successful": []any{}, "Failed": []any{}}
	if len(entries) > 1 {
		in["Entries"] = entries[1:]
		body, _ := json.Marshal(in)
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		req.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
		res, err := sim.Do(req)
		if err != nil {
			return nil, err
		}
		if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
			t.Error(err)
		}
	}
	out["Failed"] = append(out["Failed"].([]any), map[string]any{"Id": failed, "SenderFault": false, "Code": "InternalError", "Message": "try again"})
	body, _ := json.Marshal(out)
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(bytes.NewReader(body)), Request: req}, nil
}

// TestInboxSetAside moves a message with its reason, and leaves the others.
func TestInboxSetAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(s *world.Seed) {
			events(2)(s)
			s.Queues[0].Messages[0].Body = strings.Repeat("x", 1<<20) // no room for a reason
			s.Queues = append(s.Queues, world.QueueSeed{Name: "lonely", Region: "eu-west-1", QueueSettings: world.DefaultQueueSettings()})
		})
		i := r.Inbox(queueURL)
		all := receive(t, i)
		for _, m := range all {
			if err := i.SetAside(t.Context(), m, "another \x00 account's "+strings.Repeat("y", 1000)); err != nil {
				t.Error(err)
			}
		}
		reads := slices.DeleteFunc(r.calls(), func(op string) bool { return op != "GetQueueAttributes" })
		check(t, nil, len(reads), 1)
		check(t, nil, depth(t, i), awsapi.Depth{})
		for _, q := range r.dump(t).Queues {
			if q.Name != "dead" {
				continue
			}
			check(t, nil, len(q.Messages), 2)
			for _, m := range q.Messages {
				switch reason := m.Attributes["tenantry-reason"]; {
				case len(m.Body) > 100 && reason.Text == "" && m.Body == string(all[0].Body):
				case m.Body == string(all[1].Body) && strings.HasPrefix(reason.Text, "another   account's yyy"):
				default:
					t.Errorf("%.50s: %+v", m.Body, m.Attributes)
				}
			}
		}

		lonely := r.Inbox(strings.Replace(queueURL, "events", "lonely", 1))
		if err := lonely.SetAside(t.Context(), all[0], "x"); !errors.Is(err, awsapi.ErrNoDeadLetters) {
			t.Error(err)
		}
	})
}

// TestInboxErrors says what mends a queue that cannot be used.
func TestInboxErrors(t *testing.T) {
	denied := func(s *world.Seed) {
		events(1)(s)
		s.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{"sqs:*"}}}
	}
	for name, c := range map[string]struct {
		seed func(*world.Seed)
		url  string
		want error
		hint string
	}{
		"missing":         {events(1), strings.Replace(queueURL, "events", "none", 1), plan.ErrNotFound, "no queue none of account 111122223333 in eu-west-1"},
		"another Region":  {events(1), strings.Replace(queueURL, "eu-west-1", "us-east-1", 1), plan.ErrNotFound, "in us-east-1"},
		"another account": {events(1), strings.Replace(queueURL, "111122223333", "999999999999", 1), plan.ErrNotFound, "lets nobody of another account in"},
		"denied":          {denied, queueURL, plan.ErrDenied, "allow sqs:ReceiveMessage on queue events"},
		"denied there":    {denied, strings.Replace(queueURL, "111122223333", "999999999999", 1), plan.ErrDenied, "own policy"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, c.seed)
			i := r.Inbox(c.url)
			_, err := i.Receive(t.Context(), 0, 0)
			e, ok := errors.AsType[*awsapi.QueueError](err)
			if !ok || !errors.Is(err, c.want) || !strings.Contains(e.Hint(), c.hint) || e.RequestID == "" {
				t.Errorf("%T %v", err, err)
			} else {
				t.Log(err, e.Hint())
			}
			if _, err := i.Depth(t.Context()); err == nil {
				t.Error("no depth, and no error")
			}
			if err := i.Delete(t.Context(), []awsapi.Message{{ID: "m", Receipt: "r", Body: []byte("secret")}}); !errors.Is(err, c.want) || strings.Contains(err.Error(), "secret") {
				t.Error(err)
			}
			if err := i.SetAside(t.Context(), awsapi.Message{ID: "m", Receipt: "r", Body: []byte("secret")}, "x"); !errors.Is(err, c.want) || strings.Contains(err.Error(), "secret") {
				t.Error(err)
			}
		})
	}
}

// TestInboxWeather sends again what was throttled, and what had no clear answer.
func TestInboxWeather(t *testing.T) {
	for name, hook := range map[string]awssim.Hook{
		"F1 throttled": awssim.FailBefore("sqs", awssim.Throttling()),
		"F3 500":       awssim.FailBefore("sqs", awssim.InternalFailure()),
		"F5 dropped":   awssim.DropAfter("sqs"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, events(10))
				i := r.Inbox(queueURL)
				flaky := func() { r.with(awssim.Between(1, 2, "sqs", hook)) }
				flaky()
				some, err := i.Receive(t.Context(), 20*time.Second, 10*time.Second)
				check(t, err, len(some), 10)
				flaky()
				check(t, i.Extend(t.Context(), some, time.Minute), len(r.calls()), 3)
				flaky()
				check(t, i.SetAside(t.Context(), some[0], "x"), 0, 0)
				flaky()
				check(t, i.Delete(t.Context(), some[1:]), depth(t, i), awsapi.Depth{})
			})
		})
	}
}

// TestInboxRole reads events as a role of their own.
func TestInboxRole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(s *world.Seed) {
			events(1)(s)
			s.IAM.Roles = append(s.IAM.Roles, world.Role{Name: "events", Trust: `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
				"Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:AssumeRole"}]}`})
			s.Behaviour.Denied = []world.Denial{{Caller: "arn:aws:sts::111122223333:assumed-role/events/tenantry", Actions: []string{"sqs:ReceiveMessage"}}}
		}, func(o *awsapi.Options) {
			o.EventsRole = awsapi.AssumeRole{RoleARN: "arn:aws:iam::111122223333:role/events"}
		})
		if _, err := r.Inbox(queueURL).Receive(t.Context(), 0, 0); !errors.Is(err, plan.ErrDenied) || !strings.Contains(err.Error(), "assumed-role/events/tenantry") {
			t.Error(err)
		}
		if _, err := r.QuickSight().Namespaces(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
