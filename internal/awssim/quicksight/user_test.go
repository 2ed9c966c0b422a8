package quicksight_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
)

func TestRegisterUser(t *testing.T) {
	c := open(t)
	m := c.OK(201, "POST "+globex+"/users", registration("bob+x@y.z", `, "Tags": [{"Key": "person", "Value": "id-1"}]`))
	for member, want := range map[string]any{
		"UserName": "QuickSight/bob+x@y.z", "Arn": "arn:aws:quicksight:us-east-1:111122223333:user/globex/QuickSight/bob+x@y.z",
		"Role": "READER", "IdentityType": "IAM", "Active": true, "Email": "x@example.com",
	} {
		if got := simtest.Get(m, "User", member); got != want {
			t.Errorf("%s: %v, want %v", member, got, want)
		}
	}
	if m["UserInvitationUrl"] != nil || simtest.Get(m, "User", "PrincipalId") == "" || m["RequestId"] == nil {
		t.Errorf("RegisterUser: %v", m)
	}
	arn := escaped("arn:aws:quicksight:us-east-1:111122223333:user/globex/QuickSight/bob+x@y.z")
	if got := fmt.Sprint(c.OK(200, "GET /resources/"+arn+"/tags", "")["Tags"]); got != "[map[Key:person Value:id-1]]" {
		t.Errorf("tags of the user: %s", got)
	}
	// Roles are known by name, whatever their path; e-mail addresses are not judged.
	m = c.OK(201, "POST "+globex+"/users", `{"IdentityType": "IAM", "Email": "not an address", "UserRole": "AUTHOR_PRO",
		"IamArn": "arn:aws:iam::111122223333:role/a/b/Deep", "SessionName": "eve"}`)
	if simtest.Get(m, "User", "UserName") != "Deep/eve" {
		t.Errorf("user of a role with a path: %v", m)
	}
	m = c.OK(201, "POST "+globex+"/users", `{"IdentityType": "QUICKSIGHT", "Email": "q@example.com", "UserRole": "READER", "UserName": "quinn"}`)
	if simtest.Get(m, "User", "Active") != false || m["UserInvitationUrl"] == nil || simtest.Get(m, "User", "UserName") != "quinn" {
		t.Errorf("user of the identity type QUICKSIGHT: %v", m)
	}
}

