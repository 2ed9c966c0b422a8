package systemtest

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
)

// memberReads counts the calls that read the members of groups of the directory.
func (r *rig) memberReads() int { return r.sim.Calls()["identitystore:ListGroupMemberships"] }

// TestS1AgeOfMemberships: at two calls a second a run takes long enough for its readings to grow old.
// It reads the pages of the group again, each once, and who has left meanwhile gets nothing. Who came
// meanwhile waits for the next run.
func TestS1AgeOfMemberships(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 400), settings{more: "limits: {quicksight_rate: 2}"}, func(r *rig) {
		leavers := []string{"t000.050", "t000.150", "t000.250", "t000.350", "t000.399"}
		in := func() (names []string) {
			for _, name := range leavers {
				if _, there := r.user("t000", "QuickSight/"+name); there {
					names = append(names, name)
				}
			}
			return names
		}
		var until []string // who was let in by a reading from before they left
		time.AfterFunc(60*time.Second, func() {
			for _, name := range leavers {
				r.leave("qs:t000", name)
			}
			r.join("qs:t000", r.someone("late"))
		})
		time.AfterFunc(60*time.Second+window, func() { until = in() })
		p := r.start()
		report, err := p.apply(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(until) == len(leavers) {
			t.Fatal("everybody was registered within three minutes")
		}
		expect(t, "registered in the end", in(), until...)
		for _, o := range report.Failed {
			if !strings.Contains(o.Err.Error(), "has left the group") {
				t.Errorf("%s failed: %v", o.Step.Change.Object(), o.Err)
			}
		}
		if want := 2 * (len(leavers) - len(until)); len(report.Failed) != want {
			t.Errorf("%d steps failed, want %d", len(report.Failed), want)
		}
		if n := r.memberReads(); n > 4+4+1 {
			t.Errorf("the group's 4 pages were read by %d calls", n)
		}
		r.untilDone()
	})
}

// TestS1OldAge: even where a page is too old before all on it are registered, nobody is registered on
// an old reading, and everybody is in the end.
func TestS1OldAge(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 130), settings{more: "limits: {quicksight_rate: 0.7}"}, func(r *rig) {
		r.start().mustApply()
		r.settled()
	})
}

// TestS1SlowRegistration: QuickSight takes long to know whom it has registered, longer than a reading
// stays fresh. The membership is read again before it is granted.
func TestS1SlowRegistration(t *testing.T) {
	t.Parallel()
	seed := tenants(1, 5)
	seed.Behaviour.MembershipDelay = world.Duration(59 * time.Second)
	in(t, seed, settings{}, func(r *rig) {
		time.AfterFunc(100*time.Second, func() {
			r.suffer(awssim.On("identitystore", awssim.BeforeEffect, awssim.Fault{Delay: 10 * time.Second}))
		})
		r.start().mustApply()
		r.suffer()
		r.settled()
	})
}

// TestF51Interrupted: a run is interrupted while it writes. What is under way is finished, and counted
// as done; nothing new is begun, the rest is said to be not reached, and all is over within seconds.
func TestF51Interrupted(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Duration{time.Millisecond, 10 * time.Second, 27 * time.Second, 35 * time.Second, 50 * time.Second} {
		t.Run(at.String(), func(t *testing.T) {
			in(t, tenants(4, 60), settings{}, func(r *rig) {
				n := r.effects()
				r.suffer(awssim.On("quicksight", awssim.AfterEffect, awssim.Fault{Delay: 2 * time.Second}))
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				p := r.start()
				pass, err := p.plan(ctx, engine.Scope{})
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				time.AfterFunc(at, cancel)
				report := p.app.Apply(ctx, pass, nil)
				if took := time.Since(began) - at; took > 10*time.Second {
					t.Errorf("it went on for %v", took)
				}
				if !report.Interrupted || report.NotReached == 0 {
					t.Errorf("interrupted %v, %d not reached", report.Interrupted, report.NotReached)
				}
				all := report.Done + len(report.Failed) + len(report.Held) + report.NotReached
				if want := len(pass.Plan.Pending()); all != want {
					t.Errorf("%d steps are accounted for, of %d", all, want)
				}
				if int(n.Load()) != report.Done {
					t.Errorf("%d steps are done, and %d writes had their effect: %v", report.Done, n.Load(), report.Failed)
				}
				r.suffer()
				r.untilDone()
			})
		})
	}
}

// TestF51WhileReading: a run that is interrupted while it reads is an error, and has written nothing.
func TestF51WhileReading(t *testing.T) {
	t.Parallel()
	in(t, tenants(20, 2), settings{}, func(r *rig) {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(500*time.Millisecond, cancel)
		n := r.writes(func() {
			if _, err := r.start().apply(ctx); err == nil {
				t.Error("the run went well")
			}
		})
		if n != 0 {
			t.Errorf("%d writes", n)
		}
	})
}

// TestF29TwoAtOnce: two people apply at once. Every promise holds, both runs end well, each change has
// one effect, and nothing is left to do.
func TestF29TwoAtOnce(t *testing.T) {
	t.Parallel()
	for name, later := range map[string]time.Duration{"together": 0, "a moment later": 300 * time.Millisecond, "later": 28 * time.Second} {
		t.Run(name, func(t *testing.T) {
			seed := tenants(3, 40)
			add(&seed, "qs:t001:authors", 5)
			in(t, seed, settings{}, func(r *rig) {
				var both sync.WaitGroup
				var failed atomic.Int64
				for i := range 2 {
					both.Go(func() {
						time.Sleep(time.Duration(i) * later)
						report, err := r.start().apply(context.Background())
						if err != nil || len(report.Failed) > 0 {
							failed.Add(1)
							r.Errorf("process %d: %v %s", i, err, failures(report))
						}
					})
				}
				both.Wait()
				if got := len(r.users("t001")); got != 45 {
					t.Errorf("%d users of t001", got)
				}
				r.settled()
			})
		})
	}
}

func failures(report plan.Report) string {
	var b strings.Builder
	for _, o := range report.Failed {
		b.WriteString("\n" + string(o.Step.Change.Kind()) + " " + o.Step.Change.Object() + ": " + o.Err.Error())
	}
	return b.String()
}
