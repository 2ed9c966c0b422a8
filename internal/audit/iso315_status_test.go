package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO315(t *testing.T) {
	is := func(s tenancy.Status) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) { f.Have.Tenant(namespace(t, "t0")).Status = s }
	}
	planted(t, "ISO315",
		plant{"it failed", is(tenancy.NonRetryableFailure), 1},
		plant{"it is being deleted", is(tenancy.Deleting), 1},
		plant{"AWS names a state that nobody knows", is("PAUSED"), 1},
		plant{"it is just being made", is(tenancy.Creating), 0},
		plant{"it is being deleted, and nobody belongs there", func(t *testing.T, f *Facts) {
			found(t, f, "empty", pattern)
			f.Have.Tenant(namespace(t, "empty")).Status = tenancy.Deleting
		}, 0},
	)
}
