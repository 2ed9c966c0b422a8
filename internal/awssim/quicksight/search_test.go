package quicksight_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// find gives the ids that a search finds.
func find(c *simtest.Client, what, name, operator, value string) []string {
	c.T.Helper()
	m := c.OK(200, "POST "+account+"/search/"+what, fmt.Sprintf(`{"Filters": [{"Name": %q, "Operator": %q, "Value": %q}]}`, name, operator, value))
	var ids []string
	for _, l := range m {
		rows, _ := l.([]any)
		for _, r := range rows {
			for _, id := range []string{"DashboardId", "AnalysisId", "DataSetId", "DataSourceId", "FolderId", "TopicId", "ActionConnectorId"} {
				if v := simtest.Get(r, id); v != nil {
					ids = append(ids, v.(string))
				}
			}
		}
	}
	return ids
}

// owned is a world in which ana has dashboards in every way that there is.
func owned(t *testing.T, behaviour string) *simtest.Client {
	t.Helper()
	return simtest.New(t, file(`"assets": [
		{"kind": "dashboard", "id": "direct", "name": "Sales by day", "permissions": [{"principal": "user/acme/QuickSight/ana", "actions": "viewer"}]},
		{"kind": "dashboard", "id": "folder"},
		{"kind": "dashboard", "id": "group", "permissions": [{"principal": "group/acme/acme", "actions": "owner"}]},
		{"kind": "dashboard", "id": "namespace", "permissions": [{"principal": "namespace/acme", "actions": "viewer"}]},
		{"kind": "dashboard", "id": "other", "region": "eu-west-1", "permissions": [{"principal": "user/acme/QuickSight/ana", "actions": "owner"}]},
		{"kind": "dashboard", "id": "sole", "permissions": [{"principal": "user/acme/QuickSight/ana", "actions": "owner"}, {"principal": "group/acme/acme", "actions": "viewer"}]},
		{"kind": "dashboard", "id": "two", "permissions": [{"principal": "user/acme/QuickSight/ana", "actions": "owner"}, {"principal": "group/acme/gone", "actions": "owner"}]},
		{"kind": "folder", "id": "in", "parent": "top", "members": ["dashboard/folder"]},
		{"kind": "folder", "id": "top", "name": "Top", "permissions": [{"principal": "user/acme/QuickSight/ana", "actions": "owner"}]}],`, behaviour), awssim.Options{})
}

func TestSearch(t *testing.T) {
	ana, group := arnPrefix+"user/acme/QuickSight/ana", arnPrefix+"group/acme/acme"
	c := owned(t, "")
	for _, s := range []struct {
		what, name, operator, value string
		want                        []string
	}{
		{"dashboards", "DIRECT_QUICKSIGHT_VIEWER_OR_OWNER", "StringEquals", ana, []string{"direct", "sole", "two"}},
		{"dashboards", "DIRECT_QUICKSIGHT_OWNER", "StringEquals", ana, []string{"sole", "two"}},
		{"dashboards", "DIRECT_QUICKSIGHT_SOLE_OWNER", "StringEquals", ana, []string{"sole"}},
		{"dashboards", "QUICKSIGHT_VIEWER_OR_OWNER", "StringEquals", ana, []string{"direct", "folder", "group", "sole", "two"}},
		{"dashboards", "QUICKSIGHT_USER", "StringEquals", ana, []string{"direct", "folder", "group", "sole", "two"}},
		{"dashboards", "QUICKSIGHT_OWNER", "StringEquals", ana, []string{"folder", "group", "sole", "two"}},
		{"dashboards", "DIRECT_QUICKSIGHT_SOLE_OWNER", "StringEquals", group, []string{"group"}},
		{"dashboards", "DIRECT_QUICKSIGHT_VIEWER_OR_OWNER", "StringEquals", group, []string{"group", "sole"}},
		{"dashboards", "DIRECT_QUICKSIGHT_VIEWER_OR_OWNER", "StringEquals", arnPrefix + "group/acme/gone", []string{"two"}},
		{"folders", "DIRECT_QUICKSIGHT_VIEWER_OR_OWNER", "StringEquals", ana, []string{"top"}},
		{"dashboards", "QUICKSIGHT_VIEWER_OR_OWNER", "StringEquals", group, []string{"group", "sole"}},
		{"dashboards", "DIRECT_QUICKSIGHT_OWNER", "StringEquals", arnPrefix + "user/acme/nobody", nil},
		{"dashboards", "DASHBOARD_NAME", "StringLike", "by", []string{"direct"}},
		{"folders", "FOLDER_NAME", "StringLike", "Top", []string{"top"}},
		{"folders", "PARENT_FOLDER_ARN", "StringEquals", arnPrefix + "folder/top", []string{"in"}},
		{"folders", "PARENT_FOLDER_ARN", "StringEquals", "", []string{"top"}},
		{"folders", "QUICKSIGHT_OWNER", "StringEquals", ana, []string{"in", "top"}},
	} {
		if got := find(c, s.what, s.name, s.operator, s.value); !slices.Equal(got, s.want) {
			t.Errorf("%s %s %s: %q, want %q", s.what, s.name, s.value, got, s.want)
		}
	}
	c.OK(200, "POST "+account+"/search/folders", `{"Filters": []}`)
	both := fmt.Sprintf(`{"Filters": [{"Name": "FOLDER_NAME", "Operator": "StringLike", "Value": "in"}, {"Name": "QUICKSIGHT_OWNER", "Operator": "StringEquals", "Value": %q}]}`, ana)
	if l := c.OK(200, "POST "+account+"/search/folders", both)["FolderSummaryList"].([]any); len(l) != 1 {
		t.Errorf("two filters: %v", l)
	}
}

