package systemtest

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/policy"
)

// servant is a process that serves, and can die: its line to AWS and its way to the queue are cut at
// the same time.
type servant struct {
	*rig
	app     *app.App
	line    *line
	journal *journal.Journal
	log     *logbook
	cancel  context.CancelFunc
	ended   chan struct{}
}

// service is how a servant is started. The zero service is with a history in memory of its own, at the
// rates of an AWS that tells no quotas.
type service struct {
	inbox   app.Inbox
	journal *journal.Journal
	rate    float64 // at the start
	cut     func(sent bool) bool
	// automatic are hazards that it needs nobody's word for, besides the usual.
	automatic []plan.Hazard
}

// daemon starts a process that serves.
func (r *rig) daemon(o service) *servant {
	r.Helper()
	s := &servant{rig: r, line: r.lineFor(policy.ForServe), journal: o.journal, log: &logbook{}, ended: make(chan struct{})}
	s.line.cut = o.cut
	if s.journal == nil {
		s.journal = r.history()
	}
	metrics := app.NewMetrics()
	options := app.Options{
		Simulator: &app.Simulator{Client: &http.Client{Transport: s.line}, Rate: o.rate}, Observe: metrics.Observe, Journal: s.journal,
	}
	if o.inbox != nil {
		options.Inbox = &letterbox{o.inbox, s.line}
	}
	var err error
	if s.app, err = app.New(context.Background(), r.config, options); err != nil {
		r.Fatalf("starting: %v", err)
	}
	s.app.Automatic = o.automatic
	d := s.app.Daemon(app.DaemonOptions{Log: slog.New(slog.NewTextHandler(s.log, nil)), Metrics: metrics})
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	go func() {
		defer close(s.ended)
		if err := d.Run(ctx); err != nil {
			r.Errorf("serving: %v", err)
		}
	}()
	return s
}

// history is a new journal in memory.
func (r *rig) history() *journal.Journal {
	r.Helper()
	j, err := journal.Open(context.Background(), journal.Spec{Place: "memory", Account: account, Store: store})
	if err != nil {
		r.Fatalf("opening the history: %v", err)
	}
	return j
}

// stop ends the process as SIGTERM does, and answers how long that took.
func (s *servant) stop() time.Duration {
	began := time.Now()
	s.cancel()
	<-s.ended
	return time.Since(began)
}

// die kills the process.
func (s *servant) die() {
	s.line.mu.Lock()
	s.line.down = true
	s.line.mu.Unlock()
	s.stop() // nothing that it still does reaches anybody
}

// settle waits until the first pass is over, and a while longer.
func (s *servant) settle() {
	s.Helper()
	s.waitFor("the first pass", 10*time.Minute, func() bool { return s.log.count("pass complete") > 0 })
	time.Sleep(time.Minute)
}

// letterbox is a process's way to a queue, which ends with its line.
type letterbox struct {
	app.Inbox
	line *line
}

func (b *letterbox) Receive(ctx context.Context, wait, visible time.Duration) ([]awsapi.Message, error) {
	if b.line.isDown() {
		return nil, errCut
	}
	messages, err := b.Inbox.Receive(ctx, wait, visible)
	if b.line.isDown() {
		return nil, errCut
	}
	return messages, err
}

func (b *letterbox) Delete(ctx context.Context, messages []awsapi.Message) error {
	if b.line.isDown() {
		return errCut
	}
	return b.Inbox.Delete(ctx, messages)
}

func (b *letterbox) Extend(ctx context.Context, messages []awsapi.Message, d time.Duration) error {
	if b.line.isDown() {
		return errCut
	}
	return b.Inbox.Extend(ctx, messages, d)
}

func (b *letterbox) SetAside(ctx context.Context, m awsapi.Message, reason string) error {
	if b.line.isDown() {
		return errCut
	}
	return b.Inbox.SetAside(ctx, m, reason)
}

func (l *line) isDown() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.down
}

// logbook keeps what a process logs, a line each.
type logbook struct {
	mu    sync.Mutex
	lines []string
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, string(bytes.TrimSpace(p)))
	return len(p), nil
}

// with are the lines that have all of some texts in them.
func (l *logbook) with(texts ...string) (found []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, one := range l.lines {
		all := true
		for _, text := range texts {
			all = all && strings.Contains(one, text)
		}
		if all {
			found = append(found, one)
		}
	}
	return found
}

func (l *logbook) count(text string) int { return len(l.with(text)) }

// ofPerson and ofGroup are events of the API's about a person or a group.
func ofPerson(name, person string) string {
	return event("identitystore", name, `{"identityStoreId":"`+store+`","userId":"`+person+`"}`, "null")
}

func ofGroup(name, group string) string {
	return event("identitystore", name, `{"identityStoreId":"`+store+`","groupId":"`+group+`"}`, "null")
}

// times are when lines were logged that have a text in them.
func (l *logbook) times(text string) (all []time.Time) {
	for _, line := range l.with(text) {
		stamp, _, _ := strings.Cut(strings.TrimPrefix(line, "time="), " ")
		if at, err := time.Parse(time.RFC3339, stamp); err == nil {
			all = append(all, at)
		}
	}
	return all
}
