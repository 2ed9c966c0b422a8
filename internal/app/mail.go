package app

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
)

// Inbox is the queue that events come through.
type Inbox interface {
	Receive(ctx context.Context, wait, visible time.Duration) ([]awsapi.Message, error)
	Delete(ctx context.Context, messages []awsapi.Message) error
	Extend(ctx context.Context, messages []awsapi.Message, d time.Duration) error
	SetAside(ctx context.Context, m awsapi.Message, reason string) error
	Depth(ctx context.Context) (awsapi.Depth, error)
}

const (
	longPoll  = 20 * time.Second
	invisible = 2 * time.Minute  // for how long a message is ours, until it is extended
	extendAt  = 50 * time.Second // how often those that are still held are
	mailEvery = 200 * time.Millisecond
)

// mail holds the messages that are being dealt with: it keeps them invisible to others, and deletes
// those that are done, many at a time.
type mail struct {
	inbox Inbox
	log   *slog.Logger

	mu   sync.Mutex
	held map[string]awsapi.Message // by receipt
	done []awsapi.Message
}

func newMail(inbox Inbox, log *slog.Logger) *mail {
	return &mail{inbox: inbox, log: log, held: map[string]awsapi.Message{}}
}

// hold takes a message into keeping.
func (m *mail) hold(one awsapi.Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held[one.Receipt] = one
}

// finish says that everything is done that a message asks for.
func (m *mail) finish(one awsapi.Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.held, one.Receipt)
	m.done = append(m.done, one)
}

// forget says that a message is nobody's here any more.
func (m *mail) forget(one awsapi.Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.held, one.Receipt)
}

// leave lets a message become visible again when its time comes.
func (m *mail) leave(one awsapi.Message) { m.forget(one) }

// keep deletes what is done and extends what is not, until ctx ends. What it has told the queue by then is
// not taken back: such a call has until calls ends.
func (m *mail) keep(ctx, calls context.Context) {
	ticker := time.NewTicker(mailEvery)
	defer ticker.Stop()
	extended := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		m.deleteDone(calls)
		if time.Since(extended) >= extendAt {
			extended = time.Now()
			m.say("extending messages", m.inbox.Extend(calls, m.undone(), invisible))
		}
	}
}

func (m *mail) deleteDone(ctx context.Context) {
	m.mu.Lock()
	done := m.done
	m.done = nil
	m.mu.Unlock()
	if len(done) > 0 {
		m.say("deleting messages", m.inbox.Delete(ctx, done))
	}
}

func (m *mail) undone() []awsapi.Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.SortedFunc(maps.Values(m.held), func(a, b awsapi.Message) int { return a.Sent.Compare(b.Sent) })
}

// say logs what the queue refused. Nothing is lost by it: a message that was not deleted comes again,
// and finds that there is nothing to do.
func (m *mail) say(doing string, err error) {
	if err != nil {
		m.log.Warn(doing+" failed; they will come again", "error", err)
	}
}

// close deletes what is done and returns the rest, for others to receive at once.
func (m *mail) close(ctx context.Context) {
	m.deleteDone(ctx)
	if rest := m.undone(); len(rest) > 0 {
		m.log.Info("returning messages", "messages", len(rest))
		m.say("returning messages", m.inbox.Extend(ctx, rest, 0))
	}
}
