package intake_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/intake"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func hint(id string) intake.Hint { return intake.Hint{Kind: intake.Person, ID: id} }

func bulky(h intake.Hint) intake.Hint { h.Bulk = true; return h }

func caused(h intake.Hint, id string) intake.Hint {
	h.Cause = tenancy.Cause{Kind: tenancy.ByEvent, ID: id}
	return h
}

// take is the next work; it must be due already.
func take(t *testing.T, q *intake.Queue) *intake.Work {
	t.Helper()
	w := tryTake(t, q)
	if w == nil {
		t.Fatalf("nothing is due: %+v", q.Stats())
	}
	return w
}

// tryTake is the next work, or nil if none is due within a nanosecond.
func tryTake(t *testing.T, q *intake.Queue) *intake.Work {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	w, err := q.Take(ctx)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	return w
}

// order takes what is due, and answers the ids in the order in which they came.
func order(t *testing.T, q *intake.Queue, most int) []string {
	t.Helper()
	var ids []string
	for len(ids) < most {
		w := tryTake(t, q)
		if w == nil {
			break
		}
		ids = append(ids, w.ID)
		q.Done(w)
	}
	return ids
}

// bubble runs a test on fake time, and closes its queue.
func bubble(t *testing.T, o intake.Options, test func(t *testing.T, q *intake.Queue)) {
	synctest.Test(t, func(t *testing.T) {
		q := intake.NewQueue(o)
		defer q.Close()
		test(t, q)
	})
}

// counted is a ticket that counts how often it was done.
func counted() (*intake.Ticket, *int) {
	n := new(int)
	return intake.NewTicket(func() { *n++ }), n
}

// F13: forty hints about one person are one piece of work, and every message is answered for.
func TestF13Coalesced(t *testing.T) {
	bubble(t, intake.Options{}, func(t *testing.T, q *intake.Queue) {
		ticket, done := counted()
		for i := range 40 {
			h := in(caused(hint(ana), fmt.Sprint(i%20)), tenancy.GroupID(fmt.Sprint(i%20)))
			if !q.Add(h, "acme", ticket) {
				t.Fatal("it is refused")
			}
		}
		ticket.Done()
		time.Sleep(time.Minute)
		if s := q.Stats(); s != (intake.Stats{Due: 1, Oldest: time.Minute}) {
			t.Errorf("the queue has %+v", s)
		}
		w := take(t, q)
		time.Sleep(time.Minute)
		if s := q.Stats(); s.Working != 1 || s.Oldest != 2*time.Minute {
			t.Errorf("while it is worked on, the queue has %+v", s)
		}
		if w.Hints != 40 || len(w.Causes) != 8 || w.Causes[0].ID != "0" || len(w.Groups) != 16 || !w.MoreGroups || w.Lane != "acme" || w.Revokes || w.Bulk {
			t.Errorf("the work is %+v", w)
		}
		if next := tryTake(t, q); next != nil || *done != 0 {
			t.Errorf("while it is worked on, %+v is due, and the ticket is done %d times", next, *done)
		}
		q.Done(w)
		if *done != 1 || q.Stats() != (intake.Stats{}) {
			t.Errorf("the ticket is done %d times, the queue has %+v", *done, q.Stats())
		}
	})
}

// S18: what comes while a key is worked on is not lost in it: the key is due again, and the later ticket waits.
func TestS18AddedMeanwhile(t *testing.T) {
	bubble(t, intake.Options{}, func(t *testing.T, q *intake.Queue) {
		first, done1 := counted()
		second, done2 := counted()
		q.Add(hint(ana), "acme", first)
		first.Done()
		w := take(t, q)
		q.Add(revoking(hint(ana)), "acme", second)
		second.Done()
		if next := tryTake(t, q); next != nil {
			t.Fatalf("it is handed out twice: %+v", next)
		}
		q.Done(w)
		if *done1 != 1 || *done2 != 0 {
			t.Errorf("the tickets are done %d and %d times", *done1, *done2)
		}
		w = take(t, q)
		if w.Hints != 1 || !w.Revokes {
			t.Errorf("the second work is %+v", w)
		}
		q.Done(w)
		if *done2 != 1 || q.Stats() != (intake.Stats{}) {
			t.Errorf("the second ticket is done %d times, the queue has %+v", *done2, q.Stats())
		}
	})
}

