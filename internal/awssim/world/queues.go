package world

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"
)

// Queues are the account's SQS queues. The world's lock guards them and all that is in them.
type Queues struct {
	w       *World
	queues  *Table[*Queue]       // by Region and name
	deleted map[string]time.Time // when the last queue of that key was deleted
}

// Queue is a standard queue. Names are unique in a Region.
type Queue struct {
	Name      string
	Region    string
	Settings  QueueSettings
	Tags      []Tag
	CreatedAt time.Time
	ChangedAt time.Time // when its settings were
	PurgedAt  time.Time

	w        *World
	messages map[string]*Message // by id
	ready    []*Message          // those that can be received, next first, and remains of others
	waiting  waiting             // those that can not be received yet
	nth      uint64              // messages so far
	expiry   time.Time           // no message is too old before
	changed  chan struct{}       // closed when there may be more to receive; nil: nobody waits
}

// QueueSettings are what a queue's attributes say, in SQS's ranges.
type QueueSettings struct {
	VisibilityTimeout Duration `json:"visibility_timeout"` // for how long nobody else gets a received message; 30s
	Retention         Duration `json:"retention"`          // after which a message is gone; 96h
	WaitTime          Duration `json:"wait_time"`          // of a receive that does not say how long
	Delay             Duration `json:"delay"`              // after which a message that was sent can be received
	MaxSize           int      `json:"max_message_size"`   // bytes of a message; 1 MiB
	Redrive           *Redrive `json:"redrive,omitempty"`
	// Attributes are those that only have to be remembered, such as Policy.
	Attributes map[string]string `json:"attributes,omitempty"`
}

// Redrive sends messages that have been received too often to another queue of the Region.
type Redrive struct {
	DeadLetterQueue string `json:"dead_letter_queue"` // its name
	MaxReceives     int    `json:"max_receive_count"`
}

// DefaultQueueSettings are those of a queue that is created without attributes, as the CreateQueue reference
// has them; the size is that of August 2025.
func DefaultQueueSettings() QueueSettings {
	return QueueSettings{
		VisibilityTimeout: Duration(30 * time.Second),
		Retention:         Duration(4 * 24 * time.Hour),
		MaxSize:           1 << 20,
	}
}

// QueueSeed is a queue with its messages: those that can be received in their order, then the others.
type QueueSeed struct {
	Name   string `json:"name"`
	Region string `json:"region,omitempty"` // that of the identity store
	QueueSettings
	Tags      []Tag     `json:"tags,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	ChangedAt time.Time `json:"changed_at,omitzero"`
	Messages  []Message `json:"messages,omitempty"`
}

// UnmarshalJSON reads what differs from the default. Unknown fields are refused.
func (s *QueueSeed) UnmarshalJSON(data []byte) error {
	type plain QueueSeed
	p := plain{QueueSettings: DefaultQueueSettings()}
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	*s = QueueSeed(p)
	return nil
}

func newQueues(w *World) *Queues {
	return &Queues{w: w, queues: newTable[*Queue](w.past), deleted: make(map[string]time.Time)}
}

// Get gives the queue of that name in a Region.
func (q *Queues) Get(region, name string) (*Queue, bool) { return q.queues.Get(Key(region, name)) }

// ByARN gives the queue of an ARN.
func (q *Queues) ByARN(arn string) (*Queue, bool) {
	part := strings.Split(arn, ":")
	if len(part) != 6 {
		return nil, false
	}
	found, ok := q.Get(part[3], part[5])
	return found, ok && found.ARN() == arn
}

// In gives the queues of a Region whose names begin with prefix, in their order, after the one whose key is after.
func (q *Queues) In(region, prefix, after string) iter.Seq2[string, *Queue] {
	return q.queues.Prefix(Key(region, prefix), after, View{})
}

// Create makes a queue of a name that is free.
func (q *Queues) Create(region, name string, s QueueSettings) *Queue {
	now := q.w.Now()
	created := &Queue{
		Name: name, Region: region, Settings: s, CreatedAt: now, ChangedAt: now,
		w: q.w, messages: make(map[string]*Message),
	}
	q.queues.Put(Key(region, name), created)
	return created
}

// Delete removes a queue with its messages.
func (q *Queues) Delete(gone *Queue) {
	q.queues.Delete(Key(gone.Region, gone.Name))
	q.deleted[Key(gone.Region, gone.Name)] = q.w.Now()
	gone.wake()
}

// DeletedAt gives when the last queue of that name was deleted; zero: never.
func (q *Queues) DeletedAt(region, name string) time.Time { return q.deleted[Key(region, name)] }

// ARN is the queue's ARN.
func (q *Queue) ARN() string { return q.w.ARN("sqs", q.Region, q.Name) }

// Change sets the settings.
func (q *Queue) Change(s QueueSettings) {
	q.Settings, q.ChangedAt = s, q.w.Now()
	q.expiry = time.Time{}
	q.wake()
}

// Changed gives a channel that is closed when there may be more to receive than there is.
func (q *Queue) Changed() <-chan struct{} {
	if q.changed == nil {
		q.changed = make(chan struct{})
	}
	return q.changed
}

func (q *Queue) wake() {
	if q.changed != nil {
		close(q.changed)
		q.changed = nil
	}
}

// load makes the queues of a seed.
func (q *Queues) load(seeds []QueueSeed) error {
	for i, s := range seeds {
		region := or(s.Region, q.w.Directory.Region)
		if _, dup := q.Get(region, s.Name); dup || s.Name == "" {
			return fmt.Errorf("queues[%d] %q: the name is empty or there twice", i, s.Name)
		}
		made := q.Create(region, s.Name, s.QueueSettings)
		made.Tags = SortTags(s.Tags)
		made.CreatedAt, _ = times(s.CreatedAt, s.CreatedAt)
		_, made.ChangedAt = times(made.CreatedAt, s.ChangedAt)
		for _, m := range s.Messages {
			made.put(m)
		}
	}
	return nil
}

func (q *Queues) snapshot() []QueueSeed {
	var seeds []QueueSeed
	for _, queue := range q.queues.All() {
		queue.settle()
		seeds = append(seeds, QueueSeed{
			Name: queue.Name, Region: queue.Region, QueueSettings: queue.Settings, Tags: queue.Tags,
			CreatedAt: queue.CreatedAt, ChangedAt: queue.ChangedAt, Messages: queue.content(),
		})
	}
	return seeds
}
