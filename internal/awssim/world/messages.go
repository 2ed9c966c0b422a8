package world

import (
	"cmp"
	"container/heap"
	"slices"
	"time"
)

// Message is a message in a queue.
type Message struct {
	ID            string                      `json:"id"`
	Body          string                      `json:"body"`
	Attributes    map[string]MessageAttribute `json:"attributes,omitempty"`
	TraceHeader   string                      `json:"trace_header,omitempty"`
	Sender        string                      `json:"sender,omitempty"` // as STS GetCallerIdentity's UserId
	SentAt        time.Time                   `json:"sent_at"`
	Receives      int                         `json:"receives,omitempty"`
	FirstReceived time.Time                   `json:"first_received,omitzero"`
	// VisibleAt is when the message can be received, for one that can not: it is delayed, or in flight once it has
	// been received.
	VisibleAt time.Time `json:"visible_at,omitzero"`
	Source    string    `json:"source,omitempty"` // ARN of the queue from which it came as a dead letter

	nth   uint64
	index int // in waiting; -1: it is ready
	gone  bool
}

// MessageAttribute is an attribute that a sender gave.
type MessageAttribute struct {
	Type   string `json:"type"` // String, Number or Binary, with or without a label: Number.int
	Text   string `json:"text,omitempty"`
	Binary []byte `json:"binary,omitempty"`
}

// Send puts a message into the queue, which can be received after a delay. It gives the message
// with its id, which is a new one unless m has one.
func (q *Queue) Send(m Message, delay time.Duration) Message {
	now := q.w.Now()
	m.SentAt, m.VisibleAt = now, now.Add(delay)
	if m.ID == "" {
		m.ID = q.w.NewID()
	}
	return *q.put(m)
}

// put stores a message.
func (q *Queue) put(m Message) *Message {
	q.nth++
	m.nth, m.index, m.gone = q.nth, -1, false
	q.messages[m.ID] = &m
	if end := m.SentAt.Add(time.Duration(q.Settings.Retention)); len(q.messages) == 1 || end.Before(q.expiry) {
		q.expiry = end
	}
	q.hide(&m, m.VisibleAt)
	return &m
}

// hide lets m, which is in neither list, be received at a time, or now if that has come.
func (q *Queue) hide(m *Message, until time.Time) {
	if until.After(q.w.Now()) {
		m.VisibleAt = until
		heap.Push(&q.waiting, m)
	} else {
		q.show(m)
	}
	q.wake()
}

func (q *Queue) show(m *Message) {
	m.VisibleAt, m.index = time.Time{}, -1
	q.ready = append(q.ready, m)
}

// Receive takes up to limit messages, which are in flight for a while from now on. Messages that have been received
// too often go to the dead-letter queue instead, where there is one. What is given is a copy.
func (q *Queue) Receive(limit int, hidden time.Duration) []Message {
	q.settle()
	now := q.w.Now()
	var taken []*Message
	for len(taken) < limit {
		m := q.next()
		if m == nil {
			break
		}
		if q.bury(m) {
			continue
		}
		m.Receives++
		if m.Receives == 1 {
			m.FirstReceived = now
		}
		taken = append(taken, m)
	}
	var got []Message
	for _, m := range taken {
		got = append(got, *m)
		q.hide(m, now.Add(hidden))
	}
	return got
}

// next takes the next message that can be received off the list; nil: there is none.
func (q *Queue) next() *Message {
	for len(q.ready) > 0 {
		m := q.ready[0]
		q.ready[0] = nil
		q.ready = q.ready[1:]
		if !m.gone {
			return m
		}
	}
	return nil
}

// bury moves a message, which is in neither list, to the dead-letter queue if it has been received too often. That
// it keeps its id, its age and its count is assumed of the last, and documented of the age.
func (q *Queue) bury(m *Message) bool {
	r := q.Settings.Redrive
	if r == nil || m.Receives < r.MaxReceives {
		return false
	}
	grave, ok := q.w.Queues.Get(q.Region, r.DeadLetterQueue)
	if !ok || grave == q {
		return false
	}
	q.remove(m)
	moved := *m
	moved.VisibleAt, moved.Source = time.Time{}, q.ARN()
	grave.put(moved)
	return true
}

