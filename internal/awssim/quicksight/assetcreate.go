package quicksight

import (
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
	dataSetParts

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
