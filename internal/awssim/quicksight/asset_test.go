package quicksight_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const arnPrefix = "arn:aws:quicksight:us-east-1:111122223333:"

// kinds are the kinds of assets that can be created, and as little of a body as
// will do.
var kinds = []struct {
	kind             world.AssetKind
	path, id, create string // create: METHOD path-after-account, body
	body             string
	status           int
	list, whole      string
	update           string
}{
	{world.KindDashboard, "/dashboards", "DashboardId", "/dashboards/x-1", `"Name": "Sales"`, 202, "DashboardSummaryList", "Dashboard", "PUT"},
	{world.KindAnalysis, "/analyses", "AnalysisId", "/analyses/x-1", `"Name": "Sales"`, 202, "AnalysisSummaryList", "Analysis", "PUT"},
	{world.KindDataSet, "/data-sets", "DataSetId", "/data-sets", `"DataSetId": "x-1", "Name": "Sales", "ImportMode": "SPICE", "PhysicalTableMap": {}`, 201, "DataSetSummaries", "DataSet", "POST"},
	{world.KindDataSource, "/data-sources", "DataSourceId", "/data-sources", `"DataSourceId": "x-1", "Name": "Sales", "Type": "ATHENA"`, 202, "DataSources", "DataSource", "POST"},
	{world.KindFolder, "/folders", "FolderId", "/folders/x-1", `"Name": "Sales"`, 200, "FolderSummaryList", "Folder", "PUT"},
	{world.KindTopic, "/topics", "TopicId", "/topics", `"TopicId": "x-1", "Topic": {"Name": "Sales"}`, 201, "TopicsSummaries", "Topic", "PUT"},
	{world.KindActionConnector, "/action-connectors", "ActionConnectorId", "/action-connectors", `"ActionConnectorId": "x-1", "Name": "Sales", "Type": "SLACK", "AuthenticationConfig": {}`, 200, "ActionConnectorSummaries", "ActionConnector", "POST"},
	{world.KindTheme, "/themes", "ThemeId", "/themes/x-1", `"Name": "Sales", "BaseThemeId": "CLASSIC", "Configuration": {}`, 202, "ThemeSummaryList", "Theme", "PUT"},
	{world.KindTemplate, "/templates", "TemplateId", "/templates/x-1", `"Name": "Sales"`, 202, "TemplateSummaryList", "Template", "PUT"},
}

// grant is one permission as JSON.
func grant(principal string, actions ...string) string {
	return fmt.Sprintf(`{"Principal": %q, "Actions": ["%s"]}`, principal, strings.Join(actions, `", "`))
}

func TestAssetsOfEveryKind(t *testing.T) {
	for _, k := range kinds {
		t.Run(string(k.kind), func(t *testing.T) {
			c := open(t)
			c.T = t
			c.Region = "eu-west-1" // identities live elsewhere
			arn := "arn:aws:quicksight:eu-west-1:111122223333:" + string(k.kind) + "/x-1"
			one := account + k.path + "/x-1"
			c.Fails(404, missing, "GET "+one, "")
			body := "{" + k.body + `, "Tags": [{"Key": "a", "Value": "1"}]}`
			m := c.OK(k.status, "POST "+account+k.create, body)
			if m["Arn"] != arn || m[k.id] != "x-1" {
				t.Errorf("Create: %v", m)
			}
			c.Fails(409, there, "POST "+account+k.create, body)
			m = c.OK(200, "GET "+one, "")
			if name := simtest.Get(m, k.whole, "Name"); name != "Sales" {
				t.Errorf("Describe: %v", m)
			}
			m = c.OK(200, "GET "+account+k.path, "")
			if simtest.Get(m, k.list, 0, k.id) != "x-1" || simtest.Get(m, k.list, 0, "Arn") != arn {
				t.Errorf("List: %v", m)
			}
			if got := fmt.Sprint(c.OK(200, "GET /resources/"+escaped(arn)+"/tags", "")["Tags"]); got != "[map[Key:a Value:1]]" {
				t.Errorf("tags: %s", got)
			}

			ana := arnPrefix + "user/acme/QuickSight/ana"
			c.OK(200, k.update+" "+one+"/permissions", `{"GrantPermissions": [`+grant(ana, k.kind.Owner()...)+`]}`)
			m = c.OK(200, "GET "+one+"/permissions", "")
			if simtest.Get(m, "Permissions", 0, "Principal") != ana || len(simtest.Get(m, "Permissions", 0, "Actions").([]any)) != len(k.kind.Owner()) || m[k.id] != "x-1" {
				t.Errorf("permissions: %v", m)
			}

			c.Region = "us-east-1" // each Region has its own
			c.Fails(404, missing, "GET "+one, "")
			c.Fails(404, missing, "GET /resources/"+escaped(arn)+"/tags", "")
			if l := c.OK(200, "GET "+account+k.path, "")[k.list].([]any); len(l) != 0 {
				t.Errorf("in another Region: %v", l)
			}
			c.Region = "eu-west-1"
			c.OK(200, "DELETE "+one+"?force-delete-without-recovery=true", "")
			c.Fails(404, missing, "DELETE "+one, "")
		})
	}
}