// L3: revocations go before grants, and those before bulk work, whenever they came; a key that is
// waiting already rises with its next hint, and keeps its place otherwise.
func TestL3Classes(t *testing.T) {
	bubble(t, intake.Options{}, func(t *testing.T, q *intake.Queue) {
		q.Add(bulky(hint("bulk")), "a", nil)
		q.Add(bulky(hint("risen")), "a", nil)
		q.Add(hint("grant 1"), "a", nil)
		q.Add(hint("grant 2"), "a", nil)
		q.Add(hint("grant 3"), "a", nil)
		q.Add(revoking(hint("revocation")), "a", nil)
		q.Add(hint("grant 1"), "a", nil)
		q.Add(revoking(hint("grant 3")), "b", nil)
		q.Add(hint("risen"), "a", nil)
		want := []string{"revocation", "grant 3", "grant 1", "grant 2", "risen", "bulk"}
		if got := order(t, q, 9); !slices.Equal(got, want) {
			t.Errorf("the order is %q, want %q", got, want)
		}
	})
}

// L5: a lane of fifty beside one of fifty thousand is through after a hundred turns; and three
// lanes share alike.
func TestL5Fair(t *testing.T) {
	bubble(t, intake.Options{}, func(t *testing.T, q *intake.Queue) {
		for i := range 50_000 {
			q.Add(hint(fmt.Sprint("large ", i)), "large", nil)
		}
		for i := range 50 {
			q.Add(hint(fmt.Sprint("small ", i)), "small", nil)
		}
		got := order(t, q, 100)
		small := slices.DeleteFunc(slices.Clone(got), func(id string) bool { return id[0] != 's' })
		if len(small) != 50 || small[0] != "small 0" || small[49] != "small 49" {
			t.Errorf("of the first hundred, the small lane has %d: %q", len(small), small)
		}
		if s := q.Stats(); s.Due != 49_950 {
			t.Errorf("there are %d left", s.Due)
		}
		q.Add(hint("newcomer"), "third", nil)
		if got := order(t, q, 2); !slices.Contains(got, "newcomer") {
			t.Errorf("a newcomer waits for %q", got)
		}
	})
}

// F53: ten times as many keys as there is room for degrade to one pass, what is there already goes on
// joining, and what has left makes room.
func TestF53Flood(t *testing.T) {
	bubble(t, intake.Options{Keys: 100}, func(t *testing.T, q *intake.Queue) {
		ticket, done := counted()
		taken := 0
		for i := range 1000 {
			if q.Add(caused(hint(fmt.Sprint(i)), fmt.Sprint(i)), "a", ticket) {
				taken++
			}
		}
		if s := q.Stats(); taken != 100 || s.Due != 100 {
			t.Errorf("%d are taken, %+v", taken, s)
		}
		select {
		case <-q.PassAsked():
		default:
			t.Error("nobody is told that a pass is asked for")
		}
		if causes, asked := q.TakePass(); !asked || len(causes) != 8 || causes[0].ID != "100" {
			t.Errorf("a pass is asked for: %v, by %v", asked, causes)
		}
		if _, asked := q.TakePass(); asked {
			t.Error("one pass is asked for twice")
		}
		if !q.Add(hint("7"), "a", ticket) {
			t.Error("a full queue refuses what it has")
		}
		w := take(t, q)
		if q.Add(hint("new"), "a", ticket) {
			t.Error("work under way makes room")
		}
		q.Done(w)
		if !q.Add(hint("new"), "a", ticket) {
			t.Error("work that is done makes no room")
		}
		ticket.Done()
		order(t, q, 1000)
		if *done != 1 {
			t.Errorf("the ticket is done %d times", *done)
		}
	})
}

// A hint about everything is no key: it asks for a pass. What asks after a pass has begun asks for another.
func TestEverything(t *testing.T) {
	bubble(t, intake.Options{}, func(t *testing.T, q *intake.Queue) {
		ticket, done := counted()
		if q.Add(intake.Hint{Kind: intake.Everything}, "", ticket) || q.Stats() != (intake.Stats{}) {
			t.Error("everything is a key")
		}
		ticket.Done()
		if *done != 1 {
			t.Error("a ticket is held for a pass")
		}
		if _, asked := q.TakePass(); !asked {
			t.Error("no pass is asked for")
		}
		if len(q.PassAsked()) != 0 {
			t.Error("the word is left after the pass has begun")
		}
		q.AskPass(tenancy.Cause{Kind: tenancy.ByCommand})
		<-q.PassAsked()
		if causes, asked := q.TakePass(); !asked || causes[0].Kind != tenancy.ByCommand {
			t.Errorf("another pass is asked for: %v, by %v", asked, causes)
		}
	})
}

