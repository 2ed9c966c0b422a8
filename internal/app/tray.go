package app

import (
	"sync"

	"github.com/tenantry/tenantry/internal/awsapi"
)

// tray holds the messages of one Lambda invocation. Lambda deletes those that are done with, and
// makes the others visible again.
type tray struct {
	mu    sync.Mutex
	left  int
	open  map[string]bool // ids of messages that are not done with
	empty chan struct{}   // closed when all are
}

func newTray(messages int) *tray {
	return &tray{left: messages, open: map[string]bool{}, empty: make(chan struct{})}
}

func (t *tray) hold(m awsapi.Message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open[m.ID] = true
}

func (t *tray) finish(m awsapi.Message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, m.ID)
	if t.left--; t.left == 0 {
		close(t.empty)
	}
}

// forget is finish: what was set aside has been deleted already, and Lambda may do it again.
func (t *tray) forget(m awsapi.Message) { t.finish(m) }

func (t *tray) leave(m awsapi.Message) {
	t.hold(m)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.left--; t.left == 0 {
		close(t.empty)
	}
}

// rest are the ids of the messages that are not done with.
func (t *tray) rest() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var ids []string
	for id := range t.open {
		ids = append(ids, id)
	}
	return ids
}
