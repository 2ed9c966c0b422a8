package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO210(t *testing.T) {
	planted(t, "ISO210",
		plant{"a stranger in default may build on data that a tenant sees", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "prices", owner(judy), viewer(lives(f, "default", "Other/zoe")))
			put(f, tenancy.Dashboard, "for-t1", owner(judy), viewer(group("t1", "qs:t1"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "prices")}
		}, 1},
		plant{"a tenant's author may build on data that default sees besides", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "prices", owner(judy), viewer(user("t0", "author-t0")))
			put(f, tenancy.Dashboard, "for-default", owner(judy), viewer(whole("default"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "prices")}
		}, 0},
		plant{"a tenant's author may use the house's data source", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.DataSource, "house-source"), viewer(user("t0", "author-t0")))
		}, 1},
		plant{"a tenant's author may build on data that another tenant sees", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "prices", owner(judy), viewer(user("t0", "author-t0")))
			put(f, tenancy.Dashboard, "for-t1", owner(judy), viewer(group("t1", "qs:t1"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "prices")}
		}, 1},
		plant{"a tenant's author may build on the house's data under a dashboard of another tenant's own", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "prices", owner(judy), viewer(user("t0", "author-t0")))
			find(f, tenancy.Dashboard, "board-t1").Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "prices")}
		}, 1},
		plant{"a tenant's author may use the house's data source under data of another tenant's own", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSource, "lake", owner(judy), viewer(user("t0", "author-t0")))
			find(f, tenancy.DataSet, "data-t1").Uses = []tenancy.AssetRef{ref(tenancy.DataSource, "lake")}
		}, 1},
		plant{"a tenant's author may build on the house's data under a dashboard of the tenant's own", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "prices", owner(judy), viewer(user("t0", "author-t0")))
			find(f, tenancy.Dashboard, "board-t0").Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "prices")}
		}, 0},
		plant{"the house's data source is in a folder that a tenant opens", func(t *testing.T, f *Facts) {
			folder(f, "welcome", []tenancy.Grant{owner(judy), viewer(group("t0", "qs:t0"))}, ref(tenancy.DataSource, "house-source"))
		}, 1},
		plant{"a tenant's reader has the house's data source, and cannot build", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.DataSource, "house-source"), viewer(user("t0", "reader-t0")))
		}, 0},
		plant{"the house made a data source for one tenant", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSource, "theirs", owner(judy), viewer(user("t0", "author-t0")))
		}, 0},
		plant{"tenants' authors may build on data that is divided", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.DataSet, "house-data"), viewer(group("t0", "qs:t0")))
			grant(find(f, tenancy.DataSet, "house-data"), viewer(group("t1", "qs:t1")))
		}, 0},
	)
}
