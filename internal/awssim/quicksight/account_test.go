package quicksight_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

func TestTags(t *testing.T) {
	c := open(t)
	user := "/resources/" + escaped("arn:aws:quicksight:us-east-1:111122223333:user/acme/QuickSight/ana") + "/tags"
	c.OK(200, "POST "+user, `{"Tags": [{"Key": "b", "Value": "1"}, {"Key": "a", "Value": "1"}]}`)
	c.OK(200, "POST "+user, `{"Tags": [{"Key": "b", "Value": "2"}]}`)
	if got := fmt.Sprint(c.OK(200, "GET "+user, "")["Tags"]); got != "[map[Key:a Value:1] map[Key:b Value:2]]" {
		t.Errorf("tags: %s", got)
	}
	c.OK(200, "DELETE "+user+"?keys=a&keys=zz", "")
	if got := fmt.Sprint(c.OK(200, "GET "+user, "")["Tags"]); got != "[map[Key:b Value:2]]" {
		t.Errorf("tags: %s", got)
	}
	// They stay with the user, whatever else of the user changes, and go with them.
	ana := acme + "/users/" + escaped("QuickSight/ana")
	c.OK(200, "PUT "+ana, `{"Email": "e", "Role": "AUTHOR"}`)
	c.OK(200, "DELETE "+ana+"/custom-permission", "")
	if got := fmt.Sprint(c.OK(200, "GET "+user, "")["Tags"]); got != "[map[Key:b Value:2]]" {
		t.Errorf("tags of the changed user: %s", got)
	}
	c.OK(200, "DELETE "+ana, "")
	c.Fails(404, missing, "POST "+user, `{"Tags": [{"Key": "b", "Value": "1"}]}`)
	c.Fails(404, missing, "DELETE "+user+"?keys=b", "")
	c.OK(201, "POST "+acme+"/users", registration("ana", ""))
	if l := c.OK(200, "GET "+user, "")["Tags"].([]any); len(l) != 0 {
		t.Errorf("tags of somebody who has come back: %v", l)
	}
	c.OK(201, "POST "+account, `{"Namespace": "new", "IdentityStore": "QUICKSIGHT", "Tags": [{"Key": "tenantry", "Value": "d-1"}]}`)
	ns := "/resources/" + escaped("arn:aws:quicksight:us-east-1:111122223333:namespace/new") + "/tags"
	if got := fmt.Sprint(c.OK(200, "GET "+ns, "")["Tags"]); got != "[map[Key:tenantry Value:d-1]]" {
		t.Errorf("tags of a namespace: %s", got)
	}
	c.OK(200, "POST "+ns, `{"Tags": [{"Key": "b", "Value": "1"}]}`)
	c.OK(201, "POST "+account+"/custom-permissions", `{"CustomPermissionsName": "quiet", "Tags": [{"Key": "a", "Value": "1"}]}`)
	c.OK(200, "PUT "+account+"/custom-permissions/quiet", `{"Capabilities": {"ShareDashboards": "DENY"}}`)
	profile := "/resources/" + escaped("arn:aws:quicksight:us-east-1:111122223333:custom-permissions/quiet") + "/tags"
	c.OK(200, "POST "+profile, `{"Tags": [{"Key": "b", "Value": "1"}]}`)
	for _, resource := range []string{ns, profile} {
		if l := c.OK(200, "GET "+resource, "")["Tags"].([]any); len(l) != 2 {
			t.Errorf("tags of %s: %v", resource, l)
		}
	}
	m := c.OK(200, "GET "+account+"/custom-permissions/quiet", "")
	if simtest.Get(m, "CustomPermissions", "Capabilities", "ShareDashboards") != "DENY" {
		t.Errorf("updated profile: %v", m)
	}
	c.Fails(404, missing, "GET "+strings.Replace(user, "ana", "nobody", 1), "")
	c.Fails(400, badParameter, "GET /resources/nonsense/tags", "")
	c.Fails(400, badParameter, "DELETE "+user, "")
	c.Fails(400, badParameter, "POST "+user, `{}`)
	var many []string
	for i := range 51 {
		many = append(many, fmt.Sprintf(`{"Key": "k%d", "Value": "v"}`, i))
	}
	c.Fails(409, tooMany, "POST "+user, `{"Tags": [`+strings.Join(many, ",")+`]}`)
}

