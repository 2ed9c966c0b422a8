package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// errGone means that the person is no longer a member of the group that the step rests on.
var errGone = errors.New("the person has left the group since the plan was made; the next plan sees them as they are")

// errChanged means that the person is no longer as the plan knows them.
var errChanged = errors.New("the person has been renamed, disabled or given another address since the plan was made; the next plan sees them as they are")

// personTasks are one person's tasks that rest on one group.
type personTasks struct {
	person tenancy.PersonID
	tasks  []*task
}

// groupTasks are the tasks of a tenant that rest on one group.
type groupTasks struct {
	group  tenancy.GroupID
	role   tenancy.Role
	people []*personTasks
}

// restsOn is the group whose membership justifies a step: the one that is mirrored, or the one that
// gives the person their role.
func restsOn(s plan.Step) tenancy.GroupID {
	if add, ok := s.Change.(plan.AddMember); ok && add.Group != tenancy.CustodiansGroup {
		return add.Group
	}
	return s.Because.Group
}

// byGroup parts a tenant's grants by the group that each rests on. The groups with the highest
// roles come first: they are the ones that register people, whom the others then find registered.
func byGroup(grants []*task) []*groupTasks {
	groups := map[tenancy.GroupID]*groupTasks{}
	var order []*groupTasks
	for _, t := range grants {
		id := restsOn(t.step)
		g := groups[id]
		if g == nil {
			g = &groupTasks{group: id, role: t.step.Because.Role}
			groups[id], order = g, append(order, g)
		}
		who := t.step.Change.Who()
		if n := len(g.people); n == 0 || g.people[n-1].person != who {
			g.people = append(g.people, &personTasks{person: who})
		}
		last := g.people[len(g.people)-1]
		last.tasks = append(last.tasks, t)
	}
	slices.SortFunc(order, func(a, b *groupTasks) int {
		switch {
		case b.role.Below(a.role):
			return -1
		case a.role.Below(b.role):
			return 1
		}
		return strings.Compare(string(a.group), string(b.group))
	})
	return order
}

// grant does a tenant's grants, group by group.
func (r *run) grant(ctx context.Context, t *tenantTasks, failed map[tenancy.GroupID]bool) {
	out := &outsiders{users: map[string]bool{}}
	for _, g := range byGroup(t.grants) {
		if ctx.Err() != nil {
			return
		}
		r.grantGroup(ctx, g, out, failed)
	}
}

// outsiders are the users of a tenant who could not be registered: nothing else is tried for them.
type outsiders struct {
	mu    sync.Mutex
	users map[string]bool
}

func (o *outsiders) add(user string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.users[user] = true
}

func (o *outsiders) has(user string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.users[user]
}

// grantGroup does the grants that rest on one group: on the pass's own reading while that is fresh
// enough, and for whoever is left, on the group's pages read again, a page and then its writes.
func (r *run) grantGroup(ctx context.Context, g *groupTasks, out *outsiders, failed map[tenancy.GroupID]bool) {
	w := &grantRun{run: r, out: out, failed: failed}
	left := g.people
	if at := r.readAt[g.group]; !at.IsZero() {
		left = w.page(ctx, left, at, nil)
	}
	for tries := 0; len(left) > 0 && ctx.Err() == nil; {
		before := tasksOf(left)
		var err error
		left, err = w.again(ctx, g.group, left)
		if tasksOf(left) < before {
			tries = 0
		} else if tries++; tries == idleReadings && err == nil {
			err = errNoAnswer
		}
		if err != nil && ctx.Err() == nil {
			w.endAll(left, err)
			return
		}
	}
}

// idleReadings is how often in a row a group is read again without a single grant coming to an end.
const idleReadings = 3

// errNoAnswer means that QuickSight answered too late, again and again: a call that is throttled waits, too, and what
// it was answered before its time was over is not known here.
var errNoAnswer = errors.New("QuickSight did not answer, or throttled the calls, while the membership that this rests on was fresh")

func tasksOf(people []*personTasks) (n int) {
	for _, p := range people {
		n += len(p.tasks)
	}
	return n
}

