package awsapi_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func handToHouse(t *testing.T) plan.HandToHouse {
	return plan.HandToHouse{
		Namespace: namespace(t, "acme"), Person: "p-ann", User: "QuickSight/ann", Name: "Sales", To: "default", Group: "Archive",
		Asset: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "eu-west-1", ID: "sales"},
	}
}

func revokeFrom(t *testing.T, group string) plan.Revoke {
	return plan.Revoke{Namespace: namespace(t, "acme"), Group: group, Asset: tenancy.AssetRef{Kind: tenancy.Folder, Region: "us-east-1", ID: "inherited"}}
}

// S3: what a customer leaves behind is given to a group of default, and nothing of default itself is written.
func TestHandToHouse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, eve)
		before := settled(t, r)
		if err := do(r.Writer(), t.Context(), handToHouse(t)); err != nil {
			t.Fatal(err)
		}
		check(t, nil, r.calls(), []string{"UpdateDashboardPermissions"})
		got, err := r.Assets().Read(t.Context(), handToHouse(t).Asset)
		check(t, err, got.Grants, []tenancy.Grant{
			owns(tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "default", Name: "Archive"}), owns(user("ann")),
		})
		if after := settled(t, r); !reflect.DeepEqual(before.Namespaces, after.Namespaces) {
			t.Errorf("the namespaces are\n%+v\nwere\n%+v", after.Namespaces, before.Namespaces)
		}
		for name, change := range map[string]func(*plan.HandToHouse){
			"to itself":   func(c *plan.HandToHouse) { c.To = "acme" },
			"to nowhere":  func(c *plan.HandToHouse) { c.To = "" },
			"to no group": func(c *plan.HandToHouse) { c.Group = "" },
			"no asset":    func(c *plan.HandToHouse) { c.Asset.ID = "" },
		} {
			c := handToHouse(t)
			change(&c)
			calls := len(r.calls())
			if err := do(r.Writer(), t.Context(), c); err == nil || len(r.calls()) != calls {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// S4, S6: permissions are taken from a group that bears our mark, and never from an asset's only owner.
func TestRevoke(t *testing.T) {
	byHand := world.GroupSeed{Name: "by hand", Description: "ours"}
	theirs := world.GroupSeed{Name: "theirs", Description: "tenantry/1 d-0000000000 custodians"}
	for name, c := range map[string]struct {
		group string
		owned []string // besides the group
		want  error
	}{
		"the custodians":            {tenancy.CustodiansName, []string{ann, "owner"}, nil},
		"a mirror":                  {"qs:acme", []string{ann, "owner"}, nil},
		"made by hand":              {"by hand", []string{ann, "owner"}, plan.ErrDiffers},
		"another identity store's":  {"theirs", []string{ann, "owner"}, plan.ErrDiffers},
		"nobody else is an owner":   {tenancy.CustodiansName, []string{ann, "viewer"}, plan.ErrDiffers},
		"nobody else has any of it": {tenancy.CustodiansName, nil, plan.ErrDiffers},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, func(s *world.Seed) {
					eve(s)
					acme := &s.QuickSight.Namespaces[0]
					acme.Groups = append(acme.Groups, byHand, theirs)
					i := slices.IndexFunc(s.QuickSight.Assets, func(a world.AssetSeed) bool { return a.ID == "inherited" })
					s.QuickSight.Assets[i].Permissions = given(append([]string{"group/acme/" + c.group, "owner"}, c.owned...)...)
				})
				before := settled(t, r)
				err := do(r.Writer(), t.Context(), revokeFrom(t, c.group))
				if !errors.Is(err, c.want) {
					t.Fatalf("%v, want %v", err, c.want)
				}
				if c.want != nil {
					if !reflect.DeepEqual(before, settled(t, r)) {
						t.Error("something was written")
					}
					return
				}
				got, err := r.Assets().Read(t.Context(), revokeFrom(t, c.group).Asset)
				check(t, err, got.Grants, []tenancy.Grant{owns(user("ann"))})
			})
		})
	}
}