func TestRegionAndAccount(t *testing.T) {
	c := open(t)
	c.Region = "us-west-2"
	const message = "Operation is being called from endpoint us-west-2, but your identity region is us-east-1. Please use the us-east-1 endpoint."
	for _, line := range []string{
		"GET " + acme + "/users", "GET " + account + "/namespaces", "GET " + account + "/settings", "DELETE " + acme, "GET " + acme + "/groups",
	} {
		if m := c.Fails(401, forbidden, line, ""); m != message {
			t.Errorf("%s: %s", line, m)
		}
	}
	c.OK(200, "GET /account/"+simtest.Account, "")
	c.Region = "us-east-1"
	c.Fails(401, forbidden, "GET /accounts/999999999999/namespaces", "")
	c.Fails(401, forbidden, "GET /account/999999999999", "")
}

func TestIdentityCenterAccount(t *testing.T) {
	const instance = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
	c := simtest.New(t, file(`"authentication_type": "IAM_IDENTITY_CENTER", "iam_identity_center_instance_arn": "`+instance+`",`, ""), awssim.Options{})
	if m := c.OK(200, "GET /account/"+simtest.Account, ""); simtest.Get(m, "AccountInfo", "IAMIdentityCenterInstanceArn") != instance {
		t.Errorf("DescribeAccountSubscription: %v", m)
	}
	m := c.OK(200, "GET "+account+"/namespaces", "")
	if simtest.Get(m, "Namespaces", 1, "Name") != "default" || simtest.Get(m, "Namespaces", 1, "IamIdentityCenterInstanceArn") != instance ||
		simtest.Get(m, "Namespaces", 0, "IamIdentityCenterInstanceArn") != nil {
		t.Errorf("ListNamespaces: %v", m)
	}
	for line, body := range map[string]string{
		"POST " + account:                 `{"Namespace": "new", "IdentityStore": "QUICKSIGHT"}`,
		"POST " + acme + "/groups":        `{"GroupName": "g"}`,
		"DELETE " + acme + "/groups/acme": "",
		"PUT " + acme + "/groups/acme/members/" + escaped("QuickSight/ana"): "",
		"POST " + acme + "/users": registration("bob", ""),
	} {
		if m := c.Fails(401, forbidden, line, body); !strings.HasSuffix(m, "Operation is disabled for identities managed by IAM Identity Center") {
			t.Errorf("%s: %s", line, m)
		}
	}
	if m := open(t).OK(200, "GET /account/"+simtest.Account, ""); simtest.Get(m, "AccountInfo", "IAMIdentityCenterInstanceArn") != nil {
		t.Errorf("an account that is not integrated: %v", m)
	}
}

func TestAccountSettings(t *testing.T) {
	c := open(t)
	c.OK(200, "PUT "+account+"/settings", `{"DefaultNamespace": "default", "NotificationEmail": "n@example.com", "TerminationProtectionEnabled": true}`)
	m := c.OK(200, "GET "+account+"/settings", "")
	if simtest.Get(m, "AccountSettings", "NotificationEmail") != "n@example.com" || simtest.Get(m, "AccountSettings", "TerminationProtectionEnabled") != true {
		t.Errorf("DescribeAccountSettings: %v", m)
	}
	c.Fails(400, badParameter, "PUT "+account+"/settings", `{}`)
	c.Fails(400, badParameter, "PUT "+account+"/settings", `{"DefaultNamespace": "acme"}`)
}

func TestDenied(t *testing.T) {
	c := behaving(t, `"denied": [{"caller": "*", "actions": ["quicksight:RegisterUser"]}]`)
	want := "User: arn:aws:sts::111122223333:assumed-role/Administrator/simulator is not authorized to perform: " +
		"quicksight:RegisterUser on resource: arn:aws:quicksight:us-east-1:111122223333:namespace/acme"
	if m := c.Fails(401, forbidden, "POST "+acme+"/users", registration("bob", "")); m != want {
		t.Errorf("message: %s\nwant:    %s", m, want)
	}
	c.OK(200, "GET "+acme+"/users", "")
}

func TestThrottling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := behaving(t, `"throttle": {"quicksight": {"per_second": 2, "burst": 3}}`)
		list := "GET " + acme + "/users"
		for range 3 {
			c.OK(200, list, "")
		}
		c.Fails(429, "ThrottlingException", list, "")
		time.Sleep(500 * time.Millisecond)
		c.OK(200, list, "")
		c.Fails(429, "ThrottlingException", list, "")
		if err := c.Sim.Change(func(b *world.Behaviour) { b.Throttle = nil }); err != nil {
			t.Fatal(err)
		}
		c.OK(200, list, "")
	})
}

func TestCancelledCall(t *testing.T) {
	c := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Try(ctx, "DELETE "+acme, ""); err == nil {
		t.Error("a call whose context had ended was answered")
	}
	if s := status(c, acme); s != "CREATED" {
		t.Errorf("a call whose context had ended had an effect: %v", s)
	}
}
