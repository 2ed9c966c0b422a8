package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

// fake is a reconciler whose world is one plan.
type fake struct {
	pass     engine.Pass
	report   plan.Report
	checkErr error
	planErr  error

	scope   engine.Scope
	checked *plan.Plan // the saved plan that was looked at again
	applied int
	pause   plan.Pause
	rebinds
	deletes
	retires
	migrates
	lifting *engine.Lifting
	liftErr error
	allowed []string // token and because of what was asked for and done
}

func (f *fake) Lift(_ context.Context, token string) (*engine.Lifting, error) {
	f.allowed = append(f.allowed, token)
	return f.lifting, f.liftErr
}

func (f *fake) Allow(_ context.Context, _ *engine.Lifting, because string, _ func(plan.Progress)) (plan.Report, error) {
	f.applied++
	f.allowed = append(f.allowed, because)
	return f.report, nil
}

func (f *fake) Paused(context.Context) (plan.Pause, error) { return f.pause, nil }

func (f *fake) Check(context.Context) (tenancy.Account, error) { return tenancy.Account{}, f.checkErr }

func (f *fake) Plan(_ context.Context, scope engine.Scope) (*engine.Pass, error) {
	f.scope = scope
	return &f.pass, f.planErr
}

func (f *fake) Recheck(_ context.Context, saved plan.Plan, scope engine.Scope) (*engine.Pass, error) {
	f.scope, f.checked = scope, &saved
	return &f.pass, f.planErr
}

func (f *fake) Apply(context.Context, *engine.Pass, func(plan.Progress)) plan.Report {
	f.applied++
	return f.report
}

func namespace(t *testing.T, name string) tenancy.Namespace {
	t.Helper()
	n, err := tenancy.ParseNamespace(name)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// onePending is a plan of one step.
func onePending(t *testing.T) plan.Plan {
	return plan.Plan{Account: "111122223333", Steps: []plan.Step{{Change: plan.CreateNamespace{Namespace: namespace(t, "acme")}}}}
}

var oneHold = []tenancy.Hold{{Code: "no-email", Object: "p", Reason: "no address", Ends: "give one"}}

// terminal is a run of the program before a fake.
type terminal struct {
	env      *Env
	in       *bytes.Buffer
	out, err *bytes.Buffer
	config   string
}

func newTerminal(t *testing.T, f *fake) *terminal {
	t.Helper()
	s, in, out, errs := view.TestIO()
	path := filepath.Join(t.TempDir(), "tenantry.yaml")
	answers := config.Answers{
		AccountID: "111122223333", IdentityRegion: "us-east-1", StoreID: "d-1234567890", Region: "us-east-1",
		Role: "arn:aws:iam::111122223333:role/QuickSight",
	}
	if err := os.WriteFile(path, config.Init(answers), 0o600); err != nil {
		t.Fatal(err)
	}
	env := &Env{
		IO: s, Getenv: func(string) string { return "" },
		open: func(context.Context, *config.Config, engine.Recorder) (reconciler, error) { return f, nil },
	}
	return &terminal{env, in, out, errs, path}
}

func (x *terminal) run(t *testing.T, args ...string) int {
	t.Helper()
	return Run(t.Context(), append(args, "-c", x.config), x.env)
}

func (x *terminal) answer(text string) {
	x.env.IO.InTerminal, x.env.IO.OutTerminal, x.env.IO.ErrTerminal = true, true, true
	x.in.WriteString(text)
}

func TestExitCodesOfPlan(t *testing.T) {
	pending, held := onePending(t), plan.Plan{Holds: oneHold}
	both := pending
	both.Holds = oneHold
	for _, tt := range []struct {
		name string
		fake fake
		args []string
		want code
	}{
		{"nothing", fake{}, []string{"--detailed-exitcode"}, exitDone},
		{"pending", fake{pass: engine.Pass{Plan: pending}}, nil, exitDone},
		{"pending, detailed", fake{pass: engine.Pass{Plan: pending}}, []string{"--detailed-exitcode"}, exitPending},
		{"held", fake{pass: engine.Pass{Plan: held}}, nil, exitDone},
		{"held, detailed", fake{pass: engine.Pass{Plan: held}}, []string{"--detailed-exitcode"}, exitHeld},
		{"both, detailed", fake{pass: engine.Pass{Plan: both}}, []string{"--detailed-exitcode"}, exitPending},
		{"refused", fake{checkErr: &engine.RefusedError{Why: "wrong account", Mend: "mend it"}}, nil, exitRefused},
		{"failed", fake{planErr: errors.New("reading users: denied")}, nil, exitError},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := newTerminal(t, &tt.fake)
			if got := x.run(t, append([]string{"plan"}, tt.args...)...); got != int(tt.want) {
				t.Errorf("exit code %d, want %d\n%s%s", got, tt.want, x.out, x.err)
			}
		})
	}
}

