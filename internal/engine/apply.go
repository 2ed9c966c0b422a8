package engine

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// lastWrites is how long a write that is under way may still take once the run was interrupted.
const lastWrites = 8 * time.Second

// Apply does the steps of the pass's plan that are to be done, and tells progress after each (one
// call at a time; nil for nobody to tell). It answers what became of them; a step that failed is in
// the report and is no error. When ctx ends, no new step is begun, and those under way are finished.
func (e *Engine) Apply(ctx context.Context, p *Pass, tell func(plan.Progress)) plan.Report {
	p.Run = cmp.Or(p.Run, runID())
	r := e.newRun(p)
	r.tell = tell
	return r.all(ctx)
}

// all does all that is to be done.
func (r *run) all(ctx context.Context) plan.Report {
	defer r.outlive(ctx)()
	var going context.Context
	going, r.stop = context.WithCancel(ctx)
	defer r.stop()
	r.perform(going)
	return r.report(ctx)
}

// outlive lets what is under way when ctx ends be finished, within a while.
func (r *run) outlive(ctx context.Context) (end func()) {
	writes, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r.writes = writes
	linger := context.AfterFunc(ctx, func() { time.AfterFunc(lastWrites, cancel) })
	return func() { linger(); cancel() }
}

// run does the steps of one plan. It holds all that it needs of the reading, which may have become a
// Keeper's index by now.
type run struct {
	engine *Engine
	pass   *Pass
	writes context.Context // for the writes themselves
	stop   func()          // begins no new step
	tell   func(plan.Progress)

	// turn takes the turn of writing about a person, and reports false when someone else has looked
	// after them since the reading; or, of a person who goes, when someone else is doing so. nil: there is nobody else.
	turn func(id tenancy.PersonID, goes bool) (release func(), mine bool)
	// binding takes the turn of binding a group, and reports whether the group is still what the step was
	// made for, as far as others know by now. nil: there is nobody else.
	binding func(plan.Step) (release func(), may bool)
	wrote   func(plan.Change, plan.Receipt) // is told what is in effect; nil for nobody
	born    func(tenancy.Namespace)         // is told which namespaces have come to be; nil for nobody

	creates  []*task
	tenants  []*tenantTasks // in the order of the plan
	leavers  []*leaverTasks
	goings   *goings
	coming   sync.WaitGroup                          // of those who arrive when somebody has gone
	heirs    []*task                                 // groups of custodians that are to be made
	revokes  []*task                                 // what is taken from groups when everybody has gone
	noHeirs  map[tenancy.Namespace]error             // why a tenant has no such group
	bound    map[tenancy.Namespace][]tenancy.GroupID // groups by which somebody belongs to a tenant
	readBy   time.Time                               // when what the plan was made from had been read
	again    *seen                                   // a hint's second look at its person, nil where it was the first
	ownedAt  time.Time                               // when what the leavers own was read
	listed   *listing                                // of assets
	urgent   *Engine                                 // whose calls go first; nil for the engine itself
	statuses map[tenancy.Namespace]tenancy.Status
	people   map[tenancy.PersonID]tenancy.Person // as they were read
	readAt   map[tenancy.GroupID]time.Time
	assets   *turns // of changing what is shared

	mu       sync.Mutex
	progress plan.Progress
	ended    []ended
	left     int // steps about people whom somebody else looked after
	paused   plan.Pause
	denied   map[action]refusals
	inVain   map[action]int // waits in a row for what did not pass by itself
}

// newRun makes a run of what a pass plans to do.
func (e *Engine) newRun(p *Pass) *run {
	r := &run{
		engine: e, pass: p, stop: func() {}, assets: &turns{}, denied: map[action]refusals{}, inVain: map[action]int{},
		statuses: map[tenancy.Namespace]tenancy.Status{}, people: map[tenancy.PersonID]tenancy.Person{}, readAt: p.reading.readAt,
		bound: map[tenancy.Namespace][]tenancy.GroupID{}, noHeirs: map[tenancy.Namespace]error{}, readBy: p.reading.by, ownedAt: p.reading.ownedAt, listed: p.reading.listed,
	}
	if r.listed == nil {
		r.listed = newListing()
	}
	if r.goings = e.goings; r.goings == nil {
		r.goings = &goings{}
	}
	r.collect()
	for _, l := range r.leavers {
		if have := p.reading.have.Tenant(l.namespace); have != nil {
			for _, a := range have.Holdings[l.user].Assets {
				l.known = append(l.known, a.AssetRef)
			}
		}
		if t := p.derived.Want.Tenant(l.namespace); t != nil && r.bound[l.namespace] == nil {
			for _, m := range t.Mirrors {
				r.bound[l.namespace] = append(r.bound[l.namespace], m.Group)
			}
		}
	}
	for _, t := range r.tenants {
		if have := p.reading.have.Tenant(t.namespace); have != nil {
			r.statuses[t.namespace] = have.Status
		}
		for _, g := range t.grants {
			if person := p.reading.dir.Person(g.step.Change.Who()); person != nil {
				r.people[person.ID] = *person
			}
		}
	}
	r.collectArrivals()
	return r
}

// task is a step that is to be done.
type task struct {
	place int // in the plan
	step  plan.Step
}

// tenantTasks are the tasks of one namespace, behind its creation.
type tenantTasks struct {
	namespace tenancy.Namespace
	mirrors   []*task
	folder    *task // that makes the tenant's own; nil for none
	openings  []*task
	shares    []*task
	grants    []*task
	arrivals  []*arrival
	dead      bool // its namespace was given up
}

