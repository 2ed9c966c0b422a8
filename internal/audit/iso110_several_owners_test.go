package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO110(t *testing.T) {
	planted(t, "ISO110",
		plant{"a dashboard is owned by two tenants", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), owner(user("t1", "author-t1")))
		}, 1},
		plant{"a data set is owned by two tenants' groups", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.DataSet, "data-t0"), owner(group("t1", "qs:t1")))
		}, 1},
		plant{"a dashboard is owned by two people of one tenant", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), owner(user("t0", "reader-t0")))
		}, 0},
	)
}
