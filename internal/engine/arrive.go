package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// arrival is somebody who comes into a tenant only once a user is out of the way: their own, in another tenant or in
// this one, or somebody else's of the same name. What is parked for them comes with it. They are looked after when
// everyone else is: the second look at whoever is to go takes its time.
type arrival struct {
	person tenancy.PersonID
	// whole says that they cannot even be registered before: the user of their name is in the way. Otherwise only what is
	// given back to them waits.
	whole  bool
	tasks  []*task // in the order of the plan
	behind []*leaverTasks
}

// collectArrivals takes out of the tenants' grants those that have to wait for somebody to go.
func (r *run) collectArrivals() {
	for _, t := range r.tenants {
		byPerson := map[tenancy.PersonID]*arrival{}
		for _, g := range t.grants {
			who := g.step.Change.Who()
			if !r.arrives(g.step.Change) {
				continue
			}
			if byPerson[who] == nil {
				byPerson[who] = &arrival{person: who}
				t.arrivals = append(t.arrivals, byPerson[who])
			}
			byPerson[who].whole = byPerson[who].whole || g.step.Change.Kind() == plan.KindRegister
		}
		if len(byPerson) == 0 {
			continue
		}
		t.grants = slices.DeleteFunc(t.grants, func(g *task) bool {
			a := byPerson[g.step.Change.Who()]
			if a == nil || !a.whole && !r.arrives(g.step.Change) {
				return false
			}
			a.tasks = append(a.tasks, g)
			return true
		})
		for _, a := range t.arrivals {
			a.behind = r.inTheWay(t.namespace, a)
		}
	}
}

// arrives reports whether a change is part of an arrival.
func (r *run) arrives(c plan.Change) bool {
	switch c := c.(type) {
	case plan.GiveBack, plan.Unpark, plan.EndMove:
		return true
	case plan.Register:
		return slices.ContainsFunc(r.leavers, func(l *leaverTasks) bool { return l.remove != nil && l.user == c.User() })
	}
	return false
}

// inTheWay are those who have to be gone first: the user of the name, and the person's own former one.
func (r *run) inTheWay(n tenancy.Namespace, a *arrival) (behind []*leaverTasks) {
	for _, l := range r.leavers {
		theirs := l.namespace == n && l.person == a.person && (l.remove != nil || len(l.keep) > 0)
		named := l.remove != nil && slices.ContainsFunc(a.tasks, func(t *task) bool {
			c, is := t.step.Change.(plan.Register)
			return is && c.User() == l.user
		})
		if theirs || named {
			behind = append(behind, l)
		}
	}
	return behind
}

// arriveAll looks after the arrivals of a tenant. v is a reading of one of them, nil for none.
func (r *run) arriveAll(ctx context.Context, t *tenantTasks, failed map[tenancy.GroupID]bool, v *seen) {
	var group errgroup.Group
	group.SetLimit(peopleAtOnce)
	for _, a := range t.arrivals {
		group.Go(func() error {
			if r.wayIsFree(ctx, a) {
				r.arrive(ctx, a, failed, v)
			}
			return nil
		})
	}
	_ = group.Wait() // its functions keep their errors
}

// wayIsFree waits until whoever is in the way has gone, and reports false when they have not: then nothing of the
// arrival is reached.
func (r *run) wayIsFree(ctx context.Context, a *arrival) bool {
	for _, l := range a.behind {
		select {
		case <-l.over:
		case <-ctx.Done():
			return false
		}
		if !l.out {
			return false
		}
	}
	return true
}

// arrive looks at somebody once more, and does what is to be done for them as long as that justifies it.
func (r *run) arrive(ctx context.Context, a *arrival, failed map[tenancy.GroupID]bool, v *seen) {
	w := &grantRun{run: r, out: &outsiders{users: map[string]bool{}}, failed: failed}
	left := a.tasks
	for tries := 0; len(left) > 0 && ctx.Err() == nil; tries++ {
		if v == nil || v.person == nil || v.person.ID != a.person || time.Since(v.at) > fresh/2 {
			var err error
			if v, err = r.engine.look(ctx, a.person); err != nil {
				if ctx.Err() == nil {
					w.endAll([]*personTasks{{a.person, left}}, err)
				}
				return
			}
		}
		if err := r.justifies(v, a.person, left); err != nil {
			w.endAll([]*personTasks{{a.person, left}}, err)
			return
		}
		before := len(left)
		if left = w.arrived(ctx, left, v.at); len(left) < before {
			tries = 0
		} else if tries == idleReadings {
			w.endAll([]*personTasks{{a.person, left}}, errNoAnswer)
			return
		}
		v = nil
	}
}

// justifies answers why nothing is given to somebody, as they were just seen, nil when it may be.
func (r *run) justifies(v *seen, id tenancy.PersonID, tasks []*task) error {
	was, known := r.people[id]
	if v.person == nil || !known || *v.person != was {
		return errChanged
	}
	for _, t := range tasks {
		if !slices.ContainsFunc(v.memberships, func(m tenancy.Membership) bool { return m.Group == restsOn(t.step) }) {
			return errGone
		}
	}
	return nil
}

// arrived does tasks in their order, and answers those that are left because what they rest on was read too long ago.
// When one of them fails, those behind it are not reached, but for one that stands alone.
func (w *grantRun) arrived(ctx context.Context, tasks []*task, readAt time.Time) []*task {
	for i, t := range tasks {
		if ctx.Err() != nil {
			return nil
		}
		alone := false
		at := readAt
		switch c := t.step.Change.(type) {
		case plan.AddMember:
			if alone = true; w.failed[c.Group] {
				continue // not reached: there is no mirror
			}
		case plan.UpdateUser, plan.SetCustomPermissions:
			alone = true
		case plan.Unpark, plan.EndMove:
			at = time.Time{} // they give nobody anything
		}
		err := w.do(ctx, t, at)
		if errors.Is(err, errStale) {
			return tasks[i:]
		}
		if err != nil && !alone {
			return nil
		}
	}
	return nil
}
