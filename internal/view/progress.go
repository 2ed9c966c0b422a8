package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
)

const (
	redrawEvery = 100 * time.Millisecond // on a terminal
	lineEvery   = 10 * time.Second       // off a terminal
	lineSteps   = 500                    // off a terminal, whichever comes first
	rateOver    = 30 * time.Second       // the rate is that of the last half minute
	// minRate is one step in ten seconds. What goes slower waits for something, such as the second look at those who are
	// to lose something, and how long the rest takes does not follow from it.
	minRate = 0.1
	// maxFailures is how many failures are shown as they happen. The report has them all.
	maxFailures = 10
)

// meter knows when progress was last shown, and how fast the work goes.
type meter struct {
	now     func() time.Time
	samples []sample // a second apart or more, of the last rateOver
	shownAt time.Time
	shown   int
}

type sample struct {
	at    time.Time
	ended int
}

func newMeter(now func() time.Time) *meter { return &meter{now: now} }

func ended(p plan.Progress) int { return p.Done + p.Failed + p.Held }

// note takes in how far the work is.
func (m *meter) note(p plan.Progress) {
	now := m.now()
	n := len(m.samples)
	if n == 0 || now.Sub(m.samples[n-1].at) >= time.Second {
		m.samples = append(m.samples, sample{now, ended(p)})
	}
	for len(m.samples) > 2 && now.Sub(m.samples[1].at) >= rateOver {
		m.samples = m.samples[1:]
	}
}

// rate is steps a second, 0 while nothing can be said.
func (m *meter) rate(p plan.Progress) float64 {
	if len(m.samples) == 0 {
		return 0
	}
	since := m.now().Sub(m.samples[0].at).Seconds()
	if since < 1 {
		return 0
	}
	rate := float64(ended(p)-m.samples[0].ended) / since
	if rate < minRate {
		return 0
	}
	return rate
}

// due reports whether it is time to show progress again: after a while, after a number of steps (0
// for none), or at the end. Of nothing to do there is no progress.
func (m *meter) due(p plan.Progress, every time.Duration, steps int) bool {
	if p.Total == 0 {
		return false
	}
	now := m.now()
	byNumber := steps > 0 && ended(p)-m.shown >= steps
	if !m.shownAt.IsZero() && now.Sub(m.shownAt) < every && !byNumber && ended(p) < p.Total {
		return false
	}
	m.shownAt, m.shown = now, ended(p)
	return true
}

// left is how long the rest takes at the present rate, 0 while nothing can be said.
func (m *meter) left(p plan.Progress) time.Duration {
	rate, rest := m.rate(p), p.Total-ended(p)
	if rate <= 0 || rest <= 0 {
		return 0
	}
	return time.Duration(float64(rest) / rate * float64(time.Second))
}

// Progress redraws one line on a terminal, and writes a line now and then elsewhere. The first
// failures are told as they happen.
func (t *textPrinter) Progress(p plan.Progress) {
	t.meter.note(p)
	t.tellFailure(p)
	if !t.io.ErrTerminal {
		if t.meter.due(p, lineEvery, lineSteps) {
			fmt.Fprintln(t.io.Err, t.progressLine(p))
		}
		return
	}
	if t.meter.due(p, redrawEvery, 0) {
		line := []rune(t.progressLine(p))
		fmt.Fprintf(t.io.Err, "\r\x1b[K%s", string(line[:min(len(line), t.io.Width-1)]))
		t.drawn = true
	}
}

func (t *textPrinter) tellFailure(p plan.Progress) {
	if p.Last == nil || p.Last.Err == nil || p.Last.Held != nil || t.shown > maxFailures {
		return
	}
	t.shown++
	t.clear()
	if t.shown > maxFailures {
		fmt.Fprintln(t.io.Err, "further failures are in the report")
		return
	}
	c := p.Last.Step.Change
	fmt.Fprintf(t.io.Err, "x %s: %s: %s\n", c.In(), stepText(c), Safe(errorText(p.Last.Err)))
}

// clear takes the line of progress off the terminal.
func (t *textPrinter) clear() {
	if t.drawn {
		fmt.Fprint(t.io.Err, "\r\x1b[K")
		t.drawn = false
	}
}

func (t *textPrinter) progressLine(p plan.Progress) string {
	done := ended(p)
	percent := 100
	if p.Total > 0 {
		percent = done * 100 / p.Total
	}
	parts := []string{fmt.Sprintf("%3d%%  %s of %s", percent, number(done), count(p.Total, "step", "steps"))}
	if rate := t.meter.rate(p); rate > 0 {
		parts = append(parts, fmt.Sprintf("%.1f/s", rate))
	}
	if left := t.meter.left(p); left > 0 {
		parts = append(parts, "about "+roughly(left)+" left")
	}
	if p.Failed > 0 {
		parts = append(parts, number(p.Failed)+" failed")
	}
	if p.Held > 0 {
		parts = append(parts, number(p.Held)+" held")
	}
	if p.Waiting > 0 {
		parts = append(parts, count(p.Waiting, "namespace", "namespaces")+" being created")
	}
	return strings.Join(parts, "  ")
}

// roughly is a duration in words as exact as a guess deserves.
func roughly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Round(time.Second).Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int((d + 30*time.Second).Minutes()))
	}
	minutes := int((d + 30*time.Second).Minutes())
	return fmt.Sprintf("%dh%02dm", minutes/60, minutes%60)
}