// Find gives the message of that id.
func (q *Queue) Find(id string) (Message, bool) {
	q.settle()
	m, ok := q.messages[id]
	if !ok {
		return Message{}, false
	}
	return *m, true
}

// InFlight reports whether the message has been received and nobody else can receive it.
func (m Message) InFlight() bool { return !m.VisibleAt.IsZero() && m.Receives > 0 }

// Hide lets a message that is in flight be received after a while from now.
func (q *Queue) Hide(id string, d time.Duration) {
	if m, ok := q.messages[id]; ok && m.index >= 0 {
		heap.Remove(&q.waiting, m.index)
		q.hide(m, q.w.Now().Add(d))
	}
}

// Remove deletes a message and reports whether it was there.
func (q *Queue) Remove(id string) bool {
	m, ok := q.messages[id]
	if ok {
		q.remove(m)
	}
	return ok
}

func (q *Queue) remove(m *Message) {
	if m.index >= 0 {
		heap.Remove(&q.waiting, m.index)
	}
	m.gone = true
	delete(q.messages, m.ID)
}

// Purge deletes all messages.
func (q *Queue) Purge() {
	clear(q.messages)
	q.ready, q.waiting, q.PurgedAt = nil, nil, q.w.Now()
}

// Counts gives how many messages can be received, are in flight, and are delayed.
func (q *Queue) Counts() (visible, inFlight, delayed int) {
	q.settle()
	for _, m := range q.waiting {
		if m.Receives > 0 {
			inFlight++
		}
	}
	return len(q.messages) - len(q.waiting), inFlight, len(q.waiting) - inFlight
}

// Next gives when the next message becomes one that can be received; zero when all can, or there is none.
func (q *Queue) Next() time.Time {
	if len(q.waiting) == 0 {
		return time.Time{}
	}
	return q.waiting[0].VisibleAt
}

// settle does what time has brought.
func (q *Queue) settle() {
	now := q.w.Now()
	q.expire(now)
	for len(q.waiting) > 0 && !q.waiting[0].VisibleAt.After(now) {
		q.show(heap.Pop(&q.waiting).(*Message))
	}
}

// expire deletes messages that are older than the queue keeps them. It looks at them only when one may be.
func (q *Queue) expire(now time.Time) {
	if now.Before(q.expiry) || len(q.messages) == 0 {
		return
	}
	oldest := now
	for _, m := range q.messages {
		if !now.Before(m.SentAt.Add(time.Duration(q.Settings.Retention))) {
			q.remove(m)
			continue
		}
		if m.SentAt.Before(oldest) {
			oldest = m.SentAt
		}
	}
	q.expiry = oldest.Add(time.Duration(q.Settings.Retention))
}

// content gives the messages as a seed holds them.
func (q *Queue) content() []Message {
	var list []Message
	for _, m := range q.ready {
		if !m.gone {
			list = append(list, *m)
		}
	}
	later := slices.Clone(q.waiting)
	slices.SortFunc(later, func(a, b *Message) int { return cmp.Or(a.VisibleAt.Compare(b.VisibleAt), cmp.Compare(a.nth, b.nth)) })
	for _, m := range later {
		list = append(list, *m)
	}
	for i := range list {
		m := &list[i]
		m.SentAt, m.FirstReceived, m.VisibleAt = m.SentAt.UTC(), m.FirstReceived.UTC(), m.VisibleAt.UTC()
	}
	return list
}

// waiting is a heap of messages by when they can be received.
type waiting []*Message

func (w waiting) Len() int { return len(w) }

func (w waiting) Less(i, j int) bool {
	return cmp.Or(w[i].VisibleAt.Compare(w[j].VisibleAt), cmp.Compare(w[i].nth, w[j].nth)) < 0
}

func (w waiting) Swap(i, j int) {
	w[i], w[j] = w[j], w[i]
	w[i].index, w[j].index = i, j
}

// Push is for package heap.
func (w *waiting) Push(x any) {
	m := x.(*Message)
	m.index = len(*w)
	*w = append(*w, m)
}

// Pop is for package heap.
func (w *waiting) Pop() any {
	last := len(*w) - 1
	m := (*w)[last]
	(*w)[last] = nil
	*w, m.index = (*w)[:last], -1
	return m
}