type grantRun struct {
	*run
	out    *outsiders
	failed map[tenancy.GroupID]bool // groups whose mirror could not be made
}

// page does the grants of people who were members when a page was read, and answers those for whom
// that is too long ago by now. Whom refuse answers an error for gets nothing; nil refuses nobody.
func (w *grantRun) page(ctx context.Context, people []*personTasks, readAt time.Time, refuse func(context.Context, tenancy.PersonID) error) []*personTasks {
	var group errgroup.Group
	group.SetLimit(peopleAtOnce)
	var mu sync.Mutex
	var left []*personTasks
	for _, p := range people {
		group.Go(func() error {
			if refuse != nil && ctx.Err() == nil {
				if err := refuse(ctx, p.person); err != nil && ctx.Err() == nil {
					w.endAll([]*personTasks{p}, err)
					return nil
				}
			}
			p.tasks = w.person(ctx, p.tasks, readAt)
			if len(p.tasks) > 0 {
				mu.Lock()
				left = append(left, p)
				mu.Unlock()
			}
			return nil
		})
	}
	_ = group.Wait() // its functions keep their errors
	return left
}

// person does one person's tasks in their order, and answers those that are left because what they
// rest on was read too long ago. A registration that failed ends the person's tasks.
func (w *grantRun) person(ctx context.Context, tasks []*task, readAt time.Time) []*task {
	for i, t := range tasks {
		c := t.step.Change
		if add, ok := c.(plan.AddMember); ok && (w.out.has(c.Object()) || w.failed[add.Group]) {
			continue // not reached: what it stands on is not there
		}
		if ctx.Err() != nil {
			return tasks[i:]
		}
		err := w.do(ctx, t, readAt)
		if errors.Is(err, errStale) {
			return tasks[i:]
		}
		if err != nil && c.Kind() == plan.KindRegister && !errors.Is(err, errSeenTo) {
			w.out.add(c.Object())
		}
	}
	return nil
}

// again reads a group's pages once more, and does the grants of the people on each page before it
// reads the next. It answers the people who were seen, but whose page was too old when their turn
// came. Whoever was not seen is no longer a member. Each is read again too: who has been renamed is
// another principal by now, and their former name may be somebody else's.
func (w *grantRun) again(ctx context.Context, g tenancy.GroupID, people []*personTasks) ([]*personTasks, error) {
	todo := make(map[tenancy.PersonID]*personTasks, len(people))
	for _, p := range people {
		todo[p.person] = p
	}
	var left []*personTasks
	began := time.Now()
	for members, err := range w.engine.IdentityCenter.Memberships(ctx, g) {
		if err != nil {
			return append(left, unseen(people, todo)...), fmt.Errorf("reading the group's members again: %w", err)
		}
		var page []*personTasks
		for _, m := range members {
			if p := todo[m.Person]; p != nil {
				page = append(page, p)
				delete(todo, m.Person)
			}
		}
		left = append(left, w.page(ctx, page, began, w.changed)...)
		if ctx.Err() != nil {
			return left, nil
		}
		began = time.Now()
	}
	w.endAll(unseen(people, todo), errGone)
	return left, nil
}

// changed reads a person again, and answers errChanged unless they are as the pass read them.
func (w *grantRun) changed(ctx context.Context, id tenancy.PersonID) error {
	was, known := w.people[id]
	is, err := w.engine.IdentityCenter.Person(ctx, id)
	switch {
	case errors.Is(err, plan.ErrNotFound):
		return errChanged
	case err != nil:
		return err
	case !known || is != was:
		return errChanged
	}
	return nil
}

func unseen(people []*personTasks, todo map[tenancy.PersonID]*personTasks) []*personTasks {
	return slices.DeleteFunc(slices.Clone(people), func(p *personTasks) bool { return todo[p.person] == nil })
}

// endAll ends tasks that are not done, for a reason.
func (w *grantRun) endAll(people []*personTasks, err error) {
	for _, p := range people {
		for _, t := range p.tasks {
			w.end(t, err)
			if t.step.Change.Kind() == plan.KindRegister {
				w.out.add(t.step.Change.Object())
			}
		}
	}
}
