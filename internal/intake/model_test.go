package intake_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/intake"
)

// model is what a queue should be, in the simplest words: for each key the messages that nobody has
// begun to work on, and those that somebody works on.
type model struct {
	q       *intake.Queue
	waiting map[string][]int
	working map[string][]int
	works   map[string]*intake.Work
	revokes map[string]bool // among those waiting
	open    map[int]bool    // the messages that are not done
	done    map[int]int     // how often the queue says that they are
}

func (m *model) add(t *rapid.T) {
	id := rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "id")
	h := hint(id)
	h.Revokes, h.Bulk = rapid.Bool().Draw(t, "revokes"), rapid.Bool().Draw(t, "bulk")
	message := len(m.done) + len(m.open) // no number is used twice: one is in done or in open
	ticket := intake.NewTicket(func() { m.done[message]++ })
	m.open[message] = true
	known := m.waiting[id] != nil || m.working[id] != nil
	room := len(m.keys()) < 3
	if took := m.q.Add(h, rapid.SampledFrom([]string{"x", "y"}).Draw(t, "lane"), ticket); took != (known || room) {
		t.Fatalf("%s is taken: %v, known %v, room %v", id, took, known, room)
	} else if took {
		m.waiting[id] = append(m.waiting[id], message)
		m.revokes[id] = m.revokes[id] || h.Revokes
	} else {
		delete(m.open, message)
	}
	ticket.Done()
}

func (m *model) keys() map[string]bool {
	all := map[string]bool{}
	for id := range m.waiting {
		all[id] = true
	}
	for id := range m.working {
		all[id] = true
	}
	return all
}

func (m *model) take(t *rapid.T) bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Nanosecond)
	defer cancel()
	w, err := m.q.Take(ctx)
	if err != nil {
		return false
	}
	if m.works[w.ID] != nil || m.waiting[w.ID] == nil || w.Hints != len(m.waiting[w.ID]) || w.Revokes != m.revokes[w.ID] {
		t.Fatalf("%+v is handed out, while %v wait and %v are worked on", w, m.waiting, m.working)
	}
	m.works[w.ID], m.working[w.ID] = w, m.waiting[w.ID]
	delete(m.waiting, w.ID)
	delete(m.revokes, w.ID)
	return true
}

// end ends some work, if there is any; back says that it will come again.
func (m *model) end(t *rapid.T, back bool, how func(w *intake.Work)) {
	if len(m.works) == 0 {
		return
	}
	id := rapid.SampledFrom(slices.Sorted(maps.Keys(m.works))).Draw(t, "work")
	w := m.works[id]
	how(w)
	for _, message := range m.working[id] {
		if !back {
			delete(m.open, message)
		}
	}
	if back {
		m.waiting[id] = append(m.working[id], m.waiting[id]...)
		m.revokes[id] = m.revokes[id] || w.Revokes
	}
	delete(m.working, id)
	delete(m.works, id)
}

func (m *model) check(t *rapid.T) {
	for message := range m.open {
		if m.done[message] != 0 {
			t.Fatalf("message %d is answered for before its time", message)
		}
	}
	for message, n := range m.done {
		if n != 1 {
			t.Fatalf("message %d is answered for %d times", message, n)
		}
	}
	s := m.q.Stats()
	if s.Working != len(m.works) || s.Due+s.Delayed+s.Parked+s.Working != len(m.keys()) {
		t.Fatalf("the queue has %+v; waiting %v, worked on %v", s, m.waiting, m.working)
	}
}

