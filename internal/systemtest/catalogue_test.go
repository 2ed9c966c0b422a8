package systemtest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// listings and describes are the operations that a catalogue is read by, of each kind of assets.
var (
	listings = map[tenancy.AssetKind]string{
		tenancy.Dashboard: "ListDashboards", tenancy.Analysis: "ListAnalyses", tenancy.DataSet: "ListDataSets", tenancy.DataSource: "ListDataSources",
		tenancy.Folder: "ListFolders", tenancy.Topic: "ListTopics", tenancy.Flow: "ListFlows", tenancy.ActionConnector: "ListActionConnectors",
		tenancy.Theme: "ListThemes", tenancy.Template: "ListTemplates",
	}
	describes = map[tenancy.AssetKind]string{
		tenancy.Dashboard: "DescribeDashboardPermissions", tenancy.Analysis: "DescribeAnalysisPermissions", tenancy.DataSet: "DescribeDataSetPermissions",
		tenancy.DataSource: "DescribeDataSourcePermissions", tenancy.Folder: "DescribeFolderPermissions", tenancy.Topic: "DescribeTopicPermissions",
		tenancy.Flow: "GetFlowPermissions", tenancy.ActionConnector: "DescribeActionConnectorPermissions", tenancy.Theme: "DescribeThemePermissions",
		tenancy.Template: "DescribeTemplatePermissions",
	}
)

// gallery is a world in which an author of default owns n assets of each kind and is looked on by a group; n may be
// another for each kind.
func gallery(n func(world.AssetKind) int) world.Seed {
	seed := empty()
	seed.QuickSight.Namespaces = []world.NamespaceSeed{{
		Name:   "default",
		Users:  []world.UserSeed{{RoleARN: role, Session: "ann", Email: "ann@example.com", Role: "AUTHOR"}},
		Groups: []world.GroupSeed{{Name: "all", Members: []string{"QuickSight/ann"}}},
	}}
	for _, kind := range tenancy.AssetKinds() {
		kind := simulated(kind)
		for i := range n(kind) {
			seed.QuickSight.Assets = append(seed.QuickSight.Assets, world.AssetSeed{
				Kind: kind, ID: idOf(kind, i), Permissions: []world.GrantSeed{
					{Principal: "user/default/QuickSight/ann", Actions: world.Actions{"owner"}},
					{Principal: "group/default/all", Actions: world.Actions{"viewer"}},
				},
			})
		}
	}
	return seed
}

// simulated is what the simulator calls a kind.
func simulated(kind tenancy.AssetKind) world.AssetKind {
	switch kind {
	case tenancy.DataSet:
		return world.KindDataSet
	case tenancy.DataSource:
		return world.KindDataSource
	}
	return world.AssetKind(kind)
}

// idOf is an id: those of flows are UUIDs (API model: FlowId).
func idOf(kind world.AssetKind, i int) string {
	if kind == world.KindFlow {
		return fmt.Sprintf("34887428-4081-7042-c3c6-%012d", i)
	}
	return fmt.Sprintf("%s-%04d", kind, i)
}

// catalogued reads every asset of the identity Region.
func (r *rig) catalogued() tenancy.Catalogue {
	r.Helper()
	all, err := awsapi.NewCatalogue(r.start().app.AWS).All(context.Background(), "")
	if err != nil {
		r.Fatalf("reading the catalogue: %v", err)
	}
	return all
}

// TestCatalogueCost: each list is read page by page and each asset once, by one call, and nothing else is asked.
func TestCatalogueCost(t *testing.T) {
	t.Parallel()
	n := func(kind world.AssetKind) int {
		if kind == world.KindDashboard {
			return 230
		}
		return len(kind) // some, of each kind another number
	}
	synctest.Test(t, func(t *testing.T) {
		r := unwatched(t, gallery(n))
		all := r.catalogued()
		want, assets := map[string]int{}, 0
		for _, kind := range tenancy.AssetKinds() {
			k := n(simulated(kind))
			want["quicksight:"+listings[kind]], want["quicksight:"+describes[kind]] = pages(k), k
			assets += k
		}
		if got := r.sim.Calls(); !maps.Equal(got, want) {
			t.Errorf("the calls: %v\nwant: %v", got, want)
		}
		if len(all.Assets) != assets || len(all.Unread) != 0 {
			t.Errorf("%d assets of %d, and unread %+v", len(all.Assets), assets, all.Unread)
		}
		for _, a := range all.Assets {
			ann, group := a.Grant(userIn("default", "QuickSight/ann")), a.Grant(groupIn("default", "all"))
			if ann == nil || !ann.Owner || ann.May != tenancy.Owns || group == nil || group.Owner || group.May != tenancy.Views {
				t.Fatalf("%s: %+v", a, a.Grants)
			}
		}
		if !slices.IsSortedFunc(all.Assets, func(a, b tenancy.Asset) int { return a.Compare(b.AssetRef) }) {
			t.Error("the assets are not sorted")
		}
	})
}

