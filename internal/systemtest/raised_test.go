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
	t.Parallel()
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

// TestS6RaisedBeforeTheyInherit: a reader becomes an author of a tenant that has custodians. They are raised before they
// are one of those.
func TestS6RaisedBeforeTheyInherit(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		r.start().mustApply()
		r.asset(world.KindDashboard, "us-east-1", "d1", "t000", "QuickSight/t000-a.000")
		r.leave("qs:t000:authors", "t000-a.000")
		p := r.start()
		p.allow = leavers
		p.mustApply()
		r.join("qs:t000:authors", "t000.001")
		r.start().mustApply()
		if !r.isIn("t000", custodians, "t000.001") {
			t.Errorf("the custodians: %v", r.members("t000", custodians))
		}
		r.settled()
	})
}
