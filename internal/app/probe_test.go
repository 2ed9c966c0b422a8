package app

import (
	"path/filepath"
	"testing"

	"github.com/tenantry/tenantry/internal/config"
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
		if string(notes) != want {
			t.Errorf("of %s they are %s, and should be %s", path, notes, want)
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
