package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO201(t *testing.T) {
	planted(t, "ISO201",
		plant{"the house shows a tenant's data to whoever lands in default", func(t *testing.T, f *Facts) {
			put(f, tenancy.Dashboard, "for-all", owner(judy), viewer(whole("default"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "data-t0")}
		}, 1},
		plant{"a tenant's dashboard stands on another tenant's data set", func(t *testing.T, f *Facts) {
			find(f, tenancy.Dashboard, "board-t0").Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "data-t1")}
		}, 1},
		plant{"a tenant's data set stands on another tenant's data source, and its dashboard with it", func(t *testing.T, f *Facts) {
			find(f, tenancy.DataSet, "data-t0").Uses = []tenancy.AssetRef{ref(tenancy.DataSource, "source-t1")}
		}, 1},
		plant{"the house shows one tenant's data to all", func(t *testing.T, f *Facts) {
			put(f, tenancy.Dashboard, "mixed", owner(judy), viewer(group("t0", "qs:t0")), viewer(group("t1", "qs:t1"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "data-t1")}
		}, 1},
		plant{"the house's data set is on one tenant's data source, and shown to all", func(t *testing.T, f *Facts) {
			find(f, tenancy.DataSet, "house-data").Uses = []tenancy.AssetRef{ref(tenancy.DataSource, "source-t1")}
		}, 1},
		plant{"a tenant's dashboard stands on a stranger's data set", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "strange", owner(lives(f, "default", "Other/mallory")))
			find(f, tenancy.Dashboard, "board-t0").Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "strange")}
		}, 1},
		plant{"the house shows a tenant its own data", func(t *testing.T, f *Facts) {
			put(f, tenancy.Dashboard, "theirs", owner(judy), viewer(group("t1", "qs:t1"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "data-t1")}
		}, 0},
		plant{"the house's own people see a tenant's data", func(t *testing.T, f *Facts) {
			put(f, tenancy.Dashboard, "internal", owner(judy)).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "data-t0"), ref(tenancy.DataSet, "data-t1")}
		}, 0},
		plant{"a tenant's dashboard stands on data that is gone", func(t *testing.T, f *Facts) {
			find(f, tenancy.Dashboard, "board-t0").Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "gone")}
		}, 0},
		plant{"data sets that stand on each other come to an end", func(t *testing.T, f *Facts) {
			find(f, tenancy.DataSet, "data-t0").Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "loop")}
			put(f, tenancy.DataSet, "loop", owner(user("t0", "author-t0"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "data-t0")}
		}, 0},
	)
}
