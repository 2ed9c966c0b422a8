package engine

import (
	"slices"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// remembered is for how long a list may miss what was written before it was begun. Nobody has seen
// AWS take longer; a pass that begins later believes what it reads.
const remembered = time.Minute

// recent remembers what was just written, since a list that is read soon after may not show it yet.
// Without it the same thing would be planned, and asked for, a second time. A nil recent remembers
// nothing.
type recent struct {
	mu     sync.Mutex
	writes []written // in the order of time
	// reading is when the reading began that is going on; zero when there is none. It will ask, when it
	// ends, for what was written since.
	reading time.Time
}

type written struct {
	at     time.Time
	change plan.Change
	born   bool // the change is a CreateNamespace, and the namespace is there
}

// note takes down what is in effect now.
func (r *recent) note(c plan.Change) { r.add(written{at: time.Now(), change: c}) }

// bornNow takes down that a namespace has come to be.
func (r *recent) bornNow(n tenancy.Namespace) {
	r.add(written{at: time.Now(), change: plan.CreateNamespace{Namespace: n}, born: true})
}

func (r *recent) add(w written) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	old := w.at.Add(-remembered)
	if !r.reading.IsZero() {
		old = r.reading.Add(-remembered)
	}
	if len(r.writes) > 1024 && r.writes[len(r.writes)/2].at.Before(old) {
		r.writes = slices.DeleteFunc(r.writes, func(w written) bool { return w.at.Before(old) })
	}
	r.writes = append(r.writes, w)
}

// begin and end say that a reading is going on, and that it no longer is.
func (r *recent) begin(at time.Time) { r.setReading(at) }
func (r *recent) end()               { r.setReading(time.Time{}) }

func (r *recent) setReading(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reading = at
}

// overlay puts into a state what a list that was begun at a time may have missed.
func (r *recent) overlay(s *tenancy.State, began time.Time) {
	for _, w := range r.since(began.Add(-remembered)) {
		plan.Perform(s, w.change)
		if c, is := w.change.(plan.Suspend); is {
			if r := findUser(s, c.Namespace, c.User); r != nil {
				r.Suspended = tenancy.Suspension{Since: w.at.Unix(), Was: c.Was}
			}
		}
		if t := s.Tenant(w.change.In()); w.born && t != nil && t.Status == tenancy.Creating {
			t.Status = tenancy.Created
		}
	}
}

func findUser(s *tenancy.State, n tenancy.Namespace, user tenancy.UserName) *tenancy.Registration {
	if t := s.Tenant(n); t != nil {
		return t.Registration(user)
	}
	return nil
}

// founded reports whether a namespace is ours because we asked for it just now.
func (r *recent) founded(n tenancy.Namespace) bool {
	return slices.ContainsFunc(r.since(time.Now().Add(-remembered)), func(w written) bool {
		return w.change.Kind() == plan.KindCreateNamespace && w.change.In() == n
	})
}

func (r *recent) since(t time.Time) []written {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	at, _ := slices.BinarySearchFunc(r.writes, t, func(w written, t time.Time) int { return w.at.Compare(t) })
	return slices.Clone(r.writes[at:])
}