func userIn(namespace, name string) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToUser, Namespace: namespace, Name: name}
}

func groupIn(namespace, name string) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: namespace, Name: name}
}

// TestCatalogueTells of row-level security, with the data sets of the rules; of whoever has a dashboard by its link
// only; and of other Regions nothing.
func TestCatalogueTells(t *testing.T) {
	t.Parallel()
	seed := gallery(func(world.AssetKind) int { return 0 })
	const rules = "arn:aws:quicksight:us-east-1:111122223333:dataset/rules"
	ann := []world.GrantSeed{{Principal: "user/default/QuickSight/ann", Actions: world.Actions{"owner"}}}
	seed.QuickSight.Assets = []world.AssetSeed{
		{Kind: world.KindDataSet, ID: "rules", Permissions: ann},
		{Kind: world.KindDataSet, ID: "ruled", Permissions: ann, RowLevelRules: rules},
		{Kind: world.KindDataSet, ID: "tagged", Permissions: ann, RowLevelTags: map[string]string{"tenant": "tenant"}},
		{Kind: world.KindDashboard, ID: "linked", Permissions: ann, LinkPermissions: []world.GrantSeed{{Principal: "namespace/default", Actions: world.Actions{"viewer"}}}},
		{Kind: world.KindDashboard, ID: "elsewhere", Region: "eu-west-1", Permissions: ann},
	}
	synctest.Test(t, func(t *testing.T) {
		r := unwatched(t, seed)
		all := r.catalogued()
		got := map[string]string{}
		for _, a := range all.Assets {
			got[a.ID] = fmt.Sprint(a.RowLevel, a.RowRules, len(a.Grants))
		}
		if want := map[string]string{
			"rules": "false [] 1", "ruled": "true [" + rules + "] 1", "tagged": "true [] 1", "linked": "false [] 2",
		}; !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if n := r.sim.Calls()["quicksight:DescribeDashboardPermissions"]; n != 1 {
			t.Errorf("the permissions of one dashboard, and of its link, were read by %d calls", n)
		}
		for _, a := range all.Assets {
			if g := a.Grant(tenancy.Grantee{Kind: tenancy.ToNamespace, Namespace: "default"}); (a.ID == "linked") != (g != nil) || g != nil && (g.May != "" || g.Owner) {
				t.Errorf("%s: the link: %+v", a, g)
			}
		}
	})
}

// TestCatalogueUnread: what may not be read is told, with the reason, and the rest is read. What goes meanwhile is left
// out; and without credentials nothing is answered as if it were all.
func TestCatalogueUnread(t *testing.T) {
	t.Parallel()
	in := func(name string, fault awssim.Hook, test func(t *testing.T, r *rig)) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := unwatched(t, gallery(func(world.AssetKind) int { return 3 }))
				r.suffer(fault)
				test(t, r)
			})
		})
	}
	on := func(operation string, status int, code string) awssim.Hook {
		return func(c awssim.Call) awssim.Fault {
			if c.Phase != awssim.BeforeEffect || c.Operation != operation {
				return awssim.Fault{}
			}
			return awssim.Fault{Err: wire.Errorf(status, code, "told so")}
		}
	}
	in("a list", on("ListTopics", 401, "AccessDeniedException"), func(t *testing.T, r *rig) {
		all := r.catalogued()
		if len(all.Assets) != 27 || len(all.Unread) != 1 || !all.Unread[0].Whole() || all.Unread[0].Kind != tenancy.Topic || !strings.Contains(all.Unread[0].Why, "AccessDenied") {
			t.Errorf("%d assets; unread %+v", len(all.Assets), all.Unread)
		}
	})
	in("permissions", on("DescribeFolderPermissions", 401, "AccessDeniedException"), func(t *testing.T, r *rig) {
		all := r.catalogued()
		if len(all.Assets) != 27 || len(all.Unread) != 3 || all.Unread[0].Whole() || all.Unread[0].ID != "folder-0000" {
			t.Errorf("%d assets; unread %+v", len(all.Assets), all.Unread)
		}
	})
	in("gone", on("DescribeDashboardPermissions", 404, "ResourceNotFoundException"), func(t *testing.T, r *rig) {
		if all := r.catalogued(); len(all.Assets) != 27 || len(all.Unread) != 0 {
			t.Errorf("%d assets; unread %+v", len(all.Assets), all.Unread)
		}
	})
	in("credentials", on("DescribeDataSetPermissions", 403, "ExpiredTokenException"), func(t *testing.T, r *rig) {
		all, err := awsapi.NewCatalogue(r.start().app.AWS).All(context.Background(), "")
		if err == nil || !strings.Contains(err.Error(), "ExpiredToken") || len(all.Assets)+len(all.Unread) != 0 {
			t.Errorf("%+v, %v", all, err)
		}
	})
}
