package app

import (
	"context"
	"time"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/intake"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// signals tells what a pass found that alarms stand on, and answers the fields of its line.
func (d *Daemon) signals(ctx context.Context, result engine.Result, cause tenancy.Cause, began time.Time) []any {
	d.strays(ctx, result.InDefault, cause)
	long, err := d.watch.heldWithAccess(ctx, result.Plan.Holds, began)
	if err != nil {
		d.log.Warn("since when access is held is not known, and counted from now", "error", err, "hint", hintOf(err))
	}
	d.news(result.News, cause)
	d.brakes(result.Plan.Holds, cause)
	d.metrics.brake.Set(float64(d.watch.release(began)))
	d.metrics.long.Set(float64(long))
	d.metrics.astray.Set(float64(len(result.InDefault)))
	return []any{FieldHolds, len(result.Plan.Holds), FieldHeldWithAccess, long, FieldInDefault, len(result.InDefault)}
}

// brakes tells of a brake once, until a pass does not meet it any more.
func (d *Daemon) brakes(holds []tenancy.Hold, cause tenancy.Cause) {
	news, pulled := d.watch.brakes(holds, time.Now())
	for _, h := range news {
		d.log.With(because(cause)...).Warn(string(LineBrake), "code", h.Code, "namespace", h.Namespace, "still_has_access", h.Access)
	}
	d.metrics.brake.Set(float64(pulled))
}

// mostNamed is how many people a line names.
const mostNamed = 20

// strays tells of the tenants' people whom a pass found in default, and whom nobody has told yet: the event of their
// first sign-in was lost, or they are there since before tenantry.
func (d *Daemon) strays(ctx context.Context, found []engine.Stray, cause tenancy.Cause) {
	news, err := d.watch.newStrays(ctx, found)
	if err == nil {
		err = d.keeper.NoteInDefault(ctx, cause, news)
	}
	if err != nil {
		d.log.Error("the history cannot be used", "error", err, "hint", hintOf(err))
	}
	if len(news) == 0 {
		return
	}
	people := make([]tenancy.PersonID, 0, mostNamed)
	for _, s := range news[:min(len(news), mostNamed)] {
		people = append(people, s.Person)
	}
	d.metrics.drift.Add(float64(len(news)))
	d.log.With(because(cause)...).Warn(string(LineInDefault), "how_many", len(news), "people", people)
}

// denied tells that somebody was not let in by a sign-in role, and looks at them: what they lack may be their registration.
// Who it was is told by their id alone, where the directory has them.
func (d *Daemon) denied(w *intake.Work, h engine.Hint) {
	if !d.signIn.Is(w.Drift.Role) {
		d.end(w, "unrelated")
		return
	}
	people := d.keeper.SignsIn(w.Drift.Session)
	for _, cause := range w.Causes {
		if !d.watch.again(cause.ID) {
			d.metrics.denied.Inc()
			d.log.With(because(cause)...).Warn(string(LineDenied), "role", w.Drift.Role, "people", people)
		}
	}
	d.follow(w, people)
	d.end(w, "done")
}

// writeGrace is how long after a write its outcome may come to stand in the history, and no shorter than it takes to settle
// whether a write whose answer was lost has had its effect.
const writeGrace = 2 * time.Minute

// written finds out whose a write to QuickSight is. Our own stands in the history, or will within moments; of somebody
// else's a line is told, and who is named is looked at again, and everybody by the next pass.
func (d *Daemon) written(ctx context.Context, w *intake.Work, h engine.Hint) {
	ripe := w.Since.Add(writeGrace)
	if due := w.Write.At.Add(writeGrace); due.Before(ripe) {
		ripe = due
	}
	of, err := d.ledger.whose(ctx, w.ID, w.Write, ripe)
	switch {
	case err != nil:
		d.outcome(ctx, w, engine.Result{}, err)
	case of == unsure && d.returns:
		d.count(w, "returned")
		d.queue.Return(w)
	case of == unsure:
		d.queue.Park(w, "the history", ledgerEvery) // it is asked again when it may be read anew
	case of == somebody:
		d.foreign(ctx, w, h)
	default:
		if !d.ledger.judges() {
			d.watch.unsaid.Do(func() {
				d.log.Warn("whose a write to QuickSight is cannot be told: the history ends with this process", "hint", "a journal that lasts, and that all who write share: docs/journal.md")
			})
		}
		d.end(w, "done")
	}
}

// foreign tells of a write that is not in the history.
func (d *Daemon) foreign(ctx context.Context, w *intake.Work, h engine.Hint) {
	people := d.keeper.SignsIn(tenancy.Session(w.Write.User.SessionName()))
	entry := plan.Entry{
		What: plan.Foreign, Cause: h.Cause, Actor: w.Write.By, Namespace: w.Write.Namespace, Object: string(w.Write.User), Request: w.ID, Text: w.Write.Operation,
	}
	if len(people) == 1 {
		entry.Person = people[0]
	}
	if err := d.keeper.Note(ctx, entry); err != nil {
		d.outcome(ctx, w, engine.Result{}, err)
		return
	}
	d.metrics.foreign.Inc()
	d.log.With(because(h.Cause)...).Warn(string(LineForeign), "operation", w.Write.Operation, "namespace", w.Write.Namespace, "request", w.ID, "people", people)
	d.follow(w, people)
	d.queue.AskPass(h.Cause) // what QuickSight has is read by a pass alone, where nothing else asks for it
	d.end(w, "foreign")
}
