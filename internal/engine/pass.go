package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Pass is a plan with what it was made from.
type Pass struct {
	Plan plan.Plan
	// Moved are namespaces that have changed since a saved plan was made, whose steps are refused.
	Moved []tenancy.Namespace
	// Run and Cause are what the history calls it, and why it was made.
	Run   string
	Cause tenancy.Cause

	reading *reading
	derived rules.Derived
	diff    plan.Difference
	person  string                    // whom the scope's Person names; see Scope.whom
	allowed []plan.Hazard             // by name, for this run
	brake   *plan.Brake               // nil for none
	only    map[tenancy.PersonID]bool // those of whom the reading knows whether they are there; nil is everyone
	verify  bool                      // everyone; see Scope.Verify
	retires *retiring                 // the tenant that is emptied; nil for none
}

// Have is what QuickSight held.
func (p *Pass) Have() tenancy.State { return p.reading.have }

// Want is what QuickSight should hold.
func (p *Pass) Want() tenancy.State { return p.derived.Want }

// Plan reads everything and answers what would be done about it. It writes nothing.
func (e *Engine) Plan(ctx context.Context, scope Scope) (*Pass, error) {
	p, err := e.difference(ctx, scope)
	if err != nil {
		return nil, err
	}
	policy, err := e.counted(ctx, scope, p)
	if err != nil {
		return nil, err
	}
	return p, e.guard(ctx, p, policy)
}

// counted is the policy of a command, with what the day has seen already.
func (e *Engine) counted(ctx context.Context, scope Scope, p *Pass) (policy plan.Policy, err error) {
	policy = e.policy(scope, p)
	policy.Removals.Whole = true
	if policy.Gained, err = e.gained(ctx); err != nil {
		return policy, err
	}
	policy.Removals.Lost, err = e.lost(ctx, p)
	return policy, err
}

// Recheck reads everything again for a plan that was saved and approved, and answers a plan of those
// of its steps that still hold. A plan that is not of this account and configuration is refused
// whole, with a *plan.StaleError. Its steps are guarded again, as if they had been planned now:
// hazards must be allowed here too.
func (e *Engine) Recheck(ctx context.Context, saved plan.Plan, scope Scope) (*Pass, error) {
	p, err := e.difference(ctx, scope)
	if err != nil {
		return nil, err
	}
	policy, err := e.counted(ctx, scope, p)
	if err != nil {
		return nil, err
	}
	if err := e.guard(ctx, p, policy); err != nil { // which finds out what the saved plan knows of those who leave
		return nil, err
	}
	policy.Only, p.Moved, err = plan.Check(saved, e.Account, e.Rules.Store, e.Config, p.diff, p.derived.Want, p.reading.have)
	if err != nil {
		return nil, err
	}
	return p, e.guard(ctx, p, policy)
}

// difference is the way from reading to steps.
func (e *Engine) difference(ctx context.Context, scope Scope) (*Pass, error) {
	r, err := e.read(ctx, scope.Adopt)
	if err != nil {
		return nil, err
	}
	p := &Pass{reading: r, verify: scope.Verify}
	if err := e.resolve(ctx, p); err != nil {
		return nil, err
	}
	if scope.Person != "" {
		p.person = scope.whom(p, e.Rules.SessionName)
	}
	if err := scope.check(p); err != nil {
		return nil, err
	}
	return p, nil
}

// resolve says what is wanted and what differs, and reads what must be known for it besides.
func (e *Engine) resolve(ctx context.Context, p *Pass) error {
	r := p.reading
	now := e.rulesNow()
	p.derived = e.derive(now, r)
	if len(p.derived.Questions) > 0 {
		if err := e.answer(ctx, r, p.derived.Questions); err != nil {
			return err
		}
		p.derived = e.derive(now, r)
	}
	if read, err := e.verify(ctx, p); err != nil {
		return err
	} else if read {
		p.derived = e.derive(now, r) // whose a user is decides what of it may stay
	}
	p.diff = plan.Diff(e.Rules.Store, p.derived.Want, r.have, e.SamePrincipal)
	return nil
}

// rulesNow are the rules at this time.
func (e *Engine) rulesNow() rules.Rules {
	now := e.Rules
	now.Now = time.Now().Unix()
	return now
}

func (e *Engine) policy(scope Scope, p *Pass) plan.Policy {
	return plan.Policy{
		Namespaces: scope.Namespaces, Rollout: e.Rollout, Person: p.person, Allow: scope.Allow,
		NewNamespaces: e.NewNamespaces, AdditionsPercent: e.AdditionsPercent, Account: e.Account,
		Removals: plan.Removals{TenantPercent: e.TenantRemovals, AccountPercent: e.AccountRemovals},
	}
}

