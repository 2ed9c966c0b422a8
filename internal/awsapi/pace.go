package awsapi

import (
	"context"
	"math"
	"sync"
	"time"
)

// A pace holds one service's calls to a rate that it discovers.
//
// It begins at its start and, while calls are waiting for it, grows by a tenth a second until the
// service throttles or the ceiling is reached. The rate that was throttled is the peak. The pace
// falls to 0.7 of it, climbs within five seconds to 0.95 of it, stays there for a minute, and then
// probes: it grows again. Throttled again at once, it had fallen too little, and is halved.
//
// What has not been used for a moment may be used at once, up to half a second's worth: one event's
// handful of calls does not wait.
type pace struct {
	attemptTimeout time.Duration
	observe        func(Call)

	mu    sync.Mutex
	lanes lanes
	wake  *time.Timer // for the first of those who wait

	ceiling float64
	rate    float64   // calls a second
	peak    float64   // the rate last throttled, 0 for never
	floor   float64   // the rate that a climb began at
	fell    time.Time // when the rate last fell; zero for never
	probing bool      // growing, not held at 0.95 of the peak
	tokens  float64
	at      time.Time // when tokens and rate were last brought up to date
	busy    time.Time // until when callers have been waiting
	paused  time.Time // until when nothing is sent
	calls   int
	limited int
}

const (
	minRate   = 0.5             // calls a second, however often the service throttles
	growth    = 1.10            // a second
	climb     = 5 * time.Second // from where the rate fell to, to 0.95 of the peak
	minHold   = time.Minute     // from a fall to the next probe
	holdCalls = 500             // at least this many calls pass between two probes
	again     = 3 * time.Second // throttled within this of a fall: the fall was too small
	maxPause  = 5 * time.Minute
)

func newPace(r Rate) *pace {
	p := &pace{ceiling: r.Ceiling, rate: r.Start, probing: true}
	if p.ceiling > 0 {
		p.rate = min(p.rate, p.ceiling)
	}
	p.tokens = p.burst()
	return p
}

// burst is how many tokens may be saved.
func (p *pace) burst() float64 { return max(1, p.rate/2) }

// hold is for how long the pace stays below the peak. A probe costs a few throttles, which must be
// few among the calls.
func (p *pace) hold() time.Duration {
	return max(minHold, time.Duration(holdCalls/p.rate*float64(time.Second)))
}

// wait waits until a call of a priority may be sent, and counts it as sent. done must be called when
// the call has ended. The error is the context's.
func (p *pace) wait(ctx context.Context, priority Priority) (done func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w := p.join(priority)
	select {
	case <-w.ready:
		return func() { p.end(priority) }, nil
	case <-ctx.Done():
		p.leave(w)
		return nil, ctx.Err()
	}
}

func (p *pace) join(priority Priority) *waiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.lanes.join(priority)
	p.serve()
	return w
}

func (p *pace) end(priority Priority) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lanes.end(priority)
	p.serve()
}

// leave gives up a place in the queue, or a turn that had come at the same moment.
func (p *pace) leave(w *waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if late := p.lanes.leave(w); late {
		p.lanes.end(w.priority)
		p.tokens++
		p.calls--
	}
	p.serve()
}

// serve lets those go whose turn has come. While others wait for a token, it comes back when there is
// the next one. p.mu is held.
func (p *pace) serve() {
	for w := p.lanes.next(); w != nil; w = p.lanes.next() {
		if d := p.take(time.Now()); d > 0 {
			p.comeBack(d)
			return
		}
		p.lanes.start(w)
	}
}

func (p *pace) comeBack(after time.Duration) {
	if p.wake != nil {
		p.wake.Reset(after)
		return
	}
	p.wake = time.AfterFunc(after, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.serve()
	})
}

// take takes a token, or says for how long to wait before asking again. p.mu is held.
func (p *pace) take(now time.Time) time.Duration {
	p.advance(now)
	if d := p.paused.Sub(now); d > 0 {
		return d
	}
	if p.tokens < 1 {
		d := time.Duration(math.Ceil((1 - p.tokens) / p.rate * float64(time.Second)))
		p.busy = now.Add(d)
		return d
	}
	p.tokens--
	p.calls++
	return 0
}

// advance brings tokens and rate up to date.
func (p *pace) advance(now time.Time) {
	if p.at.IsZero() {
		p.at = now
	}
	passed := now.Sub(p.at)
	if passed <= 0 {
		return
	}
	p.tokens = min(p.burst(), p.tokens+passed.Seconds()*p.rate)
	p.adjust(now, min(passed, max(0, p.busy.Sub(p.at))))
	p.at = now
}

// adjust raises the rate, where it is due. busy is for how much of the time callers have waited:
// a rate that nobody asked for teaches nothing.
func (p *pace) adjust(now time.Time, busy time.Duration) {
	if p.peak > 0 && !p.probing {
		since := now.Sub(p.fell)
		target := max(p.floor, 0.95*p.peak)
		p.rate = p.floor + (target-p.floor)*min(1, since.Seconds()/climb.Seconds())
		p.probing = since >= p.hold()
	} else {
		p.rate *= math.Pow(growth, busy.Seconds())
	}
	if p.ceiling > 0 {
		p.rate = min(p.rate, p.ceiling)
	}
}

// throttled lowers the rate after a throttle of a call that was sent at a time. after is for how
// long the service asked for nothing to be sent, 0 where it did not say.
func (p *pace) throttled(sent time.Time, after time.Duration) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.advance(now)
	p.limited++
	if until := now.Add(min(after, maxPause)); after > 0 && until.After(p.paused) {
		p.paused = until
	}
	if !p.fell.IsZero() && !sent.After(p.fell) {
		return // it was sent before the rate fell: what it says is known
	}
	p.peak = p.rate
	factor := 0.7
	if !p.fell.IsZero() && now.Sub(p.fell) < again {
		factor = 0.5
	}
	p.rate = max(minRate, p.rate*factor)
	if p.ceiling > 0 {
		p.rate = min(p.rate, p.ceiling)
	}
	p.floor, p.fell, p.probing = p.rate, now, false
	p.tokens = min(p.tokens, 0)
}

func (p *pace) state() Pace {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.advance(now)
	return Pace{PerSecond: p.rate, Known: p.peak > 0, Calls: p.calls, Throttled: p.limited, Paused: max(0, p.paused.Sub(now))}
}

// sleep waits for d, or until ctx ends, and then gives its error.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