func (t *tenantTasks) first() *task {
	switch {
	case len(t.mirrors) > 0:
		return t.mirrors[0]
	case t.folder != nil:
		return t.folder
	case len(t.openings) > 0:
		return t.openings[0]
	case len(t.shares) > 0:
		return t.shares[0]
	case len(t.grants) > 0:
		return t.grants[0]
	}
	return t.arrivals[0].tasks[0]
}

// drop leaves out what rests on a group that is not what it was: it is not reached.
func (t *tenantTasks) drop(id tenancy.GroupID) {
	rests := func(g *task) bool { return restsOn(g.step) == id }
	t.openings, t.shares, t.grants = slices.DeleteFunc(t.openings, rests), slices.DeleteFunc(t.shares, rests), slices.DeleteFunc(t.grants, rests)
	for _, a := range t.arrivals {
		a.tasks = slices.DeleteFunc(a.tasks, rests)
	}
}

// ended is a task with its outcome.
type ended struct {
	place   int
	outcome plan.Outcome
}

// collect sorts the steps that are to be done by what they are and where.
func (r *run) collect() {
	byNamespace := map[tenancy.Namespace]*tenantTasks{}
	for i, s := range r.pass.Plan.Steps {
		if s.Held != "" {
			continue
		}
		r.progress.Total++
		t := &task{i, s}
		if s.Change.Kind() == plan.KindCreateNamespace {
			r.creates = append(r.creates, t)
			continue
		}
		if r.collectLoss(t) {
			continue
		}
		n := s.Change.In()
		tt := byNamespace[n]
		if tt == nil {
			tt = &tenantTasks{namespace: n}
			byNamespace[n] = tt
			r.tenants = append(r.tenants, tt)
		}
		switch s.Change.Kind() {
		case plan.KindCreateMirror:
			tt.mirrors = append(tt.mirrors, t)
		case plan.KindCreateFolder:
			tt.folder = t
		case plan.KindOpenFolder:
			tt.openings = append(tt.openings, t)
		case plan.KindShare:
			tt.shares = append(tt.shares, t)
		default:
			tt.grants = append(tt.grants, t)
		}
	}
}

// perform creates the namespaces, and fills each tenant as soon as its namespace is ready: those
// that are there already at once.
func (r *run) perform(ctx context.Context) {
	var leaving sync.WaitGroup
	leaving.Go(func() { r.takeOut(ctx) })
	defer leaving.Wait()
	births := r.create(ctx)
	ready := make(chan *tenantTasks, len(r.tenants)) // handing over never waits
	var workers sync.WaitGroup
	for range tenantsAtOnce {
		workers.Go(func() {
			for t := range ready {
				r.fill(ctx, t)
			}
		})
	}
	r.release(ctx, births, ready)
	close(ready)
	workers.Wait()
	r.coming.Wait()
}

// create asks for the namespaces, and answers the tenants that have to be waited for, in the order of
// the plan: those now being created, by this run or by one before it. A tenant whose namespace could
// not be asked for is in none of them.
func (r *run) create(ctx context.Context) []*birth {
	births := make([]*birth, len(r.creates))
	var group errgroup.Group
	group.SetLimit(peopleAtOnce)
	for i, t := range r.creates {
		group.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			if err := r.write(t, time.Time{}); err != nil {
				r.endUnlessPaused(t, err)
			} else {
				births[i] = &birth{namespace: t.step.Change.In(), task: t, since: time.Now()}
			}
			return nil
		})
	}
	_ = group.Wait() // its functions keep their errors
	for _, t := range r.tenants {
		if r.statuses[t.namespace] == tenancy.Creating {
			births = append(births, &birth{namespace: t.namespace, since: time.Now()})
		}
	}
	return slices.DeleteFunc(births, func(b *birth) bool { return b == nil })
}

// fill makes a tenant's mirrors, shares with them what they are to see, its own folder first, and then grants what is to be granted, group by group.
func (r *run) fill(ctx context.Context, t *tenantTasks) {
	failed := map[tenancy.GroupID]bool{}
	for _, m := range t.mirrors {
		if ctx.Err() != nil {
			return
		}
		group := m.step.Change.(plan.CreateMirror).Group
		err := r.bind(ctx, m, group)
		failed[group] = err != nil
		if errors.Is(err, errRenamed) {
			t.drop(group)
		}
	}
	r.open(ctx, t, failed)
	r.share(ctx, t, failed)
	r.grant(ctx, t, failed)
	if len(t.arrivals) > 0 {
		r.coming.Go(func() { r.arriveAll(ctx, t, failed, nil) }) // no other tenant waits for it
	}
}

// bind makes a group's mirror, unless the group is no longer what it was.
func (r *run) bind(ctx context.Context, m *task, group tenancy.GroupID) error {
	if r.binding != nil {
		release, may := r.binding(m.step)
		defer release()
		if !may {
			r.end(m, errRenamed)
			return errRenamed
		}
	}
	if err := r.renamed(ctx, m, group); err != nil {
		r.end(m, err)
		return err
	}
	return r.do(ctx, m, time.Time{})
}

// report answers what became of the run.
func (r *run) report(ctx context.Context) plan.Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.SortFunc(r.ended, func(a, b ended) int { return a.place - b.place })
	report := plan.Report{
		Done: r.progress.Done, Interrupted: ctx.Err() != nil, Refused: r.pass.Moved,
		NotReached: r.progress.Total - r.progress.Done - r.progress.Failed - r.progress.Held - r.left,
		SeenTo:     r.left, Paused: r.paused,
	}
	for _, e := range r.ended {
		if e.outcome.Held != nil {
			report.Held = append(report.Held, e.outcome)
		} else {
			report.Failed = append(report.Failed, e.outcome)
		}
	}
	return report
}
