package scim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/roomtest"
	"github.com/tenantry/tenantry/internal/awssim/scim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const (
	token = "simulated-scim-token"
	file  = `{
		"account_id": "111122223333",
		"identity_center": {"users": [
			{"user_name": "ana", "email": "ana@acme.example", "given_name": "Ana", "family_name": "Ash",
			 "external_ids": [{"issuer": "https://idp.example", "id": "x-ana"}]},
			{"user_name": "ben", "given_name": "Ben", "family_name": "Birch"}
		], "groups": [{"display_name": "qs:acme", "members": ["ana"]}, {"display_name": "qs:globex"}]}
	}`
	cara = `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "externalId": "x-cara", "userName": "cara",
		"name": {"givenName": "Cara", "familyName": "Cedar"}, "displayName": "Cara Cedar", "active": true,
		"emails": [{"value": "cara@acme.example", "type": "work", "primary": true}],
		"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales", "manager": {"value": "m-1"}}}`
)

// front is the SCIM front of a world, and what it told the trail.
type front struct {
	*roomtest.Room
	told []world.Activity
}

func open(t *testing.T) *front {
	f := &front{}
	f.Room = roomtest.New(t, file, func(w *world.World) wire.Service {
		return scim.NewTold(w, func(a world.Activity) { f.told = append(f.told, a) })
	})
	return f
}

// call is a call that must be answered with that status. It gives the answer.
func (f *front) call(status int, line, body string) map[string]any {
	f.T.Helper()
	got, answer := f.Path(line, body, token)
	if got != status {
		f.T.Fatalf("%s: status %d, %v; want %d", line, got, answer, status)
	}
	return answer
}

// user and group give the ids of seeded people and groups.
func (f *front) user(name string) string {
	f.World.Lock()
	defer f.World.Unlock()
	id, ok := f.World.Directory.UserID(name)
	if !ok {
		f.T.Fatalf("no user %s", name)
	}
	return id
}

func (f *front) group(name string) string {
	f.World.Lock()
	defer f.World.Unlock()
	id, ok := f.World.Directory.GroupID(name)
	if !ok {
		f.T.Fatalf("no group %s", name)
	}
	return id
}

// person gives the truth about a user.
func (f *front) person(id string) world.Person {
	f.World.Lock()
	defer f.World.Unlock()
	p, _ := f.World.Directory.Users().Get(id)
	return p
}

func TestUserLife(t *testing.T) {
	f := open(t)
	made := f.call(201, "POST /scim/v2/Users", cara)
	id, _ := made["id"].(string)
	p := f.person(id)
	if p.UserName != "cara" || p.Email != "cara@acme.example" || p.GivenName != "Cara" || p.Status != world.PersonEnabled || p.ExternalIDs[0].ID != "x-cara" {
		t.Errorf("the identity store holds %+v", p)
	}
	got := f.call(200, "GET /d-1234567890/scim/v2/Users/"+id, "")
	for _, want := range []struct {
		value any
		path  []any
	}{
		{"cara", []any{"userName"}}, {"Cedar", []any{"name", "familyName"}}, {true, []any{"active"}}, {"x-cara", []any{"externalId"}},
		{"cara@acme.example", []any{"emails", 0, "value"}}, {true, []any{"emails", 0, "primary"}}, {"User", []any{"meta", "resourceType"}},
		{"Sales", []any{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "department"}},
	} {
		if v := simtest.Get(got, want.path...); v != want.value {
			t.Errorf("%v is %v, want %v", want.path, v, want.value)
		}
	}
	put := f.call(200, "PUT /scim/v2/Users/"+id, `{"userName": "cara", "displayName": "C", "name": {"givenName": "C", "familyName": "D"}, "active": false}`)
	if p := f.person(id); put["active"] != false || p.Status != world.PersonDisabled || p.Email != "" || p.DisplayName != "C" || len(p.ExternalIDs) != 0 {
		t.Errorf("after PUT: %v, %+v", put, p)
	}
	f.call(200, "PUT /scim/v2/Users/"+id, `{"userName": "cara", "displayName": "C", "name": {"givenName": "C", "familyName": "D"}}`)
	if p := f.person(id); p.Status != world.PersonDisabled {
		t.Errorf("a PUT without active has made the user %s", p.Status)
	}
	f.call(204, "DELETE /scim/v2/Users/"+id, "")
	f.call(404, "GET /scim/v2/Users/"+id, "")
	f.call(404, "DELETE /scim/v2/Users/"+id, "")
}

