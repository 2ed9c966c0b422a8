package app

import (
	"sync"

	"github.com/tenantry/tenantry/internal/awsapi"
)

// tray holds the messages of one Lambda invocation. Lambda deletes those that are done with, and lets
// the others come again.
type tray struct {
	mu      sync.Mutex
	order   []string        // ids of all messages, as they came
	open    map[string]bool // ids of those that are not done with
	pending int             // messages that may still be done with
	empty   chan struct{}   // closed when there are none of those
}

// newTray makes a tray for messages of these ids; none of them is done with.
func newTray(ids []string) *tray {
	t := &tray{order: ids, open: map[string]bool{}, pending: len(ids), empty: make(chan struct{})}
	for _, id := range ids {
		t.open[id] = true
	}
	return t
}

// hold is nothing to do: they are held from the beginning.
func (t *tray) hold(awsapi.Message) {}

func (t *tray) finish(m awsapi.Message) { t.settle(m, false) }

// forget is finish: what was set aside has been deleted already, and Lambda may do it again.
func (t *tray) forget(m awsapi.Message) { t.settle(m, false) }

func (t *tray) leave(m awsapi.Message) { t.settle(m, true) }

// settle says that no more is done about a message.
func (t *tray) settle(m awsapi.Message, open bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !open {
		delete(t.open, m.ID)
	}
	if t.pending--; t.pending == 0 {
		close(t.empty)
	}
}

// rest are the ids of the messages that are not done with, as they came.
func (t *tray) rest() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var ids []string
	for _, id := range t.order {
		if t.open[id] {
			ids = append(ids, id)
		}
	}
	return ids
}
