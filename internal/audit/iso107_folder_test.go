package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO107(t *testing.T) {
	planted(t, "ISO107",
		plant{"a tenant's dashboard is in a folder that the house shows to all", func(t *testing.T, f *Facts) {
			folder(f, "welcome", []tenancy.Grant{owner(judy), viewer(group("t0", "qs:t0")), viewer(group("t1", "qs:t1"))}, ref(tenancy.Dashboard, "board-t0"))
		}, 1},
		plant{"a tenant's data set is in another tenant's folder", func(t *testing.T, f *Facts) {
			a := find(f, tenancy.Folder, "tenantry-t1")
			a.Folder.Members = append(a.Folder.Members, ref(tenancy.DataSet, "data-t0"))
		}, 1},
		plant{"a tenant's folder inherits from one above it that another tenant opens", func(t *testing.T, f *Facts) {
			above := folder(f, "customers", []tenancy.Grant{owner(judy), viewer(group("t1", "qs:t1"))}, ref(tenancy.Folder, "tenantry-t0"))
			a := find(f, tenancy.Folder, "tenantry-t0")
			a.Folder.Resolved = append(a.Folder.Resolved, above.Grants...)
		}, 1},
		plant{"a tenant's folder inherits from one that was not read", func(t *testing.T, f *Facts) {
			a := find(f, tenancy.Folder, "tenantry-t0")
			a.Folder.Resolved = append(a.Folder.Resolved, viewer(group("t1", "qs:t1")))
		}, 1},
		plant{"a tenant's dashboard is in a folder of the house that inherits from one that another tenant opens", func(t *testing.T, f *Facts) {
			a := folder(f, "below", []tenancy.Grant{owner(judy)}, ref(tenancy.Dashboard, "board-t0"))
			a.Folder.Resolved = append(a.Folder.Resolved, viewer(group("t1", "qs:t1")))
		}, 1},
		plant{"a tenant's dashboard is in a folder that somebody in default opens", func(t *testing.T, f *Facts) {
			folder(f, "welcome", []tenancy.Grant{owner(judy), viewer(lives(f, "default", "Other/mallory"))}, ref(tenancy.Dashboard, "board-t0"))
		}, 1},
		plant{"a tenant's dashboard is in a folder of the house's own people", func(t *testing.T, f *Facts) {
			folder(f, "internal", []tenancy.Grant{owner(judy), viewer(group("default", "analysts"))}, ref(tenancy.Dashboard, "board-t0"))
		}, 0},
		plant{"the house's dashboard is in a folder that the house shows to all", func(t *testing.T, f *Facts) {
			folder(f, "welcome", []tenancy.Grant{owner(judy), viewer(group("t0", "qs:t0")), viewer(group("t1", "qs:t1"))}, ref(tenancy.Dashboard, "house-board"))
		}, 0},
		plant{"a tenant's folder inherits from the house's", func(t *testing.T, f *Facts) {
			above := folder(f, "customers", []tenancy.Grant{owner(judy)}, ref(tenancy.Folder, "tenantry-t0"))
			a := find(f, tenancy.Folder, "tenantry-t0")
			a.Folder.Resolved = append(a.Folder.Resolved, above.Grants...)
		}, 0},
	)
}
