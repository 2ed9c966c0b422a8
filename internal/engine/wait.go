package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	// pollEvery is how often the namespaces are listed while some are being created: one list for
	// all of them. A creation takes 20 to 30 seconds on AWS, and less elsewhere: the first looks come
	// sooner.
	pollEvery = 5 * time.Second
	firstPoll = time.Second
	// creationLimit is how long a namespace may be CREATING before its tenant is given up, for this
	// run. Another run goes on waiting.
	creationLimit = 10 * time.Minute
	// recreations is how often a creation that ended in RETRYABLE_FAILURE is asked for again.
	recreations = 3
)

// birth is a namespace that is being waited for.
type birth struct {
	namespace tenancy.Namespace
	task      *task // nil when an earlier run asked for it
	since     time.Time
	tries     int
	next      time.Time // when to ask for it again, once its creation has failed; zero while it is being created
	over      bool      // it is there, or it was given up
}

// release hands over the tenants whose namespace is ready, in the order of the plan: first those that
// were there, then the others as they come to life.
func (r *run) release(ctx context.Context, births []*birth, ready chan<- *tenantTasks) {
	r.handOver(ready, r.wasThere)
	for pause := firstPoll; len(births) > 0; pause = min(2*pause, pollEvery) {
		r.setWaiting(len(births))
		if !sleep(ctx, pause) {
			r.leave(births)
			return
		}
		infos, err := r.engine.QuickSight.Namespaces(ctx)
		born := map[tenancy.Namespace]bool{}
		for _, b := range births {
			r.look(ctx, b, infos, err)
			born[b.namespace] = b.over
		}
		births = slices.DeleteFunc(births, func(b *birth) bool { return b.over })
		r.handOver(ready, func(n tenancy.Namespace) bool { return born[n] })
	}
	r.setWaiting(0)
}

// handOver hands over the tenants that may be filled.
func (r *run) handOver(ready chan<- *tenantTasks, may func(tenancy.Namespace) bool) {
	for _, t := range r.tenants {
		if !t.dead && may(t.namespace) {
			ready <- t
		}
	}
}

// wasThere reports whether a namespace was CREATED when the pass read it.
func (r *run) wasThere(n tenancy.Namespace) bool {
	return r.statuses[n] == tenancy.Created
}

// look judges one namespace by the list that was read just now: it is there, it has failed, it is
// asked for again, or it is waited for longer. A list that could not be read says nothing.
func (r *run) look(ctx context.Context, b *birth, infos []tenancy.NamespaceInfo, listing error) {
	var info tenancy.NamespaceInfo
	if i := slices.IndexFunc(infos, func(i tenancy.NamespaceInfo) bool { return i.Name == b.namespace.String() }); i >= 0 {
		info = infos[i]
	}
	switch {
	case info.Status == tenancy.Created:
		b.over = true
		if r.born != nil {
			r.born(b.namespace)
		}
		if b.task != nil {
			r.end(b.task, nil)
		}
	case info.Status == tenancy.NonRetryableFailure:
		r.giveUp(b, fmt.Errorf("creating the namespace failed for good: %s", info.Error))
	case info.Status == tenancy.RetryableFailure:
		r.recreate(ctx, b, info.Error)
	case info.Status == tenancy.Deleting:
		r.giveUp(b, errors.New("the namespace is being deleted"))
	case time.Since(b.since) > creationLimit:
		r.giveUp(b, errors.Join(fmt.Errorf("the namespace is still not ready after %s", creationLimit), listing))
	}
}

// recreate asks again, after a pause, for a namespace whose creation failed and may be retried.
func (r *run) recreate(ctx context.Context, b *birth, why string) {
	switch {
	case r.engine.CreateOnce:
		r.giveUp(b, fmt.Errorf("creating the namespace failed: %s: %w", why, r.engine.createdOnce(b.namespace)))
	case b.tries >= recreations || b.task == nil:
		r.giveUp(b, fmt.Errorf("creating the namespace failed %d times, and may be tried again: %s", b.tries+1, why))
	case b.next.IsZero():
		b.next = time.Now().Add(pollEvery << (2 * b.tries))
	case !time.Now().Before(b.next):
		create := b.task.step.Change.(plan.CreateNamespace)
		create.Again = true
		b.tries++
		again := plan.Step{Change: create, Because: b.task.step.Because}
		if _, err := r.engine.make(r.writes, r.pass, again); err == nil {
			b.next = time.Time{}
		} else if ctx.Err() == nil {
			r.giveUp(b, fmt.Errorf("creating the namespace failed (%s), and asking again for it too: %w", why, err))
		}
	}
}

// giveUp ends the wait for a namespace. Its creation has failed, and its tenant's steps are not
// reached in this run; where an earlier run asked for the namespace, the first of them bears the
// reason.
func (r *run) giveUp(b *birth, err error) {
	b.over = true
	i := slices.IndexFunc(r.tenants, func(t *tenantTasks) bool { return t.namespace == b.namespace })
	if i >= 0 {
		r.tenants[i].dead = true
	}
	switch {
	case b.task != nil:
		r.end(b.task, err)
	case i >= 0:
		r.end(r.tenants[i].first(), err)
	}
}

// leave records the namespaces that were asked for when the run was interrupted: AWS goes on with
// them, and the next run finds them. Those whose creation has failed were not reached.
func (r *run) leave(births []*birth) {
	for _, b := range births {
		if b.task != nil && b.next.IsZero() {
			r.end(b.task, nil)
		}
	}
}

func (r *run) setWaiting(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Waiting, r.progress.Last = n, nil
	if r.tell != nil {
		r.tell(r.progress)
	}
}
