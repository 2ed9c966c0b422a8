package intake_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/intake"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// F1, L6: backoffs have full jitter below a ceiling that doubles up to the cap, which is a quarter of an
// hour at most; and what is done forgets them.
func TestF1Backoff(t *testing.T) {
	for _, at := range []float64{0, 0.25, 0.999} {
		o := intake.Options{Base: time.Second, Cap: time.Hour, Rand: func() float64 { return at }}
		bubble(t, o, func(t *testing.T, q *intake.Queue) {
			q.Add(hint(ana), "a", nil)
			for try := 1; try <= 80; try++ {
				ceiling := 15 * time.Minute
				if try <= 10 {
					ceiling = min(ceiling, time.Second<<(try-1))
				}
				w := take(t, q)
				wait, tries := q.Retry(w)
				if want := time.Duration(at * float64(ceiling)); wait != want || tries != try || w.Tries != try-1 {
					t.Fatalf("try %d (%d) waits %v, want %v", tries, w.Tries, wait, want)
				}
				if wait > 0 {
					time.Sleep(wait - 2*time.Nanosecond)
					if w := tryTake(t, q); w != nil {
						t.Fatalf("try %d is due too early", try)
					}
				}
				time.Sleep(3 * time.Nanosecond)
			}
			q.Done(take(t, q))
			q.Add(hint(ana), "a", nil)
			if w := take(t, q); w.Tries != 0 {
				t.Errorf("what is done is remembered: %d tries", w.Tries)
			} else if wait, tries := q.Retry(w); wait > time.Second || tries != 1 {
				t.Errorf("it waits %v for try %d", wait, tries)
			}
		})
	}
}

// L6: the jitter that is there by itself is spread over the whole of the way.
func TestL6Jitter(t *testing.T) {
	bubble(t, intake.Options{Base: time.Minute, Keys: 2000}, func(t *testing.T, q *intake.Queue) {
		var quarters [4]int
		for i := range 2000 {
			q.Add(hint(fmt.Sprint(i)), "a", nil)
			wait, _ := q.Retry(take(t, q))
			if wait < 0 || wait >= time.Minute {
				t.Fatalf("it waits %v", wait)
			}
			quarters[wait/(15*time.Second)]++
		}
		for _, n := range quarters {
			if n < 350 || n > 650 {
				t.Errorf("the quarters have %v", quarters)
			}
		}
	})
}

// What fails is given back with all that it came with, its tickets too, and is done when it is done.
func TestRetryKeepsAll(t *testing.T) {
	bubble(t, intake.Options{Rand: func() float64 { return 0.5 }}, func(t *testing.T, q *intake.Queue) {
		ticket, done := counted()
		q.Add(caused(in(revoking(hint(ana)), authors), "first"), "a", ticket)
		ticket.Done()
		q.Retry(take(t, q))
		if s := q.Stats(); s.Delayed != 1 || *done != 0 {
			t.Errorf("it is %+v, and the ticket done %d times", s, *done)
		}
		q.Add(bulky(caused(hint(ana), "second")), "b", nil)
		time.Sleep(time.Second)
		w := take(t, q)
		if !w.Revokes || w.Bulk || w.Hints != 2 || len(w.Causes) != 2 || w.Causes[0].ID != "first" || len(w.Groups) != 1 || w.Lane != "a" || w.Tries != 1 {
			t.Errorf("it comes back as %+v", w)
		}
		q.GiveUp(w)
		if *done != 1 || q.Stats() != (intake.Stats{}) {
			t.Errorf("given up, its ticket is done %d times, and the queue has %+v", *done, q.Stats())
		}
	})
}

// Failures are forgotten when the work is done, even if hints have come meanwhile, and remembered when it is given up.
func TestTriesForgotten(t *testing.T) {
	bubble(t, intake.Options{}, func(t *testing.T, q *intake.Queue) {
		for _, c := range []struct {
			end  func(*intake.Work)
			want int
		}{{q.GiveUp, 1}, {q.Done, 0}} {
			q.Add(hint(ana), "a", nil)
			q.Retry(take(t, q))
			time.Sleep(time.Second)
			w := take(t, q)
			q.Add(hint(ana), "a", nil)
			c.end(w)
			if w = take(t, q); w.Tries != c.want {
				t.Errorf("it has %d tries, want %d", w.Tries, c.want)
			}
			q.Done(w)
		}
	})
}

// More groups than there is room for are more in whatever order they came.
func TestRetryOfManyGroups(t *testing.T) {
	bubble(t, intake.Options{}, func(t *testing.T, q *intake.Queue) {
		q.Add(hint(ana), "a", nil)
		w := take(t, q)
		for i := range 17 {
			q.Add(in(hint(ana), tenancy.GroupID(fmt.Sprint(i))), "a", nil)
		}
		q.Retry(w)
		time.Sleep(time.Second)
		if w = take(t, q); len(w.Groups) != 16 || !w.MoreGroups {
			t.Errorf("it names %d groups, and more: %v", len(w.Groups), w.MoreGroups)
		}
	})
}

