package systemtest

import (
	"context"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// kept is a process that lives on, after its first pass.
func (r *rig) kept() *engine.Keeper {
	r.Helper()
	k := r.start().as(policy.ForServe).app.Keeper()
	result, err := k.Pass(context.Background(), tenancy.Cause{Kind: tenancy.ByPass, Name: "first"})
	if err != nil {
		r.Fatalf("the first pass: %v", err)
	}
	if n := len(result.Report.Failed) + result.Report.NotReached; n > 0 {
		r.Fatalf("the first pass left %d steps", n)
	}
	return k
}

// calls counts the calls that do makes.
func (r *rig) calls(do func()) int {
	before := r.sim.Reads() + r.sim.Writes()
	do()
	return r.sim.Reads() + r.sim.Writes() - before
}

func (r *rig) hint(k *engine.Keeper, user string) engine.PersonResult {
	r.Helper()
	result, err := k.Person(context.Background(), tenancy.PersonID(r.id(user)), engine.Hint{})
	if err != nil {
		r.Fatalf("a hint about %s: %v", user, err)
	}
	return result
}

// TestCostOfHints counts the calls of hints with a warm index (performance.md, "one hint").
func TestCostOfHints(t *testing.T) {
	t.Parallel()
	seed := tenants(3, 2)
	add(&seed, "qs:t000:authors", 1)
	in(t, seed, settings{}, func(r *rig) {
		k := r.kept()
		r.someone("new")
		r.join("qs:t000", "new")
		if n := r.calls(func() { r.hint(k, "new") }); n != 5 {
			t.Errorf("added to a group: %d calls, want 4 + 1 group", n)
		}
		if n := r.calls(func() { r.hint(k, "new") }); n != 2 {
			t.Errorf("a duplicate: %d calls, want 2", n)
		}
		r.someone("both")
		r.join("qs:t000", "both")
		r.join("qs:t000:authors", "both")
		if n := r.calls(func() { r.hint(k, "both") }); n != 6 {
			t.Errorf("added to two groups: %d calls, want 4 + 2 groups", n)
		}
		r.someone("stranger")
		if n := r.calls(func() { r.hint(k, "stranger") }); n != 2 {
			t.Errorf("somebody of no group: %d calls, want 2", n)
		}
		r.settled()
	})
}

// TestANewCustomerByHints: the group of a new customer, and its people, who arrive while its namespace
// is being made.
func TestANewCustomerByHints(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 2), settings{}, func(r *rig) {
		k := r.kept()
		ctx := context.Background()
		ready := make(chan tenancy.Namespace, 2)
		living, die := context.WithCancel(ctx)
		defer die()
		go k.Births(living, func(n tenancy.Namespace) { ready <- n })
		r.group("qs:new")
		id := tenancy.GroupID(r.groupID("qs:new"))
		_, result, err := k.Group(ctx, id, engine.Hint{})
		if err != nil || result.Waiting.String() != "new" {
			t.Fatalf("the group: waits for %q, %v", result.Waiting, err)
		}
		r.someone("ana")
		r.join("qs:new", "ana")
		if result := r.hint(k, "ana"); result.Waiting.String() != "new" {
			t.Errorf("a person: waits for %q", result.Waiting)
		}
		time.Sleep(time.Minute)
		if len(ready) != 1 {
			t.Fatalf("%d namespaces are ready, want 1", len(ready))
		}
		people, result, err := k.Group(ctx, id, engine.Hint{})
		if err != nil || !result.Waiting.IsZero() || len(people) != 1 {
			t.Fatalf("the group again: %v, waits for %q, %v", people, result.Waiting, err)
		}
		r.hint(k, "ana")
		if n := r.calls(func() { r.hint(k, "ana") }); n != 2 {
			t.Errorf("a duplicate: %d calls, want 2", n)
		}
		r.settled()
	})
}
