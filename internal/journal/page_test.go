package journal

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The page tells of everything that a record can tell of.
func TestJournalPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/journal.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../plan/record.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`What += "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(kinds) < 8 {
		t.Fatalf("found only %d things that the history tells of", len(kinds))
	}
	for _, k := range kinds {
		if !strings.Contains(string(page), "`"+k[1]+"`") {
			t.Errorf("docs/journal.md does not tell of %s", k[1])
		}
	}
}
