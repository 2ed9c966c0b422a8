package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO204(t *testing.T) {
	planted(t, "ISO204",
		plant{"names of several tenants are looked up in one namespace", func(t *testing.T, f *Facts) {
			find(f, tenancy.DataSet, "house-data").Rows.Version = 1
			find(f, tenancy.DataSet, "house-data").Rows.Namespace = "t0"
		}, 1},
		plant{"names of several tenants are looked up in default", func(t *testing.T, f *Facts) {
			find(f, tenancy.DataSet, "house-data").Rows.Version = 1
			find(f, tenancy.DataSet, "house-data").Rows.Namespace = "default"
		}, 1},
		plant{"the version was not said, and is the first", func(t *testing.T, f *Facts) {
			find(f, tenancy.DataSet, "house-data").Rows.Version = 0
		}, 1},
		plant{"the names are looked up in another namespace than the only tenant's", func(t *testing.T, f *Facts) {
			lost(find(f, tenancy.Dashboard, "house-board"), group("t1", "qs:t1"))
			find(f, tenancy.DataSet, "house-data").Rows.Version = 1
			find(f, tenancy.DataSet, "house-data").Rows.Namespace = "t1"
		}, 1},
		plant{"rules by ARN have a namespace", func(t *testing.T, f *Facts) {
			find(f, tenancy.DataSet, "house-data").Rows.Namespace = "t0"
		}, 1},
		plant{"the names are looked up in the namespace of the only tenant that sees it", func(t *testing.T, f *Facts) {
			lost(find(f, tenancy.Dashboard, "house-board"), group("t1", "qs:t1"))
			find(f, tenancy.DataSet, "house-data").Rows.Version = 1
			find(f, tenancy.DataSet, "house-data").Rows.Namespace = "t0"
		}, 0},
	)
}
