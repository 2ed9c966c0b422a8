package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const someToken = "0123456789"

// leaving is a fake in whose world one hold can be lifted, for one step.
func leaving(t *testing.T) *fake {
	p := onePending(t)
	return &fake{report: plan.Report{Done: 1}, lifting: &engine.Lifting{
		Hold: tenancy.Hold{Code: "new-namespaces", Object: "account"}, Pass: &engine.Pass{Plan: p},
	}}
}

func TestAllowAsksOnATerminal(t *testing.T) {
	for answer, want := range map[string]int{"y\n": 1, "n\n": 0, "": 0} {
		f := leaving(t)
		x := newTerminal(t, f)
		x.answer(answer)
		got := x.run(t, "allow", someToken, "--because", "it is meant")
		if f.applied != want || (got == 0) != (want == 1) || f.allowed[0] != someToken {
			t.Errorf("after %q: done %d times, exit code %d, asked for %v", answer, f.applied, got, f.allowed)
		}
		if !strings.Contains(x.err.String(), "Apply this step? [y/N] ") {
			t.Errorf("asked %q", x.err)
		}
	}
}

// Off a terminal it needs --yes, and programs get both documents.
func TestAllowInJSON(t *testing.T) {
	f := leaving(t)
	x := newTerminal(t, f)
	x.answer("y\n")
	if got := x.run(t, "allow", someToken, "--because", "x", "--format", "json"); got != int(exitUsage) || f.applied != 0 {
		t.Errorf("without --yes: exit code %d, done %d times", got, f.applied)
	}
	if got := x.run(t, "allow", strings.ToUpper("abcdefabcd"), "--because", " it is\n meant", "--format", "json", "--yes"); got != 0 || f.applied != 1 {
		t.Errorf("with --yes: exit code %d, done %d times: %s", got, f.applied, x.err)
	}
	if strings.Join(f.allowed, "|") != "abcdefabcd|it is meant" {
		t.Errorf("asked for %q", f.allowed)
	}
	var formats []string
	for d := json.NewDecoder(x.out); d.More(); {
		var document struct{ Format string }
		if err := d.Decode(&document); err != nil {
			t.Fatal(err)
		}
		formats = append(formats, document.Format)
	}
	if got := strings.Join(formats, " "); got != "tenantry.plan/1 tenantry.report/1" {
		t.Errorf("wrote %s", got)
	}
}

func TestExitCodesOfAllow(t *testing.T) {
	others := leaving(t)
	others.lifting.Pass.Plan.Steps[0].Held = "spans-tenants"
	others.lifting.Still = []tenancy.Hold{{Code: "spans-tenants", Ends: "give it another owner"}}
	partly := leaving(t)
	partly.lifting.Still = others.lifting.Still
	paused := leaving(t)
	paused.pause = plan.Pause{Because: "a drill"}
	failed := leaving(t)
	failed.report = plan.Report{Failed: []plan.Outcome{{Step: onePending(t).Steps[0], Err: plan.ErrDenied}}}
	for _, tt := range []struct {
		name    string
		fake    *fake
		args    []string
		want    code
		applied int
		says    string
	}{
		{"done", leaving(t), nil, exitDone, 1, ""},
		{"failed", failed, nil, exitPartly, 1, ""},
		{"no such hold", &fake{liftErr: &engine.RefusedError{Why: "ended", Mend: "tenantry holds"}}, nil, exitRefused, 0, "hint: tenantry holds"},
		{"held by others", others, nil, exitRefused, 0, "what new-namespaces keeps is held by spans-tenants, too\nhint: give it another owner"},
		{"held by others, in part", partly, nil, exitDone, 1, "is still held, by spans-tenants"},
		{"paused", paused, nil, exitRefused, 0, "a drill"},
		{"a long reason", leaving(t), []string{"--because", strings.Repeat("x", longestReason+1)}, exitUsage, 0, "the most is 500"},
		{"an empty reason", leaving(t), []string{"--because", " \n"}, exitUsage, 0, `hint: say it such as: tenantry allow 0123456789 --because "`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := newTerminal(t, tt.fake)
			got := x.run(t, append([]string{"allow", someToken, "--yes", "--because", "x"}, tt.args...)...)
			if all := x.out.String() + x.err.String(); got != int(tt.want) || tt.fake.applied != tt.applied || !strings.Contains(all, tt.says) {
				t.Errorf("exit code %d, done %d times\n%s", got, tt.fake.applied, all)
			}
		})
	}
}
