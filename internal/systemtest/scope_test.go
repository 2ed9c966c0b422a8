package systemtest

import (
	"context"
	"testing"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/rules"
)

// TestPersonIsFound: whom --person names is whom the run is for, by whatever of their names; a name that
// nobody signs in by is refused, and does not look like a world with nothing to do.
func TestPersonIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		by, name string
		found    bool
	}{
		{"username", "t000.003", true},
		{"username", "t000.003@example.com", true},
		{"username", "QuickSight/t000.003", true},
		{"username", "QuickSight/t000.003@example.com", false},
		{"username", "Wrong/t000.003", false},
		{"email", "t000.003", true},
		{"email", "t000.003@example.com", true},
		{"email", "QuickSight/t000.003", false},
		{"email", "QuickSight/t000.003@example.com", true},
		{"email", "nobody", false},
	} {
		t.Run(c.by+" "+c.name, func(t *testing.T) {
			in(t, tenants(1, 5), settings{}, func(r *rig) {
				r.config.Rules.SessionName = rules.SessionName(c.by)
				pass, err := r.start().plan(context.Background(), engine.Scope{Person: c.name})
				if c.found != (err == nil) {
					t.Fatalf("planning: %v", err)
				}
				if c.found && len(pass.Plan.Pending()) != 4 {
					t.Errorf("%d steps would be done, want a namespace, a group, the person and their membership", len(pass.Plan.Pending()))
				}
			})
		})
	}
}
