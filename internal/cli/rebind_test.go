package cli

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// rebinds is what a fake was asked to rebind, and did.
type rebinds struct {
	asked [3]string // namespace, to, from
	err   error
	done  int
}

func (f *fake) Rebinding(_ context.Context, n tenancy.Namespace, to, from tenancy.GroupID) (*engine.Rebinding, error) {
	f.asked = [3]string{n.String(), string(to), string(from)}
	if f.err != nil {
		return nil, f.err
	}
	return &engine.Rebinding{
		Change:  plan.Rebind{Namespace: n, Mirror: "qs:acme", From: "g-old", To: to},
		Because: tenancy.Because{Rule: "tenants[0]", Group: to, GroupName: "qs:acme"},
		Sides:   plan.Sides{Was: 2, Is: 2, Both: []tenancy.UserName{"QuickSight/ana"}, Lose: []tenancy.UserName{"QuickSight/\x1b[2Jbea"}, Gain: []tenancy.UserName{"QuickSight/eve"}},
	}, nil
}

func (f *fake) Rebind(context.Context, *engine.Rebinding) error {
	f.done++
	return nil
}

func TestRebindAsksOnATerminal(t *testing.T) {
	for answer, want := range map[string]int{"y\n": 1, "n\n": 0, "\n": 0} {
		f := &fake{}
		x := newTerminal(t, f)
		x.answer(answer)
		got := x.run(t, "rebind", "acme", "--group", "g-new")
		if f.done != want || (got == 0) != (want == 1) {
			t.Errorf("after %q: rebound %d times, exit code %d", answer, f.done, got)
		}
		if !strings.Contains(x.err.String(), "Let the new group take its place? [y/N] ") {
			t.Errorf("asked %q", x.err)
		}
		if out := x.out.String(); !strings.Contains(out, "would lose access       1       \"QuickSight/\\x1b[2Jbea\"\n") || strings.Contains(out, "\x1b") {
			t.Errorf("shown %q", out)
		}
	}
}

func TestRebindSaysWhatItCannotMean(t *testing.T) {
	for _, args := range [][]string{
		{"rebind", "--group", "g", "--yes"},
		{"rebind", "acme", "globex", "--group", "g", "--yes"},
		{"rebind", "default", "--group", "g", "--yes"},
		{"rebind", "acme", "--yes"},
		{"rebind", "acme", "--group=", "--yes"},
		{"rebind", "acme", "--group", "g", "--from=", "--yes"},
		{"rebind", "acme", "--group", "g", "--from", "g", "--yes"},
		{"rebind", "acme", "--group", "g"}, // nobody to ask
	} {
		f := &fake{}
		x := newTerminal(t, f)
		if got := x.run(t, args...); got != int(exitUsage) || f.done != 0 || f.asked[0] != "" {
			t.Errorf("%v: exit code %d, rebound %d, asked %v", args, got, f.done, f.asked)
		}
	}
}

func TestRebindIsRefusedOrPaused(t *testing.T) {
	for name, f := range map[string]*fake{
		"refused": {rebinds: rebinds{err: &engine.RefusedError{Why: "alive", Mend: "let it"}}},
		"paused":  {pause: plan.Pause{Since: 1, Because: "moving"}},
	} {
		x := newTerminal(t, f)
		if got := x.run(t, "rebind", "acme", "--group", "g", "--from", "o", "--yes"); got != int(exitRefused) || f.done != 0 {
			t.Errorf("%s: exit code %d, rebound %d times", name, got, f.done)
		}
		if said := x.err.String(); name == "paused" && !strings.Contains(said, "\nhint: tenantry resume -c ") {
			t.Errorf("how the pause of this configuration ends is not said: %s", said)
		}
		if f.asked != [3]string{"acme", "g", "o"} {
			t.Errorf("asked %v", f.asked)
		}
	}
	f := &fake{rebinds: rebinds{err: errors.New("reading: denied")}}
	if got := newTerminal(t, f).run(t, "rebind", "acme", "--group", "g", "--yes"); got != int(exitError) {
		t.Errorf("exit code %d", got)
	}
}
