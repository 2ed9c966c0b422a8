package journal

import (
	"context"
	"fmt"
	"math"
	"time"
)

// What was gained and lost within two days is counted in the process, since DynamoDB counts nothing: from the pages of two
// days when it is first asked for, and then from what has come since. Each count begins with a read that is not older than
// what anybody was told is recorded: of two who mean to take somebody out at the same time, each sees the other.

func (t *table) gains(ctx context.Context, since time.Time) (people map[string]int, namespaces int, err error) {
	err = t.withCounts(ctx, func(c *tally) { people, namespaces = c.since(since) })
	return people, namespaces, err
}

func (t *table) losses(ctx context.Context, since time.Time) (users map[string][]string, err error) {
	err = t.withCounts(ctx, func(c *tally) { users = c.lostSince(since) })
	return users, err
}

// withCounts calls a function with what was counted, once that is up to date.
func (t *table) withCounts(ctx context.Context, use func(*tally)) error {
	if err := t.counting.take(ctx); err != nil {
		return err
	}
	defer t.counting.give()
	count := t.countOn
	if t.counts == nil {
		count = t.countBack
	}
	if err := count(ctx); err != nil {
		return err
	}
	use(t.counts)
	return nil
}

// countBack counts from the newest record back over two days, and no further.
func (t *table) countBack(ctx context.Context) error {
	head, err := t.head(ctx)
	if err != nil {
		return err
	}
	counts, oldest := newTally(), time.Now().Add(-gainsKept).UnixMicro()
	for at := headOf(head); at.Seq > 0; {
		pages, _, err := t.query(ctx, Range{From: pageKey(1), To: pageKey(at.Seq), NewestFirst: true})
		if err == nil && len(pages) == 0 {
			err = t.incomplete(0, at.Seq)
		}
		if err != nil {
			return err
		}
		for _, p := range pages {
			if p.end() != at {
				return t.broken(at)
			}
			if at = p.start(); p.row.At < oldest {
				at.Seq = 0
				break
			}
			counts.addAll(p.records)
		}
	}
	t.counts, t.counted = counts, headOf(head)
	return nil
}

// countOn counts what has come since.
func (t *table) countOn(ctx context.Context) error {
	known := t.newestKnown()
	for more := true; more; {
		var pages []page
		var err error
		pages, more, err = t.query(ctx, Range{From: pageKey(t.counted.Seq + 1), To: pageKey(math.MaxInt64)})
		if err != nil {
			return err
		}
		for _, p := range pages {
			if p.start() != t.counted {
				return t.broken(t.counted)
			}
			t.counts.addAll(p.records)
			t.counted = p.end()
		}
		more = more && len(pages) > 0
	}
	if t.counted.Seq < known.Seq {
		return t.incomplete(t.counted.Seq, known.Seq)
	}
	return nil
}

// tell counts what this process has recorded itself. What cannot be counted at once is read the next time.
func (t *table) tell(was Head, records []Record) {
	if !t.counting.takeAtOnce() {
		return
	}
	defer t.counting.give()
	if t.counts != nil && t.counted == was {
		t.counts.addAll(records)
		last := records[len(records)-1]
		t.counted = Head{last.Seq, last.Sum}
	}
}

// broken is a chain that does not hold, so that nobody knows how many there were.
func (t *table) broken(at Head) error {
	return t.damaged(fmt.Sprintf("the chain is broken at record %d", at.Seq))
}

// start is what the page stands on, and end its last record.
func (p page) start() Head { return Head{p.records[0].Seq - 1, p.records[0].Prev} }
func (p page) end() Head {
	last := p.records[len(p.records)-1]
	return Head{last.Seq, last.Sum}
}
