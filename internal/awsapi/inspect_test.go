package awsapi_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// inspectedAs are the simulator's words for what an audit looks at.
func inspectedAs(k tenancy.AssetKind) world.AssetKind {
	switch k {
	case tenancy.Agent:
		return world.KindAgent
	case tenancy.WorkSpace:
		return world.KindSpace
	}
	return simulated[k]
}

// inspect reads the assets of the identity Region.
func (r *rig) inspect(t *testing.T) tenancy.Inspection {
	t.Helper()
	all, err := awsapi.NewInspector(r.AWS).Inspect(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// one is an asset of an inspection.
func one(t *testing.T, of tenancy.Inspection, kind tenancy.AssetKind, id string) *tenancy.Inspected {
	t.Helper()
	a := of.Asset(tenancy.AssetRef{Kind: kind, Region: "us-east-1", ID: id})
	if a == nil {
		t.Fatalf("no %s %s in %+v", kind, id, of)
	}
	return a
}

// TestInspectEveryKind reads one of each kind, with as many calls as are documented: a page for each kind, two reads for a
// dashboard, an analysis and a data set, three for a folder and one for every other.
func TestInspectEveryKind(t *testing.T) {
	var all []world.AssetSeed
	for _, kind := range tenancy.InspectedKinds() {
		all = append(all,
			world.AssetSeed{Kind: inspectedAs(kind), ID: mine, Name: "Hers", Permissions: given(ann, "owner", eveToo, "viewer")},
			world.AssetSeed{Kind: inspectedAs(kind), Region: "eu-west-1", ID: ours, Permissions: given(ann, "owner")})
	}
	r := newRig(t, assets(all...))
	r.with(nil)
	got := r.inspect(t)
	check(t, nil, len(r.calls()), 12+3*2+3+8)
	if len(got.Assets) != 12 || len(got.Unread) != 0 {
		t.Errorf("%+v", got)
	}
	for _, kind := range tenancy.InspectedKinds() {
		a := one(t, got, kind, mine)
		check(t, nil, a.Grants, []tenancy.Grant{{To: user("ann"), Owner: true, May: tenancy.Owns}, {To: user("eve"), May: tenancy.Views}})
		check(t, nil, a.ActionsOf(user("ann")), inspectedAs(kind).Owner())
		check(t, nil, a.ActionsOf(user("eve")), inspectedAs(kind).Viewer())
		check(t, nil, a.Name, "Hers")
	}
	other, err := awsapi.NewInspector(r.AWS).Inspect(t.Context(), "eu-west-1")
	check(t, err, len(other.Assets), 12)
	check(t, nil, other.Assets[0].Region+other.Assets[0].ID, "eu-west-1"+ours)
}

// TestInspectParts reads what is under an asset, who has its link, what was deleted, and what a folder is made of.
func TestInspectParts(t *testing.T) {
	top := world.AssetSeed{Kind: world.KindFolder, ID: "top", Permissions: given(ann, "owner", custodians, "viewer")}
	below := world.AssetSeed{Kind: world.KindFolder, ID: "below", Parent: "top", SharingModel: "NAMESPACE", FolderType: "RESTRICTED", Members: []string{"dashboard/board", "dataset/data"}, Permissions: given(eveToo, "viewer")}
	r := newRig(t, assets(top, below,
		world.AssetSeed{Kind: world.KindDataSource, ID: "source", Permissions: given(ann, "owner")},
		world.AssetSeed{Kind: world.KindDataSet, ID: "data", Uses: []string{"source", "dataset/raw", "source"}, Permissions: given(ann, "owner")},
		world.AssetSeed{Kind: world.KindDataSet, ID: "raw", Uses: []string{"source"}, Permissions: given(ann, "owner")},
		world.AssetSeed{Kind: world.KindDashboard, ID: "board", Uses: []string{"data", "arn:aws:quicksight:us-east-1:999988887777:dataset/far"}, Permissions: given(ann, "owner"), LinkPermissions: given("namespace/acme", "viewer")},
		world.AssetSeed{Kind: world.KindAnalysis, ID: "bin", Uses: []string{"data"}, RecoverableUntil: time.Now().Add(time.Hour), Permissions: given(ann, "owner")},
		world.AssetSeed{Kind: world.KindAnalysis, ID: "work", Uses: []string{"data"}, Permissions: given(ann, "owner")}))
	got := r.inspect(t)
	check(t, nil, len(got.Unread), 0)
	ref := func(kind tenancy.AssetKind, id string) tenancy.AssetRef {
		return tenancy.AssetRef{Kind: kind, Region: "us-east-1", ID: id}
	}

	board := one(t, got, tenancy.Dashboard, "board")
	check(t, nil, board.Links, []tenancy.Grant{{To: tenancy.Grantee{Kind: tenancy.ToNamespace, Namespace: "acme"}, May: tenancy.Views}})
	check(t, nil, board.LinkActions, [][]string{world.KindDashboard.Viewer()})
	check(t, nil, board.Uses, []tenancy.AssetRef{ref(tenancy.DataSet, "data")})
	check(t, nil, board.UsesOthers, []string{"arn:aws:quicksight:us-east-1:999988887777:dataset/far"})
	check(t, nil, one(t, got, tenancy.DataSet, "data").Uses, []tenancy.AssetRef{ref(tenancy.DataSet, "raw"), ref(tenancy.DataSource, "source")})
	check(t, nil, one(t, got, tenancy.Analysis, "work").Uses, []tenancy.AssetRef{ref(tenancy.DataSet, "data")})
	check(t, nil, one(t, got, tenancy.Analysis, "work").Deleted, false)
	check(t, nil, one(t, got, tenancy.Analysis, "bin").Deleted, true)

	folder := one(t, got, tenancy.Folder, "below").Folder
	check(t, nil, folder.Type+" "+folder.Sharing, "RESTRICTED NAMESPACE")
	check(t, nil, folder.Members, []tenancy.AssetRef{ref(tenancy.Dashboard, "board"), ref(tenancy.DataSet, "data")})
	check(t, nil, folder.Resolved, []tenancy.Grant{
		{To: tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "acme", Name: tenancy.CustodiansName}, May: tenancy.Views},
		{To: user("ann"), Owner: true, May: tenancy.Owns}, {To: user("eve"), May: tenancy.Views},
	})
	check(t, nil, one(t, got, tenancy.Folder, "below").Grants, []tenancy.Grant{{To: user("eve"), May: tenancy.Views}})
}

// TestInspectRows reads how rows are divided, in both places in which the API model has it.
func TestInspectRows(t *testing.T) {
	const rules = "arn:aws:quicksight:us-east-1:" + account + ":dataset/rules"
	cases := []struct {
		id   string
		is   world.AssetSeed
		want tenancy.Rows
	}{
		{"plain", world.AssetSeed{}, tenancy.Rows{}},
		{"by-arn", world.AssetSeed{RowLevelRules: "rules", RowLevel: world.RowLevel{Policy: "GRANT_ACCESS", Format: "VERSION_2"}}, tenancy.Rows{Rules: rules, Enabled: true, Version: 2, Grants: true}},
		{"by-name", world.AssetSeed{RowLevelRules: "rules", RowLevel: world.RowLevel{Policy: "DENY_ACCESS", Format: "VERSION_1", Namespace: "acme", Status: "ENABLED"}}, tenancy.Rows{Rules: rules, Enabled: true, Version: 1, Namespace: "acme"}},
		{"off", world.AssetSeed{RowLevelRules: "rules", RowLevel: world.RowLevel{Policy: "GRANT_ACCESS", Format: "VERSION_2", Status: world.Disabled}}, tenancy.Rows{Rules: rules, Version: 2, Grants: true}},
		{"tags", world.AssetSeed{RowLevelTags: map[string]string{"tenant": "customer"}}, tenancy.Rows{Tags: true, TagsEnabled: true}},
		{"tags-off", world.AssetSeed{RowLevelTags: map[string]string{"tenant": "customer"}, RowLevel: world.RowLevel{TagsStatus: world.Disabled}}, tenancy.Rows{Tags: true}},
		{"columns", world.AssetSeed{ColumnRules: []world.ColumnRule{{Principals: []string{"arn:aws:quicksight:us-east-1:" + account + ":" + ann}, Columns: []string{"salary"}}}}, tenancy.Rows{Columns: true}},
	}
	all := []world.AssetSeed{{Kind: world.KindDataSource, ID: "source"}, {Kind: world.KindDataSet, ID: "rules", Uses: []string{"source"}}}
	for _, c := range cases {
		for _, prepared := range []bool{false, true} {
			a := c.is
			a.Kind, a.ID, a.Uses, a.Prepared = world.KindDataSet, fmt.Sprint(c.id, prepared), []string{"source"}, prepared
			all = append(all, a)
		}
	}
	got := newRig(t, assets(all...)).inspect(t)
	for _, c := range cases {
		for _, prepared := range []bool{false, true} {
			if have := one(t, got, tenancy.DataSet, fmt.Sprint(c.id, prepared)).Rows; have != c.want {
				t.Errorf("%s, prepared %v: %+v, want %+v", c.id, prepared, have, c.want)
			}
		}
	}
}

// A part that is denied keeps the rest of the asset, and is told.
func TestInspectKeepsTheRest(t *testing.T) {
	seed := assets(
		world.AssetSeed{Kind: world.KindDataSet, ID: "data", Permissions: given(ann, "owner")},
		world.AssetSeed{Kind: world.KindDashboard, ID: "board", Uses: []string{"data"}, Permissions: given(ann, "owner")},
		world.AssetSeed{Kind: world.KindFolder, ID: "team", Members: []string{"dashboard/board"}, Permissions: given(ann, "owner")})
	for _, c := range []struct {
		op                    string
		kind                  tenancy.AssetKind
		id                    string
		grants, uses, members int
	}{
		{"quicksight:DescribeDashboardPermissions", tenancy.Dashboard, "board", 0, 1, 0},
		{"quicksight:DescribeDashboard", tenancy.Dashboard, "board", 1, 0, 0},
		{"quicksight:DescribeFolderPermissions", tenancy.Folder, "team", 0, 0, 1},
		{"quicksight:DescribeFolderResolvedPermissions", tenancy.Folder, "team", 1, 0, 1},
		{"quicksight:ListFolderMembers", tenancy.Folder, "team", 1, 0, 0},
	} {
		r := newRig(t, seed)
		r.with(awssim.FailBefore(c.op, wire.Errorf(401, "AccessDeniedException", "no")))
		got := r.inspect(t)
		if len(got.Assets) != 3 || len(got.Unread) != 1 || !strings.Contains(got.Unread[0].Why, "AccessDeniedException") {
			t.Fatalf("%s: %+v", c.op, got)
		}
		a := one(t, got, c.kind, c.id)
		members := 0
		if a.Folder != nil {
			members = len(a.Folder.Members)
		}
		if got.Unread[0].AssetRef != a.AssetRef || len(a.Grants) != c.grants || len(a.Uses) != c.uses || members != c.members {
			t.Errorf("%s: %+v, of which %+v was not read", c.op, a, got.Unread)
		}
	}
}

// TestInspectListBreaksOff: a kind of which the list breaks off has no asset, and is told as a whole; the others are whole.
func TestInspectListBreaksOff(t *testing.T) {
	var all []world.AssetSeed
	for _, kind := range []tenancy.AssetKind{tenancy.Dashboard, tenancy.DataSet} {
		for i := range 101 {
			all = append(all, world.AssetSeed{Kind: simulated[kind], ID: fmt.Sprintf("a%03d", i), Permissions: given(ann, "owner")})
		}
	}
	r := newRig(t, assets(all...))
	op := "quicksight:ListDashboards"
	r.with(awssim.Nth(2, op, awssim.FailBefore(op, wire.Errorf(404, "ResourceNotFoundException", "it breaks off"))))
	got := r.inspect(t)
	if len(got.Assets) != 101 || got.Assets[0].Kind != tenancy.DataSet {
		t.Errorf("%d assets", len(got.Assets))
	}
	if len(got.Unread) != 1 || got.Unread[0].AssetRef != (tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "us-east-1"}) || !strings.Contains(got.Unread[0].Why, "it breaks off") {
		t.Errorf("%+v", got.Unread)
	}
	r.with(nil)
	if got := r.inspect(t); len(got.Assets) != 202 || len(got.Unread) != 0 {
		t.Errorf("%d assets, %+v", len(got.Assets), got.Unread)
	}
}

