package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// errRenamed means that a group is no longer what the plan was made for.
var errRenamed = errors.New("the group has been renamed or deleted since the plan was made; the next plan sees it as it is")

// renamed answers errRenamed for a group that is to be bound, and is no longer called what it was. Its
// name says where it belongs, and a first day may take hours: what was read too long ago is read again.
func (r *run) renamed(ctx context.Context, t *task, id tenancy.GroupID) error {
	if at := r.readAt[id]; !at.IsZero() && time.Since(at) < fresh {
		return nil
	}
	g, err := r.engine.IdentityCenter.Group(ctx, id)
	if errors.Is(err, plan.ErrNotFound) || err == nil && g.Name != t.step.Because.GroupName {
		return errRenamed
	}
	return err
}

// write makes one step's change so. A grant that waits for its turn until what it rests on is too
// old is not sent, and neither is one about somebody whom someone else has looked after.
func (r *run) write(t *task, readAt time.Time) error {
	if err := r.shortCircuit(t); err != nil {
		return err
	}
	c := t.step.Change
	if r.turn != nil && c.Who() != "" {
		release, mine := r.turn(c.Who(), c.Kind() == plan.KindRemoveRegistration)
		if !mine {
			return errSeenTo
		}
		defer release()
	}
	ctx := r.writes
	if !readAt.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, readAt.Add(justified))
		defer cancel()
	}
	receipt, err := r.engine.make(ctx, r.pass, t.step)
	if err == nil && r.wrote != nil {
		r.wrote(c, receipt)
	}
	return err
}

// errSeenTo means that a hint has looked after the person since the pass read them.
var errSeenTo = errors.New("a hint has looked after the person meanwhile")

// endUnlessPaused records how a task ended, but for one that was not tried: because writes are
// paused, which ends the run, or because somebody else has looked after the person.
func (r *run) endUnlessPaused(t *task, err error) {
	paused, isPaused := errors.AsType[*PausedError](err)
	if !isPaused && !errors.Is(err, errSeenTo) {
		r.end(t, err)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !isPaused {
		r.left++
		return
	}
	r.paused = paused.Pause
	if !paused.Pause.Removals {
		r.stop()
	}
}

// waitable reports whether an error may pass by itself: QuickSight is not done yet with what the
// change stands on.
func waitable(err error) bool {
	return errors.Is(err, plan.ErrNotFound) || errors.Is(err, plan.ErrNotReady)
}

// settle is how long to wait, time after time, for what a change stands on to be there: QuickSight
// may not know, for some seconds, a user whom it has just registered.
var settle = []time.Duration{1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 15 * time.Second, 30 * time.Second}

// errStale means that what the step rests on was read too long ago.
var errStale = errors.New("its membership must be read again")

// do writes a step, waits out what passes by itself, and records how it ended. A grant rests on a
// membership that was read at readAt (zero for what is no grant), and is not made when that is too
// long ago: errStale, and nothing is recorded. Nor is it when ctx ended.
func (r *run) do(ctx context.Context, t *task, readAt time.Time) error {
	for tries := 0; ; tries++ {
		if !readAt.IsZero() && time.Since(readAt) > fresh {
			return errStale
		}
		err := r.write(t, readAt)
		if !readAt.IsZero() && errors.Is(err, context.DeadlineExceeded) {
			return errStale
		}
		if !waitable(err) || tries == len(settle) || !r.patient(t) {
			r.endUnlessPaused(t, err)
			return err
		}
		if !sleep(ctx, settle[tries]) {
			return err
		}
	}
}

// sleep waits, and reports false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// end records how a task ended, and tells.
func (r *run) end(t *task, err error) {
	o := plan.Outcome{Step: t.step, Err: err}
	if h := heldByAWS(t.step, err); h != nil {
		if errors.Is(err, plan.ErrBrake) && r.pass.retires != nil {
			h.Ends = fmt.Sprintf("tenantry retire %s again tomorrow; or, for all of them now, with --allow %s", h.Namespace, plan.ManyRemovals)
		}
		o.Held = h
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.note(t.step.Change, err)
	switch {
	case err == nil:
		r.progress.Done++
	case o.Held != nil:
		r.progress.Held++
	default:
		r.progress.Failed++
	}
	if err != nil {
		r.ended = append(r.ended, ended{t.place, o})
	}
	r.progress.Last = &o
	if r.tell != nil {
		r.tell(r.progress)
	}
}

// fail records that a task which was done did not come to what it was for.
func (r *run) fail(t *task, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Done--
	r.progress.Failed++
	o := plan.Outcome{Step: t.step, Err: err}
	r.ended = append(r.ended, ended{t.place, o})
	r.progress.Last = &o
	if r.tell != nil {
		r.tell(r.progress)
	}
}

// endUntold records that a task was done by somebody else.
func (r *run) endUntold() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Done++
}

// heldByAWS answers the hold that a write ran into: something that no plan could know, and that
// trying again does not mend.
func heldByAWS(s plan.Step, err error) *tenancy.Hold {
	c := s.Change
	h := tenancy.Hold{Object: c.Object(), Namespace: c.In().String()}
	switch {
	case errors.Is(err, plan.ErrElsewhere):
		h.Code, h.Access = "elsewhere", true
		h.Reason = fmt.Sprintf("%s is registered in another namespace, and a principal lives in one", c.Object())
		h.Ends = "tenantry plan names the namespace, and what to do about it"
	case errors.Is(err, plan.ErrBrake):
		h.Code, h.Access = tenancy.Code(plan.ManyRemovals), true
		h.Reason = fmt.Sprintf("%s should lose something, and as many people as may be have, within the day", c.Object())
		h.Ends = fmt.Sprintf("if it is meant: tenantry apply --allow %s,%s,%s --namespace %s", plan.RemovesUser, plan.RemovesMember, plan.ManyRemovals, c.In())
	case errors.Is(err, plan.ErrLimit):
		h.Code = "quota"
		h.Reason = fmt.Sprintf("a quota of the account is used up: %v", err)
		h.Ends = "ask AWS Support for a higher quota, and apply again"
	default:
		return nil
	}
	if h.Object == "" {
		h.Object = h.Namespace
	}
	return &h
}
