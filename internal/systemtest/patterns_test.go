package systemtest

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/intake/pattern"
)

// scim calls the SCIM endpoint, and answers the id in its answer.
func (r *inboxRig) scim(method, path, body string) string {
	r.Helper()
	req, err := http.NewRequestWithContext(r.Context(), method, "https://scim.us-east-1.amazonaws.com/scim/v2/"+path, strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer simulated-scim-token")
	req.Header.Set("Content-Type", "application/scim+json")
	resp, err := r.sim.Client().Do(req)
	if err != nil {
		r.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		r.Fatalf("%s %s: %s", method, path, resp.Status)
	}
	var answer struct{ ID string }
	_ = json.NewDecoder(resp.Body).Decode(&answer) // some answers are empty
	return answer.ID
}

// deployed are the event patterns in deploy/events.
func deployed(t *testing.T) (all []map[string]any) {
	t.Helper()
	files, err := filepath.Glob("../../deploy/events/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no patterns: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var p map[string]any
		if err := json.Unmarshal(text, &p); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, p)
	}
	return all
}

// TestPatternsLetThroughWhatIsTold: of all that the simulated AWS tells, in each of the ways in which people and
// groups change, the deployed patterns let through just what gives hints.
func TestPatternsLetThroughWhatIsTold(t *testing.T) {
	t.Parallel()
	patterns := deployed(t)
	synctest.Test(t, func(t *testing.T) {
		r := newInboxRig(t)
		const pair = `{"groupId": "34887428-4081-7042-c3c6-928d413009e7", "memberId": "94e80458-9021-70ea-08fa-c3a10a1d8a92"}`
		r.console("AddMemberToGroup", pair)
		r.console("RemoveMemberFromGroup", pair)
		r.console("DisableUser", `{"userId": "94e80458-9021-70ea-08fa-c3a10a1d8a92"}`)
		r.console("EnableUser", `{"userId": "94e80458-9021-70ea-08fa-c3a10a1d8a92"}`)
		r.console("CreateGroup", `{"displayName": "qs:globex"}`)
		r.console("UpdateGroupDisplayName", `{"groupId": "34887428-4081-7042-c3c6-928d413009e7", "displayName": "qs:other"}`)
		const both = `"GroupId": "34887428-4081-7042-c3c6-928d413009e7", "MemberId": {"UserId": "94e80458-9021-70ea-08fa-c3a10a1d8a92"}`
		r.api("CreateGroupMembership", both)
		r.api("CreateGroupMembership", both) // fails
		r.api("CreateGroup", `"DisplayName": "qs:initech"`)
		user := r.scim("POST", "Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bo","displayName":"B","name":{"familyName":"O","givenName":"B"},"emails":[{"value":"bo@x.example","primary":true}],"active":true}`)
		group := r.scim("POST", "Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"qs:umbra"}`)
		r.scim("PATCH", "Groups/"+group, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","path":"members","value":[{"value":"`+user+`"}]}]}`)
		r.scim("DELETE", "Users/"+user, "")
		r.api("DeleteUser", `"UserId": "94e80458-9021-70ea-08fa-c3a10a1d8a92"`)
		r.api("DeleteGroup", `"GroupId": "34887428-4081-7042-c3c6-928d413009e7"`)
		if err := r.sim.World().ProvisionJIT("QuickSight", "alice", "alice@acme.example", "READER"); err != nil {
			t.Fatal(err)
		}
		told := 0
		for messages := r.receive(0); len(messages) > 0; messages = r.receive(0) {
			for _, m := range messages {
				told++
				var event map[string]any
				if err := json.Unmarshal(m.Body, &event); err != nil {
					t.Fatal(err)
				}
				through := false
				for _, p := range patterns {
					ok, err := pattern.Matches(p, event)
					if err != nil {
						t.Fatal(err)
					}
					through = through || ok
				}
				if hints := len(r.reader.Read(m.Body).Hints) > 0; hints != through {
					t.Errorf("gives hints: %v, let through: %v\n%s", hints, through, m.Body)
				}
			}
		}
		if told != 16 {
			t.Errorf("%d events, want 16", told)
		}
	})
}
