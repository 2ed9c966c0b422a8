package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Lifting is what lifts one hold: a pass that does the steps which the hold keeps, and nothing else.
type Lifting struct {
	Hold tenancy.Hold
	// Pass has no other steps than those, and what they stand on. Some of them may still be held, by others.
	Pass *Pass
	// Still are the holds that keep steps of it all the same.
	Still []tenancy.Hold
}

// Lift reads everything, as Plan does, and answers what lifts the hold that a token names. It writes nothing. A
// token that names none, and a hold that nobody can allow by name, are refused.
func (e *Engine) Lift(ctx context.Context, token string) (*Lifting, error) {
	p, policy, k, err := e.holdOf(ctx, Scope{}, token)
	if err == nil && k == nil { // it may be about somebody whose tag this reading has not come to
		p, policy, k, err = e.holdOf(ctx, Scope{Verify: true}, token)
	}
	switch {
	case err != nil:
		return nil, err
	case k == nil:
		return nil, &RefusedError{
			fmt.Sprintf("nothing is held that is called %s: the hold has ended, or something about it has changed", token),
			"tenantry holds shows what is held now",
		}
	case k.Hazard() == "":
		return nil, &RefusedError{
			fmt.Sprintf("%s of %s cannot be lifted by allowing it: %s", k.Hold.Code, tenancy.Word(k.Hold.Object), k.Hold.Reason),
			k.Hold.Ends,
		}
	}
	return e.lift(ctx, p, policy, *k)
}

// holdOf reads everything, and answers the hold that a token names, nil for none.
func (e *Engine) holdOf(ctx context.Context, scope Scope, token string) (*Pass, plan.Policy, *plan.Kept, error) {
	p, err := e.difference(ctx, scope)
	if err != nil {
		return nil, plan.Policy{}, nil, err
	}
	policy, err := e.counted(ctx, scope, p)
	if err != nil {
		return nil, policy, nil, err
	}
	if err := e.guard(ctx, p, policy); err != nil {
		return nil, policy, nil, err
	}
	k, found := p.Plan.HoldOf(token)
	if !found {
		return p, policy, nil, nil
	}
	return p, policy, &k, nil
}

// lift allows a hold's hazard for what the hold keeps. What must be known of people before anything is taken from
// them is asked only of those for whom it is allowed, and changes the steps: who is behind a user becomes known,
// and what they own alone is to be handed over. So it is asked first, and then it is looked once more at what the
// hold keeps.
func (e *Engine) lift(ctx context.Context, p *Pass, policy plan.Policy, k plan.Kept) (*Lifting, error) {
	allowed := policy
	allowed.Allow = []plan.Hazard{k.Hazard()}
	ask := allowed
	if n, err := tenancy.ParseNamespace(k.Hold.Namespace); err == nil {
		ask.Namespaces = []tenancy.Namespace{n}
	}
	if k.About() {
		ask.Person = k.Hold.Object
	}
	if err := e.guard(ctx, p, ask); err != nil {
		return nil, err
	}
	if err := e.guard(ctx, p, policy); err != nil {
		return nil, err
	}
	var steps []plan.Step
	var others []tenancy.Hold // that have taken its place, now that more is known
	for _, now := range p.Plan.Keeps() {
		switch {
		case sameHold(now.Hold, k.Hold):
			steps = now.Steps
		case slices.ContainsFunc(now.Steps, func(s plan.Step) bool { return sameObject(s, k.Steps) }):
			others = append(others, now.Hold)
		}
	}
	allowed.Only = plan.Needed(p.diff.Steps, steps)
	if err := e.guard(ctx, p, allowed); err != nil {
		return nil, err
	}
	narrow(p)
	if len(steps) == 0 {
		p.Plan.Holds = others
	}
	return &Lifting{Hold: k.Hold, Pass: p, Still: p.Plan.Holds}, nil
}

