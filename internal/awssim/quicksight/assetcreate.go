package quicksight

import (
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// creation is the body of Create, for all kinds together: what is kept of it.
type creation struct {
	DataSetId, DataSourceId, TopicId, ActionConnectorId *string

	Name        *string
	Description *string
	Permissions []permission
	Tags        []tag
	FolderArns  []string

	// Of dashboards, analyses and templates.
	SourceEntity struct {
		SourceTemplate, SourceAnalysis struct{ DataSetReferences []dataSetReference }
	}
	Definition               struct{ DataSetIdentifierDeclarations []dataSetReference }
	LinkSharingConfiguration *struct{ Permissions []permission }

	// Of data sets.
	PhysicalTableMap          map[string]map[string]struct{ DataSourceArn string }
	ImportMode                *string
	RowLevelPermissionDataSet *struct{ Arn, PermissionPolicy *string }

	RowLevelPermissionTagConfiguration *struct {
		TagRules []struct{ TagKey, ColumnName string }
	}

	// Of data sources and action connectors.
	Type                 *string
	AuthenticationConfig *struct{}

	// Of folders.
	FolderType, SharingModel, ParentFolderArn *string

	// Of themes.
	BaseThemeId   *string
	Configuration *struct{}

	// Of topics.
	Topic *struct {
		Name        *string
		Description *string
		DataSets    []struct{ DatasetArn string }
	}
}

type dataSetReference struct{ DataSetArn string }

// id is the id that the body has for a kind.
func (in creation) id(k kind) *string {
	return map[string]*string{
		"DataSetId": in.DataSetId, "DataSourceId": in.DataSourceId, "TopicId": in.TopicId, "ActionConnectorId": in.ActionConnectorId,
	}[k.id]
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// readDataSets finds the data sets that stand under a dashboard, an analysis or
// a template.
func readDataSets(in creation, a *world.Asset) {
	for _, r := range slices.Concat(
		in.SourceEntity.SourceTemplate.DataSetReferences, in.SourceEntity.SourceAnalysis.DataSetReferences,
		in.Definition.DataSetIdentifierDeclarations,
	) {
		a.Uses = append(a.Uses, r.DataSetArn)
	}
	a.Uses = distinct(a.Uses)
}

// distinct sorts ARNs, and leaves one of each.
func distinct(arns []string) []string { return slices.Compact(slices.Sorted(slices.Values(arns))) }

func checkDataSet(in creation, check *constraint.Check) {
	if in.PhysicalTableMap == nil {
		check.Missing("physicalTableMap")
	}
	check.List("physicalTableMap", len(in.PhysicalTableMap), 0, 32)
	check.Required("importMode", in.ImportMode, constraint.Text{Enum: []string{"SPICE", "DIRECT_QUERY"}})
	if r := in.RowLevelPermissionDataSet; r != nil {
		check.Required("rowLevelPermissionDataSet.arn", r.Arn, anyRule)
		check.Required("rowLevelPermissionDataSet.permissionPolicy", r.PermissionPolicy, constraint.Text{Enum: []string{"GRANT_ACCESS", "DENY_ACCESS"}})
	}
	if r := in.RowLevelPermissionTagConfiguration; r != nil {
		check.List("rowLevelPermissionTagConfiguration.tagRules", len(r.TagRules), 1, 50)
	}
}

func readDataSet(in creation, a *world.Asset) {
	a.Type = *in.ImportMode
	for _, table := range slices.Sorted(maps.Keys(in.PhysicalTableMap)) {
		for _, source := range in.PhysicalTableMap[table] {
			a.Uses = append(a.Uses, source.DataSourceArn)
		}
	}
	a.Uses = distinct(a.Uses)
	if r := in.RowLevelPermissionDataSet; r != nil {
		a.RowLevelRules = *r.Arn
	}
	if r := in.RowLevelPermissionTagConfiguration; r != nil {
		a.RowLevelTags = make(map[string]string)
		for _, rule := range r.TagRules {
			a.RowLevelTags[rule.TagKey] = rule.ColumnName
		}
	}
}

// checkType wants a type, and takes every word for one: AWS keeps adding some.
func checkType(in creation, check *constraint.Check) { check.Required("type", in.Type, anyRule) }

func checkConnector(in creation, check *constraint.Check) {
	checkType(in, check)
	if in.AuthenticationConfig == nil {
		check.Missing("authenticationConfig")
	}
}

func readType(in creation, a *world.Asset) {
	a.Type, a.Description = *in.Type, str(in.Description)
}

func checkFolder(in creation, check *constraint.Check) {
	check.Text("folderType", in.FolderType, constraint.Text{Enum: []string{"SHARED", "RESTRICTED"}})
	check.Text("sharingModel", in.SharingModel, constraint.Text{Enum: []string{"ACCOUNT", "NAMESPACE"}})
}

func readFolder(in creation, a *world.Asset) {
	a.FolderType, a.SharingModel, a.Parent = "SHARED", "ACCOUNT", str(in.ParentFolderArn)
	if in.FolderType != nil {
		a.FolderType = *in.FolderType
	}
	if in.SharingModel != nil {
		a.SharingModel = *in.SharingModel
	}
}

func checkTopic(in creation, check *constraint.Check) {
	if in.Topic == nil {
		check.Missing("topic")
		return
	}
	check.Text("topic.name", in.Topic.Name, shortName)
}

func readTopic(in creation, a *world.Asset) {
	a.Name, a.Description = str(in.Topic.Name), str(in.Topic.Description)
	for _, s := range in.Topic.DataSets {
		a.Uses = append(a.Uses, s.DatasetArn)
	}
	a.Uses = distinct(a.Uses)
}

func checkTheme(in creation, check *constraint.Check) {
	check.Required("baseThemeId", in.BaseThemeId, shortIDRule)
	if in.Configuration == nil {
		check.Missing("configuration")
	}
}
