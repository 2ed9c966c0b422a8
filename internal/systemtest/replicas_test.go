package systemtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// TestTwoReplicas: two processes share a queue, and know nothing of each other. 200 people join, and a new customer
// with 20, in any order and each event twice. Nobody is registered twice, nor anything founded twice.
func TestTwoReplicas(t *testing.T) {
	t.Parallel()
	for _, seed := range some([]uint64{0, 1, 2, 3, 4}) {
		in(t, right(10, 20), settings{}, func(r *rig) {
			o, done := newOffice(), r.effectsByOperation()
			a, b := r.daemon(service{inbox: o}), r.daemon(service{inbox: o, rate: 100})
			a.settle()
			b.settle()
			before := r.sim.Calls()
			var events []string
			group := r.group("qs:new")
			events = append(events, createdByAPI(group), createdByAPI(group))
			for i := range 220 {
				name, in := r.someone(fmt.Sprintf("j%03d", i)), fmt.Sprintf("qs:t%03d", i%10)
				if i >= 200 {
					in = "qs:new"
				}
				r.join(in, name)
				g, p := r.groupID(in), r.id(name)
				events = append(events, joinedByAPI(g, p), joinedInConsole(g, p))
			}
			rand.New(rand.NewPCG(seed, 1)).Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
			for i, e := range events {
				o.send(e, time.Duration(i)*50*time.Millisecond)
			}
			r.waitFor("everything is done", 20*time.Minute, func() bool { return o.left() == 0 })
			// A membership that is there may be made again: AWS says yes to that.
			for op, want := range map[string]int{"CreateNamespace": 1, "CreateGroup": 1, "RegisterUser": 220} {
				if got := done()[op]; got != want {
					t.Errorf("%s took effect %d times, want %d", op, got, want)
				}
			}
			calls := minus(r.sim.Calls(), before)
			if calls["quicksight:CreateNamespace"] > 2 || calls["quicksight:RegisterUser"] > 220+22 || calls["quicksight:CreateGroupMembership"] > 220+22 {
				t.Errorf("calls beyond what is needed: %v", calls)
			}
			a.stop()
			b.stop()
			r.settled()
		})
	}
}

// effectsByOperation counts the writes that the simulator carried out from now on.
func (r *rig) effectsByOperation() func() map[string]int {
	var mu sync.Mutex
	counts := map[string]int{}
	r.watch(func(c awssim.Call) awssim.Fault {
		if c.Phase == awssim.AfterEffect && c.Committed {
			mu.Lock()
			defer mu.Unlock()
			counts[c.Operation]++
		}
		return awssim.Fault{}
	})
	return func() map[string]int {
		mu.Lock()
		defer mu.Unlock()
		return maps.Clone(counts)
	}
}

// TestF9ServeStaleReads: QuickSight's answers lag a minute behind. People are added just before a pass, which reads
// the old state: nobody is registered a second time, by it or by doubled events.
func TestF9ServeStaleReads(t *testing.T) {
	t.Parallel()
	in(t, right(3, 10), settings{}, func(r *rig) {
		o := newOffice()
		s := r.daemon(service{inbox: o})
		defer s.stop()
		s.settle()
		r.behave(func(b *world.Behaviour) {
			b.StaleReads = map[string]world.Duration{"quicksight": world.Duration(time.Minute)}
		})
		s.waitFor("the next pass is near", 20*time.Minute, func() bool { return time.Since(s.log.times("pass begins")[0]) > 14*time.Minute+50*time.Second })
		before := r.sim.Calls()
		for i := range 8 {
			r.join("qs:t001", r.someone(fmt.Sprintf("new%d", i)))
			for range 2 {
				o.send(joinedByAPI(r.groupID("qs:t001"), r.id(fmt.Sprintf("new%d", i))), time.Duration(i)*2*time.Second)
			}
		}
		s.waitFor("the pass", 2*time.Minute, func() bool { return s.log.count("pass complete") == 2 })
		s.waitFor("S18: no message is left", 3*time.Minute, func() bool { return o.left() == 0 })
		calls := minus(r.sim.Calls(), before)
		if calls["quicksight:RegisterUser"] != 8 || calls["quicksight:CreateGroupMembership"] != 8 {
			t.Errorf("for 8 people: %v", calls)
		}
		time.Sleep(time.Minute)
		r.settled()
	})
}