func TestRegisterUserRefuses(t *testing.T) {
	c := open(t)
	users := "POST " + globex + "/users"
	with := func(member, value string) string {
		m := map[string]string{"IdentityType": "IAM", "Email": "e", "UserRole": "READER", "IamArn": roleARN, "SessionName": "bob"}
		m[member] = value
		var parts []string
		for k, v := range m {
			if v != "" {
				parts = append(parts, fmt.Sprintf("%q: %q", k, v))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	for _, bad := range [][2]string{
		{"IdentityType", ""}, {"Email", ""}, {"UserRole", ""}, {"UserRole", "OWNER"}, {"UserRole", "RESTRICTED_READER"}, {"SessionName", ""},
		{"SessionName", "b"}, {"SessionName", strings.Repeat("b", 65)}, {"SessionName", "b,ob"}, {"SessionName", "böb"},
		{"IdentityType", "IAM_IDENTITY_CENTER"}, {"IdentityType", "QUICKSIGHT"}, {"CustomPermissionsName", "a b"},
	} {
		t.Run(bad[0]+"="+bad[1], func(t *testing.T) {
			c := *c
			c.T = t
			c.Fails(400, badParameter, users, with(bad[0], bad[1]))
		})
	}
	for _, arn := range []string{
		"", "QuickSight", "arn:aws:sts::111122223333:assumed-role/QuickSight/bob", "arn:aws:iam::999999999999:role/QuickSight",
		"arn:aws:iam::111122223333:group/x", "arn:aws:iam::111122223333:role/",
	} {
		if m := c.Fails(400, badParameter, users, with("IamArn", arn)); m != "Invalid resource identifiers provided." {
			t.Errorf("IamArn %q: %s", arn, m)
		}
	}
	c.Fails(404, missing, "POST "+account+"/namespaces/nobody/users", registration("bob", ""))
	c.Fails(409, there, "POST "+acme+"/users", registration("ana", ""))
	if l := c.OK(200, "GET "+globex+"/users", "")["UserList"].([]any); len(l) != 0 {
		t.Errorf("a refused registration has left a user: %v", l)
	}
}

func TestOnePrincipalOneNamespace(t *testing.T) {
	c := open(t)
	c.Fails(409, there, "POST "+globex+"/users", registration("ana", ""))
	c.Fails(404, missing, "GET "+globex+"/users/"+escaped("QuickSight/ana"), "")
	c.OK(200, "DELETE "+acme+"/users/"+escaped("QuickSight/ana"), "")
	c.OK(201, "POST "+globex+"/users", registration("ana", ""))

	c = behaving(t, `"one_principal_one_namespace": false`)
	c.OK(201, "POST "+globex+"/users", registration("ana", ""))
	c.OK(200, "DELETE "+acme+"/users/"+escaped("QuickSight/ana"), "")
	c.OK(200, "GET "+globex+"/users/"+escaped("QuickSight/ana"), "")
}

func TestReservedRoles(t *testing.T) {
	body := `{"IdentityType": "IAM", "Email": "e", "UserRole": "READER", "SessionName": "ana",
		"IamArn": "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_QS_0123456789abcdef"}`
	m := open(t).OK(201, "POST "+globex+"/users", body)
	if simtest.Get(m, "User", "UserName") != "AWSReservedSSO_QS_0123456789abcdef/ana" {
		t.Errorf("user of a permission set's role: %v", m)
	}
	behaving(t, `"accept_reserved_role_arns": false`).Fails(400, badParameter, "POST "+globex+"/users", body)
}

func TestUpdateUser(t *testing.T) {
	c := open(t)
	ana := acme + "/users/" + escaped("QuickSight/ana")
	c.Fails(400, badParameter, "PUT "+ana, `{"Email": "e"}`)
	c.Fails(400, badParameter, "PUT "+ana, `{"Role": "READER"}`)
	c.Fails(404, missing, "PUT "+acme+"/users/ana", `{"Email": "e", "Role": "READER"}`)
	role := "READER"
	for _, change := range []struct {
		to      string
		refused bool
	}{
		{to: "READER_PRO"}, {to: "READER"}, {to: "AUTHOR"}, {to: "READER", refused: true}, {to: "READER_PRO", refused: true},
		{to: "ADMIN_PRO"}, {to: "READER", refused: true}, {to: "AUTHOR"}, {to: "AUTHOR_PRO"}, {to: "RESTRICTED_AUTHOR", refused: true},
	} {
		body := `{"Email": "new@acme.example", "Role": "` + change.to + `"}`
		if change.refused {
			c.Fails(400, badParameter, "PUT "+ana, body)
		} else {
			c.OK(200, "PUT "+ana, body)
			role = change.to
		}
		if got := simtest.Get(c.OK(200, "GET "+ana, ""), "User", "Role"); got != role {
			t.Fatalf("after a change to %s: %v, want %s", change.to, got, role)
		}
	}
	if got := simtest.Get(c.OK(200, "GET "+ana, ""), "User", "Email"); got != "new@acme.example" {
		t.Errorf("e-mail: %v", got)
	}
}

func TestCustomPermissions(t *testing.T) {
	c := simtest.New(t, file(`"custom_permissions": [{"name": "suspended", "capabilities": {"ExportToCsv": "DENY"}}],`, ""), awssim.Options{})
	ana := acme + "/users/" + escaped("QuickSight/ana")
	has := func(want any) {
		t.Helper()
		if got := simtest.Get(c.OK(200, "GET "+ana, ""), "User", "CustomPermissionsName"); got != want {
			t.Errorf("profile of the user: %v, want %v", got, want)
		}
	}
	c.Fails(404, missing, "POST "+globex+"/users", registration("bob", `, "CustomPermissionsName": "nobody"`))
	c.OK(201, "POST "+globex+"/users", registration("bob", `, "CustomPermissionsName": "suspended"`))
	c.OK(200, "PUT "+ana+"/custom-permission", `{"CustomPermissionsName": "suspended"}`)
	has("suspended")
	c.OK(200, "PUT "+ana, `{"Email": "e", "Role": "READER"}`)
	has("suspended")
	c.OK(200, "PUT "+ana, `{"Email": "e", "Role": "READER", "UnapplyCustomPermissions": true}`)
	has(nil)
	c.OK(200, "PUT "+ana, `{"Email": "e", "Role": "READER", "CustomPermissionsName": "suspended"}`)
	has("suspended")
	for range 2 { // that there is none to take off is no error: AWS does not say
		c.OK(200, "DELETE "+ana+"/custom-permission", "")
		has(nil)
	}
	c.Fails(404, missing, "DELETE "+acme+"/users/nobody/custom-permission", "")

	m := c.OK(201, "POST "+account+"/custom-permissions", `{"CustomPermissionsName": "quiet", "Capabilities": {"ShareDashboards": "DENY"}}`)
	if m["Status"] != 201.0 || m["Arn"] != "arn:aws:quicksight:us-east-1:111122223333:custom-permissions/quiet" {
		t.Errorf("CreateCustomPermissions: %v", m)
	}
	c.Fails(409, there, "POST "+account+"/custom-permissions", `{"CustomPermissionsName": "quiet"}`)
	c.Fails(400, badParameter, "POST "+account+"/custom-permissions", `{"CustomPermissionsName": "loud", "Capabilities": {"ShareDashboards": "ALLOW"}}`)
	if m := c.OK(200, "GET "+account+"/custom-permissions", ""); simtest.Get(m, "CustomPermissionsList", 0, "CustomPermissionsName") != "quiet" {
		t.Errorf("ListCustomPermissions: %v", m)
	}
	c.OK(200, "DELETE "+account+"/custom-permissions/quiet", "")
	c.Fails(404, missing, "GET "+account+"/custom-permissions/quiet", "")
}

func TestUsersWithoutIdentity(t *testing.T) {
	c := simtest.New(t, `{"account_id": "111122223333", "quicksight": {"namespaces": [{"name": "acme", "users": [
		{"user_name": "N/A", "identity_type": "IAM", "email": "1", "role": "READER", "principal_id": "federated/iam/AIDA1"},
		{"user_name": "N/A", "identity_type": "IAM", "email": "2", "role": "READER", "principal_id": "federated/iam/AIDA2"}]}]}}`, awssim.Options{})
	m := c.OK(200, "GET "+acme+"/users", "")
	if simtest.Get(m, "UserList", 1, "UserName") != "N/A" || simtest.Get(m, "UserList", 1, "Arn") != "N/A" {
		t.Errorf("ListUsers: %v", m)
	}
	c.Fails(404, missing, "DELETE "+acme+"/users/"+escaped("N/A"), "")
	c.OK(200, "DELETE "+acme+"/user-principals/"+escaped("federated/iam/AIDA1"), "")
	c.Fails(404, missing, "DELETE "+acme+"/user-principals/"+escaped("federated/iam/AIDA1"), "")
	if l := c.OK(200, "GET "+acme+"/users", "")["UserList"].([]any); len(l) != 1 {
		t.Errorf("after DeleteUserByPrincipalId: %v", l)
	}
}

func TestExternalLogin(t *testing.T) {
	c := open(t)
	ana := acme + "/users/" + escaped("QuickSight/ana")
	change := func(provider string) string {
		return `{"Email": "e", "Role": "READER", "ExternalLoginFederationProviderType": "` + provider + `", "ExternalLoginId": "id", "CustomFederationProviderUrl": "https://idp.example"}`
	}
	for provider, url := range map[string]any{"COGNITO": "cognito-identity.amazonaws.com", "CUSTOM_OIDC": "https://idp.example"} {
		c.OK(200, "PUT "+ana, change(provider))
		m := c.OK(200, "GET "+ana, "")
		if simtest.Get(m, "User", "ExternalLoginFederationProviderUrl") != url || simtest.Get(m, "User", "ExternalLoginId") != "id" {
			t.Errorf("%s: %v", provider, m)
		}
	}
	c.Fails(400, badParameter, "PUT "+ana, change("OTHER"))
	c.OK(200, "PUT "+ana, change("NONE"))
	if m := c.OK(200, "GET "+ana, ""); simtest.Get(m, "User", "ExternalLoginId") != nil {
		t.Errorf("NONE: %v", m)
	}
}
