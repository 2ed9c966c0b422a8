package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// A removal has two witnesses: what the plan was made from, and a reading of the person at least so long after
// it. A hint is about one person, whom it reads twice in full; a pass has read everybody, and the same mistake
// (a page that was left out, a directory that is sick) could be in all of it: so it waits for longer.
const (
	secondLook     = 60 * time.Second // after a pass's reading
	secondHintLook = 5 * time.Second  // after a hint's first
	// lookAgain is how old the first look of a hint may be for the second one to be its second.
	lookAgain = 2 * time.Minute
	// searched is how old the last search for what a leaver owns may be when they are removed.
	searched = 60 * time.Second
	// justNow is how old it may be for nobody to search again.
	justNow = 10 * time.Second
	// leaversAtOnce is how many people are taken out side by side.
	leaversAtOnce = 8
)

var (
	// errBack means that the second look at somebody did not find what the first one had.
	errBack = errors.New("the person was seen to belong here when they were looked at again; the next plan sees them as they are")
	// errReplaced means that somebody else has replaced a user meanwhile.
	errReplaced = errors.New("the user was replaced meanwhile; the next plan sees who is there now")
	// errNotComeBack means that the user who takes another's place is not there.
	errNotComeBack = errors.New("the user of the role that people sign in with now is not registered, and so the former one stays")
	// errOwnsMore means that somebody owns alone, or holds, what they did not when the plan was made.
	errOwnsMore = errors.New("the user has more than the plan knows of; the next plan sees it")
	// errUnconfirmed means that assets that were handed over are not seen to be the custodians'.
	errUnconfirmed = errors.New("those to whom it was handed over are not seen to own it")
)

// leaverTasks are what one user loses in one tenant, in the order in which it is done.
type leaverTasks struct {
	namespace tenancy.Namespace
	user      tenancy.UserName
	person    tenancy.PersonID
	leave     []*task            // mirrors, and being suspended
	keep      []*task            // what they have: parked, or handed over to the custodians
	remove    *task              // nil for somebody who stays in the tenant, and for the move of somebody who does not come back
	known     []tenancy.AssetRef // of which the plan knows that the user has something
	out       bool               // all of it has been done
	over      chan struct{}      // closed when nothing more is done about it
}

func (l *leaverTasks) all() []*task {
	all := slices.Concat(l.leave, l.keep)
	if l.remove != nil {
		all = append(all, l.remove)
	}
	return all
}

// leaver finds, or makes, the tasks of somebody who loses something.
func (r *run) leaver(c plan.Change) *leaverTasks {
	user := tenancy.UserName(c.Object())
	i := slices.IndexFunc(r.leavers, func(l *leaverTasks) bool { return l.user == user && l.namespace == c.In() })
	if i < 0 {
		i = len(r.leavers)
		r.leavers = append(r.leavers, &leaverTasks{namespace: c.In(), user: user, person: c.Who(), over: make(chan struct{})})
	}
	return r.leavers[i]
}

// collectLoss takes a step of somebody's leaving, and reports whether it is one.
func (r *run) collectLoss(t *task) bool {
	switch c := t.step.Change.(type) {
	case plan.RemoveMember:
		l := r.leaver(c)
		l.leave = append(l.leave, t)
	case plan.Suspend:
		l := r.leaver(c)
		l.leave = append(l.leave, t)
	case plan.Revoke:
		r.revokes = append(r.revokes, t)
	case plan.BeginMove, plan.Park, plan.HandOver, plan.HandToHouse:
		l := r.leaver(c)
		l.keep = append(l.keep, t)
	case plan.Unpark:
		if c.Back != "" {
			return false
		}
		l := r.leaver(c)
		l.keep = append(l.keep, t)
	case plan.EndMove:
		if c.Back != "" {
			return false
		}
		l := r.leaver(c)
		l.keep = append(l.keep, t)
	case plan.RemoveRegistration:
		r.leaver(c).remove = t
	case plan.CreateMirror:
		if c.Group != tenancy.CustodiansGroup {
			return false
		}
		r.heirs = append(r.heirs, t)
	default:
		return false
	}
	return true
}

// takeOut takes out whom a pass found to have left, when it is time for the second look.
func (r *run) takeOut(ctx context.Context) {
	r.makeHeirs(ctx)
	if len(r.leavers) > 0 {
		sleep(ctx, time.Until(r.readBy.Add(secondLook)))
	}
	var group errgroup.Group
	group.SetLimit(leaversAtOnce)
	for _, l := range r.leavers {
		group.Go(func() error {
			defer close(l.over)
			if ctx.Err() == nil {
				r.lookAndTakeOut(ctx, l)
			}
			return nil
		})
	}
	_ = group.Wait() // its functions keep their errors
	for _, t := range r.revokes {
		if ctx.Err() == nil {
			_ = r.do(ctx, t, time.Time{}) // which keeps its error
		}
	}
}

