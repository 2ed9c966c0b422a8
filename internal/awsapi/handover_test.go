package awsapi_test

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// themesOf wants lists of themes to be asked for one type.
func themesOf(t *testing.T, want string) func(*awsapi.Options) {
	return func(o *awsapi.Options) {
		sim := o.HTTPClient
		o.HTTPClient = clientFunc(func(req *http.Request) (*http.Response, error) {
			if strings.HasSuffix(req.URL.Path, "/themes") && req.URL.Query().Get("type") != want {
				t.Errorf("themes of %s", req.URL.RawQuery)
			}
			return sim.Do(req)
		})
	}
}

func handOver(t *testing.T, kind tenancy.AssetKind, region, id string) plan.HandOver {
	return plan.HandOver{
		Namespace: namespace(t, "acme"), Person: "p-ann", User: "QuickSight/ann", Name: id,
		Asset: tenancy.AssetRef{Kind: kind, Region: region, ID: id},
	}
}

// TestHandOver gives the custodians all that an owner may do, of each kind and in each Region, beside whoever
// has something already, and touches nothing else.
func TestHandOver(t *testing.T) {
	for _, kind := range tenancy.AssetKinds() {
		for _, region := range []string{"us-east-1", "eu-west-1"} {
			t.Run(string(kind)+" in "+region, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRig(t, assets(ofEveryKind()...))
					want := settled(t, r)
					i := slices.IndexFunc(want.Assets, func(a world.AssetSeed) bool {
						return a.Kind == simulated[kind] && a.Region == region && a.ID == mine
					})
					to := world.GrantSeed{Principal: "arn:aws:quicksight:us-east-1:" + account + ":" + custodians, Actions: simulated[kind].Owner()}
					want.Assets[i].Permissions = slices.Insert(want.Assets[i].Permissions, 0, to)

					got, err := r.Writer().Do(t.Context(), handOver(t, kind, region, mine))
					if err != nil || got.Already || got.Request == "" || len(r.calls()) != 1 {
						t.Errorf("%+v, %v; calls %v", got, err, r.calls())
					}
					if got := settled(t, r); !reflect.DeepEqual(got, want) {
						t.Errorf("%+v, want %+v", got.Assets[i], want.Assets[i])
					}
					found, err := r.Assets().SoleOwned(t.Context(), region, namespace(t, "acme"), "QuickSight/ann")
					if err != nil || slices.ContainsFunc(found, func(a tenancy.Asset) bool { return a.Kind == kind }) {
						t.Errorf("still alone: %v, %v", found, err)
					}
				})
			})
		}
	}
}

// TestHandOverToViewers makes owners of custodians who could only look, and finds them to be no owners
// before.
func TestHandOverToViewers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, assets(world.AssetSeed{Kind: world.KindFolder, ID: "team", Permissions: given(ann, "owner", custodians, "viewer")}))
		op := "quicksight:UpdateFolderPermissions"
		r.with(awssim.Nth(1, op, awssim.DropBefore(op)))
		if err := do(r.Writer(), t.Context(), handOver(t, tenancy.Folder, "", "team")); err != nil {
			t.Fatal(err)
		}
		check(t, nil, r.calls(), []string{"UpdateFolderPermissions", "DescribeFolderPermissions", "UpdateFolderPermissions"})
		got, err := r.Assets().Read(t.Context(), tenancy.AssetRef{Kind: tenancy.Folder, ID: "team"})
		check(t, err, got.Grants, []tenancy.Grant{
			owns(heirs), owns(user("ann")),
		})
	})
}

// TestHandOverFailures leaves everything as it is where there is no such asset, or are no custodians.
func TestHandOverFailures(t *testing.T) {
	for name, c := range map[string]struct {
		seed   func(*world.Seed)
		change plan.HandOver
		want   error
	}{
		"no asset":      {nil, handOver(t, tenancy.Dashboard, "eu-west-1", none), plan.ErrNotFound},
		"no custodians": {func(s *world.Seed) { s.QuickSight.Namespaces[0].Groups = nil }, handOver(t, tenancy.Dashboard, "eu-west-1", mine), nil},
		"F46 denied": {func(s *world.Seed) {
			s.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{"quicksight:UpdateDashboardPermissions"}}}
		}, handOver(t, tenancy.Dashboard, "eu-west-1", mine), plan.ErrDenied},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, func(s *world.Seed) {
					assets(ofEveryKind()...)(s)
					if c.seed != nil {
						c.seed(s)
					}
				})
				before := settled(t, r)
				err := do(r.Writer(), t.Context(), c.change)
				if err == nil || c.want != nil && !errors.Is(err, c.want) || strings.Contains(err.Error(), "ann") {
					t.Errorf("%v, want %v", err, c.want)
				}
				t.Log(err)
				if !reflect.DeepEqual(before, settled(t, r)) {
					t.Error("something was written")
				}
			})
		})
	}
}

// TestAssetCallsArePaced counts the calls of all Regions together.
func TestAssetCallsArePaced(t *testing.T) {
	r := newRig(t, assets(ofEveryKind()...))
	for _, region := range []string{"us-east-1", "eu-west-1"} {
		if _, err := r.At(awsapi.Urgent).Assets().Listed(t.Context(), region); err != nil {
			t.Error(err)
		}
	}
	for _, p := range r.Paces() {
		if p.Service == "quicksight" {
			check(t, nil, p.Calls, 20) // two lists, and eight readings
		}
	}
	for _, c := range r.called {
		check(t, nil, c.Priority, awsapi.Urgent)
	}
}
