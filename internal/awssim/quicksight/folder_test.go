package quicksight_test

import (
	"fmt"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

func TestFolders(t *testing.T) {
	c := open(t)
	folders := account + "/folders"
	c.OK(200, "POST "+folders+"/top", `{"Name": "Top", "FolderType": "RESTRICTED", "SharingModel": "NAMESPACE"}`)
	c.OK(200, "POST "+folders+"/mid", `{"Name": "Mid", "ParentFolderArn": "`+arnPrefix+`folder/top"}`)
	c.OK(200, "POST "+folders+"/low", `{"ParentFolderArn": "`+arnPrefix+`folder/mid"}`)
	m := c.OK(200, "GET "+folders+"/low", "")
	if got := fmt.Sprint(simtest.Get(m, "Folder", "FolderPath")); got != "["+arnPrefix+"folder/top "+arnPrefix+"folder/mid]" {
		t.Errorf("FolderPath: %s", got)
	}
	if simtest.Get(m, "Folder", "FolderType") != "SHARED" || simtest.Get(m, "Folder", "SharingModel") != "ACCOUNT" || simtest.Get(m, "Folder", "Name") != "low" {
		t.Errorf("defaults: %v", m)
	}
	m = c.OK(200, "GET "+folders+"/top", "")
	if simtest.Get(m, "Folder", "FolderType") != "RESTRICTED" || simtest.Get(m, "Folder", "SharingModel") != "NAMESPACE" {
		t.Errorf("not the defaults: %v", m)
	}

	c.OK(202, "POST "+account+"/dashboards/d", `{"Name": "d", "FolderArns": ["`+arnPrefix+`folder/low"]}`)
	c.OK(202, "POST "+account+"/analyses/d", `{"Name": "d"}`)
	member := folders + "/low/members/ANALYSIS/d"
	m = c.OK(200, "PUT "+member, "")
	if simtest.Get(m, "FolderMember", "MemberId") != "d" || simtest.Get(m, "FolderMember", "MemberType") != "ANALYSIS" || m["Status"] != 200.0 {
		t.Errorf("CreateFolderMembership: %v", m)
	}
	c.Fails(409, there, "PUT "+member, "")
	c.Fails(404, missing, "PUT "+folders+"/low/members/TOPIC/d", "")
	c.Fails(400, badParameter, "PUT "+folders+"/low/members/THEME/d", "")
	c.Fails(404, missing, "PUT "+folders+"/none/members/ANALYSIS/d", "")
	m = c.OK(200, "GET "+folders+"/low/members", "")
	if simtest.Get(m, "FolderMemberList", 0, "MemberArn") != arnPrefix+"analysis/d" || simtest.Get(m, "FolderMemberList", 1, "MemberArn") != arnPrefix+"dashboard/d" {
		t.Errorf("ListFolderMembers: %v", m)
	}
	of := "GET " + account + "/resource/" + escaped(arnPrefix+"dashboard/d") + "/folders"
	if got := fmt.Sprint(c.OK(200, of, "")["Folders"]); got != "["+arnPrefix+"folder/low]" {
		t.Errorf("ListFoldersForResource: %s", got)
	}
	c.Fails(404, missing, "GET "+account+"/resource/"+escaped(arnPrefix+"dashboard/none")+"/folders", "")

	c.Fails(400, notYet, "DELETE "+folders+"/low", "")
	c.Fails(400, notYet, "DELETE "+folders+"/mid", "")
	c.OK(200, "DELETE "+member, "")
	c.Fails(404, missing, "DELETE "+member, "")
	c.OK(200, "DELETE "+account+"/dashboards/d", "") // takes it out
	c.OK(200, "DELETE "+folders+"/low", "")
	c.OK(200, "DELETE "+folders+"/mid", "")
}

func TestFolderPermissions(t *testing.T) {
	c := simtest.New(t, file(`"assets": [
		{"kind": "folder", "id": "top", "permissions": [
			{"principal": "group/acme/acme", "actions": ["quicksight:DescribeFolder"]}, {"principal": "user/globex/x", "actions": "owner"}]},
		{"kind": "folder", "id": "low", "parent": "top", "permissions": [
			{"principal": "group/acme/acme", "actions": ["quicksight:UpdateFolder"]}, {"principal": "user/acme/QuickSight/ana", "actions": "viewer"}]}],`, `, "whole_permission_sets": false`), awssim.Options{})
	show := func(path string) string {
		m := c.OK(200, "GET "+account+"/folders/"+path, "")
		if m["Arn"] == nil || m["FolderId"] == nil {
			t.Errorf("%s: %v", path, m)
		}
		out := ""
		for _, p := range m["Permissions"].([]any) {
			out += fmt.Sprintf("%s %d, ", simtest.Get(p, "Principal").(string)[len(arnPrefix):], len(simtest.Get(p, "Actions").([]any)))
		}
		return out
	}
	all := len(world.KindFolder.Owner())
	for path, want := range map[string]string{
		"low/permissions":                                                   "group/acme/acme 1, user/acme/QuickSight/ana 1, ",
		"low/resolved-permissions":                                          fmt.Sprintf("group/acme/acme 2, user/acme/QuickSight/ana 1, user/globex/x %d, ", all),
		"low/resolved-permissions?namespace=globex":                         fmt.Sprintf("user/globex/x %d, ", all),
		"top/permissions?namespace=acme":                                    "group/acme/acme 1, ",
		"top/resolved-permissions":                                          fmt.Sprintf("group/acme/acme 1, user/globex/x %d, ", all),
		"low/resolved-permissions?max-results=1&next-token=" + second(t, c): "user/acme/QuickSight/ana 1, ",
	} {
		if got := show(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	m := c.OK(200, "PUT "+account+"/folders/low/permissions", `{"RevokePermissions": [`+grant(arnPrefix+"group/acme/acme", "quicksight:UpdateFolder")+`]}`)
	if m["Status"] != 200.0 || len(m["Permissions"].([]any)) != 1 {
		t.Errorf("UpdateFolderPermissions: %v", m)
	}
}

// second is the token of the second page of one.
func second(t *testing.T, c *simtest.Client) string {
	t.Helper()
	token, _ := c.OK(200, "GET "+account+"/folders/low/resolved-permissions?max-results=1", "")["NextToken"].(string)
	return token
}
