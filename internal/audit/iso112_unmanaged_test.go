package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO112(t *testing.T) {
	planted(t, "ISO112",
		plant{"a dashboard is granted to a user of a namespace that nobody manages", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(lives(f, "partner", "Partner/eve")))
		}, 1},
		plant{"a data set is owned by a group of a namespace that nobody manages, too", func(t *testing.T, f *Facts) {
			lives(f, "partner", "Partner/eve")
			grant(find(f, tenancy.DataSet, "data-t0"), owner(group("partner", "all")))
		}, 1},
		plant{"a dashboard is granted to somebody in another namespace of the house's", func(t *testing.T, f *Facts) {
			f.House.Namespaces = append(f.House.Namespaces, "staff")
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(lives(f, "staff", "QuickSightStaff/judy")))
		}, 0},
	)
}
