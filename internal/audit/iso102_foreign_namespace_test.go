package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO102(t *testing.T) {
	planted(t, "ISO102",
		plant{"a dashboard is granted to all of another tenant", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(whole("t1")))
		}, 1},
		plant{"an analysis is granted to all of a namespace that nobody manages", func(t *testing.T, f *Facts) {
			lives(f, "partner", "Partner/eve")
			put(f, tenancy.Analysis, "analysis-t0", owner(user("t0", "author-t0")), viewer(whole("partner")))
		}, 1},
		plant{"a dashboard of the house is granted to all of a tenant", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "house-board"), viewer(whole("t0")))
		}, 0},
		plant{"a dashboard is granted to all of a namespace of the house's", func(t *testing.T, f *Facts) {
			f.House.Namespaces = append(f.House.Namespaces, "staff")
			lives(f, "staff", "QuickSightStaff/judy")
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(whole("staff")))
		}, 0},
	)
}
