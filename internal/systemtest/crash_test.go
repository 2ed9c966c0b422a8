package systemtest

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
)

// founding is a world whose first run has everything that a crash could spoil: a tenant that is
// founded by two groups, with more people than may be added to it later at once, and another one.
func founding() world.Seed {
	seed := empty()
	add(&seed, "qs:acme", 27)
	add(&seed, "qs:acme:authors", 2)
	add(&seed, "qs:globex", 2)
	return seed
}

// effects counts the writes that the simulator carried out.
func (r *rig) effects() *atomic.Int64 {
	var n atomic.Int64
	r.watch(func(c awssim.Call) awssim.Fault {
		if c.Phase == awssim.AfterEffect && c.Committed {
			n.Add(1)
		}
		return awssim.Fault{}
	})
	return &n
}

// dying runs what a process does, which dies at its kth call: before it is sent, or after it had its effect and before anybody
// heard of it. It answers how many calls the process made.
func (r *rig) dying(k int, after bool, do func(ctx context.Context, p *process)) (calls int) {
	p := r.start()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	asked, sentAt := 0, 0
	p.line.cut = func(sent bool) bool {
		if !sent {
			asked++
		}
		if sent && asked >= k {
			sentAt++
		}
		die := !after && !sent && asked == k || after && sent && sentAt == 1
		if die {
			cancel()
		}
		return die
	}
	do(ctx, p)
	return asked
}

// crashed lets a process apply that dies at its kth call.
func (r *rig) crashed(k int, after bool, allow ...plan.Hazard) (calls int) {
	return r.dying(k, after, func(ctx context.Context, p *process) {
		p.allow, p.verify = allow, slices.Contains(allow, plan.ReusedName)
		if _, err := p.apply(ctx); err == nil && k < 1 {
			r.Fatalf("a process without a single call went well")
		}
	})
}

// TestF24Crash: a process dies at any of its calls, before or after the effect. The next one finishes
// what it began: everyone is right, no write is made twice, and another apply writes nothing (L4).
func TestF24Crash(t *testing.T) {
	t.Parallel()
	total, writes := 0, int64(0)
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, founding(), settings{})
		n := r.effects()
		total = r.crashed(1<<30, false)
		writes = n.Load()
		r.settled()
		r.verify()
	})
	if want := int64(2 + 3 + 31 + 31); writes != want {
		t.Fatalf("a run that nobody disturbs makes %d writes, want %d", writes, want)
	}
	for k := 1; k <= total; k += stride() {
		for _, after := range []bool{false, true} {
			name := fmt.Sprintf("before the call %d", k)
			if after {
				name = fmt.Sprintf("after the call %d", k)
			}
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, founding(), settings{})
				n := r.effects()
				r.crashed(k, after)
				r.start().mustApply()
				if got := n.Load(); got != writes {
					t.Errorf("%d writes in all, want %d", got, writes)
				}
				r.settled()
				r.verify()
				if t.Failed() {
					t.Fatalf("a crash %s", name)
				}
			})
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("%d calls, a crash at each %d", total, stride())
}

// TestF24CrashAgainAndAgain: every process dies after a few calls more than the one before. Together
// they finish, and no write is made twice.
func TestF24CrashAgainAndAgain(t *testing.T) {
	t.Parallel()
	in(t, founding(), settings{}, func(r *rig) {
		n := r.effects()
		for k := 1; k < 100; k += 3 {
			r.crashed(k, k%2 == 0)
		}
		r.start().mustApply()
		if got := n.Load(); got != 67 {
			t.Errorf("%d writes in all, want 67", got)
		}
		r.settled()
	})
}
