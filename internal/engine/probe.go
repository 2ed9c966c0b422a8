//go:build !tenantry.lambda

package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/doctor"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Prober tries what AWS does not document. It is made by the command for that and by nothing else, and no Engine has one
// (S5). It writes to throwaway namespaces and to a throwaway role; their names are of types of their own, and hold nothing
// else.
//
// The run is taken down before anything is made, and all that it makes bears the run's id in its name and a mark. What it
// made it removes, whatever has happened and whether or not somebody has interrupted it; what a crash leaves behind the
// next one finds (Remains) and removes (Clean). Each call that writes is in the history, before and after.
type Prober struct {
	Engine  *Engine
	Tries   Tries
	Remover ProbeRemover
	Notes   ProbeNotes
	SignIns SignInSources
	// Doors reads the role through which somebody signs in on trial.
	Doors RolesAlone

	// Reserved is the role of a permission set, the zero RoleARN for the one of the configuration.
	Reserved tenancy.RoleARN
	// Visitor is who signs in on trial, as QuickSight's user name; "" for nobody.
	Visitor tenancy.UserName
	// Ask lets a person do something, and answers what they say; nil where nobody is there.
	Ask func(ctx context.Context, text string) (string, error)
	// Tell says what is being done; nil tells nobody.
	Tell func(doing string)
	// NewRun makes the id of a run; nil makes a random one.
	NewRun func() tenancy.ProbeRun
}

// removalLimit is for how long removing may go on when the trials were cut short.
const removalLimit = creationLimit + deletionLimit

// probing is one run of a Prober.
type probing struct {
	*Prober
	run     tenancy.ProbeRun
	history string // its id there
	role    tenancy.RoleARN
	ready   map[tenancy.ProbePlace]bool
	// failed says that the creation of a namespace has failed in a way that may be retried, and again what became of that.
	failed bool
	again  tenancy.ProbeAnswer
	why    string // why something could not be made, "" for nothing
}

func (p *Prober) tell(format string, args ...any) {
	if p.Tell != nil {
		p.Tell(fmt.Sprintf(format, args...))
	}
}

// Remains answers what probes have left behind, that which is only taken down too.
func (p *Prober) Remains(ctx context.Context) (tenancy.ProbeRemains, error) {
	found, err := p.Remover.Remains(ctx)
	if err != nil {
		return found, fmt.Errorf("looking for what probes have left: %w", err)
	}
	begun, err := p.Notes.Begun()
	if err == nil && !begun.IsZero() {
		found = found.With(begun)
	}
	return found, err
}

// Run makes the trials, in order, and removes what it made for them. What could not be tried is not known, and the outcome
// says why. The error is of what stopped it, and of what could not be removed.
func (p *Prober) Run(ctx context.Context, trials []doctor.Trial) ([]doctor.Outcome, error) {
	r, err := p.begin(ctx, trials)
	if err != nil {
		return nil, err
	}
	outcomes, err := r.tryAll(ctx, trials)
	if r.run.IsZero() {
		return outcomes, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removalLimit)
	defer cancel()
	p.tell("removing what was made for it")
	if _, removing := p.clean(ctx, r.history); removing != nil {
		err = errors.Join(err, fmt.Errorf("%w; tenantry doctor --probe --clean removes the rest", removing))
	}
	return outcomes, err
}

// begin makes sure that nothing is left of another run, and takes this one down, if it will make anything.
func (p *Prober) begin(ctx context.Context, trials []doctor.Trial) (*probing, error) {
	r := &probing{Prober: p, history: runID(), ready: map[tenancy.ProbePlace]bool{}}
	if len(places(trials)) == 0 {
		return r, nil
	}
	left, err := p.Remains(ctx)
	switch {
	case err != nil:
		return nil, err
	case !left.IsEmpty():
		return nil, &RefusedError{"a probe has left something behind, or is at work: " + strings.Join(left.Names(), ", "), "tenantry doctor --probe --clean removes it"}
	}
	if err := p.unpaused(ctx); err != nil {
		return nil, err
	}
	r.run = p.newRun()
	return r, p.Notes.Begin(r.run)
}

// places are the namespaces that trials need, in order.
func places(trials []doctor.Trial) (all []tenancy.ProbePlace) {
	for _, at := range tenancy.ProbePlaces {
		for _, t := range trials {
			if t.Needs(at) {
				all = append(all, at)
				break
			}
		}
	}
	return all
}

