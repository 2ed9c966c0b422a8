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
