package systemtest

import (
	"context"
	"errors"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
)

// TestS10RaisedMeanwhile: between the plan and its end somebody raises the role of a user whose address
// is to be corrected. What only adds does not lower it again.
func TestS10RaisedMeanwhile(t *testing.T) {
	in(t, tenants(1, 5), settings{}, func(r *rig) {
		r.start().mustApply()
		r.change("t000.003", func(p *world.Person) { p.Email = "three@example.com" })
		p := r.start()
		pass := p.mustPlan()
		r.giveRole("t000", "QuickSight/t000.003", "READER_PRO")
		report := p.app.Apply(context.Background(), pass, nil)
		if u, _ := r.user("t000", "QuickSight/t000.003"); u.Role != "READER_PRO" {
			t.Errorf("%+v", u)
		}
		if len(report.Failed) != 1 || !errors.Is(report.Failed[0].Err, plan.ErrDiffers) {
			t.Errorf("failed: %s", failures(report))
		}
	})
}
