package doctor

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// Every trial is described in docs/probe.md under a heading of its own, with its switch, in the order in which they are made.
func TestProbePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/probe.md")
	if err != nil {
		t.Fatal(err)
	}
	var heads, names []string
	for _, m := range regexp.MustCompile(`(?m)^### (.+)$`).FindAllSubmatch(page, -1) {
		heads = append(heads, string(m[1]))
	}
	for _, trial := range Trials {
		names = append(names, trial.Name)
		if trial.Switch != "" && !regexp.MustCompile("Sets\\s`"+regexp.QuoteMeta(trial.Switch)+"`").Match(page) {
			t.Errorf("docs/probe.md does not say that %s sets %s", trial.Name, trial.Switch)
		}
	}
	if !slices.Equal(heads, names) {
		t.Errorf("docs/probe.md describes %v, and the trials are %v", heads, names)
	}
}
