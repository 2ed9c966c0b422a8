package awsapi

import "sync"

// doubts are the objects of which a write ended without a clear answer. Writers of all priorities
// share them.
type doubts struct {
	mu      sync.Mutex
	objects map[string]struct{}
}

func newDoubts() *doubts { return &doubts{objects: make(map[string]struct{})} }

func (d *doubts) about(object string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, doubted := d.objects[object]
	return doubted
}

func (d *doubts) add(object string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.objects[object] = struct{}{}
}

func (d *doubts) clear(object string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.objects, object)
}
