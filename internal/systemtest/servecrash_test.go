package systemtest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// crashScene is something that happens while a process serves.
type crashScene struct {
	seed   func() world.Seed
	first  bool // the process dies during its first pass, or with what happens after it
	happen func(r *rig, o *office)
	writes int64    // that it takes, without the first pass unless first
	shows  []string // the house's dashboards that every tenant sees
}

var crashScenes = map[string]crashScene{
	"one person": {func() world.Seed { return right(2, 3) }, false, func(r *rig, o *office) {
		r.join("qs:t000", r.someone("ana"))
		o.send(joinedByAPI(r.groupID("qs:t000"), r.id("ana")), 0)
	}, 2, nil},
	"a new customer": {func() world.Seed { return right(2, 3) }, false, func(r *rig, o *office) {
		group := r.group("qs:new")
		o.send(createdByAPI(group), 0)
		for i := range 2 {
			r.join("qs:new", r.someone(fmt.Sprintf("new%d", i)))
			o.send(joinedInConsole(group, r.id(fmt.Sprintf("new%d", i))), time.Duration(i)*10*time.Second)
		}
	}, 2 + 4, nil},
	"three by SCIM": {func() world.Seed { return right(2, 3) }, false, func(r *rig, o *office) {
		for i := range 3 {
			r.join("qs:t000", r.someone(fmt.Sprintf("new%d", i)))
		}
		o.send(patchedBySCIM(r.groupID("qs:t000")), 0)
	}, 6, nil},
	"the first pass": {func() world.Seed { return tenants(2, 3) }, true, func(r *rig, o *office) {
		r.join("qs:t000", r.someone("ana"))
		o.send(joinedByAPI(r.groupID("qs:t000"), r.id("ana")), 0)
	}, 4 + 12 + 2, nil},
	"a new customer, who sees something": {func() world.Seed { return tenants(1, 2) }, true, func(r *rig, o *office) {
		group := r.group("qs:new")
		o.send(createdByAPI(group), 0)
		for i := range 2 {
			r.join("qs:new", r.someone(fmt.Sprintf("new%d", i)))
			o.send(joinedInConsole(group, r.id(fmt.Sprintf("new%d", i))), time.Duration(i)*10*time.Second)
		}
	}, 2 * (2 + 2 + 4), []string{"sales", "costs"}},
}

// crashes plays a scene with a process that dies at its kth call, before it is sent or after it had its effect, and
// another one after it. It answers how many calls the first one made.
func (c crashScene) crashes(t *testing.T, k int, after bool) (asked int) {
	setup := settings{}
	if c.shows != nil {
		setup = showing("", c.shows...)
	}
	r := newRig(t, c.seed(), setup)
	for _, id := range c.shows {
		r.dashboard(id, true)
	}
	o, n := newOffice(), r.effects()
	var armed atomic.Bool
	armed.Store(c.first)
	sent, dead := 0, make(chan struct{})
	s := r.daemon(service{inbox: o, rate: 1000, cut: func(done bool) bool {
		if !armed.Load() {
			return false
		}
		if !done {
			asked++
		}
		if done && asked >= k {
			sent++
		}
		die := !after && !done && asked == k || after && done && sent == 1
		if die {
			close(dead)
		}
		return die
	}})
	before := int64(0) // the first pass is under way already
	if !c.first {
		s.settle()
		before = n.Load()
	}
	armed.Store(true)
	c.happen(r, o)
	select {
	case <-dead:
	case <-time.After(2 * time.Minute):
	}
	s.die()
	asked = min(asked, k)
	next := r.daemon(service{inbox: o, rate: 1000})
	next.settle()
	r.waitFor("S18: no message is left", 5*time.Minute, func() bool { return o.left() == 0 })
	next.stop()
	if got := n.Load() - before; got != c.writes {
		t.Errorf("%d writes in all, want %d", got, c.writes)
	}
	r.settled()
	r.verify()
	return asked
}

// TestF24ServeCrash: a process that serves dies at any of its calls, before or after the effect. Its messages come again, and
// the next process finishes what it began: everyone is right, and no write is made twice (L4, S18).
func TestF24ServeCrash(t *testing.T) {
	t.Parallel()
	for name, c := range crashScenes {
		t.Run(name, func(t *testing.T) {
			total := 0
			synctest.Test(t, func(t *testing.T) { total = c.crashes(t, 1<<30, false) })
			for k := 1; k <= total && !t.Failed(); k += stride() {
				for _, after := range []bool{false, true} {
					synctest.Test(t, func(t *testing.T) { c.crashes(t, k, after) })
					if t.Failed() {
						t.Fatalf("a crash at the call %d, after it %v", k, after)
					}
				}
			}
			t.Logf("%d calls, a crash at each %d", total, stride())
		})
	}
}
