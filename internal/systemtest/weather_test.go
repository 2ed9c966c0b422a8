package systemtest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
)

// retries is the share of the calls to QuickSight and the identity store that were throttled.
func (p *process) retries() float64 {
	calls, throttled := 0, 0
	for _, pace := range p.app.AWS.Paces() {
		calls += pace.Calls
		throttled += pace.Throttled
	}
	return float64(throttled) / float64(calls)
}

// TestF1Throttled: a quota of five calls a second, that nobody has told of. No work is lost, and at
// most a tenth of the calls is sent again (S20).
func TestF1Throttled(t *testing.T) {
	t.Parallel()
	seed := tenants(3, 100)
	seed.Behaviour.Throttle = map[string]world.Rate{"quicksight": {PerSecond: 5, Burst: 5}}
	in(t, seed, settings{}, func(r *rig) {
		p := r.start()
		p.mustApply()
		if share := p.retries(); share > 0.10 {
			t.Errorf("%.1f%% of the calls were throttled", 100*share)
		}
		r.settled()
	})
}

// TestF1Burst: for two minutes in the middle of a run the quota is a tenth of what it was.
func TestF1Burst(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 200), settings{}, func(r *rig) {
		throttle := func(perSecond float64) {
			r.behave(func(b *world.Behaviour) {
				b.Throttle = map[string]world.Rate{"quicksight": {PerSecond: perSecond, Burst: perSecond}}
			})
		}
		throttle(20)
		time.AfterFunc(50*time.Second, func() { throttle(2) })
		time.AfterFunc(170*time.Second, func() { throttle(20) })
		p := r.start()
		p.mustApply()
		if share := p.retries(); share > 0.10 {
			t.Errorf("%.1f%% of the calls were throttled", 100*share)
		}
		r.settled()
	})
}

// TestF1Throughout: QuickSight registers nobody for as long as the run takes. The run ends, and every failure says that the
// calls were throttled, though their time was over before their attempts were.
func TestF1Throughout(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 30), settings{}, func(r *rig) {
		r.suffer(awssim.FailBefore("quicksight:RegisterUser", awssim.Throttling()))
		report, err := r.start().apply(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Failed) != 60 {
			t.Errorf("%d steps failed, want a registration and a membership of each", len(report.Failed))
		}
		for _, o := range report.Failed {
			if !strings.Contains(o.Err.Error(), "ThrottlingException") && !strings.Contains(o.Err.Error(), "throttled the calls") {
				t.Errorf("the failure does not say why: %v", o.Err)
			}
		}
		r.suffer()
		r.untilDone()
	})
}

// TestS20RetryBudget: every other read fails, again and again. Reads are sent again for a tenth of the
// calls that succeed, some to begin with and a trickle; then the pass fails, rather than doubling the load
// of a service that is in trouble.
func TestS20RetryBudget(t *testing.T) {
	t.Parallel()
	in(t, tenants(300, 1), settings{}, func(r *rig) {
		calls, failed := 0, 0
		var mu sync.Mutex
		r.suffer(func(c awssim.Call) awssim.Fault {
			if c.Phase != awssim.BeforeEffect || c.Op != "identitystore:ListGroupMemberships" {
				return awssim.Fault{}
			}
			mu.Lock()
			defer mu.Unlock()
			if calls++; calls%2 == 0 {
				return awssim.Fault{}
			}
			failed++
			return awssim.Fault{Err: awssim.InternalFailure()}
		})
		began := time.Now()
		_, err := r.start().plan(context.Background(), engine.Scope{})
		most := 20 + calls/10 + int(time.Since(began).Seconds()/2) + 16
		if failed > most {
			t.Errorf("%d of %d calls failed and were sent again, in %v; %d are the most (%v)", failed, calls, time.Since(began), most, err)
		}
		r.suffer()
		r.untilDone()
	})
}

