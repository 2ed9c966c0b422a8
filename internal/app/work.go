package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/intake"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// work deals with hints, once there is an index, until ctx ends.
func (d *Daemon) work(ctx context.Context) {
	select {
	case <-d.keeper.Ready():
	case <-ctx.Done():
		return
	}
	for {
		w, err := d.queue.Take(ctx)
		if err != nil {
			return
		}
		d.deal(ctx, w)
	}
}

// deal deals with a hint. What is to be looked at besides is put into the queue before the hint is
// done, so that its message outlives all of it.
func (d *Daemon) deal(ctx context.Context, w *intake.Work) {
	h := engine.Hint{Cause: causeOf(w), Urgent: w.Revokes}
	switch w.Kind {
	case intake.Person:
		d.person(ctx, w, h)
	case intake.Group:
		people, result, err := d.keeper.Group(ctx, tenancy.GroupID(w.ID), h)
		d.follow(w, people)
		d.outcome(ctx, w, result, err)
	case intake.Membership:
		m, known := d.keeper.Membership(tenancy.MembershipID(w.ID))
		if !known {
			d.leave(w)
			return
		}
		d.follow(w, []tenancy.PersonID{m.Person})
		d.end(w, "done")
	case intake.SignIn:
		groups, err := d.keeper.SignIn(ctx, h)
		ticket := w.Ticket()
		for _, g := range groups {
			d.add(intake.Hint{Kind: intake.Group, ID: string(g), Cause: h.Cause}, "", ticket)
		}
		ticket.Done()
		d.outcome(ctx, w, engine.Result{}, err)
	case intake.Drifted:
		d.drift(ctx, w, h)
	case intake.Denied:
		d.denied(w, h)
	case intake.Written:
		d.written(ctx, w, h)
	default:
		d.leave(w)
	}
}

// person looks at somebody. Where an event says that they have joined a group and the directory does
// not know it yet, they are looked at again a little later: its answers may lag.
func (d *Daemon) person(ctx context.Context, w *intake.Work, h engine.Hint) {
	result, err := d.keeper.Person(ctx, tenancy.PersonID(w.ID), h)
	lags := slices.ContainsFunc(w.Groups, func(g tenancy.GroupID) bool { return !slices.Contains(result.Groups, g) })
	d.follow(w, result.Others)
	why, wait := "second look", result.Again
	if wait == 0 && lags && !w.Revokes {
		why, wait = "lag", lag(time.Since(w.Since))
	}
	if err == nil && wait > 0 {
		d.news(result.News, causeOf(w)) // which will be none the next time
		d.queue.Park(w, why, wait)
		return
	}
	d.outcome(ctx, w, result.Result, err)
}

// lag says after what time to look again for a membership that an event tells of and the directory does not, when the
// event is so old; 0 is not at all.
func lag(age time.Duration) time.Duration {
	switch {
	case age < 10*time.Second:
		return 10 * time.Second
	case age < time.Minute:
		return time.Minute
	}
	return 0
}

// follow puts people into the queue who are to be looked at because of a hint. Whoever is of no tenant yet stands in its
// lane, and so is in nobody else's way.
func (d *Daemon) follow(w *intake.Work, people []tenancy.PersonID) {
	ticket := w.Ticket()
	defer ticket.Done()
	for _, id := range people {
		d.add(intake.Hint{Kind: intake.Person, ID: string(id), Revokes: w.Revokes, Cause: causeOf(w)}, w.Lane, ticket)
	}
}

// drift says that somebody was let into default, where that is so, and looks at them.
func (d *Daemon) drift(ctx context.Context, w *intake.Work, h engine.Hint) {
	people, drifted, err := d.keeper.Drift(ctx, w.Drift.Role, string(w.Drift.Session), h)
	if drifted {
		d.metrics.drift.Inc()
		d.watch.strayed(tenancy.UserName(w.ID))
		d.log.With(because(h.Cause)...).Warn(string(LineInDefault), "role", w.Drift.Role, "session", w.Drift.Session, "people", people)
		d.follow(w, people)
	}
	d.outcome(ctx, w, engine.Result{}, err)
}

// outcome ends a hint as it has come out: it is done; or it waits for its namespace, or for the end of
// a pause; or it failed, and is tried again after a while, and left to the passes when it goes on
// failing.
func (d *Daemon) outcome(ctx context.Context, w *intake.Work, r engine.Result, err error) {
	d.news(r.News, causeOf(w))
	if err == nil && len(r.Report.Failed) > 0 {
		err = r.Report.Failed[0].Err
	}
	switch {
	case !r.Report.Paused.IsZero():
		d.count(w, "paused")
		d.seePause(r.Report.Paused) // it may be over before anybody looks again
		d.log.With(because(causeOf(w))...).Warn("waits for the end of the pause", "about", w.Kind, "id", w.ID)
		if d.returns {
			d.queue.Return(w)
			return
		}
		d.queue.Park(w, parkPause, time.Hour)
	case err == nil && !r.Waiting.IsZero():
		d.count(w, "waiting")
		d.queue.Park(w, r.Waiting.String(), mostWait)
	case err == nil:
		d.end(w, "done")
	case ctx.Err() != nil:
		d.queue.Retry(w) // and its message is returned
	case d.returns && (errors.Is(err, plan.ErrDenied) || w.Tries >= giveUpAfter):
		d.count(w, "returned")
		d.log.Error("a hint goes on failing, and its message is returned", "about", w.Kind, "id", w.ID, "error", err, "hint", hintOf(err))
		d.queue.Return(w)
	case errors.Is(err, plan.ErrDenied) || w.Tries >= giveUpAfter:
		d.log.Error("a hint goes on failing, and is left to the next pass", "about", w.Kind, "id", w.ID, "error", err, "hint", hintOf(err))
		d.leave(w)
	default:
		d.count(w, "retried")
		delay, _ := d.queue.Retry(w)
		d.log.Warn("a hint failed, and is tried again", "about", w.Kind, "id", w.ID, "in", delay.Round(time.Millisecond).String(), "error", err)
	}
}

// leave leaves a hint to a pass, which is certain to be made.
func (d *Daemon) leave(w *intake.Work) {
	d.queue.AskPass(causeOf(w))
	d.count(w, "left-to-pass")
	d.queue.GiveUp(w)
}

// mostWait is for how long a hint waits for a namespace before it is looked at again in any case.
const mostWait = 5 * time.Minute

func (d *Daemon) end(w *intake.Work, outcome string) {
	d.count(w, outcome)
	d.queue.Done(w)
}

func (d *Daemon) count(w *intake.Work, outcome string) {
	d.metrics.hints.WithLabelValues(string(w.Kind), outcome).Inc()
}

// causeOf is the event that a hint is dealt with for: the last one, which tells more than those before
// it, such as that somebody was made, and then became a member.
func causeOf(w *intake.Work) tenancy.Cause { return w.Causes[len(w.Causes)-1] }
