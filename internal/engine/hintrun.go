package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

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
func (r *run) oneByOne(ctx context.Context, k *Keeper, v *seen) (waiting tenancy.Namespace) {
	defer r.outlive(ctx)()
	ctx, r.stop = context.WithCancel(ctx)
	defer r.stop()
	for _, l := range r.leavers {
		if r.again != nil {
			r.makeHeirs(ctx)
			r.takeOther(ctx, k, l)
		}
		close(l.over)
	}
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
			group := m.step.Change.(plan.CreateMirror).Group
			err := k.once(r, m)
			failed[group] = err != nil
			if errors.Is(err, errRenamed) {
				t.drop(group)
			}
		}
		r.open(ctx, t, failed)
		r.share(ctx, t, failed)
		w := &grantRun{run: r, out: &outsiders{users: map[string]bool{}}, failed: failed}
		for _, g := range byGroup(t.grants) {
			for _, p := range g.people {
				w.endAll([]*personTasks{{p.person, w.person(ctx, p.tasks, r.readAt[g.group])}}, errStale)
			}
		}
		r.arriveAll(ctx, t, failed, v)
	}
	if !waiting.IsZero() {
		k.await(waiting)
	}
	return waiting
}

// takeOther takes out the person of a hint, or somebody else who is in their way: they are looked at, too. Of two hints
// one does it, and the other sees what has come of it.
func (r *run) takeOther(ctx context.Context, k *Keeper, l *leaverTasks) {
	defer k.things.take("user/" + l.namespace.String() + "/" + string(l.user))()
	if p := r.again.person; p == nil || l.person == p.ID || l.person == "" || l.person == tenancy.Nobody {
		r.takeOne(ctx, l, r.again)
		return
	}
	r.lookAndTakeOut(ctx, l)
}

// once does what several hints may come to at the same time: the first one does it.
func (k *Keeper) once(r *run, t *task) error {
	c := t.step.Change
	release, may := k.binding(t.step)
	defer release()
	if !may {
		r.end(t, errRenamed)
		return errRenamed
	}
	if k.has(c) {
		r.endUntold() // whoever did it has told
		return nil
	}
	err := r.write(t, time.Time{})
	r.endUnlessPaused(t, err)
	return err
}

// binding takes the turn of making a namespace, or of binding a group. It reports false for a group that
// the index knows by another name than the step does, or as bound elsewhere: somebody has renamed it, and
// one of two readings is old.
func (k *Keeper) binding(s plan.Step) (release func(), may bool) {
	c, ok := s.Change.(plan.CreateMirror)
	if !ok {
		return k.things.take("namespace/" + s.Change.In().String()), true
	}
	release = k.things.take("binding/" + string(c.Group))
	k.mu.Lock()
	defer k.mu.Unlock()
	g := k.index.Dir.Group(c.Group)
	n, bound := k.index.Bound(c.Group)
	return release, g != nil && g.Name == s.Because.GroupName && (!bound || n == c.Namespace)
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