func TestPatchUser(t *testing.T) {
	for name, c := range map[string]struct {
		operations string
		status     int
		check      func(world.Person) bool
	}{
		"disable":          {`{"op": "replace", "path": "active", "value": false}`, 200, disabled},
		"disable, no path": {`{"op": "Replace", "value": {"active": false}}`, 200, disabled},
		"disable, as text": {`{"op": "Replace", "path": "active", "value": "False"}`, 200, disabled},
		"rename":           {`{"op": "replace", "path": "userName", "value": "anna"}`, 200, func(p world.Person) bool { return p.UserName == "anna" }},
		"part of a name":   {`{"op": "replace", "path": "name.familyName", "value": "Elm"}`, 200, func(p world.Person) bool { return p.FamilyName == "Elm" && p.GivenName == "Ana" }},
		"filtered e-mail":  {`{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "a@b.example"}`, 200, func(p world.Person) bool { return p.Email == "a@b.example" }},
		"e-mail keeps its type": {`{"op": "add", "path": "emails.type", "value": "home"}, {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "a@b.example"}`, 200,
			func(p world.Person) bool {
				return p.Email == "a@b.example" && strings.Contains(fmt.Sprint(p.Attributes), "Type:home")
			}},
		"e-mail, no list":      {`{"op": "replace", "path": "emails", "value": {"value": "a@b.example", "primary": true}}`, 200, func(p world.Person) bool { return p.Email == "a@b.example" }},
		"filter on a text":     {`{"op": "replace", "path": "title[type eq \"x\"]", "value": "x"}`, 400, unchanged},
		"several at once":      {`{"op": "add", "value": {"title": "Chief", "name.givenName": "Anne"}}`, 200, func(p world.Person) bool { return p.Title == "Chief" && p.GivenName == "Anne" }},
		"remove":               {`{"op": "remove", "path": "emails"}`, 200, func(p world.Person) bool { return p.Email == "" }},
		"external id":          {`{"op": "add", "path": "externalId", "value": "e"}`, 200, func(p world.Person) bool { return p.ExternalIDs[0].ID == "e" }},
		"department":           {`{"op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "Sales"}`, 200, func(p world.Person) bool { return strings.Contains(fmt.Sprint(p.Attributes), "department:Sales") }},
		"none":                 {``, 400, unchanged},
		"no operation":         {`{"path": "title", "value": "x"}`, 400, unchanged},
		"unknown operation":    {`{"op": "move", "path": "title", "value": "x"}`, 400, unchanged},
		"remove without path":  {`{"op": "remove", "value": "x"}`, 400, unchanged},
		"add without value":    {`{"op": "add", "path": "title"}`, 400, unchanged},
		"remove active":        {`{"op": "remove", "path": "active"}`, 400, unchanged},
		"remove userName":      {`{"op": "remove", "path": "userName"}`, 400, unchanged},
		"remove a needed name": {`{"op": "remove", "path": "name.givenName"}`, 400, unchanged},
		"active twice":         {`{"op": "replace", "path": "active", "value": false}, {"op": "replace", "path": "active", "value": false}`, 400, unchanged},
		"unsupported":          {`{"op": "add", "path": "password", "value": "x"}`, 400, unchanged},
		"display of e-mail":    {`{"op": "add", "path": "emails.display", "value": "x"}`, 400, unchanged},
		"two e-mails":          {`{"op": "replace", "path": "emails", "value": [{"value": "a", "primary": true}, {"value": "b"}]}`, 400, unchanged},
		"active is a number":   {`{"op": "replace", "path": "active", "value": 0}`, 400, unchanged},
		"half of it is wrong":  {`{"op": "replace", "path": "active", "value": false}, {"op": "add", "path": "password", "value": "x"}`, 400, unchanged},
		"taken name":           {`{"op": "replace", "path": "userName", "value": "BEN"}`, 409, unchanged},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t)
			id := f.user("ana")
			f.call(c.status, "PATCH /scim/v2/Users/"+id, `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [`+c.operations+`]}`)
			if p := f.person(id); !c.check(p) {
				t.Errorf("the identity store holds %+v", p)
			}
		})
	}
}

func disabled(p world.Person) bool { return p.Status == world.PersonDisabled }

func unchanged(p world.Person) bool {
	return p.UserName == "ana" && p.Email == "ana@acme.example" && p.Status == world.PersonEnabled && p.GivenName == "Ana" && p.UpdatedAt.Equal(p.CreatedAt)
}

func TestCreateUserRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(string) string
		status int
		detail string
	}{
		"no userName":       {without(`"userName": "cara",`), 400, "userName"},
		"no givenName":      {without(`"givenName": "Cara", `), 400, "name.givenName is required"},
		"no familyName":     {without(`, "familyName": "Cedar"`), 400, "name.familyName is required"},
		"no displayName":    {without(`"displayName": "Cara Cedar",`), 400, "displayName"},
		"not primary":       {without(`, "primary": true`), 400, "primary"},
		"two e-mails":       {with(`"emails": [`, `"emails": [{"value": "x", "primary": true}, `), 400, "List attribute emails exceeds allowed limit of 1"},
		"groups":            {with(`"active"`, `"groups": [{"value": "g"}], "active"`), 400, "groups"},
		"space in a name":   {with(`"userName": "cara"`, `"userName": "ca ra"`), 400, "userName"},
		"name as number":    {with(`"userName": "cara"`, `"userName": 7`), 400, "userName has the wrong type"},
		"reserved":          {with(`"userName": "cara"`, `"userName": "Administrator"`), 400, "reserved"},
		"active as number":  {with(`"active": true`, `"active": 1`), 400, "active"},
		"external id twice": {with(`"externalId": "x-cara"`, `"externalId": [1]`), 400, "externalId"},
		"not JSON":          {with(`{"schemas"`, `{schemas`), 400, "unparsable"},
		"taken name":        {with(`"userName": "cara"`, `"userName": "ANA"`), 409, "Duplicate UserName"},
		"taken e-mail":      {with(`cara@acme`, `ANA@acme`), 409, "Duplicate Email"},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t)
			body := c.change(cara)
			if body == cara {
				t.Fatal("the case changes nothing")
			}
			e := f.call(c.status, "POST /scim/v2/Users", body)
			if detail, _ := e["detail"].(string); !strings.Contains(detail, c.detail) {
				t.Errorf("detail %q, want %q", detail, c.detail)
			}
			if simtest.Get(e, "schemas", 0) != "urn:ietf:params:scim:api:messages:2.0:Error" || simtest.Get(e, "schema", 0) != simtest.Get(e, "schemas", 0) ||
				e["status"] != fmt.Sprint(c.status) || e["timeStamp"] == nil || e["exceptionRequestId"] == nil {
				t.Errorf("the error is %v", e)
			}
			if n := f.World.Directory.Users().Len(); n != 2 {
				t.Errorf("there are %d users", n)
			}
		})
	}
}

func without(part string) func(string) string { return with(part, "") }

func with(old, part string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, part, 1) }
}
