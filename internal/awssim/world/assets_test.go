package world

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// shared is a world in which the user ana and the group acme own assets in two
// Regions, some of them together with others.
const shared = `{"account_id": "111122223333", "quicksight": {
	"namespaces": [
		{"name": "acme", "groups": [{"name": "acme", "members": ["ana"]}],
		 "users": [{"user_name": "ana", "email": "a", "role": "AUTHOR"}, {"user_name": "ben", "email": "b", "role": "AUTHOR"}]},
		{"name": "globex", "users": [{"user_name": "ana", "email": "a", "role": "AUTHOR"}]}],
	"assets": [
		{"kind": "dashboard", "id": "alone", "permissions": [{"principal": "user/acme/ana", "actions": "owner"}]},
		{"kind": "dashboard", "id": "far", "region": "eu-west-1", "permissions": [{"principal": "user/acme/ana", "actions": "owner"}, {"principal": "user/acme/ben", "actions": "viewer"}]},
		{"kind": "dataset", "id": "both", "permissions": [{"principal": "user/acme/ana", "actions": "owner"}, {"principal": "user/globex/ana", "actions": "owner"}]},
		{"kind": "topic", "id": "team", "permissions": [{"principal": "group/acme/acme", "actions": "owner"}, {"principal": "user/acme/ana", "actions": "viewer"}]},
		{"kind": "theme", "id": "all", "permissions": [{"principal": "namespace/acme", "actions": "viewer"}]}]}%s}`

// granted shows who has which assets: "topic/team acme/acme=owner".
func granted(w *World) []string {
	w.Lock()
	defer w.Unlock()
	var all []string
	for _, a := range w.QuickSight.Assets().All() {
		line := string(a.Kind) + "/" + a.ID
		for _, g := range grantSeeds(a.Permissions) {
			as := "viewer"
			if a.Owns(g.Principal) {
				as = "owner"
			}
			_, path, _ := strings.Cut(g.Principal, "111122223333:")
			line += " " + path + "=" + as
		}
		all = append(all, line)
	}
	return all
}

func TestDeletedUserLeavesAssetsWithoutOwner(t *testing.T) {
	w := open(t, fmt.Appendf(nil, shared, ""))
	w.Lock()
	n, _ := w.QuickSight.Namespaces().Get("acme")
	u, _ := n.Contents.Users.Get("ana")
	w.QuickSight.DeleteUser("acme", u)
	w.Unlock()
	want := []string{
		"dashboard/far user/acme/ben=viewer", "dashboard/alone", "dataset/both user/globex/ana=owner",
		"theme/all namespace/acme=viewer", "topic/team group/acme/acme=owner",
	}
	if got := granted(w); !slices.Equal(got, want) {
		t.Errorf("permissions\n%q, want\n%q", got, want)
	}
}

// Nothing comes back of an asset that went before its owner.
func TestDeletedAssetStaysDeleted(t *testing.T) {
	w := open(t, fmt.Appendf(nil, shared, ""))
	w.Lock()
	q := w.QuickSight
	a, _ := q.Assets().Get(AssetKey("us-east-1", KindDashboard, "alone"))
	q.DeleteAsset(a)
	n, _ := q.Namespaces().Get("acme")
	u, _ := n.Contents.Users.Get("ana")
	q.DeleteUser("acme", u)
	w.Unlock()
	if got := granted(w); len(got) != 4 || slices.Contains(got, "dashboard/alone") {
		t.Errorf("left: %q", got)
	}
}

func TestGrantsOfDeletedGroups(t *testing.T) {
	for _, keep := range []bool{true, false} {
		w := open(t, fmt.Appendf(nil, shared, fmt.Sprintf(`, "behaviour": {"keep_grants_of_deleted_groups": %v}`, keep)))
		w.Lock()
		if !w.QuickSight.DeleteGroup("acme", "acme") || w.QuickSight.DeleteGroup("acme", "acme") {
			t.Error("the group was not there once")
		}
		w.Unlock()
		if got := slices.Contains(granted(w), "topic/team group/acme/acme=owner user/acme/ana=viewer"); got != keep {
			t.Errorf("keep %v: %q", keep, granted(w))
		}
	}
}

