package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO101(t *testing.T) {
	planted(t, "ISO101",
		plant{"a dashboard is granted to another tenant's user", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(user("t1", "reader-t1")))
		}, 1},
		plant{"a data source is granted to another tenant's mirror", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.DataSource, "source-t0"), viewer(group("t1", "qs:t1")))
		}, 1},
		plant{"the house has something of it", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), owner(judy))
		}, 0},
	)
}
