package engine

import "sync"

// turns lets one goroutine at a time deal with a thing. Whoever has a turn keeps it while AWS is asked; so the
// others wait at a channel, where tests on fake time see that they wait, and not at a mutex.
type turns struct {
	mu   sync.Mutex
	busy map[string]*turn
}

type turn struct {
	taken   chan struct{} // has room for one
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
		mine = &turn{taken: make(chan struct{}, 1)}
		t.busy[what] = mine
	}
	mine.waiting++
	t.mu.Unlock()
	mine.taken <- struct{}{}
	return func() {
		<-mine.taken
		t.mu.Lock()
		defer t.mu.Unlock()
		if mine.waiting--; mine.waiting == 0 {
			delete(t.busy, what)
		}
	}
}