// The permissions of a namespace's users go when it is gone, and not before;
// assets stay.
func TestDeletedNamespaceDropsGrants(t *testing.T) {
	for _, keep := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w := open(t, fmt.Appendf(nil, shared, fmt.Sprintf(`, "behaviour": {"keep_grants_of_deleted_groups": %v}`, keep)))
			before := granted(w)
			w.Lock()
			n, _ := w.QuickSight.Namespaces().Get("acme")
			w.QuickSight.Delete(n)
			w.Unlock()
			time.Sleep(25*time.Second - 1)
			if got := granted(w); !slices.Equal(got, before) {
				t.Errorf("before it is gone: %q", got)
			}
			time.Sleep(time.Nanosecond)
			want := []string{"dashboard/far", "dashboard/alone", "dataset/both user/globex/ana=owner", "theme/all", "topic/team"}
			if keep {
				want[3], want[4] = "theme/all namespace/acme=viewer", "topic/team group/acme/acme=owner"
			}
			if got := granted(w); !slices.Equal(got, want) {
				t.Errorf("keep %v: permissions\n%q, want\n%q", keep, got, want)
			}
		})
	}
}

func TestVisible(t *testing.T) {
	w := open(t, []byte(`{"account_id": "111122223333", "quicksight": {
		"namespaces": [{"name": "acme", "groups": [{"name": "g", "members": ["ana"]}],
			"users": [{"user_name": "ana", "email": "a", "role": "AUTHOR"}, {"user_name": "ben", "email": "b", "role": "AUTHOR"}]}],
		"assets": [
			{"kind": "dashboard", "id": "d1", "permissions": [{"principal": "group/acme/g", "actions": "viewer"}, {"principal": "user/acme/ana", "actions": "owner"}]},
			{"kind": "dashboard", "id": "d2", "permissions": [{"principal": "user/acme/ben", "actions": "owner"}]},
			{"kind": "dashboard", "id": "d3", "permissions": [{"principal": "namespace/acme", "actions": "viewer"}]},
			{"kind": "dataset", "id": "s1"}, {"kind": "dataset", "id": "s2"},
			{"kind": "analysis", "id": "gone", "recoverable_until": "2026-02-02T03:04:05Z", "permissions": [{"principal": "user/acme/ana", "actions": "owner"}]},
			{"kind": "folder", "id": "top", "permissions": [{"principal": "group/acme/g", "actions": "owner"}]},
			{"kind": "folder", "id": "below", "parent": "top", "members": ["dataset/s1"]},
			{"kind": "folder", "id": "seen", "permissions": [{"principal": "user/acme/ana", "actions": "viewer"}], "members": ["dataset/s2"]}]}}`))
	for user, want := range map[string][]string{
		"ana": {
			"dashboard/d1 owner group/acme/g user/acme/ana", "dashboard/d3 viewer namespace/acme", "dataset/s1 owner folder/top",
			"dataset/s2 viewer folder/seen", "folder/below owner folder/top", "folder/seen viewer user/acme/ana", "folder/top owner group/acme/g",
		},
		"ben": {"dashboard/d2 owner user/acme/ben", "dashboard/d3 viewer namespace/acme"},
	} {
		var got []string
		w.Lock()
		for _, v := range w.QuickSight.Visible("acme", user) {
			as := "viewer"
			if v.Owner {
				as = "owner"
			}
			line := string(v.Asset.Kind) + "/" + v.Asset.ID + " " + as
			for _, arn := range v.Through {
				line += " " + arn[strings.LastIndex(arn, ":")+1:]
			}
			got = append(got, line)
		}
		w.Unlock()
		if !slices.Equal(got, want) {
			t.Errorf("%s sees\n%q, want\n%q", user, got, want)
		}
	}
}

// What an owner may do holds what a viewer may do, and fits into a grant.
func TestActionSets(t *testing.T) {
	for _, k := range AssetKinds() {
		owner, viewer := k.Owner(), k.Viewer()
		if !k.Owns(owner) || k.Owns(viewer) || len(owner) > 20 || len(viewer) == 0 || len(slices.Compact(slices.Clone(owner))) != len(owner) {
			t.Errorf("%s: owner %q, viewer %q", k, owner, viewer)
		}
		for _, action := range viewer {
			if !slices.Contains(owner, action) {
				t.Errorf("%s: an owner may not %s", k, action)
			}
		}
	}
}