// TestF2RetryAfter: the identity store asks for twenty seconds of silence, and gets them.
func TestF2RetryAfter(t *testing.T) {
	t.Parallel()
	in(t, tenants(30, 2), settings{}, func(r *rig) {
		refusal := wire.Errorf(400, "ThrottlingException", "Rate exceeded")
		refusal.Members = map[string]any{"RetryAfterSeconds": 20}
		var until time.Time
		early := 0
		hit := awssim.Nth(5, "identitystore:ListGroupMemberships", awssim.FailBefore("identitystore:ListGroupMemberships", refusal))
		r.suffer(func(c awssim.Call) awssim.Fault {
			// What was under way when the answer came is not early.
			if c.Phase == awssim.BeforeEffect && c.Service == "identitystore" && time.Now().Before(until) && time.Now().After(until.Add(-20*time.Second)) {
				early++
			}
			f := hit(c)
			if f.Err != nil {
				until = time.Now().Add(20 * time.Second)
			}
			return f
		})
		r.start().mustApply()
		if until.IsZero() || early > 0 {
			t.Errorf("%d calls were sent in the time of silence (until %v)", early, until)
		}
		r.settled()
	})
}

// TestF7Unavailable: QuickSight is away for ten minutes. The run says so, removes nothing and writes
// nothing blindly; when it is back, applying goes on.
func TestF7Unavailable(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 10), settings{}, func(r *rig) {
		time.AfterFunc(26*time.Second, func() { r.suffer(awssim.FailBefore("quicksight", awssim.Unavailable())) })
		time.AfterFunc(26*time.Second+10*time.Minute, func() { r.suffer() })
		p := r.start()
		report, err := p.apply(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Failed) == 0 {
			t.Error("nothing failed in ten minutes without QuickSight")
		}
		for _, o := range report.Failed {
			if !strings.Contains(o.Err.Error(), "ResourceUnavailable") && !strings.Contains(o.Err.Error(), "503") {
				t.Errorf("the failure does not say why: %v", o.Err)
			}
		}
		time.Sleep(11 * time.Minute)
		p.mustApply()
		r.settled()
	})
}

// TestF8OneServiceDown: with either side out of reach a run fails before it plans anything. It writes
// nothing, and it does not take what it cannot see for gone.
func TestF8OneServiceDown(t *testing.T) {
	t.Parallel()
	for _, service := range []string{"identitystore", "quicksight", "iam", "sts"} {
		t.Run(service, func(t *testing.T) {
			in(t, tenants(2, 10), settings{}, func(r *rig) {
				r.start().mustApply()
				r.join("qs:t000", r.someone("new"))
				r.suffer(awssim.DropBefore(service))
				n := r.writes(func() {
					if _, err := r.start().apply(context.Background()); err == nil {
						t.Error("the run went well")
					} else if strings.TrimSpace(err.Error()) == "" {
						t.Error("the error says nothing")
					}
				})
				if n != 0 {
					t.Errorf("%d writes", n)
				}
				r.suffer()
				r.start().mustApply()
				r.settled()
			})
		})
	}
}

// TestF8InTheMiddle: the identity store goes away while the run writes. What rests on fresh readings
// is done, nothing else is.
func TestF8InTheMiddle(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 300), settings{more: "limits: {quicksight_rate: 2}"}, func(r *rig) {
		time.AfterFunc(40*time.Second, func() { r.suffer(awssim.DropBefore("identitystore")) })
		report, err := r.start().apply(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if report.Done == 0 || len(report.Failed) == 0 {
			t.Errorf("%d done, %d failed", report.Done, len(report.Failed))
		}
		r.suffer()
		r.untilDone()
	})
}

// someone makes a new person, and answers their name.
func (r *rig) someone(name string) string {
	r.person(name, name+"@example.com")
	return name
}

// untilDone applies, by a new process, and finds nothing to do afterwards.
func (r *rig) untilDone() {
	r.Helper()
	r.start().mustApply()
	r.settled()
}

// TestF9StaleReads: QuickSight's lists and descriptions lag behind by half a minute. Applying at once
// again creates nothing twice, fails at nothing, and is right in the end.
func TestF9StaleReads(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 20), settings{}, func(r *rig) {
		r.behave(func(b *world.Behaviour) {
			b.StaleReads = map[string]world.Duration{"quicksight": world.Duration(30 * time.Second)}
		})
		p := r.start()
		if _, err := p.apply(context.Background()); err != nil {
			t.Fatal(err)
		}
		r.join("qs:t001", r.someone("late"))
		for range 3 {
			report, err := p.apply(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range report.Failed {
				t.Logf("meanwhile %s failed: %v", o.Step.Change.Kind(), o.Err)
			}
		}
		time.Sleep(time.Minute)
		r.untilDone()
	})
}

