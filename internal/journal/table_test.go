package journal_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/journal/journaltest"
	"github.com/tenantry/tenantry/internal/plan"
)

// partition is where the rows of the tests' journal are.
const partition = string(journaltest.Account) + "/" + string(journaltest.Store)

// withTable runs a test with an empty table, in a bubble of fake time.
func withTable(t *testing.T, test func(t *testing.T, table *journaltest.Table)) {
	synctest.Test(t, func(t *testing.T) { test(t, &journaltest.Table{Identity: "t-1"}) })
}

func openTable(t *testing.T, table journal.Table) *journal.Journal {
	t.Helper()
	return journaltest.Open(t, opener(inTable(table)))
}

// only answers an error for one operation, so many times; negative is for ever.
func only(operation string, times int64, err error) func(string) error {
	var left atomic.Int64
	left.Store(times)
	return func(asked string) error {
		if asked != operation || left.Load() == 0 {
			return nil
		}
		left.Add(-1)
		return err
	}
}

var errLost = errors.New("the answer was lost")

func count(t *testing.T, j *journal.Journal) int {
	t.Helper()
	if v := journaltest.Verify(t, j); !v.OK() {
		t.Errorf("the verdict is %+v", v)
	}
	return len(journaltest.Entries(t, j, journal.Filter{}))
}

// S16: the commit had its effect, and its answer was lost. Reading tells, and nothing is recorded twice; also where
// somebody else has recorded since.
func TestS16TableAnswerIsLost(t *testing.T) {
	for _, others := range []bool{false, true} {
		withTable(t, func(t *testing.T, table *journaltest.Table) {
			j, other := openTable(t, table), openTable(t, table)
			lost := only("Commit", 1, errLost)
			table.After = func(operation string) error {
				err := lost(operation)
				if err != nil && others {
					journaltest.Record(t, other, plan.Entry{What: plan.PassBegan})
				}
				return err
			}
			if first := journaltest.Record(t, j, journaltest.Registered("ana", "acme"), journaltest.Registered("ben", "acme")); first != 1 {
				t.Errorf("the first is %d", first)
			}
			next := int64(3)
			if others {
				next = 4
			}
			if first := journaltest.Record(t, j, journaltest.Registered("eve", "acme")); first != next {
				t.Errorf("the next is %d, want %d", first, next)
			}
			if n := count(t, j); n != int(next) {
				t.Errorf("there are %d records", n)
			}
		})
	}
}

// F24: a commit that fails, or that nobody can find out about, is an error, and the next one goes on.
func TestF24TableCommitFails(t *testing.T) {
	withTable(t, func(t *testing.T, table *journaltest.Table) {
		j := openTable(t, table)
		table.Before = only("Commit", 1, errLost)
		if _, err := j.Record(t.Context(), journaltest.Registered("ana", "acme")); !errors.Is(err, errLost) {
			t.Errorf("recorded where nothing was: %v", err)
		}
		if n := count(t, j); n != 0 {
			t.Errorf("there are %d records", n)
		}
		table.After, table.Before = only("Commit", 1, errLost), only("Get", 1, errors.New("nobody answers"))
		if _, err := j.Record(t.Context(), journaltest.Registered("ben", "acme")); !errors.Is(err, errLost) {
			t.Errorf("of what nobody knows: %v", err)
		}
		if first := journaltest.Record(t, j, journaltest.Registered("eve", "acme")); first != 2 {
			t.Errorf("the next is %d: what was in doubt is there, once", first)
		}
		if n := count(t, j); n != 2 {
			t.Errorf("there are %d records", n)
		}
	})
}

// late is a table whose first commit is told to have failed, and happens when somebody says so.
type late struct {
	*journaltest.Table
	happen func()
}

func (l *late) Commit(ctx context.Context, in string, was, head plan.Row, added []plan.Row) (bool, error) {
	if l.happen != nil || len(added) == 0 {
		return l.Table.Commit(ctx, in, was, head, added)
	}
	l.happen = func() { _, _ = l.Table.Commit(context.Background(), in, was, head, added) }
	return false, errLost
}

// F6: a commit happens after its caller was told of an error. It and what was recorded meanwhile cannot both be.
func TestF6TableCommitsLate(t *testing.T) {
	for _, before := range []bool{true, false} {
		withTable(t, func(t *testing.T, table *journaltest.Table) {
			slow := &late{Table: table}
			j := openTable(t, slow)
			if _, err := j.Record(t.Context(), journaltest.Registered("ana", "acme")); !errors.Is(err, errLost) {
				t.Fatal(err)
			}
			want := 1
			if before {
				slow.happen()
				want = 2
			}
			if first := journaltest.Record(t, j, journaltest.Registered("ben", "acme")); first != int64(want) {
				t.Errorf("the next is %d, want %d", first, want)
			}
			slow.happen()
			if n := count(t, j); n != want {
				t.Errorf("there are %d records, want %d", n, want)
			}
		})
	}
}

