package journal

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// holdName is what a hold is known by in the history: its reason may be worded anew while it lasts.
type holdName struct{ code, namespace, object string }

func nameOf(h tenancy.Hold) holdName { return holdName{string(h.Code), h.Namespace, h.Object} }

// HeldSince answers since when each of some holds is known to wait, in their order: the zero time where the
// history knows nothing of it.
//
// The history says when a hold was told, and not when it ended. So a hold counts from the first time that it
// was told, unless it is plain that it ended since: something was done that it kept, or a pass found nothing
// held at all.
func (j *Journal) HeldSince(ctx context.Context, holds []tenancy.Hold) ([]time.Time, error) {
	since := map[holdName]time.Time{}
	objects := map[string][]holdName{} // those of whom something is known, by their object
	for r, err := range j.Entries(ctx, Filter{What: []plan.What{plan.Held, plan.Done, plan.PassBegan}}) {
		if err != nil {
			return nil, fmt.Errorf("ask the history since when: %w", err)
		}
		switch name := (holdName{r.Code, r.Namespace, r.Object}); {
		case r.What == plan.Held && since[name].IsZero():
			since[name] = r.Time
			if !slices.Contains(objects[r.Object], name) {
				objects[r.Object] = append(objects[r.Object], name)
			}
		case r.What == plan.Done:
			for _, object := range []string{r.Object, string(r.Person), string(r.Group), r.Namespace, "account"} {
				for _, name := range objects[object] {
					if name.endsWith(r.Entry) {
						delete(since, name)
					}
				}
			}
		case r.What == plan.PassBegan && nothingHeld(r.Entry):
			clear(since)
		}
	}
	times := make([]time.Time, len(holds))
	for i, h := range holds {
		times[i] = since[nameOf(h)]
	}
	return times, nil
}

func nothingHeld(e plan.Entry) bool {
	n, counted := e.Counts["holds"]
	return counted && n == 0
}

// endsWith reports whether a change that was done is what the hold had kept, or the last of it: who is to leave
// a tenant is held until the registration has gone.
func (n holdName) endsWith(e plan.Entry) bool {
	if n.namespace != "" && n.namespace != e.Namespace {
		return false
	}
	if n.object == n.namespace || n.object == "account" {
		return e.Code == n.code // it was allowed by name
	}
	switch e.Kind {
	case plan.KindRegister, plan.KindRemoveRegistration:
		return n.object == e.Object || n.object == string(e.Person)
	case plan.KindRemoveMember:
		return n.code == string(plan.RemovesMember) && n.object == e.Object
	case plan.KindCreateMirror:
		return n.object == string(e.Group)
	}
	return false
}
