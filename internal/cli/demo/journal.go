package demo

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/view"
)

// chronicle is the history, in memory, which can be watched while it is written.
type chronicle struct {
	*journal.Journal
	printer view.Printer
	passed  chan struct{} // closed when the first pass has ended
	first   sync.Once

	mu    sync.Mutex
	aloud bool
	last  time.Time // when something was recorded
}

func openChronicle(ctx context.Context, c *config.Config, p view.Printer) (*chronicle, error) {
	j, err := journal.Open(ctx, journal.Spec{Place: "memory", Account: c.QuickSight.AccountID, Store: c.IdentityCenter.StoreID})
	if err != nil {
		return nil, err
	}
	return &chronicle{Journal: j, printer: p, passed: make(chan struct{})}, nil
}

// Record is the journal's, and tells what it is given once somebody is listening.
func (c *chronicle) Record(ctx context.Context, entries ...plan.Entry) (int64, error) {
	first, err := c.Journal.Record(ctx, entries...)
	if err != nil {
		return first, err
	}
	if slices.ContainsFunc(entries, func(e plan.Entry) bool { return e.What == plan.PassEnded }) {
		c.first.Do(func() { close(c.passed) })
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = time.Now()
	if c.aloud {
		err = c.printer.History(func(yield func(view.Told, error) bool) {
			for _, e := range entries {
				if !yield(view.Told{Time: time.Now(), Entry: e}, nil) {
					return
				}
			}
		})
	}
	return first, err
}

// speak tells from now on what is recorded.
func (c *chronicle) speak() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.aloud = true
}

// quiet is for how long nothing has been recorded.
func (c *chronicle) quiet() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Since(c.last)
}

// told is what is recorded about a namespace, as tenantry history --namespace shows it.
func (c *chronicle) told(ctx context.Context, namespace string) iter.Seq2[view.Told, error] {
	return func(yield func(view.Told, error) bool) {
		for r, err := range c.Entries(ctx, journal.Filter{Namespace: namespace}) {
			if !yield(view.Told{Seq: r.Seq, Time: r.Time, Entry: r.Entry, Sum: r.Sum.String()}, err) {
				return
			}
		}
	}
}
