package intake

import (
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Work is a key that somebody has taken, with what its hints said.
type Work struct {
	Key
	Lane   string
	Causes []tenancy.Cause // of the first few hints
	Hints  int             // how many there were
	// Groups are those that the hints named besides, each once. MoreGroups says that there were too
	// many to keep: whoever needs them reads them.
	Groups     []tenancy.GroupID
	MoreGroups bool
	Revokes    bool  // one of the hints may have taken something away
	Bulk       bool  // all of them are part of a larger work
	Drift      Drift // of a Drifted or a Denied
	Write      Write // of a Written
	// Tries is how often this was given back to be tried again.
	Tries int
	// Since is when the first of the hints was added.
	Since time.Time

	item *item
	gist gist
}

// Ticket answers a ticket that stands for all the tickets of the work, for hints that follow from it. It is the
// caller's to let go of, and none of the others is done before it.
func (w *Work) Ticket() *Ticket {
	of := slices.Clone(w.gist.tickets)
	for _, t := range of {
		t.Add(1)
	}
	t := NewTicket(func() { letGo(of) })
	t.of = of
	return t
}

// end takes work back from its worker. The lock must be held.
func (q *Queue) end(w *Work) *item {
	i := w.item
	if i.work != w {
		panic("intake: work on " + string(w.Kind) + " " + w.ID + " is ended twice")
	}
	i.work = nil
	delete(q.working, i)
	return i
}

// leave is the end of a key for which there is nothing more to do, unless hints have come meanwhile.
func (q *Queue) leave(i *item) {
	if i.gist.hints > 0 {
		q.makeDue(i)
		return
	}
	delete(q.items, i.key)
}

// Done ends work whose effects are all made. Its tickets are let go, and earlier failures forgotten.
func (q *Queue) Done(w *Work) {
	q.mu.Lock()
	i := q.end(w)
	i.tries = 0
	q.leave(i)
	q.mu.Unlock()
	letGo(w.gist.tickets)
}

// GiveUp ends work that is not to be tried again: a pass will do it, or a person. Its tickets are
// let go. If hints have come meanwhile, they are due, and the failures are remembered.
func (q *Queue) GiveUp(w *Work) {
	q.mu.Lock()
	q.leave(q.end(w))
	q.mu.Unlock()
	letGo(w.gist.tickets)
}

// Return is GiveUp for work that nobody here will do, at any time: its tickets are let go, and know that
// their messages have to come again.
func (q *Queue) Return(w *Work) {
	for _, t := range w.gist.tickets {
		t.giveBack()
	}
	q.GiveUp(w)
}

// Retry gives work back, to be done again after a backoff, with all its hints and tickets. It answers
// the backoff and how often the work has been given back in a row.
//
// The backoff is anything from nothing to Base, and to twice as much with each further try, up to Cap: full
// jitter, so that what failed together does not come back together.
func (q *Queue) Retry(w *Work) (time.Duration, int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := q.end(w)
	i.tries++
	wait := time.Duration(q.opts.Rand() * float64(q.ceiling(i.tries)))
	if q.giveBack(i, w) {
		wait = min(wait, q.opts.Base)
	}
	q.waitUntil(i, time.Now().Add(wait))
	return wait, i.tries
}

// ceiling is what a backoff stays below.
func (q *Queue) ceiling(tries int) time.Duration {
	wait := q.opts.Base
	for n := 1; n < tries && wait < q.opts.Cap; n++ {
		wait *= 2
	}
	return min(wait, q.opts.Cap)
}

// giveBack puts what the work was about before what has come since, and reports whether anything has.
func (q *Queue) giveBack(i *item, w *Work) bool {
	later := i.gist
	i.gist = w.gist
	i.gist.join(later)
	i.soon = time.Now().Add(q.opts.Base)
	return later.hints > 0
}

// Park gives work back, to be done again when somebody calls Release with the same text, or after a
// limit. It is no failure, and does not count as a try.
func (q *Queue) Park(w *Work, on string, limit time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := q.end(w)
	changed, at := q.giveBack(i, w), time.Now().Add(limit)
	switch {
	case i.released[on]:
		q.makeDue(i)
	case changed:
		q.waitUntil(i, earlier(at, i.soon))
	default:
		q.park(i, on, at)
	}
}
