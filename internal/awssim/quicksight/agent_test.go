package quicksight_test

import (
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Agents and spaces are listed, and have permissions, in the names that their models have.
func TestAgentsAndSpaces(t *testing.T) {
	for _, k := range []struct {
		kind                               world.AssetKind
		path, list, id, arn, name, granted string
	}{
		{world.KindAgent, account + "/agents", "AgentSummaries", "AgentId", "Arn", "Name", "Permissions"},
		{world.KindSpace, "/v1" + account + "/spaces", "SpaceSummaries", "spaceId", "spaceArn", "name", "permissions"},
	} {
		c := simtest.New(t, file(`"assets": [{"kind": "`+string(k.kind)+`", "id": "x-1", "name": "Help", "permissions": [{"principal": "user/acme/QuickSight/ana", "actions": "viewer"}]}],`, ""), awssim.Options{})
		arn, ana := arnPrefix+string(k.kind)+"/x-1", arnPrefix+"user/acme/QuickSight/ana"
		row := simtest.Get(c.OK(200, "GET "+k.path, ""), k.list, 0)
		if simtest.Get(row, k.id) != "x-1" || simtest.Get(row, k.arn) != arn || simtest.Get(row, k.name) != "Help" || len(row.(map[string]any)) != 5 {
			t.Errorf("List: %v", row)
		}
		m := c.OK(200, "GET "+k.path+"/x-1/permissions", "")
		if m[k.id] != "x-1" || m[k.arn] != arn || simtest.Get(m, "Permissions", 0, "Principal") != ana {
			t.Errorf("Describe: %v", m)
		}
		m = c.OK(200, "PUT "+k.path+"/x-1/permissions", `{"RevokePermissions": [`+grant(ana, k.kind.Viewer()...)+`], "GrantPermissions": [`+grant(arnPrefix+"group/acme/acme", k.kind.Owner()...)+`]}`)
		if m[k.id] != "x-1" || len(m[k.granted].([]any)) != 1 || simtest.Get(m, k.granted, 0, "Principal") != arnPrefix+"group/acme/acme" {
			t.Errorf("Update: %v", m)
		}
		c.Fails(404, missing, "GET "+k.path+"/nowhere/permissions", "")
		c.Fails(404, missing, "PUT "+k.path+"/nowhere/permissions", "{}")
		c.Region = "eu-west-1"
		if l := c.OK(200, "GET "+k.path, "")[k.list].([]any); len(l) != 0 {
			t.Errorf("in another Region: %v", l)
		}
	}
}
