package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO111(t *testing.T) {
	planted(t, "ISO111",
		plant{"a tenant's author owns the house's dashboard too", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "house-board"), owner(user("t0", "author-t0")))
		}, 1},
		plant{"a tenant's group may change the house's data source", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.DataSource, "house-source"), may(group("t0", "qs:t0"), "quicksight:DescribeDataSource quicksight:UpdateDataSource"))
			find(f, tenancy.DataSet, "house-data").Uses = nil
			find(f, tenancy.DataSet, "house-rules").Uses = nil
		}, 1},
		plant{"the house's dashboard is in a tenant's folder", func(t *testing.T, f *Facts) {
			a := find(f, tenancy.Folder, "tenantry-t0")
			a.Folder.Members = append(a.Folder.Members, ref(tenancy.Dashboard, "house-board"))
		}, 1},
		plant{"a tenant contributes to the house's folder", func(t *testing.T, f *Facts) {
			folder(f, "welcome", []tenancy.Grant{owner(judy), may(user("t0", "author-t0"), "quicksight:CreateFolderMembership quicksight:DescribeFolder")}, ref(tenancy.Dashboard, "house-board"))
		}, 1},
		plant{"a tenant owns with the house what the configuration shares", func(t *testing.T, f *Facts) {
			f.Want.Tenants[1].Shares = []tenancy.Share{{Asset: ref(tenancy.Analysis, "offered"), Group: "group-t1", Mirror: "qs:t1"}}
			put(f, tenancy.Analysis, "offered", owner(judy), owner(user("t0", "author-t0")), viewer(group("t1", "qs:t1")))
		}, 1},
		plant{"a tenant views a flow of the house's with the actions that a viewer has", func(t *testing.T, f *Facts) {
			put(f, tenancy.Flow, "house-flow", owner(judy), may(user("t0", "author-t0"), "quicksight:GetFlow quicksight:UpdateFlowSession quicksight:CreatePresignedUrl"))
		}, 0},
		plant{"the house helps a tenant with its dashboard", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), owner(judy))
		}, 0},
		plant{"the house helps a tenant with a dashboard on the house's data", func(t *testing.T, f *Facts) {
			put(f, tenancy.Dashboard, "helped", owner(judy), owner(user("t0", "author-t0"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "house-data")}
		}, 0},
	)
}
