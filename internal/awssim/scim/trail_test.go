package scim_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"

// asJSON gives a value as JSON, with every id and time replaced by a word.
func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	s := regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`).ReplaceAllString(string(b), "ID")
	s = regexp.MustCompile(`"[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d:\d\d [AP]M"`).ReplaceAllString(s, `"TIME"`)
	return strings.ReplaceAll(s, hidden, "HIDDEN")
}

// The shapes are those of the user guide's samples of CloudTrail's events.
func TestTrail(t *testing.T) {
	f := open(t)
	user, group := f.user("ana"), f.group("qs:acme")
	const resource = `{"active":true,"displayName":"HIDDEN","id":"ID","meta":{"created":"TIME","lastModified":"TIME","resourceType":"User"},` +
		`"name":{"familyName":"HIDDEN","givenName":"HIDDEN"},"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"HIDDEN"}`
	for _, c := range []struct {
		status                  int
		line, body              string
		name, request, response string
		readOnly                bool
		errorCode               string
	}{
		{201, "POST /scim/v2/Users", `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "dan", "displayName": "Dan", "active": true, "name": {"givenName": "Dan", "familyName": "Doe"}}`,
			"CreateUser", `{"httpBody":{"active":true,"displayName":"HIDDEN","name":{"familyName":"HIDDEN","givenName":"HIDDEN"},"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"HIDDEN"},"tenantId":"d-1234567890"}`, resource, false, ""},
		{409, "POST /scim/v2/Users", `{"userName": "dan", "displayName": "Dan", "name": {"givenName": "Dan", "familyName": "Doe"}}`,
			"CreateUser", `{"httpBody":{"displayName":"HIDDEN","name":{"familyName":"HIDDEN","givenName":"HIDDEN"},"userName":"HIDDEN"},"tenantId":"d-1234567890"}`, `null`, false, "ConflictException"},
		{400, "POST /scim/v2/Users", `{dan`, "CreateUser", `{"tenantId":"d-1234567890"}`, `null`, false, "ValidationException"},
		{400, "POST /scim/v2/Users", `{"userName": 7, "emails": [{"value": "dan@acme.example"}], "meta": {"resourceType": "dan"}}`, "CreateUser",
			`{"httpBody":{"emails":[{"value":"HIDDEN"}],"meta":{"resourceType":"HIDDEN"},"userName":"HIDDEN"},"tenantId":"d-1234567890"}`, `null`, false, "ValidationException"},
		{200, "PATCH /scim/v2/Users/" + user, `{"schemas": ["x"], "Operations": [{"op": "replace", "path": "active", "value": false}]}`,
			"PatchUser", `{"httpBody":{"operations":[{"op":"REPLACE","path":"active","value":"HIDDEN"}],"schemas":["HIDDEN"]},"id":"ID","tenantId":"d-1234567890"}`, "*", false, ""},
		{204, "PATCH /scim/v2/Groups/" + group, `{"schemas": ["x"], "Operations": [{"op": "add", "path": "members", "value": [{"value": "` + user + `"}]}]}`,
			"PatchGroup", `{"httpBody":{"operations":[{"op":"ADD","path":"members","value":"HIDDEN"}],"schemas":["HIDDEN"]},"id":"ID","tenantId":"d-1234567890"}`, `null`, false, ""},
		{204, "PATCH /scim/v2/Groups/" + group, `{"Operations": [{"op": "remove", "path": "members[value eq \"` + user + `\"]"}]}`,
			"PatchGroup", `{"httpBody":{"operations":[{"op":"REMOVE","path":"members[HIDDEN]"}],"schemas":["HIDDEN"]},"id":"ID","tenantId":"d-1234567890"}`, `null`, false, ""},
		{400, "PATCH /scim/v2/Groups/" + group, `{"Operations": [{"op": "remove", "value": [{"value": "` + user + `"}]}]}`,
			"PatchGroup", `{"httpBody":{"operations":[{"op":"REMOVE","value":"HIDDEN"}],"schemas":["HIDDEN"]},"id":"ID","tenantId":"d-1234567890"}`, `null`, false, "ValidationException"},
		{201, "POST /scim/v2/Groups", `{"displayName": "g", "members": [{"value": "` + user + `"}]}`, "CreateGroup",
			`{"httpBody":{"displayName":"HIDDEN","members":[{"value":"HIDDEN"}]},"tenantId":"d-1234567890"}`,
			`{"displayName":"HIDDEN","id":"ID","members":[],"meta":{"created":"TIME","lastModified":"TIME","resourceType":"Group"},"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"]}`, false, ""},
		{200, "GET /scim/v2/Groups/" + group, "", "GetGroup", `{"id":"ID","tenantId":"d-1234567890"}`, `null`, true, ""},
		{200, "GET /scim/v2/Users", "", "ListUsers", `{"tenantId":"d-1234567890"}`, `null`, true, ""},
		{204, "DELETE /scim/v2/Groups/" + group, "", "DeleteGroup", `{"id":"ID","tenantId":"d-1234567890"}`, `null`, false, ""},
		{204, "DELETE /scim/v2/Users/" + user, "", "DeleteUser", `{"id":"ID","tenantId":"d-1234567890"}`, `null`, false, ""},
		{404, "DELETE /scim/v2/Users/" + user, "", "DeleteUser", `{"id":"ID","tenantId":"d-1234567890"}`, `null`, false, "ResourceNotFoundException"},
	} {
		f.told = nil
		f.call(c.status, c.line, c.body)
		if len(f.told) != 1 {
			t.Fatalf("%s was told %d times", c.line, len(f.told))
		}
		a := f.told[0]
		if a.Source != "identitystore-scim.amazonaws.com" || a.Name != c.name || a.Region != "us-east-1" || a.ReadOnly != c.readOnly || a.ErrorCode != c.errorCode || (a.ErrorMessage == "") != (c.errorCode == "") {
			t.Errorf("%s: %+v", c.line, a)
		}
		if got := asJSON(t, a.Request); got != c.request {
			t.Errorf("%s: requestParameters\n%s, want\n%s", c.line, got, c.request)
		}
		if got := asJSON(t, a.Response); c.response != "*" && got != c.response {
			t.Errorf("%s: responseElements\n%s, want\n%s", c.line, got, c.response)
		}
		all := asJSON(t, a)
		for _, secret := range []string{"dan", "Dan", "Doe", "Ana", "ana@", token} {
			if strings.Contains(all, secret) {
				t.Errorf("%s: the trail tells %q: %s", c.line, secret, all)
			}
		}
	}
}

