package console_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/console"
	"github.com/tenantry/tenantry/internal/awssim/roomtest"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const file = `{
	"account_id": "111122223333",
	"identity_center": {"users": [
		{"user_name": "ana", "email": "ana@acme.example", "given_name": "Ana", "family_name": "Ash"},
		{"user_name": "ben", "given_name": "Ben", "family_name": "Birch"}
	], "groups": [{"display_name": "qs:acme", "members": ["ana"]}, {"display_name": "qs:globex"}]},
	"iam": {"roles": [{"name": "QuickSight"}]}
}`

// front is the console of a world, and what it told the trail.
type front struct {
	*roomtest.Room
	told []world.Activity
}

func open(t *testing.T) *front {
	f := &front{}
	f.Room = roomtest.New(t, file, func(w *world.World) wire.Service {
		return console.NewTold(w, func(a world.Activity) { f.told = append(f.told, a) })
	})
	return f
}

// do is an action that must be answered with that status. ANA, BEN, ACME and GLOBEX in its body are ids.
func (f *front) do(status int, action, body string) map[string]any {
	f.T.Helper()
	d := f.World.Directory
	ana, _ := d.UserID("ana")
	ben, _ := d.UserID("ben")
	acme, _ := d.GroupID("qs:acme")
	globex, _ := d.GroupID("qs:globex")
	body = strings.NewReplacer("ANA", ana, "BEN", ben, "ACME", acme, "GLOBEX", globex).Replace(body)
	got, answer := f.Path("POST /simulator/console/"+action, body, "")
	if got != status {
		f.T.Fatalf("%s %s: status %d, %v; want %d", action, body, got, answer, status)
	}
	return answer
}

func (f *front) person(name string) world.Person {
	id, _ := f.World.Directory.UserID(name)
	p, _ := f.World.Directory.Users().Get(id)
	return p
}

func TestUsers(t *testing.T) {
	f := open(t)
	made := f.do(200, "CreateUser", `{"userName": "cara", "givenName": "Cara", "familyName": "Cedar", "email": "cara@acme.example"}`)
	if p := f.person("cara"); p.ID != made["userId"] || p.DisplayName != "Cara Cedar" || p.Email != "cara@acme.example" || p.Status != world.PersonEnabled {
		t.Errorf("created %v: %+v", made, p)
	}
	f.do(200, "DisableUser", `{"userId": "ANA"}`)
	if p := f.person("ana"); p.Status != world.PersonDisabled {
		t.Errorf("disabled: %+v", p)
	}
	f.do(200, "EnableUser", `{"userId": "ANA"}`)
	f.do(200, "UpdateUser", `{"userId": "ANA", "email": "new@acme.example", "familyName": "Aspen"}`)
	f.do(200, "UpdateUserName", `{"userId": "ANA", "userName": "anna", "email": "ignored@acme.example"}`)
	if p := f.person("anna"); p.Status != world.PersonEnabled || p.Email != "new@acme.example" || p.FamilyName != "Aspen" || p.GivenName != "Ana" {
		t.Errorf("changed: %+v", p)
	}
	f.do(200, "DeleteUser", `{"userId": "BEN"}`)
	if p := f.person("ben"); p.ID != "" {
		t.Errorf("deleted: %+v", p)
	}
}

