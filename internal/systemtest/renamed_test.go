package systemtest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
)

// TestS11AGroupRenamedDuringALongRun: a first day is long, and before its turn comes a group gets another
// name. It is not bound by the name that it had.
func TestS11AGroupRenamedDuringALongRun(t *testing.T) {
	t.Parallel()
	in(t, tenants(30, 1), settings{}, func(r *rig) {
		r.suffer(awssim.On("quicksight:RegisterUser", awssim.BeforeEffect, awssim.Fault{Delay: 25 * time.Second}))
		go func() {
			time.Sleep(90 * time.Second)
			r.renameGroup("qs:t029", "Finance")
		}()
		report, err := r.start().apply(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Failed) != 1 || !strings.Contains(report.Failed[0].Err.Error(), "renamed") || r.members("t029", "qs:t029") != nil {
			t.Errorf("failed: %+v; the mirror has the members %v", report.Failed, r.members("t029", "qs:t029"))
		}
		if _, there := r.user("t029", "QuickSight/t029.000"); there {
			t.Error("somebody was registered by the old name")
		}
	})
}
