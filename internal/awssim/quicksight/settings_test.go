package quicksight_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/simtest"
)

func TestPublicSharing(t *testing.T) {
	c := open(t)
	for _, s := range []struct {
		body string
		want bool
	}{{`{"PublicSharingEnabled": true}`, true}, {`{}`, false}, {`{"PublicSharingEnabled": true}`, true}, {`{"PublicSharingEnabled": false}`, false}} {
		c.OK(200, "PUT "+account+"/public-sharing-settings", s.body)
		if got := simtest.Get(c.OK(200, "GET "+account+"/settings", ""), "AccountSettings", "PublicSharingEnabled"); got != s.want {
			t.Errorf("after %s: %v", s.body, got)
		}
	}
}

// A profile is applied to the account, or to a role in a namespace, and taken off again.
func TestProfilesOfAccountAndRoles(t *testing.T) {
	for _, at := range []string{account + "/custom-permission", acme + "/roles/AUTHOR_PRO/custom-permission"} {
		c := open(t)
		c.OK(201, "POST "+account+"/custom-permissions", `{"CustomPermissionsName": "quiet"}`)
		has := func() any {
			m := c.OK(200, "GET "+at, "")
			if m["Status"] != 200.0 || m["RequestId"] == nil {
				t.Errorf("GET %s: %v", at, m)
			}
			return m["CustomPermissionsName"]
		}
		if got := has(); got != nil {
			t.Errorf("at first %v", got)
		}
		if m := c.OK(200, "PUT "+at, `{"CustomPermissionsName": "quiet"}`); m["Status"] != 200.0 || has() != "quiet" {
			t.Errorf("%v, and has %v", m, has())
		}
		c.Fails(404, missing, "PUT "+at, `{"CustomPermissionsName": "loud"}`)
		c.Fails(400, badParameter, "PUT "+at, `{}`)
		c.Fails(400, badParameter, "PUT "+at, `{"CustomPermissionsName": "not so quiet"}`)
		for range 2 {
			if m := c.OK(200, "DELETE "+at, ""); m["Status"] != 200.0 || has() != nil {
				t.Errorf("%v, and has %v", m, has())
			}
		}
	}
	c := open(t)
	c.OK(200, "PUT "+acme+"/roles/READER/custom-permission", `{"CustomPermissionsName": "any"}`)
	for _, other := range []string{acme + "/roles/AUTHOR", globex + "/roles/READER"} {
		if m := c.OK(200, "GET "+other+"/custom-permission", ""); m["CustomPermissionsName"] != nil {
			t.Errorf("%s has it, too: %v", other, m)
		}
	}
	c.Fails(400, badParameter, "GET "+acme+"/roles/RESTRICTED_READER/custom-permission", "")
	c.Fails(404, missing, "GET "+account+"/namespaces/nowhere/roles/READER/custom-permission", "")
	c.Fails(404, missing, "PUT "+account+"/namespaces/nowhere/roles/READER/custom-permission", `{"CustomPermissionsName": "any"}`)
}

func TestSelfUpgrade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := behaving(t, `"stale_reads": {"quicksight": "30s"}`)
		const at = acme + "/self-upgrade-configuration"
		has := func() any {
			return simtest.Get(c.OK(200, "GET "+at, ""), "SelfUpgradeConfiguration", "SelfUpgradeStatus")
		}
		c.OK(200, "PUT "+at, `{"SelfUpgradeStatus": "AUTO_APPROVAL"}`)
		if got := has(); got != "ADMIN_APPROVAL" {
			t.Errorf("at once %v", got)
		}
		time.Sleep(31 * time.Second)
		if got := has(); got != "AUTO_APPROVAL" {
			t.Errorf("after 31 s %v", got)
		}
		c.Fails(400, badParameter, "PUT "+at, `{"SelfUpgradeStatus": "NO_APPROVAL"}`)
		c.Fails(400, badParameter, "PUT "+at, `{}`)
		c.Fails(404, missing, "GET "+account+"/namespaces/nowhere/self-upgrade-configuration", "")
	})
}
