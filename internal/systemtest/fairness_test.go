package systemtest

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// smallBeside answers how long a new customer of 50 takes when one of so many people is being registered.
func smallBeside(t *testing.T, people int) (took time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		seed := right(5, 20)
		seed.Behaviour.Throttle = map[string]world.Rate{"quicksight": {PerSecond: 50, Burst: 50}}
		r := unwatched(t, seed)
		o := newOffice()
		s := r.daemon(service{inbox: o})
		defer s.stop()
		s.settle()
		come := func(group string, n int) {
			id := r.group(group)
			for i := range n {
				r.join(group, r.someone(fmt.Sprintf("%s.%04d", group[3:], i)))
			}
			o.send(createdByAPI(id), 0)
			o.send(patchedBySCIM(id), 0)
		}
		come("qs:big", people)
		r.waitFor("the large one is under way", 5*time.Minute, func() bool { return len(r.members("big", "qs:big")) >= min(people, 100) })
		come("qs:small", 50)
		took = r.waitFor("the small one", time.Hour, func() bool { return len(r.members("small", "qs:small")) == 50 })
		if n := len(r.members("big", "qs:big")); people > 0 && n == people {
			t.Errorf("the large one was not in the way: it was done first, with %d people", n)
		}
	})
	return took
}

// TestFairness: a customer of 5,000 people comes, and a moment later one of 50. They take turns, so that the small one takes
// little longer than it does alone.
func TestFairness(t *testing.T) {
	t.Parallel()
	alone, beside := smallBeside(t, 0), smallBeside(t, 5000)
	t.Logf("a customer of 50: %v alone, %v beside one of 5,000 (%.2f)", alone, beside, float64(beside)/float64(alone))
	if float64(beside) > 1.2*float64(alone) {
		t.Errorf("%v alone, %v beside a large one", alone, beside)
	}
}
