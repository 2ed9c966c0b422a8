package journaltest

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/tenantry/tenantry/internal/plan"
)

// Table is a table in memory. It answers a few rows at a time, so that pages are turned. Its zero value is an empty one.
type Table struct {
	// Identity is the table's id. One that is brought back from a backup has another.
	Identity string
	// Before is asked before each operation, After after it had its effect: an error is what becomes of it. They may be
	// called by several goroutines at once.
	Before, After func(operation string) error

	mu    sync.Mutex
	rows  map[string]map[string]plan.Row
	calls map[string]int
}

// answers is how many rows an answer has room for.
const answers = 3

// ID, Get, Query and Commit are what a journal needs of a table.
func (t *Table) ID(ctx context.Context) (id string, err error) {
	err = t.do(ctx, "ID", func() { id = t.Identity })
	return id, err
}

// Get answers a row.
func (t *Table) Get(ctx context.Context, partition, key string) (row plan.Row, err error) {
	err = t.do(ctx, "Get", func() { row = copied(t.rows[partition][key]) })
	return row, err
}

// Query answers rows.
func (t *Table) Query(ctx context.Context, partition string, r plan.RowRange) (rows []plan.Row, more bool, err error) {
	err = t.do(ctx, "Query", func() {
		keys := slices.Sorted(maps.Keys(t.rows[partition]))
		if r.NewestFirst {
			slices.Reverse(keys)
		}
		most := answers
		if r.Limit > 0 {
			most = min(most, r.Limit)
		}
		for _, key := range keys {
			if key < r.From || key > r.To {
				continue
			}
			if more = len(rows) == most; more {
				return
			}
			rows = append(rows, copied(t.rows[partition][key]))
		}
	})
	return rows, more, err
}

// Commit writes rows.
func (t *Table) Commit(ctx context.Context, partition string, was, head plan.Row, added []plan.Row) (won bool, err error) {
	err = t.do(ctx, "Commit", func() {
		have := t.rows[partition][head.Key]
		won = have.Key == was.Key && have.Seq == was.Seq && bytes.Equal(have.Sum, was.Sum)
		for _, row := range added {
			_, there := t.rows[partition][row.Key]
			won = won && !there
		}
		for _, row := range append([]plan.Row{head}, added...) {
			if won {
				t.put(partition, row)
			}
		}
	})
	return won && err == nil, err
}

// Put writes a row as somebody does by hand, and Delete takes one away.
func (t *Table) Put(partition string, row plan.Row) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.put(partition, row)
}

// Delete takes a row away.
func (t *Table) Delete(partition, key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.rows[partition], key)
}

func (t *Table) put(partition string, row plan.Row) {
	if t.rows == nil {
		t.rows = map[string]map[string]plan.Row{}
	}
	if t.rows[partition] == nil {
		t.rows[partition] = map[string]plan.Row{}
	}
	t.rows[partition][row.Key] = copied(row)
}

// Rows are the rows of a partition, by their keys.
func (t *Table) Rows(partition string) map[string]plan.Row {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := map[string]plan.Row{}
	for key, row := range t.rows[partition] {
		all[key] = copied(row)
	}
	return all
}

// Restored is a table of the same rows that was brought back from a backup.
func (t *Table) Restored(identity string) *Table {
	t.mu.Lock()
	defer t.mu.Unlock()
	other := &Table{Identity: identity}
	for partition, rows := range t.rows {
		for _, row := range rows {
			other.put(partition, row)
		}
	}
	return other
}

// Calls is how many operations of each kind there were, and begins to count anew.
func (t *Table) Calls() map[string]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	calls := t.calls
	t.calls = nil
	return calls
}

func (t *Table) do(ctx context.Context, operation string, effect func()) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if t.Before != nil {
		if err := t.Before(operation); err != nil {
			return err
		}
	}
	t.mu.Lock()
	if t.calls == nil {
		t.calls = map[string]int{}
	}
	t.calls[operation]++
	effect()
	t.mu.Unlock()
	if t.After != nil {
		return t.After(operation)
	}
	return nil
}

func copied(row plan.Row) plan.Row {
	row.Sum, row.Body = bytes.Clone(row.Sum), bytes.Clone(row.Body)
	return row
}