// guard completes the pass's plan under a policy.
func (e *Engine) guard(ctx context.Context, p *Pass, policy plan.Policy) error {
	r := p.reading
	var steps []plan.Step
	var holds []tenancy.Hold
	for range questionRounds {
		policy.Undivided = e.undivided(&r.have)
		policy.Young, policy.Removals.Gone, policy.Removals.Retires = e.young(r), gone(p), p.retires.tenant()
		var questions []tenancy.Question
		if steps, holds, questions = plan.Guard(p.diff, r.have, policy); len(questions) == 0 {
			break
		}
		if err := e.answer(ctx, r, questions); err != nil {
			return err
		}
		if p.retires == nil && slices.ContainsFunc(questions, func(q tenancy.Question) bool { return q.Kind == tenancy.WhoIsBehind }) {
			p.derived = e.derive(e.rulesNow(), r) // who is held keeps a user of another name, if it is theirs
		}
		p.diff = e.differ(p)
	}
	p.allowed, p.brake = policy.Allow, plan.NewBrake(plan.Difference{Steps: steps, Moves: p.diff.Moves}, r.have, policy)
	p.Plan = plan.Plan{
		Account: e.Account, Store: e.Rules.Store, Config: e.Config, Steps: steps,
		Namespaces: plan.Fingerprints(plan.Touched(steps), p.derived.Want, r.have),
		Notes:      slices.Concat(r.notes, p.derived.Notes, p.diff.Notes, plan.Heirless(steps, p.derived.Want)),
		Unmanaged:  plan.FindUnmanaged(p.derived.Want, r.have),
		Counts: plan.Counts{
			People: p.derived.Counts.People, Disabled: p.derived.Counts.Disabled, Unmapped: p.derived.Counts.Unmapped,
			House: p.derived.Counts.House, Tenants: len(p.derived.Want.Tenants), Right: p.diff.Right, Unverified: p.diff.Unverified,
		},
	}
	slices.SortFunc(p.Plan.Notes, tenancy.Note.Compare)
	p.Plan.Holds, p.Plan.Accepted = e.accept(slices.Concat(holds, p.derived.Held))
	return nil
}

// questionRounds is how often the guard is asked again: who is behind a user decides whether what they own is
// asked for, and that whether there are custodians.
const questionRounds = 4

// gone are those people whom a plan would take something from, and whom the directory has as disabled or no
// longer has.
func gone(p *Pass) map[tenancy.PersonID]bool {
	all := map[tenancy.PersonID]bool{}
	for _, s := range p.diff.Steps {
		id := s.Change.Who()
		if !s.Change.Kind().TakesAway() || id == "" || id == tenancy.Nobody || p.only != nil && !p.only[id] {
			continue
		}
		if person := p.reading.dir.Person(id); person == nil || person.Disabled {
			all[id] = true
		}
	}
	return all
}

// accept parts the holds that wait for a person from those that the configuration accepts.
func (e *Engine) accept(all []tenancy.Hold) (holds, accepted []tenancy.Hold) {
	for _, h := range tenancy.SortHolds(all) {
		if slices.Contains(e.Accepted, Accepted{h.Code, h.Object}) {
			accepted = append(accepted, h)
		} else {
			holds = append(holds, h)
		}
	}
	return holds, accepted
}

// answer reads what the pure rooms asked for into the state, for them to be asked again.
func (e *Engine) answer(ctx context.Context, r *reading, questions []tenancy.Question) error {
	for _, q := range questions {
		t := r.have.Tenant(q.Namespace)
		if t == nil || t.Tags != nil || q.Kind != tenancy.NamespaceTags {
			continue
		}
		arn, err := e.arn(ctx, r, q.Namespace)
		if errors.Is(err, plan.ErrNotFound) {
			continue // asked for just now, and not to be seen yet: the cautious answer stands
		}
		var tags map[string]string
		if err == nil {
			tags, err = e.tags(ctx, arn)
		}
		if err != nil {
			return fmt.Errorf("reading the namespace %s: %w", q.Namespace, err)
		}
		t.Tags = tags
	}
	if err := e.answerAboutAssets(ctx, r, questions); err != nil {
		return err
	}
	return e.answerAboutUsers(ctx, r, questions)
}

// arn is a namespace's ARN, which must be asked for where no list has shown it.
func (e *Engine) arn(ctx context.Context, r *reading, n tenancy.Namespace) (string, error) {
	if arn := r.arns[n.String()]; arn != "" {
		return arn, nil
	}
	info, err := e.QuickSight.Namespace(ctx, n.String())
	return info.ARN, err
}

// young are the tenants whose tag says that they were founded less than a day ago. The tag was
// written by tenantry's own clock; a clock that is off by hours makes the limit on additions come
// sooner or later, and nothing else.
func (e *Engine) young(r *reading) map[tenancy.Namespace]bool {
	young := map[tenancy.Namespace]bool{}
	for i := range r.have.Tenants {
		t := &r.have.Tenants[i]
		founded, err := time.Parse(time.RFC3339, t.Tags[tenancy.TagFounded])
		if err == nil && time.Since(founded) < youth {
			young[t.Namespace] = true
		}
	}
	return young
}

// Directory is what the identity store held: everyone, every group, and the members of the groups
// that feed a tenant or the house.
func (p *Pass) Directory() tenancy.Directory { return p.reading.dir }
