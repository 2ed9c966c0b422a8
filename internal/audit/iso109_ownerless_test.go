package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO109(t *testing.T) {
	planted(t, "ISO109",
		plant{"a dashboard has only viewers", func(t *testing.T, f *Facts) {
			put(f, tenancy.Dashboard, "orphan", viewer(group("t0", "qs:t0")))
		}, 1},
		plant{"a data source was never granted to anybody", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSource, "forgotten")
		}, 1},
		plant{"the only owner has been deleted", func(t *testing.T, f *Facts) {
			put(f, tenancy.Analysis, "left", owner(user("t0", "gone")))
		}, 1},
		plant{"the only owner is a group in which nobody is", func(t *testing.T, f *Facts) {
			f.Have.Tenants[0].Custodians = tenancy.Mirror{Group: tenancy.CustodiansGroup, Name: tenancy.CustodiansName}
			f.Want.Tenants[0].Custodians = f.Have.Tenants[0].Custodians
			put(f, tenancy.Analysis, "left", owner(group("t0", tenancy.CustodiansName)))
		}, 1},
		plant{"the only owner is in a namespace that is gone", func(t *testing.T, f *Facts) {
			put(f, tenancy.Flow, "left", owner(user("t9", "author-t9")))
		}, 1},
		plant{"a template was never granted to anybody", func(t *testing.T, f *Facts) {
			put(f, tenancy.Template, "raw")
		}, 0},
		plant{"the only owner is a group made by hand", func(t *testing.T, f *Facts) {
			f.Have.Tenants[0].OtherGroups = []string{"mine"}
			put(f, tenancy.Analysis, "left", owner(group("t0", "mine")))
		}, 0},
		plant{"the only owner is a group of a move that is under way", func(t *testing.T, f *Facts) {
			f.Have.Tenants[0].Parked = []tenancy.Parking{{Person: "id-author-t0"}}
			f.Want.Tenants[0].Parked = f.Have.Tenants[0].Parked
			put(f, tenancy.Analysis, "moving", owner(group("t0", tenancy.MoveName("id-author-t0"))))
		}, 0},
		plant{"a restricted folder has contributors", func(t *testing.T, f *Facts) {
			a := folder(f, "strict", []tenancy.Grant{may(user("t0", "author-t0"), "quicksight:CreateFolderMembership quicksight:DescribeFolder")})
			a.Folder.Type, a.Folder.Sharing = "RESTRICTED", "NAMESPACE"
		}, 0},
		plant{"its owners own the folder that it is in", func(t *testing.T, f *Facts) {
			a := find(f, tenancy.Folder, "tenantry-t0")
			a.Folder.Members = append(a.Folder.Members, ref(tenancy.Analysis, "made"))
			put(f, tenancy.Analysis, "made")
		}, 0},
		plant{"its permissions could not be read", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSource, "forgotten")
			f.Inspection.Unread = append(f.Inspection.Unread, tenancy.Unread{AssetRef: ref(tenancy.DataSource, "forgotten"), Why: "denied"})
		}, 0},
	)
}
