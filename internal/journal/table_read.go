package journal

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// paused is one read of one row: it is asked before every write to AWS.
func (t *table) paused(ctx context.Context) (Record, error) {
	if err := ctx.Err(); err != nil {
		return Record{}, err
	}
	head, err := t.head(ctx)
	if err != nil {
		return Record{}, err
	}
	body, err := t.read(head)
	if err != nil || body.Pause == nil {
		return Record{}, err
	}
	r := body.Pause.record()
	if !r.isPause() {
		return Record{}, t.damaged(fmt.Sprintf("record %d, the newest pause, cannot be read", r.Seq))
	}
	return r, nil
}

// scan reads the pages up to the head as it is when it begins.
func (t *table) scan(ctx context.Context, f Filter, each func(Record) bool) error {
	head, err := t.head(ctx)
	if err != nil {
		return err
	}
	first, last := int64(1), head.Seq
	if !f.Since.IsZero() {
		if first, err = t.firstSince(ctx, last, f.Since); err != nil {
			return err
		}
	}
	if f.Until > 0 {
		last = min(last, f.Until)
	}
	on := true
	reached, err := t.pages(ctx, first, last, func(p page) bool {
		for _, r := range p.records {
			if on = each(r); !on {
				break
			}
		}
		return on
	})
	if err == nil && on && reached < last {
		return t.incomplete(reached, last)
	}
	return err
}

// errIncomplete is wrapped in the error of rows that the head knows of, and that are not answered.
var errIncomplete = errors.New("there are fewer records than there were")

func (t *table) incomplete(have, want int64) error {
	return fmt.Errorf("%s: %w: they end with %d, and there was a record %d", t.name, errIncomplete, have, want)
}

// firstSince finds by halving where the first page begins that may have a record of a time or a later one: the At of a
// page is never before that of an earlier page, whatever the clocks of those who wrote them said.
func (t *table) firstSince(ctx context.Context, last int64, since time.Time) (int64, error) {
	low, high := int64(1), last+1
	for low < high {
		middle := low + (high-low)/2
		found, _, err := t.query(ctx, Range{From: pageKey(middle), To: pageKey(last), Limit: 1})
		switch {
		case err != nil:
			return 0, err
		case len(found) == 0 || found[0].row.At >= since.UnixMicro():
			high = middle
		default:
			low = found[0].row.Seq + 1
		}
	}
	return low, nil
}
