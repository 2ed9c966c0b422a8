package journal

import (
	"context"
	"sync"
	"time"
)

const (
	standardCapacity = 10_000
	// gainsKept is how long a journal in memory knows of gains. A day is what is asked for.
	gainsKept = 48 * time.Hour
)

// memory keeps the newest records in a ring, and apart from them what must not fall out of it: the
// pause, and the gains of the last days.
type memory struct {
	mu       sync.Mutex
	capacity int
	ring     []Record // the oldest first, once next is 0
	next     int      // where the next one goes when the ring is full
	newest   Head
	pause    Record
	tally    *tally
}

func openMemory(spec Spec) *Journal {
	if spec.Capacity <= 0 {
		spec.Capacity = standardCapacity
	}
	s := newSeal(spec)
	return &Journal{store: &memory{capacity: spec.Capacity, newest: s.root(), tally: newTally()}, seal: s, born: s.born()}
}

func (m *memory) append(ctx context.Context, chain func(Head) []Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range chain(m.newest) {
		m.newest = Head{r.Seq, r.Sum}
		m.keep(r)
		if r.isPause() {
			m.pause = r
		}
		m.tally.add(r)
	}
	return nil
}

func (m *memory) keep(r Record) {
	if len(m.ring) < m.capacity {
		m.ring = append(m.ring, r)
		return
	}
	m.ring[m.next] = r
	m.next = (m.next + 1) % m.capacity
}

func (m *memory) paused(ctx context.Context) (Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.pause, ctx.Err()
}

func (m *memory) gains(ctx context.Context, since time.Time) (map[string]int, int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	people, namespaces := m.tally.since(since)
	return people, namespaces, ctx.Err()
}

func (m *memory) losses(ctx context.Context, since time.Time) (map[string][]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tally.lostSince(since), ctx.Err()
}

// scan goes over a copy, so that whoever is called may record.
func (m *memory) scan(ctx context.Context, _ Filter, each func(Record) bool) error {
	m.mu.Lock()
	all := append(append([]Record(nil), m.ring[m.next:]...), m.ring[:m.next]...)
	m.mu.Unlock()
	for _, r := range all {
		if err := ctx.Err(); err != nil || !each(r) {
			return err
		}
	}
	return ctx.Err()
}

// before answers the record that fell out of the ring last.
func (m *memory) before(ctx context.Context) (oldest, newest Head, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.ring) == 0 {
		return Head{}, Head{}, ctx.Err()
	}
	first := m.ring[m.next%len(m.ring)]
	return Head{first.Seq - 1, first.Prev}, m.newest, ctx.Err()
}

func (m *memory) check(ctx context.Context) (string, error) { return "", ctx.Err() }
func (m *memory) durable() bool                             { return false }
func (m *memory) close() error                              { return nil }
