package engine

import (
	"context"
	"slices"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// view is what of the index is decided about, and how far the decision goes.
type view struct {
	reading *reading
	sizes   map[tenancy.Namespace]int
	narrow  func(plan.Difference, *plan.Policy)
	only    map[tenancy.PersonID]bool // of whom it shows whether they are there
}

// narrow is as much of the index as matters for some people.
func (k *Keeper) narrow(narrow func(plan.Difference, *plan.Policy), ids ...tenancy.PersonID) view {
	k.mu.Lock()
	defer k.mu.Unlock()
	house := k.house
	r := &reading{roles: k.index.Roles, arns: k.arns, house: &house}
	r.dir, r.have = k.index.Narrow(slices.Clone(ids)...)
	only := map[tenancy.PersonID]bool{}
	for _, id := range ids {
		only[id] = true
	}
	return view{r, k.index.Sizes(), narrow, only}
}

// about is the view of one person, whose memberships are those that were just read, whatever the index
// has learnt of their groups meanwhile.
func (k *Keeper) about(id tenancy.PersonID, v *seen) view {
	var users []tenancy.UserName
	first := k.firstTime(id)
	w := k.narrow(func(_ plan.Difference, p *plan.Policy) {
		p.Person, p.Users, p.Removals.Unasked = string(id), users, first
	}, id)
	users = usersOf(w.reading.have, k.folds(id))
	members := w.reading.dir.Members
	for g, of := range members {
		members[g] = slices.DeleteFunc(of, func(one tenancy.PersonID) bool { return one == id })
	}
	for _, m := range v.memberships {
		members[m.Group] = append(members[m.Group], id)
		slices.Sort(members[m.Group])
	}
	return w
}

func (k *Keeper) folds(id tenancy.PersonID) []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.index.Folds(id)
}

// usersOf are the users of our tenants that have one of some session names, but for case.
func usersOf(have tenancy.State, folds []string) (users []tenancy.UserName) {
	for _, t := range have.Tenants {
		for _, r := range t.Registrations {
			if slices.Contains(folds, tenancy.Session(r.User.SessionName()).Fold()) {
				users = append(users, r.User)
			}
		}
	}
	return users
}

// decide plans by what a view shows.
func (k *Keeper) decide(ctx context.Context, e *Engine, cause tenancy.Cause, w view) (*Pass, error) {
	p := &Pass{reading: w.reading, Run: runID(), Cause: cause, only: w.only}
	if err := e.resolve(ctx, p); err != nil {
		return nil, err
	}
	policy, err := k.policy(ctx, e, p, false)
	if err != nil {
		return nil, err
	}
	policy.Sizes = w.sizes
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
		k.index.NoteBehind(r.have.Tenants[i].Namespace, r.have.Tenants[i].Registrations)
		if t := k.index.Have.Tenant(r.have.Tenants[i].Namespace); t != nil && t.Tags == nil {
			t.Tags = r.have.Tenants[i].Tags
		}
	}
}
