package journal_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/journal/journaltest"
	"github.com/tenantry/tenantry/internal/plan"
)

// Tables that are not as they were left: an older one, one that answers less, and one that somebody has written in.

// F26: rows that are fewer than they were are noticed while a process lives, whatever it does.
func TestF26TableGoesBack(t *testing.T) {
	for name, back := range map[string]func(t *testing.T, table *journaltest.Table, older, newer map[string]plan.Row){
		"an older head": func(t *testing.T, table *journaltest.Table, older, _ map[string]plan.Row) {
			table.Put(partition, older["head"])
		},
		"no head": func(t *testing.T, table *journaltest.Table, _, _ map[string]plan.Row) {
			table.Delete(partition, "head")
		},
		"another that went on": func(t *testing.T, table *journaltest.Table, older, newer map[string]plan.Row) {
			replaced(t, table, older, newer, 3)
		},
		"another of as many": func(t *testing.T, table *journaltest.Table, older, newer map[string]plan.Row) {
			replaced(t, table, older, newer, 2)
		},
	} {
		t.Run(name, func(t *testing.T) {
			withTable(t, func(t *testing.T, table *journaltest.Table) {
				j := openTable(t, table)
				journaltest.Record(t, j, journaltest.Registered("ana", "acme"))
				older := table.Rows(partition)
				journaltest.Record(t, j, journaltest.Registered("ben", "acme"))
				journaltest.Record(t, j, journaltest.Registered("eve", "acme"))
				back(t, table, older, table.Rows(partition))
				_, err := j.Record(t.Context(), journaltest.Registered("late", "acme"))
				var known *journal.Error
				if !errors.Is(err, journal.ErrRolledBack) || !errors.As(err, &known) || known.Hint() == "" || !strings.Contains(err.Error(), "dynamodb:history") {
					t.Errorf("it goes on: %v", err)
				}
				if name == "another that went on" {
					return
				}
				if _, err := j.Pause(t.Context()); !errors.Is(err, journal.ErrRolledBack) {
					t.Errorf("the pause: %v", err)
				}
				if _, err := j.Losses(t.Context(), time.Now()); !errors.Is(err, journal.ErrRolledBack) {
					t.Errorf("the losses: %v", err)
				}
			})
		})
	}
}

// replaced puts older rows in the place of newer ones, and lets others record so many behind them.
func replaced(t *testing.T, table *journaltest.Table, older, newer map[string]plan.Row, more int) {
	t.Helper()
	for key := range newer {
		table.Delete(partition, key)
	}
	for _, row := range older {
		table.Put(partition, row)
	}
	other := openTable(t, table)
	for range more {
		journaltest.Record(t, other, journaltest.Registered("x", "acme"))
	}
}

// F41: what the head knows of and nobody answers is missing: a history that is shorter than it was is not all of it.
func TestF41TableAnswersFewer(t *testing.T) {
	withTable(t, func(t *testing.T, table *journaltest.Table) {
		j := openTable(t, table)
		for _, who := range []string{"ana", "ben", "eve"} {
			journaltest.Record(t, j, journaltest.Registered(who, "acme"))
		}
		table.Delete(partition, "page 00000000000000000003")
		for name, f := range map[string]journal.Filter{"all": {}, "since then": {Since: time.Now().Add(-time.Hour)}} {
			n, failed := 0, error(nil)
			for _, err := range j.Entries(t.Context(), f) {
				if err != nil {
					failed = err
				} else {
					n++
				}
			}
			if n != 2 || failed == nil || !strings.Contains(failed.Error(), "there was a record 3") {
				t.Errorf("%s: %d records, %v", name, n, failed)
			}
		}
		if _, err := j.Losses(t.Context(), time.Now().Add(-time.Hour)); err == nil {
			t.Error("the day is counted without it")
		}
	})
}

// F26: a table that was brought back from a backup may lack what was done since: its journal counts as one that begins now.
func TestF26TableIsBroughtBack(t *testing.T) {
	withTable(t, func(t *testing.T, table *journaltest.Table) {
		j := openTable(t, table)
		journaltest.Record(t, j, plan.Entry{What: plan.PauseBegan, Text: "a drill"})
		born := j.Born(t.Context())
		time.Sleep(72 * time.Hour)
		restored := table.Restored("t-2")
		back := time.Now()
		for range 2 {
			again := openTable(t, restored)
			if got := again.Born(t.Context()); !got.Equal(back) {
				t.Errorf("it counts since %v, and was brought back at %v", got, back)
			}
			if p, err := again.Pause(t.Context()); err != nil || p.Because != "a drill" {
				t.Errorf("the pause is %+v, %v", p, err)
			}
			journaltest.Record(t, again, journaltest.Registered("ana", "acme"))
			count(t, again)
			time.Sleep(time.Hour)
		}
		if got := openTable(t, table).Born(t.Context()); !got.Equal(born) {
			t.Errorf("the first one counts since %v, and began at %v", got, born)
		}
	})
}