func TestGroups(t *testing.T) {
	f := open(t)
	d := f.World.Directory
	made := f.do(200, "CreateGroup", `{"displayName": "qs:initech", "description": "d"}`)
	if id, _ := d.GroupID("qs:initech"); id == "" || id != made["groupId"] {
		t.Errorf("created %v", made)
	}
	f.do(200, "AddMemberToGroup", `{"groupId": "GLOBEX", "memberId": "BEN"}`)
	f.do(200, "RemoveMemberFromGroup", `{"groupId": "ACME", "memberId": "ANA"}`)
	globex, _ := d.GroupID("qs:globex")
	if _, in := d.Membership(globex, f.person("ben").ID, world.View{}); !in || d.Memberships().Len() != 1 {
		t.Errorf("ben is in globex: %v, of %d memberships; want the only one", in, d.Memberships().Len())
	}
	f.do(200, "UpdateGroupDisplayName", `{"groupId": "GLOBEX", "displayName": "qs:hooli"}`)
	if id, _ := d.GroupID("qs:hooli"); id != globex {
		t.Error("the group was not renamed")
	}
	f.do(200, "DeleteGroup", `{"groupId": "`+globex+`"}`)
	if d.Groups().Len() != 2 || d.Memberships().Len() != 0 {
		t.Error("the group is there, or its members are")
	}
}

// Whom QuickSight does not know it takes into default, once; the directory tells nothing of it.
func TestSignIn(t *testing.T) {
	f := open(t)
	for _, provisioned := range []bool{true, false} {
		got := f.do(200, "SignIn", `{"role": "QuickSight", "session": "ana", "email": "ana@acme.example"}`)
		if got["provisioned"] != provisioned || got["userName"] != "QuickSight/ana" || len(got["namespaces"].([]any)) != 1 || got["namespaces"].([]any)[0] != "default" {
			t.Errorf("provisioned %v: %v", provisioned, got)
		}
	}
	f.do(400, "SignIn", `{"role": "QuickSight", "session": "b n", "email": "ben@acme.example"}`)
	f.do(400, "SignIn", `{"role": "QuickSight", "session": "ben"}`)
	f.do(404, "SignIn", `{"role": "Nobody", "session": "ben", "email": "ben@acme.example"}`)
	home, _ := f.World.QuickSight.Namespaces().Get("default")
	u, ok := home.Contents.Users.Get("QuickSight/ana")
	if !ok || home.Contents.Users.Len() != 1 || u.Role != "READER" || u.Email != "ana@acme.example" {
		t.Errorf("in default: %v, %+v", ok, u)
	}
	if len(f.told) > 0 {
		t.Errorf("the directory tells of a sign-in: %v", f.told)
	}
}

