package systemtest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
)

// TestS1WaitingItsTurn: at a rate so low that a call waits minutes for its turn, no grant is sent on
// a membership that has become too old while it waited. Whoever has left meanwhile gets nothing, and
// everybody else is there in the end.
func TestS1WaitingItsTurn(t *testing.T) {
	t.Parallel()
	in(t, tenants(4, 17), settings{more: "limits: {quicksight_rate: 0.2}"}, func(r *rig) {
		for i := range 17 {
			time.AfterFunc(time.Duration(100+10*i)*time.Second, func() {
				for n := range 4 {
					r.leave(fmt.Sprintf("qs:t%03d", n), fmt.Sprintf("t%03d.%03d", n, 16-i))
				}
			})
		}
		if _, err := r.start().apply(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
	in(t, tenants(4, 17), settings{more: "limits: {quicksight_rate: 0.2}"}, func(r *rig) {
		r.start().mustApply()
		r.settled()
	})
}

// TestF45StopsAtOnce: once AWS does not accept the credentials any more, no new step is begun.
func TestF45StopsAtOnce(t *testing.T) {
	t.Parallel()
	in(t, tenants(4, 50), settings{}, func(r *rig) {
		refused := 0
		time.AfterFunc(40*time.Second, func() {
			r.suffer(func(c awssim.Call) awssim.Fault {
				if c.Phase != awssim.BeforeEffect {
					return awssim.Fault{}
				}
				refused++
				return awssim.Fault{Err: awssim.ExpiredToken()}
			})
		})
		report, err := r.start().apply(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		// What waited for its turn when the first was refused goes out; nothing behind it does.
		if len(report.Failed) == 0 || report.NotReached == 0 || refused > 64 {
			t.Errorf("%d failed, %d not reached, %d calls with credentials that have expired",
				len(report.Failed), report.NotReached, refused)
		}
	})
}
