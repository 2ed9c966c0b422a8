package systemtest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
)

// TestF22GoneBeforeTheRun: a namespace that many were to come into is deleted between plan and apply. What
// may pass by itself is waited for with a few of them, and not with every one.
func TestF22GoneBeforeTheRun(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 10), settings{}, func(r *rig) {
		r.start().mustApply()
		for i := range 800 {
			r.join("qs:t000", r.someone(fmt.Sprintf("new.%03d", i)))
		}
		p := r.start()
		pass, err := p.plan(context.Background(), engine.Scope{Allow: []plan.Hazard{plan.ManyAdditions}})
		if err != nil {
			t.Fatal(err)
		}
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			n, _ := q.Namespaces().Get("t000")
			q.Delete(n)
		})
		began := time.Now()
		report := p.toItsEnd(pass)
		if took := time.Since(began); took > 10*time.Minute || len(report.Failed) != 800 {
			t.Errorf("it took %v for %d steps to fail", took, len(report.Failed))
		}
	})
}
