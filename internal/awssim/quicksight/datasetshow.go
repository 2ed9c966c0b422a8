package quicksight

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// showDataSet shows each data source as a table of its own, and each data set under it as another.
func showDataSet(_ *call, a world.Asset, m members) {
	physical, logical, sources := members{}, members{}, members{}
	for i, used := range a.Uses {
		name := "table-" + strconv.Itoa(i+1)
		if strings.Contains(used, ":"+string(world.KindDataSet)+"/") {
			logical[name] = members{"Alias": name, "Source": members{"DataSetArn": used}}
			sources[name] = members{"DataSet": members{"DataSetArn": used, "InputColumns": []members{}}}
			continue
		}
		physical[name] = members{"CustomSql": members{"DataSourceArn": used, "Name": name, "SqlQuery": "SELECT 1"}}
		sources[name] = members{"PhysicalTableId": name}
	}
	m["PhysicalTableMap"] = physical
	inBrief(a, m)
	if rules := showColumnRules(a); rules != nil {
		m["ColumnLevelPermissionRules"] = rules
	}
	if a.RowLevel.Prepared {
		showPrepared(a, sources, m)
		return
	}
	if len(logical) > 0 { // the API model has no empty one
		m["LogicalTableMap"] = logical
	}
	maps.Copy(m, showRowLevel(a, "RowLevelPermissionTagConfiguration"))
}

// semanticTable is the name of the only table that data sets of the new data preparation experience have.
const semanticTable = "semantic-1"

// showPrepared shows what is special about data sets of the new data preparation experience.
func showPrepared(a world.Asset, sources, m members) {
	m["DataPrepConfiguration"] = members{"SourceTableMap": sources, "TransformStepMap": members{}, "DestinationTableMap": members{}}
	table := members{"Alias": a.Name, "DestinationTableId": "destination-1"}
	if rows := showRowLevel(a, "TagConfiguration"); len(rows) > 0 {
		table["RowLevelPermissionConfiguration"] = rows
	}
	m["SemanticModelConfiguration"] = members{"TableMap": members{semanticTable: table}}
}

// showRowLevel shows row-level security; tags is the member that those by tags have.
func showRowLevel(a world.Asset, tags string) members {
	m := members{}
	if a.RowLevelRules != "" {
		m["RowLevelPermissionDataSet"] = showRules(a)
	}
	if len(a.RowLevelTags) > 0 {
		var rules []members
		for _, key := range slices.Sorted(maps.Keys(a.RowLevelTags)) {
			rules = append(rules, members{"TagKey": key, "ColumnName": a.RowLevelTags[key]})
		}
		m[tags] = members{"Status": orElse(a.RowLevel.TagsStatus, "ENABLED"), "TagRules": rules}
	}
	return m
}

func showRules(a world.Asset) members {
	m := members{
		"Arn": a.RowLevelRules, "PermissionPolicy": orElse(a.RowLevel.Policy, "GRANT_ACCESS"),
		"FormatVersion": orElse(a.RowLevel.Format, "VERSION_1"), "Status": orElse(a.RowLevel.Status, "ENABLED"),
	}
	if a.RowLevel.Namespace != "" {
		m["Namespace"] = a.RowLevel.Namespace
	}
	return m
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func showColumnRules(a world.Asset) []members {
	var rules []members
	for _, r := range a.ColumnRules {
		rules = append(rules, members{"Principals": r.Principals, "ColumnNames": r.Columns})
	}
	return rules
}

// briefDataSet says of tags and columns only whether they make a difference.
func briefDataSet(_ *call, a world.Asset, m members) {
	inBrief(a, m)
	switch {
	case a.RowLevelRules == "":
	case a.RowLevel.Prepared:
		m["RowLevelPermissionDataSetMap"] = members{semanticTable: showRules(a)}
	default:
		m["RowLevelPermissionDataSet"] = showRules(a)
	}
	m["RowLevelPermissionTagConfigurationApplied"] = a.TagsApply()
	m["ColumnLevelPermissionRulesApplied"] = len(a.ColumnRules) > 0
}

// inBrief shows what the list and the description have in common.
func inBrief(a world.Asset, m members) {
	m["ImportMode"] = orElse(a.Type, "SPICE")
	if a.UseAs != "" {
		m["UseAs"] = a.UseAs
	}
}
