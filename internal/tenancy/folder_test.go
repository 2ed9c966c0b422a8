package tenancy

import (
	"regexp"
	"strings"
	"testing"
)

// No two namespaces have one folder, whatever stands in for what in their names; nor would they if AWS did not tell case
// apart.
func TestFolderIDs(t *testing.T) {
	valid, seen := regexp.MustCompile(`^[\w\-]+$`), map[string]string{}
	var names func(prefix string, left int)
	names = func(prefix string, left int) {
		if n, err := ParseNamespace(prefix); err == nil {
			id := FolderID(n)
			if !valid.MatchString(id) {
				t.Errorf("the id of %s is %q, which QuickSight does not take", n, id)
			}
			if other, taken := seen[id]; taken {
				t.Errorf("%s and %s have one folder, %q", other, n, id)
			}
			seen[id] = prefix
		}
		for _, c := range "ad._-" {
			if left > 0 {
				names(prefix+string(c), left-1)
			}
		}
	}
	names("", 6)
	if len(seen) < 5*5*5*5*5*5 {
		t.Errorf("%d names were tried", len(seen))
	}
	longest, err := ParseNamespace(strings.Repeat(".", MaxNamespace))
	if err != nil {
		t.Fatal(err)
	}
	if id := FolderID(longest); !valid.MatchString(id) || len(id) > 2048 {
		t.Errorf("the id of the longest name is %q", id)
	}
	for name, want := range map[string]string{"acme": "tenantry-acme", "Acme-2": "tenantry-Acme-2", "a.b_c": "tenantry-a_-b__c"} {
		n, _ := ParseNamespace(name)
		if got := FolderID(n); got != want {
			t.Errorf("the id of %s is %q, want %q", name, got, want)
		}
		if low, _ := ParseNamespace(strings.ToLower(name)); FolderID(low) != strings.ToLower(want) {
			t.Errorf("the case of %s makes another difference than to its name", name)
		}
	}
}
