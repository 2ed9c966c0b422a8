package quicksight_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/simtest"
)

func TestGroups(t *testing.T) {
	c := behaving(t, `"group_limit": 2`)
	group := globex + "/groups/" + escaped("a b/ü")
	m := c.OK(201, "POST "+globex+"/groups", `{"GroupName": "a b/ü", "Description": "mark"}`)
	if simtest.Get(m, "Group", "Arn") != "arn:aws:quicksight:us-east-1:111122223333:group/globex/a b/ü" {
		t.Errorf("CreateGroup: %v", m)
	}
	c.Fails(409, there, "POST "+globex+"/groups", `{"GroupName": "a b/ü"}`)
	c.OK(200, "PUT "+group, `{"Description": "other"}`)
	if m := c.OK(200, "GET "+group, ""); simtest.Get(m, "Group", "Description") != "other" {
		t.Errorf("DescribeGroup: %v", m)
	}
	c.Fails(400, badParameter, "PUT "+group, `{"Description": "`+strings.Repeat("d", 513)+`"}`)
	c.Fails(400, badParameter, "POST "+globex+"/groups", `{"GroupName": "日本"}`)
	c.Fails(400, badParameter, "POST "+globex+"/groups", `{"GroupName": "tab\t"}`)
	c.OK(201, "POST "+globex+"/groups", `{"GroupName": "b"}`)
	c.Fails(409, tooMany, "POST "+globex+"/groups", `{"GroupName": "c"}`)

	search := func(prefix string) string {
		return `{"Filters": [{"Operator": "StartsWith", "Name": "GROUP_NAME", "Value": "` + prefix + `"}]}`
	}
	for prefix, want := range map[string]int{"a": 1, "": 2, "b": 1, "bb": 0, "a b/ü": 1} {
		if l := c.OK(200, "POST "+globex+"/groups-search", search(prefix))["GroupList"].([]any); len(l) != want {
			t.Errorf("groups that begin with %q: %v", prefix, l)
		}
	}
	c.Fails(400, badParameter, "POST "+globex+"/groups-search", `{"Filters": []}`)
	c.Fails(400, badParameter, "POST "+globex+"/groups-search", `{}`)
	c.OK(200, "DELETE "+group, "")
	c.Fails(404, missing, "DELETE "+group, "")
}

func TestMemberships(t *testing.T) {
	c := open(t)
	c.OK(201, "POST "+acme+"/users", registration("bob", ""))
	members := acme + "/groups/acme/members"
	bob := "/" + escaped("QuickSight/bob")
	c.Fails(404, missing, "GET "+members+bob, "")
	for range 2 { // a PUT: the second time is as the first
		m := c.OK(200, "PUT "+members+bob, "")
		if simtest.Get(m, "GroupMember", "Arn") != "arn:aws:quicksight:us-east-1:111122223333:user/acme/QuickSight/bob" {
			t.Errorf("CreateGroupMembership: %v", m)
		}
	}
	c.OK(200, "GET "+members+bob, "")
	if l := c.OK(200, "GET "+members, "")["GroupMemberList"].([]any); len(l) != 2 {
		t.Errorf("ListGroupMemberships: %v", l)
	}
	if m := c.OK(200, "GET "+acme+"/users"+bob+"/groups", ""); simtest.Get(m, "GroupList", 0, "GroupName") != "acme" {
		t.Errorf("ListUserGroups: %v", m)
	}
	c.Fails(404, missing, "PUT "+members+"/nobody", "")
	c.Fails(404, missing, "PUT "+acme+"/groups/nobody/members"+bob, "")
	c.OK(200, "DELETE "+members+bob, "")
	c.Fails(404, missing, "DELETE "+members+bob, "")

	// A user who is deleted leaves its groups, and comes back without them.
	ana := "/" + escaped("QuickSight/ana")
	c.OK(200, "DELETE "+acme+"/users"+ana, "")
	c.OK(201, "POST "+acme+"/users", registration("ana", ""))
	c.Fails(404, missing, "GET "+members+ana, "")
}

func TestMembershipDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := behaving(t, `"membership_delay": "10s"`)
		c.OK(201, "POST "+acme+"/users", registration("bob", ""))
		join := "PUT " + acme + "/groups/acme/members/" + escaped("QuickSight/bob")
		time.Sleep(10*time.Second - 1)
		c.Fails(404, missing, join, "")
		time.Sleep(time.Nanosecond)
		c.OK(200, join, "")
	})
}
