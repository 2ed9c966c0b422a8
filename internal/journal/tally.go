package journal

import (
	"maps"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
)

func (r *Record) isPause() bool { return r.What == plan.PauseBegan || r.What == plan.PauseEnded }

// arrival is someone's coming into a namespace, or the namespace's creation.
type arrival struct {
	namespace, who string
	created        bool
}

// departure is that a user has lost something in a namespace.
type departure struct{ namespace, user string }

// tally remembers when each arrival and each departure was last recorded. It grows with the people of two
// days, not with the records.
type tally struct {
	seen    map[arrival]time.Time
	lost    map[departure]time.Time
	pruneAt int // how many of them it has when old ones are looked for next
}

func newTally() *tally {
	return &tally{seen: map[arrival]time.Time{}, lost: map[departure]time.Time{}}
}

func (t *tally) addAll(records []Record) {
	for _, r := range records {
		t.add(r)
	}
}

// add may be given records in any order.
func (t *tally) add(r Record) {
	if lost(r.Entry) {
		last(t.lost, departure{r.Namespace, r.Object}, r.Time)
	}
	person, namespace := gained(r.Entry)
	switch {
	case namespace:
		last(t.seen, arrival{namespace: r.Namespace, created: true}, r.Time)
	case person:
		last(t.seen, arrival{namespace: r.Namespace, who: whoOf(r.Entry)}, r.Time)
	}
	if len(t.seen)+len(t.lost) > t.pruneAt {
		t.prune(r.Time.Add(-gainsKept))
		t.pruneAt = max(1000, 2*(len(t.seen)+len(t.lost)))
	}
}

// last remembers the latest time of something.
func last[K comparable](of map[K]time.Time, what K, at time.Time) {
	if at.After(of[what]) {
		of[what] = at
	}
}

// whoOf is the person's id, or else the user name, as the SQLite store counts them too.
func whoOf(e plan.Entry) string {
	if e.Person != "" {
		return string(e.Person)
	}
	return e.Object
}

func (t *tally) prune(before time.Time) {
	for a, at := range t.seen {
		if at.Before(before) {
			delete(t.seen, a)
		}
	}
	maps.DeleteFunc(t.lost, func(_ departure, at time.Time) bool { return at.Before(before) })
}

func (t *tally) lostSince(since time.Time) map[string][]string {
	users := map[string][]string{}
	for d, at := range t.lost {
		if !at.Before(since) {
			users[d.namespace] = append(users[d.namespace], d.user)
		}
	}
	for _, all := range users {
		slices.Sort(all)
	}
	return users
}

func (t *tally) since(since time.Time) (people map[string]int, namespaces int) {
	people = map[string]int{}
	for a, at := range t.seen {
		switch {
		case at.Before(since):
		case a.created:
			namespaces++
		default:
			people[a.namespace]++
		}
	}
	return people, namespaces
}
