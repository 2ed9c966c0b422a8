package engine

import (
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// goings lets one person after the other go from a tenant, from the last search for what they own to their removal. Of
// two who own something together, each would leave it to the other, and both would be gone: the second one to go is
// searched for when the first one has gone, and owns it alone by then.
type goings struct {
	turns turns
	mu    sync.Mutex
	last  map[tenancy.Namespace]time.Time // when somebody went from a tenant
}

// begin waits for the turn of a tenant, and answers when somebody went from it last. The turn is given back with the
// word whether somebody else has gone.
func (g *goings) begin(n tenancy.Namespace) (last time.Time, end func(gone bool)) {
	release := g.turns.take(n.String())
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.last[n], func(gone bool) {
		if gone {
			g.mu.Lock()
			if g.last == nil {
				g.last = map[tenancy.Namespace]time.Time{}
			}
			g.last[n] = time.Now()
			g.mu.Unlock()
		}
		release()
	}
}
