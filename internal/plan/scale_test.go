package plan_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Every tenant would gain too many people at once, as when the sign-in role is another one: the steps
// are looked through once, and not once for each tenant.
func TestManyTenantsOverTheLimit(t *testing.T) {
	var diff plan.Difference
	var have tenancy.State
	for i := range 2000 {
		n := parse(fmt.Sprintf("t%04d", i))
		have.Tenants = append(have.Tenants, tenancy.Tenant{Namespace: n, Tags: map[string]string{}})
		for p := range 100 {
			diff.Steps = append(diff.Steps, plan.Step{Change: plan.Register{Namespace: n, Session: tenancy.Session(fmt.Sprintf("p%03d", p))}})
		}
	}
	began := time.Now()
	_, holds, _ := plan.Guard(diff, have, plan.Policy{})
	if took := time.Since(began); took > 2*time.Second || len(holds) != 2000 {
		t.Errorf("it took %v for %d holds", took, len(holds))
	}
}