// Which filters there are depends on the kind.
func TestSearchFilters(t *testing.T) {
	c := open(t)
	direct := []string{"DIRECT_QUICKSIGHT_VIEWER_OR_OWNER", "DIRECT_QUICKSIGHT_OWNER", "DIRECT_QUICKSIGHT_SOLE_OWNER"}
	implicit := append([]string{"QUICKSIGHT_VIEWER_OR_OWNER", "QUICKSIGHT_OWNER"}, direct...)
	every := append([]string{"QUICKSIGHT_USER"}, implicit...)
	for what, has := range map[string][]string{
		"dashboards": append([]string{"DASHBOARD_NAME"}, every...), "analyses": append([]string{"ANALYSIS_NAME"}, every...),
		"topics": append([]string{"TOPIC_NAME"}, every...), "data-sets": append([]string{"DATASET_NAME"}, implicit...),
		"data-sources": append([]string{"DATASOURCE_NAME"}, direct...), "folders": append([]string{"FOLDER_NAME", "PARENT_FOLDER_ARN"}, implicit...),
		"action-connectors": append([]string{"ACTION_CONNECTOR_NAME"}, implicit...),
	} {
		for _, name := range append([]string{"DASHBOARD_NAME", "PARENT_FOLDER_ARN", "FOLDER_NAME", "OTHER"}, every...) {
			operator, wrong := "StringEquals", "StringLike"
			if strings.HasSuffix(name, "_NAME") {
				operator, wrong = wrong, operator
			}
			line, body := "POST "+account+"/search/"+what, `{"Filters": [{"Name": "`+name+`", "Operator": "%s", "Value": "v"}]}`
			if !slices.Contains(has, name) {
				c.Fails(400, badParameter, line, fmt.Sprintf(body, operator))
				continue
			}
			c.OK(200, line, fmt.Sprintf(body, operator))
			c.Fails(400, badParameter, line, fmt.Sprintf(body, wrong))
		}
	}
	one := `{"Name": "DASHBOARD_NAME", "Operator": "StringLike", "Value": "v"}`
	for _, body := range []string{`{}`, `{"Filters": []}`, `{"Filters": [` + one + "," + one + `]}`, `{"Filters": [` + one + `], "MaxResults": 101}`} {
		c.Fails(400, badParameter, "POST "+account+"/search/dashboards", body)
	}
	c.Fails(404, "UnknownOperationException", "POST "+account+"/search/themes", `{"Filters": []}`)
}

func TestSearchPages(t *testing.T) {
	c := owned(t, "")
	body := `{"MaxResults": 1, "NextToken": %q, "Filters": [{"Name": "DASHBOARD_NAME", "Operator": "StringLike", "Value": "%s"}]}`
	m := c.OK(200, "POST "+account+"/search/dashboards", fmt.Sprintf(body, "", "o"))
	token, _ := m["NextToken"].(string)
	c.Fails(400, "InvalidNextTokenException", "POST "+account+"/search/dashboards", fmt.Sprintf(body, token, "l"))
	var got []string
	for more := true; more; {
		got = append(got, simtest.Get(m, "DashboardSummaryList", 0, "DashboardId").(string))
		if token, more = m["NextToken"].(string); more {
			m = c.OK(200, "POST "+account+"/search/dashboards", fmt.Sprintf(body, token, "o"))
		}
	}
	if !slices.Equal(got, []string{"folder", "group", "sole", "two"}) {
		t.Errorf("pages: %q", got)
	}
}

