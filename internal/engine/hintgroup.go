package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Group looks at a group again: what it is called, and who is in it. It makes the namespace and the
// mirror that the group asks for, and answers whom to look at next: everyone whose membership has
// changed, and every member for whom something is to be done or whom nobody has looked at yet. A group that is gone, or that feeds no
// tenant, is left with those who were its members. Whose membership has changed is answered with an error
// too: the index has taken it down, and will not tell again.
func (k *Keeper) Group(ctx context.Context, id tenancy.GroupID, h Hint) ([]tenancy.PersonID, Result, error) {
	defer k.things.take("group/" + string(id))()
	e := k.lane(h)
	v, changed, err := k.readGroup(ctx, e, id)
	if err != nil || v == nil {
		return changed, Result{}, err
	}
	people := union(changed, v.people())
	p, err := k.decide(ctx, e, h.Cause, k.narrow(onlyGroup(id), people...))
	if err != nil {
		return changed, Result{}, err
	}
	if learnt, err := k.readThere(ctx, e, p.Plan.Pending()); err != nil {
		return changed, Result{}, err
	} else if learnt {
		if p, err = k.decide(ctx, e, h.Cause, k.narrow(onlyGroup(id), people...)); err != nil {
			return changed, Result{}, err
		}
	}
	result, err := k.told(ctx, p, string(id), nil)
	if err != nil {
		return changed, Result{}, err
	}
	r := k.hintRun(e, p, v)
	result.Waiting = r.oneByOne(ctx, k, nil)
	result.Report = r.report(ctx)
	if !result.Waiting.IsZero() {
		return nil, result, nil // and once it is there, the group is looked at again
	}
	return union(changed, union(concerned(p.diff, people), strangers(p.reading.dir, people))), result, nil
}

// strangers are those of some people whom the index does not know, and of whom a difference says nothing for that.
// They may have been members for a while: when the group was read first, it had to wait.
func strangers(d tenancy.Directory, people []tenancy.PersonID) []tenancy.PersonID {
	return slices.DeleteFunc(slices.Clone(people), func(id tenancy.PersonID) bool { return d.Person(id) != nil })
}

// people are those whose memberships were seen.
func (s *seen) people() []tenancy.PersonID {
	people := make([]tenancy.PersonID, 0, len(s.memberships))
	for _, m := range s.memberships {
		people = append(people, m.Person)
	}
	return people
}

// readGroup reads a group into the index, and answers whose membership has changed. nil is a group of
// which nothing more is to be read.
func (k *Keeper) readGroup(ctx context.Context, e *Engine, id tenancy.GroupID) (*seen, []tenancy.PersonID, error) {
	g, err := e.IdentityCenter.Group(ctx, id)
	if errors.Is(err, plan.ErrNotFound) {
		k.mu.Lock()
		defer k.mu.Unlock()
		return nil, k.index.DropGroup(id), nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("reading the group %s: %w", id, err)
	}
	if !k.feeds(g) {
		k.mu.Lock()
		defer k.mu.Unlock()
		return nil, k.index.SetGroup(g, nil), nil
	}
	v := &seen{}
	if v.memberships, err = e.memberships(ctx, id); err != nil {
		return nil, nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return v, k.index.SetGroup(g, v.memberships), nil
}

func (k *Keeper) feeds(g tenancy.Group) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.index.Rules.Feeds(g, &k.index.Have)
}

// onlyGroup narrows a policy to the mirror of a group that is made, with what it is to see, and the namespace that it stands in.
func onlyGroup(id tenancy.GroupID) func(plan.Difference, *plan.Policy) {
	return func(d plan.Difference, p *plan.Policy) {
		p.Only = map[plan.Change]bool{}
		var in tenancy.Namespace
		for _, s := range d.Steps {
			if c, ok := s.Change.(plan.CreateMirror); ok && c.Group == id {
				p.Only[c], in = true, c.Namespace
			}
		}
		for _, s := range d.Steps {
			switch c := s.Change.(type) {
			case plan.CreateNamespace:
				p.Only[c] = c.Namespace == in
			case plan.Share:
				p.Only[c] = c.Namespace == in && c.Group == id
			case plan.CreateFolder:
				p.Only[c] = c.Namespace == in
			case plan.OpenFolder:
				p.Only[c] = c.Namespace == in && c.Group == id
			}
		}
	}
}

