package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO114(t *testing.T) {
	planted(t, "ISO114",
		plant{"a dashboard is granted to a user who is not there", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(user("t0", "gone")))
		}, 1},
		plant{"the house's dashboard is granted to a group of a namespace that is gone", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "house-board"), viewer(group("t9", "qs:t9")))
		}, 1},
		plant{"a dashboard is linked for a namespace that is gone", func(t *testing.T, f *Facts) {
			link(find(f, tenancy.Dashboard, "board-t0"), whole("t9"))
		}, 1},
		plant{"a dashboard is granted to the group of a move that is under way", func(t *testing.T, f *Facts) {
			f.Have.Tenants[0].Parked = []tenancy.Parking{{Person: "id-author-t0"}}
			f.Want.Tenants[0].Parked = f.Have.Tenants[0].Parked
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(group("t0", tenancy.MoveName("id-author-t0"))))
		}, 0},
	)
}