// Whoever may only read reads a table that was brought back from a backup, too, and writes nothing: to them it begins now,
// as it will to whoever writes there first, and notes it.
func TestF26TableThatWasBroughtBackIsRead(t *testing.T) {
	withTable(t, func(t *testing.T, table *journaltest.Table) {
		journaltest.Record(t, openTable(t, table), plan.Entry{What: plan.PauseBegan, Text: "a drill"})
		time.Sleep(72 * time.Hour)
		restored := table.Restored("t-2")
		reads := func() *journal.Journal {
			j, err := opener(inTable(restored))(true)
			if err != nil {
				t.Fatal(err)
			}
			return j
		}
		for range 2 {
			j, now := reads(), time.Now()
			if got := j.Born(t.Context()); !got.Equal(now) {
				t.Errorf("to somebody who reads it at %v it counts since %v", now, got)
			}
			if p, err := j.Pause(t.Context()); err != nil || p.Because != "a drill" || count(t, j) != 1 {
				t.Errorf("the pause is %+v, %v", p, err)
			}
			time.Sleep(time.Hour)
		}
		if n := restored.Calls()["Commit"]; n != 0 {
			t.Errorf("whoever reads has written %d times", n)
		}
		back := time.Now()
		openTable(t, restored)
		time.Sleep(time.Hour)
		if got := reads().Born(t.Context()); !got.Equal(back) {
			t.Errorf("it counts since %v, and somebody noted %v", got, back)
		}
	})
}

// edited changes a row's body by hand.
func edited(table *journaltest.Table, key, was, is string) {
	row := table.Rows(partition)[key]
	row.Body = []byte(strings.Replace(string(row.Body), was, is, 1))
	table.Put(partition, row)
}

func TestF26TableIsRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(table *journaltest.Table)
		kind  error
	}{
		"another account's": {func(table *journaltest.Table) {
			edited(table, "head", string(journaltest.Account), "444455556666")
		}, journal.ErrForeign},
		"another store's":         {func(table *journaltest.Table) { edited(table, "head", string(journaltest.Store), "d-9999999999") }, journal.ErrForeign},
		"a newer one":             {func(table *journaltest.Table) { edited(table, "head", `"version":1`, `"version":2`) }, journal.ErrNewer},
		"no head of ours":         {func(table *journaltest.Table) { edited(table, "head", `{`, ``) }, journal.ErrDamaged},
		"without its newest page": {func(table *journaltest.Table) { table.Delete(partition, "page 00000000000000000003") }, journal.ErrDamaged},
		"its newest record":       {func(table *journaltest.Table) { edited(table, "page 00000000000000000003", "READER", "ADMIN") }, journal.ErrDamaged},
		"its newest page":         {func(table *journaltest.Table) { edited(table, "page 00000000000000000003", "[", "") }, journal.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			withTable(t, func(t *testing.T, table *journaltest.Table) {
				j := openTable(t, table)
				for _, who := range []string{"ana", "ben", "eve"} {
					journaltest.Record(t, j, journaltest.Registered(who, "acme"))
				}
				tt.spoil(table)
				_, err := opener(inTable(table))(false)
				var known *journal.Error
				if !errors.Is(err, tt.kind) || !errors.As(err, &known) || known.Hint() == "" || !strings.Contains(err.Error(), "dynamodb:history") {
					t.Errorf("opening it says %v, want %v, with the place and a hint", err, tt.kind)
				}
			})
		})
	}
}

func TestF26TableTampering(t *testing.T) {
	const second = "page 00000000000000000002"
	for name, tt := range map[string]struct {
		tamper func(table *journaltest.Table)
		how    string
		counts bool // whether the day can still be counted
	}{
		"a word":        {func(table *journaltest.Table) { edited(table, second, "READER", "ADMIN") }, "content", true},
		"a number":      {func(table *journaltest.Table) { edited(table, second, `"seq":2`, `"seq":7`) }, "missing", false},
		"one taken out": {func(table *journaltest.Table) { table.Delete(partition, second) }, "missing", false},
		"one twice": {func(table *journaltest.Table) {
			row := table.Rows(partition)[second]
			row.Key = "page 00000000000000000003"
			table.Put(partition, row)
		}, "missing", false},
		"the seal": {func(table *journaltest.Table) { edited(table, "head", `"born":9`, `"born":8`) }, "stand", true},
	} {
		t.Run(name, func(t *testing.T) {
			withTable(t, func(t *testing.T, table *journaltest.Table) {
				j := openTable(t, table)
				for _, who := range []string{"ana", "ben", "eve", "joe"} {
					journaltest.Record(t, j, journaltest.Registered(who, "acme"))
				}
				tt.tamper(table)
				again := openTable(t, table)
				if v := journaltest.Verify(t, again); v.OK() || !strings.Contains(v.How, tt.how) {
					t.Errorf("the verdict is %+v", v)
				}
				if _, err := again.Losses(t.Context(), time.Now()); (err == nil) != tt.counts {
					t.Errorf("the day's losses: %v", err)
				}
			})
		})
	}
}
