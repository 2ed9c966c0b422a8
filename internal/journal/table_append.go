package journal

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
)

// attempt is what one commit would make of the records that are new.
type attempt struct {
	was, head plan.Row
	pages     []plan.Row
	records   []Record
}

// append is one commit: the head, if it is still as it was read, and the pages, if nobody has written them. The loser of
// two reads again, waits for a random while, and chains anew.
func (t *table) append(ctx context.Context, chain func(Head) []Record) error {
	if err := t.writing.take(ctx); err != nil {
		return err
	}
	defer t.writing.give()
	was, err := t.latest(ctx)
	for wait := newPatience(); err == nil; err = wait.more(ctx, t.name) {
		a, err := t.attempt(was, chain(headOf(was)))
		if err != nil {
			return err
		}
		done := false
		if done, was, err = t.try(ctx, a); done || err != nil {
			return err
		}
	}
	return err
}

func (t *table) attempt(was plan.Row, records []Record) (*attempt, error) {
	pages, err := pack(records, was.At)
	if err != nil {
		return nil, err
	}
	last := pages[len(pages)-1]
	a := &attempt{was, plan.Row{Key: headKey, Seq: last.Seq, Sum: last.Sum, At: last.At, Body: was.Body}, pages, records}
	for _, r := range records {
		if r.isPause() {
			body, err := t.read(was)
			if err != nil {
				return nil, err
			}
			body.Pause = storedOf(&r)
			a.head.Body = body.json()
		}
	}
	return a, nil
}

// try commits once. Whether the records are there is not known when an answer was lost, and then it is read: nothing is
// ever recorded twice. Where it has lost, it answers the head to go on from.
func (t *table) try(ctx context.Context, a *attempt) (done bool, now plan.Row, err error) {
	if err := ctx.Err(); err != nil {
		return false, plan.Row{}, err
	}
	done, failed := t.rows.Commit(ctx, t.partition, a.was, a.head, a.pages)
	if !done {
		if now, done, err = t.settle(ctx, a.was, a.pages[0]); err != nil && failed == nil {
			return false, plan.Row{}, err
		}
	}
	if !done {
		return false, now, failed
	}
	t.learn(a.head)
	t.tell(headOf(a.was), a.records)
	return true, a.head, nil
}

// latest is the newest head to go on from, as far as it has been seen.
func (t *table) latest(ctx context.Context) (plan.Row, error) {
	t.mu.Lock()
	known, seen := t.known, t.seen
	t.mu.Unlock()
	if seen.Seq <= known.Seq {
		return known, nil
	}
	_, err := t.follows(ctx, known, seen)
	return seen, err
}

// settle reads what has become of a commit that has lost, or of which nobody knows: the head as it is now, and whether a
// page that would stand behind the one of before is there.
func (t *table) settle(ctx context.Context, was, mine plan.Row) (now plan.Row, landed bool, err error) {
	if now, err = t.head(ctx); err != nil || now.Seq == was.Seq {
		return now, false, err
	}
	next, err := t.follows(ctx, was, now)
	return now, err == nil && mine.Key == next.Key && bytes.Equal(mine.Sum, next.Sum), err
}

// follows makes sure that a head goes on from another one, and answers the page that stands behind that.
func (t *table) follows(ctx context.Context, was, now plan.Row) (plan.Row, error) {
	next, _, err := t.query(ctx, Range{From: pageKey(was.Seq + 1), To: pageKey(now.Seq), Limit: 1})
	switch {
	case err != nil:
		return plan.Row{}, err
	case len(next) == 0 || next[0].row.Key != pageKey(was.Seq+1) || !bytes.Equal(next[0].records[0].Prev[:], was.Sum):
		return plan.Row{}, t.rolledBack(was, "what comes next does not stand on it")
	}
	t.learn(now)
	return next[0].row, nil
}

// How long a commit is tried for against others, and how long it waits between two tries at the most.
const (
	longestTrying = 20 * time.Second
	firstWait     = 20 * time.Millisecond
	longestWait   = time.Second
)

// patience is how long to go on losing.
type patience struct {
	until time.Time
	wait  time.Duration
}

func newPatience() *patience { return &patience{time.Now().Add(longestTrying), firstWait} }

// more waits for a random part of a time that doubles, so that those who have lost together do not meet again.
func (p *patience) more(ctx context.Context, place string) error {
	if time.Now().After(p.until) {
		return &Error{ErrBusy, place, fmt.Sprintf("others have been writing to it for %v without a gap", longestTrying),
			"look at who writes to the table: tenantry history shows the journal's own writers", nil}
	}
	t := time.NewTimer(rand.N(p.wait) + 1)
	defer t.Stop()
	p.wait = min(2*p.wait, longestWait)
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// turn lets one in at a time. Unlike a sync.Mutex it is not waited for longer than a context lives.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

func (t turn) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turn) takeAtOnce() bool {
	select {
	case t <- struct{}{}:
		return true
	default:
		return false
	}
}

func (t turn) give() { <-t }
