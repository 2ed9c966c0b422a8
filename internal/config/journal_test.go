package config

import (
	"path/filepath"
	"testing"
)

// The journal stands beside the configuration, wherever the process was started.
func TestJournalIsSeenFromTheConfiguration(t *testing.T) {
	for _, tt := range []struct{ file, line, want string }{
		{"tenantry.yaml", "", "tenantry.journal.db"},
		{"etc/prod.yml", "", "etc/prod.journal.db"},
		{"/etc/tenantry", "", "/etc/tenantry.journal.db"},
		{"etc/prod.yaml", "journal: sqlite:history.db\n", "etc/history.db"},
		{"etc/prod.yaml", "journal: sqlite:../var/history.db\n", "var/history.db"},
		{"etc/prod.yaml", "journal: sqlite:/var/history.db\n", "/var/history.db"},
		{"etc/prod.yaml", "journal: memory\n", ""},
	} {
		c, problems := Parse(filepath.FromSlash(tt.file), []byte(plain+tt.line))
		if problems.Failed() || filepath.ToSlash(c.Journal.Path) != tt.want {
			t.Errorf("%s with %q: %+v, %v", tt.file, tt.line, c, problems)
		}
	}
	if place := (Journal{}).Place(); place != "memory" {
		t.Errorf("no path is %s", place)
	}
}
