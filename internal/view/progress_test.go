package view

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
)

// clock is a time that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// run tells a printer of an apply of 2,000 steps at 20 a second, the 3rd of which fails.
func run(p Printer, c *clock) {
	step := firstDay().Steps[2]
	for i := 1; i <= 2000; i++ {
		c.at = c.at.Add(50 * time.Millisecond)
		progress := plan.Progress{Total: 2000, Done: i, Last: &plan.Outcome{Step: step}}
		if i >= 3 {
			progress.Done, progress.Failed = i-1, 1
		}
		if i == 3 {
			progress.Last = &plan.Outcome{Step: step, Err: plan.ErrDenied}
		}
		p.Progress(progress)
	}
}

func TestProgressOffATerminal(t *testing.T) {
	s, _, out, errs := TestIO()
	c := &clock{s.Now()}
	s.Now = c.now
	p := New(s, Text, Options{})
	run(p, c)
	golden(t, "progress.text", errs.Bytes())
	if out.Len() > 0 {
		t.Errorf("progress was written to Out: %s", out)
	}
}

// While the second look at those who are to lose something is waited for, nobody can say how long the rest takes.
func TestProgressSaysNoRateWhileItWaits(t *testing.T) {
	s, _, _, errs := TestIO()
	c := &clock{s.Now()}
	s.Now = c.now
	p := New(s, Text, Options{})
	step := firstDay().Steps[2]
	for done := range 3 {
		p.Progress(plan.Progress{Total: 20, Done: done, Last: &plan.Outcome{Step: step}})
		c.at = c.at.Add(30 * time.Second)
	}
	if want := "  0%  0 of 20 steps\n  5%  1 of 20 steps\n 10%  2 of 20 steps\n"; errs.String() != want {
		t.Errorf("said %q, want %q", errs, want)
	}
}

func TestProgressOnATerminalIsOneLine(t *testing.T) {
	s, _, _, errs := TestIO()
	c := &clock{s.Now()}
	s.Now, s.ErrTerminal, s.Width = c.now, true, 60
	p := New(s, Text, Options{})
	run(p, c)
	if err := p.Report(&plan.Report{Done: 1999}); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(errs.String(), "\n"); lines != 1 {
		t.Errorf("%d lines, want the one of the failure:\n%q", lines, errs)
	}
	if !strings.HasSuffix(errs.String(), "\r\x1b[K") {
		t.Error("the line of progress is left standing")
	}
	for _, line := range strings.Split(errs.String(), "\r\x1b[K") {
		if len([]rune(line)) >= 60 && !strings.HasPrefix(line, "x ") {
			t.Errorf("wider than the terminal: %q", line)
		}
	}
}

func TestProgressInJSON(t *testing.T) {
	s, _, out, errs := TestIO()
	c := &clock{s.Now()}
	s.Now = c.now
	run(New(s, JSON, Options{}), c)
	golden(t, "progress.json", errs.Bytes())
	if out.Len() > 0 {
		t.Errorf("progress was written to Out: %s", out)
	}
}

func TestManyFailuresAreNotToldOneByOne(t *testing.T) {
	s, _, _, errs := TestIO()
	p := New(s, Text, Options{})
	for i := range 1000 {
		p.Progress(plan.Progress{Total: 5000, Failed: i + 1, Last: &plan.Outcome{Step: firstDay().Steps[2], Err: plan.ErrDenied}})
	}
	if lines := strings.Count(errs.String(), "\n"); lines > maxFailures+5 {
		t.Errorf("%d lines", lines)
	}
}

func TestNoProgressOfNothing(t *testing.T) {
	for _, f := range []Format{Text, JSON} {
		s, _, _, errs := TestIO()
		New(s, f, Options{}).Progress(plan.Progress{})
		if errs.Len() > 0 {
			t.Errorf("%s: said %q", f, errs)
		}
	}
}

func TestRoughly(t *testing.T) {
	for d, want := range map[time.Duration]string{
		1500 * time.Millisecond: "2s", 90 * time.Second: "2m", 34 * time.Minute: "34m", 90*time.Minute + 20*time.Second: "1h30m",
	} {
		if got := roughly(d); got != want {
			t.Errorf("roughly(%s) = %s, want %s", d, got, want)
		}
	}
}

func TestConfirm(t *testing.T) {
	for in, want := range map[string]bool{"y\n": true, "YES\r\n": true, "n\n": false, "\n": false, "": false, "yep\n": false} {
		s, stdin, _, errs := TestIO()
		fmt.Fprint(stdin, in+"rest")
		if in == "" {
			stdin.Reset()
		}
		got, err := s.Confirm(t.Context(), "Apply these 3 steps?")
		if err != nil || got != want {
			t.Errorf("Confirm with %q = %v, %v", in, got, err)
		}
		asked := "Apply these 3 steps? [y/N] "
		if in == "" {
			asked += "\n"
		}
		if errs.String() != asked {
			t.Errorf("asked %q, want %q", errs, asked)
		}
		if in != "" && stdin.String() != "rest" {
			t.Errorf("%q is left of the input", stdin)
		}
	}
}

func TestConfirmEndsWithTheContext(t *testing.T) {
	s, _, _, _ := TestIO()
	pipe, end := io.Pipe()
	defer end.Close()
	s.In = pipe
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if ok, err := s.Confirm(ctx, "Apply?"); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("Confirm = %v, %v", ok, err)
	}
}
