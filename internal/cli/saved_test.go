package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// S17: a plan that was approved more than an hour ago is refused, and so is one whose age cannot be
// told. What the person at the terminal says does not change that.
func TestS17AgeOfASavedPlan(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) // the time of view.TestIO
	for _, tt := range []struct {
		madeAt string
		code   int
		says   string
	}{
		{now.Add(-59 * time.Minute).Format(time.RFC3339), 0, ""},
		{now.Add(-61 * time.Minute).Format(time.RFC3339), 4, "it was made 1h1m0s ago, and the most is 1h0m0s"},
		{now.Add(4 * time.Minute).Format(time.RFC3339), 0, ""},
		{now.Add(6 * time.Minute).Format(time.RFC3339), 4, "in the future"},
		{"yesterday", 4, "which is no time"},
	} {
		f := &fake{}
		f.pass.Plan = onePending(t)
		x := newTerminal(t, f)
		data, err := plan.Save(f.pass.Plan, tt.madeAt)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "plan.json")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if code := x.run(t, "apply", "--yes", path); code != tt.code || !strings.Contains(x.err.String(), tt.says) {
			t.Errorf("made at %s: exit code %d, %s", tt.madeAt, code, x.err)
		}
		if applied := f.applied > 0; applied != (tt.code == 0) {
			t.Errorf("made at %s: applied %v", tt.madeAt, applied)
		}
	}
}

// S17: approved steps that are held by now were not done, and the exit code says so.
func TestS17ApprovedAndHeldNow(t *testing.T) {
	approved := onePending(t)
	f := &fake{}
	f.pass.Plan = onePending(t)
	x := newTerminal(t, f)
	file := filepath.Join(t.TempDir(), "plan.json")
	data, err := plan.Save(approved, "2026-01-02T03:04:05Z")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for held, want := range map[string]int{"additions": 4, string(plan.NotSelected): 0} {
		f.pass.Plan.Steps[0].Held = tenancy.Code(held)
		if got := x.run(t, "apply", file); got != want {
			t.Errorf("held by %s: exit code %d, want %d: %s", held, got, want, x.err)
		}
	}
	if !strings.Contains(x.err.String(), "approved steps that were not done, because they are held now (the plan above says why): 1") {
		t.Errorf("it says %s", x.err)
	}
}
