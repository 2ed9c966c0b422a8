package engine

import (
	"context"
	"crypto/rand"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Keeper keeps an account as it should be, in a process that lives on: by passes, and between them by
// hints, which say whom to look at again.
//
// A pass is all that Plan and Apply do. What it read becomes the index as soon as the plan is made,
// before anything is applied, and hints are dealt with while it goes on. A hint reads the truth about
// one person, puts it into the index, and decides about that person as a pass would: by the same
// rules, diff and guard, over as much of the index as matters (rules.Index). The index says what to
// read, and that there is nothing to do; whatever is written rests on what the hint itself has read.
//
// Hint and pass do not get into each other's way: whoever writes about a person has that person's
// turn, and a pass leaves out whomever a hint has touched since the pass began to read.
//
// Fields are set once, before the first use. A Keeper may be used by several goroutines.
type Keeper struct {
	// The engine at three priorities: everything else but for their clients is the same.
	Bulk, Soon, Urgent *Engine
	// Tell is told how each step ended, one call at a time for each pass or hint; nil for nobody.
	Tell func(tenancy.Cause, plan.Outcome)

	recent recent
	goings goings
	people turns // of writing about a person
	things turns // of dealing with a group, a mirror or a namespace, and of making a pass

	mu      sync.Mutex
	index   *rules.Index
	ready   chan struct{}
	arns    map[string]string // of namespaces
	house   tenancy.House     // as the last pass knew it
	touched map[tenancy.PersonID]time.Time
	births  map[tenancy.Namespace]time.Time // namespaces that hints wait for
	waiting chan struct{}                   // told when there is a first birth
	known   map[string]bool                 // holds that have been told
	looked  map[tenancy.PersonID]firstLook  // at people who are to be taken out
	gains   plan.Gains
	gainsAt time.Time
	counts  Counts
}

// Counts are the figures of the last complete pass.
type Counts struct {
	plan.Counts
	Holds  int // that wait for somebody
	Access int // of them, those by which someone still has access
}

// Result is what came of a pass or a hint.
type Result struct {
	Plan   plan.Plan
	Report plan.Report
	// News are the holds that were not there before.
	News []tenancy.Hold
	// Waiting is the namespace that has to come about before anything can be done.
	Waiting tenancy.Namespace
	// InDefault are the people of tenants whom a pass found in default.
	InDefault []Stray
	// Again is after how long the person has to be looked at a second time, before anything is taken from
	// them; 0 is not at all.
	Again time.Duration
}

// Start makes a Keeper ready for use.
func (k *Keeper) Start() {
	k.ready, k.waiting = make(chan struct{}), make(chan struct{}, 1)
	k.touched, k.births = map[tenancy.PersonID]time.Time{}, map[tenancy.Namespace]time.Time{}
	k.known, k.looked = map[string]bool{}, map[tenancy.PersonID]firstLook{}
	for _, e := range []*Engine{k.Bulk, k.Soon, k.Urgent} {
		e.recent, e.goings = &k.recent, &k.goings
	}
}

// Ready is closed when there is an index: before that, hints cannot be dealt with.
func (k *Keeper) Ready() <-chan struct{} { return k.ready }

// Counts answers the figures of the last complete pass.
func (k *Keeper) Counts() Counts {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.counts
}

// Pass reads everything and does what is to be done. What it could not do is in the report.
func (k *Keeper) Pass(ctx context.Context, cause tenancy.Cause) (Result, error) {
	defer k.things.take("pass")()
	began := time.Now()
	k.recent.begin(began)
	defer k.recent.end()
	p, news, err := k.plan(ctx, cause)
	if err != nil {
		return Result{}, err
	}
	r := k.Bulk.newRun(p)
	r.turn = func(id tenancy.PersonID, goes bool) (func(), bool) { return k.turnOf(id, goes, began) }
	r.urgent = k.Urgent
	k.follow(r, cause)
	k.publish(p, began)
	k.recent.end()
	strays := p.inDefault(&k.Bulk.Rules.SignIn)
	p.reading, p.derived, p.diff = nil, rules.Derived{}, plan.Difference{} // the reading is the index now, and the rest has become the run
	if _, err := k.Bulk.record(ctx, k.passEntry(p, plan.PassBegan, nil)); err != nil {
		return Result{}, err
	}
	report := r.all(ctx)
	_, err = k.Bulk.record(context.WithoutCancel(ctx), k.passEntry(p, plan.PassEnded, &report))
	return Result{Plan: p.Plan, Report: report, News: news, InDefault: strays}, err
}

// Read reads everything into the index, and writes nothing: for a process that only deals with hints.
func (k *Keeper) Read(ctx context.Context, cause tenancy.Cause) error {
	defer k.things.take("pass")()
	began := time.Now()
	k.recent.begin(began)
	defer k.recent.end()
	p, _, err := k.plan(ctx, cause)
	if err == nil {
		k.publish(p, began)
	}
	return err
}

// plan reads and plans, and tells which holds are new.
func (k *Keeper) plan(ctx context.Context, cause tenancy.Cause) (*Pass, []tenancy.Hold, error) {
	p, err := k.Bulk.difference(ctx, Scope{})
	if err != nil {
		return nil, nil, err
	}
	p.Run, p.Cause = runID(), cause
	policy, err := k.policy(ctx, k.Bulk, p, true)
	if err != nil {
		return nil, nil, err
	}
	policy.Removals.Whole = true
	if err := k.Bulk.guard(ctx, p, policy); err != nil {
		return nil, nil, err
	}
	news := k.news(p.Plan.Holds, true)
	return p, news, k.tellHolds(ctx, p, news)
}

// policy is that of a process that nobody watches: it takes people out by itself, under the brake. anew says
// that what was counted lately is not enough.
func (k *Keeper) policy(ctx context.Context, e *Engine, p *Pass, anew bool) (policy plan.Policy, err error) {
	policy = e.policy(Scope{}, p)
	policy.Removals.Automatic, policy.Removals.Forbidden = true, e.mayTakeOut(ctx)
	policy.Removals.By = e.Automatic
	if policy.Gained, err = k.gained(ctx, e, anew); err != nil {
		return policy, err
	}
	policy.Removals.Lost, err = e.lost(ctx, p)
	return policy, err
}

// runID names a pass or a hint in the history.
func runID() string { return rand.Text()[:10] }

// follow keeps index and memory at what a run writes.
func (k *Keeper) follow(r *run, cause tenancy.Cause) {
	r.wrote, r.born, r.binding, r.assets = k.wrote, k.born, k.binding, &k.things
	if k.Tell != nil {
		r.tell = func(p plan.Progress) {
			if p.Last != nil {
				k.Tell(cause, *p.Last)
			}
		}
	}
}

// publish makes what a pass read the index, with what hints have learnt since it began to read.
func (k *Keeper) publish(p *Pass, began time.Time) {
	r := p.reading
	k.mu.Lock()
	defer k.mu.Unlock()
	k.recent.overlay(&r.have, began) // once more: hints have gone on writing
	r.have.Offers = nil              // they are asked for again
	for i := range r.have.Tenants {
		t := &r.have.Tenants[i]
		t.Holdings = nil // they are asked for when somebody leaves
		for j := range t.Parked {
			t.Parked[j].Holdings = nil
		}
	}
	next := rules.NewIndex(&k.Bulk.Rules, r.dir, r.have, r.roles, r.named)
	if k.index != nil {
		var since []tenancy.PersonID
		for id, at := range k.touched {
			if at.After(began) {
				since = append(since, id)
			}
		}
		slices.Sort(since)
		next.Follow(k.index, since)
		next.Vouch(k.index)
	} else {
		close(k.ready)
	}
	maps.DeleteFunc(k.touched, func(_ tenancy.PersonID, at time.Time) bool { return at.Before(began) })
	k.index, k.arns, k.house = next, r.arns, p.derived.Want.House
	k.counts = Counts{Counts: p.Plan.Counts, Holds: len(p.Plan.Holds)}
	for _, h := range p.Plan.Holds {
		if h.Access {
			k.counts.Access++
		}
	}
}

// Touch takes down that there is news about a person: a pass that has read them before leaves them to
// whoever follows the news.
func (k *Keeper) Touch(id tenancy.PersonID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.touched[id] = time.Now()
}

// turnOf takes the turn of writing about a person, for a pass that began to read at a time. A person who goes is left to
// the hint that is just dealing with them: it may be waiting for the turn of their tenant, which the pass has.
func (k *Keeper) turnOf(id tenancy.PersonID, goes bool, began time.Time) (release func(), mine bool) {
	if !goes {
		release = k.people.take(string(id))
	} else if release, mine = k.people.try(string(id)); !mine {
		return nil, false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.touched[id].After(began) {
		release()
		return nil, false
	}
	return release, true
}

// wrote takes down a change that is in effect.
func (k *Keeper) wrote(c plan.Change, receipt plan.Receipt) {
	k.recent.note(c)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.index == nil {
		return
	}
	plan.Perform(&k.index.Have, c)
	switch c := c.(type) {
	case plan.Suspend:
		k.index.NoteSuspended(c.Namespace, c.User, tenancy.Suspension{Since: time.Now().Unix(), Was: c.Was})
	case plan.Register:
		k.index.NoteUser(c.Namespace.String(), c.User())
		if k.gains.People != nil {
			k.gains.People[c.Namespace]++
		}
	case plan.CreateNamespace:
		k.gains.Namespaces++
		if t := k.index.Have.Tenant(c.Namespace); t != nil && !receipt.Already {
			t.Tags = tagsOf(c)
		}
	}
}

// tagsOf are the tags with which a namespace was created just now.
func tagsOf(c plan.CreateNamespace) map[string]string {
	return map[string]string{
		tenancy.TagStore: string(c.Store), tenancy.TagFounders: c.Founders, tenancy.TagFounded: time.Now().UTC().Format(time.RFC3339),
	}
}

// born takes down that a namespace has come to be.
func (k *Keeper) born(n tenancy.Namespace) {
	k.recent.bornNow(n)
	k.setStatus(n, tenancy.Created, "")
}

func (k *Keeper) setStatus(n tenancy.Namespace, s tenancy.Status, why string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.index == nil {
		return
	}
	if t := k.index.Have.Tenant(n); t != nil {
		t.Status, t.Error = s, why
	}
}

// gainsKept is for how long the day's gains are not asked for again: own ones are counted meanwhile.
const gainsKept = 30 * time.Second

// gained answers what was added within the last day.
func (k *Keeper) gained(ctx context.Context, e *Engine, anew bool) (plan.Gains, error) {
	if e.Recorder == nil {
		return plan.Gains{}, nil
	}
	k.mu.Lock()
	old := anew || k.gains.People == nil || time.Since(k.gainsAt) > gainsKept
	k.mu.Unlock()
	if old { // asked without the lock, which every hint waits for
		gains, err := e.gained(ctx)
		if err != nil {
			return plan.Gains{}, err
		}
		if gains.People == nil {
			gains.People = map[tenancy.Namespace]int{}
		}
		k.mu.Lock()
		k.gains, k.gainsAt = gains, time.Now()
		k.mu.Unlock()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return plan.Gains{People: maps.Clone(k.gains.People), Namespaces: k.gains.Namespaces}, nil
}
