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
		plant{"a data set is granted to a group made by hand in another tenant", func(t *testing.T, f *Facts) {
			f.Have.Tenants[1].OtherGroups = []string{"mine"}
			grant(find(f, tenancy.DataSet, "data-t0"), viewer(group("t1", "mine")))
		}, 1},
		plant{"a tenant's folder is granted to another tenant's user, and all that is in it with it", func(t *testing.T, f *Facts) {
			a := find(f, tenancy.Folder, "tenantry-t0")
			grant(a, viewer(user("t1", "reader-t1")))
			a.Folder.Resolved = a.Grants
		}, 1},
		plant{"a topic is granted to another tenant's user with a set of actions", func(t *testing.T, f *Facts) {
			put(f, tenancy.Topic, "topic-t0", owner(user("t0", "author-t0")), may(user("t1", "author-t1"), "quicksight:DescribeTopic quicksight:ListTopics"))
		}, 1},
		plant{"what a tenant and the house own together is granted to another tenant", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), owner(judy))
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(user("t1", "reader-t1")))
		}, 1},
		plant{"the custodians of another tenant have something of it", func(t *testing.T, f *Facts) {
			f.Have.Tenants[1].Custodians = tenancy.Mirror{Group: tenancy.CustodiansGroup, Name: tenancy.CustodiansName, Members: []tenancy.UserName{"QuickSight/author-t1"}}
			f.Want.Tenants[1].Custodians = f.Have.Tenants[1].Custodians
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(group("t1", tenancy.CustodiansName)))
		}, 1},
		plant{"the house has something of it", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), owner(judy))
		}, 0},
		plant{"a group made by hand in its own tenant has something of it", func(t *testing.T, f *Facts) {
			f.Have.Tenants[0].OtherGroups = []string{"mine"}
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(group("t0", "mine")))
		}, 0},
		plant{"the whole of its own namespace has something of it", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(whole("t0")))
		}, 0},
	)
}
