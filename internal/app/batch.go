package app

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// indexAge is how old the index of a function for hints may become. It says what to read and not what
// to write: an old one costs reads, and holds that a younger one would not.
const indexAge = time.Hour

// batch is what SQS invokes a function with (AWS Lambda developer guide, "Using Lambda with Amazon
// SQS").
type batch struct {
	Records []record `json:"Records"`
}

type record struct {
	MessageID     string            `json:"messageId"`
	ReceiptHandle string            `json:"receiptHandle"`
	Body          string            `json:"body"`
	EventSource   string            `json:"eventSource"`
	Attributes    map[string]string `json:"attributes"`
}

// batchAnswer names the messages of a batch that are not done with (same, "Implementing partial batch
// responses"). The list must be there even when it is empty.
type batchAnswer struct {
	BatchItemFailures []batchFailure `json:"batchItemFailures"`
}

type batchFailure struct {
	ItemIdentifier string `json:"itemIdentifier"`
}

// batchOf reads an event as a batch; ok reports whether it is one.
func batchOf(event json.RawMessage) (b batch, ok bool) {
	err := json.Unmarshal(event, &b)
	return b, err == nil && len(b.Records) > 0 && b.Records[0].EventSource == "aws:sqs"
}

// message is a record as the Daemon knows messages.
func (r *record) message() awsapi.Message {
	m := awsapi.Message{ID: r.MessageID, Receipt: r.ReceiptHandle, Body: []byte(r.Body), Sent: time.Now()}
	m.Receives, _ = strconv.Atoi(r.Attributes["ApproximateReceiveCount"]) // absent: 0, and nothing depends on it
	if ms, err := strconv.ParseInt(r.Attributes["SentTimestamp"], 10, 64); err == nil {
		m.Sent = time.UnixMilli(ms)
	}
	return m
}

// hints deals with a batch of messages, and answers those that are not done with. An error returns
// all of them, and shows among the function's errors.
func (l *Lambda) hints(ctx context.Context, b batch) (any, error) {
	began := time.Now()
	if err := l.index(ctx); err != nil {
		return nil, err
	}
	ids := make([]string, len(b.Records))
	for i, r := range b.Records {
		ids[i] = r.MessageID
	}
	d, tray := l.worker(), newTray(ids)
	d.mail = tray
	for _, r := range b.Records {
		d.accept(ctx, r.message())
	}
	d.dealUntil(ctx, tray.empty)
	answer := batchAnswer{BatchItemFailures: []batchFailure{}}
	for _, id := range tray.rest() {
		answer.BatchItemFailures = append(answer.BatchItemFailures, batchFailure{id})
	}
	l.Log.Info("batch", "messages", len(b.Records), "returned", len(answer.BatchItemFailures), "took", time.Since(began).Round(time.Millisecond).String())
	return answer, nil
}

// index makes sure that there is an index that is not old. An old one does while there is no younger
// one, so that reading anew may take no more than half of the time, and may fail.
func (l *Lambda) index(ctx context.Context) error {
	first := l.read.IsZero()
	if !first && wallClock().Sub(l.read) < indexAge {
		return nil
	}
	reading, cancel := ctx, context.CancelFunc(func() {})
	if end, limited := ctx.Deadline(); limited && !first {
		reading, cancel = context.WithTimeout(ctx, time.Until(end)/2)
	}
	defer cancel()
	err := l.keeper.Read(reading, tenancy.Cause{Kind: tenancy.ByPass, Name: "index"})
	switch {
	case err == nil:
		l.read = wallClock()
		l.Log.Info("index read", "reads", l.app.passReads())
	case first:
		return inWhatTime(err, reading.Err() != nil)
	default:
		l.Log.Warn("reading anew failed; what was read before is used", "age", wallClock().Sub(l.read).Round(time.Second).String(), "error", err, "hint", hintOf(err))
	}
	return nil
}

// wallClock is the time of day. The process's own clock may stand still while Lambda has it frozen.
func wallClock() time.Time { return time.Now().Round(0) }

// dealUntil deals with the hints at hand until done is closed or ctx ends. When it returns, nothing
// that it has begun is running.
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