// concerned are those of some people, sorted, for whom a difference has a step.
func concerned(d plan.Difference, people []tenancy.PersonID) []tenancy.PersonID {
	var some []tenancy.PersonID
	for _, s := range d.Steps {
		who := s.Change.Who()
		if _, one := slices.BinarySearch(people, who); one && s.Held == "" {
			some = append(some, who)
		}
	}
	return some
}

func union(a, b []tenancy.PersonID) []tenancy.PersonID {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// Membership finds whose membership an id was, by what was read last.
func (k *Keeper) Membership(id tenancy.MembershipID) (tenancy.Membership, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.index == nil {
		return tenancy.Membership{}, false
	}
	return k.index.Membership(id)
}

// SignIn reads the sign-in roles anew, and answers the groups of the tenants that could not be gone on
// with for want of one, and can be now.
func (k *Keeper) SignIn(ctx context.Context, h Hint) ([]tenancy.GroupID, error) {
	e := k.lane(h)
	roles, err := e.Roles.Roles(ctx, e.Rules.SignIn.RolePath())
	if err != nil {
		return nil, fmt.Errorf("reading the sign-in roles: %w", err)
	}
	before, err := k.decide(ctx, e, h.Cause, k.narrow(nobody))
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	k.index.Roles = roles
	k.mu.Unlock()
	after, err := k.decide(ctx, e, h.Cause, k.narrow(nobody))
	if err != nil {
		return nil, err
	}
	var groups []tenancy.GroupID
	for _, t := range after.derived.Want.Tenants {
		if was := before.derived.Want.Tenant(t.Namespace); t.SignIn.IsZero() || was != nil && was.SignIn == t.SignIn {
			continue
		}
		for _, m := range t.Mirrors {
			groups = append(groups, m.Group)
		}
	}
	return groups, nil
}

// nobody narrows a policy to nothing.
func nobody(_ plan.Difference, p *plan.Policy) { p.Only = map[plan.Change]bool{} }

// Drift looks after the news that QuickSight has provisioned somebody just in time into default: it makes
// sure that they are there, puts it into the index and the history, and answers who in the directory
// signs in so, and whether it is true.
func (k *Keeper) Drift(ctx context.Context, role, session string, h Hint) (people []tenancy.PersonID, drifted bool, err error) {
	user := tenancy.UserName(role + "/" + session)
	r, err := k.lane(h).QuickSight.User(ctx, tenancy.DefaultNamespace, user)
	if errors.Is(err, plan.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading a user of default: %w", err)
	}
	k.mu.Lock()
	k.index.SetForeignUser(tenancy.DefaultNamespace, r)
	people = k.index.SignsInAs(tenancy.Session(session))
	k.mu.Unlock()
	entry := plan.Entry{
		What: plan.Drifted, Run: runID(), Cause: h.Cause, Actor: k.Bulk.Actor, Namespace: tenancy.DefaultNamespace, Object: string(user),
		Text: "QuickSight registered them in default at their first sign-in: just-in-time provisioning is on for their role",
	}
	if len(people) == 1 {
		entry.Person = people[0]
	}
	_, err = k.Bulk.record(ctx, entry)
	return people, true, err
}

// Lane is whose work a hint about somebody is, so that no tenant has to wait for another's: the tenant
// that the group feeds, or that the person belongs to.
func (k *Keeper) Lane(person tenancy.PersonID, group tenancy.GroupID) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.index == nil {
		return string(group)
	}
	if n, bound := k.index.Bound(group); bound {
		return n.String()
	}
	if n, lives := k.index.LivesIn(person); lives && group == "" {
		return n.String()
	}
	return string(group)
}