// What waits in vain is looked at soon if something has changed, and no oftener than every Base: a key that
// always fails costs the same, however many hints there are about it.
func TestL6HintForWhatWaits(t *testing.T) {
	bubble(t, intake.Options{Base: time.Second, Rand: func() float64 { return 0.9 }}, func(t *testing.T, q *intake.Queue) {
		q.Add(hint(ana), "a", nil)
		for range 10 { // the next one is minutes away
			q.Retry(take(t, q))
			time.Sleep(15 * time.Minute)
		}
		began, tries := time.Now(), 0
		q.Retry(take(t, q))
		for time.Since(began) < 10*time.Second {
			q.Add(hint(ana), "a", nil)
			if w := tryTake(t, q); w != nil {
				tries++
				q.Retry(w)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if tries < 8 || tries > 10 {
			t.Errorf("in ten seconds it was tried %d times", tries)
		}
	})
}

// Something that is added while a failing key is worked on brings its next try forward too.
func TestRetryOfWhatHasChanged(t *testing.T) {
	bubble(t, intake.Options{Base: time.Second, Rand: func() float64 { return 0.9 }}, func(t *testing.T, q *intake.Queue) {
		q.Add(hint(ana), "a", nil)
		for range 5 {
			q.Retry(take(t, q))
			time.Sleep(time.Minute)
		}
		w := take(t, q)
		q.Add(revoking(hint(ana)), "a", nil)
		if wait, tries := q.Retry(w); wait != time.Second || tries != 6 {
			t.Errorf("it waits %v for try %d", wait, tries)
		}
	})
}

// Work that waits for a namespace is not tried meanwhile, is due when the namespace is there, in
// order, and otherwise at its limit.
func TestF19Park(t *testing.T) {
	bubble(t, intake.Options{}, func(t *testing.T, q *intake.Queue) {
		ticket, done := counted()
		for _, id := range []string{"1", "2", "3"} {
			q.Add(hint(id), "a", ticket)
		}
		ticket.Done()
		q.Park(take(t, q), "namespace acme", time.Hour)
		q.Park(take(t, q), "namespace acme", time.Hour)
		q.Park(take(t, q), "namespace globex", time.Minute)
		time.Sleep(30 * time.Second)
		if w := tryTake(t, q); w != nil || q.Stats() != (intake.Stats{Parked: 3, Oldest: 30*time.Second + 1}) {
			t.Errorf("%+v is due of %+v", w, q.Stats())
		}
		if n := q.Release("namespace initech"); n != 0 {
			t.Errorf("%d waited for what nobody waits for", n)
		}
		if n := q.Release("namespace acme"); n != 2 {
			t.Errorf("%d waited for acme", n)
		}
		for _, want := range []string{"1", "2"} {
			w := take(t, q)
			if w.ID != want || w.Tries != 0 {
				t.Errorf("%+v is due, want %s", w, want)
			}
			q.Done(w)
		}
		time.Sleep(30 * time.Second)
		w := take(t, q)
		if w.ID != "3" || q.Release("namespace globex") != 0 {
			t.Errorf("at its limit, %+v is due", w)
		}
		q.Done(w)
		if *done != 1 {
			t.Errorf("the ticket is done %d times", *done)
		}
	})
}

// What comes about between looking and parking is not missed; what has come about before, for other work, is.
func TestF19ReleasedMeanwhile(t *testing.T) {
	bubble(t, intake.Options{}, func(t *testing.T, q *intake.Queue) {
		q.Add(hint(ana), "a", nil)
		w := take(t, q)
		q.Release("acme")
		q.Park(w, "acme", time.Hour)
		w = take(t, q)
		q.Park(w, "acme", time.Hour)
		if w := tryTake(t, q); w != nil {
			t.Errorf("it is released by what was before: %+v", w)
		}
	})
}

// A hint about somebody who is parked, such as a revocation, does not wait for the namespace.
func TestL3HintForWhatIsParked(t *testing.T) {
	bubble(t, intake.Options{Base: time.Second}, func(t *testing.T, q *intake.Queue) {
		q.Add(hint(ana), "a", nil)
		q.Park(take(t, q), "acme", time.Hour)
		q.Add(revoking(hint(ana)), "a", nil)
		time.Sleep(time.Second)
		w := take(t, q)
		if !w.Revokes {
			t.Errorf("it is %+v", w)
		}
		q.Add(hint(ana), "a", nil)
		q.Park(w, "acme", time.Hour)
		time.Sleep(time.Second)
		q.Done(take(t, q))
		if n := q.Release("acme"); n != 0 || q.ParkedOn() != 0 {
			t.Errorf("%d are still parked, on %d things", n, q.ParkedOn())
		}
	})
}

// S18: a message that became a group hint is done when the group's members are.
func TestS18Children(t *testing.T) {
	bubble(t, intake.Options{}, func(t *testing.T, q *intake.Queue) {
		ticket, done := counted()
		q.Add(group(authors), "a", ticket)
		ticket.Done()
		w := take(t, q)
		of := w.Ticket()
		for i := range 3 {
			q.Add(bulky(hint(fmt.Sprint(i))), "a", of)
		}
		of.Done()
		q.Done(w)
		for i := range 3 {
			if *done != 0 {
				t.Errorf("the message is done after %d of its people", i)
			}
			q.Done(take(t, q))
		}
		if *done != 1 {
			t.Errorf("the message is done %d times", *done)
		}
	})
}

// A ticket that is let go too often, or added to too late, is a mistake that deletes messages: it panics.
func TestTicketMisused(t *testing.T) {
	panics := func(what string, f func()) {
		defer func() {
			if recover() == nil {
				t.Errorf("%s goes unnoticed", what)
			}
		}()
		f()
	}
	ticket, done := counted()
	ticket.Add(2)
	ticket.Done()
	ticket.Done()
	if *done != 0 {
		t.Error("it is done while it is held")
	}
	ticket.Done()
	panics("adding to a ticket that is done", func() { ticket.Add(1) })
	ticket, _ = counted()
	ticket.Done()
	panics("letting go twice", ticket.Done)
	q := intake.NewQueue(intake.Options{})
	q.Add(hint(ana), "a", nil)
	w, err := q.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	q.Done(w)
	panics("ending work twice", func() { q.Done(w) })
}
