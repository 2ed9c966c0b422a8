package engine

import (
	"cmp"
	"context"
	"fmt"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// news answers which of some holds have not been told. all says that these are all there are: those
// that are not among them have ended.
func (k *Keeper) news(holds []tenancy.Hold, all bool) []tenancy.Hold {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := map[string]bool{}
	var news []tenancy.Hold
	for _, h := range holds {
		key := fmt.Sprintf("%s %q %q", h.Code, h.Object, h.Namespace)
		now[key] = true
		if !k.known[key] {
			k.known[key] = true
			news = append(news, h)
		}
	}
	if all {
		k.known = now
	}
	return news
}

// tellHolds puts new holds into the history.
func (k *Keeper) tellHolds(ctx context.Context, p *Pass, news []tenancy.Hold) error {
	var entries []plan.Entry
	for _, h := range news {
		e := plan.Entry{
			What: plan.Held, Run: p.Run, Cause: p.Cause, Actor: k.Bulk.Actor,
			Namespace: h.Namespace, Object: h.Object, Code: string(h.Code), Text: h.Reason,
		}
		if id := tenancy.PersonID(h.Object); p.reading.dir.Person(id) != nil {
			e.Person = id
		}
		entries = append(entries, e)
	}
	_, err := k.Bulk.record(ctx, entries...)
	return err
}

func (k *Keeper) passEntry(p *Pass, what plan.What, report *plan.Report) plan.Entry {
	e := plan.Entry{What: what, Run: p.Run, Cause: p.Cause, Actor: k.Bulk.Actor, Counts: map[string]int{
		"people": p.Plan.Counts.People, "tenants": p.Plan.Counts.Tenants, "steps": len(p.Plan.Pending()), "holds": len(p.Plan.Holds),
	}}
	if report != nil {
		e.Counts["done"], e.Counts["failed"], e.Counts["not-reached"] = report.Done, len(report.Failed), report.NotReached
		e.Text = cmp.Or(e.Text, report.Paused.Because)
	}
	return e
}

// Note puts an entry into the history.
func (k *Keeper) Note(ctx context.Context, e plan.Entry) error {
	e.Run, e.Actor = cmp.Or(e.Run, runID()), cmp.Or(e.Actor, k.Bulk.Actor)
	_, err := k.Bulk.record(ctx, e)
	return err
}
