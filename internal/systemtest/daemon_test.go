package systemtest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/policy"
)

// serving is a process that serves.
type serving struct {
	*rig
	office  *office
	line    *line
	metrics *app.Metrics
	stop    func() // and waits until it has ended
	ended   chan struct{}
}

// serve starts `tenantry serve` on a queue.
func (r *rig) serve(o *office) *serving {
	r.Helper()
	s := &serving{rig: r, office: o, line: r.lineFor(policy.ForServe), metrics: app.NewMetrics(), ended: make(chan struct{})}
	a, err := app.New(context.Background(), r.config, app.Options{
		Simulator: &app.Simulator{Client: &http.Client{Transport: s.line}, Rate: 1000}, Inbox: o, Observe: s.metrics.Observe,
	})
	if err != nil {
		r.Fatalf("starting: %v", err)
	}
	d := a.Daemon(app.DaemonOptions{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Metrics: s.metrics})
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = func() {
		cancel()
		<-s.ended
	}
	go func() {
		defer close(s.ended)
		if err := d.Run(ctx); err != nil {
			r.Errorf("serving: %v", err)
		}
	}()
	return s
}

// waitFor lets time pass until something is so, and answers how long that was.
func (r *rig) waitFor(what string, most time.Duration, is func() bool) time.Duration {
	r.Helper()
	began := time.Now()
	for !is() {
		if time.Since(began) > most {
			r.Fatalf("%s: not so after %v", what, most)
		}
		time.Sleep(10 * time.Millisecond)
	}
	return time.Since(began)
}

// isIn reports whether somebody is a user of a namespace, and a member of its mirror of a group.
func (r *rig) isIn(namespace, group, user string) bool {
	name := "QuickSight/" + user
	_, there := r.user(namespace, name)
	if !there {
		return false
	}
	for _, m := range r.members(namespace, group) {
		if m == name {
			return true
		}
	}
	return false
}

// TestTheThreeWays: somebody is added in the console, by the API and by SCIM, and is registered within
// the second.
func TestTheThreeWays(t *testing.T) {
	t.Parallel()
	in(t, tenants(3, 2), settings{}, func(r *rig) {
		o := newOffice()
		s := r.serve(o)
		defer s.stop()
		r.waitFor("the first pass", time.Minute, func() bool { return r.isIn("t002", "qs:t002", "t002.001") })
		time.Sleep(time.Minute)
		group := r.groupID("qs:t001")
		for way, tell := range map[string]func(group, person string) string{
			"console": joinedInConsole, "api": joinedByAPI, "scim": func(g, _ string) string { return patchedBySCIM(g) },
		} {
			r.someone(way)
			r.join("qs:t001", way)
			o.send(tell(group, r.id(way)), 0)
			took := r.waitFor(way, time.Second, func() bool { return r.isIn("t001", "qs:t001", way) })
			t.Logf("%s: %v", way, took)
		}
		time.Sleep(2 * time.Second)
		if n := o.left(); n != 0 {
			t.Errorf("S18: %d messages are left", n)
		}
		r.settled()
	})
}

// TestANewCustomer: the group, its people, and only then the namespace.
func TestANewCustomer(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 2), settings{}, func(r *rig) {
		o := newOffice()
		s := r.serve(o)
		defer s.stop()
		r.waitFor("the first pass", time.Minute, func() bool { return r.isIn("t000", "qs:t000", "t000.001") })
		group := r.group("qs:new")
		o.send(createdByAPI(group), 0)
		for i := range 5 {
			name := fmt.Sprintf("new%d", i)
			r.someone(name)
			r.join("qs:new", name)
			o.send(joinedByAPI(group, r.id(name)), time.Duration(i)*3*time.Second)
		}
		took := r.waitFor("everyone", 2*time.Minute, func() bool {
			for i := range 5 {
				if !r.isIn("new", "qs:new", fmt.Sprintf("new%d", i)) {
					return false
				}
			}
			return true
		})
		t.Logf("a new customer with five people: %v", took)
		time.Sleep(5 * time.Second)
		if n := o.left(); n != 0 {
			t.Errorf("S18: %d messages are left", n)
		}
		r.settled()
	})
}