func TestExitCodesOfApply(t *testing.T) {
	failed := []plan.Outcome{{Step: onePending(t).Steps[0], Err: plan.ErrDenied}}
	moved := []tenancy.Namespace{namespace(t, "acme")}
	for _, tt := range []struct {
		name   string
		report plan.Report
		want   code
	}{
		{"done", plan.Report{Done: 1}, exitDone},
		{"failed", plan.Report{Failed: failed}, exitPartly},
		{"not reached", plan.Report{Done: 1, NotReached: 2}, exitPartly},
		{"refused", plan.Report{Refused: moved}, exitRefused},
		{"failed and refused", plan.Report{Failed: failed, Refused: moved}, exitPartly},
		{"interrupted", plan.Report{Failed: failed, NotReached: 3, Interrupted: true}, exitInterrupted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := newTerminal(t, &fake{pass: engine.Pass{Plan: onePending(t)}, report: tt.report})
			if got := x.run(t, "apply", "--yes"); got != int(tt.want) {
				t.Errorf("exit code %d, want %d\n%s%s", got, tt.want, x.out, x.err)
			}
		})
	}
}

func TestErrorsAreALineWithAHint(t *testing.T) {
	x := newTerminal(t, &fake{planErr: fmt.Errorf("plan: %w", &engine.RefusedError{Why: "no tenant \x1b[2J\nacme", Mend: "check --namespace"})})
	x.run(t, "plan")
	want := "tenantry: plan: no tenant \\x1b[2J\\nacme\nhint: check --namespace\n"
	if x.err.String() != want {
		t.Errorf("got %q, want %q", x.err, want)
	}
}

func TestApplyAsksOnATerminal(t *testing.T) {
	for answer, want := range map[string]int{"y\n": 1, "n\n": 0, "\n": 0} {
		f := &fake{pass: engine.Pass{Plan: onePending(t)}, report: plan.Report{Done: 1}}
		x := newTerminal(t, f)
		x.answer(answer)
		got := x.run(t, "apply")
		if f.applied != want || (got == 0) != (want == 1) {
			t.Errorf("after %q: applied %d times, exit code %d", answer, f.applied, got)
		}
		if !strings.Contains(x.err.String(), "Apply this step? [y/N] ") {
			t.Errorf("asked %q", x.err)
		}
	}
}

func TestApplyDoesNotAskWhenThereIsNothingToDo(t *testing.T) {
	f := &fake{pass: engine.Pass{Plan: plan.Plan{Holds: oneHold}}}
	x := newTerminal(t, f)
	x.answer("")
	if got := x.run(t, "apply", "--detailed-exitcode"); got != int(exitHeld) || f.applied != 0 || x.err.Len() > 0 {
		t.Errorf("exit code %d, applied %d times, said %q", got, f.applied, x.err)
	}
}

func TestApplyInJSONNeverAsks(t *testing.T) {
	f := &fake{pass: engine.Pass{Plan: onePending(t)}}
	x := newTerminal(t, f)
	x.answer("y\n")
	if got := x.run(t, "apply", "--format", "json"); got != int(exitUsage) || f.applied != 0 {
		t.Errorf("exit code %d, applied %d times", got, f.applied)
	}
}

// Programs read a plan and a report, whether or not there was something to do.
func TestApplyInJSONWritesTwoDocuments(t *testing.T) {
	for name, p := range map[string]plan.Plan{"something to do": onePending(t), "nothing to do": {}} {
		x := newTerminal(t, &fake{pass: engine.Pass{Plan: p}})
		if got := x.run(t, "apply", "--yes", "--format", "json"); got != 0 {
			t.Errorf("%s: exit code %d: %s", name, got, x.err)
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
			t.Errorf("%s: wrote %s", name, got)
		}
	}
}

