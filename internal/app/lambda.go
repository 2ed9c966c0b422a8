package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
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
type Lambda struct {
	// Open makes an App with a share of the rates: the two functions share the account's quotas.
	Open func(ctx context.Context, share float64) (*App, error)
	// Continue invokes this function once more, after it.
	Continue func(ctx context.Context, payload []byte) error
	Log      *slog.Logger
	Metrics  *Metrics

	mu     sync.Mutex
	app    *App
	keeper *engine.Keeper
	read   time.Time // when the index was read
}

const (
	hintsShare, passesShare = 0.4, 0.6
	// indexAge is how old the index of a function for hints may become. It says what to read and not
	// what to write: an old one costs reads, and holds that a younger one would not.
	indexAge = time.Hour
	// margin is the time before the deadline at which an invocation begins to come to its end.
	margin = 20 * time.Second
)

// batch is what SQS invokes a function with (AWS Lambda developer guide, "Using Lambda with Amazon
// SQS").
type batch struct {
	Records []struct {
		MessageID     string            `json:"messageId"`
		ReceiptHandle string            `json:"receiptHandle"`
		Body          string            `json:"body"`
		EventSource   string            `json:"eventSource"`
		Attributes    map[string]string `json:"attributes"`
	} `json:"Records"`
}

// batchAnswer names the messages of a batch that are not done with (same, "Implementing partial batch
// responses").
type batchAnswer struct {
	BatchItemFailures []batchFailure `json:"batchItemFailures"`
}

type batchFailure struct {
	ItemIdentifier string `json:"itemIdentifier"`
}

// passAnswer is what an invocation for a pass answers, for whoever reads the function's results.
type passAnswer struct {
	Complete  bool `json:"complete"`
	Continued bool `json:"continued"`
	Done      int  `json:"done"`
	Failed    int  `json:"failed"`
	Holds     int  `json:"holds"`
}

// Handle deals with one invocation.
func (l *Lambda) Handle(ctx context.Context, event json.RawMessage) (any, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b batch
	if err := json.Unmarshal(event, &b); err == nil && len(b.Records) > 0 && b.Records[0].EventSource == "aws:sqs" {
		return l.hints(ctx, b)
	}
	return l.pass(ctx)
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
	return context.WithDeadline(ctx, end.Add(-min(margin, time.Until(end)/4)))
}

// hints deals with a batch of messages, and answers those that are not done with.
func (l *Lambda) hints(ctx context.Context, b batch) (any, error) {
	working, cancel := inTime(ctx)
	defer cancel()
	if err := l.start(working, hintsShare); err != nil {
		return nil, err
	}
	if time.Since(l.read) > indexAge {
		if err := l.keeper.Read(working, tenancy.Cause{Kind: tenancy.ByPass, Name: "index"}); err != nil {
			return nil, fmt.Errorf("reading what hints need to know: %w", err)
		}
		l.read = time.Now()
	}
	d := l.app.daemon(l.keeper, DaemonOptions{Log: l.Log, Metrics: l.Metrics})
	tray := newTray(len(b.Records))
	d.mail = tray
	for _, r := range b.Records {
		d.accept(working, message(r.MessageID, r.ReceiptHandle, r.Body, r.Attributes))
	}
	d.dealUntil(working, tray.empty)
	answer := batchAnswer{BatchItemFailures: []batchFailure{}}
	for _, id := range tray.rest() {
		answer.BatchItemFailures = append(answer.BatchItemFailures, batchFailure{id})
	}
	l.Log.Info("batch", "messages", len(b.Records), "returned", len(answer.BatchItemFailures))
	return answer, nil
}

func message(id, receipt, body string, attributes map[string]string) awsapi.Message {
	m := awsapi.Message{ID: id, Receipt: receipt, Body: []byte(body)}
	m.Receives, _ = strconv.Atoi(attributes["ApproximateReceiveCount"]) // absent: 0, and nothing depends on it
	m.Sent = time.Now()
	if ms, err := strconv.ParseInt(attributes["SentTimestamp"], 10, 64); err == nil {
		m.Sent = time.UnixMilli(ms)
	}
	return m
}

// dealUntil deals with the hints at hand until done is closed or ctx ends.
func (d *Daemon) dealUntil(ctx context.Context, done <-chan struct{}) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var working sync.WaitGroup
	for range hintWorkers {
		working.Go(func() { d.work(ctx) })
	}
	working.Go(func() {
		d.keeper.Births(ctx, func(n tenancy.Namespace) { d.queue.Release(n.String()) })
	})
	select {
	case <-done:
	case <-ctx.Done():
	}
	stop()
	working.Wait()
	d.queue.Close()
}

// pass makes a pass, as far as the time goes, and asks for its continuation where it does not.
func (l *Lambda) pass(ctx context.Context) (any, error) {
	working, cancel := inTime(ctx)
	defer cancel()
	if err := l.start(working, passesShare); err != nil {
		return nil, err
	}
	began := time.Now()
	result, err := l.keeper.Pass(working, tenancy.Cause{Kind: tenancy.ByPass, Name: "schedule"})
	if err != nil && working.Err() != nil {
		return nil, errors.Join(errTooSmall, err)
	}
	if err != nil {
		l.Metrics.passed(passFailed, time.Since(began), time.Now())
		return nil, err
	}
	answer := passAnswer{
		Complete: result.Report.NotReached == 0, Done: result.Report.Done, Failed: len(result.Report.Failed), Holds: len(result.Plan.Holds),
	}
	if !answer.Complete && result.Report.Done > 0 && result.Report.Paused.IsZero() {
		if err := l.Continue(ctx, []byte(continuation)); err != nil {
			return nil, fmt.Errorf("the pass ran out of time, and asking for its continuation failed: %w", err)
		}
		answer.Continued = true
	}
	l.Log.Info("pass", "complete", answer.Complete, "continued", answer.Continued, "done", answer.Done, "failed", answer.Failed, "holds", answer.Holds)
	return answer, nil
}

// continuation is what the function for passes invokes itself with.
const continuation = `{"source":"tenantry","detail-type":"Pass Continuation"}`

// errTooSmall means that an account is too large to be read within an invocation.
var errTooSmall = errors.New("reading took all of the invocation's time: give the function more of it (15 minutes at most), or run tenantry serve on a machine")