func TestCreateAssetRefuses(t *testing.T) {
	c := open(t)
	for line, body := range map[string]string{
		"POST /dashboards/a.b":    `{"Name": "x"}`,
		"POST /dashboards/x":      `{}`,
		"POST /analyses/x":        `{"Name": ""}`,
		"POST /data-sets":         `{"DataSetId": "x", "Name": "x", "ImportMode": "SPICE"}`,
		"POST /data-sets?a":       `{"DataSetId": "x", "Name": "x", "ImportMode": "OTHER", "PhysicalTableMap": {}}`,
		"POST /data-sources":      `{"DataSourceId": "x", "Name": "x"}`,
		"POST /data-sources?a":    `{"Name": "x", "Type": "ATHENA"}`,
		"POST /folders/x":         `{"Name": "x", "FolderType": "OPEN"}`,
		"POST /folders/y":         `{"Name": "x", "SharingModel": "ALL"}`,
		"POST /topics":            `{"TopicId": "x"}`,
		"POST /topics?a":          `{"TopicId": "x y", "Topic": {}}`,
		"POST /action-connectors": `{"ActionConnectorId": "x", "Name": "x", "Type": "SLACK"}`,
		"POST /themes/x":          `{"Name": "x", "Configuration": {}}`,
		"POST /templates/x":       `{"Permissions": []}`,
		"POST /templates/y":       `{"FolderArns": ["a", "b"]}`,
	} {
		method, path, _ := strings.Cut(line, " ")
		c.Fails(400, badParameter, method+" "+account+path, body)
	}
	c.Fails(404, missing, "POST "+account+"/dashboards/x", `{"Name": "x", "FolderArns": ["`+arnPrefix+`folder/nowhere"]}`)
	c.Fails(404, missing, "POST "+account+"/folders/x", `{"Name": "x", "ParentFolderArn": "`+arnPrefix+`folder/nowhere"}`)
	for _, a := range []string{"/dashboards", "/folders", "/topics"} {
		for _, l := range c.OK(200, "GET "+account+a, "") {
			if l, ok := l.([]any); ok && len(l) > 0 {
				t.Errorf("a refused creation has left %v", l)
			}
		}
	}
}

// What stands under an asset can be read, as can row-level security.
func TestWhatStandsUnderAssets(t *testing.T) {
	c := open(t)
	source, set := arnPrefix+"datasource/s", arnPrefix+"dataset/d"
	c.OK(201, "POST "+account+"/data-sets", `{"DataSetId": "d", "Name": "d", "ImportMode": "DIRECT_QUERY",
		"PhysicalTableMap": {"t": {"RelationalTable": {"DataSourceArn": "`+source+`", "Name": "t", "InputColumns": []}}},
		"RowLevelPermissionDataSet": {"Arn": "`+arnPrefix+`dataset/rules", "PermissionPolicy": "GRANT_ACCESS"},
		"RowLevelPermissionTagConfiguration": {"TagRules": [{"TagKey": "tenant", "ColumnName": "tenant_id"}]}}`)
	c.OK(202, "POST "+account+"/dashboards/a", `{"Name": "a", "SourceEntity": {"SourceTemplate": {"Arn": "x", "DataSetReferences": [{"DataSetPlaceholder": "p", "DataSetArn": "`+set+`"}]}}}`)
	c.OK(202, "POST "+account+"/analyses/a", `{"Name": "a", "Definition": {"DataSetIdentifierDeclarations": [{"Identifier": "i", "DataSetArn": "`+set+`"}]}}`)
	c.OK(201, "POST "+account+"/topics", `{"TopicId": "a", "Topic": {"Name": "a", "DataSets": [{"DatasetArn": "`+set+`"}]}}`)
	d := c.OK(200, "GET "+account+"/data-sets/d", "")["DataSet"]
	for _, got := range []struct{ got, want any }{
		{simtest.Get(c.OK(200, "GET "+account+"/dashboards/a", ""), "Dashboard", "Version", "DataSetArns", 0), set},
		{simtest.Get(c.OK(200, "GET "+account+"/analyses/a", ""), "Analysis", "DataSetArns", 0), set},
		{simtest.Get(c.OK(200, "GET "+account+"/topics/a", ""), "Topic", "DataSets", 0, "DatasetArn"), set},
		{simtest.Get(d, "PhysicalTableMap", "table-1", "CustomSql", "DataSourceArn"), source},
		{simtest.Get(d, "RowLevelPermissionDataSet", "Arn"), arnPrefix + "dataset/rules"},
		{simtest.Get(d, "RowLevelPermissionTagConfiguration", "TagRules", 0, "ColumnName"), "tenant_id"},
		{simtest.Get(d, "ImportMode"), "DIRECT_QUERY"},
		{simtest.Get(c.OK(200, "GET "+account+"/data-sets", ""), "DataSetSummaries", 0, "RowLevelPermissionTagConfigurationApplied"), true},
	} {
		if got.got != got.want {
			t.Errorf("got %v, want %v", got.got, got.want)
		}
	}
}

