package config

import (
	"path/filepath"
	"strings"
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
	for line, want := range map[string]string{
		"": "the configuration is in no folder", "journal: sqlite:history.db\n": "a path beside the configuration",
		"journal: sqlite:/var/history.db\n": "", "journal: dynamodb:tenantry\n": "", "journal: memory\n": "",
	} {
		for _, place := range []string{"ssm:/tenantry/configuration:1", "s3://bucket/tenantry.yaml"} {
			_, problems := Parse(place, []byte(plain+line))
			if text := problems.String(); problems.Failed() != (want != "") || !strings.Contains(text, want) {
				t.Errorf("%s with %q: %s", place, line, text)
			}
		}
	}
	for want, j := range map[string]Journal{"memory": {}, "dynamodb:tenantry": {Table: "tenantry"}, "sqlite:a.db": {Path: "a.db"}} {
		if place := j.Place(); place != want || j.Shared() == (want == "memory") {
			t.Errorf("%+v is %s, shared %v", j, place, j.Shared())
		}
	}
}
