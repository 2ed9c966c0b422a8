package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO314(t *testing.T) {
	planted(t, "ISO314",
		plant{"a tenant's people upgrade themselves", func(t *testing.T, f *Facts) { f.Spaces[0].SelfUpgrade = true }, 1},
		plant{"the people of default do", func(t *testing.T, f *Facts) {
			f.Spaces = append(f.Spaces, tenancy.Space{Namespace: "default", SelfUpgrade: true})
		}, 0},
	)
}
