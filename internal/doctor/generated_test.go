package doctor

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

var update = flag.Bool("update", false, "write the checks in docs/doctor.md anew")

const begin, end = "<!-- checks: begin -->\n", "<!-- checks: end -->\n"

// checksText are the checks as docs/doctor.md has them.
func checksText() string {
	var b strings.Builder
	for _, c := range Checks() {
		fmt.Fprintf(&b, "### %s\n\n%s\n\n*Why it matters*: %s\n\n*Mend it*: %s\n\n", c.Name, c.Looks, c.Why, c.Mend)
	}
	return b.String()
}

func TestGeneratedChecksAreCurrent(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "doctor.md")
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(have), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the checks", path)
	}
	want := []byte(before + begin + checksText() + end + after)
	if bytes.Equal(have, want) {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the checks say; run: go generate ./internal/doctor", path)
	}
	if err := os.WriteFile(path, want, 0o644); err != nil {
		t.Fatal(err)
	}
}