// TestF11NotFoundAfterRegister: for some seconds QuickSight does not know whom it has just registered.
// Only that person's memberships wait.
func TestF11NotFoundAfterRegister(t *testing.T) {
	t.Parallel()
	for _, d := range []time.Duration{time.Second, 5 * time.Second, 30 * time.Second} {
		t.Run(d.String(), func(t *testing.T) {
			seed := tenants(2, 20)
			seed.Behaviour.MembershipDelay = world.Duration(d)
			in(t, seed, settings{}, func(r *rig) {
				r.start().mustApply()
				r.settled()
			})
		})
	}
}

// TestF12StaleDirectory: the identity store shows a member who has left a minute ago. A grant may lag
// that much behind (the window of S1 is for the program's own delays, and is widened here), and what
// is shown in the end is what counts.
func TestF12StaleDirectory(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 10), settings{}, func(r *rig) {
		r.start().mustApply()
		r.behave(func(b *world.Behaviour) {
			b.StaleReads = map[string]world.Duration{"identitystore": world.Duration(time.Minute)}
		})
		time.Sleep(2 * time.Minute)
		r.join("qs:t000", r.someone("new"))
		p := r.start()
		if n := r.writes(func() { p.mustApply() }); n != 0 {
			t.Errorf("%d writes for what was not shown yet", n)
		}
		time.Sleep(2 * time.Minute)
		r.untilDone()
		if _, there := r.user("t000", "QuickSight/new"); !there {
			t.Error("who was shown in the end is not registered")
		}
	})
}

// TestF45ExpiredToken: the credentials expire in the middle of a run. It stops asking, says what is
// wrong, and can be resumed.
func TestF45ExpiredToken(t *testing.T) {
	t.Parallel()
	in(t, tenants(4, 50), settings{}, func(r *rig) {
		sent := 0
		time.AfterFunc(40*time.Second, func() {
			r.suffer(func(c awssim.Call) awssim.Fault {
				if c.Phase != awssim.BeforeEffect {
					return awssim.Fault{}
				}
				sent++
				return awssim.Fault{Err: awssim.ExpiredToken()}
			})
		})
		report, err := r.start().apply(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if report.Done == 0 || len(report.Failed) == 0 {
			t.Errorf("%d done, %d failed", report.Done, len(report.Failed))
		}
		for _, o := range report.Failed {
			if !strings.Contains(o.Err.Error(), "expired") {
				t.Errorf("the failure does not say why: %v", o.Err)
			}
		}
		// Those that were under way, and a few of each kind until it is clear.
		if sent > 100 {
			t.Errorf("%d calls with credentials that have expired", sent)
		}
		r.suffer()
		r.untilDone()
	})
}

// TestF46OneActionDenied: the credentials lack one right. That action fails and is not tried hundreds
// of times; everything else is done.
func TestF46OneActionDenied(t *testing.T) {
	t.Parallel()
	seed := tenants(3, 60)
	seed.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{"quicksight:CreateGroupMembership"}}}
	in(t, seed, settings{}, func(r *rig) {
		report, err := r.start().apply(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range report.Failed {
			if o.Step.Change.Kind() != plan.KindAddMember || !strings.Contains(o.Err.Error(), "not authorized") {
				t.Errorf("%s failed: %v", o.Step.Change.Kind(), o.Err)
			}
		}
		if len(report.Failed) != 180 || report.Done != 3+3+180 {
			t.Errorf("%d done, %d failed", report.Done, len(report.Failed))
		}
		if n := r.sim.Calls()["quicksight:CreateGroupMembership"]; n > 80 {
			t.Errorf("the denied action was tried %d times", n)
		}
		r.behave(func(b *world.Behaviour) { b.Denied = nil })
		r.untilDone()
	})
}
