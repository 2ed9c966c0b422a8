package systemtest

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/access"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/policy"
)

// tb is what *testing.T, *testing.B and *rapid.T have in common.
type tb interface {
	Helper()
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// rig is a world under watch, and whoever works on it.
type rig struct {
	tb
	sim    *awssim.Sim
	w      *world.World
	config *config.Config
	check  *checker
	judges judges
	// instead judges whoever acts for tenantry, in place of what is printed; nil is nobody.
	instead *access.Policies

	hooks sync.Mutex // held while a hook is asked
	mu    sync.Mutex
	fault awssim.Hook // what goes wrong at present; nil is nothing
	spy   awssim.Hook // sees every call in both phases, and may stop the world; nil is nobody
}

// newRig makes a rig of a world and settings. It must be called within a bubble.
func newRig(t tb, seed world.Seed, s settings) *rig {
	t.Helper()
	r := &rig{tb: t, config: s.parse(t)}
	r.check = newChecker(r)
	r.judges.off = len(seed.Callers) > 0
	sim, err := awssim.New(seed, awssim.Options{Fault: r.ask, After: r.check.after, Policies: r.judgeOf})
	if err != nil {
		t.Fatalf("making the world: %v", err)
	}
	r.sim, r.w = sim, sim.World()
	return r
}

// judgeOf is what judges the calls that are signed with a key.
func (r *rig) judgeOf(key string) *access.Policies {
	if p := r.judges.of(key); p == nil || r.instead == nil {
		return p
	}
	return r.instead
}

// in runs a test on a rig in a bubble of its own, and fails it for every breach of a promise.
func in(t *testing.T, seed world.Seed, s settings, test func(r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, seed, s)
		test(r)
		r.verify()
	})
}

// verify fails the test for every breach so far.
func (r *rig) verify() {
	r.Helper()
	for _, story := range r.check.breaches() {
		r.Errorf("%s", story)
	}
}

// ask is the simulator's fault hook.
func (r *rig) ask(c awssim.Call) awssim.Fault {
	r.mu.Lock()
	fault, spy := r.fault, r.spy
	r.mu.Unlock()
	if c.Phase == awssim.BeforeEffect {
		r.check.before(c)
	}
	r.hooks.Lock() // one after the other, so that a test's hooks may count
	defer r.hooks.Unlock()
	if spy != nil {
		if f := spy(c); f.Err != nil || f.Drop {
			return f
		}
	}
	var f awssim.Fault
	if fault != nil {
		f = fault(c)
	}
	r.check.spoilt(c, f)
	return f
}

// suffer lets things go wrong from now on, as the hooks say; none is nothing.
func (r *rig) suffer(hooks ...awssim.Hook) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fault = nil
	if len(hooks) > 0 {
		r.fault = awssim.Faults(hooks...)
	}
}

// watch lets spy see every call in both phases.
func (r *rig) watch(spy awssim.Hook) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spy = spy
}

// behave changes how AWS behaves.
func (r *rig) behave(change func(*world.Behaviour)) {
	r.Helper()
	if err := r.sim.Change(change); err != nil {
		r.Fatalf("changing AWS: %v", err)
	}
}

// process is a running tenantry.
type process struct {
	*rig
	app  *app.App
	line *line
	last *engine.Pass // the pass of the last plan
	// allow are the hazards that its applies allow.
	allow []plan.Hazard
	// verify lets them read who stands behind everybody.
	verify bool
}

// line is a process's connection to AWS. When it is cut nothing goes out any more.
type line struct {
	to  http.RoundTripper
	who *actor // nil for somebody who may do anything
	mu  sync.Mutex
	// down says that the line is cut.
	down bool
	// cut, when it is not nil, is asked before and after each call; true cuts the line there.
	cut func(sent bool) bool
}

var errCut = errors.New("the line is cut")

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	if l.dead(false) {
		return nil, errCut
	}
	if l.who != nil {
		r = signed(r, l.who.key())
	}
	resp, err := l.to.RoundTrip(r)
	if l.dead(true) {
		return nil, errCut
	}
	return resp, err
}

func (l *line) dead(sent bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = l.down || l.cut != nil && l.cut(sent)
	return l.down
}

// start starts a tenantry.
func (r *rig) start() *process {
	r.Helper()
	p := &process{rig: r, line: r.lineFor(policy.ForOperator)}
	return p.with(r.config)
}

// with makes the process's app, of a configuration.
func (p *process) with(c *config.Config) *process {
	p.Helper()
	a, err := app.New(context.Background(), c, app.Options{
		Simulator:  &app.Simulator{Client: &http.Client{Transport: p.line}},
		AcceptedOn: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		p.Fatalf("starting: %v", err)
	}
	p.app, p.line.who = a, p.actor(policy.ForOperator, c)
	return p
}

// plan checks and plans, as `tenantry plan` does.
func (p *process) plan(ctx context.Context, scope engine.Scope) (*engine.Pass, error) {
	defer p.line.who.as(policy.ForAudit)()
	return p.read(ctx, scope)
}

func (p *process) read(ctx context.Context, scope engine.Scope) (*engine.Pass, error) {
	if _, err := p.app.Check(ctx); err != nil {
		return nil, err
	}
	pass, err := p.app.Plan(ctx, scope)
	p.last = pass
	return pass, err
}

// apply checks, plans and applies, as `tenantry apply --yes` does.
func (p *process) apply(ctx context.Context) (plan.Report, error) {
	pass, err := p.read(ctx, engine.Scope{Allow: p.allow, Verify: p.verify})
	if err != nil {
		return plan.Report{}, err
	}
	return p.app.Apply(ctx, pass, nil), nil
}

// mustApply applies, and fails the test unless all was done.
func (p *process) mustApply() plan.Report {
	p.Helper()
	report, err := p.apply(context.Background())
	if err != nil {
		p.Fatalf("applying: %v", err)
	}
	p.expectClean(report)
	return report
}

func (p *process) expectClean(report plan.Report) {
	p.Helper()
	for _, o := range report.Failed {
		p.Errorf("%s %s %s failed: %v", o.Step.Change.Kind(), o.Step.Change.In(), o.Step.Change.Object(), o.Err)
	}
	for _, o := range report.Held {
		p.Errorf("%s %s %s held: %v", o.Step.Change.Kind(), o.Step.Change.In(), o.Step.Change.Object(), o.Held.Reason)
	}
	if report.NotReached > 0 || report.Interrupted {
		p.Errorf("%d steps were not reached, interrupted %v", report.NotReached, report.Interrupted)
	}
}

// mustPlan plans, and fails the test when that fails.
func (p *process) mustPlan() *engine.Pass {
	p.Helper()
	pass, err := p.plan(context.Background(), engine.Scope{Verify: p.verify})
	if err != nil {
		p.Fatalf("planning: %v", err)
	}
	return pass
}

// writes counts the writes that do makes.
func (r *rig) writes(do func()) int {
	before := r.sim.Writes()
	do()
	return r.sim.Writes() - before
}

// settled fails the test unless there is nothing left to do: a new process plans no step, and
// applying writes nothing (S15).
func (r *rig) settled() *engine.Pass {
	r.Helper()
	p := r.start()
	n := r.writes(func() { p.mustApply() })
	for _, s := range p.last.Plan.Pending() {
		r.Errorf("S15: still to do: %s %s %s", s.Change.Kind(), s.Change.In(), s.Change.Object())
	}
	if n != 0 {
		r.Errorf("S15: %d writes when there was nothing to do", n)
	}
	return p.last
}
