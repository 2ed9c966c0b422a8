package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Lambda is tenantry as two AWS Lambda functions of one program, each with concurrency one: one that
// the queue invokes, for hints, and one that a schedule invokes, for passes. Which of them it is, it
// learns from what it is invoked with.
//
// The function for hints reads everything once, when it begins to live, and again when what it has
// read is old: that is its index. It answers which messages are not done with, and those come again.
// The function for passes stops in time before its deadline, and then asks for its own continuation.
//
// Between two invocations nothing of it runs: Lambda freezes the process, for minutes or for hours,
// and may never wake it. So an invocation ends only when all that it has begun has ended, and what it
// leaves for later is in the queue or in AWS, and never only in memory.
type Lambda struct {
	// Open makes an App with a share of the rates: the two functions share the account's quotas.
	Open func(ctx context.Context, share float64) (*App, error)
	// Self answers the ARN by which this function was invoked.
	Self    func(ctx context.Context) string
	Log     *slog.Logger
	Metrics *Metrics // those that Options.Observe was given
	// Audit makes the daily audit, for a third function; nil where the program has none.
	Audit func(ctx context.Context) (any, error)

	mu     sync.Mutex // held by the invocation, of which there is one at a time
	app    *App
	keeper *engine.Keeper
	read   time.Time // when the index was read, by the wall clock; zero for never
}

const (
	hintsShare, passesShare = 0.4, 0.6
	// margin is the time before the deadline at which an invocation begins to come to its end. Writes
	// that are under way are given some seconds to be answered. Of a short time it is half.
	margin = 20 * time.Second
)

// Handle deals with one invocation: with a batch of messages from SQS it deals with hints, and with
// anything else it makes a pass. It answers what is to be marshalled as the function's result.
func (l *Lambda) Handle(ctx context.Context, event json.RawMessage) (any, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	working, cancel := inTime(ctx)
	defer cancel()
	answer, err := l.handle(ctx, working, event)
	if err != nil {
		l.Log.Error("invocation failed", "error", err, "hint", hintOf(err))
		return nil, err
	}
	return answer, nil
}

func (l *Lambda) handle(ctx, working context.Context, event json.RawMessage) (any, error) {
	if b, ok := batchOf(event); ok {
		if err := l.start(working, hintsShare); err != nil {
			return nil, err
		}
		return l.hints(working, b)
	}
	if isAudit(event) {
		if l.Audit == nil {
			return nil, errNoAudit
		}
		answer, err := l.Audit(working)
		return answer, inWhatTime(err, errors.Is(working.Err(), context.DeadlineExceeded))
	}
	if err := l.start(working, passesShare); err != nil {
		return nil, err
	}
	return l.pass(ctx, working, event)
}

// Idle waits until no invocation is being dealt with.
func (l *Lambda) Idle() {
	l.mu.Lock()
	defer l.mu.Unlock()
}

// start makes the app on the first invocation, and makes sure that it stands before the right account.
func (l *Lambda) start(ctx context.Context, share float64) error {
	if l.app != nil {
		return nil
	}
	a, err := l.Open(ctx, share)
	if err != nil {
		return err
	}
	if _, err := a.Check(ctx); err != nil {
		return err
	}
	l.app, l.keeper = a, a.Keeper()
	return nil
}

// inTime is ctx with an end somewhat before that of the invocation.
func inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	end, limited := ctx.Deadline()
	if !limited {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, end.Add(-min(margin, time.Until(end)/2)))
}

// worker is a Daemon for one invocation. It shares what is known of the account with those before it.
func (l *Lambda) worker() *Daemon {
	d := l.app.daemon(l.keeper, DaemonOptions{Log: l.Log, Metrics: l.Metrics})
	d.returns = true
	return d
}

// passAnswer is what an invocation for a pass answers, for whoever reads the function's results.
type passAnswer struct {
	Complete  bool `json:"complete"`
	Continued bool `json:"continued"`
	Paused    bool `json:"paused"`
	Done      int  `json:"done"`
	Failed    int  `json:"failed"`
	Holds     int  `json:"holds"`
}

// pass makes a pass, as far as the time goes, and asks for its continuation where it does not.
func (l *Lambda) pass(ctx, working context.Context, event json.RawMessage) (any, error) {
	d, cause := l.worker(), passCause(event)
	began := time.Now()
	result, err := l.keeper.Pass(working, cause)
	late := errors.Is(working.Err(), context.DeadlineExceeded)
	if err != nil {
		l.Metrics.passed(passFailed, time.Since(began), time.Now())
		return nil, inWhatTime(err, late)
	}
	signals := d.signals(ctx, result, cause, began)
	r := result.Report
	answer := passAnswer{
		Complete: r.NotReached == 0, Paused: !r.Paused.IsZero(),
		Done: r.Done, Failed: len(r.Failed), Holds: len(result.Plan.Holds),
	}
	// Without progress the next invocation would come no further than this one, and the one after it
	// neither; and a pause ends when somebody says so.
	if late && !answer.Complete && !answer.Paused && answer.Done > 0 {
		if err := l.app.AWS.Continue(ctx, l.Self(ctx), []byte(continuation)); err != nil {
			return nil, fmt.Errorf("the pass ran out of time after %d steps, and the next one on schedule goes on: %w", r.Done, err)
		}
		answer.Continued = true
	}
	l.passed(answer, result, append(because(cause), signals...), time.Since(began))
	return answer, nil
}

// passed counts a pass, and says how it ended.
func (l *Lambda) passed(a passAnswer, result engine.Result, more []any, took time.Duration) {
	outcome := passComplete
	if !a.Complete {
		outcome = passCut
	}
	l.Metrics.passed(outcome, took, time.Now())
	l.Log.With(more...).Info("pass "+outcome, "took", took.Round(time.Millisecond).String(), "done", a.Done, "failed", a.Failed,
		"not_reached", result.Report.NotReached, "continued", a.Continued, "paused", a.Paused,
		"people", result.Plan.Counts.People, "tenants", result.Plan.Counts.Tenants, "reads", l.app.passReads())
}

// errNoAudit means that the small program was invoked for an audit.
var errNoAudit = errors.New("this program makes no audits: it is the one for hints and passes, and the function for audits needs the whole one")

// isAudit tells the event of the daily schedule, as the deployment's template sends it.
func isAudit(event json.RawMessage) bool {
	var e struct {
		Source string `json:"source"`
		Type   string `json:"detail-type"`
	}
	return json.Unmarshal(event, &e) == nil && e.Source == "tenantry" && e.Type == "Daily Audit"
}

// continuation is what the function for passes invokes itself with, in the shape of an event.
const continuation = `{"source":"tenantry","detail-type":"Pass Continuation"}`

func passCause(event json.RawMessage) tenancy.Cause {
	cause := tenancy.Cause{Kind: tenancy.ByPass, Name: "schedule"}
	if string(event) == continuation {
		cause.Name = "continuation"
	}
	return cause
}

// inWhatTime makes an error that comes of the end of the time say so.
func inWhatTime(err error, late bool) error {
	if late && err != nil {
		return &timeError{err}
	}
	return err
}

// timeError means that an account could not even be read within an invocation, or an audit not be kept.
type timeError struct{ err error }

func (e *timeError) Error() string {
	return "the invocation's time was over before everything was done: " + e.err.Error()
}

func (e *timeError) Unwrap() error { return e.err }

// Hint says what mends it.
func (e *timeError) Hint() string {
	return "give the function more time (15 minutes at most); an account that cannot be read in that time needs a machine: tenantry serve for passes, tenantry audit --keep for audits"
}
