package rules

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// A group is expected where the first rule that fits its name leads, and no group of the house is.
func TestExpects(t *testing.T) {
	pattern := func(text string) Pattern {
		p, err := ParsePattern(text)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	space := func(text string) tenancy.Namespace {
		n, err := tenancy.ParseNamespace(text)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	r := &Rules{
		Tenants: []Rule{
			{Pattern: pattern("qs-{namespace}-authors")}, {Group: "g-1", Namespace: space("acme")}, {Group: "g-2", Namespace: space("globex")},
			{Pattern: pattern("qs-{namespace}")}, {Pattern: pattern("qs-{namespace}")}, {Pattern: pattern("staff-{namespace}")},
		},
		House: House{Groups: []string{"staff-acme"}},
	}
	for name, want := range map[string][]Expected{
		"acme":         {{Name: "qs-acme-authors"}, {ID: "g-1"}, {Name: "qs-acme"}},
		"globex":       {{Name: "qs-globex-authors"}, {ID: "g-2"}, {Name: "qs-globex"}, {Name: "staff-globex"}},
		"acme-authors": {{Name: "qs-acme-authors-authors"}, {Name: "staff-acme-authors"}}, // qs-acme-authors is acme's
	} {
		if diff := cmp.Diff(want, r.Expects(space(name))); diff != "" {
			t.Errorf("%s (-want +have):\n%s", name, diff)
		}
	}
}
