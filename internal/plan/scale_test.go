package plan_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Every tenant would gain too many people at once, as when the sign-in role is another one: the steps
// are looked through once, and not once for each tenant. The same number of steps takes about as long in
// many tenants as in few.
func TestManyTenantsOverTheLimit(t *testing.T) {
	few, many := newGuarded(4, 26_000), newGuarded(4000, 26)
	for range 5 { // in turn, so that a busy machine slows both
		few.run(t)
		many.run(t)
	}
	if many.best > 5*few.best {
		t.Errorf("104,000 steps in 4 tenants take %v, and in 4,000 they take %v", few.best, many.best)
	}
}

// guarded is a difference in which every tenant is over its limit, and how long the guard took for it at
// its best.
type guarded struct {
	diff plan.Difference
	have tenancy.State
	best time.Duration
}

func newGuarded(tenants, people int) *guarded {
	g := &guarded{best: time.Hour}
	for i := range tenants {
		n := parse(fmt.Sprintf("t%04d", i))
		g.have.Tenants = append(g.have.Tenants, tenancy.Tenant{Namespace: n, Tags: map[string]string{}})
		for p := range people {
			g.diff.Steps = append(g.diff.Steps, plan.Step{Change: plan.Register{Namespace: n, Session: tenancy.Session(fmt.Sprintf("p%05d", p))}})
		}
	}
	return g
}

func (g *guarded) run(t *testing.T) {
	began := time.Now()
	_, holds, _ := plan.Guard(g.diff, g.have, plan.Policy{})
	g.best = min(g.best, time.Since(began))
	if len(holds) != len(g.have.Tenants) {
		t.Fatalf("%d holds", len(holds))
	}
}
