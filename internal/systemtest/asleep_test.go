package systemtest

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"
)

// sleeper is the line of a process that falls asleep at one of its readings of QuickSight, as a machine does that is suspended, or
// a function that is frozen: then it goes on with what it had read before. Between a look and the call that it justifies nobody
// falls asleep here: QuickSight has no call that takes somebody out only if they are who they were.
type sleeper struct {
	to            http.RoundTripper
	at            int64
	readings      atomic.Int64
	asleep, awake chan struct{}
}

func (s *sleeper) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet {
		return s.to.RoundTrip(r)
	}
	n := s.readings.Add(1)
	if n == s.at {
		close(s.asleep)
	}
	if n >= s.at {
		<-s.awake
	}
	return s.to.RoundTrip(r)
}

// sleepy lets a process fall asleep at its nth reading.
func (p *process) sleepy(nth int) *sleeper {
	s := &sleeper{to: p.line.to, at: int64(nth), asleep: make(chan struct{}), awake: make(chan struct{})}
	p.line.to = s
	return s
}

// never is a reading that no process comes to.
const never = 1 << 30

// bothReplace has two processes replace the same user. The first one falls asleep; the second one comes to do the same, to its end
// or until it falls asleep itself; then the first one goes on to its end, and the second one. Nothing is parked that nobody has,
// nothing is lost, and whoever comes third can finish it.
func (c replacement) bothReplace(t tb, s settings, first, second int, outlive bool) {
	seed := offices()
	seed.Behaviour.KeepGrantsOfDeletedGroups = outlive
	r := newRig(t, seed, s)
	keys := c.begin(r)
	a, b := r.allowed(), r.allowed()
	one, other := a.sleepy(first), b.sleepy(second)
	ended := a.applied()
	either(one.asleep, ended)
	alsoEnded := b.applied()
	either(other.asleep, alsoEnded)
	close(one.awake)
	<-ended
	close(other.awake)
	<-alsoEnded
	r.allowed().mustApply()
	c.done(r, keys)
	r.settled()
	r.verify()
}

// TestS6TwoReplaceTheSameUser: one process falls asleep at any of its readings while it replaces a user, and another one has done
// so when it wakes up.
func TestS6TwoReplaceTheSameUser(t *testing.T) {
	t.Parallel()
	for i, c := range replacements {
		t.Run(c.name, func(t *testing.T) {
			w := workshops[i%len(workshops)]
			for first := 20; first <= 50 && !t.Failed(); first += stride() { // from the last readings of the plan
				synctest.Test(t, func(t *testing.T) {
					if c.through(w.role).bothReplace(t, w.settings, first, never, false); t.Failed() {
						t.Fatalf("the first one fell asleep at its reading %d", first)
					}
				})
			}
		})
	}
}

// TestS6TwoFallAsleep: both do.
func TestS6TwoFallAsleep(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := workshops[rapid.IntRange(0, len(workshops)-1).Draw(t, "workshop")]
		c := replacements[rapid.IntRange(0, len(replacements)-1).Draw(t, "replacement")].through(w.role)
		reading := rapid.IntRange(20, 50)
		first, second := reading.Draw(t, "the first sleeps at"), reading.Draw(t, "the second sleeps at")
		outlive := rapid.Bool().Draw(t, "permissions outlive groups")
		rapid.SyncTest(t, func(t *rapid.T) { c.bothReplace(t, w.settings, first, second, outlive) })
	})
}

// applied applies, and closes what it answers when it is over. That it meets with an error is for whoever comes next.
func (p *process) applied() (over chan struct{}) {
	over = make(chan struct{})
	go func() {
		defer close(over)
		_, _ = p.apply(context.Background())
	}()
	return over
}

// either waits until one of the two is closed.
func either(one, other <-chan struct{}) {
	select {
	case <-one:
	case <-other:
	}
}
