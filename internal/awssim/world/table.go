package world

import (
	"iter"
	"slices"
	"strings"
	"time"
)

// chunkMax bounds the rows of a chunk, so that an insertion moves few of them.
const chunkMax = 512

// Table is an ordered store of rows by key. Rows are values: whoever changes one
// puts it back whole. Insertion, lookup and finding the start of a page cost
// O(log n) comparisons and a move of at most chunkMax rows.
//
// A table can also answer as it was a while ago, for simulating replicas that
// lag: see [View].
type Table[V any] struct {
	past   *past
	chunks [][]row[V]
	live   int
	graves []grave
}

type row[V any] struct {
	key  string
	val  *V           // nil: deleted, kept for those who look at the past
	hist []version[V] // earlier values, oldest first
}

type version[V any] struct {
	until time.Time
	val   *V // nil: not there
}

type grave struct {
	key string
	at  time.Time
}

// past says for how long tables remember earlier values.
type past struct {
	now  func() time.Time
	keep time.Duration
}

// View is the moment as of which a table is read. The zero View is now.
type View struct{ at time.Time }

func newTable[V any](p *past) *Table[V] { return &Table[V]{past: p} }

// Len is the number of rows, now.
func (t *Table[V]) Len() int { return t.live }

// Get gives the row of key as it is now.
func (t *Table[V]) Get(key string) (V, bool) { return t.GetAt(key, View{}) }

// GetAt gives the row of key as of v.
func (t *Table[V]) GetAt(key string, v View) (V, bool) {
	if c, i, ok := t.find(key); ok {
		if p := t.chunks[c][i].at(v); p != nil {
			return *p, true
		}
	}
	var zero V
	return zero, false
}

// Put stores row under key, replacing what was there.
func (t *Table[V]) Put(key string, value V) {
	t.bury()
	c, i, ok := t.find(key)
	if ok {
		r := &t.chunks[c][i]
		if r.val == nil {
			t.live++
		}
		t.remember(r)
		r.val = &value
		return
	}
	t.live++
	r := row[V]{key: key}
	t.remember(&r)
	r.val = &value
	t.insert(c, i, r)
}

// Delete removes the row of key and reports whether it was there.
func (t *Table[V]) Delete(key string) bool {
	t.bury()
	c, i, ok := t.find(key)
	if !ok || t.chunks[c][i].val == nil {
		return false
	}
	t.live--
	if t.past.keep == 0 {
		t.remove(c, i)
		return true
	}
	r := &t.chunks[c][i]
	t.remember(r)
	r.val = nil
	t.graves = append(t.graves, grave{key, t.past.now()})
	return true
}

// All gives the rows as they are now, in the order of their keys. The table must
// not be changed meanwhile.
func (t *Table[V]) All() iter.Seq2[string, V] { return t.After("", View{}) }

// After gives the rows as of v whose keys are greater than key, in their order.
// The table must not be changed meanwhile.
func (t *Table[V]) After(key string, v View) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		c, i, found := t.find(key)
		if found {
			i++
		}
		for ; c < len(t.chunks); c, i = c+1, 0 {
			for ; i < len(t.chunks[c]); i++ {
				r := &t.chunks[c][i]
				if p := r.at(v); p != nil && !yield(r.key, *p) {
					return
				}
			}
		}
	}
}

// Prefix gives the rows as of v whose keys begin with prefix and are greater
// than after, in their order.
func (t *Table[V]) Prefix(prefix, after string, v View) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		if after < prefix {
			if p, ok := t.GetAt(prefix, v); ok && !yield(prefix, p) {
				return
			}
			after = prefix
		}
		for k, p := range t.After(after, v) {
			if !strings.HasPrefix(k, prefix) || !yield(k, p) {
				return
			}
		}
	}
}

// find gives the place of key, or the place where it would be inserted.
func (t *Table[V]) find(key string) (chunk, index int, found bool) {
	// The last chunk whose first key is not greater than key.
	c, _ := slices.BinarySearchFunc(t.chunks, key, func(rows []row[V], key string) int {
		if rows[0].key <= key {
			return -1
		}
		return 1
	})
	c = max(c-1, 0)
	if c == len(t.chunks) {
		return c, 0, false
	}
	i, ok := slices.BinarySearchFunc(t.chunks[c], key, func(r row[V], key string) int {
		return strings.Compare(r.key, key)
	})
	return c, i, ok
}

func (t *Table[V]) insert(c, i int, r row[V]) {
	if c == len(t.chunks) {
		t.chunks = append(t.chunks, []row[V]{r})
		return
	}
	t.chunks[c] = slices.Insert(t.chunks[c], i, r)
	if rows := t.chunks[c]; len(rows) > chunkMax {
		// A table filled in the order of its keys leaves full chunks behind.
		half := len(rows) / 2
		if c == len(t.chunks)-1 && i == len(rows)-1 {
			half = len(rows) - 1
		}
		t.chunks[c] = slices.Clip(rows[:half])
		t.chunks = slices.Insert(t.chunks, c+1, slices.Clone(rows[half:]))
	}
}

func (t *Table[V]) remove(c, i int) {
	t.chunks[c] = slices.Delete(t.chunks[c], i, i+1)
	if len(t.chunks[c]) == 0 {
		t.chunks = slices.Delete(t.chunks, c, c+1)
	}
}

// remember keeps the value that r is about to lose for as long as somebody may
// look at the past, and forgets older ones.
func (t *Table[V]) remember(r *row[V]) {
	if t.past.keep == 0 {
		r.hist = nil
		return
	}
	now := t.past.now()
	oldest := now.Add(-t.past.keep)
	r.hist = slices.DeleteFunc(r.hist, func(v version[V]) bool { return v.until.Before(oldest) })
	r.hist = append(r.hist, version[V]{until: now, val: r.val})
}

// bury removes deleted rows that nobody can see any more.
func (t *Table[V]) bury() {
	if len(t.graves) == 0 {
		return
	}
	oldest := t.past.now().Add(-t.past.keep)
	n := 0
	for ; n < len(t.graves) && t.graves[n].at.Before(oldest); n++ {
		c, i, ok := t.find(t.graves[n].key)
		if ok && t.chunks[c][i].val == nil && t.chunks[c][i].settled(oldest) {
			t.remove(c, i)
		}
	}
	t.graves = slices.Delete(t.graves, 0, n)
}

func (r *row[V]) settled(oldest time.Time) bool {
	return len(r.hist) == 0 || r.hist[len(r.hist)-1].until.Before(oldest)
}

// at gives the value as of v; nil when the row was not there.
func (r *row[V]) at(v View) *V {
	if !v.at.IsZero() {
		for _, h := range r.hist {
			if v.at.Before(h.until) {
				return h.val
			}
		}
	}
	return r.val
}