// losing is a table in which a commit loses so many times although nobody else has won, as DynamoDB's do when two
// transactions meet.
type losing struct {
	*journaltest.Table
	times int
}

func (l *losing) Commit(ctx context.Context, in string, was, head plan.Row, added []plan.Row) (bool, error) {
	if l.times--; l.times >= 0 {
		return false, nil
	}
	return l.Table.Commit(ctx, in, was, head, added)
}

// S19: a storm of conflicts is waited out, for a while and not for ever.
func TestS19TableConflicts(t *testing.T) {
	withTable(t, func(t *testing.T, table *journaltest.Table) {
		j := openTable(t, table)
		j.Close()
		storm := &losing{table, 0}
		j = openTable(t, storm)
		storm.times = 12
		began := time.Now()
		if first := journaltest.Record(t, j, journaltest.Registered("ana", "acme")); first != 1 {
			t.Errorf("the first is %d", first)
		}
		if took := time.Since(began); took == 0 || took > 10*time.Second {
			t.Errorf("12 conflicts took %v", took)
		}
		storm.times = 1 << 30
		began = time.Now()
		_, err := j.Record(t.Context(), journaltest.Registered("ben", "acme"))
		var known *journal.Error
		if !errors.Is(err, journal.ErrBusy) || !errors.As(err, &known) || known.Hint() == "" {
			t.Errorf("a storm without an end: %v", err)
		}
		if took := time.Since(began); took > 25*time.Second {
			t.Errorf("it was tried for %v", took)
		}
		began = time.Now()
		short, end := context.WithTimeout(t.Context(), time.Second)
		defer end()
		if _, err := j.Record(short, journaltest.Registered("ben", "acme")); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > time.Second {
			t.Errorf("with a second's time: %v after %v", err, time.Since(began))
		}
		if n := count(t, j); n != 1 {
			t.Errorf("there are %d records", n)
		}
	})
}

// What cannot be read is an error, and never an empty answer.
func TestF41TableCannotBeRead(t *testing.T) {
	withTable(t, func(t *testing.T, table *journaltest.Table) {
		j := openTable(t, table)
		journaltest.Record(t, j, journaltest.Registered("ana", "acme"))
		for _, operation := range []string{"Get", "Query"} {
			table.Before = only(operation, -1, errLost)
			if _, err := j.Losses(t.Context(), time.Now()); !errors.Is(err, errLost) {
				t.Errorf("losses without %s: %v", operation, err)
			}
			if _, err := j.Gains(t.Context(), time.Now()); !errors.Is(err, errLost) {
				t.Errorf("gains without %s: %v", operation, err)
			}
			for _, err := range j.Entries(t.Context(), journal.Filter{}) {
				if !errors.Is(err, errLost) {
					t.Errorf("entries without %s: %v", operation, err)
				}
			}
			if _, err := j.Verify(t.Context()); !errors.Is(err, errLost) {
				t.Errorf("verify without %s: %v", operation, err)
			}
		}
		table.Before = only("Get", -1, errLost)
		if _, err := j.Pause(t.Context()); !errors.Is(err, errLost) {
			t.Errorf("the pause: %v", err)
		}
		if _, err := opener(inTable(table))(false); !errors.Is(err, errLost) {
			t.Errorf("opening: %v", err)
		}
	})
}

// What it costs: one commit a call that records, one row read before a write, one query to count the day.
func TestTableCost(t *testing.T) {
	withTable(t, func(t *testing.T, table *journaltest.Table) {
		j := openTable(t, table)
		cost := func(what, want string, do func()) {
			t.Helper()
			table.Calls()
			do()
			if got := fmt.Sprint(table.Calls()); got != want {
				t.Errorf("%s costs %s, want %s", what, got, want)
			}
		}
		losses := func() {
			if _, err := j.Losses(t.Context(), time.Now()); err != nil {
				t.Error(err)
			}
		}
		losses()
		for range 3 {
			cost("a record", "map[Commit:1]", func() { journaltest.Record(t, j, journaltest.Registered("ana", "acme")) })
			cost("three records", "map[Commit:1]", func() {
				journaltest.Record(t, j, journaltest.Registered("a", "acme"), journaltest.Registered("b", "acme"), journaltest.Registered("c", "acme"))
			})
			cost("the pause", "map[Get:1]", func() {
				if _, err := j.Pause(t.Context()); err != nil {
					t.Error(err)
				}
			})
			cost("the losses", "map[Query:1]", losses)
		}
		other := openTable(t, table)
		journaltest.Record(t, other, journaltest.Registered("x", "acme"))
		cost("a record behind another's that was seen", "map[Commit:1 Get:1 Query:1]", func() {
			if _, err := j.Pause(t.Context()); err != nil {
				t.Error(err)
			}
			journaltest.Record(t, j, journaltest.Registered("ana", "acme"))
		})
		journaltest.Record(t, other, journaltest.Registered("y", "acme"))
		cost("a record behind another's", "map[Commit:2 Get:1 Query:1]", func() { journaltest.Record(t, j, journaltest.Registered("ana", "acme")) })
		cost("opening", "map[Get:1 ID:1 Query:1]", func() { openTable(t, table) })
	})
}

