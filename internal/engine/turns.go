package engine

import "sync"

// turns lets one goroutine at a time deal with a thing.
type turns struct {
	mu   sync.Mutex
	busy map[string]*turn
}

type turn struct {
	mu      sync.Mutex
	waiting int
}

// take waits for the turn, and answers how to give it back.
func (t *turns) take(what string) (release func()) {
	t.mu.Lock()
	if t.busy == nil {
		t.busy = map[string]*turn{}
	}
	mine := t.busy[what]
	if mine == nil {
		mine = &turn{}
		t.busy[what] = mine
	}
	mine.waiting++
	t.mu.Unlock()
	mine.mu.Lock()
	return func() {
		mine.mu.Unlock()
		t.mu.Lock()
		defer t.mu.Unlock()
		if mine.waiting--; mine.waiting == 0 {
			delete(t.busy, what)
		}
	}
}
