//go:build !tenantry.lambda

package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/policy"
)

// More policies than a role may have are told before they are put in; and what has no rights for want of a flag is told to those
// who would have them.
func TestControllerNotes(t *testing.T) {
	documents := func(n int) []policy.Named {
		return slices.Repeat([]policy.Named{{Name: "p", Document: strings.Repeat("x", 5000)}}, n)
	}
	const quota, dead = "until its quota is raised", "--dead-letters arn:"
	for _, tt := range []struct {
		purpose     policy.Purpose
		n           int
		quota, dead bool
	}{
		{policy.ForServe, 10, false, true}, {policy.ForServe, 11, true, true}, {policy.ForAudit, 2, false, true},
		{policy.ForOperator, 12, true, false}, {policy.ForProbe, 1, false, false},
	} {
		o := &controllerOptions{purpose: string(tt.purpose), format: policyCommands}
		notes := strings.Join(o.notes(&config.Config{}, documents(tt.n)), "\n")
		if strings.Contains(notes, quota) != tt.quota || strings.Contains(notes, dead) != tt.dead {
			t.Errorf("%s, %d documents: %s", tt.purpose, tt.n, notes)
		}
	}
}
