package app

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
)

// health is what a daemon says of itself to whoever watches it.
type health struct {
	mu       sync.Mutex
	complete time.Time // when the last complete pass ended; zero for never
	failure  error     // of the last pass
	failed   time.Time
	inbox    error // of the last receipt from the queue
	pause    plan.Pause
	said     time.Time // when it was last told of
	stopping bool
}

func (h *health) passed(err error, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.failure = err; err == nil {
		h.complete = now
	} else {
		h.failed = now
	}
}

func (h *health) received(err error) (changed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	changed = (err == nil) != (h.inbox == nil)
	h.inbox = err
	return changed
}

// pausedBy takes down what pause there is. It reports whether that is to be told: that one has begun, or
// goes on and was last told of some time ago; or that one has ended.
func (h *health) pausedBy(p plan.Pause, now time.Time) (tell, ended bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	news := h.pause != p
	h.pause = p
	if p.IsZero() {
		return false, news
	}
	if tell = news || now.Sub(h.said) > sayPause; tell {
		h.said = now
	}
	return tell, false
}

func (h *health) stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopping = true
}

// readiness answers whether the daemon does its work, and what there is to say about it, a line each.
func (h *health) readiness() (ready bool, lines []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	ready = true
	switch {
	case h.stopping:
		ready = false
		lines = append(lines, "stopping")
	case h.failure != nil:
		ready = false
		lines = append(lines, fmt.Sprintf("the last pass failed at %s: %v", stamp(h.failed), h.failure))
	case h.complete.IsZero():
		ready = false
		lines = append(lines, "the first pass is not complete yet")
	default:
		lines = append(lines, "the last complete pass ended at "+stamp(h.complete))
	}
	if h.inbox != nil {
		ready = false
		lines = append(lines, fmt.Sprintf("the queue cannot be read: %v", h.inbox))
	}
	if !h.pause.IsZero() {
		lines = append(lines, "PAUSED "+pauseLine(h.pause))
	}
	if ready {
		return true, append([]string{"ready"}, lines...)
	}
	return false, append([]string{"not ready"}, lines...)
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// pauseLine says what is paused, since when, until when, and why.
func pauseLine(p plan.Pause) string {
	what := "all writes"
	if p.Removals {
		what = "removals"
	}
	until := "until tenantry resume"
	if p.Until != 0 {
		until = "until " + stamp(time.Unix(p.Until, 0))
	}
	return fmt.Sprintf("%s, since %s, %s, by %s: %s", what, stamp(time.Unix(p.Since, 0)), until, p.By, p.Because)
}

// pages are what a daemon serves: whether it lives, whether it works, and its metrics. Only requests
// that name the host by which they came here are answered (T19): a page in somebody's browser could
// otherwise read them under a name of its own.
func pages(h *health, m *Metrics, hosts []string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		ready, lines := h.readiness()
		status := http.StatusOK
		if !ready {
			status = http.StatusServiceUnavailable
		}
		say(w, status, lines...)
	})
	mux.Handle("GET /metrics", m.handler())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(hosts) > 0 && !slices.Contains(hosts, r.Host) {
			say(w, http.StatusMisdirectedRequest, "no such host")
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func say(w http.ResponseWriter, status int, lines ...string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, strings.Join(lines, "\n")+"\n") // whoever asked has gone
}
