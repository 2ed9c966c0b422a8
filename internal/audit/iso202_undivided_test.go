package audit

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO202(t *testing.T) {
	planted(t, "ISO202",
		plant{"a tenant sees it, and whoever lands in default", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "all", owner(judy))
			put(f, tenancy.Dashboard, "for-all", owner(judy), viewer(whole("default")), viewer(group("t0", "qs:t0"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "all")}
		}, 1},
		plant{"default alone sees it", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "all", owner(judy))
			put(f, tenancy.Dashboard, "for-all", owner(judy), viewer(whole("default"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "all")}
		}, 0},
		plant{"a dashboard on a data set that was not read, as one of another Region", func(t *testing.T, f *Facts) {
			find(f, tenancy.Dashboard, "house-board").Uses = []tenancy.AssetRef{{Kind: tenancy.DataSet, Region: "eu-west-1", ID: "far"}}
		}, 1},
		plant{"the data under a dashboard of the house has no row-level security", func(t *testing.T, f *Facts) {
			find(f, tenancy.DataSet, "house-data").Rows = tenancy.Rows{}
			f.Inspection.Assets = slices.DeleteFunc(f.Inspection.Assets, func(a tenancy.Inspected) bool { return a.ID == "house-rules" })
		}, 1},
		plant{"a data set without row-level security is granted to several tenants", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "prices", owner(judy), viewer(group("t0", "qs:t0")), viewer(group("t1", "qs:t1")))
		}, 1},
		plant{"a dashboard in a folder that all open stands on one", func(t *testing.T, f *Facts) {
			folder(f, "welcome", []tenancy.Grant{owner(judy), viewer(group("t0", "qs:t0")), viewer(group("t1", "qs:t1"))}, ref(tenancy.Dashboard, "prices-board"))
			put(f, tenancy.DataSet, "prices", owner(judy))
			put(f, tenancy.Dashboard, "prices-board", owner(judy)).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "prices")}
		}, 1},
		plant{"an analysis is seen by a tenant, and by a namespace that nobody manages", func(t *testing.T, f *Facts) {
			lives(f, "partner", "Partner/eve")
			put(f, tenancy.DataSet, "prices", owner(judy))
			put(f, tenancy.Analysis, "prices-analysis", owner(judy), viewer(whole("t0")), viewer(whole("partner"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "prices")}
		}, 1},
		plant{"one of two data sets is not divided, under twenty dashboards", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "prices", owner(judy))
			for i := range 20 {
				put(f, tenancy.Dashboard, fmt.Sprint("board-", i), owner(judy), viewer(group("t0", "qs:t0")), viewer(group("t1", "qs:t1"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "house-data"), ref(tenancy.DataSet, "prices")}
			}
		}, 1},
		plant{"a dashboard stands on another account's data", func(t *testing.T, f *Facts) {
			put(f, tenancy.Dashboard, "far", owner(judy), viewer(group("t0", "qs:t0")), viewer(group("t1", "qs:t1"))).UsesOthers = []string{"arn:aws:quicksight:us-east-1:999900001111:dataset/far"}
		}, 1},
		plant{"one tenant alone sees it", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "prices", owner(judy))
			put(f, tenancy.Dashboard, "prices-board", owner(judy), viewer(group("t0", "qs:t0"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "prices")}
		}, 0},
		plant{"each tenant has a dashboard of the house's own", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "prices", owner(judy))
			put(f, tenancy.Dashboard, "for-t0", owner(judy), viewer(group("t0", "qs:t0"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "prices")}
			put(f, tenancy.Dashboard, "for-t1", owner(judy), viewer(group("t1", "qs:t1"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "prices")}
		}, 0},
		plant{"a dashboard that several tenants open by its link alone stands on one", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "prices", owner(judy))
			a := put(f, tenancy.Dashboard, "linked", owner(judy))
			a.Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "prices")}
			link(a, whole("t0"))
			link(a, whole("t1"))
		}, 1},
		plant{"how the rows are divided could not be read, which ISO901 says", func(t *testing.T, f *Facts) {
			data := find(f, tenancy.DataSet, "house-data")
			data.Uses, data.Rows = nil, tenancy.Rows{}
			f.Inspection.Unread = append(f.Inspection.Unread, tenancy.Unread{AssetRef: data.AssetRef, Why: "AccessDenied"})
			known(f, "ISO901", data.AssetRef.String())
		}, 0},
		plant{"what divides it stands between", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "raw", owner(judy))
			find(f, tenancy.DataSet, "house-data").Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "raw")}
		}, 0},
	)
}
