package systemtest

import (
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// TestF34NamesSwappedByEvent: two people are given each other's name, and an event tells of each. Whoever comes second to
// look after one of the two users finds that it is another one by then, and leaves it alone.
func TestF34NamesSwappedByEvent(t *testing.T) {
	for ms := 0; ms <= 2000; ms += 100 {
		oldHands(t, workshop(), settings{}, func(r *rig, p *servant, o *office) {
			a, b := r.id("t000.000"), r.id("t000.001")
			registered := 0
			r.watch(func(c awssim.Call) awssim.Fault {
				if c.Phase == awssim.AfterEffect && c.Committed && c.Operation == "RegisterUser" {
					registered++
				}
				return awssim.Fault{}
			})
			r.change("t000.000", func(p *world.Person) { p.UserName = "between" })
			r.change("t000.001", func(p *world.Person) { p.UserName = "t000.000" })
			r.change("between", func(p *world.Person) { p.UserName = "t000.001" })
			o.send(ofPerson("UpdateUser", a), 0)
			o.send(ofPerson("UpdateUser", b), time.Duration(ms)*time.Millisecond)
			time.Sleep(30 * time.Second)
			p.done(o, 2*time.Minute)
			for user, id := range map[string]string{"QuickSight/t000.000": b, "QuickSight/t000.001": a} {
				if u, _ := r.user("t000", user); behindUser(u) != id || !r.isMember("t000", "qs:t000", user) {
					t.Errorf("%s is registered for %q, want %s", user, behindUser(u), id)
				}
			}
			if registered != 2 {
				t.Errorf("%d registrations", registered)
			}
		})
	}
}
