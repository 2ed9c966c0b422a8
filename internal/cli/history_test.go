package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestParseSince(t *testing.T) {
	now := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"24h": "2026-01-09T12:00:00Z", "90m": "2026-01-10T10:30:00Z", "7d": "2026-01-03T12:00:00Z", "1d12h": "2026-01-09T00:00:00Z",
		"2026-01-02": "2026-01-02T00:00:00Z", "2026-01-02T15:04:05+02:00": "2026-01-02T13:04:05Z", "2026-01-02 15:04:05Z": "2026-01-02T15:04:05Z",
		"2026-01-02T15:04": "2026-01-02T15:04:00Z", "2026-01-02 15:04:05": "2026-01-02T15:04:05Z",
		"": "", "yesterday": "", "-1h": "", "0s": "", "d": "", "-7d": "", "7d-1h": "", "9999999d": "", "NaNd": "", "1e9d": "", "2026-02-30": "", "7": "", "290y": "",
	} {
		got, ok := parseSince(text, now)
		if ok != (want != "") || ok && got.Format(time.RFC3339) != want {
			t.Errorf("%q is %v, %v; want %q", text, got, ok, want)
		}
	}
}

// recorded is a terminal whose configuration has a history.
func recorded(t *testing.T, entries ...plan.Entry) *terminal {
	t.Helper()
	x := newTerminal(t, &fake{})
	c, problems := config.Load(x.config)
	if problems.Failed() {
		t.Fatal(problems)
	}
	j, err := app.OpenJournal(t.Context(), c, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if _, err := j.Record(t.Context(), entries...); err != nil {
		t.Fatal(err)
	}
	return x
}

// An intent is told as one only while no record ends it, whoever that record names.
func TestHistoryTellsOfIntentsWithoutOutcome(t *testing.T) {
	register := plan.Entry{What: plan.Intended, Kind: plan.KindRegister, Namespace: "acme", Person: "id-ana", Object: "QuickSight/ana"}
	ben := register
	ben.Person, ben.Object = "id-ben", "QuickSight/ben"
	ended := plan.Entry{What: plan.Failed, Of: 1, Text: "denied"}
	x := recorded(t, register, ben, ended)
	for _, tt := range []struct {
		args  []string
		lines int
		open  string
	}{
		{nil, 2, "QuickSight/ben"},
		{[]string{"--person", "ana"}, 0, ""},
		{[]string{"--person", "id-ben"}, 1, "QuickSight/ben"},
		{[]string{"--namespace", "acme"}, 1, "QuickSight/ben"},
		{[]string{"--namespace", "globex"}, 0, ""},
	} {
		x.out.Reset()
		if code := x.run(t, append([]string{"history"}, tt.args...)...); code != 0 {
			t.Fatalf("%v: exit code %d\n%s", tt.args, code, x.err)
		}
		text := x.out.String()
		if strings.Count(text, "\n") != tt.lines || (tt.open != "") != strings.Contains(text, "begun, outcome not recorded: register "+tt.open) {
			t.Errorf("%v: %s", tt.args, text)
		}
	}
}

// What a person types as a reason is kept as it is, and acts on nobody's terminal.
func TestPauseIsReadByOthers(t *testing.T) {
	x := newTerminal(t, &fake{})
	if code := x.run(t, "pause", "--because", "a \x1b[2J\n drill", "--for", "2d"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, x.err)
	}
	c, _ := config.Load(x.config)
	j, err := app.OpenJournal(t.Context(), c, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	until := x.env.IO.Now().Add(48 * time.Hour).Unix()
	for r, err := range j.Entries(t.Context(), journal.Filter{}) {
		if err != nil || r.Text != "a \x1b[2J drill" || r.Until != until || !strings.Contains(r.Actor, "@") || r.Cause.Kind != tenancy.ByCommand || r.Run == "" {
			t.Errorf("recorded is %+v, %v", r, err)
		}
	}
	x.out.Reset()
	if x.run(t, "history"); strings.ContainsRune(x.out.String(), '\x1b') || strings.Count(x.out.String(), "\n") != 1 {
		t.Errorf("history shows %q", x.out)
	}
}

// A directory that cannot be written to is told with what to do.
func TestJournalWhereNothingCanBeWritten(t *testing.T) {
	x := newTerminal(t, &fake{})
	if err := os.Mkdir(strings.TrimSuffix(x.config, ".yaml")+".journal.db", 0o700); err != nil {
		t.Fatal(err)
	}
	if code := x.run(t, "pause", "--because", "x"); code != int(exitError) || !strings.Contains(x.err.String(), "no ordinary file") || !strings.Contains(x.err.String(), "hint: ") {
		t.Errorf("exit code %d: %s", code, x.err)
	}
	if os.Getuid() == 0 {
		return // root may write anywhere
	}
	x = newTerminal(t, &fake{})
	if err := os.Chmod(filepath.Dir(x.config), 0o500); err != nil {
		t.Fatal(err)
	}
	if code := x.run(t, "pause", "--because", "x"); code != int(exitError) || !strings.Contains(x.err.String(), "permission denied") || !strings.Contains(x.err.String(), "hint: tenantry keeps its history there") {
		t.Errorf("exit code %d: %s", code, x.err)
	}
}
