package quicksight_test

import (
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/simtest"
)

const (
	assignments  = acme + "/iam-policy-assignments"
	unassignment = account + "/namespace/acme/iam-policy-assignments"
)

func TestAssignmentLife(t *testing.T) {
	c := open(t)
	m := c.OK(200, "POST "+assignments+"/", `{"AssignmentName": "scoped", "AssignmentStatus": "ENABLED", "PolicyArn": "arn:p", "Identities": {"User": ["b", "a"], "Group": ["acme"]}}`)
	id, _ := m["AssignmentId"].(string)
	if id == "" || shown(t, m, "Identities") != `{"group":["acme"],"user":["a","b"]}` || m["PolicyArn"] != "arn:p" || m["AssignmentStatus"] != "ENABLED" {
		t.Errorf("Create: %v", m)
	}
	c.Fails(409, there, "POST "+assignments, `{"AssignmentName": "scoped", "AssignmentStatus": "ENABLED"}`)
	c.Fails(409, there, "POST "+globex+"/iam-policy-assignments", `{"AssignmentName": "scoped", "AssignmentStatus": "ENABLED"}`) // unique in the account
	m = c.OK(200, "GET "+assignments+"/scoped", "")
	if simtest.Get(m, "IAMPolicyAssignment", "AssignmentId") != id || simtest.Get(m, "IAMPolicyAssignment", "AwsAccountId") != simtest.Account {
		t.Errorf("Describe: %v", m)
	}
	// What is not said stays; identities replace those that were there.
	m = c.OK(200, "PUT "+assignments+"/scoped", `{"AssignmentStatus": "DISABLED"}`)
	if m["AssignmentStatus"] != "DISABLED" || m["PolicyArn"] != "arn:p" || shown(t, m, "Identities") != `{"group":["acme"],"user":["a","b"]}` {
		t.Errorf("Update: %v", m)
	}
	m = c.OK(200, "PUT "+assignments+"/scoped", `{"PolicyArn": "arn:q", "Identities": {"group": ["other"]}}`)
	if m["AssignmentStatus"] != "DISABLED" || m["PolicyArn"] != "arn:q" || shown(t, m, "Identities") != `{"group":["other"]}` {
		t.Errorf("Update: %v", m)
	}
	if m := c.OK(200, "DELETE "+unassignment+"/scoped", ""); m["AssignmentName"] != "scoped" {
		t.Errorf("Delete: %v", m)
	}
	for _, line := range []string{"GET " + assignments, "PUT " + assignments, "DELETE " + unassignment} {
		a := c.Do(line+"/scoped", "{}")
		if a.Status != 404 || a.ErrorType != missing || a.Body["ResourceType"] != "IAMPOLICY_ASSIGNMENT" {
			t.Errorf("%s: %d %s %v", line, a.Status, a.ErrorType, a.Body)
		}
	}
}

func TestAssignmentsRefuse(t *testing.T) {
	c := open(t)
	for _, body := range []string{
		`{"AssignmentStatus": "ENABLED"}`, `{"AssignmentName": "x1"}`, `{"AssignmentName": "x1", "AssignmentStatus": "ON"}`, `{"AssignmentName": "x y", "AssignmentStatus": "ENABLED"}`,
		`{"AssignmentName": "x", "AssignmentStatus": "ENABLED"}`, `{"AssignmentName": "x1", "AssignmentStatus": "ENABLED", "Identities": {"Robot": ["r"]}}`,
		`{"AssignmentName": "x1", "AssignmentStatus": "ENABLED", "Identities": {"User": [""]}}`,
	} {
		c.Fails(400, badParameter, "POST "+assignments, body)
	}
	c.Fails(404, missing, "POST "+account+"/namespaces/nowhere/iam-policy-assignments", `{"AssignmentName": "x1", "AssignmentStatus": "ENABLED"}`)
	c.Fails(400, badParameter, "GET "+acme+"/v2/iam-policy-assignments?assignment-status=ON", "")
	c.Fails(404, missing, "GET "+account+"/namespaces/nowhere/v2/iam-policy-assignments", "")
	c.Fails(404, missing, "GET "+acme+"/users/nobody/iam-policy-assignments", "")
	c.Fails(400, badParameter, "GET "+acme+"/users/"+escaped("QuickSight/ana")+"/iam-policy-assignments?next-token=x", "")
	c.Fails(400, "InvalidNextTokenException", "GET "+acme+"/v2/iam-policy-assignments?next-token=x", "")
}

// Lists show names and statuses; those for a user what is enabled for the user, or for one of the user's groups.
func TestListAssignments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := behaving(t, `"stale_reads": {"quicksight": "30s"}`)
		for name, more := range map[string]string{
			"a-group": `"ENABLED", "PolicyArn": "arn:g", "Identities": {"Group": ["acme"]}`, "b-user": `"ENABLED", "Identities": {"User": ["QuickSight/ana"]}`,
			"c-draft": `"DRAFT", "Identities": {"User": ["QuickSight/ana"]}`, "d-other": `"ENABLED", "Identities": {"User": ["bob"], "Group": ["none"]}`,
		} {
			c.OK(200, "POST "+assignments, `{"AssignmentName": "`+name+`", "AssignmentStatus": `+more+"}")
		}
		list := func(query string) (names, token string) {
			m := c.OK(200, "GET "+acme+"/v2/iam-policy-assignments?"+query, "")
			for _, a := range m["IAMPolicyAssignments"].([]any) {
				names += simtest.Get(a, "AssignmentName").(string) + " " + simtest.Get(a, "AssignmentStatus").(string) + " "
			}
			token, _ = m["NextToken"].(string)
			return names, token
		}
		if names, _ := list(""); names != "" {
			t.Errorf("at once: %s", names)
		}
		time.Sleep(31 * time.Second)
		names, token := list("max-results=3")
		rest, end := list("next-token=" + url.QueryEscape(token))
		if names != "a-group ENABLED b-user ENABLED c-draft DRAFT " || rest != "d-other ENABLED " || end != "" {
			t.Errorf("pages %q and %q", names, rest)
		}
		if names, _ := list("assignment-status=DRAFT"); names != "c-draft DRAFT " {
			t.Errorf("drafts: %s", names)
		}
		got := shown(t, c.OK(200, "GET "+acme+"/users/"+escaped("QuickSight/ana")+"/iam-policy-assignments", ""), "ActiveAssignments")
		if got != `[{"AssignmentName":"a-group","PolicyArn":"arn:g"},{"AssignmentName":"b-user"}]` {
			t.Errorf("of ana: %s", got)
		}
	})
}