func TestTokens(t *testing.T) {
	f := open(t)
	for _, c := range []struct {
		line, token string
		status      int
	}{
		{"GET /scim/v2/Users", token, 200},
		{"GET /d-1234567890/scim/v2/Users", token, 200},
		{"GET /scim/v2/Users", "", 401},
		{"GET /scim/v2/Users", token + "x", 401},
		{"GET /d-0000000000/scim/v2/Users", token, 401},
	} {
		f.told = nil
		status, answer := f.Path(c.line, "", c.token)
		if status != c.status || status == 401 && answer["status"] != "401" {
			t.Errorf("%s with %q: %d, %v", c.line, c.token, status, answer)
		}
		if (len(f.told) == 0) != (status == 401) {
			t.Errorf("%s with %q told %v", c.line, c.token, f.told)
		}
	}
}

func TestOwnToken(t *testing.T) {
	seed, err := world.ParseSeed([]byte(`{"account_id": "111122223333", "identity_center": {"scim_token": "mine"}}`))
	if err != nil {
		t.Fatal(err)
	}
	w, err := world.New(seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Snapshot().IdentityCenter.SCIMToken; got != "mine" || w.Directory.SCIMToken != "mine" {
		t.Errorf("the token is %q, and dumped %q", w.Directory.SCIMToken, got)
	}
}