// Take wakes up for what is added, for every one who waits, and when it is called off.
func TestTakeWaits(t *testing.T) {
	bubble(t, intake.Options{}, func(t *testing.T, q *intake.Queue) {
		got := make(chan string, 4)
		for range 3 {
			go func() {
				w, err := q.Take(t.Context())
				if err != nil {
					got <- err.Error()
					return
				}
				got <- w.ID
			}()
		}
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_, err := q.Take(ctx)
			got <- err.Error()
		}()
		synctest.Wait()
		cancel()
		if err := <-got; err != context.Canceled.Error() {
			t.Errorf("it is called off with %s", err)
		}
		q.Add(hint("1"), "a", nil)
		q.Add(hint("2"), "a", nil)
		both := []string{<-got, <-got}
		if slices.Sort(both); !slices.Equal(both, []string{"1", "2"}) {
			t.Errorf("they take %q", both)
		}
		q.Close()
		if err := <-got; err != intake.ErrClosed.Error() {
			t.Errorf("it is closed with %s", err)
		}
	})
}

// F51: closing answers the tickets of all that is not done, each message once, wherever its key is. What is
// done afterwards is done, and what is given back is answered by the next Close.
func TestF51Close(t *testing.T) {
	bubble(t, intake.Options{Rand: func() float64 { return 0.5 }}, func(t *testing.T, q *intake.Queue) {
		var tickets []*intake.Ticket
		for _, id := range []string{"ended", "delayed", "parked", "given back", "in work", "due", "group"} {
			ticket, _ := counted()
			tickets = append(tickets, ticket)
			q.Add(hint(id), "a", ticket)
			ticket.Done()
		}
		q.Done(take(t, q))
		q.Retry(take(t, q))
		q.Park(take(t, q), "acme", time.Hour)
		back, work := take(t, q), take(t, q)
		of := work.Ticket()
		q.Add(hint("child 1"), "a", of)
		q.Add(hint("child 2"), "a", of)
		of.Done()
		left := q.Close()
		if len(left) != 6 || slices.Contains(left, tickets[0]) || slices.ContainsFunc(tickets[1:], func(t *intake.Ticket) bool { return !slices.Contains(left, t) }) {
			t.Errorf("%d tickets are left", len(left))
		}
		q.Retry(back)
		q.Done(work)
		if left := q.Close(); len(left) != 6 || !slices.Contains(left, tickets[3]) || !slices.Contains(left, tickets[4]) {
			t.Errorf("%d tickets are left: the work is done, but not what followed from it", len(left))
		}
		if q.Add(hint("late"), "a", tickets[1]) || q.Release("acme") != 0 {
			t.Error("a closed queue takes something")
		}
		time.Sleep(time.Hour)
		if _, err := q.Take(t.Context()); !errors.Is(err, intake.ErrClosed) {
			t.Errorf("Take answers %v", err)
		}
	})
}

// TestS18Returned: work that is returned gives its messages back, also those of the hint that it followed
// from, and those that came twice; and no others.
func TestS18Returned(t *testing.T) {
	bubble(t, intake.Options{}, func(t *testing.T, q *intake.Queue) {
		group, groupDone := counted()
		again, againDone := counted()
		other, otherDone := counted()
		q.Add(hint("group"), "a", group)
		group.Done()
		work := take(t, q)
		of := work.Ticket()
		q.Add(hint("child"), "a", of)
		of.Done()
		q.Done(work)
		q.Add(hint("child"), "a", again)
		again.Done()
		q.Return(take(t, q))
		q.Add(hint("other"), "a", other)
		other.Done()
		q.Done(take(t, q))
		if *groupDone != 1 || *againDone != 1 || *otherDone != 1 {
			t.Errorf("done %d, %d and %d times, want once each", *groupDone, *againDone, *otherDone)
		}
		if !group.Returned() || !again.Returned() || other.Returned() {
			t.Errorf("returned: %t, %t, %t; want true, true, false", group.Returned(), again.Returned(), other.Returned())
		}
	})
}
