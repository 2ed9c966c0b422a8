package plan_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Every tenant would gain too many people at once, as when the sign-in role is another one: the steps
// are looked through once, and not once for each tenant. Four times the tenants take four times as
// long, not sixteen times.
func TestManyTenantsOverTheLimit(t *testing.T) {
	small, large := guarded(t, 500), guarded(t, 2000)
	if large > 8*small {
		t.Errorf("500 tenants take %v, and 2,000 take %v", small, large)
	}
}

// guarded is how long the guard takes for a number of tenants over their limit, at its best.
func guarded(t *testing.T, tenants int) time.Duration {
	var diff plan.Difference
	var have tenancy.State
	for i := range tenants {
		n := parse(fmt.Sprintf("t%04d", i))
		have.Tenants = append(have.Tenants, tenancy.Tenant{Namespace: n, Tags: map[string]string{}})
		for p := range 100 {
			diff.Steps = append(diff.Steps, plan.Step{Change: plan.Register{Namespace: n, Session: tenancy.Session(fmt.Sprintf("p%03d", p))}})
		}
	}
	best := time.Hour
	for range 3 {
		began := time.Now()
		_, holds, _ := plan.Guard(diff, have, plan.Policy{})
		best = min(best, time.Since(began))
		if len(holds) != tenants {
			t.Fatalf("%d holds", len(holds))
		}
	}
	return best
}
