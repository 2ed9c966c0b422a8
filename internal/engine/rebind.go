package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Rebinding is what it means that a group takes the place of one that is gone.
type Rebinding struct {
	Change  plan.Rebind
	Because tenancy.Because // the group that takes the place, and the rule by which it belongs there
	Sides   plan.Sides

	pass *Pass
}

// Rebinding reads everything, and answers what it means that the group to takes the place of another one in a
// tenant: of from, or, where that is "", of the only one there that is gone. It writes nothing. What is not done is
// a *RefusedError.
func (e *Engine) Rebinding(ctx context.Context, n tenancy.Namespace, to, from tenancy.GroupID) (*Rebinding, error) {
	r, err := e.read(ctx, nil)
	if err != nil {
		return nil, err
	}
	if e.Rollout != nil && !slices.Contains(e.Rollout, n) {
		return nil, &RefusedError{fmt.Sprintf("the namespace %s is not one that this configuration lets be written to", n), fmt.Sprintf("add %s to rollout", n)}
	}
	t, err := rules.Succeed(e.Rules, r.dir, r.have, n, to, from)
	if refusal, ok := errors.AsType[*rules.Refusal](err); ok {
		return nil, &RefusedError{refusal.Why, refusal.Mend}
	}
	if err != nil {
		return nil, err
	}
	change := plan.Rebind{Namespace: n, Store: e.Rules.Store, Mirror: t.Mirror.Name, From: t.Mirror.Group, To: t.Group.ID}
	after := with(r.have, change)
	want := rules.Derive(e.rulesNow(), r.dir, after, r.roles).Want
	return &Rebinding{
		Change: change, Sides: plan.SidesOf(change, r.have, want, r.dir),
		Because: tenancy.Because{Rule: t.Rule.Text, Group: t.Group.ID, GroupName: t.Group.Name, Role: t.Rule.Role},
		pass:    &Pass{reading: r, Run: runID(), Cause: tenancy.Cause{Kind: tenancy.ByCommand, Name: "rebind"}},
	}, nil
}

// with is a state as it is once a group has taken over a mirror; the other one stays as it is.
func with(have tenancy.State, c plan.Rebind) tenancy.State {
	have.Tenants = slices.Clone(have.Tenants)
	if t := have.Tenant(c.Namespace); t != nil {
		t.Mirrors = slices.Clone(t.Mirrors)
	}
	plan.Perform(&have, c)
	return have
}

// Rebind makes it so: it gives the mirror the other group's mark, and nothing else. A person has thought about it since
// the reading, and so both groups are looked at once more.
func (e *Engine) Rebind(ctx context.Context, r *Rebinding) error {
	if _, err := e.IdentityCenter.Group(ctx, r.Change.To); errors.Is(err, plan.ErrNotFound) {
		return &RefusedError{fmt.Sprintf("the group %s has gone since it was read", r.Change.To), "look again, and name the one that is there now"}
	} else if err != nil {
		return fmt.Errorf("reading the group %s: %w", r.Change.To, err)
	}
	_, err := e.IdentityCenter.Group(ctx, r.Change.From)
	if err == nil {
		return &RefusedError{fmt.Sprintf("the group %s is in the directory after all, and keeps its place", r.Change.From), "look again: tenantry plan"}
	}
	if !errors.Is(err, plan.ErrNotFound) {
		return fmt.Errorf("reading the group %s: %w", r.Change.From, err)
	}
	_, err = e.make(ctx, r.pass, plan.Step{Change: r.Change, Because: r.Because})
	return err
}
