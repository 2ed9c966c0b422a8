package intake

import "sync/atomic"

// Ticket says when all the effects of a message are made, so that it may be deleted. Whoever makes one
// holds it too, and calls Done when there is nothing more to add to it:
//
//	t := NewTicket(func() { remove(message) })
//	for _, h := range reading.Hints {
//		queue.Add(h, lane, t)
//	}
//	t.Done()
//
// A worker that makes further hints of one, such as those about the members of a group, adds them with
// Work.Ticket. Several may use a Ticket at once.
type Ticket struct {
	left atomic.Int64
	done func()
	of   []*Ticket // those that it stands for (Work.Ticket)
	back atomic.Bool
}

// NewTicket makes a Ticket that is held once. done is called once, when nobody holds it any more, by
// whoever lets go last, and while no lock of the queue's is held.
func NewTicket(done func()) *Ticket {
	t := &Ticket{done: done}
	t.left.Store(1)
	return t
}

// Add holds the ticket n times more. Only who holds it may add to it: to add to one that is done
// would delete a message before its time, and panics.
func (t *Ticket) Add(n int) {
	if t.left.Add(int64(n)) <= int64(n) {
		panic("intake: a ticket that was done is added to")
	}
}

// Done lets go of the ticket once.
func (t *Ticket) Done() {
	switch left := t.left.Add(-1); {
	case left == 0:
		t.done()
	case left < 0:
		panic("intake: a ticket is done more often than it was added to")
	}
}

// Returned reports whether work that held the ticket was returned (Queue.Return): its message has to
// come again. It is for when the ticket is done.
func (t *Ticket) Returned() bool { return t.back.Load() }

// giveBack takes down that work was returned, for those too that the ticket stands for.
func (t *Ticket) giveBack() {
	t.back.Store(true)
	for _, o := range t.of {
		o.giveBack()
	}
}

// letGo lets go of tickets, each once.
func letGo(tickets []*Ticket) {
	for _, t := range tickets {
		t.Done()
	}
}
