package awsapi_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// folder puts a tenant's own folder into the world, with tags and permissions.
func folder(region, id string, tags []world.Tag, permissions ...string) func(*world.Seed) {
	return assets(world.AssetSeed{Kind: world.KindFolder, Region: region, ID: id, Name: "by hand", Tags: tags, Permissions: given(permissions...)})
}

var (
	ourTag  = []world.Tag{{Key: tenancy.TagStore, Value: storeID}}
	ourTags = append(slices.Clone(ourTag), world.Tag{Key: tenancy.TagFounders, Value: "abc ef"})
)

// A folder is made with all that makes it the tenant's, in the Region that is asked for; one that is there is ours by its
// tag, and every other is left as it is.
func TestCreateFolder(t *testing.T) {
	for name, c := range map[string]struct {
		there func(*world.Seed)
		err   error
		calls []string
	}{
		"nothing there":           {nil, nil, []string{"CreateFolder"}},
		"for one of the groups":   {folder("eu-west-1", "tenantry-a_-b", append(slices.Clone(ourTag), world.Tag{Key: tenancy.TagFounders, Value: "0 ef"})), nil, []string{"CreateFolder", "ListTagsForResource"}},
		"for other groups":        {folder("eu-west-1", "tenantry-a_-b", ourTag), plan.ErrDiffers, []string{"CreateFolder", "ListTagsForResource"}},
		"made before":             {folder("eu-west-1", "tenantry-a_-b", ourTags, "user/default/Admin/boss", "owner"), nil, []string{"CreateFolder", "ListTagsForResource"}},
		"by hand":                 {folder("eu-west-1", "tenantry-a_-b", nil), plan.ErrDiffers, []string{"CreateFolder", "ListTagsForResource"}},
		"another identity store":  {folder("eu-west-1", "tenantry-a_-b", []world.Tag{{Key: tenancy.TagStore, Value: "d-0000000000"}}), plan.ErrDiffers, []string{"CreateFolder", "ListTagsForResource"}},
		"ours, in another Region": {folder("us-east-1", "tenantry-a_-b", ourTags), nil, []string{"CreateFolder"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, c.there)
				before := r.dump(t).QuickSight.Assets
				change := plan.CreateFolder{Namespace: namespace(t, "a.b"), Store: storeID, Region: "eu-west-1", Founders: "abc ef"}
				receipt, err := r.Writer().Do(t.Context(), change)
				if !errors.Is(err, c.err) {
					t.Fatalf("%v, want %v", err, c.err)
				}
				check(t, nil, r.calls(), c.calls)
				if err == nil && receipt.Already != (len(c.calls) == 2) {
					t.Errorf("it was there already: %v", receipt.Already)
				}
				after := r.dump(t).QuickSight.Assets
				if len(c.calls) == 2 {
					check(t, nil, fmt.Sprint(after), fmt.Sprint(before))
					return
				}
				i := slices.IndexFunc(after, func(a world.AssetSeed) bool { return a.Region == "eu-west-1" })
				if a := after[i]; a.ID != "tenantry-a_-b" || a.Name != "a.b" || a.FolderType != "SHARED" || a.Parent != "" || len(a.Permissions) != 0 || !slices.Equal(a.Tags, ourTags) {
					t.Errorf("made: %+v", a)
				}
				tags, err := r.Assets().FolderTags(t.Context(), change.Asset())
				check(t, err, tags, map[string]string{tenancy.TagStore: storeID, tenancy.TagFounders: "abc ef"})
			})
		})
	}
}

// S10: a group gets what a viewer or an owner has, of its own tenant's folder. What it has already is not written again,
// and what it has besides is left.
func TestOpenFolder(t *testing.T) {
	const mirror = "group/acme/qs:acme"
	for name, c := range map[string]struct {
		has  []string
		may  tenancy.Access
		want tenancy.Access
		ops  int
	}{
		"to look":                {nil, tenancy.Views, tenancy.Views, 1},
		"to own":                 {nil, tenancy.Owns, tenancy.Owns, 1},
		"looks, and is to own":   {[]string{mirror, "viewer"}, tenancy.Owns, tenancy.Owns, 1},
		"owns, and is to look":   {[]string{mirror, "owner"}, tenancy.Views, tenancy.Owns, 0},
		"looks, and is to look":  {[]string{mirror, "viewer"}, tenancy.Views, tenancy.Views, 0},
		"others have it already": {[]string{"user/default/Admin/boss", "owner", "group/globex/qs:globex", "viewer"}, tenancy.Views, tenancy.Views, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, folder("us-east-1", "tenantry-acme", ourTag, c.has...))
				writes := r.sim.Writes()
				change := plan.OpenFolder{Namespace: namespace(t, "acme"), Group: "g-1", Mirror: "qs:acme", Region: "us-east-1", May: c.may}
				if err := do(r.Writer(), t.Context(), change); err != nil {
					t.Fatal(err)
				}
				check(t, nil, r.sim.Writes()-writes, c.ops)
				got, err := r.Assets().Read(t.Context(), change.Asset())
				check(t, err, got.Grant(tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "acme", Name: "qs:acme"}).May, c.want)
				if strings.HasPrefix(name, "others") {
					check(t, nil, len(got.Grants), 3)
				}
			})
		})
	}
}

// What is not a tenant's folder, or not to be opened so, is refused before any call.
func TestFoldersRefused(t *testing.T) {
	r := newRig(t, nil)
	acme := namespace(t, "acme")
	for name, change := range map[string]plan.Change{
		"no store":      plan.CreateFolder{Namespace: acme, Region: "us-east-1", Founders: "abc"},
		"another store": plan.CreateFolder{Namespace: acme, Store: "d-0000000000", Region: "us-east-1", Founders: "abc"},
		"no Region":     plan.CreateFolder{Namespace: acme, Store: storeID, Region: "ap-south-1", Founders: "abc"},
		"no founders":   plan.CreateFolder{Namespace: acme, Store: storeID, Region: "us-east-1"},
		"no group":      plan.OpenFolder{Namespace: acme, Region: "us-east-1", May: tenancy.Views},
		"something":     plan.OpenFolder{Namespace: acme, Mirror: "qs:acme", Region: "us-east-1", May: "quicksight:DeleteFolder"},
		"nothing":       plan.OpenFolder{Namespace: acme, Mirror: "qs:acme", Region: "us-east-1"},
	} {
		if err := do(r.Writer(), t.Context(), change); err == nil || !strings.HasPrefix(err.Error(), "refused") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if calls := r.calls(); len(calls) > 0 {
		t.Errorf("calls: %v", calls)
	}
}

// Whose a folder is cannot be told where AWS does not say so.
func TestFolderTagsDenied(t *testing.T) {
	r := newRig(t, folder("us-east-1", "tenantry-acme", ourTag))
	ref := tenancy.FolderOf(namespace(t, "acme"), "us-east-1")
	if _, err := r.Assets().FolderTags(t.Context(), tenancy.FolderOf(namespace(t, "globex"), "us-east-1")); !errors.Is(err, plan.ErrNotFound) {
		t.Errorf("of what is not there: %v", err)
	}
	r.with(awssim.FailBefore("quicksight:ListTagsForResource", wire.Errorf(403, "AccessDeniedException", "not authorized")))
	if _, err := r.Assets().FolderTags(t.Context(), ref); !errors.Is(err, plan.ErrDenied) {
		t.Errorf("denied: %v", err)
	}
}
