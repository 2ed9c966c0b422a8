package app

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/intake"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// receive takes messages from the queue until ctx ends.
func (d *Daemon) receive(ctx context.Context) {
	for pause := time.Second; ctx.Err() == nil; {
		messages, err := d.inbox.Receive(ctx, longPoll, invisible)
		if ctx.Err() != nil && err != nil {
			return
		}
		switch changed := d.health.received(err); {
		case changed && err != nil:
			d.log.Error("the queue cannot be read", "error", err, "hint", hintOf(err))
		case changed:
			d.log.Info("the queue can be read again")
		}
		if err != nil {
			sleep(ctx, pause)
			pause = min(2*pause, time.Minute)
			continue
		}
		pause = time.Second
		for _, m := range messages {
			d.accept(ctx, m)
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// accept reads a message. One that gives hints is kept until all of them are dealt with; one that no
// one can use is set aside, and any other is done with.
func (d *Daemon) accept(ctx context.Context, m awsapi.Message) {
	reading := d.reader.Read(m.Body)
	switch {
	case reading.Poison():
		d.metrics.events.WithLabelValues("set-aside", string(reading.Reason)).Inc()
		d.setAside(ctx, m, reading)
		return
	case len(reading.Hints) == 0:
		d.metrics.events.WithLabelValues("dropped", string(reading.Reason)).Inc()
		d.mail.finish(m)
		return
	}
	d.metrics.events.WithLabelValues("hint", string(reading.Reason)).Inc()
	m.Body = nil // it is read, and there may be many to keep
	d.mail.hold(m)
	var ticket *intake.Ticket
	ticket = intake.NewTicket(func() {
		if ticket.Returned() {
			d.mail.leave(m)
			return
		}
		d.metrics.lag.Observe(time.Since(m.Sent).Seconds())
		d.mail.finish(m)
	})
	for _, h := range reading.Hints {
		d.add(h, "", ticket)
	}
	ticket.Done()
}

// add puts a hint into the queue, in the lane of its tenant, or else in the one given. When it is about everything, or there are too many, a pass does it.
func (d *Daemon) add(h intake.Hint, lane string, ticket *intake.Ticket) {
	person, group := tenancy.PersonID(""), h.Group
	switch h.Kind {
	case intake.Person:
		person = tenancy.PersonID(h.ID)
	case intake.Group:
		group = tenancy.GroupID(h.ID)
	}
	if !d.queue.Add(h, cmp.Or(d.keeper.Lane(person, group), lane), ticket) {
		d.metrics.hints.WithLabelValues(string(h.Kind), "left-to-pass").Inc()
	} else if person != "" {
		d.keeper.Touch(person) // what a pass still means to do about them is left to the hint
	}
}

// setAside puts a message that no one can use where a person can look at it: into the dead-letter
// queue, or, where there is none, a line about it into the history. It is tried once.
func (d *Daemon) setAside(ctx context.Context, m awsapi.Message, reading intake.Reading) {
	d.log.Warn("set aside", "reason", reading.Reason, "message", m.ID, "bytes", len(m.Body), "hint", reading.Reason.Hint())
	entry := plan.Entry{What: plan.SetAside, Cause: reading.Cause, Object: m.ID, Code: string(reading.Reason), Text: reading.Reason.Hint()}
	if err := d.keeper.Note(ctx, entry); err != nil {
		d.log.Error("the history cannot be written", "error", err)
	}
	if d.inbox == nil { // a Lambda function that was not told its queue
		d.mail.finish(m)
		return
	}
	err := d.inbox.SetAside(ctx, m, string(reading.Reason))
	switch {
	case err == nil:
		d.mail.forget(m)
	case errors.Is(err, awsapi.ErrNoDeadLetters):
		d.mail.finish(m)
	default:
		d.log.Warn("a message could not be set aside; the queue will do it when it has come often enough", "message", m.ID, "error", err)
		d.mail.leave(m)
	}
}

// measure asks how long the queue is, for the metrics. That nobody can say it is said once, until somebody can.
func (d *Daemon) measure(ctx context.Context) {
	unknown := false
	for ctx.Err() == nil {
		depth, err := d.inbox.Depth(ctx)
		if err != nil && !unknown && ctx.Err() == nil {
			d.log.Warn("how long the queue is cannot be asked: the metrics have what it was, or nothing", "error", err)
		}
		if unknown = err != nil; !unknown {
			d.metrics.depth.WithLabelValues("waiting").Set(float64(depth.Waiting))
			d.metrics.depth.WithLabelValues("in-flight").Set(float64(depth.InFlight))
			d.metrics.depth.WithLabelValues("delayed").Set(float64(depth.Delayed))
		}
		sleep(ctx, time.Minute)
	}
}
