package systemtest

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
)

// everywhere lets a process die at each of its calls in turn, each time in a new world, and checks what comes after it.
func everywhere(t *testing.T, seed world.Seed, s settings, prepare func(r *rig), do func(ctx context.Context, p *process), check func(r *rig)) {
	crashes := 0
	for k := 1; k < 2000; k += stride() {
		for _, after := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, seed, s)
				r.check.off = true
				prepare(r)
				r.watchMoves()
				if r.dying(k, after, do) < k {
					k = 2000
				}
				crashes++
				check(r)
				if t.Failed() {
					t.Fatalf("a crash at the call %d, after its effect: %v", k, after)
				}
			})
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("%d crashes", crashes)
}

// TestF24CrashWhileMigrating: a process dies at any of its calls. Migrating again, or a pass where everybody is out of
// default by then, finishes it: nobody is in two namespaces, and nobody is without what they had.
func TestF24CrashWhileMigrating(t *testing.T) {
	t.Parallel()
	var keys [3]string
	everywhere(t, few(), strandedSettings,
		func(r *rig) { keys = strandFew(r, role) },
		migrating(engine.MigrateOptions{}),
		func(r *rig) {
			_, report := r.migrate(engine.MigrateOptions{})
			r.clean(report)
			r.moved(keys)
			r.settled()
		})
}

// TestF24CrashWhileMigratingAndAPass: a pass comes after the crash, and then the migration goes on.
func TestF24CrashWhileMigratingAndAPass(t *testing.T) {
	t.Parallel()
	var keys [3]string
	everywhere(t, few(), strandedSettings,
		func(r *rig) { keys = strandFew(r, role) },
		migrating(engine.MigrateOptions{}),
		func(r *rig) {
			r.start().mustApply()
			for _, u := range []string{"QuickSight/t000-a.000", "QuickSight/t000.000", "QuickSight/t000.001"} {
				if slices.Contains(r.users("t000"), u) == slices.Contains(r.users("default"), u) {
					r.Errorf("%s is in both namespaces, or in none", u)
				}
			}
			_, report := r.migrate(engine.MigrateOptions{})
			r.clean(report)
			r.moved(keys)
			r.settled()
		})
}

// TestF24CrashWhileUndoing: a process dies at any of its calls while a migration is undone. Undoing again finishes it.
func TestF24CrashWhileUndoing(t *testing.T) {
	t.Parallel()
	var before string
	var images plan.Images
	everywhere(t, few(), strandedSettings,
		func(r *rig) {
			strandFew(r, role)
			before = withoutTenants(r.state())
			m, report := r.migrate(engine.MigrateOptions{})
			r.clean(report)
			images = m.Images
		},
		func(ctx context.Context, p *process) {
			t := p.migration()
			if u, err := t.PlanUndo(ctx, images); err == nil {
				t.Undo(ctx, u, engine.ApplyMigration{Batch: 1, StopAfter: 3}, nil)
			}
		},
		func(r *rig) {
			r.clean(r.undo(images))
			if after := withoutTenants(r.state()); after != before {
				r.Errorf("undone, it is\n%s\nand was\n%s", after, before)
			}
			expect(r, "t000", r.users("t000"))
			r.noMoves()
		})
}

// TestF24CrashWhileMigratingInTwoPhases: a process dies at any of its calls, of the one phase and of the other.
func TestF24CrashWhileMigratingInTwoPhases(t *testing.T) {
	t.Parallel()
	const old = "arn:aws:iam::" + account + ":role/Old"
	var keys [3]string
	everywhere(t, few(), formerly,
		func(r *rig) { keys = strandFew(r, old) },
		func(ctx context.Context, p *process) {
			migrating(engine.MigrateOptions{Keep: time.Hour})(ctx, p)
			migrating(engine.MigrateOptions{Finish: true})(ctx, p)
		},
		func(r *rig) {
			for range 2 {
				_, report := r.migrate(engine.MigrateOptions{Finish: true})
				r.clean(report)
			}
			r.moved(keys)
			r.settled()
		})
}
