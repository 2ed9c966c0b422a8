package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCases reads the cases in testdata: each is a configuration and everything that is wrong with
// it, or nothing. A case is named after the row of the list of bad input that it proves.
func TestCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { runCase(t, path) })
	}
}

func runCase(t *testing.T, path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	comment, rest, ok1 := strings.Cut(string(data), "-- tenantry.yaml --\n")
	file, want, ok2 := strings.Cut(rest, "-- problems --\n")
	if !ok1 || !ok2 || comment == "" {
		t.Fatal("a case is a comment and the files tenantry.yaml and problems")
	}
	config, problems := Parse("tenantry.yaml", []byte(file))
	if (config == nil) != problems.Failed() {
		t.Errorf("config is nil: %v; problems have an error: %v", config == nil, problems.Failed())
	}
	for _, p := range problems {
		if p.Line < 1 || p.Column < 1 || p.What == "" || p.Why == "" || p.Fix == "" {
			t.Errorf("a problem lacks its place, what, why or fix: %+v", p)
		}
	}
	got := problems.String()
	switch {
	case got != want && *update:
		whole := comment + "-- tenantry.yaml --\n" + file + "-- problems --\n" + got
		if err := os.WriteFile(path, []byte(whole), 0o644); err != nil {
			t.Fatal(err)
		}
	case got != want:
		t.Errorf("problems are\n%s\nwant\n%s", got, want)
	}
}
