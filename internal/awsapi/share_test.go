package awsapi_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// S10: a group gets what a viewer has. What it has already is not written again, and what it has besides is left.
func TestShareAsset(t *testing.T) {
	const mirror = "group/acme/qs:acme"
	for name, c := range map[string]struct {
		has  []string // the group, of the asset
		want tenancy.Access
		err  error
		ops  int // writes
	}{
		"nothing":        {nil, tenancy.Views, nil, 1},
		"it sees it":     {[]string{mirror, "viewer"}, tenancy.Views, nil, 0},
		"it owns it":     {[]string{mirror, "owner"}, tenancy.Owns, nil, 0},
		"something else": {[]string{mirror, "quicksight:DescribeDashboardPermissions"}, "quicksight:DescribeDashboardPermissions", plan.ErrDiffers, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, assets(world.AssetSeed{Kind: world.KindDashboard, ID: "sales", Permissions: given(append(c.has, "user/default/Admin/boss", "owner")...)}))
				writes := r.sim.Writes()
				ref := tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "us-east-1", ID: "sales"}
				err := do(r.Writer(), t.Context(), plan.Share{Namespace: namespace(t, "acme"), Group: "g-1", Mirror: "qs:acme", Asset: ref})
				if !errors.Is(err, c.err) {
					t.Fatalf("%v, want %v", err, c.err)
				}
				check(t, nil, r.sim.Writes()-writes, c.ops)
				got, err := r.Assets().Read(t.Context(), ref)
				check(t, err, got.Grant(tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "acme", Name: "qs:acme"}).May, c.want)
			})
		})
	}
}

// TestUndivided tells which data is the same for everybody: rules by tags divide nothing, nor do rules that are switched
// off, and what cannot be looked into is not divided.
func TestUndivided(t *testing.T) {
	set := func(id string) world.AssetSeed {
		return world.AssetSeed{Kind: world.KindDataSet, ID: id, Permissions: given(ann, "owner")}
	}
	rules, off, tags := set("rules"), set("off"), set("tags")
	rules.RowLevelRules, off.RowLevelRules, tags.RowLevelTags = "plain", "plain", map[string]string{"tenant": "customer"}
	over := func(kind world.AssetKind, id string, uses ...string) world.AssetSeed {
		return world.AssetSeed{Kind: kind, ID: id, Uses: uses, Permissions: given(ann, "owner")}
	}
	r := newRig(t, assets(set("plain"), rules, off, tags,
		over(world.KindDashboard, "all", "plain", "rules", "off", "tags"), over(world.KindDashboard, "ruled", "rules"), over(world.KindDashboard, "bare"),
		over(world.KindAnalysis, "depth", "tags"), over(world.KindFolder, "team")))
	r.with(awssim.On("quicksight:ListDataSets", awssim.AfterEffect, edit(func(m map[string]any) {
		for _, row := range m["DataSetSummaries"].([]any) {
			if s := row.(map[string]any); s["DataSetId"] == "off" {
				s["RowLevelPermissionDataSet"].(map[string]any)["Status"] = "DISABLED"
			}
		}
	})))
	bare := func(id string) string { return "the data set " + id + " has no row-level security" }
	for ref, want := range map[tenancy.AssetRef][]string{
		{Kind: tenancy.Dashboard, ID: "all"}:   {bare("off"), bare("plain"), bare("tags")},
		{Kind: tenancy.Dashboard, ID: "ruled"}: nil,
		{Kind: tenancy.Dashboard, ID: "bare"}:  {"no data set is named under it"},
		{Kind: tenancy.Analysis, ID: "depth"}:  {bare("tags")},
		{Kind: tenancy.DataSet, ID: "rules"}:   nil,
		{Kind: tenancy.DataSet, ID: "plain"}:   {bare("plain")},
		{Kind: tenancy.Folder, ID: "team"}:     {"what is in the folder is not looked into"},
	} {
		got, err := r.Assets().Undivided(t.Context(), ref)
		check(t, err, got, want)
	}
	if _, err := r.Assets().Undivided(t.Context(), tenancy.AssetRef{Kind: tenancy.Dashboard, ID: "gone"}); !errors.Is(err, plan.ErrNotFound) {
		t.Errorf("of what is not there: %v", err)
	}
}
