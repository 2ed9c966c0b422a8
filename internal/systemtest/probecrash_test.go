package systemtest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/engine"
)

// tried starts a process that probes and dies at its kth call, and answers how many it made.
func (r *rig) tried(notes app.ProbeNotes, k int, after bool) int {
	return r.dies(k, after, func(ctx context.Context, p *process) error {
		prober := p.prober(notes)
		_, err := prober.Run(ctx, unattended())
		return err
	})
}

// dies lets a process do something that must not end well when it dies at its kth call.
func (r *rig) dies(k int, after bool, do func(context.Context, *process) error) (calls int) {
	var err error
	calls = r.dying(k, after, func(ctx context.Context, p *process) { err = do(ctx, p) })
	if err == nil && calls >= k {
		r.Errorf("a process that died at its call %d ended well", k)
	}
	return calls
}

// sweep is tenantry doctor --probe --clean.
func (r *rig) sweep(notes app.ProbeNotes) {
	r.Helper()
	if _, err := r.start().prober(notes).Clean(context.Background()); err != nil {
		r.Errorf("cleaning: %v", err)
	}
}

// TestF24ProbeCrash: a probe dies at any of its calls, before or after the effect. The next one refuses to begin where
// anything was made, and cleaning removes just that: the world is what it was before.
func TestF24ProbeCrash(t *testing.T) {
	t.Parallel()
	total := 0
	once := func(t *testing.T, k int, after bool) {
		notes := notesIn(t.TempDir())
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, probed(), settings{set: "Analyst"})
			r.start().mustApply()
			before := r.seen()
			total = max(total, r.tried(notes, k, after))
			left, err := r.start().prober(notes).Remains(context.Background())
			if err != nil {
				t.Error(err)
			}
			if r.seen() != before && left.IsEmpty() {
				time.Sleep(time.Minute) // what is being deleted goes by itself
				if r.seen() != before {
					t.Errorf("something is left, and is not found")
				}
			}
			if !left.IsEmpty() {
				if _, err := r.start().prober(notes).Run(context.Background(), unattended()); !refusedToBegin(err) {
					t.Errorf("it begins again: %v", err)
				}
			}
			r.sweep(notes)
			if diff := cmp.Diff(before, r.seen()); diff != "" {
				t.Errorf("the world is another:\n%s", diff)
			}
			if run, err := notes.Begun(); err != nil || !run.IsZero() {
				t.Errorf("%s is taken down still: %v", run, err)
			}
			r.verify()
		})
	}
	once(t, 1<<30, false)
	if total < 40 {
		t.Fatalf("a probe makes only %d calls", total)
	}
	for k := 1; k <= total; k += stride() {
		for _, after := range []bool{false, true} {
			if once(t, k, after); t.Failed() {
				t.Fatalf("a crash at the call %d of %d, after it %v", k, total, after)
			}
		}
	}
}

func refusedToBegin(err error) bool {
	_, is := errors.AsType[*engine.RefusedError](err)
	return is
}

// nextCall is the call at which the next process is disturbed: after one that was not at all, the first; and total+1 behind
// the last.
func nextCall(k, undisturbed, total int) int {
	if k == undisturbed {
		return 1
	}
	return min(k+stride(), total+1)
}

// TestF24ProbeCleanCrash: cleaning dies, too, at any of its calls, and is begun again.
func TestF24ProbeCleanCrash(t *testing.T) {
	t.Parallel()
	const undisturbed = 1 << 30
	for _, noted := range []bool{true, false} {
		total := 0
		for k := undisturbed; k != total+1; k = nextCall(k, undisturbed, total) {
			for _, after := range []bool{false, true} {
				notes := notesIn(t.TempDir())
				synctest.Test(t, func(t *testing.T) {
					r := newRig(t, probed(), settings{set: "Analyst"})
					before := r.seen()
					r.tried(notes, 40, true)
					if !noted { // the file is lost
						if err := notes.End(); err != nil {
							t.Fatal(err)
						}
					}
					calls := r.dies(k, after, func(ctx context.Context, p *process) error {
						_, err := p.prober(notes).Clean(ctx)
						return err
					})
					total = max(total, calls)
					r.sweep(notes)
					time.Sleep(time.Minute)
					if diff := cmp.Diff(before, r.seen()); diff != "" {
						t.Errorf("the world is another:\n%s", diff)
					}
					r.verify()
				})
				if t.Failed() {
					t.Fatalf("a crash at the call %d, after it %v, noted %v", k, after, noted)
				}
			}
		}
		if total < 10 {
			t.Errorf("cleaning makes only %d calls", total)
		}
	}
}

// TestProbeInterrupted: who interrupts a probe, at whatever call, need not clean up: it does so itself.
func TestProbeInterrupted(t *testing.T) {
	t.Parallel()
	const undisturbed = 1 << 30
	total := 0
	for k := undisturbed; k != total+1; k = nextCall(k, undisturbed, total) {
		notes := notesIn(t.TempDir())
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, probed(), settings{set: "Analyst"})
			before := r.seen()
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			p := r.start()
			calls := 0
			p.line.cut = func(sent bool) bool {
				if sent {
					calls++
				}
				if calls == k {
					cancel()
				}
				return false
			}
			prober := p.prober(notes)
			outcomes, err := prober.Run(ctx, unattended())
			if total = max(total, calls); err == nil && len(outcomes) < len(unattended()) {
				t.Errorf("it ends well with %d outcomes", len(outcomes))
			}
			if diff := cmp.Diff(before, r.seen()); diff != "" {
				t.Errorf("the world is another:\n%s", diff)
			}
			if run, err := notes.Begun(); err != nil || !run.IsZero() {
				t.Errorf("%s is taken down still: %v", run, err)
			}
			r.verify()
		})
		if t.Failed() {
			t.Fatalf("an interruption at the call %d", k)
		}
	}
	if total < 40 {
		t.Errorf("a probe makes only %d calls", total)
	}
}
