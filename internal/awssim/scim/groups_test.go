package scim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// members gives the user names in a group, in no order.
func (f *front) members(group string) map[string]bool {
	f.World.Lock()
	defer f.World.Unlock()
	names := map[string]bool{}
	for _, m := range f.World.Directory.Members(group, "", world.View{}) {
		p, _ := f.World.Directory.Users().Get(m.UserID)
		names[p.UserName] = true
	}
	return names
}

func TestGroupLife(t *testing.T) {
	f := open(t)
	made := f.call(201, "POST /scim/v2/Groups", `{"displayName": "qs:initech", "externalId": "x-g", "members": [{"value": "`+f.user("ben")+`", "type": "User"}]}`)
	id, _ := made["id"].(string)
	got := f.call(200, "GET /scim/v2/Groups/"+id, "")
	if got["displayName"] != "qs:initech" || got["externalId"] != "x-g" || fmt.Sprint(got["members"]) != "[]" {
		t.Errorf("the group is %v; its members are never answered", got)
	}
	if m := f.members(id); len(m) != 1 || !m["ben"] {
		t.Errorf("members %v", m)
	}
	f.call(204, "DELETE /scim/v2/Groups/"+id, "")
	f.call(404, "GET /scim/v2/Groups/"+id, "")
	if n := f.World.Directory.Memberships().Len(); n != 1 {
		t.Errorf("%d memberships are left, want that of ana alone", n)
	}
}

func TestCreateGroupRefuses(t *testing.T) {
	f := open(t)
	for body, status := range map[string]int{
		`{}`:                                     400,
		`{"displayName": ""}`:                    400,
		`{"displayName": 1}`:                     400,
		`[]`:                                     400,
		`{"displayName": "a\u0000"}`:             400,
		`{"displayName": "QS:acme"}`:             409,
		`{"displayName": "x", "members": [{}]}`:  400,
		`{"displayName": "x", "members": "ana"}`: 400,
		`{"displayName": "x", "members": [{"value": "none"}]}`:                404,
		`{"displayName": "x", "members": [` + many(f.user("ana"), 101) + `]}`: 400,
	} {
		f.call(status, "POST /scim/v2/Groups", body)
	}
	if n := f.World.Directory.Groups().Len(); n != 2 {
		t.Errorf("there are %d groups", n)
	}
}

func many(id string, n int) string {
	return strings.TrimSuffix(strings.Repeat(`{"value": "`+id+`"},`, n), ",")
}

func TestPatchGroup(t *testing.T) {
	for name, c := range map[string]struct {
		operations string // ANA and BEN are ids
		status     int
		name       string
		members    string
	}{
		"add":                    {`{"op": "add", "path": "members", "value": [{"value": "BEN"}]}`, 204, "qs:acme", "ana ben"},
		"add, no path":           {`{"op": "Add", "value": {"members": [{"value": "BEN"}]}}`, 204, "qs:acme", "ana ben"},
		"add again":              {`{"op": "add", "path": "members", "value": [{"value": "ANA"}]}`, 204, "qs:acme", "ana"},
		"add 100":                {`{"op": "add", "path": "members", "value": [100]}`, 204, "qs:acme", "ana ben"},
		"add 101":                {`{"op": "add", "path": "members", "value": [100]}, {"op": "add", "path": "members", "value": [{"value": "ANA"}]}`, 400, "qs:acme", "ana"},
		"remove":                 {`{"op": "remove", "path": "members", "value": [{"value": "ANA"}]}`, 204, "qs:acme", ""},
		"remove by filter":       {`{"op": "Remove", "path": "members[value eq \"ANA\"]"}`, 204, "qs:acme", ""},
		"remove who is not in":   {`{"op": "remove", "path": "members", "value": [{"value": "BEN"}]}`, 204, "qs:acme", "ana"},
		"swap":                   {`{"op": "remove", "path": "members", "value": [{"value": "ANA"}]}, {"op": "add", "path": "members", "value": [{"value": "BEN"}]}`, 204, "qs:acme", "ben"},
		"add and remove":         {`{"op": "add", "path": "members", "value": [{"value": "BEN"}]}, {"op": "remove", "path": "members", "value": [{"value": "BEN"}]}`, 204, "qs:acme", "ana"},
		"rename, as the guide":   {`{"op": "replace", "value": {"id": "x", "displayName": "qs:acme2"}}`, 204, "qs:acme2", "ana"},
		"rename, by path":        {`{"op": "replace", "path": "displayName", "value": "qs:acme2"}`, 204, "qs:acme2", "ana"},
		"remove all":             {`{"op": "remove", "path": "members"}`, 400, "qs:acme", "ana"},
		"replace all":            {`{"op": "replace", "path": "members", "value": [{"value": "BEN"}]}`, 400, "qs:acme", "ana"},
		"no path":                {`{"op": "remove", "value": [{"value": "ANA"}]}`, 400, "qs:acme", "ana"},
		"other attribute":        {`{"op": "add", "path": "description", "value": "x"}`, 400, "qs:acme", "ana"},
		"filter of another":      {`{"op": "remove", "path": "members[display eq \"ANA\"]"}`, 400, "qs:acme", "ana"},
		"unknown member":         {`{"op": "add", "path": "members", "value": [{"value": "BEN"}, {"value": "none"}]}`, 404, "qs:acme", "ana"},
		"taken name, and a join": {`{"op": "add", "path": "members", "value": [{"value": "BEN"}]}, {"op": "replace", "path": "displayName", "value": "QS:Globex"}`, 409, "qs:acme", "ana"},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t)
			id, ben := f.group("qs:acme"), f.user("ben")
			operations := strings.NewReplacer("ANA", f.user("ana"), "BEN", ben, "[100]", "["+many(ben, 100)+"]").Replace(c.operations)
			f.call(c.status, "PATCH /scim/v2/Groups/"+id, `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [`+operations+`]}`)
			if f.group(c.name) != id {
				t.Errorf("%s is another group", c.name)
			}
			want := strings.Fields(c.members)
			got := f.members(id)
			for _, name := range want {
				if !got[name] {
					t.Errorf("%s is no member", name)
				}
			}
			if len(got) != len(want) {
				t.Errorf("members %v, want %v", got, want)
			}
		})
	}
	f := open(t)
	f.call(404, "PATCH /scim/v2/Groups/none", `{"Operations": [{"op": "replace", "value": {"displayName": "x"}}]}`)
}
