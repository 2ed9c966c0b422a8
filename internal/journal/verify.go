package journal

import (
	"context"
	"errors"
	"fmt"
)

// Verdict is what Verify found.
type Verdict struct {
	Records     int64 // how many there are
	First, Last Head  // the oldest and the newest of those that hold, zero for none
	// Broken is the number of the first record that is not what it should be, 0 for none. A record
	// that is missing has the number that it should have.
	Broken int64
	How    string // what is wrong with it, as a clause; "" for nothing
}

// OK reports whether the whole chain holds.
func (v Verdict) OK() bool { return v.How == "" }

// Verify reads the whole history and checks the chain. The notes are heads that were kept elsewhere:
// the chain has to go through each of them. An error means that the history cannot be read; one that
// can be read and does not hold is a Verdict.
func (j *Journal) Verify(ctx context.Context, notes ...Head) (Verdict, error) {
	oldest, newest, err := j.store.before(ctx)
	if err != nil {
		return Verdict{}, fmt.Errorf("verify the journal: %w", err)
	}
	if oldest.Seq == 0 {
		oldest = j.seal.root()
	}
	c := checker{at: oldest, notes: map[int64]Sum{}}
	for _, n := range append(notes, newest) {
		if have, twice := c.notes[n.Seq]; twice && have != n.Sum {
			c.fail(n.Seq, "two notes about it differ")
		}
		c.notes[n.Seq] = n.Sum
	}
	delete(c.notes, 0)
	if err := j.store.scan(ctx, Filter{}, c.next); err != nil && !errors.Is(err, errIncomplete) {
		return c.verdict, fmt.Errorf("verify the journal: %w", err)
	}
	c.end()
	if c.verdict.OK() {
		damage, err := j.store.check(ctx)
		if err != nil {
			return c.verdict, fmt.Errorf("verify the journal: %w", err)
		}
		c.verdict.How = damage
	}
	return c.verdict, nil
}

// checker walks along the chain.
type checker struct {
	at      Head // the last record that holds
	notes   map[int64]Sum
	verdict Verdict
}

func (c *checker) fail(seq int64, how string) {
	if c.verdict.OK() {
		c.verdict.Broken, c.verdict.How = seq, how
	}
}

// next looks at one record. After the first that is broken it only counts.
func (c *checker) next(r Record) bool {
	c.verdict.Records++
	note, noted := c.notes[r.Seq]
	switch {
	case !c.verdict.OK():
		return true
	case r.Seq != c.at.Seq+1:
		c.fail(c.at.Seq+1, "it is missing")
	case r.Prev != c.at.Sum:
		c.fail(r.Seq, "it does not stand on the one before it")
	case r.Sum != r.sum():
		c.fail(r.Seq, "its sum is not that of its content")
	case r.What == "":
		c.fail(r.Seq, errDecode.Error())
	case noted && note != r.Sum:
		c.fail(r.Seq, "its sum is another than was noted")
	default:
		c.at = Head{r.Seq, r.Sum}
		if c.verdict.Last = c.at; c.verdict.First.Seq == 0 {
			c.verdict.First = c.at
		}
		delete(c.notes, r.Seq)
	}
	return true
}

// end misses what was noted and is not there.
func (c *checker) end() {
	missing := int64(0)
	for seq := range c.notes {
		if seq > c.at.Seq && (missing == 0 || seq < missing) {
			missing = seq
		}
	}
	if missing != 0 {
		c.fail(c.at.Seq+1, fmt.Sprintf("it is missing: there was a record %d", missing))
	}
}