func TestRefusals(t *testing.T) {
	f := open(t)
	before := f.World.Snapshot()
	for _, c := range []struct {
		status       int
		action, body string
	}{
		{400, "CreateUser", `{"userName": "x"}`},
		{400, "CreateUser", `{"userName": "x y", "givenName": "X", "familyName": "Y"}`},
		{409, "CreateUser", `{"userName": "ANA_", "givenName": "X", "familyName": "Y", "email": "Ana@acme.example"}`},
		{400, "CreateUser", ``},
		{400, "CreateUser", `{"username": "x", "name": "y"}`},
		{400, "UpdateUser", `{"userId": "ANA", "userName": "x"}`},
		{400, "UpdateUserName", `{"userId": "ANA"}`},
		{409, "UpdateUserName", `{"userId": "ANA", "userName": "BEn"}`},
		{404, "DisableUser", `{"userId": "none"}`},
		{404, "DeleteUser", `{}`},
		{400, "CreateGroup", `{}`},
		{409, "CreateGroup", `{"displayName": "QS:acme"}`},
		{409, "UpdateGroupDisplayName", `{"groupId": "ACME", "displayName": "QS:globex"}`},
		{400, "UpdateGroupDisplayName", `{"groupId": "ACME"}`},
		{404, "DeleteGroup", `{"groupId": "none"}`},
		{409, "AddMemberToGroup", `{"groupId": "ACME", "memberId": "ANA"}`},
		{404, "AddMemberToGroup", `{"groupId": "ACME", "memberId": "none"}`},
		{404, "RemoveMemberFromGroup", `{"groupId": "ACME", "memberId": "BEN"}`},
	} {
		f.told = nil
		f.do(c.status, c.action, c.body)
		if len(f.told) != 1 || f.told[0].ErrorCode == "" || f.told[0].Response != nil {
			t.Errorf("%s %s told %+v", c.action, c.body, f.told)
		}
	}
	after := f.World.Snapshot()
	before.IDs, after.IDs = 0, 0
	if a, b := asJSON(t, before), asJSON(t, after); a != b {
		t.Errorf("something has changed:\n%s\n%s", a, b)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var (
	idForm   = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	timeForm = regexp.MustCompile(`"[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M"`)
)

// The shapes are those of captured events of the console.
func TestTrail(t *testing.T) {
	const meta = `"meta":{"createdAt":"TIME","createdBy":"111122223333","updatedAt":"TIME","updatedBy":"111122223333"}`
	f := open(t)
	for _, c := range []struct{ action, body, request, response string }{
		{"AddMemberToGroup", `{"groupId": "ACME", "memberId": "BEN"}`, `{"groupId":"ID","identityStoreId":"d-1234567890","member":{"memberId":"ID"}}`, `null`},
		{"RemoveMemberFromGroup", `{"groupId": "ACME", "memberId": "BEN"}`, `{"groupId":"ID","identityStoreId":"d-1234567890","memberId":"ID"}`, `null`},
		{"CreateGroup", `{"displayName": "secret", "description": "secret"}`, `{"displayName":"HIDDEN","identityStoreId":"d-1234567890"}`,
			`{"group":{"displayName":"HIDDEN","groupAttributes":{"description":{"stringValue":"HIDDEN"}},"groupId":"ID",` + meta + `}}`},
		{"UpdateGroupDisplayName", `{"groupId": "ACME", "displayName": "secret2"}`, `{"displayName":"HIDDEN","groupId":"ID","identityStoreId":"d-1234567890"}`, `null`},
		{"CreateUser", `{"userName": "secret", "givenName": "secret", "familyName": "secret"}`, `{"identityStoreId":"d-1234567890","userName":"HIDDEN"}`,
			`{"user":{"active":true,` + meta + `,"userId":"ID","userName":"HIDDEN"}}`},
		{"UpdateUser", `{"userId": "ANA", "email": "secret@example.com"}`, `{"identityStoreId":"d-1234567890","userId":"ID"}`, `null`},
		{"DisableUser", `{"userId": "ANA"}`, `{"identityStoreId":"d-1234567890","userId":"ID"}`, `null`},
		{"EnableUser", `{"userId": "ANA"}`, `{"identityStoreId":"d-1234567890","userId":"ID"}`, `null`},
		{"DeleteUser", `{"userId": "ANA"}`, `{"identityStoreId":"d-1234567890","userId":"ID"}`, `null`},
		{"DeleteGroup", `{"groupId": "GLOBEX"}`, `{"groupId":"ID","identityStoreId":"d-1234567890"}`, `null`},
	} {
		f.told = nil
		f.do(200, c.action, c.body)
		if len(f.told) != 1 {
			t.Fatalf("%s was told %d times", c.action, len(f.told))
		}
		a := f.told[0]
		show := func(v any) string {
			s := timeForm.ReplaceAllString(idForm.ReplaceAllString(asJSON(t, v), "ID"), `"TIME"`)
			return strings.ReplaceAll(s, "HIDDEN_DUE_TO_SECURITY_REASONS", "HIDDEN")
		}
		if a.Source != "sso-directory.amazonaws.com" || a.Name != c.action || a.Region != "us-east-1" || a.ReadOnly || a.ErrorCode != "" || a.Identity["type"] != "AssumedRole" {
			t.Errorf("%s: %+v", c.action, a)
		}
		if got := show(a.Request); got != c.request {
			t.Errorf("%s: requestParameters\n%s, want\n%s", c.action, got, c.request)
		}
		if got := show(a.Response); got != c.response {
			t.Errorf("%s: responseElements\n%s, want\n%s", c.action, got, c.response)
		}
		if all := show(a); strings.Contains(all, "secret") {
			t.Errorf("%s: the trail tells a name: %s", c.action, all)
		}
	}
}
