package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Hint asks to look at someone, or something, again.
type Hint struct {
	Cause tenancy.Cause
	// Urgent says that it may take something away: its reads go first.
	Urgent bool
}

// lane is the engine whose calls have a hint's priority.
func (k *Keeper) lane(h Hint) *Engine {
	if h.Urgent {
		return k.Urgent
	}
	return k.Soon
}

// seen is a person as a hint has just read them. Who is gone has no person.
type seen struct {
	person      *tenancy.Person
	memberships []tenancy.Membership
	at          time.Time // when the reading began
}

// PersonResult is what came of a hint about a person.
type PersonResult struct {
	Result
	// Groups are the groups that the person is a member of now.
	Groups []tenancy.GroupID
}

// Person looks at a person again, and does what a pass would do about them. It costs two reads when
// nothing is to be done. An error is one of reading; what could not be written is in the report.
func (k *Keeper) Person(ctx context.Context, id tenancy.PersonID, h Hint) (PersonResult, error) {
	defer k.people.take(string(id))()
	k.Touch(id)
	defer k.Touch(id) // for a pass that has read them while this went on
	e := k.lane(h)
	v, err := e.look(ctx, id)
	if err != nil {
		return PersonResult{}, err
	}
	if err := k.learn(ctx, e, v.memberships); err != nil {
		return PersonResult{}, err
	}
	k.take(id, v)
	result := PersonResult{}
	for _, m := range v.memberships {
		result.Groups = append(result.Groups, m.Group)
	}
	result.Result, err = k.put(ctx, e, id, v, h.Cause)
	return result, err
}

// look reads a person and their memberships.
func (e *Engine) look(ctx context.Context, id tenancy.PersonID) (*seen, error) {
	v := &seen{at: time.Now()}
	group, gctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		p, err := e.IdentityCenter.Person(gctx, id)
		if err == nil {
			v.person = &p
		}
		return unlessGone(err)
	})
	group.Go(func() (err error) {
		v.memberships, err = e.IdentityCenter.MembershipsOf(gctx, id)
		return unlessGone(err)
	})
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("reading the person %s: %w", id, err)
	}
	if v.person == nil {
		v.memberships = nil
	}
	return v, nil
}

func unlessGone(err error) error {
	if errors.Is(err, plan.ErrNotFound) {
		return nil
	}
	return err
}

// learn reads those groups of somebody whose names matter and may be news: those never seen, and those
// that no mark binds, whose name says which tenant they are for.
func (k *Keeper) learn(ctx context.Context, e *Engine, memberships []tenancy.Membership) error {
	for _, m := range memberships {
		if !k.mustRead(m.Group) {
			continue
		}
		g, err := e.IdentityCenter.Group(ctx, m.Group)
		if errors.Is(err, plan.ErrNotFound) {
			continue // it went with its memberships
		}
		if err != nil {
			return fmt.Errorf("reading the group %s: %w", m.Group, err)
		}
		k.mu.Lock()
		k.index.NameGroup(g)
		k.mu.Unlock()
	}
	return nil
}

func (k *Keeper) mustRead(id tenancy.GroupID) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	g := k.index.Dir.Group(id)
	if g == nil {
		return true
	}
	_, bound := k.index.Bound(id)
	return !bound && k.index.Rules.Feeds(*g, &k.index.Have)
}

// take puts what was read about a person into the index.
func (k *Keeper) take(id tenancy.PersonID, v *seen) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if v.person == nil {
		k.index.DropPerson(id)
		return
	}
	k.index.SetPerson(*v.person, v.memberships)
}

// put does what is to be done about a person.
func (k *Keeper) put(ctx context.Context, e *Engine, id tenancy.PersonID, v *seen, cause tenancy.Cause) (Result, error) {
	p, err := k.decide(ctx, e, cause, k.about(id, v))
	if err != nil || len(p.Plan.Pending()) == 0 {
		return k.told(ctx, p, string(id), err)
	}
	if learnt, err := k.readThere(ctx, e, p.Plan.Pending()); err != nil {
		return Result{}, err
	} else if learnt {
		if p, err = k.decide(ctx, e, cause, k.about(id, v)); err != nil {
			return Result{}, err
		}
	}
	result, err := k.told(ctx, p, string(id), nil)
	if err != nil {
		return Result{}, err
	}
	r := k.hintRun(e, p, v)
	result.Waiting = r.oneByOne(ctx, k)
	result.Report = r.report(ctx)
	return result, nil
}