// A deleted analysis is shown as such until it can not be had back any more.
func TestDeletedAnalysis(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t)
		c.OK(202, "POST "+account+"/analyses/a", `{"Name": "a"}`)
		if m := c.OK(200, "DELETE "+account+"/analyses/a", ""); m["DeletionTime"] == nil {
			t.Errorf("DeleteAnalysis: %v", m)
		}
		time.Sleep(29 * 24 * time.Hour)
		if s := simtest.Get(c.OK(200, "GET "+account+"/analyses", ""), "AnalysisSummaryList", 0, "Status"); s != "DELETED" {
			t.Errorf("status %v", s)
		}
		time.Sleep(25 * time.Hour)
		c.Fails(404, missing, "GET "+account+"/analyses/a", "")
	})
}

func TestFlows(t *testing.T) {
	const id = "01234567-89ab-cdef-0123-456789abcdef"
	c := simtest.New(t, file(`"assets": [{"kind": "flow", "id": "`+id+`", "name": "Sums up", "description": "all sales",
		"permissions": [{"principal": "user/acme/QuickSight/ana", "actions": "owner"}]}],`, ""), awssim.Options{})
	flow := account + "/flows/" + id
	if m := c.OK(200, "GET "+flow+"/metadata", ""); m["Name"] != "Sums up" || m["FlowId"] != id {
		t.Errorf("GetFlowMetadata: %v", m)
	}
	if m := c.OK(200, "GET "+account+"/flows", ""); simtest.Get(m, "FlowSummaryList", 0, "FlowId") != id {
		t.Errorf("ListFlows: %v", m)
	}
	for _, f := range []struct {
		name, operator, value string
		want                  int
	}{
		{"assetName", "StringLike", "Sums", 1}, {"assetDescription", "StringLike", "sales", 1}, {"assetDescription", "StringLike", "Sums", 0},
		{"DIRECT_QUICKSIGHT_SOLE_OWNER", "StringEquals", arnPrefix + "user/acme/QuickSight/ana", 1},
	} {
		m := c.OK(200, "POST "+account+"/flows/searchFlows", fmt.Sprintf(`{"Filters": [{"Name": %q, "Operator": %q, "Value": %q}]}`, f.name, f.operator, f.value))
		if l := m["FlowSummaryList"].([]any); len(l) != f.want {
			t.Errorf("SearchFlows %s %s: %v", f.name, f.value, l)
		}
	}
	namespace := arnPrefix + "namespace/acme"
	c.Fails(400, badParameter, "PUT "+flow+"/permissions", `{"GrantPermissions": [`+grant(namespace, world.KindFlow.Owner()...)+`]}`)
	m := c.OK(200, "PUT "+flow+"/permissions", `{"GrantPermissions": [`+grant(namespace, world.KindFlow.Viewer()...)+`]}`)
	if len(m["Permissions"].([]any)) != 2 || len(c.OK(200, "GET "+flow+"/permissions", "")["Permissions"].([]any)) != 2 {
		t.Errorf("UpdateFlowPermissions: %v", m)
	}
	// No operation of flows models ResourceNotFoundException.
	c.Fails(400, badParameter, "GET "+account+"/flows/"+strings.Repeat("0", 8)+id[8:]+"/metadata", "")
	c.Fails(400, badParameter, "GET "+account+"/flows/other/metadata", "")
}

func TestStandardEdition(t *testing.T) {
	c := simtest.New(t, file(`"edition": "STANDARD",`, ""), awssim.Options{})
	for _, path := range []string{"/dashboards", "/analyses", "/folders", "/themes", "/templates"} {
		c.Fails(403, "UnsupportedUserEditionException", "GET "+account+path, "")
	}
	c.OK(200, "GET "+account+"/data-sets", "")
}

// Lists of assets have pages, each Region its own.
func TestAssetPages(t *testing.T) {
	var seeds []string
	for i := range 25 {
		for _, region := range []string{"us-east-1", "eu-west-1"} {
			seeds = append(seeds, fmt.Sprintf(`{"kind": "template", "id": "t%02d", "region": %q}`, i, region))
		}
	}
	c := simtest.New(t, file(`"assets": [`+strings.Join(seeds, ",")+`],`, ""), awssim.Options{})
	var got []string
	token := ""
	for range 3 {
		m := c.OK(200, "GET "+account+"/templates?max-result=10&next-token="+token, "")
		for _, s := range m["TemplateSummaryList"].([]any) {
			got = append(got, simtest.Get(s, "TemplateId").(string))
		}
		token, _ = m["NextToken"].(string)
		if len(got) == 10 {
			c.Region = "eu-west-1"
			c.Fails(400, "InvalidNextTokenException", "GET "+account+"/templates?next-token="+token, "")
			c.Region = "us-east-1"
		}
	}
	if len(got) != 25 || !slices.IsSorted(got) || token != "" {
		t.Errorf("pages: %q, then token %q", got, token)
	}
}