// A young process reads two days and no further; and asking since when reads a few pages more than there are.
func TestTableReadsNoFurtherThanItMust(t *testing.T) {
	withTable(t, func(t *testing.T, table *journaltest.Table) {
		j := openTable(t, table)
		for i := range 400 {
			journaltest.Record(t, j, journaltest.Registered(fmt.Sprint("p", i), "acme"))
			time.Sleep(4 * time.Hour)
		}
		young := openTable(t, table)
		table.Calls()
		if _, err := young.Losses(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
		if calls := table.Calls(); calls["Query"] > 6 { // 13 pages, 3 to an answer
			t.Errorf("two days of 66 took %v", calls)
		}
		if n := len(journaltest.Entries(t, young, journal.Filter{Since: time.Now().Add(-24 * time.Hour)})); n != 6 {
			t.Errorf("a day has %d records", n)
		}
		if calls := table.Calls(); calls["Query"] > 12 {
			t.Errorf("to find a day took %v", calls)
		}
	})
}

// What no table takes at once is an error, and nothing of it is recorded.
func TestTableTakesNotEverything(t *testing.T) {
	if testing.Short() {
		t.Skip("megabytes of noise are packed in one goroutine, which takes the race detector half a minute")
	}
	withTable(t, func(t *testing.T, table *journaltest.Table) {
		j := openTable(t, table)
		noise := func(n int) string {
			b := make([]byte, n)
			for i := range b {
				b[i] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"[rand.IntN(64)]
			}
			return string(b)
		}
		var batch []plan.Entry
		for range 2000 {
			batch = append(batch, plan.Entry{What: plan.Held, Text: noise(4 << 10)})
		}
		if _, err := j.Record(t.Context(), batch...); !errors.Is(err, journal.ErrTooMuch) {
			t.Errorf("8 MB of noise: %v", err)
		}
		if _, err := j.Record(t.Context(), plan.Entry{What: plan.Held, Object: noise(600 << 10)}); !errors.Is(err, journal.ErrTooMuch) {
			t.Errorf("one record of 600 KB: %v", err)
		}
		if first := journaltest.Record(t, j, batch[:1000]...); first != 1 {
			t.Errorf("the first is %d", first)
		}
		for key, row := range table.Rows(partition) {
			if len(row.Body) > 350<<10 {
				t.Errorf("%s has %d bytes", key, len(row.Body))
			}
		}
		if n := count(t, j); n != 1000 {
			t.Errorf("there are %d records", n)
		}
	})
}

// Clocks of machines differ. The time of a page is that of the youngest record up to it, so that none is left out.
func TestF44TableClocks(t *testing.T) {
	withTable(t, func(t *testing.T, table *journaltest.Table) {
		j := openTable(t, table)
		ahead := removal("ahead")
		journaltest.Record(t, j, ahead)
		rows := table.Rows(partition)
		for _, key := range []string{"head", "page 00000000000000000001"} { // its writer's clock was a day ahead
			row := rows[key]
			row.At += (24 * time.Hour).Microseconds()
			table.Put(partition, row)
		}
		j = openTable(t, table)
		journaltest.Record(t, j, removal("now"))
		time.Sleep(time.Hour)
		since := time.Now()
		journaltest.Record(t, j, removal("later"))
		last := int64(0)
		for _, key := range []string{"page 00000000000000000001", "page 00000000000000000002", "page 00000000000000000003", "head"} {
			row := table.Rows(partition)[key]
			if row.At < last {
				t.Errorf("%s is of an earlier time than what is before it", key)
			}
			last = row.At
		}
		if n := len(journaltest.Entries(t, j, journal.Filter{Since: since})); n != 1 {
			t.Errorf("since then, there are %d", n)
		}
	})
}

func removal(person string) plan.Entry {
	e := journaltest.Registered(person, "acme")
	e.What, e.Kind = plan.Intended, plan.KindRemoveMember
	return e
}

// A small page can be read by people, in the table itself.
func TestTableCanBeReadByPeople(t *testing.T) {
	withTable(t, func(t *testing.T, table *journaltest.Table) {
		journaltest.Record(t, openTable(t, table), journaltest.Registered("ana", "acme"))
		var page []struct {
			Seq   int
			Entry plan.Entry
		}
		if err := json.Unmarshal(table.Rows(partition)["page 00000000000000000001"].Body, &page); err != nil || len(page) != 1 || page[0].Entry.Namespace != "acme" {
			t.Errorf("the page is %+v, %v", page, err)
		}
	})
}

func TestTableIsNeeded(t *testing.T) {
	if _, err := journal.Open(t.Context(), inTable(nil)); err == nil {
		t.Error("a journal without its table was opened")
	}
}
