package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO104(t *testing.T) {
	planted(t, "ISO104",
		plant{"a tenant's dashboard is linked for another tenant", func(t *testing.T, f *Facts) {
			link(find(f, tenancy.Dashboard, "board-t0"), whole("t1"))
		}, 1},
		plant{"a tenant's dashboard is linked for default", func(t *testing.T, f *Facts) {
			link(find(f, tenancy.Dashboard, "board-t0"), whole("default"))
		}, 1},
		plant{"a tenant's dashboard is linked for a namespace that nobody manages", func(t *testing.T, f *Facts) {
			lives(f, "partner", "Partner/eve")
			link(find(f, tenancy.Dashboard, "board-t0"), whole("partner"))
		}, 1},
		plant{"a dashboard of the house is linked for everybody", func(t *testing.T, f *Facts) {
			link(find(f, tenancy.Dashboard, "house-board"), outside("*"))
		}, 1},
		plant{"a tenant's dashboard is linked for its own namespace", func(t *testing.T, f *Facts) {
			link(find(f, tenancy.Dashboard, "board-t0"), whole("t0"))
		}, 0},
		plant{"a dashboard of the house is linked for a tenant", func(t *testing.T, f *Facts) {
			link(find(f, tenancy.Dashboard, "house-board"), whole("t0"))
		}, 0},
	)
}
