package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// retires is what a fake was asked to retire, and did.
type retires struct {
	plan    plan.Plan
	report  plan.Report
	left    engine.Left
	options engine.RetireOptions
	planned int
	retired int
	reports int // how many reports were there when it began
	file    string
}

type fakeRetirer struct{ *retires }

func (f *fake) retirer() retirer { return fakeRetirer{&f.retires} }

func (f fakeRetirer) Plan(_ context.Context, n tenancy.Namespace, o engine.RetireOptions) (*engine.Retiring, error) {
	f.planned++
	f.options = o
	return &engine.Retiring{Namespace: n, Pass: &engine.Pass{Plan: f.plan}, Inventory: plan.Inventory{
		Account: "111122223333", Namespace: n.String(), Users: []plan.InventoryUser{{Name: "Other/zoe\x1b[2J"}, {Name: "QuickSight/ana", Ours: true}},
	}}, nil
}

func (f fakeRetirer) Apply(context.Context, *engine.Retiring, func(plan.Progress)) plan.Report {
	f.retired++
	if _, err := os.Stat(f.file); err == nil {
		f.reports++
	}
	return f.report
}

func (f fakeRetirer) Left(context.Context, *engine.Retiring) (*engine.Left, error) {
	return &f.left, nil
}

// removal is a plan that takes somebody out of acme.
func removal(t *testing.T, held tenancy.Code) plan.Plan {
	p := plan.Plan{Steps: []plan.Step{{Change: plan.RemoveRegistration{Namespace: namespace(t, "acme"), User: "QuickSight/ana", Role: tenancy.Reader}, Held: held}}}
	if held != "" {
		p.Holds = []tenancy.Hold{{Code: held, Object: "acme", Namespace: "acme", Reason: "too many"}}
	}
	return p
}

// The name is typed at the terminal, just as it is; without one, --yes is the word. What the namespace had is written
// down before anybody is taken out, for nobody else to read, and never over what was written down before.
func TestRetireAsksAndWritesDown(t *testing.T) {
	for name, tt := range map[string]struct {
		typed            string
		terminal         bool
		args             []string
		there            bool // the report is
		want             code
		planned, retired int
	}{
		"typed":               {"acme\n", true, nil, false, exitDone, 1, 1},
		"typed otherwise":     {"Acme\n", true, nil, false, exitRefused, 1, 0},
		"not typed":           {"y\n", true, nil, false, exitRefused, 1, 0},
		"no terminal":         {"", false, nil, false, exitUsage, 0, 0},
		"no terminal, a word": {"", false, []string{"--yes"}, false, exitDone, 1, 1},
		"a report is there":   {"acme\n", true, nil, true, exitUsage, 0, 0},
		"written over":        {"acme\n", true, []string{"--force"}, true, exitDone, 1, 1},
		"another hazard":      {"", false, []string{"--yes", "--allow", "removes-user"}, false, exitUsage, 0, 0},
		"the hazard":          {"", false, []string{"--yes", "--allow", "many-removals"}, false, exitDone, 1, 1},
		"programs":            {"", false, []string{"--yes", "--format", "json"}, false, exitDone, 1, 1},
		"other assets":        {"", false, []string{"--yes", "--assets", "thrown-away"}, false, exitUsage, 0, 0},
	} {
		f := &fake{retires: retires{plan: removal(t, ""), file: filepath.Join(t.TempDir(), "report.json")}}
		x := newTerminal(t, f)
		if tt.terminal {
			x.answer(tt.typed)
		}
		if tt.there {
			if err := os.WriteFile(f.file, []byte("before"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got := x.run(t, append([]string{"retire", "acme", "--report", f.file}, tt.args...)...)
		if got != int(tt.want) || f.planned != tt.planned || f.retired != tt.retired || f.reports != tt.retired {
			t.Errorf("%s: exit code %d, planned %d, retired %d, with %d reports\n%s%s", name, got, f.planned, f.retired, f.reports, x.out, x.err)
		}
		if strings.Contains(x.out.String(), "\x1b") {
			t.Errorf("%s: shown %q", name, x.out)
		}
		if f.options.Many != (name == "the hazard") {
			t.Errorf("%s: %+v", name, f.options)
		}
		data, err := os.ReadFile(f.file)
		switch {
		case tt.there && tt.retired == 0:
			if string(data) != "before" {
				t.Errorf("%s: the report is written over", name)
			}
		case tt.retired == 0:
			if err == nil {
				t.Errorf("%s: a report of nothing", name)
			}
		default:
			info, err := os.Stat(f.file)
			if err != nil || info.Mode().Perm() != 0o600 || !strings.Contains(string(data), `"format": "tenantry.retirement/1"`) {
				t.Errorf("%s: the report: %v, %v\n%s", name, info, err, data)
			}
		}
	}
}

// What comes next is said with the command for it, and the exit code tells whether it is over.
func TestRetireSaysWhatComesNext(t *testing.T) {
	for name, tt := range map[string]struct {
		held tenancy.Code
		left engine.Left
		rest plan.Report
		want code
		says string
	}{
		"over":           {"", engine.Left{}, plan.Report{Done: 1}, exitDone, "\n  tenantry namespace delete acme -c "},
		"tomorrow":       {"many-removals", engine.Left{Ours: []string{"QuickSight/ana"}}, plan.Report{}, exitHeld, " --allow many-removals\n"},
		"held":           {"spans-tenants", engine.Left{Ours: []string{"QuickSight/ana"}}, plan.Report{}, exitHeld, "When nothing keeps them any more"},
		"others are in":  {"", engine.Left{Others: []string{"Other/zoe"}}, plan.Report{Done: 1}, exitDone, "Take away what is left, by hand"},
		"failed in part": {"", engine.Left{Ours: []string{"QuickSight/ana"}}, plan.Report{NotReached: 1}, exitPartly, "tenantry retire acme -c "},
	} {
		f := &fake{retires: retires{plan: removal(t, tt.held), left: tt.left, report: tt.rest}}
		x := newTerminal(t, f)
		got := x.run(t, "retire", "acme", "--yes", "--report", filepath.Join(t.TempDir(), "r.json"))
		if got != int(tt.want) || !strings.Contains(x.out.String(), tt.says) {
			t.Errorf("%s: exit code %d, without %q\n%s%s", name, got, tt.says, x.out, x.err)
		}
	}
	f := &fake{retires: retires{plan: removal(t, "")}, pause: plan.Pause{Since: 1, Because: "wait", Removals: true}}
	x := newTerminal(t, f)
	file := filepath.Join(t.TempDir(), "r.json")
	if got := x.run(t, "retire", "acme", "--yes", "--report", file); got != int(exitRefused) || f.retired != 0 {
		t.Errorf("paused: exit code %d", got)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a report of nothing")
	}
}
