package systemtest

import (
	"context"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
)

// toItsEnd applies a pass, and fails the test when that does not come to an end by itself.
func (p *process) toItsEnd(pass *engine.Pass) plan.Report {
	p.Helper()
	const longest = 12 * time.Hour
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	report := p.app.Apply(ctx, pass, nil)
	if report.Interrupted {
		p.Errorf("the run did not end within %v", longest)
	}
	return report
}

// TestL6NeverAnswered: from some moment on QuickSight answers no write, or nothing at all, or always
// that it is asked too often, while the identity store goes on. The run comes to an end, and says so.
func TestL6NeverAnswered(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]awssim.Hook{
		"nothing is answered":  awssim.On("quicksight", awssim.BeforeEffect, awssim.Fault{Delay: time.Hour}),
		"everything throttled": awssim.FailBefore("quicksight", awssim.Throttling()),
		"no registration":      awssim.On("quicksight:RegisterUser", awssim.BeforeEffect, awssim.Fault{Delay: time.Hour}),
		"connections break":    awssim.DropBefore("quicksight"),
	} {
		t.Run(name, func(t *testing.T) {
			in(t, tenants(1, 40), settings{}, func(r *rig) {
				time.AfterFunc(28*time.Second, func() { r.suffer(fault) })
				p := r.start()
				report := p.toItsEnd(p.mustPlan())
				if len(report.Failed) == 0 {
					t.Error("nothing failed")
				}
			})
		})
	}
}

// TestF51WhileReadingAgain: a run is interrupted while it reads a group again. What is left has not failed.
func TestF51WhileReadingAgain(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 400), settings{more: "limits: {quicksight_rate: 2}"}, func(r *rig) {
		p := r.start()
		pass := p.mustPlan()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		r.watch(func(c awssim.Call) awssim.Fault {
			if c.Op == "identitystore:ListGroupMemberships" && c.Phase == awssim.BeforeEffect {
				cancel()
			}
			return awssim.Fault{}
		})
		report := p.app.Apply(ctx, pass, nil)
		if !report.Interrupted || len(report.Failed) > 0 || report.NotReached == 0 {
			t.Errorf("interrupted %v, %d failed, %d not reached", report.Interrupted, len(report.Failed), report.NotReached)
		}
	})
}

// TestF51FailedNamespace: a run is interrupted while it pauses after a creation that failed:
// that namespace is not there, and not said to be done.
func TestF51FailedNamespace(t *testing.T) {
	t.Parallel()
	script := world.NamespaceScript{Status: "RETRYABLE_FAILURE", ErrorType: "INTERNAL_SERVICE_ERROR", ErrorMessage: "try again"}
	in(t, scripted(script), settings{}, func(r *rig) {
		p := r.start()
		pass := p.mustPlan()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		time.AfterFunc(70*time.Second, cancel)
		report := p.app.Apply(ctx, pass, nil)
		if !report.Interrupted || report.Done != 2+2+2*2*5 {
			t.Errorf("interrupted %v, %d done, %d not reached", report.Interrupted, report.Done, report.NotReached)
		}
	})
}
