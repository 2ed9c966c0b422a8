package awsapi

import "container/list"

// Priority is how urgent a call is. Calls of a higher one go ahead of those of lower ones, in the queue
// for tokens and for the places of calls under way.
type Priority int

// The priorities. What nobody has called urgent is bulk.
const (
	Bulk   Priority = iota // the work of a pass
	Soon                   // what an event has told of
	Urgent                 // what takes access away

	priorities = int(Urgent) + 1
)

func (p Priority) String() string {
	switch p {
	case Urgent:
		return "urgent"
	case Soon:
		return "soon"
	}
	return "bulk"
}

const (
	maxInFlight = 64
	// fairness: of so many tokens, one goes to a priority that others have always gone ahead of.
	fairness = 10
)

// places is how many calls of a priority and of lower ones may be under way: what bulk work leaves
// free is there for the others when AWS is slow.
var places = [priorities]int{Bulk: 48, Soon: 60, Urgent: maxInFlight}

// lanes are the callers of a service: those who wait, first come, first served within their priority,
// and the number of those under way. Its zero value is ready; whoever uses it holds a lock.
type lanes struct {
	waiting [priorities]list.List
	passed  [priorities]int // how many went ahead of those who wait, since one of them went
	flight  [priorities]int
}

// waiter is a caller who waits. Its turn has come when ready is closed.
type waiter struct {
	priority Priority
	ready    chan struct{}
	place    *list.Element // nil when its turn has come
}

func (l *lanes) join(p Priority) *waiter {
	w := &waiter{priority: p, ready: make(chan struct{})}
	w.place = l.waiting[p].PushBack(w)
	return w
}

// leave takes a waiter away who has given up, and reports whether its turn had come already.
func (l *lanes) leave(w *waiter) (late bool) {
	if w.place == nil {
		return true
	}
	l.waiting[w.priority].Remove(w.place)
	w.place = nil
	return false
}

// next is who goes next, nil when nobody waits for whom there is a place.
func (l *lanes) next() *waiter {
	var first *waiter
	for p := Urgent; p >= Bulk; p-- {
		front := l.waiting[p].Front()
		switch {
		case front == nil || !l.free(p):
		case l.passed[p] >= fairness-1:
			return front.Value.(*waiter)
		case first == nil:
			first = front.Value.(*waiter)
		}
	}
	return first
}

// free reports whether there is a place for one more call under way.
func (l *lanes) free(p Priority) bool {
	for at := p; at <= Urgent; at++ {
		if l.under(at) >= places[at] {
			return false
		}
	}
	return true
}

// under is how many calls of a priority and of lower ones are under way.
func (l *lanes) under(p Priority) int {
	n := 0
	for ; p >= Bulk; p-- {
		n += l.flight[p]
	}
	return n
}

// start gives a waiter its turn.
func (l *lanes) start(w *waiter) {
	l.waiting[w.priority].Remove(w.place)
	w.place = nil
	l.flight[w.priority]++
	l.passed[w.priority] = 0
	for p := Bulk; p < w.priority; p++ {
		if l.waiting[p].Len() > 0 {
			l.passed[p]++
		}
	}
	close(w.ready)
}

// end frees the place of a call.
func (l *lanes) end(p Priority) { l.flight[p]-- }
