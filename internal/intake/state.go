package intake

import (
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// AskPass asks for a pass, as a hint about everything does.
func (q *Queue) AskPass(c tenancy.Cause) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.askPass(c)
	}
}

func (q *Queue) askPass(c tenancy.Cause) {
	q.wanted = true
	if len(q.pass) < mostCauses && !slices.Contains(q.pass, c) {
		q.pass = append(q.pass, c)
	}
	signal(q.asked)
}

// PassAsked is a channel with word in it while a pass is asked for and nobody has taken notice.
func (q *Queue) PassAsked() <-chan struct{} { return q.asked }

// TakePass is called when a pass begins. It reports whether one was asked for, and answers the first few that
// asked. What asks from now on asks for another pass: this one may have read already what it is about.
func (q *Queue) TakePass() ([]tenancy.Cause, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	causes, wanted := q.pass, q.wanted
	q.pass, q.wanted = nil, false
	select {
	case <-q.asked:
	default:
	}
	return causes, wanted
}

// Stats is how much there is in a queue.
type Stats struct {
	Due     int // a worker could take them
	Delayed int // they wait for their next try
	Parked  int // they wait for something to come about
	Working int // with a worker
	// Oldest is how long ago the oldest hint was added whose effects are not made.
	Oldest time.Duration
}

// Stats counts. It looks at every key, which is for a scrape of metrics, not for each hint.
func (q *Queue) Stats() Stats {
	q.mu.Lock()
	defer q.mu.Unlock()
	var s Stats
	now := time.Now()
	for _, i := range q.items {
		since := i.gist.since
		switch i.state {
		case due:
			s.Due++
		case delayed:
			s.Delayed++
		case parked:
			s.Parked++
		case working:
			s.Working++
			since = i.work.Since
		}
		s.Oldest = max(s.Oldest, now.Sub(since))
	}
	return s
}

// Close ends the queue: Take answers ErrClosed, and nothing is added. It answers the tickets that are
// not done, in no order, so that their messages can be returned. Work that is under way is ended as ever.
// Called again, once the workers have ended, it answers what is left then.
func (q *Queue) Close() []*Ticket {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.closed = true
		close(q.ended)
		if q.timer != nil {
			q.timer.Stop()
		}
	}
	open := map[*Ticket]bool{}
	for _, i := range q.items {
		note(open, i.gist.tickets)
		if i.work != nil {
			note(open, i.work.gist.tickets)
		}
	}
	all := make([]*Ticket, 0, len(open))
	for t := range open {
		all = append(all, t)
	}
	return all
}

// note adds tickets to a set; instead of one that stands for others, those.
func note(set map[*Ticket]bool, tickets []*Ticket) {
	for _, t := range tickets {
		if t.of != nil {
			note(set, t.of)
		} else {
			set[t] = true
		}
	}
}
