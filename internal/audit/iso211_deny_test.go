package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO211(t *testing.T) {
	planted(t, "ISO211",
		plant{"the rules deny", func(t *testing.T, f *Facts) {
			find(f, tenancy.DataSet, "house-data").Rows.Grants = false
		}, 1},
		plant{"the rules deny where one tenant alone sees the data", func(t *testing.T, f *Facts) {
			lost(find(f, tenancy.Dashboard, "house-board"), group("t1", "qs:t1"))
			find(f, tenancy.DataSet, "house-data").Rows.Grants = false
		}, 0},
	)
}
