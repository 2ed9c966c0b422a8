package awsapi

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// bucket is a service's quota: a token bucket.
type bucket struct {
	mu             sync.Mutex
	rate, burst    float64
	tokens         float64
	at             time.Time
	served, denied int
}

func newBucket(rate, burst float64) *bucket {
	return &bucket{rate: rate, burst: burst, tokens: burst, at: time.Now()}
}

func (b *bucket) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.tokens = min(b.burst, b.tokens+now.Sub(b.at).Seconds()*b.rate)
	b.at = now
	if b.tokens < 1 {
		b.denied++
		return false
	}
	b.tokens--
	b.served++
	return true
}

// since answers the counts and begins them anew.
func (b *bucket) since() (served, denied int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	served, denied = b.served, b.denied
	b.served, b.denied = 0, 0
	return served, denied
}

func (b *bucket) change(rate float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rate = rate
}

// load calls b at the pace of p from many goroutines until the test's end. Throttled calls are
// tried again, after a pause, as the retryer has it.
func load(ctx context.Context, wg *sync.WaitGroup, p *pace, b *bucket, callers int, latency time.Duration) {
	for range callers {
		wg.Go(func() {
			for attempt := 1; ; {
				done, err := p.wait(ctx, Bulk)
				if err != nil {
					return
				}
				sent := time.Now()
				ok := b.take()
				time.Sleep(latency)
				if ok {
					attempt = 1
				} else {
					p.throttled(sent, 0)
				}
				done()
				if !ok {
					time.Sleep(backoff(attempt))
					attempt++
				}
			}
		})
	}
}

// TestUnknownQuota measures the goals: at least 85 % of a quota that nobody told us is used, at most
// 2 % of the calls are throttled, and a change is adapted to within 30 s.
func TestUnknownQuota(t *testing.T) {
	quotas := []struct{ quota, burst float64 }{{2, 4}, {5, 5}, {10, 10}, {15, 30}, {20, 20}, {50, 1}, {50, 50}, {50, 200}, {100, 100}, {200, 400}}
	if testing.Short() {
		quotas = quotas[2:4] // goroutines meet in them as in all
	}
	for _, c := range quotas {
		t.Run(fmt.Sprintf("quota %v burst %v", c.quota, c.burst), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				var callers sync.WaitGroup
				defer callers.Wait()
				defer cancel()
				p, b := newPace(Rate{Start: 10}), newBucket(c.quota, c.burst)
				load(ctx, &callers, p, b, 32, 50*time.Millisecond)
				measure := func(what string, quota float64, d time.Duration, minUse float64) {
					b.since()
					time.Sleep(d)
					served, denied := b.since()
					use, throttled := float64(served)/(quota*d.Seconds()), float64(denied)/float64(served+denied)
					t.Logf("%-28s %3.0f %% used, %.2f %% throttled, rate %.1f", what, 100*use, 100*throttled, p.state().PerSecond)
					if use < minUse || throttled > 0.02 && denied > 10 {
						t.Errorf("%s: %.1f %% of the quota used, %.2f %% (%d) of the calls throttled", what, 100*use, 100*throttled, denied)
					}
				}
				time.Sleep(30 * time.Second)
				served, denied := b.since()
				t.Logf("%-28s %d served, %d throttled", "the first 30 s", served, denied)
				measure("steady, 10 min", c.quota, 10*time.Minute, 0.85)
				b.change(c.quota / 2)
				time.Sleep(30 * time.Second)
				measure("halved, 10 min", c.quota/2, 10*time.Minute, 0.85)
				b.change(c.quota * 2)
				time.Sleep(max(90*time.Second, time.Duration(2*holdCalls/c.quota)*time.Second+30*time.Second)) // the next probe
				measure("quadrupled, 10 min", c.quota*2, 10*time.Minute, 0.85)
			})
		})
	}
}

// TestS20CeilingAndFlight holds the rate to its ceiling, and the calls under way to their number.
func TestS20CeilingAndFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var callers sync.WaitGroup
		defer callers.Wait()
		defer cancel()
		p, b := newPace(Rate{Start: 100, Ceiling: 15}), newBucket(1e6, 1e6)
		load(ctx, &callers, p, b, 32, time.Millisecond)
		time.Sleep(time.Minute)
		if served, _ := b.since(); served < 890 || served > 910 {
			t.Errorf("%d calls in a minute at a ceiling of 15 a second", served)
		}

		slow := newPace(Rate{Start: 1e6})
		now, most := 0, 0
		var mu sync.Mutex
		for range 200 {
			callers.Go(func() {
				done, err := slow.wait(ctx, Bulk)
				if err != nil {
					return
				}
				defer done()
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				defer func() {
					mu.Lock()
					defer mu.Unlock()
					now--
				}()
				time.Sleep(time.Second)
			})
		}
		time.Sleep(time.Minute)
		mu.Lock()
		defer mu.Unlock()
		if most != places[Bulk] {
			t.Errorf("%d calls under way at most, want %d", most, places[Bulk])
		}
	})
}

// TestIdleBurst lets the calls of one event go at once after a quiet moment.
func TestIdleBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(Rate{Start: 10})
		begin := time.Now()
		for range 5 {
			done, err := p.wait(t.Context(), Bulk)
			if err != nil {
				t.Fatal(err)
			}
			done()
		}
		if d := time.Since(begin); d > 0 {
			t.Errorf("five calls waited %v", d)
		}
	})
}

// TestWaitIsCancelled ends a wait with its context, and gives up its place.
func TestWaitIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(Rate{Start: 1})
		p.throttled(time.Now(), time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := p.wait(ctx, Bulk); err == nil || p.lanes.under(Urgent) != 0 || p.lanes.waiting[Bulk].Len() != 0 {
			t.Errorf("err %v, %d in flight, %d waiting", err, p.lanes.under(Urgent), p.lanes.waiting[Bulk].Len())
		}
	})
}
