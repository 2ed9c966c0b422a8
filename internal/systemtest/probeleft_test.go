package systemtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
)

// writesOfProbe reports whether a call is one by which a probe makes or removes something.
func writesOfProbe(c awssim.Call) bool {
	for _, verb := range []string{"Create", "Register", "Update", "Delete"} {
		if strings.HasPrefix(c.Operation, verb) {
			return true
		}
	}
	return false
}

// TestF24ProbeIsWrittenDownFirst: when a probe makes the first thing, its run is in the file already, and stays there until all is gone.
func TestF24ProbeIsWrittenDownFirst(t *testing.T) {
	t.Parallel()
	notes := notesIn(t.TempDir())
	in(t, probed(), settings{set: "Analyst"}, func(r *rig) {
		wrote := 0
		r.watch(func(c awssim.Call) awssim.Fault {
			if c.Phase == awssim.BeforeEffect && writesOfProbe(c) {
				wrote++
				if run, err := notes.Begun(); err != nil || run.IsZero() {
					t.Errorf("%s:%s is called, and no run is written down: %v", c.Service, c.Operation, err)
				}
			}
			return awssim.Fault{}
		})
		if _, err := r.start().prober(notes).Run(context.Background(), unattended()); err != nil || wrote < 10 {
			t.Errorf("%d writes, %v", wrote, err)
		}
	})
}

// TestF24ProbeBesideWhatIsLeft: what an earlier probe has left is found by its mark alone, where its file is lost, and none begins beside it.
func TestF24ProbeBesideWhatIsLeft(t *testing.T) {
	t.Parallel()
	for what, leave := range map[string]func(*world.Seed){
		"a namespace": func(s *world.Seed) {
			s.QuickSight.Namespaces = append(s.QuickSight.Namespaces, world.NamespaceSeed{Name: "tenantry-probe-cccccccc-a", Tags: []world.Tag{{Key: "tenantry-probe", Value: store}}})
		},
		"one that was never finished": func(s *world.Seed) {
			s.QuickSight.Namespaces = append(s.QuickSight.Namespaces, world.NamespaceSeed{Name: "tenantry-probe-cccccccc-a", Status: "RETRYABLE_FAILURE", Tags: []world.Tag{{Key: "tenantry-probe", Value: store}}})
		},
		"a role": func(s *world.Seed) {
			s.IAM.Roles = append(s.IAM.Roles, world.Role{Name: "tenantry-probe-eeeeeeee", Description: "tenantry doctor --probe " + store + ": nobody can assume it; tenantry doctor --probe --clean removes it"})
		},
	} {
		notes := notesIn(t.TempDir())
		seed := probed()
		leave(&seed)
		in(t, seed, settings{set: "Analyst"}, func(r *rig) {
			if n := r.writes(func() {
				if _, err := r.start().prober(notes).Run(context.Background(), unattended()); !refusedToBegin(err) {
					t.Errorf("beside %s: %v", what, err)
				}
			}); n != 0 {
				t.Errorf("beside %s: %d writes", what, n)
			}
			r.sweep(notes)
			if strings.Contains(r.seen(), "tenantry-probe-") {
				t.Errorf("%s is there still", what)
			}
		})
	}
}

// TestS7ProbeIsPaused: somebody pauses all writes while a probe is at work. It makes no further call that writes, not even to clean up,
// and what it has made is removed when somebody says so, once the pause has ended.
func TestS7ProbeIsPaused(t *testing.T) {
	t.Parallel()
	for _, at := range []int{1, 3, 6, 9} {
		notes := notesIn(t.TempDir())
		in(t, probed(), settings{set: "Analyst"}, func(r *rig) {
			before := r.seen()
			p := r.start()
			j := p.history()
			p.app.Recorder = j
			wrote := 0
			r.watch(func(c awssim.Call) awssim.Fault {
				if !writesOfProbe(c) || c.Phase != awssim.AfterEffect {
					return awssim.Fault{}
				}
				if wrote++; wrote == at {
					if _, err := j.Record(context.Background(), plan.Entry{What: plan.PauseBegan, Text: "wait"}); err != nil {
						t.Error(err)
					}
				}
				return awssim.Fault{}
			})
			if _, err := p.prober(notes).Run(context.Background(), unattended()); !errors.Is(err, plan.ErrPaused) || wrote != at {
				t.Errorf("paused after %d writes, it makes %d: %v", at, wrote, err)
			}
			r.watch(nil)
			if run, err := notes.Begun(); err != nil || run.IsZero() {
				t.Errorf("it is struck out, and not gone: %v", err)
			}
			if _, err := j.Record(context.Background(), plan.Entry{What: plan.PauseEnded}); err != nil {
				t.Error(err)
			}
			r.sweep(notes)
			time.Sleep(time.Minute)
			if diff := cmp.Diff(before, r.seen()); diff != "" {
				t.Errorf("the world is another:\n%s", diff)
			}
		})
	}
}

// TestF24ProbeCannotRemove: whatever cannot be removed, the run stays written down and the error says what to do, until it is gone.
func TestF24ProbeCannotRemove(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"quicksight:DeleteNamespace", "iam:DeleteRole"} {
		for _, nth := range []int{1, 2} {
			notes := notesIn(t.TempDir())
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, probed(), settings{set: "Analyst"})
				before := r.seen()
				r.suffer(awssim.Nth(nth, call, awssim.FailBefore(call, wire.Errorf(403, "AccessDenied", "not authorized"))))
				_, err := r.start().prober(notes).Run(context.Background(), unattended())
				if nth == 2 && call == "iam:DeleteRole" { // there is but one
					if err != nil {
						t.Error(err)
					}
					return
				}
				if err == nil || !strings.Contains(err.Error(), "tenantry doctor --probe --clean removes the rest") {
					t.Errorf("%s, call %d: nobody is told: %v", call, nth, err)
				}
				if run, err := notes.Begun(); err != nil || run.IsZero() {
					t.Errorf("%s, call %d: it is struck out, and not gone: %v", call, nth, err)
				}
				r.suffer()
				r.sweep(notes)
				time.Sleep(time.Minute)
				if diff := cmp.Diff(before, r.seen()); diff != "" {
					t.Errorf("%s: the world is another:\n%s", call, diff)
				}
				if run, err := notes.Begun(); err != nil || !run.IsZero() {
					t.Errorf("%s is written down still: %v", fmt.Sprint(run), err)
				}
				r.verify()
			})
		}
	}
}
