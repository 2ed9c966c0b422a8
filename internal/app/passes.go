package app

import (
	"context"
	"errors"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	// leastBetween is the least time from the beginning of a complete pass to that of the next one,
	// whoever asks for it, and readsShare how many times the time that its reads take it must be.
	leastBetween = 15 * time.Minute
	readsShare   = 3
	// retryPass is after how long a pass that failed is tried again at first; twice as long each time.
	retryPass = 30 * time.Second
)

// passes makes a pass at the start, at its time, and when one is asked for: but never sooner after the
// one before than the floor. A pass that failed is made again sooner, at growing distances.
func (d *Daemon) passes(ctx context.Context) {
	cause := tenancy.Cause{Kind: tenancy.ByPass, Name: "start"}
	retry := retryPass
	for ctx.Err() == nil {
		began, before := time.Now(), d.reads()
		err := d.pass(ctx, cause)
		floor := max(leastBetween, d.floor(d.reads()-before))
		next := time.Duration(0)
		if err == nil {
			next, retry = max(d.passEvery, floor), retryPass
		} else {
			next, floor = min(retry, floor), min(retry, floor)
			retry *= 2
		}
		cause = d.untilPass(ctx, began, next, floor)
	}
}

// floor is the least time between passes that make a number of reads.
func (d *Daemon) floor(reads int) time.Duration {
	return time.Duration(readsShare * float64(reads) / max(d.rates(), 0.1) * float64(time.Second))
}

// untilPass waits until a pass is due, or is asked for and may be made.
func (d *Daemon) untilPass(ctx context.Context, began time.Time, next, floor time.Duration) tenancy.Cause {
	timer := time.NewTimer(time.Until(began.Add(next)))
	defer timer.Stop()
	for asked := d.queue.PassAsked(); ; {
		select {
		case <-ctx.Done():
			return tenancy.Cause{}
		case <-asked:
			asked = nil // once is enough
			timer.Reset(time.Until(began.Add(min(next, floor))))
		case <-timer.C:
			if causes, wanted := d.queue.TakePass(); wanted {
				return tenancy.Cause{Kind: tenancy.ByPass, Name: "asked for: " + causes[0].Name, ID: causes[0].ID}
			}
			return tenancy.Cause{Kind: tenancy.ByPass, Name: "every " + d.passEvery.String()}
		}
	}
}

// pass makes a pass, and says how it ended.
func (d *Daemon) pass(ctx context.Context, cause tenancy.Cause) error {
	began := time.Now()
	d.log.Info("pass begins", because(cause)...)
	result, err := d.keeper.Pass(ctx, cause)
	took := time.Since(began)
	switch {
	case ctx.Err() != nil:
		d.metrics.passed(passCut, took, time.Now())
		d.log.Info("pass interrupted", "done", result.Report.Done, "not_reached", result.Report.NotReached)
		return ctx.Err()
	case err != nil:
		d.metrics.passed(passFailed, took, time.Now())
		d.health.passed(err, time.Now())
		d.log.Error("pass failed", "error", err, "hint", hintOf(err))
		return err
	}
	d.metrics.passed(passComplete, took, time.Now())
	d.health.passed(nil, time.Now())
	d.counted()
	d.log.With(d.signals(ctx, result, cause, began)...).Info(string(LinePass), "took", took.Round(time.Millisecond).String(), "done", result.Report.Done, "failed", len(result.Report.Failed),
		"not_reached", result.Report.NotReached, "left_to_hints", result.Report.SeenTo,
		"people", result.Plan.Counts.People, "tenants", result.Plan.Counts.Tenants)
	return nil
}

// counted puts a pass's figures into the metrics.
func (d *Daemon) counted() {
	c := d.keeper.Counts()
	d.metrics.holds.Set(float64(c.Holds))
	d.metrics.access.Set(float64(c.Access))
}

func hintOf(err error) string {
	if h, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok {
		return h.Hint()
	}
	return ""
}

// watchPause looks every few seconds whether writes are paused, for those who watch the daemon. The
// writes themselves ask each time.
func (d *Daemon) watchPause(ctx context.Context) {
	ticker := time.NewTicker(pauseLook)
	defer ticker.Stop()
	for {
		pause, err := d.keeper.Bulk.Paused(ctx)
		if err == nil {
			d.seePause(pause)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

const (
	pauseLook = 5 * time.Second
	sayPause  = 15 * time.Minute
	parkPause = "pause"
)

// seePause makes known what pause there is, where it is news, and again now and then.
func (d *Daemon) seePause(pause plan.Pause) {
	switch began, ended := d.health.pausedBy(pause, time.Now()); {
	case began:
		d.metrics.paused.Set(1)
		d.log.Warn("PAUSED", "what", pauseLine(pause))
	case ended:
		d.metrics.paused.Set(0)
		d.log.Warn("writes go on: the pause has ended")
		d.queue.Release(parkPause)
		d.queue.AskPass(tenancy.Cause{Kind: tenancy.ByPass, Name: "the end of a pause"})
	}
}
