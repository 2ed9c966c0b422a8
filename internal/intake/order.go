package intake

import "container/list"

// class is how soon a key's turn comes. All of a class goes before any of the next: a revocation does
// not wait for grants, and neither waits for bulk work. So a steady stream of one class holds up the next
// ones; what bounds that is the bound on keys, beyond which there is a pass.
type class int

const (
	revocations class = iota
	grants
	bulk
	classes // how many there are
)

func classOf(h Hint) class {
	switch {
	case h.Revokes:
		return revocations
	case h.Bulk:
		return bulk
	}
	return grants
}

// lane is the keys of one tenant or group that are due, in one class, the longest waiting first.
type lane struct {
	name  string
	items list.List // of *item
	turn  *list.Element
}

// turns is one class: its lanes take turns, one key at a time, so that a lane with fifty thousand
// keys holds up one with fifty by fifty turns.
type turns struct {
	lanes map[string]*lane // those that are not empty
	next  list.List        // of *lane, the next one first
	count int
}

func (t *turns) push(i *item) {
	l := t.lanes[i.lane]
	if l == nil {
		l = &lane{name: i.lane}
		if t.lanes == nil {
			t.lanes = map[string]*lane{}
		}
		t.lanes[i.lane] = l
		l.turn = t.next.PushBack(l)
	}
	i.place = l.items.PushBack(i)
	t.count++
}

// pop takes the first key of the lane whose turn it is.
func (t *turns) pop() *item {
	front := t.next.Front()
	if front == nil {
		return nil
	}
	l := front.Value.(*lane)
	i := l.items.Front().Value.(*item)
	t.remove(i)
	if l.items.Len() > 0 {
		t.next.MoveToBack(front)
	}
	return i
}

func (t *turns) remove(i *item) {
	l := t.lanes[i.lane]
	l.items.Remove(i.place)
	i.place = nil
	t.count--
	if l.items.Len() == 0 {
		t.next.Remove(l.turn)
		delete(t.lanes, l.name)
	}
}
