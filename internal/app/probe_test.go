package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestProbeNotesOf: the notes are beside a file, and where the command runs for what is none; and there they can be written.
func TestProbeNotesOf(t *testing.T) {
	t.Chdir(t.TempDir())
	run, err := tenancy.ParseProbeRun("abcdefgh")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for path, want := range map[string]string{
		"tenantry.yaml":                         "tenantry.probe.json",
		filepath.Join(dir, "prod.yml"):          filepath.Join(dir, "prod.probe.json"),
		"ssm:tenantry":                          "tenantry.probe.json",
		"ssm:/tenantry/configuration":           "configuration.probe.json",
		"ssm:/tenantry/configuration:12":        "configuration.probe.json",
		"s3://config/of/tenantry/tenantry.yaml": "tenantry.probe.json",
	} {
		notes := ProbeNotesOf(&config.Config{Path: path})
		if notes.Path != want {
			t.Errorf("of %s they are %s, and should be %s", path, notes.Path, want)
		}
		if err := notes.Begin(run); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if begun, err := notes.Begun(); err != nil || begun != run {
			t.Errorf("%s: %s, %v", path, begun, err)
		}
		if err := notes.End(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestProbeNotesOfOthers: two configurations that are no files may have notes of one name. Those of another account or identity
// store are refused, with whose they are, and nobody else strikes them out; and what a version before wrote is whoever's reads it.
func TestProbeNotesOfOthers(t *testing.T) {
	t.Chdir(t.TempDir())
	run, err := tenancy.ParseProbeRun("abcdefgh")
	if err != nil {
		t.Fatal(err)
	}
	of := func(stage string, account tenancy.AccountID, store tenancy.StoreID) ProbeNotes {
		c := &config.Config{Path: "ssm:/" + stage + "/configuration"}
		c.QuickSight.AccountID, c.IdentityCenter.StoreID = account, store
		return ProbeNotesOf(c)
	}
	prod := of("prod", "111122223333", "d-1234567890")
	if err := prod.Begin(run); err != nil {
		t.Fatal(err)
	}
	for name, other := range map[string]ProbeNotes{
		"another account": of("staging", "444455556666", "d-1234567890"),
		"another store":   of("staging", "111122223333", "d-0987654321"),
	} {
		_, err := other.Begun()
		refused, is := errors.AsType[*engine.RefusedError](err)
		if !is || !strings.Contains(refused.Why, "account 111122223333 with identity store d-1234567890") || !strings.Contains(refused.Mend, "--clean") {
			t.Errorf("%s: they are taken for its own: %v", name, err)
		}
		if other.left() {
			t.Errorf("%s: the doctor takes them for its own", name)
		}
		if err := other.End(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if begun, err := prod.Begun(); err != nil || begun != run {
			t.Errorf("%s: after its end there is %s, %v", name, begun, err)
		}
	}
	if begun, err := of("same", "111122223333", "d-1234567890").Begun(); err != nil || begun != run {
		t.Errorf("another configuration of the same account: %s, %v", begun, err)
	}
	if err := os.WriteFile(prod.Path, []byte(`{"format": "tenantry.probe-notes/1", "run": "abcdefgh"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if begun, err := prod.Begun(); err != nil || begun != run || !prod.left() {
		t.Errorf("as a version before wrote them: %s, %v", begun, err)
	}
	if err := os.WriteFile(prod.Path, []byte(`{"format": "tenantry.probe-notes/2", "run": "abcdefgh"}`), 0o600); err != nil || !prod.left() {
		t.Errorf("what a later version wrote is not told of: %v", err)
	}
	if err := prod.End(); err != nil || prod.left() {
		t.Errorf("after its end: %v", err)
	}
}