func TestInterruptedAtTheQuestion(t *testing.T) {
	f := &fake{pass: engine.Pass{Plan: onePending(t)}}
	x := newTerminal(t, f)
	x.answer("")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	x.env.IO.In = read
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := Run(ctx, []string{"apply", "-c", x.config}, x.env); got != int(exitInterrupted) || f.applied != 0 {
		t.Errorf("exit code %d, applied %d times", got, f.applied)
	}
	if want := "\nApply this step? [y/N] \ntenantry: interrupted; nothing was applied\n"; x.err.String() != want {
		t.Errorf("said %q, want %q", x.err, want)
	}
}

func TestSavedPlanIsAppliedAndNotAskedAboutOffATerminal(t *testing.T) {
	f := &fake{pass: engine.Pass{Plan: onePending(t)}, report: plan.Report{Done: 1}}
	x := newTerminal(t, f)
	file := filepath.Join(t.TempDir(), "plan.json")
	if got := x.run(t, "plan", "-o", file); got != 0 {
		t.Fatalf("exit code %d: %s", got, x.err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the plan's file: %v, %v", info.Mode(), err)
	}
	if got := x.run(t, "apply", file, "--namespace", "acme"); got != 0 || f.applied != 1 {
		t.Fatalf("exit code %d, applied %d times: %s", got, f.applied, x.err)
	}
	if f.checked == nil || len(f.checked.Steps) != 1 || len(f.scope.Namespaces) != 1 {
		t.Errorf("looked at %+v with %+v", f.checked, f.scope)
	}
}

// What a plan was allowed it must be allowed again, and the line to paste says so.
func TestSavedPlanSaysHowToApplyIt(t *testing.T) {
	x := newTerminal(t, &fake{pass: engine.Pass{Plan: onePending(t)}})
	file := filepath.Join(t.TempDir(), "plan.json")
	x.run(t, "plan", "-o", file, "--allow", "additions,new-namespaces", "--adopt", "acme", "--person", "ana")
	want := "saved the plan; it is good for an hour: tenantry apply -c " + x.config + " " + file + " --allow additions --allow new-namespaces --adopt acme\n"
	if got := x.err.String(); got != want {
		t.Errorf("said %q, want %q", got, want)
	}
}

// C41: a saved plan that was edited or cut short is refused, before anything is read from AWS.
func TestC41EditedPlanIsRefused(t *testing.T) {
	f := &fake{pass: engine.Pass{Plan: onePending(t)}}
	x := newTerminal(t, f)
	file := filepath.Join(t.TempDir(), "plan.json")
	x.run(t, "plan", "-o", file)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]byte{bytes.Replace(data, []byte("acme"), []byte("evil"), 1), data[:len(data)/2], nil} {
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := x.run(t, "apply", "--yes", file); got != int(exitRefused) || f.checked != nil || f.applied != 0 {
			t.Errorf("exit code %d, applied %d times: %s", got, f.applied, x.err)
		}
	}
}

func TestHelpOpensNothing(t *testing.T) {
	s, _, out, _ := view.TestIO()
	env := &Env{
		IO:     s,
		Getenv: func(name string) string { t.Errorf("read the variable %s", name); return "" },
		open: func(context.Context, *config.Config, engine.Recorder) (reconciler, error) {
			t.Error("opened")
			return nil, errors.New("opened")
		},
	}
	started := false
	for _, cmd := range newRoot(env, &started).Commands() {
		out.Reset()
		if got := Run(t.Context(), []string{cmd.Name(), "--help"}, env); got != 0 || !strings.Contains(out.String(), exitCodeTable()) {
			t.Errorf("%s --help: exit code %d, without the exit codes:\n%s", cmd.Name(), got, out)
		}
	}
}

func TestWorldInYAML(t *testing.T) {
	got, err := jsonOfYAML([]byte("account_id: \"111122223333\"\nquicksight:\n  namespaces:\n    - name: acme\n"))
	if want := `{"account_id":"111122223333","quicksight":{"namespaces":[{"name":"acme"}]}}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}
