package app

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// heldLong is how long somebody may keep an access by a hold before it is an alarm.
const heldLong = 15 * time.Minute

// watch knows what has been told already, and since when what waits has been waiting, for as long as the process lives. It
// begins with what the history knows.
type watch struct {
	history history // nil where none is kept

	mu     sync.Mutex
	passed time.Time                 // when the last pass began that it has seen; zero for none
	since  map[held]time.Time        // the holds by which somebody has access
	pulled map[brake]time.Time       // the brakes, and when each was last met
	strays map[tenancy.UserName]bool // those in default who have been told
	turned map[string]bool           // the newest events of refused sign-ins
	unsaid sync.Once                 // that whose a write is cannot be told
}

// held is what a hold is known by.
type held struct{ code, namespace, object string }

func heldBy(h tenancy.Hold) held { return held{string(h.Code), h.Namespace, h.Object} }

func newWatch(h history) *watch {
	return &watch{history: h, since: map[held]time.Time{}, pulled: map[brake]time.Time{}, strays: map[tenancy.UserName]bool{}, turned: map[string]bool{}}
}

// wakes reports whether a hold is one for which somebody is woken when it lasts: somebody has an access by it that they
// should not have. Who is in default has an alarm of their own, and would otherwise wake somebody each night until
// the account is migrated.
func wakes(h tenancy.Hold) bool { return h.Access && h.Code != plan.InDefault }

// begins takes down holds that a hint has met.
func (w *watch) begins(holds []tenancy.Hold, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, h := range holds {
		if !w.passed.IsZero() && wakes(h) && w.since[heldBy(h)].IsZero() { // the first pass asks the history
			w.since[heldBy(h)] = now
		}
	}
}

// heldWithAccess counts those of a pass's holds by which somebody has had an access for long, that pass having begun at a
// time. Of what the history does not know, and of what was not there at the pass before, it begins to count then.
func (w *watch) heldWithAccess(ctx context.Context, holds []tenancy.Hold, began time.Time) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var err error
	since := map[held]time.Time{}
	for _, h := range holds {
		if wakes(h) {
			since[heldBy(h)] = w.since[heldBy(h)]
		}
	}
	if w.passed.IsZero() && w.history != nil && len(since) > 0 {
		err = w.recall(ctx, holds, since)
	}
	long := 0
	for name, at := range since {
		if at.IsZero() {
			at = began
			since[name] = at
		}
		if time.Since(at) >= heldLong {
			long++
		}
	}
	w.since = since
	if err == nil {
		w.passed = began
	}
	return long, err
}

// recall takes over since when the history knows of holds.
func (w *watch) recall(ctx context.Context, holds []tenancy.Hold, since map[held]time.Time) error {
	times, err := w.history.HeldSince(ctx, holds)
	if err != nil {
		return err
	}
	for i, h := range holds {
		if at, is := since[heldBy(h)]; is && at.IsZero() {
			since[heldBy(h)] = times[i]
		}
	}
	return nil
}

// brake is what a brake is known by: a hint that meets it names somebody, and a pass the tenant.
type brake struct {
	code      tenancy.Code
	namespace string // "" for the account's
}

// isBrake reports whether a hold keeps many things from happening at once: the limits on additions and on new namespaces,
// the brake on removals, and a source that is not believed.
func isBrake(c tenancy.Code) bool {
	return c == tenancy.Code(plan.ManyAdditions) || c == tenancy.Code(plan.ManyNamespaces) || c == tenancy.Code(plan.ManyRemovals)
}

// brakes answers which of some holds are a brake that has not been told, and how many brakes are pulled now.
func (w *watch) brakes(holds []tenancy.Hold, now time.Time) (news []tenancy.Hold, pulled int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, h := range holds {
		if !isBrake(h.Code) {
			continue
		}
		b := brake{h.Code, h.Namespace}
		if w.pulled[b].IsZero() {
			news = append(news, h)
		}
		w.pulled[b] = now
	}
	return news, len(w.pulled)
}

// release forgets the brakes that were not met since a pass began, and answers how many are left.
func (w *watch) release(began time.Time) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	maps.DeleteFunc(w.pulled, func(_ brake, met time.Time) bool { return met.Before(began) })
	return len(w.pulled)
}

// strayed takes down that somebody in default has been told.
func (w *watch) strayed(user tenancy.UserName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.strays[user] = true
}

// newStrays answers which of those whom a pass found in default have not been told, by this process or by one that
// shares its history, since the pass before. Who is there no more will be told when they come again.
func (w *watch) newStrays(ctx context.Context, strays []engine.Stray) ([]engine.Stray, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	there := map[tenancy.UserName]bool{}
	var fresh []engine.Stray
	for _, s := range strays {
		there[s.User] = true
		if !w.strays[s.User] {
			fresh = append(fresh, s)
		}
	}
	told, err := w.told(ctx, fresh)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(w.strays, func(u tenancy.UserName, _ bool) bool { return !there[u] })
	var news []engine.Stray
	for _, s := range fresh {
		w.strays[s.User] = true
		if !told[s.User] {
			news = append(news, s)
		}
	}
	return news, nil
}

// told are those of some users whom the history knows to be in default.
func (w *watch) told(ctx context.Context, strays []engine.Stray) (map[tenancy.UserName]bool, error) {
	told := map[tenancy.UserName]bool{}
	if len(strays) == 0 || w.history == nil {
		return told, nil
	}
	for r, err := range w.history.Entries(ctx, journal.Filter{Since: w.passed, What: []plan.What{plan.Drifted}}) {
		if err != nil {
			return nil, fmt.Errorf("asking the history who is known to be in default: %w", err)
		}
		told[tenancy.UserName(r.Object)] = true
	}
	return told, nil
}

// mostTurned is how many events of refused sign-ins are remembered: they come twice now and then.
const mostTurned = 1000

// again reports whether an event of a refused sign-in has been told already.
func (w *watch) again(event string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.turned[event] {
		return true
	}
	if len(w.turned) >= mostTurned {
		clear(w.turned)
	}
	w.turned[event] = event != ""
	return false
}
