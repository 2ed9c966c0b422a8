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
	mine := t.line(what)
	mine.taken <- struct{}{}
	return func() { t.giveBack(what, mine) }
}

// try takes the turn where nobody has it. Whoever has a turn already that others take behind this one must not wait.
func (t *turns) try(what string) (release func(), free bool) {
	mine := t.line(what)
	select {
	case mine.taken <- struct{}{}:
	default:
		t.leave(what, mine)
		return nil, false
	}
	return func() { t.giveBack(what, mine) }, true
}

func (t *turns) giveBack(what string, mine *turn) {
	<-mine.taken
	t.leave(what, mine)
}

// line is the turn of a thing, with one more who waits for it.
func (t *turns) line(what string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.busy == nil {
		t.busy = map[string]*turn{}
	}
	mine := t.busy[what]
	if mine == nil {
		mine = &turn{taken: make(chan struct{}, 1)}
		t.busy[what] = mine
	}
	mine.waiting++
	return mine
}

func (t *turns) leave(what string, mine *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if mine.waiting--; mine.waiting == 0 {
		delete(t.busy, what)
	}
}
