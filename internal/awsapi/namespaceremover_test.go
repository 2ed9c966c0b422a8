package awsapi_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestEveryAssetIsListed of every kind, whoever may do anything with it, Region by Region.
func TestEveryAssetIsListed(t *testing.T) {
	all := ofEveryKind()
	all = append(all, world.AssetSeed{Kind: world.KindDashboard, Region: "us-east-1", ID: "linked", Name: "linked", LinkPermissions: given("namespace/acme", "viewer")})
	r := newRig(t, assets(all...))
	d := awsapi.NewNamespaceRemover(r.AWS)
	for region, want := range map[string]int{"us-east-1": 41, "eu-west-1": 40} {
		got, err := d.Assets(t.Context(), region)
		check(t, err, len(got), want)
		kinds := map[tenancy.AssetKind]int{}
		for _, a := range got {
			kinds[a.Kind]++
			if len(a.Grants) == 0 || a.Region != region {
				t.Errorf("%s has the grants %v", a.AssetRef, a.Grants)
			}
		}
		for _, kind := range tenancy.AssetKinds() {
			if kinds[kind] < 4 {
				t.Errorf("%s: %d of the kind %s", region, kinds[kind], kind)
			}
		}
	}
	got, err := d.Assets(t.Context(), "")
	i := slices.IndexFunc(got, func(a tenancy.Asset) bool { return a.ID == "linked" })
	if err != nil || i < 0 || got[i].Grant(tenancy.Grantee{Kind: tenancy.ToNamespace, Namespace: "acme"}) == nil {
		t.Errorf("what a link grants is not read: %v", err)
	}
	if _, err := d.Assets(t.Context(), "ap-south-1"); err == nil {
		t.Error("a Region that is none of those of assets is read")
	}
}

// TestAListThatFails fails all of them, whatever the kind: half an answer is none.
func TestAListThatFails(t *testing.T) {
	for _, op := range []string{"ListDashboards", "ListAnalyses", "ListDataSets", "ListDataSources", "ListFolders", "ListTopics", "ListFlows", "ListActionConnectors", "ListThemes", "ListTemplates"} {
		t.Run(op, func(t *testing.T) {
			r := newRig(t, func(s *world.Seed) {
				s.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{"quicksight:" + op}}}
			})
			got, err := awsapi.NewNamespaceRemover(r.AWS).Assets(t.Context(), "")
			if e, ok := errors.AsType[*awsapi.DeniedError](err); !ok || e.Action != "quicksight:"+op || got != nil {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
}

// TestLongListsOfAssets are read to their end.
func TestLongListsOfAssets(t *testing.T) {
	var all []world.AssetSeed
	for i := range 205 {
		all = append(all, world.AssetSeed{Kind: world.KindDashboard, ID: "d" + strings.Repeat("x", i), Permissions: given(ann, "owner")})
	}
	r := newRig(t, assets(all...))
	got, err := awsapi.NewNamespaceRemover(r.AWS).Assets(t.Context(), "")
	check(t, err, len(got), 205)
}

func TestEverybodyIsListed(t *testing.T) {
	r := newRig(t, eve)
	got, err := awsapi.NewNamespaceRemover(r.AWS).Users(t.Context(), namespace(t, "acme"))
	check(t, err, got, []string{"QuickSight/ann", "QuickSight/eve"})
	if _, err := awsapi.NewNamespaceRemover(r.AWS).Users(t.Context(), namespace(t, "none")); !errors.Is(err, plan.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// TestRemoveNamespace deletes the one that is named, and asks once, whatever becomes of the answer (S16).
func TestRemoveNamespace(t *testing.T) {
	const op = "quicksight:DeleteNamespace"
	for name, tt := range map[string]struct {
		fault awssim.Hook
		calls []string
	}{
		"all goes well":      {nil, []string{"DescribeNamespace", "DeleteNamespace"}},
		"the answer is lost": {awssim.Nth(1, op, awssim.DropAfter(op)), []string{"DescribeNamespace", "DeleteNamespace", "DescribeNamespace"}},
		"the call is lost":   {awssim.Nth(1, op, awssim.FailBefore(op, awssim.InternalFailure())), []string{"DescribeNamespace", "DeleteNamespace", "DescribeNamespace", "DeleteNamespace"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, func(s *world.Seed) {
					s.QuickSight.Namespaces = append(s.QuickSight.Namespaces, world.NamespaceSeed{Name: "globex"})
				})
				r.with(tt.fault)
				d := awsapi.NewNamespaceRemover(r.AWS)
				got, err := d.Remove(t.Context(), namespace(t, "acme"))
				if err != nil || got.Already {
					t.Errorf("%+v, %v", got, err)
				}
				if calls := r.calls(); !slices.Equal(calls, tt.calls) {
					t.Errorf("calls %v", calls)
				}
				// While it is being deleted, and once it is gone, there is nothing to ask for.
				for range 2 {
					r.with(nil)
					if got, err := d.Remove(t.Context(), namespace(t, "acme")); err != nil || !got.Already || len(r.calls()) != 1 {
						t.Errorf("again: %+v, %v; calls %v", got, err, r.calls())
					}
					time.Sleep(time.Minute)
				}
				var left []string
				for _, n := range r.dump(t).QuickSight.Namespaces {
					left = append(left, n.Name)
				}
				if !slices.Contains(left, "globex") || slices.Contains(left, "acme") {
					t.Errorf("left are %v", left)
				}
			})
		})
	}
}

// TestRemoveNoNamespace neither calls for nothing, nor deletes what is still being made, nor hides that it may not.
func TestRemoveNoNamespace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(s *world.Seed) {
			s.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{"quicksight:DeleteNamespace"}}}
		})
		d := awsapi.NewNamespaceRemover(r.AWS)
		if _, err := d.Remove(t.Context(), tenancy.Namespace{}); err == nil || len(r.calls()) > 0 {
			t.Errorf("%v; calls %v", err, r.calls())
		}
		_, err := d.Remove(t.Context(), namespace(t, "acme"))
		if e, ok := errors.AsType[*awsapi.DeniedError](err); !ok || e.Action != "quicksight:DeleteNamespace" {
			t.Errorf("%v", err)
		}
		if err := do(r.Writer(), t.Context(), plan.CreateNamespace{Namespace: namespace(t, "fresh"), Store: storeID}); err != nil {
			t.Fatal(err)
		}
		r.with(nil)
		if _, err := d.Remove(t.Context(), namespace(t, "fresh")); !errors.Is(err, plan.ErrNotReady) || len(r.calls()) != 1 {
			t.Errorf("%v; calls %v", err, r.calls())
		}
	})
}
