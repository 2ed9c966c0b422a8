package systemtest

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/policy"
)

// served runs a daemon, and hands its pages to a test when the first pass is over.
func served(t *testing.T, then func(r *rig, d *app.Daemon, s *servant)) {
	in(t, tenants(3, 2), settings{}, func(r *rig) {
		s := &servant{rig: r, line: r.lineFor(policy.ForServe), log: &logbook{}, ended: make(chan struct{})}
		metrics := app.NewMetrics()
		a, err := app.New(context.Background(), r.config, app.Options{
			Simulator: &app.Simulator{Client: &http.Client{Transport: s.line}, Rate: 1000}, Inbox: newOffice(), Observe: metrics.Observe, Journal: r.history(),
		})
		if err != nil {
			r.Fatalf("starting: %v", err)
		}
		d := a.Daemon(app.DaemonOptions{Log: slog.New(slog.NewTextHandler(s.log, nil)), Metrics: metrics, Hosts: []string{"127.0.0.1:8080", "localhost:8080"}})
		ctx, cancel := context.WithCancel(context.Background())
		s.cancel = cancel
		go func() {
			defer close(s.ended)
			if err := d.Run(ctx); err != nil {
				r.Errorf("serving: %v", err)
			}
		}()
		s.settle()
		then(r, d, s)
		s.stop()
	})
}

// asked asks for one page, by a host.
func asked(d *app.Daemon, host, path string) (int, string) {
	r := httptest.NewRequest("GET", "http://"+host+path, nil)
	w := httptest.NewRecorder()
	d.Handler().ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// T19: a page in somebody's browser whose name leads to this machine reads nothing: only who asks by the daemon's own
// address is answered.
func TestT19Hosts(t *testing.T) {
	t.Parallel()
	served(t, func(r *rig, d *app.Daemon, _ *servant) {
		for host, want := range map[string]int{"127.0.0.1:8080": 200, "localhost:8080": 200, "evil.example:8080": 421, "127.0.0.1": 421, "127.0.0.1.evil.example:8080": 421} {
			for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
				if code, body := asked(d, host, path); code != want || code != 200 && body != "no such host\n" {
					r.Errorf("%s of %s: %d", path, host, code)
				}
			}
		}
	})
}

// T26: the pages name no person, no tenant and no group, and nothing else is served: no profile of the process, say.
func TestT26PagesNameNobody(t *testing.T) {
	t.Parallel()
	served(t, func(r *rig, d *app.Daemon, _ *servant) {
		all := ""
		for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
			code, body := asked(d, "localhost:8080", path)
			if code != 200 {
				r.Errorf("%s: %d", path, code)
			}
			all += body
		}
		if !strings.Contains(all, "tenantry_writes_total{") {
			r.Errorf("nobody has been registered: %s", all)
		}
		for _, name := range []string{"t000", "t001", "qs:", "@", "QuickSight/", r.id("t001.001"), r.groupID("qs:t001")} {
			if strings.Contains(all, name) {
				r.Errorf("%q is on a page", name)
			}
		}
		for _, path := range []string{"/", "/debug/pprof/", "/debug/vars", "/metrics/x"} {
			if code, _ := asked(d, "localhost:8080", path); code != 404 {
				r.Errorf("%s: %d", path, code)
			}
		}
	})
}

// T23: who sends a request byte by byte does not hold a connection for long, nor who sends no end of a head.
func TestT23SlowRequests(t *testing.T) {
	t.Parallel()
	served(t, func(r *rig, d *app.Daemon, _ *servant) {
		l := pipes(make(chan net.Conn))
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error)
		go func() { ended <- d.Serve(ctx, l) }()
		defer func() {
			stop()
			if err := <-ended; err != nil {
				r.Errorf("serving pages: %v", err)
			}
		}()
		for name, send := range map[string]func(net.Conn){
			"a byte each second": func(c net.Conn) {
				for range 60 {
					if _, err := c.Write([]byte("G")); err != nil {
						return
					}
					time.Sleep(time.Second)
				}
			},
			"nothing": func(net.Conn) {},
			"an endless head": func(c net.Conn) {
				_, _ = io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: localhost:8080\r\n")
				for range 1 << 20 {
					if _, err := io.WriteString(c, "X: "+strings.Repeat("x", 1000)+"\r\n"); err != nil {
						return
					}
				}
			},
		} {
			here, there := net.Pipe()
			l <- there
			began := time.Now()
			_ = here.SetDeadline(began.Add(time.Minute))
			var sender sync.WaitGroup
			sender.Go(func() { send(here) })
			_, _ = io.Copy(io.Discard, here)
			if took := time.Since(began); took > 11*time.Second {
				r.Errorf("%s: held for %v", name, took)
			}
			_ = here.Close()
			sender.Wait() // it may be asleep, and no time passes when the test is over
		}
	})
}

// pipes is a listener whose connections are made by hand.
type pipes chan net.Conn

// Accept waits for a connection.
func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

// Close ends it.
func (p pipes) Close() error {
	close(p)
	return nil
}

// Addr is none.
func (p pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080} }
