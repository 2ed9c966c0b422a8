package intake

import (
	"container/list"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Key is what the queue keeps apart: all hints about one person are one piece of work.
type Key struct {
	Kind Kind
	ID   string
}

// The most that is kept of the hints of one key, besides their tickets.
const (
	mostCauses = 8
	mostGroups = 16
)

// gist is what remains of the hints of one key.
type gist struct {
	tickets []*Ticket
	causes  []tenancy.Cause // the first ones
	groups  []tenancy.GroupID
	more    bool // more groups were named than there is room for
	hints   int
	class   class
	drift   Drift
	write   Write
	since   time.Time // of the first hint
}

// take adds a hint. The ticket may be nil.
func (g *gist) take(h Hint, t *Ticket, now time.Time) {
	if t != nil {
		g.tickets = append(g.tickets, t)
	}
	if g.hints == 0 {
		g.since, g.class = now, bulk
	}
	g.hints++
	g.class = min(g.class, classOf(h))
	g.drift, g.write = h.Drift, h.Write
	if len(g.causes) < mostCauses && !slices.Contains(g.causes, h.Cause) {
		g.causes = append(g.causes, h.Cause)
	}
	g.name(h.Group)
}

func (g *gist) name(group tenancy.GroupID) {
	switch {
	case group == "" || slices.Contains(g.groups, group):
	case len(g.groups) < mostGroups:
		g.groups = append(g.groups, group)
	default:
		g.more = true
	}
}

// join puts what came later behind what was there.
func (g *gist) join(later gist) {
	if later.hints == 0 {
		return
	}
	g.tickets = append(g.tickets, later.tickets...)
	for _, c := range later.causes {
		if len(g.causes) < mostCauses && !slices.Contains(g.causes, c) {
			g.causes = append(g.causes, c)
		}
	}
	for _, group := range later.groups {
		g.name(group)
	}
	g.more = g.more || later.more
	g.hints += later.hints
	g.class = min(g.class, later.class)
	g.drift, g.write = later.drift, later.write
}

// state is where a key is.
type state int

const (
	due     state = iota // in a lane
	working              // with a worker
	delayed              // waiting for a time
	parked               // waiting for something to come about, or for a time
)

// item is a key in the queue.
type item struct {
	key   Key
	lane  string
	state state
	// gist is of the hints that nobody has begun to work on.
	gist  gist
	work  *Work // the work under way
	tries int   // how often it was given back
	// place is where it stands: in a lane, or among those parked on the same thing.
	place *list.Element
	on    string    // what it is parked on
	at    time.Time // when it is due again
	spot  int       // its index among those that wait for a time
	soon  time.Time // the earliest time at which a new hint makes it due
	// released are the things that came about while it was worked on.
	released map[string]bool
}
