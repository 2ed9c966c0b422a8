package config

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

//go:generate go test -run ^TestGenerated -update .

var update = flag.Bool("update", false, "write the files that are made from the key table, and the expectations in testdata")

const docs = "../../docs"

func TestGeneratedSchemaIsCurrent(t *testing.T) {
	current(t, filepath.Join(docs, "tenantry.schema.json"), func([]byte) []byte { return Schema() })
}

func TestGeneratedTableIsCurrent(t *testing.T) {
	current(t, filepath.Join(docs, "configuration.md"), func(page []byte) []byte {
		const begin, end = "<!-- keys: begin -->\n", "<!-- keys: end -->\n"
		before, rest, ok1 := bytes.Cut(page, []byte(begin))
		_, after, ok2 := bytes.Cut(rest, []byte(end))
		if !ok1 || !ok2 {
			t.Fatalf("the page has no %q and %q", begin, end)
		}
		return bytes.Join([][]byte{before, []byte(begin + Table() + end), after}, nil)
	})
}

// current compares a file with what it should be, or writes it.
func current(t *testing.T, path string, make func([]byte) []byte) {
	t.Helper()
	have, err := os.ReadFile(path)
	if err != nil && !*update {
		t.Fatal(err)
	}
	want := make(have)
	if bytes.Equal(have, want) {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the key table says; run: go generate ./internal/config", path)
	}
	if err := os.WriteFile(path, want, 0o644); err != nil {
		t.Fatal(err)
	}
}

// examples are the configurations on the page.
func examples(t *testing.T) []string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(docs, "configuration.md"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, block := range strings.Split(string(page), "```yaml\n")[1:] {
		text, _, _ := strings.Cut(block, "```")
		out = append(out, text)
	}
	if len(out) < 3 {
		t.Fatalf("the page has %d examples", len(out))
	}
	return out
}

func TestExamplesOnThePageAreValid(t *testing.T) {
	for _, text := range examples(t) {
		if _, problems := Parse("configuration.md", []byte(text)); len(problems) > 0 {
			t.Errorf("%s\nin\n%s", problems, text)
		}
	}
}

func TestRowsOfTheKeyTableAreWhole(t *testing.T) {
	parents := map[string]bool{"": true}
	for i := range keys {
		k := &keys[i]
		if !parents[k.parent()] {
			t.Errorf("%s stands before the mapping it belongs to", k.path)
		}
		parents[k.inside()] = true
		if k.doc == "" || strings.HasSuffix(k.doc, ".") {
			t.Errorf("%s: a doc is a sentence without a full stop at its end", k.path)
		}
		if (k.kind == choice) != (len(k.choices) > 0) {
			t.Errorf("%s: a choice has choices, and nothing else has", k.path)
		}
	}
}
