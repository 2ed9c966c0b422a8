package awssim_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// What a user who goes from default to the namespace of a tenant meets: QuickSight moves nobody, so one user is
// deleted, and another one registered.

const (
	home    = "/accounts/111122223333/namespaces/default"
	anaUser = "/users/QuickSight%2Fana"
	// registerAna registers her in the one role by which everybody signs in.
	registerAna = `{"IdentityType": "IAM", "Email": "ana@acme.example", "UserRole": "READER", "IamArn": "arn:aws:iam::111122223333:role/QuickSight", "SessionName": "ana"}`
)

// homely is a world in which ana is in default, in a group there, and has a dashboard to herself and one with ben. The
// role by which everybody signs in has that policy for provisioning themselves.
func homely(effect, behaviour string) string {
	return fmt.Sprintf(`{"account_id": "111122223333",
		"iam": {"roles": [{"name": "QuickSight", "policies": {"inline":
			"{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"%s\", \"Action\": \"quicksight:CreateReader\", \"Resource\": \"*\"}]}"}}]},
		"quicksight": {"namespaces": [{"name": "acme"}, {"name": "default", "groups": [{"name": "readers", "members": ["QuickSight/ana", "QuickSight/ben"]}], "users": [
			{"role_arn": "arn:aws:iam::111122223333:role/QuickSight", "session": "ana", "email": "ana@acme.example", "role": "AUTHOR"},
			{"role_arn": "arn:aws:iam::111122223333:role/QuickSight", "session": "ben", "email": "ben@acme.example", "role": "AUTHOR"}]}],
		"assets": [
			{"kind": "dashboard", "id": "alone", "name": "Alone", "permissions": [{"principal": "user/default/QuickSight/ana", "actions": "owner"}, {"principal": "user/default/QuickSight/ben", "actions": "viewer"}]},
			{"kind": "dashboard", "id": "both", "name": "Both", "permissions": [{"principal": "user/default/QuickSight/ana", "actions": "owner"}, {"principal": "user/default/QuickSight/ben", "actions": "owner"}]},
			{"kind": "dataset", "id": "shared", "name": "Shared", "permissions": [{"principal": "user/default/QuickSight/ben", "actions": "owner"}, {"principal": "user/default/QuickSight/ana", "actions": "viewer"}]}]},
		"behaviour": {%s}}`, effect, behaviour)
}

// Somebody signs in after their user of default was deleted, and before they are registered in acme. Where their role
// lets them provision themselves they are in default again, and acme may not have them, if one principal may be in one
// namespace only.
func TestSignInBetweenDeletionAndRegistration(t *testing.T) {
	for name, c := range map[string]struct {
		policy, behaviour string
		signedIn          int // status of the answer
		registered        int
	}{
		"provisioning open":               {"Allow", "", 200, 409},
		"provisioning open, two may be":   {"Allow", `"one_principal_one_namespace": false`, 200, 201},
		"provisioning closed":             {"Deny", "", 403, 201},
		"provisioning closed, two may be": {"Deny", `"one_principal_one_namespace": false`, 403, 201},
	} {
		t.Run(name, func(t *testing.T) {
			signedIn := 0
			var client *simtest.Client
			signIn := func() {
				signedIn = client.Do("POST /simulator/console/SignIn", `{"role": "QuickSight", "session": "ana", "email": "ana@acme.example"}`).Status
			}
			client = simtest.New(t, homely(c.policy, c.behaviour), awssim.Options{
				Fault: awssim.Nth(1, "quicksight:RegisterUser", awssim.Meanwhile("", awssim.BeforeEffect, signIn)),
			})
			client.OK(200, "DELETE "+home+anaUser, "")
			client.Fails(404, "ResourceNotFoundException", "GET "+home+anaUser, "")
			a := client.Do("POST "+acme+"/users", registerAna)
			if signedIn != c.signedIn || a.Status != c.registered {
				t.Fatalf("the sign-in was answered %d, and the registration %d %s; want %d and %d", signedIn, a.Status, a.ErrorType, c.signedIn, c.registered)
			}
			if there := client.Do("GET "+home+anaUser, "").Status == 200; there != (c.signedIn == 200) {
				t.Errorf("in default: %v", there)
			}
			if there := client.Do("GET "+acme+anaUser, "").Status == 200; there != (c.registered == 201) {
				t.Errorf("in acme: %v", there)
			}
			if c.registered != 409 {
				return
			}
			if a.ErrorType != "ResourceExistsException" {
				t.Errorf("the registration is refused with %s", a.ErrorType)
			}
			// She is another user than before, and whoever deletes her again may register her.
			if m := client.OK(200, "GET "+home+anaUser, ""); simtest.Get(m, "User", "Role") != "READER" {
				t.Errorf("provisioned as %v", m)
			}
			client.OK(200, "DELETE "+home+anaUser, "")
			client.OK(201, "POST "+acme+"/users", registerAna)
		})
	}
}

// With a user go its memberships and all that it may do with assets; the assets stay, and those that it owned alone have
// no owner. A new user of that name has nothing of it, in the same namespace or in another one.
func TestDeletedUserLeavesNothingToItsSuccessor(t *testing.T) {
	for _, namespace := range []string{home, acme} {
		c := simtest.New(t, homely("Deny", ""), awssim.Options{})
		c.OK(200, "GET "+home+"/groups/readers/members/QuickSight%2Fana", "")
		c.OK(200, "DELETE "+home+anaUser, "")
		c.OK(201, "POST "+namespace+"/users", registerAna)
		if m := c.OK(200, "GET "+namespace+anaUser+"/groups", ""); len(m["GroupList"].([]any)) != 0 {
			t.Errorf("in %s she is in groups: %v", namespace, m)
		}
		if m := c.OK(200, "GET "+home+"/groups/readers/members", ""); len(m["GroupMemberList"].([]any)) != 1 {
			t.Errorf("the members: %v", m)
		}
		const ben = "arn:aws:quicksight:us-east-1:111122223333:user/default/QuickSight/ben"
		for line, want := range map[string][]string{
			"dashboards/alone": world.KindDashboard.Viewer(), "dashboards/both": world.KindDashboard.Owner(), "data-sets/shared": world.KindDataSet.Owner(),
		} {
			m := c.OK(200, "GET /accounts/111122223333/"+line+"/permissions", "")
			var has []string
			for i := range m["Permissions"].([]any) {
				if who := simtest.Get(m, "Permissions", i, "Principal"); who != ben {
					t.Errorf("%s: %v may do something with it", line, who)
				}
				for _, action := range simtest.Get(m, "Permissions", i, "Actions").([]any) {
					has = append(has, action.(string))
				}
			}
			slices.Sort(has)
			if !slices.Equal(has, want) {
				t.Errorf("%s: ben may %q, want %q", line, has, want)
			}
		}
	}
}
