package quicksight_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
)

// shown is a part of an answer, as JSON with its keys sorted.
func shown(t *testing.T, v any, path ...any) string {
	t.Helper()
	b, err := json.Marshal(simtest.Get(v, path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const setHead = `"Name": "d", "ImportMode": "SPICE", "PhysicalTableMap": {}`

// Row-level security is shown as it was given, in what describes the data set and in what lists it.
func TestRowLevelSecurity(t *testing.T) {
	const rules, tags = `"RowLevelPermissionDataSet": {"Arn": "r", "PermissionPolicy": "GRANT_ACCESS"`, `"RowLevelPermissionTagConfiguration": {"TagRules": [{"TagKey": "k", "ColumnName": "c"}]`
	for name, c := range map[string]struct{ body, rules, tags, applied, columns string }{
		"nothing":    {"", "null", "null", "false", "false"},
		"rules":      {rules + "}", `{"Arn":"r","FormatVersion":"VERSION_1","PermissionPolicy":"GRANT_ACCESS","Status":"ENABLED"}`, "null", "false", "false"},
		"all said":   {rules + `, "Namespace": "acme", "FormatVersion": "VERSION_1", "Status": "DISABLED"}`, `{"Arn":"r","FormatVersion":"VERSION_1","Namespace":"acme","PermissionPolicy":"GRANT_ACCESS","Status":"DISABLED"}`, "null", "false", "false"},
		"by ARN":     {strings.Replace(rules, "GRANT", "DENY", 1) + `, "FormatVersion": "VERSION_2"}`, `{"Arn":"r","FormatVersion":"VERSION_2","PermissionPolicy":"DENY_ACCESS","Status":"ENABLED"}`, "null", "false", "false"},
		"tags":       {tags + "}", "null", `{"Status":"ENABLED","TagRules":[{"ColumnName":"c","TagKey":"k"}]}`, "true", "false"},
		"tags off":   {tags + `, "Status": "DISABLED"}`, "null", `{"Status":"DISABLED","TagRules":[{"ColumnName":"c","TagKey":"k"}]}`, "false", "false"},
		"by columns": {`"ColumnLevelPermissionRules": [{"Principals": ["p"], "ColumnNames": ["salary"]}]`, "null", "null", "false", "true"},
	} {
		t.Run(name, func(t *testing.T) {
			cl := open(t)
			body := `"DataSetId": "d", ` + setHead
			if c.body != "" {
				body += ", " + c.body
			}
			cl.OK(201, "POST "+account+"/data-sets", "{"+body+"}")
			d := cl.OK(200, "GET "+account+"/data-sets/d", "")
			s := simtest.Get(cl.OK(200, "GET "+account+"/data-sets", ""), "DataSetSummaries", 0)
			for _, got := range []struct{ got, want string }{
				{shown(t, d, "DataSet", "RowLevelPermissionDataSet"), c.rules}, {shown(t, s, "RowLevelPermissionDataSet"), c.rules},
				{shown(t, d, "DataSet", "RowLevelPermissionTagConfiguration"), c.tags},
				{shown(t, s, "RowLevelPermissionTagConfigurationApplied"), c.applied}, {shown(t, s, "ColumnLevelPermissionRulesApplied"), c.columns},
			} {
				if got.got != got.want {
					t.Errorf("got %s, want %s", got.got, got.want)
				}
			}
			if has := shown(t, d, "DataSet", "ColumnLevelPermissionRules") == `[{"ColumnNames":["salary"],"Principals":["p"]}]`; has != (c.columns == "true") {
				t.Errorf("columns: %v", d)
			}
		})
	}
}

// UpdateDataSet switches row-level security off and on, and takes away what it leaves out; permissions stay.
func TestUpdateDataSet(t *testing.T) {
	c := open(t)
	c.OK(201, "POST "+account+"/data-sets", `{"DataSetId": "d", `+setHead+`, "UseAs": "RLS_RULES", "Permissions": [`+grant(arnPrefix+"user/acme/QuickSight/ana", "quicksight:DescribeDataSet",
		"quicksight:DescribeDataSetPermissions", "quicksight:PassDataSet", "quicksight:DescribeIngestion", "quicksight:ListIngestions")+`],
		"ColumnLevelPermissionRules": [{"Principals": ["p"], "ColumnNames": ["c"]}], "RowLevelPermissionDataSet": {"Arn": "r", "PermissionPolicy": "GRANT_ACCESS"}}`)
	const one = "PUT " + account + "/data-sets/d"
	status := func() string {
		return shown(t, c.OK(200, "GET "+account+"/data-sets/d", ""), "DataSet", "RowLevelPermissionDataSet", "Status")
	}
	for _, s := range []string{"DISABLED", "ENABLED"} {
		if m := c.OK(200, one, `{`+setHead+`, "RowLevelPermissionDataSet": {"Arn": "r", "PermissionPolicy": "GRANT_ACCESS", "Status": "`+s+`"}}`); m["Arn"] != arnPrefix+"dataset/d" || status() != `"`+s+`"` {
			t.Errorf("%v, and then it is %s; want %s", m, status(), s)
		}
	}
	c.OK(200, one, `{`+strings.Replace(setHead, `"d"`, `"other"`, 1)+`}`)
	d := c.OK(200, "GET "+account+"/data-sets/d", "")["DataSet"]
	if status() != "null" || simtest.Get(d, "ColumnLevelPermissionRules") != nil || simtest.Get(d, "Name") != "other" || simtest.Get(d, "UseAs") != "RLS_RULES" {
		t.Errorf("what was left out is still there: %v", d)
	}
	if p := c.OK(200, "GET "+account+"/data-sets/d/permissions", "")["Permissions"].([]any); len(p) != 1 {
		t.Errorf("permissions: %v", p)
	}
	c.Fails(404, missing, "PUT "+account+"/data-sets/nowhere", `{`+setHead+`}`)
	for _, body := range []string{
		`"ImportMode": "SPICE", "PhysicalTableMap": {}`, `"Name": "d", "PhysicalTableMap": {}`, `"Name": "d", "ImportMode": "SPICE"`,
		setHead + `, "RowLevelPermissionDataSet": {"Arn": "r"}`, setHead + `, "RowLevelPermissionDataSet": {"Arn": "r", "PermissionPolicy": "GRANT_ACCESS", "Status": "OFF"}`,
		setHead + `, "RowLevelPermissionDataSet": {"Arn": "r", "PermissionPolicy": "GRANT_ACCESS", "FormatVersion": "VERSION_3"}`,
		setHead + `, "RowLevelPermissionDataSet": {"Arn": "r", "PermissionPolicy": "GRANT_ACCESS", "FormatVersion": "VERSION_2", "Namespace": "acme"}`,
		setHead + `, "RowLevelPermissionTagConfiguration": {"TagRules": []}`, setHead + `, "RowLevelPermissionTagConfiguration": {"TagRules": [{"TagKey": "k"}]}`,
		setHead + `, "ColumnLevelPermissionRules": [{"Principals": [], "ColumnNames": ["c"]}]`, setHead + `, "LogicalTableMap": {}`,
	} {
		c.Fails(400, badParameter, one, "{"+body+"}")
		c.Fails(400, badParameter, "POST "+account+"/data-sets", `{"DataSetId": "new", `+body+"}")
	}
}

// A data set can stand on data sets and data sources, whichever experience it was made in.
func TestDataSetsOnDataSets(t *testing.T) {
	for name, where := range map[string]struct {
		body string
		path []any
	}{
		"legacy": {`"LogicalTableMap": {"l": {"Alias": "l", "Source": {"DataSetArn": "` + arnPrefix + `dataset/base"}}, "p": {"Alias": "p", "Source": {"PhysicalTableId": "t"}}}`,
			[]any{"LogicalTableMap", "table-1", "Source", "DataSetArn"}},
		"prepared": {`"DataPrepConfiguration": {"SourceTableMap": {"s": {"DataSet": {"DataSetArn": "` + arnPrefix + `dataset/base", "InputColumns": []}}, "p": {"PhysicalTableId": "t"}}}`,
			[]any{"DataPrepConfiguration", "SourceTableMap", "table-1", "DataSet", "DataSetArn"}},
	} {
		c := open(t)
		c.OK(201, "POST "+account+"/data-sets", `{"DataSetId": "d", "Name": "d", "ImportMode": "SPICE", "PhysicalTableMap": {"t": {"CustomSql": {"DataSourceArn": "`+arnPrefix+`datasource/s"}}}, `+where.body+`}`)
		d := c.OK(200, "GET "+account+"/data-sets/d", "")["DataSet"]
		if got := simtest.Get(d, where.path...); got != arnPrefix+"dataset/base" {
			t.Errorf("%s: under it %v in %v", name, got, d)
		}
		if got := simtest.Get(d, "PhysicalTableMap", "table-2", "CustomSql", "DataSourceArn"); got != arnPrefix+"datasource/s" || len(simtest.Get(d, "PhysicalTableMap").(map[string]any)) != 1 {
			t.Errorf("%s: the data source is %v in %v", name, got, d)
		}
	}
}

// Data sets of the new data preparation experience have their row-level security somewhere else.
func TestPreparedDataSet(t *testing.T) {
	seeded := simtest.New(t, file(`"assets": [{"kind": "dataset", "id": "d", "prepared": true, "uses": ["s", "dataset/base"], "row_level_rules": "r", "row_level_tags": {"k": "c"}, "row_level_status": "DISABLED"}],`, ""), awssim.Options{})
	created := open(t)
	created.OK(201, "POST "+account+"/data-sets", `{"DataSetId": "d", `+setHead+`, "DataPrepConfiguration": {"SourceTableMap": {}}, "SemanticModelConfiguration": {"TableMap": {"x": {"Alias": "a", "DestinationTableId": "b",
		"RowLevelPermissionConfiguration": {"RowLevelPermissionDataSet": {"Arn": "`+arnPrefix+`dataset/r", "PermissionPolicy": "GRANT_ACCESS", "Status": "DISABLED"}, "TagConfiguration": {"TagRules": [{"TagKey": "k", "ColumnName": "c"}]}}}}}}`)
	const rules = `{"Arn":"` + arnPrefix + `dataset/r","FormatVersion":"VERSION_1","PermissionPolicy":"GRANT_ACCESS","Status":"DISABLED"}`
	for _, c := range []*simtest.Client{seeded, created} {
		d := c.OK(200, "GET "+account+"/data-sets/d", "")["DataSet"]
		s := simtest.Get(c.OK(200, "GET "+account+"/data-sets", ""), "DataSetSummaries", 0)
		where := []any{"SemanticModelConfiguration", "TableMap", "semantic-1", "RowLevelPermissionConfiguration"}
		if got := shown(t, d, append(where, "RowLevelPermissionDataSet")...); got != rules {
			t.Errorf("rules %s in %v", got, d)
		}
		if got := shown(t, d, append(where, "TagConfiguration", "Status")...); got != `"ENABLED"` {
			t.Errorf("tags %s in %v", got, d)
		}
		if got := shown(t, s, "RowLevelPermissionDataSetMap", "semantic-1"); got != rules || simtest.Get(s, "RowLevelPermissionDataSet") != nil || simtest.Get(d, "RowLevelPermissionDataSet") != nil {
			t.Errorf("summary %v", s)
		}
	}
	created.Fails(400, badParameter, "POST "+account+"/data-sets", `{"DataSetId": "e", `+setHead+`, "SemanticModelConfiguration": {"TableMap": {"x": {"RowLevelPermissionConfiguration": {"RowLevelPermissionDataSet": {"Arn": "r"}}}}}}`)
}
