package intake

import (
	"container/list"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// ErrClosed is what Take answers once the queue is closed.
var ErrClosed = errors.New("the queue is closed")

// Options are the bounds of a Queue. A zero field has the value that stands behind it.
type Options struct {
	Keys int           // 100,000; the most keys, wherever they are: due, waiting, or worked on
	Base time.Duration // 1 s; the first backoff is below it, and each further one below twice as much
	Cap  time.Duration // 15 min, and never more: no backoff is above it
	// Rand answers a number from 0 up to 1, for backoffs. It is called while the queue is locked.
	Rand func() float64
}

// maxCap is the longest backoff there may be: what fails is tried again as often as there are passes.
const maxCap = 15 * time.Minute

func (o Options) withDefaults() Options {
	if o.Keys <= 0 {
		o.Keys = 100_000
	}
	if o.Base <= 0 {
		o.Base = time.Second
	}
	if o.Cap <= 0 || o.Cap > maxCap {
		o.Cap = maxCap
	}
	if o.Rand == nil {
		o.Rand = rand.Float64
	}
	return o
}

// Queue keeps hints until somebody has looked. It holds each key once, hands it to one worker at a
// time, and forgets it when the worker is done and nothing was added meanwhile. Several may use it at once.
type Queue struct {
	opts Options

	mu      sync.Mutex
	items   map[Key]*item
	due     [classes]turns
	times   times
	parked  map[string]*list.List
	working map[*item]struct{}
	timer   *time.Timer
	closed  bool

	wake  chan struct{} // has room for one: something is due
	ended chan struct{} // closed with the queue
	asked chan struct{} // has room for one: a pass is asked for

	wanted bool            // a pass
	pass   []tenancy.Cause // the first ones that asked for it
}

// NewQueue makes an empty queue.
func NewQueue(o Options) *Queue {
	return &Queue{
		opts: o.withDefaults(), items: map[Key]*item{}, parked: map[string]*list.List{}, working: map[*item]struct{}{},
		wake: make(chan struct{}, 1), ended: make(chan struct{}), asked: make(chan struct{}, 1),
	}
}

// Add puts a hint into the queue, in a lane (a tenant, or a group), and holds its ticket, which may
// be nil, until the work is done. It answers false if a pass has to do it instead, and then does not hold the
// ticket: the hint is about everything, or there is no room for another key. Either way the pass is
// asked for. A closed queue takes nothing and asks for nothing: the message has to go back.
//
// A hint about a key that is there joins it. If the key is worked on, it is due again afterwards. If it waits
// after a failure or is parked, it is due at the latest Base after it was given back, since something
// has changed: so a burst of hints about what always fails is one try every Base.
func (q *Queue) Add(h Hint, lane string, t *Ticket) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	key := Key{h.Kind, h.ID}
	i := q.items[key]
	switch {
	case q.closed:
		return false
	case h.Kind == Everything, i == nil && len(q.items) >= q.opts.Keys:
		q.askPass(h.Cause)
		return false
	}
	if t != nil {
		t.Add(1)
	}
	if i == nil {
		i = &item{key: key, lane: lane}
		q.items[key] = i
		i.gist.take(h, t, time.Now())
		q.makeDue(i)
		return true
	}
	q.join(i, h, t)
	return true
}

// join adds a hint to a key that is there.
func (q *Queue) join(i *item, h Hint, t *Ticket) {
	before, now := i.gist.class, time.Now()
	i.gist.take(h, t, now)
	switch i.state {
	case due:
		if i.gist.class != before { // else it keeps its place, however many join
			q.due[before].remove(i)
			q.due[i.gist.class].push(i)
		}
	case delayed, parked:
		if at := i.at; i.state == parked || i.soon.Before(at) {
			q.unwait(i)
			q.waitUntil(i, earlier(at, i.soon))
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// makeDue puts a key into its lane.
func (q *Queue) makeDue(i *item) {
	i.state = due
	q.due[i.gist.class].push(i)
	signal(q.wake)
}

// signal leaves word in a channel that has room for one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Take answers the next work, and waits until there is some. It fails if the context ends or the queue is
// closed. Every Work must be ended by one of Done, Retry, Park, GiveUp and Return, once.
func (q *Queue) Take(ctx context.Context) (*Work, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		w, err := q.next()
		if w != nil || err != nil {
			return w, err
		}
		select {
		case <-ctx.Done():
		case <-q.ended:
		case <-q.wake:
		}
	}
}

// next is the next work, or nil if nothing is due.
func (q *Queue) next() (*Work, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return nil, ErrClosed
	}
	for c := range q.due {
		i := q.due[c].pop()
		if i == nil {
			continue
		}
		if slices.ContainsFunc(q.due[:], func(t turns) bool { return t.count > 0 }) {
			signal(q.wake) // for whoever else waits
		}
		return q.begin(i), nil
	}
	return nil, nil
}

// begin makes a key's hints the work of somebody.
func (q *Queue) begin(i *item) *Work {
	g := i.gist
	i.state, i.gist, i.released = working, gist{}, nil
	i.work = &Work{
		Key: i.key, Lane: i.lane, Causes: g.causes, Hints: g.hints, Groups: g.groups, MoreGroups: g.more,
		Revokes: g.class == revocations, Bulk: g.class == bulk, Drift: g.drift, Write: g.write, Tries: i.tries, Since: g.since,
		item: i, gist: g,
	}
	q.working[i] = struct{}{}
	return i.work
}
