package awsapi

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// crowd keeps n callers of a priority calling at a pace, each call taking a while, until the test's end.
// It counts those that were sent.
func crowd(ctx context.Context, wg *sync.WaitGroup, p *pace, priority Priority, n int, latency time.Duration) func() int {
	var mu sync.Mutex
	sent := 0
	for range n {
		wg.Go(func() {
			for {
				done, err := p.wait(ctx, priority)
				if err != nil {
					return
				}
				mu.Lock()
				sent++
				mu.Unlock()
				time.Sleep(latency)
				done()
			}
		})
	}
	return func() int {
		mu.Lock()
		defer mu.Unlock()
		return sent
	}
}

func inCrowd(t *testing.T, f func(ctx context.Context, wg *sync.WaitGroup)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var callers sync.WaitGroup
		defer callers.Wait()
		defer cancel()
		f(ctx, &callers)
	})
}

// turn is for how long a call of a priority waits.
func turn(t *testing.T, ctx context.Context, p *pace, priority Priority) time.Duration {
	t.Helper()
	begin := time.Now()
	done, err := p.wait(ctx, priority)
	if err != nil {
		t.Fatal(err)
	}
	done()
	return time.Since(begin)
}

// TestOrder lets the urgent go first, and within a priority whoever came first.
func TestOrder(t *testing.T) {
	inCrowd(t, func(ctx context.Context, wg *sync.WaitGroup) {
		p := newPace(Rate{Start: 1, Ceiling: 1})
		turn(t, ctx, p, Bulk) // the one token that was saved
		var mu sync.Mutex
		var got []int
		for i, priority := range []Priority{Bulk, Soon, Bulk, Urgent, Soon, Urgent} {
			wg.Go(func() {
				done, err := p.wait(ctx, priority)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock() // one a second
				got = append(got, i)
				mu.Unlock()
				done()
			})
			synctest.Wait()
		}
		time.Sleep(time.Minute)
		mu.Lock()
		defer mu.Unlock()
		if want := []int{3, 5, 1, 4, 0, 2}; !slices.Equal(got, want) {
			t.Errorf("order %v, want %v", got, want)
		}
	})
}

// TestAheadOfBulk has a thousand bulk callers under a quota of ten a second: a call of another
// priority waits for no more than the next token, every time.
func TestAheadOfBulk(t *testing.T) {
	for _, priority := range []Priority{Soon, Urgent} {
		inCrowd(t, func(ctx context.Context, wg *sync.WaitGroup) {
			p := newPace(Rate{Start: 10, Ceiling: 10})
			crowd(ctx, wg, p, Bulk, 1000, 50*time.Millisecond)
			for i := range 100 {
				time.Sleep(time.Second + time.Duration(i)*7*time.Millisecond)
				if d := turn(t, ctx, p, priority); d > 101*time.Millisecond {
					t.Errorf("%v: waited %v", priority, d)
				}
			}
		})
	}
}

// TestNoStarvation gives bulk work a tenth of the tokens in a storm of hints, and hints a tenth of
// them in a storm of revocations.
func TestNoStarvation(t *testing.T) {
	inCrowd(t, func(ctx context.Context, wg *sync.WaitGroup) {
		p := newPace(Rate{Start: 100, Ceiling: 100})
		bulk := crowd(ctx, wg, p, Bulk, 1000, 20*time.Millisecond)
		soon := crowd(ctx, wg, p, Soon, 1000, 20*time.Millisecond)
		urgent := func() int { return 0 }
		for _, want := range [][3]int{{600, 5400, 0}, {600, 600, 4800}} {
			before := [3]int{bulk(), soon(), urgent()}
			time.Sleep(time.Minute)
			for i, now := range []int{bulk(), soon(), urgent()} {
				if got := now - before[i]; got < want[i]*9/10 || got > want[i]*11/10 {
					t.Errorf("%v: %d calls in a minute, want about %d", Priority(i), got, want[i])
				}
			}
			urgent = crowd(ctx, wg, p, Urgent, 1000, 20*time.Millisecond)
			time.Sleep(time.Second)
		}
	})
}

// TestPlacesAreKept finds places for the urgent when AWS answers nobody and bulk work waits for it,
// and gives bulk work its own back in the end.
func TestPlacesAreKept(t *testing.T) {
	inCrowd(t, func(ctx context.Context, wg *sync.WaitGroup) {
		p := newPace(Rate{Start: 1e6})
		bulk := crowd(ctx, wg, p, Bulk, 1000, 30*time.Second)
		time.Sleep(time.Second)
		if d := turn(t, ctx, p, Soon); d > time.Millisecond || bulk() != places[Bulk] {
			t.Errorf("waited %v behind %d bulk calls", d, bulk())
		}
		soon := crowd(ctx, wg, p, Soon, 1000, 30*time.Second)
		time.Sleep(time.Second)
		if d := turn(t, ctx, p, Urgent); d > time.Millisecond || bulk()+soon() != places[Soon] {
			t.Errorf("waited %v behind %d calls", d, bulk()+soon())
		}
		before := bulk()
		time.Sleep(10 * time.Minute) // 20 times 60 calls
		if got := bulk() - before; got < 100 || got > 200 {
			t.Errorf("%d bulk calls in a storm of slow hints", got)
		}
	})
}

// TestTurnGivenUp gives back token and place when a caller has given up as its turn came.
func TestTurnGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(Rate{Start: 1, Ceiling: 1})
		p.leave(p.join(Bulk))
		if d := turn(t, t.Context(), p, Bulk); d > 0 || p.lanes.under(Urgent) != 0 || p.state().Calls != 1 {
			t.Errorf("waited %v, %d under way, %d calls", d, p.lanes.under(Urgent), p.state().Calls)
		}
		first := p.join(Bulk) // waits for a token
		done := make(chan time.Duration)
		go func() { done <- turn(t, t.Context(), p, Bulk) }()
		synctest.Wait()
		p.leave(first)
		if d := <-done; d > time.Second {
			t.Errorf("waited %v behind nobody", d)
		}
	})
}
