package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/intake"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Daemon is tenantry as a process that lives on: it listens to the queue, deals with hints, and makes
// passes. Make it with App.Daemon, and let it Run.
//
//	SQS ──► receive ──► intake.Reader ──► intake.Queue ──► work ──► engine.Keeper
//	                                                        │
//	timer ───────────────────────────────► passes ◄────────┘ "make a pass"
//
// A message is deleted when everything that it asks for is done, or has been left to a pass. Until
// then it is kept invisible to others; whatever happens to this process, the message comes again.
type Daemon struct {
	keeper  *engine.Keeper
	inbox   Inbox // nil without a queue
	reader  *intake.Reader
	queue   *intake.Queue
	log     *slog.Logger
	metrics *Metrics
	health  *health
	pages   http.Handler

	passEvery time.Duration
	rates     func() float64 // calls a second to QuickSight, now
	reads     func() int     // reads of passes so far

	watch  *watch
	ledger *ledger
	signIn rules.SignIn

	mail post
	// returns says that there is no later here: what cannot be done now goes back to its queue.
	returns bool
}

// post is where messages are while they are being dealt with.
type post interface {
	hold(m awsapi.Message)   // it is being dealt with
	finish(m awsapi.Message) // everything that it asks for is done
	forget(m awsapi.Message) // it is gone from the queue
	leave(m awsapi.Message)  // nobody here deals with it: it is to come again
}

// DaemonOptions are what a Daemon may be given.
type DaemonOptions struct {
	Log     *slog.Logger
	Metrics *Metrics // those that Options.Observe was given
	// Hosts are the names by which its pages may be asked for, with the port; nil is any.
	Hosts []string
}

const (
	hintWorkers = 16
	receivers   = 2
	mostHints   = 50_000           // in memory; above it there is a pass instead
	firstRetry  = time.Second      // of a hint that failed
	lastRetry   = 15 * time.Minute // the cap of its backoff
	giveUpAfter = 5                // failures; then it is left to a pass
	// windDown is how long work that is under way may take once the daemon is stopping, and lastMail
	// how long the queue may then be told what was done. Together they stay below ten seconds.
	windDown = 8200 * time.Millisecond
	lastMail = time.Second
)

// Daemon makes a Daemon of the app.
func (a *App) Daemon(o DaemonOptions) *Daemon {
	d := a.daemon(a.Keeper(), o)
	d.pages = pages(d.health, d.metrics, o.Hosts)
	d.metrics.watch(d.queue, a.AWS)
	if d.inbox != nil {
		d.mail = newMail(d.inbox, d.log)
	}
	return d
}

// daemon makes a Daemon that shares its Keeper, and has no pages and no mail yet.
func (a *App) daemon(k *engine.Keeper, o DaemonOptions) *Daemon {
	d := &Daemon{
		keeper: k, log: o.Log, metrics: o.Metrics, health: &health{}, passEvery: a.PassEvery, inbox: a.inbox,
		reader: &intake.Reader{Account: a.Account, Store: a.Rules.Store, SignsIn: a.Rules.SignIn.MayBe},
		queue:  intake.NewQueue(intake.Options{Keys: mostHints, Base: firstRetry, Cap: lastRetry}),
		rates:  a.quickSightRate, reads: a.passReads,
		watch: a.watch, ledger: a.ledger, signIn: a.Rules.SignIn,
	}
	k.Tell = d.told
	return d
}

// Handler serves the daemon's pages: /healthz, /readyz and /metrics.
func (d *Daemon) Handler() http.Handler { return d.pages }

// Run listens and works until ctx ends, and then comes to an end itself within ten seconds: it takes
// nothing more, finishes what is under way, and returns the messages that it has not dealt with. Its
// error says why it could not go on; the end of ctx is none.
func (d *Daemon) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var taking, working sync.WaitGroup
	mail, listens := d.mail.(*mail)
	calls, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	if listens {
		for range receivers {
			taking.Go(func() { d.receive(ctx) })
		}
		taking.Go(func() { mail.keep(ctx, calls) })
		taking.Go(func() { d.measure(ctx) })
	}
	taking.Go(func() { d.watchPause(ctx) })
	taking.Go(func() {
		d.keeper.Births(ctx, func(n tenancy.Namespace) { d.queue.Release(n.String()) })
	})
	for range hintWorkers {
		working.Go(func() { d.work(ctx) })
	}
	working.Go(func() { d.passes(ctx) })
	<-ctx.Done()
	d.health.stop()
	d.log.Info("stopping")
	within(windDown, &working)
	d.queue.Close()
	if listens {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastMail)
		defer cancel()
		mail.close(last)
	}
	within(lastMail/2, &taking)
	d.log.Info("stopped")
	return nil
}

// within waits for a group, but not longer than d.
func within(d time.Duration, group *sync.WaitGroup) {
	done := make(chan struct{})
	go func() {
		group.Wait()
		close(done)
	}()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
}

// Serve serves the daemon's pages on a listener until ctx ends.
func (d *Daemon) Serve(ctx context.Context, l net.Listener) error {
	s := &http.Server{Handler: d.pages, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: 16 << 10}
	defer context.AfterFunc(ctx, func() { _ = s.Close() })()
	if err := s.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving %s: %w", l.Addr(), err)
	}
	return nil
}

// told logs how a step ended: a line for each thing that changed, or was refused. People are named by
// their ids.
func (d *Daemon) told(cause tenancy.Cause, o plan.Outcome) {
	d.metrics.wrote(o)
	c := o.Step.Change
	line := d.log.With("kind", c.Kind(), "namespace", c.In().String()).With(because(cause)...)
	if c.Who() != "" {
		line = line.With("person", c.Who())
	}
	if g := o.Step.Because.Group; g != "" {
		line = line.With("group", g)
	}
	switch {
	case o.Held != nil:
		line.Warn("held", "code", o.Held.Code)
		d.brakes([]tenancy.Hold{*o.Held}, cause)
	case o.Err != nil:
		line.Error("failed", "error", o.Err)
	default:
		line.Info("done")
	}
}

// news logs holds that were not there before.
func (d *Daemon) news(holds []tenancy.Hold, cause tenancy.Cause) {
	d.watch.begins(holds, time.Now())
	d.brakes(holds, cause)
	for _, h := range holds {
		d.log.With(because(cause)...).Warn("held", "code", h.Code, "object", h.Object, "namespace", h.Namespace, "still_has_access", h.Access)
	}
}

// because is a cause as attributes of a log line.
func because(c tenancy.Cause) []any {
	attributes := []any{"cause", c.Kind, "because", c.Name}
	if c.ID != "" {
		attributes = append(attributes, "event", c.ID)
	}
	return attributes
}