// tryAll makes what the trials need, and then the trials.
func (r *probing) tryAll(ctx context.Context, trials []doctor.Trial) (outcomes []doctor.Outcome, err error) {
	if err := r.prepare(ctx, trials); err != nil {
		return nil, err
	}
	for _, t := range trials {
		if ctx.Err() != nil {
			return outcomes, fmt.Errorf("interrupted before %s: %w", t.Name, ctx.Err())
		}
		r.tell("trying %s: %s", t.Name, t.Asks)
		o, err := r.try(ctx, t)
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, plan.ErrPaused) || errors.Is(err, plan.ErrCredentials) {
				return outcomes, err
			}
			o = doctor.Outcome{Trial: t.Name, Verdict: doctor.NotKnown, Seen: err.Error()}
		}
		outcomes = append(outcomes, o)
		if err := r.takeDown(ctx, o); err != nil {
			return outcomes, err
		}
	}
	return outcomes, nil
}

// takeDown puts an outcome into the history.
func (r *probing) takeDown(ctx context.Context, o doctor.Outcome) error {
	_, err := r.Engine.record(context.WithoutCancel(ctx), plan.Entry{
		What: plan.Probed, Run: r.history, Cause: byProbe, Actor: r.Engine.Actor, Object: o.Trial, After: string(o.Verdict), Text: o.Seen,
	})
	return err
}

// try makes one trial, once what it needs is there.
func (r *probing) try(ctx context.Context, t doctor.Trial) (doctor.Outcome, error) {
	for _, at := range t.Namespaces {
		if !r.ready[at] && t.Name != doctor.TrialFailedNamespace {
			return doctor.Outcome{Trial: t.Name, Verdict: doctor.NotKnown, Seen: "there was no throwaway namespace to try it in: " + r.why}, nil
		}
	}
	if t.Role && r.role.IsZero() {
		return doctor.Outcome{Trial: t.Name, Verdict: doctor.NotKnown, Seen: "there was no throwaway role to try it with: " + r.why}, nil
	}
	switch t.Name {
	case doctor.TrialSamePrincipal:
		return r.samePrincipal(ctx)
	case doctor.TrialReservedRole:
		return r.reservedRole(ctx)
	case doctor.TrialNameCase:
		return r.nameCase(ctx)
	case doctor.TrialUnknownProfile:
		return r.unknownProfile(ctx)
	case doctor.TrialFailedNamespace:
		return doctor.JudgeFailed(r.failed, r.again), nil
	case doctor.TrialDeletedSearch:
		return r.deletedSearch(ctx)
	case doctor.TrialSignIn:
		return r.signIn(ctx)
	}
	return doctor.Outcome{}, fmt.Errorf("there is no trial %q", t.Name)
}

// byProbe is the cause of all that a probe does.
var byProbe = tenancy.Cause{Kind: tenancy.ByCommand, Name: "doctor --probe"}

// probeCall is a call that a probe makes, for the history: of which operation, in which namespace, if any, and what it is about there.
type probeCall struct {
	operation string
	namespace tenancy.ProbeNamespace
	about     string // "" for the namespace itself
}

// attempt makes a call that writes, and takes it down before and after. Nothing is written while writes are paused.
func (p *Prober) attempt(ctx context.Context, history string, call probeCall, write func(context.Context) (tenancy.ProbeAnswer, error)) (tenancy.ProbeAnswer, error) {
	if err := p.unpaused(ctx); err != nil {
		return tenancy.ProbeAnswer{}, err
	}
	entry := plan.Entry{
		What: plan.Intended, Run: history, Cause: byProbe, Actor: p.Engine.Actor,
		Kind: plan.KindProbe, Namespace: call.namespace.String(), Object: call.operation, Before: call.about,
	}
	of, err := p.Engine.record(ctx, entry)
	if err != nil {
		return tenancy.ProbeAnswer{}, err
	}
	answer, failure := write(ctx)
	entry.What, entry.Of, entry.Request, entry.After = plan.Done, of, answer.Request, "taken"
	if !answer.Took {
		entry.After = answer.Code
	}
	if failure != nil {
		entry.What, entry.After, entry.Text = plan.Failed, "", failure.Error()
	}
	if _, err := p.Engine.record(context.WithoutCancel(ctx), entry); err != nil {
		return answer, errors.Join(failure, fmt.Errorf("it was tried, and its outcome is not in the history: %w", err))
	}
	return answer, failure
}

func (p *Prober) unpaused(ctx context.Context) error {
	pause, err := p.Engine.Paused(ctx)
	if err == nil && pause.Stops(plan.KindProbe) {
		return &PausedError{pause}
	}
	return err
}

// begunAt is how far back the trail is read for a sign-in: clocks differ.
func begunAt() time.Time { return time.Now().Add(-time.Minute) }
