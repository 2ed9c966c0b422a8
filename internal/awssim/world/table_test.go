package world

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// A table does what a map and a sort would do, now and as it was.
func TestTableAgainstModel(t *testing.T) {
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		keep := time.Duration(seed%3) * 10 * time.Second
		table := newTable[int](&past{now: func() time.Time { return now }, keep: keep})
		model := make(map[string]int)
		states := make(map[time.Time]map[string]int)
		for i := range 3000 {
			key := fmt.Sprintf("k%04d", rnd.IntN(1200))
			if rnd.IntN(3) == 0 {
				_, want := model[key]
				if got := table.Delete(key); got != want {
					t.Fatalf("seed %d: Delete(%s) = %v, want %v", seed, key, got, want)
				}
				delete(model, key)
			} else {
				table.Put(key, i)
				model[key] = i
			}
			if rnd.IntN(50) == 0 {
				states[now] = maps.Clone(model)
				now = now.Add(time.Duration(1+rnd.IntN(5)) * time.Second)
			}
		}
		same(t, table, View{}, model)
		if keep > 0 {
			at := now.Add(-keep)
			same(t, table, View{at}, stateAt(states, at))
		}
	}
}

// stateAt gives the last state that was complete at a moment.
func stateAt(states map[time.Time]map[string]int, at time.Time) map[string]int {
	var best time.Time
	for when := range states {
		if !when.After(at) && when.After(best) {
			best = when
		}
	}
	return states[best]
}

func same(t *testing.T, table *Table[int], v View, want map[string]int) {
	t.Helper()
	got := make(map[string]int)
	last := ""
	for k, n := range table.After("", v) {
		if k <= last {
			t.Fatalf("%s comes after %s", k, last)
		}
		got[k], last = n, k
	}
	if !maps.Equal(got, want) {
		t.Fatalf("table has %d rows, the model %d, or they differ", len(got), len(want))
	}
	if v == (View{}) && table.Len() != len(want) {
		t.Fatalf("Len = %d, want %d", table.Len(), len(want))
	}
	for k, n := range want {
		if g, ok := table.GetAt(k, v); !ok || g != n {
			t.Fatalf("GetAt(%s) = %d, %v, want %d", k, g, ok, n)
		}
	}
}

func TestTablePrefix(t *testing.T) {
	table := newTable[int](&past{now: time.Now})
	for i, k := range []string{"a", "ab", "ab", "abc", "abd", "b", Key("g", "u1"), Key("g", "u2"), Key("ga", "u1")} {
		table.Put(k, i)
	}
	for _, c := range []struct{ prefix, after, want string }{
		{"ab", "", "ab abc abd"}, {"ab", "abc", "abd"}, {"ab", "ab", "abc abd"}, {"ab", "abd", ""}, {"c", "", ""}, {"a", "", "a ab abc abd"},
		{KeyPrefix("g"), "", Key("g", "u1") + " " + Key("g", "u2")}, {KeyPrefix("g"), Key("g", "u1"), Key("g", "u2")},
	} {
		var got []string
		for k := range table.Prefix(c.prefix, c.after, View{}) {
			got = append(got, k)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("Prefix(%q, %q) = %q, want %q", c.prefix, c.after, got, c.want)
		}
	}
}

// Deleted rows do not stay for ever.
func TestTableForgets(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	table := newTable[int](&past{now: func() time.Time { return now }, keep: time.Minute})
	for i := range 1000 {
		key := fmt.Sprint(i)
		table.Put(key, i)
		table.Delete(key)
		now = now.Add(time.Second)
	}
	rows := 0
	for _, c := range table.chunks {
		rows += len(c)
	}
	if rows > 62 || len(table.graves) > 62 {
		t.Errorf("%d rows and %d graves after 1000 deletions, a minute of which counts", rows, len(table.graves))
	}
}

// Filling a large table in any order takes no quadratic time: chunks stay short.
func TestTableChunks(t *testing.T) {
	const n = 100_000
	order := rand.New(rand.NewPCG(1, 2)).Perm(n)
	for name, keys := range map[string][]int{"in order": slices.Sorted(slices.Values(order)), "in no order": order} {
		table := newTable[int](&past{now: time.Now})
		for _, k := range keys {
			table.Put(fmt.Sprintf("%08d", k), k)
		}
		for _, c := range table.chunks {
			if len(c) > chunkMax {
				t.Fatalf("%s: a chunk of %d rows", name, len(c))
			}
		}
		if len(table.chunks) > 4*n/chunkMax || table.Len() != n {
			t.Errorf("%s: %d rows in %d chunks", name, table.Len(), len(table.chunks))
		}
	}
}