// A search shows what was, and a description what is.
func TestSearchLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := owned(t, `, "search_lag": "30s"`)
		ana := arnPrefix + "user/acme/QuickSight/ana"
		sole := func() []string { return find(c, "dashboards", "DIRECT_QUICKSIGHT_SOLE_OWNER", "StringEquals", ana) }
		c.OK(200, "PUT "+account+"/dashboards/direct/permissions", `{"GrantPermissions": [`+grant(ana, world.KindDashboard.Owner()...)+`]}`)
		c.OK(200, "DELETE "+account+"/dashboards/sole", "")
		c.Fails(404, missing, "GET "+account+"/dashboards/sole", "")
		time.Sleep(30*time.Second - 1)
		if got := sole(); !slices.Equal(got, []string{"sole"}) {
			t.Errorf("before 30 s: %q", got)
		}
		time.Sleep(time.Nanosecond)
		if got := sole(); !slices.Equal(got, []string{"direct"}) {
			t.Errorf("after 30 s: %q", got)
		}
		// What a group has, likewise.
		group := arnPrefix + "group/acme/acme"
		has := func() []string {
			return find(c, "dashboards", "DIRECT_QUICKSIGHT_VIEWER_OR_OWNER", "StringEquals", group)
		}
		c.OK(200, "PUT "+account+"/dashboards/direct/permissions", `{"GrantPermissions": [`+grant(group, world.KindDashboard.Viewer()...)+`]}`)
		c.OK(200, "PUT "+account+"/dashboards/group/permissions", `{"RevokePermissions": [`+grant(group, world.KindDashboard.Owner()...)+`]}`)
		time.Sleep(30*time.Second - 1)
		if got := has(); !slices.Equal(got, []string{"group"}) {
			t.Errorf("of the group, before 30 s: %q", got)
		}
		time.Sleep(time.Nanosecond)
		if got := has(); !slices.Equal(got, []string{"direct"}) {
			t.Errorf("of the group, after 30 s: %q", got)
		}
		c.OK(200, "PUT "+account+"/dashboards/group/permissions", `{"GrantPermissions": [`+grant(group, world.KindDashboard.Owner()...)+`]}`)
		time.Sleep(30 * time.Second)
		// The groups of then count, too.
		c.OK(200, "DELETE "+acme+"/groups/acme", "")
		if got := find(c, "dashboards", "QUICKSIGHT_OWNER", "StringEquals", ana); !slices.Contains(got, "group") {
			t.Errorf("without a group of the past: %q", got)
		}
	})
}

// Whatever is granted, revoked and deleted, a search for sole owners finds what
// the permissions say.
func TestSoleOwnersWhateverHappens(t *testing.T) {
	for seed := range uint64(10) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		c := behaving(t, `"grants_add": `+fmt.Sprint(seed%2 == 0))
		users := []string{"u0", "u1", "u2"}
		for _, u := range users {
			c.OK(201, "POST "+globex+"/users", registration(u, ""))
		}
		pick := func(list []string) string { return list[rnd.IntN(len(list))] }
		ids := []string{"d0", "d1", "d2", "d3"}
		arn := func(u string) string { return arnPrefix + "user/globex/QuickSight/" + u }
		for range 60 {
			d, u := account+"/dashboards/"+pick(ids), pick(users)
			set := world.KindDashboard.Owner()
			if rnd.IntN(3) == 0 {
				set = world.KindDashboard.Viewer()
			}
			switch rnd.IntN(8) {
			case 0:
				c.Do("DELETE "+d, "")
			case 1, 2:
				c.Do("POST "+d, `{"Name": "d", "Permissions": [`+grant(arn(u), set...)+`]}`)
			case 3:
				comesOrGoes(c, u)
			case 4:
				c.Do("PUT "+d+"/permissions", `{"RevokePermissions": [`+grant(arn(u), set...)+`]}`)
			default:
				c.Do("PUT "+d+"/permissions", `{"GrantPermissions": [`+grant(arn(u), set...)+`]}`)
			}
			for _, u := range users {
				if got, want := find(c, "dashboards", "DIRECT_QUICKSIGHT_SOLE_OWNER", "StringEquals", arn(u)), soles(c, ids, arn(u)); !slices.Equal(got, want) {
					t.Fatalf("seed %d: %s owns alone %q, and is found with %q", seed, u, want, got)
				}
			}
		}
	}
}

// soles gives which of the dashboards principal owns alone, as their permissions
// are described.
func soles(c *simtest.Client, ids []string, principal string) []string {
	c.T.Helper()
	var all []string
	for _, id := range ids {
		a := c.Do("GET "+account+"/dashboards/"+id+"/permissions", "")
		list, _ := a.Body["Permissions"].([]any)
		var owners []string
		for _, p := range list {
			if actions, _ := simtest.Get(p, "Actions").([]any); slices.Contains(actions, any("quicksight:UpdateDashboardPermissions")) {
				owners = append(owners, simtest.Get(p, "Principal").(string))
			}
		}
		if len(owners) == 1 && owners[0] == principal {
			all = append(all, id)
		}
	}
	return all
}
