package intake

import (
	"container/heap"
	"container/list"
	"time"
)

// times are the keys that wait for a time, as a heap: delayed ones, and parked ones for their limit.
type times []*item

func (t times) Len() int           { return len(t) }
func (t times) Less(i, j int) bool { return t[i].at.Before(t[j].at) }
func (t times) Swap(i, j int) {
	t[i], t[j] = t[j], t[i]
	t[i].spot, t[j].spot = i, j
}

// Push and Pop are for container/heap.
func (t *times) Push(x any) {
	i := x.(*item)
	i.spot = len(*t)
	*t = append(*t, i)
}

// Pop is for container/heap.
func (t *times) Pop() any {
	last := len(*t) - 1
	i := (*t)[last]
	(*t)[last] = nil
	*t = (*t)[:last]
	return i
}

// waitUntil makes a key wait for a time. The lock must be held, here and below.
func (q *Queue) waitUntil(i *item, at time.Time) {
	i.state, i.at = delayed, at
	heap.Push(&q.times, i)
	q.wind()
}

// park makes a key wait for something to come about, and no longer than until a time.
func (q *Queue) park(i *item, on string, at time.Time) {
	q.waitUntil(i, at)
	l := q.parked[on]
	if l == nil {
		l = list.New()
		q.parked[on] = l
	}
	i.state, i.on, i.place = parked, on, l.PushBack(i)
}

// unwait takes a key away from where it waits.
func (q *Queue) unwait(i *item) {
	heap.Remove(&q.times, i.spot)
	if i.state == parked {
		l := q.parked[i.on]
		if l.Remove(i.place); l.Len() == 0 {
			delete(q.parked, i.on)
		}
		i.on, i.place = "", nil
	}
}

// wind sets the timer to the first time that somebody waits for.
func (q *Queue) wind() {
	if q.closed || len(q.times) == 0 {
		return
	}
	wait := max(0, time.Until(q.times[0].at))
	if q.timer == nil {
		q.timer = time.AfterFunc(wait, q.ring)
		return
	}
	q.timer.Reset(wait)
}

// ring makes due what has waited long enough.
func (q *Queue) ring() {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	for !q.closed && len(q.times) > 0 && !q.times[0].at.After(now) {
		i := q.times[0]
		q.unwait(i)
		q.makeDue(i)
	}
	q.wind()
}

// Release makes due what is parked on a thing, because it has come about, and answers how many keys
// that were. Those that are worked on just now and will be parked on it are due at once too.
func (q *Queue) Release(on string) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := range q.working {
		if i.released == nil {
			i.released = map[string]bool{}
		}
		i.released[on] = true
	}
	n := 0
	for l := q.parked[on]; l != nil && l.Len() > 0 && !q.closed; n++ {
		i := l.Front().Value.(*item)
		q.unwait(i)
		q.makeDue(i)
	}
	return n
}