// told answers a result with its news: the holds of this person or group, and those that keep what was
// to be done about them.
func (k *Keeper) told(ctx context.Context, p *Pass, object string, err error) (Result, error) {
	if err != nil {
		return Result{}, err
	}
	objects := map[string]bool{object: true}
	type kept struct {
		code      tenancy.Code
		namespace string
	}
	keeps := map[kept]bool{}
	for _, s := range p.Plan.Steps {
		if s.Held != "" && s.Held != plan.NotSelected {
			objects[s.Change.Object()] = true
			keeps[kept{s.Held, s.Change.In().String()}] = true
			keeps[kept{s.Held, ""}] = true // of the whole account
		}
	}
	var own []tenancy.Hold
	for _, h := range p.Plan.Holds {
		limit := h.Code == tenancy.Code(plan.ManyAdditions) || h.Code == tenancy.Code(plan.ManyNamespaces)
		if objects[h.Object] || limit && keeps[kept{h.Code, h.Namespace}] {
			own = append(own, h)
		}
	}
	news := k.news(own, false)
	return Result{Plan: p.Plan, News: news}, k.tellHolds(ctx, p, news)
}

// view is what of the index is decided about, and how far the decision goes.
type view struct {
	reading *reading
	sizes   map[tenancy.Namespace]int
	narrow  func(plan.Difference, *plan.Policy)
}

// narrow is as much of the index as matters for some people.
func (k *Keeper) narrow(narrow func(plan.Difference, *plan.Policy), ids ...tenancy.PersonID) view {
	k.mu.Lock()
	defer k.mu.Unlock()
	r := &reading{roles: k.index.Roles, arns: k.arns}
	r.dir, r.have = k.index.Narrow(slices.Clone(ids)...)
	return view{r, k.index.Sizes(), narrow}
}

// about is the view of one person, whose memberships are those that were just read, whatever the index
// has learnt of their groups meanwhile.
func (k *Keeper) about(id tenancy.PersonID, v *seen) view {
	var users []tenancy.UserName
	w := k.narrow(func(_ plan.Difference, p *plan.Policy) { p.Person, p.Users = string(id), users }, id)
	if v.person != nil {
		users = usersOf(w.reading.have, k.Bulk.Rules.SessionOf(v.person))
	}
	w.reading.dir.Members = map[tenancy.GroupID][]tenancy.PersonID{}
	for _, m := range v.memberships {
		w.reading.dir.Members[m.Group] = []tenancy.PersonID{id}
	}
	return w
}

// usersOf are the users of our tenants that have a session name.
func usersOf(have tenancy.State, session tenancy.Session) (users []tenancy.UserName) {
	for _, t := range have.Tenants {
		for _, r := range t.Registrations {
			if session != "" && r.User.SessionName() == string(session) {
				users = append(users, r.User)
			}
		}
	}
	return users
}

// decide plans by what a view shows.
func (k *Keeper) decide(ctx context.Context, e *Engine, cause tenancy.Cause, w view) (*Pass, error) {
	p := &Pass{reading: w.reading, Run: runID(), Cause: cause}
	if err := e.resolve(ctx, p); err != nil {
		return nil, err
	}
	gained, err := k.gained(ctx, e, false)
	if err != nil {
		return nil, err
	}
	policy := e.policy(Scope{}, p)
	policy.Gained, policy.Sizes = gained, w.sizes
	w.narrow(p.diff, &policy)
	if err := e.guard(ctx, p, policy); err != nil {
		return nil, err
	}
	k.keepTags(w.reading)
	return p, nil
}

// keepTags keeps the tags that were read to answer a question: they are not asked for again before
// the next pass.
func (k *Keeper) keepTags(r *reading) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i := range r.have.Tenants {
		if t := k.index.Have.Tenant(r.have.Tenants[i].Namespace); t != nil && t.Tags == nil {
			t.Tags = r.have.Tenants[i].Tags
		}
	}
}

// readThere reads what QuickSight has of what some steps would write to: a namespace that the index
// does not know, and whoever is to be registered. It reports whether the index has learnt something.
func (k *Keeper) readThere(ctx context.Context, e *Engine, steps []plan.Step) (bool, error) {
	learnt := false
	for _, s := range steps {
		var err error
		news := false
		switch c := s.Change.(type) {
		case plan.CreateNamespace:
			news, err = k.readNamespace(ctx, e, c.Namespace)
		case plan.Register:
			if k.status(c.Namespace) == tenancy.Created {
				news, err = k.readUser(ctx, e, c.Namespace, c.User())
			}
		}
		if err != nil {
			return false, err
		}
		learnt = learnt || news
	}
	return learnt, nil
}