// makeHeirs makes the groups of custodians that are needed. They may stay empty: what they own is not lost.
func (r *run) makeHeirs(ctx context.Context) {
	for _, t := range r.heirs {
		if ctx.Err() != nil {
			break
		}
		if err := r.do(ctx, t, time.Time{}); err != nil {
			r.noHeirs[t.step.Change.In()] = fmt.Errorf("there is no group for the custodians: %w", err)
		}
	}
	r.heirs = nil
}

// lookAndTakeOut looks at somebody a second time, and takes them out if they are still to go.
func (r *run) lookAndTakeOut(ctx context.Context, l *leaverTasks) {
	again := &seen{at: time.Now()}
	if retires := r.pass.retires; retires != nil {
		// What lets nobody in any more is the tenant, whatever groups the person is in.
		if err := retires.lookAgain(ctx, r.losing(), r.pass.reading.have); err != nil {
			if ctx.Err() == nil {
				r.endLeaver(l.all(), err)
			}
			return
		}
	} else if l.person != tenancy.Nobody && l.person != "" {
		var err error
		if again, err = r.losing().look(ctx, l.person); err != nil {
			if ctx.Err() == nil {
				r.endLeaver(l.all(), err)
			}
			return
		}
	}
	r.takeOne(ctx, l, again)
}

// losing is the engine whose calls go ahead of those that give.
func (r *run) losing() *Engine {
	if r.urgent != nil {
		return r.urgent
	}
	return r.engine
}

// takeOne takes one person out: of the mirrors first, which is what gives access; then what they own alone is
// handed over; then the registration goes.
func (r *run) takeOne(ctx context.Context, l *leaverTasks, again *seen) {
	if r.belongs(l, again) {
		r.endLeaver(l.all(), errBack)
		return
	}
	if err := r.stillTheirs(ctx, l); err != nil {
		if ctx.Err() == nil {
			r.endLeaver(l.all(), err)
		}
		return
	}
	left := true
	for _, t := range l.leave {
		if ctx.Err() != nil {
			return
		}
		// Who could not be suspended, since there is no such profile say, is taken out all the same.
		err := r.do(ctx, t, time.Time{})
		left = left && (err == nil || t.step.Change.Kind() == plan.KindSuspend)
	}
	if !left && l.remove != nil {
		return // what comes behind is not reached
	}
	for _, t := range l.keep {
		if ctx.Err() != nil {
			return
		}
		if err := r.noHeirs[l.namespace]; err != nil && t.step.Change.Kind() == plan.KindHandOver {
			r.endLeaver([]*task{t}, err)
			return
		}
		if r.do(ctx, t, time.Time{}) != nil {
			return
		}
	}
	if l.remove == nil || ctx.Err() != nil {
		l.out = left && l.remove == nil
		return
	}
	if r.goOut(ctx, l); l.out {
		r.confirm(ctx, l)
	}
}

// goOut removes somebody of whom nothing is left, when nobody else of the tenant is just going.
func (r *run) goOut(ctx context.Context, l *leaverTasks) {
	last, end := r.goings.begin(l.namespace)
	defer func() { end(l.out) }()
	began := time.Now()
	if err := r.ownsNothing(ctx, l, last); err != nil {
		if ctx.Err() == nil {
			r.endLeaver([]*task{l.remove}, err)
		}
		return
	}
	if time.Since(began) > searched {
		r.endLeaver([]*task{l.remove}, errors.New("searching for what the user owns took too long; the next plan tries again"))
		return
	}
	if err := r.stillTheirs(ctx, l); err != nil {
		if ctx.Err() == nil {
			r.endLeaver([]*task{l.remove}, err)
		}
		return
	}
	l.out = r.do(ctx, l.remove, time.Time{}) == nil
}

// confirm reads what was handed over, after its former owner has gone.
func (r *run) confirm(ctx context.Context, l *leaverTasks) {
	for _, t := range l.keep {
		var asset tenancy.AssetRef
		var heirs tenancy.Grantee
		switch c := t.step.Change.(type) {
		case plan.HandOver:
			asset, heirs = c.Asset, groupOf(l.namespace, tenancy.CustodiansName)
		case plan.HandToHouse:
			asset, heirs = c.Asset, tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: c.To, Name: c.Group}
		default:
			continue
		}
		a, err := r.losing().Assets.Read(context.WithoutCancel(ctx), asset)
		if g := a.Grant(heirs); err == nil && (g == nil || !g.Owner) {
			r.fail(t, errUnconfirmed)
		}
	}
}

// endLeaver ends tasks that are not done, for a reason.
func (r *run) endLeaver(tasks []*task, err error) {
	for _, t := range tasks {
		r.endUnlessPaused(t, err)
	}
}
