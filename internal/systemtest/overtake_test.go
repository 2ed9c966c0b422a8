package systemtest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestAHintCancelsWhatAPassMeantToDo: somebody leaves while a long first pass still means to register them.
// The hint sees to them, and the pass leaves them out: they are never registered.
func TestAHintCancelsWhatAPassMeantToDo(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 40), settings{}, func(r *rig) {
		r.suffer(awssim.On("quicksight:RegisterUser", awssim.BeforeEffect, awssim.Fault{Delay: 2 * time.Second}))
		k := r.start().as(policy.ForServe).app.Keeper()
		done := make(chan engine.Result)
		go func() {
			result, err := k.Pass(context.Background(), tenancy.Cause{Name: "first"})
			if err != nil {
				r.Errorf("the pass: %v", err)
			}
			done <- result
		}()
		r.waitFor("the first person", time.Minute, func() bool { return len(r.members("t000", "qs:t000"))+len(r.members("t001", "qs:t001")) > 0 })
		var gone []string
		for _, n := range []string{"t000", "t001"} {
			for i := 39; i > 34; i-- { // those whose turn comes last
				name := fmt.Sprintf("%s.%03d", n, i)
				if _, there := r.user(n, "QuickSight/"+name); !there {
					r.leave("qs:"+n, name)
					r.hint(k, name)
					if _, late := r.user(n, "QuickSight/"+name); !late { // else it was under way already
						gone = append(gone, name)
					}
				}
			}
		}
		result := <-done
		for _, name := range gone {
			if _, there := r.user(name[:4], "QuickSight/"+name); there {
				t.Errorf("%s was registered after they had left, and after the hint about it", name)
			}
		}
		if len(gone) < 5 || result.Report.SeenTo == 0 || len(result.Report.Failed) > 0 {
			t.Errorf("%d people left; the pass left out %d steps, and %d failed", len(gone), result.Report.SeenTo, len(result.Report.Failed))
		}
		r.suffer()
		r.settled()
	})
}

// TestF9ListsThatLag: QuickSight's lists do not show for a minute what was written. The next pass registers
// nobody a second time, and makes no namespace and no group again.
func TestF9ListsThatLagBehindAKeeper(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 3), settings{}, func(r *rig) {
		r.behave(func(b *world.Behaviour) {
			b.StaleReads = map[string]world.Duration{"quicksight": world.Duration(50 * time.Second)}
		})
		k := r.start().as(policy.ForServe).app.Keeper()
		pass := func() engine.Result {
			result, err := k.Pass(context.Background(), tenancy.Cause{})
			if err != nil {
				t.Fatal(err)
			}
			return result
		}
		pass()
		r.someone("new")
		r.join("qs:t001", "new")
		r.hint(k, "new")
		if n := r.writes(func() {
			if again := pass(); len(again.Plan.Pending()) > 0 || len(again.Plan.Holds) > 0 {
				t.Errorf("a pass that lists lag behind means to do %+v, and holds %+v", again.Plan.Pending(), again.Plan.Holds)
			}
		}); n != 0 {
			t.Errorf("%d writes when everything was done", n)
		}
		time.Sleep(2 * time.Minute)
		r.behave(func(b *world.Behaviour) { b.StaleReads = nil })
		r.settled()
	})
}