// sameObject reports whether a step is about what one of some steps is about.
func sameObject(s plan.Step, some []plan.Step) bool {
	return slices.ContainsFunc(some, func(o plan.Step) bool {
		return o.Change.Kind() == s.Change.Kind() && o.Change.In() == s.Change.In() && o.Change.Object() == s.Change.Object()
	})
}

// sameHold leaves out how a hold ends: that may be said in several ways.
func sameHold(a, b tenancy.Hold) bool {
	return a.Code == b.Code && a.Namespace == b.Namespace && a.Object == b.Object && a.Reason == b.Reason
}

// narrow leaves out of a pass's plan all that it is not for.
func narrow(p *Pass) {
	p.Plan.Steps = slices.DeleteFunc(p.Plan.Steps, func(s plan.Step) bool { return s.Held == plan.NotSelected })
	in := map[string]bool{}
	for _, s := range p.Plan.Steps {
		in[s.Change.In().String()] = true
	}
	p.Plan.Notes = slices.DeleteFunc(p.Plan.Notes, func(n tenancy.Note) bool { return n.Code != plan.NobodyInherits || !in[n.Namespace] })
	p.Plan.Notes = append(p.Plan.Notes, homeless(p)...)
	var holds []tenancy.Hold
	for _, k := range p.Plan.Keeps() {
		if len(k.Steps) > 0 {
			holds = append(holds, k.Hold)
		}
	}
	p.Plan.Holds, p.Plan.Accepted, p.Plan.Unmanaged, p.Plan.Counts = tenancy.SortHolds(holds), nil, nil, plan.Counts{}
}

// homeless answers notes about those who leave one tenant for another: this run is not for their coming there.
func homeless(p *Pass) []tenancy.Note {
	var notes []tenancy.Note
	for _, s := range p.Plan.Pending() {
		gone, ok := s.Change.(plan.RemoveRegistration)
		if !ok || p.diff.Moves[gone.User] != gone.Namespace {
			continue
		}
		for _, s := range p.diff.Steps {
			if c, ok := s.Change.(plan.Register); ok && c.User() == gone.User && c.Namespace != gone.Namespace {
				notes = append(notes, tenancy.Note{
					Code: plan.InTenant, Object: string(c.Person), Namespace: c.Namespace.String(),
					Text: fmt.Sprintf("%s belongs to %s, and is registered there when they have left %s, by: tenantry apply --namespace %s", tenancy.Word(string(gone.User)), c.Namespace, gone.Namespace, c.Namespace),
				})
			}
		}
	}
	return notes
}

// Allow does what lifts a hold, as Apply does, and takes down before who has lifted it, and why. When that
// cannot be taken down, nothing is done.
func (e *Engine) Allow(ctx context.Context, l *Lifting, because string, tell func(plan.Progress)) (plan.Report, error) {
	p := l.Pass
	p.Run = cmp.Or(p.Run, runID())
	entry := plan.Entry{
		What: plan.Allowed, Run: p.Run, Cause: p.Cause, Actor: e.Actor,
		Code: string(l.Hold.Code), Namespace: l.Hold.Namespace, Object: l.Hold.Object, Text: because,
	}
	if (plan.Kept{Hold: l.Hold, Steps: p.Plan.Steps}).About() {
		for _, s := range p.Plan.Steps {
			if who := s.Change.Who(); who != tenancy.Nobody {
				entry.Person = cmp.Or(entry.Person, who)
			}
		}
	}
	if _, err := e.record(ctx, entry); err != nil {
		return plan.Report{}, err
	}
	return e.Apply(ctx, p, tell), nil
}

// Knows reports whether a pass has seen anything of a namespace: it is there, or somebody is wanted in it.
func (p *Pass) Knows(n tenancy.Namespace) bool {
	return p.derived.Want.Tenant(n) != nil || p.reading.have.Tenant(n) != nil || p.reading.have.ForeignNamed(n.String()) != nil
}
