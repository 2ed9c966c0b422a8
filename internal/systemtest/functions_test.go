package systemtest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/policy"
)

// functions are tenantry as two Lambda functions, with what AWS has around them: a queue that invokes one of them with
// batches of messages and deletes those that do not come back, and a schedule that invokes the other.
type functions struct {
	hints, passes *sandbox
	line          *line
	cancel        context.CancelFunc
	running       sync.WaitGroup
}

const (
	hintsTimeout  = 2 * time.Minute
	passesTimeout = 15 * time.Minute
	// The queue's visibility timeout, as AWS recommends it for a queue that invokes a function.
	sixTimes = 6 * hintsTimeout
)

// functions makes the two functions, prepares each, and sets them going.
func (r *rig) functions(o *office, prepare ...func(*sandbox)) *functions {
	r.Helper()
	f := &functions{hints: r.sandbox(), passes: r.sandbox(), line: r.lineFor(policy.ForServe)}
	f.hints.line, f.passes.line = f.line, f.line
	f.hints.office = o
	for _, p := range prepare {
		p(f.hints)
		p(f.passes)
	}
	ctx, cancel := context.WithCancel(context.Background())
	f.cancel = cancel
	f.running.Go(func() { f.fromQueue(ctx, &letterbox{o, f.line}) })
	f.running.Go(func() { f.onSchedule(ctx) })
	return f
}

// fromQueue invokes the function for hints with what comes, one batch at a time.
func (f *functions) fromQueue(ctx context.Context, o *letterbox) {
	for ctx.Err() == nil {
		messages, err := o.Receive(ctx, 20*time.Second, sixTimes)
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		if len(messages) == 0 {
			continue
		}
		answer, err := f.hints.run(batchOf(messages), hintsTimeout)
		if err != nil {
			continue // all of them come again
		}
		var failed struct {
			BatchItemFailures []struct{ ItemIdentifier string }
		}
		if err := json.Unmarshal(answer, &failed); err != nil {
			f.hints.Errorf("the answer to a batch: %v", err)
		}
		done := slices.DeleteFunc(messages, func(m awsapi.Message) bool {
			for _, one := range failed.BatchItemFailures {
				if one.ItemIdentifier == m.ID {
					return true
				}
			}
			return false
		})
		_ = o.Delete(ctx, done) // those that are not deleted come again
	}
}

// onSchedule invokes the function for passes every quarter of an hour, and whenever it has asked for it.
func (f *functions) onSchedule(ctx context.Context) {
	for ctx.Err() == nil {
		began, before := time.Now(), f.passes.continued.Load()
		_, _ = f.passes.run(scheduled, passesTimeout) // an error is the next invocation's affair
		if f.passes.continued.Load() == before {
			pause, cancel := context.WithDeadline(ctx, began.Add(15*time.Minute))
			<-pause.Done()
			cancel()
		}
	}
}

// run invokes a function once.
func (s *sandbox) run(event string, timeout time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	value, err := s.lambda.Handle(ctx, json.RawMessage(event))
	if err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

// stop lets the functions be invoked no more, and waits for those that are at work.
func (f *functions) stop() time.Duration {
	began := time.Now()
	f.cancel()
	f.running.Wait()
	return time.Since(began)
}

// die ends them in the middle of whatever they do.
func (f *functions) die() {
	f.line.mu.Lock()
	f.line.down = true
	f.line.mu.Unlock()
	f.stop()
}

// TestS19ProcessAndFunctions: a process and the Lambda functions share a queue, and know nothing of each other. 100 people
// join, and a new customer with 20, in any order and each event twice: the outcome is that of one alone.
func TestS19ProcessAndFunctions(t *testing.T) {
	t.Parallel()
	for _, seed := range some([]uint64{0, 1, 2, 3, 4}) {
		in(t, right(10, 10), settings{}, func(r *rig) {
			r.check.lax["S16"] = true // what one of them is in doubt about, the other cannot know
			o, done := newOffice(), r.effectsByOperation()
			a, b := r.daemon(service{inbox: o}), r.functions(o)
			a.settle()
			group := r.group("qs:new")
			events := []string{createdByAPI(group), createdByAPI(group)}
			for i := range 120 {
				name, in := r.someone(fmt.Sprintf("j%03d", i)), fmt.Sprintf("qs:t%03d", i%10)
				if i >= 100 {
					in = "qs:new"
				}
				r.join(in, name)
				g, p := r.groupID(in), r.id(name)
				events = append(events, joinedByAPI(g, p), joinedInConsole(g, p))
			}
			rand.New(rand.NewPCG(seed, 2)).Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
			for i, e := range events {
				o.send(e, time.Duration(i)*100*time.Millisecond)
			}
			r.waitFor("everything is done", 40*time.Minute, func() bool { return o.left() == 0 })
			for op, want := range map[string]int{"CreateNamespace": 1, "CreateGroup": 1, "RegisterUser": 120} {
				if got := done()[op]; got != want {
					t.Errorf("%s took effect %d times, want %d", op, got, want)
				}
			}
			a.stop()
			b.stop()
			r.settled()
		})
	}
}
