package audit

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

//go:generate go test -run ^TestGenerated -update .

var update = flag.Bool("update", false, "write docs/findings.md anew")

const findingsHead = `# Findings

What [` + "`tenantry audit`" + `](audit.md) looks for: %d checks, each with a code that it keeps. This page is made of the checks themselves
(` + "`go generate ./internal/audit`" + `); ` + "`tenantry audit --list`" + ` says the same on a terminal. A finding is known by its code and its object, and ` + "`accept:`" + ` in the
configuration accepts it by these two.

A severity says how much is missing to a breach. *Critical*: somebody can get at another tenant's data, or become anybody, now. *High*: a wall is missing, and
one more step is needed. *Medium*: not as it should be, and worth a look.

| code | severity | what was found |
|---|---|---|
`

// findingsPage is docs/findings.md.
func findingsPage(checks []Check) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, findingsHead, len(checks))
	for _, c := range checks {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", c.Code, strings.ToLower(string(c.Code)), c.Severity, c.Name)
	}
	for _, c := range checks {
		fmt.Fprintf(&b, "\n## %s\n\n**%s%s.** Severity: %s.\n\n", c.Code, strings.ToUpper(c.Name[:1]), c.Name[1:], c.Severity)
		fmt.Fprintf(&b, "*Looks for*: %s\n\n*Why it matters*: %s\n\n*Mend it*: %s\n", c.Looks, c.Why, c.Mend)
	}
	return b.Bytes()
}

func TestGeneratedFindingsPageIsCurrent(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "findings.md")
	want := findingsPage(Checks())
	have, err := os.ReadFile(path)
	if err != nil && !*update {
		t.Fatal(err)
	}
	if bytes.Equal(have, want) {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the checks say; run: go generate ./internal/audit", path)
	}
	if err := os.WriteFile(path, want, 0o644); err != nil {
		t.Fatal(err)
	}
}
