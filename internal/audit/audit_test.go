package audit

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Each check stands in a file that is named after its code, and each file of a check has its cases beside it.
func TestOneFileForEachCheck(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]bool{}
	for _, e := range entries {
		files[e.Name()] = true
	}
	form := regexp.MustCompile(`^ISO[1-9][0-9]{2}$`)
	seen := map[Code]bool{}
	for _, c := range Checks() {
		if seen[c.Code] || !form.MatchString(string(c.Code)) || c.Severity.rank() < 0 {
			t.Errorf("%s: there twice, or not of the form ISO101, or of no severity", c.Code)
		}
		seen[c.Code] = true
		if c.Name == "" || c.Looks == "" || c.Why == "" || c.Mend == "" || c.Find == nil {
			t.Errorf("%s is not described", c.Code)
		}
		found := 0
		for name := range files {
			if strings.HasPrefix(name, strings.ToLower(string(c.Code))+"_") && !strings.HasSuffix(name, "_test.go") {
				found++
				if !files[strings.TrimSuffix(name, ".go")+"_test.go"] {
					t.Errorf("%s has no cases beside it", name)
				}
			}
		}
		if found != 1 {
			t.Errorf("%s: %d files are named after it", c.Code, found)
		}
	}
}