// readNamespace reads a namespace that the index does not know, or knows as failed.
func (k *Keeper) readNamespace(ctx context.Context, e *Engine, n tenancy.Namespace) (bool, error) {
	defer k.things.take("namespace/" + n.String())()
	if s := k.status(n); s == tenancy.Creating || s == tenancy.Created {
		return true, nil // somebody else was faster
	}
	info, err := e.QuickSight.Namespace(ctx, n.String())
	if errors.Is(err, plan.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading the namespace %s: %w", n, err)
	}
	t, foreign, err := e.readNamespace(ctx, info, nil)
	if err != nil {
		return false, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.index.SetNamespace(t, foreign)
	return true, nil
}

func (k *Keeper) status(n tenancy.Namespace) tenancy.Status {
	k.mu.Lock()
	defer k.mu.Unlock()
	if t := k.index.Have.Tenant(n); t != nil {
		return t.Status
	}
	return ""
}

// readUser reads whether a user is there already, and where they are a member.
func (k *Keeper) readUser(ctx context.Context, e *Engine, n tenancy.Namespace, user tenancy.UserName) (bool, error) {
	u, err := e.QuickSight.User(ctx, n.String(), user)
	if errors.Is(err, plan.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading a user of the namespace %s: %w", n, err)
	}
	groups, err := e.QuickSight.GroupsOf(ctx, n.String(), user)
	if err != nil && !errors.Is(err, plan.ErrNotFound) {
		return false, fmt.Errorf("reading a user's groups in the namespace %s: %w", n, err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.index.SetUser(n, u, groups)
	return true, nil
}

// hintRun is a run of a hint's own, whose grants rest on what the hint has read.
func (k *Keeper) hintRun(e *Engine, p *Pass, v *seen) *run {
	p.reading.readAt = map[tenancy.GroupID]time.Time{}
	for _, m := range v.memberships {
		p.reading.readAt[m.Group] = v.at
	}
	r := e.newRun(p)
	k.follow(r, p.Cause)
	return r
}

// oneByOne does a hint's few steps in their order. It answers the namespace that has to come about
// first, the zero one when everything was tried.
func (r *run) oneByOne(ctx context.Context, k *Keeper) (waiting tenancy.Namespace) {
	defer r.outlive(ctx)()
	ctx, r.stop = context.WithCancel(ctx)
	defer r.stop()
	for _, t := range r.creates {
		if err := k.once(r, t); err == nil {
			waiting = t.step.Change.In()
		}
	}
	for _, t := range r.tenants {
		if k.status(t.namespace) != tenancy.Created {
			waiting = t.namespace
			continue
		}
		failed := map[tenancy.GroupID]bool{}
		for _, m := range t.mirrors {
			if k.once(r, m) != nil {
				failed[m.step.Change.(plan.CreateMirror).Group] = true
			}
		}
		w := &grantRun{run: r, out: &outsiders{users: map[string]bool{}}, failed: failed}
		for _, g := range byGroup(t.grants) {
			for _, p := range g.people {
				w.endAll([]*personTasks{{p.person, w.person(ctx, p.tasks, r.readAt[g.group])}}, errStale)
			}
		}
	}
	if !waiting.IsZero() {
		k.await(waiting)
	}
	return waiting
}

// once does what several hints may come to at the same time: the first one does it.
func (k *Keeper) once(r *run, t *task) error {
	c := t.step.Change
	defer k.things.take(cmp.Or(c.Object(), "namespace") + "/" + c.In().String())()
	if k.has(c) {
		r.endUntold() // whoever did it has told
		return nil
	}
	err := r.write(t, time.Time{})
	r.endUnlessPaused(t, err)
	return err
}

// has reports whether a namespace or a mirror is there.
func (k *Keeper) has(c plan.Change) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	t := k.index.Have.Tenant(c.In())
	switch c := c.(type) {
	case plan.CreateNamespace:
		return t != nil && !c.Again
	case plan.CreateMirror:
		return t != nil && t.Mirror(c.Group) != nil
	}
	return false
}
