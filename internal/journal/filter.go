package journal

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Filter narrows what Entries answers. The zero Filter is everything; fields are joined by "and".
type Filter struct {
	// Person is an id of Identity Center, a user name of QuickSight (Role/session), or its session.
	Person    string
	Namespace string
	Since     time.Time
	Until     int64       // number of the last record that is wanted, 0 for all
	What      []plan.What // nil means all
}

func (f Filter) wants(r *Record) bool {
	return (f.Person == "" || about(r.Entry, f.Person)) &&
		(f.Namespace == "" || r.Namespace == f.Namespace) &&
		(f.Since.IsZero() || !r.Time.Before(f.Since)) &&
		(f.Until == 0 || r.Seq <= f.Until) &&
		(f.What == nil || slices.Contains(f.What, r.What))
}

// about reports whether an entry is about a person. The object of a mirror's creation is no user.
func about(e plan.Entry, person string) bool {
	user := tenancy.UserName(e.Object)
	return string(e.Person) == person ||
		e.Object != "" && e.Kind != plan.KindCreateMirror && e.Kind != plan.KindRebind && e.Kind != plan.KindRevoke && e.Kind != plan.KindShare && e.Kind != plan.KindOpenFolder && (e.Object == person || user.SessionName() == person)
}

// errDecode is wrapped in the error of a record that is there and cannot be read.
var errDecode = errors.New("its content is not an entry")

// Entries answers the records that a filter wants, oldest first, as they were when it began. An error
// is the last that it answers.
func (j *Journal) Entries(ctx context.Context, f Filter) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		on := true
		err := j.store.scan(ctx, f, func(r Record) bool {
			switch {
			case r.What == "":
				yield(Record{}, fmt.Errorf("record %d of the journal: %w", r.Seq, errDecode))
				on = false
			case f.wants(&r):
				on = yield(r, nil)
			}
			return on
		})
		if err != nil && on {
			yield(Record{}, err)
		}
	}
}