// S18, S19: whatever is added, taken, done, given back, parked and released, in any order: no key is handed
// out twice at once, no message is answered for early or twice, and none is lost.
func TestS18Model(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rapid.SyncTest(t, func(t *rapid.T) {
			m := &model{
				q:       intake.NewQueue(intake.Options{Keys: 3, Base: time.Second, Rand: func() float64 { return rand.Float64() }}),
				waiting: map[string][]int{}, working: map[string][]int{}, works: map[string]*intake.Work{},
				revokes: map[string]bool{}, open: map[int]bool{}, done: map[int]int{},
			}
			things := rapid.SampledFrom([]string{"acme", "globex"})
			t.Repeat(map[string]func(*rapid.T){
				"":       m.check,
				"add":    m.add,
				"take":   func(t *rapid.T) { m.take(t) },
				"done":   func(t *rapid.T) { m.end(t, false, m.q.Done) },
				"giveUp": func(t *rapid.T) { m.end(t, false, m.q.GiveUp) },
				"retry":  func(t *rapid.T) { m.end(t, true, func(w *intake.Work) { m.q.Retry(w) }) },
				"park": func(t *rapid.T) {
					m.end(t, true, func(w *intake.Work) { m.q.Park(w, things.Draw(t, "on"), time.Minute) })
				},
				"release": func(t *rapid.T) { m.q.Release(things.Draw(t, "on")) },
				"sleep":   func(t *rapid.T) { time.Sleep(time.Duration(rapid.IntRange(1, 100).Draw(t, "s")) * time.Second) },
			})
			for len(m.keys()) > 0 {
				for len(m.works) > 0 {
					m.end(t, false, m.q.Done)
				}
				time.Sleep(15 * time.Minute)
				if !m.take(t) && len(m.keys()) > 0 {
					t.Fatalf("a key is lost: %v wait, the queue has %+v", m.waiting, m.q.Stats())
				}
			}
			m.check(t)
			if left := m.q.Close(); len(m.open) != 0 || len(left) != 0 {
				t.Fatalf("%d messages are open, %d tickets left", len(m.open), len(left))
			}
		})
	})
}

// S19: the same with many at once, for the race detector: no key is with two workers, and every message is done once.
func TestS19Workers(t *testing.T) {
	const messages, workers = 3000, 8
	bubble(t, intake.Options{Keys: 60, Base: time.Millisecond, Cap: 50 * time.Millisecond}, func(t *testing.T, q *intake.Queue) {
		var with sync.Map // key to worker
		var done, refused atomic.Int64
		var wg sync.WaitGroup
		ctx, cancel := context.WithCancel(t.Context())
		for n := range workers {
			wg.Go(func() {
				for {
					w, err := q.Take(ctx)
					if errors.Is(err, context.Canceled) {
						return
					}
					if other, there := with.LoadOrStore(w.Key, n); there {
						t.Errorf("%v is with worker %d and with %v", w.Key, n, other)
					}
					time.Sleep(rand.N(3 * time.Millisecond))
					with.Delete(w.Key)
					switch rand.N(8) {
					case 0:
						q.Retry(w)
					case 1:
						q.Park(w, "acme", 20*time.Millisecond)
					case 2:
						of := w.Ticket()
						q.Add(hint("child of "+w.ID), w.Lane, of)
						of.Done()
						q.GiveUp(w)
					default:
						q.Done(w)
					}
				}
			})
		}
		for i := range messages {
			ticket := intake.NewTicket(func() { done.Add(1) })
			h := hint(fmt.Sprint(rand.N(80)))
			h.Revokes = rand.N(4) == 0
			if !q.Add(h, fmt.Sprint(i%5), ticket) {
				refused.Add(1)
			}
			ticket.Done()
			if i%10 == 0 {
				q.Release("acme")
				time.Sleep(rand.N(time.Millisecond))
			}
		}
		for q.Stats() != (intake.Stats{}) {
			time.Sleep(time.Second)
		}
		cancel()
		synctest.Wait()
		wg.Wait()
		if done.Load() != messages {
			t.Errorf("of %d messages %d are done", messages, done.Load())
		}
		if _, asked := q.TakePass(); asked != (refused.Load() > 0) && refused.Load() > 0 {
			t.Error("what was refused asks for no pass")
		}
	})
}
