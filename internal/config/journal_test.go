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
	for want, j := range map[string]Journal{"memory": {}, "dynamodb:tenantry": {Table: "tenantry"}, "sqlite:a.db": {Path: "a.db"}} {
		if place := j.Place(); place != want || j.Shared() == (want == "memory") {
			t.Errorf("%+v is %s, shared %v", j, place, j.Shared())
		}
	}
}
