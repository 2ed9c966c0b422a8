package systemtest

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim/access"
	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/policy"
)

// Least privilege is proved by all of these tests together: whoever acts for tenantry does so under exactly the policies
// that `tenantry policy controller` prints for what they are about to do. A process has one key to AWS, and the line puts
// that of its present purpose in its place; the simulator judges it by that purpose's policies.

// theKey is the access key of every process, and outrightly everybody's in the world. Whoever signs with it may do anything.
const theKey = "AKIASIMULATED0000001"

// deleter is an operator who may delete namespaces.
const deleter policy.Purpose = "deleter"

// judges are the policies of a rig's purposes, by access key.
type judges struct {
	mu    sync.Mutex
	keys  map[*access.Policies]string
	byKey map[string]*access.Policies
	// off says that the world itself says who may do what.
	off bool
}

// of is what judges the calls that are signed with a key.
func (j *judges) of(key string) *access.Policies {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.byKey[key]
}

// key is the access key of whoever acts for a purpose, with a configuration.
func (r *rig) key(p policy.Purpose, c *config.Config) string {
	g := app.Grounds(c)
	if g.Queue != "" {
		g.DeadLetters = g.Queue[:len(g.Queue)-len("events")] + "dead"
	}
	g.Function = functionARN
	if p == deleter {
		p, g.DeleteNamespaces = policy.ForOperator, true
	}
	policies, err := printedFor(p, g)
	if err != nil {
		r.Fatalf("the policies for %s: %v", p, err)
	}
	j := &r.judges
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.off {
		return theKey
	}
	if key := j.keys[policies]; key != "" {
		return key
	}
	if j.keys == nil {
		j.keys, j.byKey = map[*access.Policies]string{}, map[string]*access.Policies{}
	}
	key := fmt.Sprintf("AKIA%s%04d", p, len(j.keys))
	j.keys[policies], j.byKey[key] = key, policies
	return key
}

// printed are the policies of all rigs so far, by purpose and grounds: thousands of rigs have the same.
var printed = struct {
	mu  sync.Mutex
	all map[string]*access.Policies
}{all: map[string]*access.Policies{}}

// printedFor are the policies that are printed for a purpose on these grounds. What they are needed for is noted.
func printedFor(p policy.Purpose, g policy.Grounds) (*access.Policies, error) {
	printed.mu.Lock()
	defer printed.mu.Unlock()
	id := fmt.Sprintf("%s %+v", p, g)
	if policies := printed.all[id]; policies != nil {
		return policies, nil
	}
	documents, err := policy.Controller(p, g)
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, d := range documents {
		texts = append(texts, d.Document)
	}
	policies, err := access.NewPolicies(texts, func(sid string, asked policydoc.Request) { needs.note(p, texts, sid, asked) })
	if err == nil {
		printed.all[id] = policies
	}
	return policies, err
}

// actor is who acts at the other end of a line, for one purpose at a time.
type actor struct {
	rig     *rig
	config  *config.Config
	mu      sync.Mutex
	purpose policy.Purpose
	keys    map[policy.Purpose]string
}

func (r *rig) actor(p policy.Purpose, c *config.Config) *actor {
	return &actor{rig: r, config: c, purpose: p, keys: map[policy.Purpose]string{}}
}

// key is that of the present purpose.
func (a *actor) key() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.keys[a.purpose] == "" {
		a.keys[a.purpose] = a.rig.key(a.purpose, a.config)
	}
	return a.keys[a.purpose]
}

// as changes the purpose, and gives what changes it back.
func (a *actor) as(p policy.Purpose) (back func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := a.purpose
	a.purpose = p
	return func() { a.as(before) }
}

// as is a process that does nothing any more but for a purpose.
func (p *process) as(purpose policy.Purpose) *process {
	p.line.who.as(purpose)
	return p
}

// lineFor is a line to AWS for whoever acts for a purpose.
func (r *rig) lineFor(p policy.Purpose) *line {
	return &line{to: r.sim, who: r.actor(p, r.config)}
}

// signed is a request with another key in the place of the process's.
func signed(r *http.Request, key string) *http.Request {
	header := r.Header.Get("Authorization")
	if key == theKey || !strings.Contains(header, theKey) {
		return r // it may be signed with the keys of a role that was assumed
	}
	other := *r
	other.Header = r.Header.Clone()
	other.Header.Set("Authorization", strings.Replace(header, theKey, key, 1))
	return &other
}