// TestInspectGone: what is gone by the time it is read is left out. A deleted analysis is there, whatever DescribeAnalysis
// answers about it.
func TestInspectGone(t *testing.T) {
	r := newRig(t, assets(
		world.AssetSeed{Kind: world.KindDashboard, ID: "gone", Permissions: given(ann, "owner")},
		world.AssetSeed{Kind: world.KindAnalysis, ID: "bin", RecoverableUntil: time.Now().Add(time.Hour), Permissions: given(ann, "owner")}))
	missing := wire.Errorf(404, "ResourceNotFoundException", "gone")
	r.with(awssim.Faults(awssim.FailBefore("quicksight:DescribeDashboardPermissions", missing), awssim.FailBefore("quicksight:DescribeAnalysis", missing)))
	got := r.inspect(t)
	if len(got.Assets) != 1 || len(one(t, got, tenancy.Analysis, "bin").Grants) != 1 {
		t.Errorf("%+v", got.Assets)
	}
	if slices.ContainsFunc(got.Unread, func(u tenancy.Unread) bool { return u.Kind == tenancy.Dashboard }) {
		t.Errorf("%+v", got.Unread)
	}
}

// Where no further call can succeed there is no inspection, and not a short one.
func TestInspectHopeless(t *testing.T) {
	r := newRig(t, assets(ofEveryKind()...))
	r.with(awssim.FailBefore("quicksight:DescribeDataSetPermissions", awssim.ExpiredToken()))
	if got, err := awsapi.NewInspector(r.AWS).Inspect(t.Context(), ""); !errors.Is(err, plan.ErrCredentials) || got.Assets != nil {
		t.Errorf("%d assets, %v", len(got.Assets), err)
	}
	r.with(nil)
	if _, err := awsapi.NewInspector(r.AWS).Inspect(t.Context(), "ap-south-1"); err == nil {
		t.Error("a Region that nobody configured is read")
	}
}

// TestInspectShares: lists of actions that are equal share their memory, since thousands of assets have the same few.
func TestInspectShares(t *testing.T) {
	r := newRig(t, assets(
		world.AssetSeed{Kind: world.KindDashboard, ID: "a", Permissions: given(ann, "owner")},
		world.AssetSeed{Kind: world.KindDashboard, ID: "b", Permissions: given(eveToo, "owner", ann, "viewer")}))
	got := r.inspect(t)
	a, b := one(t, got, tenancy.Dashboard, "a").Actions[0], one(t, got, tenancy.Dashboard, "b").ActionsOf(user("eve"))
	if !slices.Equal(a, b) || &a[0] != &b[0] {
		t.Errorf("%v and %v", a, b)
	}
}
