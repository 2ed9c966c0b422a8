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
	// errOwnsMore means that somebody owns alone what they did not when the plan was made.
	errOwnsMore = errors.New("the user alone owns more than the plan knows of; the next plan sees it")
	// errUnconfirmed means that assets that were handed over are not seen to be the custodians'.
	errUnconfirmed = errors.New("the custodians are not seen to own what was handed over to them")
)

// leaverTasks are what one user loses in one tenant, in the order in which it is done.
type leaverTasks struct {
	namespace tenancy.Namespace
	user      tenancy.UserName
	person    tenancy.PersonID
	leave     []*task       // mirrors
	hand      []*task       // over to the custodians
	remove    *task         // nil for somebody who stays in the tenant
	gone      bool          // the registration has been removed
	over      chan struct{} // closed when nothing more is done about it
}

func (l *leaverTasks) all() []*task {
	all := slices.Concat(l.leave, l.hand)
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
	case plan.HandOver:
		l := r.leaver(c)
		l.hand = append(l.hand, t)
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

// moved waits until somebody who is to be registered has left the tenant in which they live, and reports false
// when they have not.
func (r *run) moved(ctx context.Context, c plan.Change) bool {
	if c.Kind() != plan.KindRegister {
		return true
	}
	for _, l := range r.leavers {
		if l.remove == nil || string(l.user) != c.Object() || l.namespace == c.In() {
			continue
		}
		select {
		case <-l.over:
			return l.gone
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// lookAndTakeOut looks at somebody a second time, and takes them out if they are still to go.
func (r *run) lookAndTakeOut(ctx context.Context, l *leaverTasks) {
	again := &seen{at: time.Now()}
	if l.person != tenancy.Nobody && l.person != "" {
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
	for _, t := range slices.Concat(l.leave, l.hand) {
		if ctx.Err() != nil {
			return
		}
		if err := r.noHeirs[l.namespace]; err != nil && t.step.Change.Kind() == plan.KindHandOver {
			r.endLeaver([]*task{t}, err)
			return // what comes behind is not reached
		}
		if err := r.do(ctx, t, time.Time{}); err != nil && l.remove != nil {
			return // what comes behind is not reached
		}
	}
	if l.remove == nil || ctx.Err() != nil {
		return
	}
	began := time.Now()
	if err := r.ownsNothing(ctx, l); err != nil {
		if ctx.Err() == nil {
			r.endLeaver([]*task{l.remove}, err)
		}
		return
	}
	if time.Since(began) > searched {
		r.endLeaver([]*task{l.remove}, errors.New("searching for what the user owns took too long; the next plan tries again"))
		return
	}
	if l.gone = r.do(ctx, l.remove, time.Time{}) == nil; l.gone {
		r.confirm(ctx, l)
	}
}

// belongs reports whether somebody was seen, at the second look, to be where they are to be taken out of.
func (r *run) belongs(l *leaverTasks, again *seen) bool {
	if again.person == nil || again.person.Disabled {
		return false
	}
	in := func(g tenancy.GroupID) bool {
		return slices.ContainsFunc(again.memberships, func(m tenancy.Membership) bool { return m.Group == g })
	}
	for _, t := range l.leave {
		if in(t.step.Change.(plan.RemoveMember).Group) {
			return true
		}
	}
	return l.remove != nil && slices.ContainsFunc(r.bound[l.namespace], in)
}

// ownsNothing makes sure, just before somebody goes, that nothing is theirs alone.
func (r *run) ownsNothing(ctx context.Context, l *leaverTasks) error {
	if l.remove.step.Change.(plan.RemoveRegistration).Role.IsReader() {
		return nil // QuickSight lets a reader own nothing
	}
	if len(l.hand) == 0 && time.Since(r.ownedAt) < justNow {
		return nil // it was searched just now, and nothing was found
	}
	var after time.Time
	if slices.ContainsFunc(l.hand, func(t *task) bool { return onlyListed(t.step.Change.(plan.HandOver).Asset.Kind) }) {
		after = time.Now() // a listing from before would show what has been handed over since
	}
	left, err := r.losing().owned(ctx, r.listed, l.namespace, l.user, after)
	if err != nil {
		return fmt.Errorf("searching again for what the user owns: %w", err)
	}
	if len(left) > 0 {
		return fmt.Errorf("%w: %s", errOwnsMore, left[0].AssetRef)
	}
	return nil
}

// confirm reads what was handed over, after its former owner has gone.
func (r *run) confirm(ctx context.Context, l *leaverTasks) {
	custodians := tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: l.namespace.String(), Name: tenancy.CustodiansName}
	for _, t := range l.hand {
		a, err := r.losing().Assets.Read(context.WithoutCancel(ctx), t.step.Change.(plan.HandOver).Asset)
		if err != nil {
			continue
		}
		if heirs := a.Grant(custodians); heirs == nil || !heirs.Owner {
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
