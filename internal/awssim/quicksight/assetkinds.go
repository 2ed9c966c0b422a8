package quicksight

import (
	"maps"
	"slices"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// kind is how the API speaks of a kind of asset.
type kind struct {
	kind       world.AssetKind
	noun, many string // in the names of operations
	path       string // in URIs
	id         string // the path parameter, and the member of answers
	idRule     constraint.Text
	nameRule   constraint.Text
	idInBody   bool              // that is where Create has the id
	nameless   bool              // Create need not have a name
	update     string            // the method of Update…Permissions
	arn        string            // the member of answers about permissions that has the ARN
	silent     bool              // Update…Permissions answers no permissions
	least      int               // entries of a list of permissions that is there
	most       int               // entries of a list of permissions
	whole      string            // the member of Describe that holds the asset; "": none does
	list       string            // the member of List that holds the rows
	found      string            // that of Search
	name       []string          // filters of Search with the operator StringLike
	principal  []string          // filters of Search with a principal
	namespaces bool              // permissions can name namespaces
	root       bool              // permissions can name the root of an account
	enterprise bool              // not in the Standard edition
	resource   string            // ExceptionResourceType
	lacks      []string          // verbs that it has no operation of, and names of operations
	before     string            // what URIs have before the account
	renamed    map[string]string // names of operations that are not like others
	moved      map[string]string // URIs, after the account, that are not like others; by the operation's name
	check      func(creation, *constraint.Check)
	make       func(creation, *world.Asset)
	more       func(*call, world.Asset, members) // completes what Describe shows
	brief      func(*call, world.Asset, members) // completes what List and Search show
}

// Filters that have a principal.
var (
	direct   = []string{"DIRECT_QUICKSIGHT_VIEWER_OR_OWNER", "DIRECT_QUICKSIGHT_OWNER", "DIRECT_QUICKSIGHT_SOLE_OWNER"}
	implicit = append([]string{"QUICKSIGHT_VIEWER_OR_OWNER", "QUICKSIGHT_OWNER"}, direct...)
	every    = append([]string{"QUICKSIGHT_USER"}, implicit...)
)

var (
	longName  = constraint.Text{Min: 1, Max: 2048}
	shortName = constraint.Text{Min: 1, Max: 128}
)

// kinds are all kinds, as the API model has them.
var kinds = []kind{
	{
		kind: world.KindDashboard, noun: "Dashboard", many: "Dashboards", path: "/dashboards", id: "DashboardId",
		idRule: shortIDRule, nameRule: longName, update: "PUT", arn: "DashboardArn", most: 100,
		whole: "Dashboard", list: "DashboardSummaryList", found: "DashboardSummaryList",
		name: []string{"DASHBOARD_NAME"}, principal: every, namespaces: true, enterprise: true,
		make: readDataSets, more: showDashboard, brief: briefDashboard,
	},
	{
		kind: world.KindAnalysis, noun: "Analysis", many: "Analyses", path: "/analyses", id: "AnalysisId",
		idRule: shortIDRule, nameRule: longName, update: "PUT", arn: "AnalysisArn", most: 100,
		whole: "Analysis", list: "AnalysisSummaryList", found: "AnalysisSummaryList",
		name: []string{"ANALYSIS_NAME"}, principal: every, namespaces: true, enterprise: true,
		make: readDataSets, more: showAnalysis, brief: briefAnalysis,
	},
	{
		kind: world.KindDataSet, noun: "DataSet", many: "DataSets", path: "/data-sets", id: "DataSetId",
		idRule: anyRule, nameRule: shortName, idInBody: true, update: "POST", arn: "DataSetArn", least: 1, most: 64, silent: true,
		whole: "DataSet", list: "DataSetSummaries", found: "DataSetSummaries",
		name: []string{"DATASET_NAME"}, principal: implicit, resource: "DATA_SET",
		check: checkDataSet, make: readDataSet, more: showDataSet, brief: briefDataSet,
	},
	{
		kind: world.KindDataSource, noun: "DataSource", many: "DataSources", path: "/data-sources", id: "DataSourceId",
		idRule: anyRule, nameRule: shortName, idInBody: true, update: "POST", arn: "DataSourceArn", least: 1, most: 64, silent: true,
		whole: "DataSource", list: "DataSources", found: "DataSourceSummaries",
		name: []string{"DATASOURCE_NAME"}, principal: direct, resource: "DATA_SOURCE",
		check: checkType, make: readType, more: showDataSource, brief: showDataSource,
	},
	{
		kind: world.KindFolder, noun: "Folder", many: "Folders", path: "/folders", id: "FolderId",
		idRule: idRule, nameRule: constraint.Text{Min: 1, Max: 200}, nameless: true, update: "PUT", arn: "Arn", least: 1, most: 64,
		whole: "Folder", list: "FolderSummaryList", found: "FolderSummaryList",
		name: []string{"FOLDER_NAME"}, principal: implicit, enterprise: true,
		check: checkFolder, make: readFolder, more: showFolder, brief: briefFolder,
	},
	{
		kind: world.KindTopic, noun: "Topic", many: "Topics", path: "/topics", id: "TopicId",
		idRule: topicIDRule, nameRule: shortName, idInBody: true, nameless: true, update: "PUT", arn: "TopicArn", most: 100,
		list: "TopicsSummaries", found: "TopicSummaryList",
		name: []string{"TOPIC_NAME"}, principal: every,
		check: checkTopic, make: readTopic, more: showTopic, brief: briefTopic,
	},
	{
		kind: world.KindFlow, noun: "Flow", many: "Flows", path: "/flows", id: "FlowId",
		update: "PUT", arn: "Arn", most: 100, list: "FlowSummaryList", found: "FlowSummaryList",
		name: []string{"assetName", "assetDescription"}, principal: direct, namespaces: true,
		lacks: []string{"Create", "Delete"}, more: showFlow, brief: showFlow,
		renamed: map[string]string{"DescribeFlow": "GetFlowMetadata", "DescribeFlowPermissions": "GetFlowPermissions"},
		moved:   map[string]string{"GetFlowMetadata": "/flows/{FlowId}/metadata", "SearchFlows": "/flows/searchFlows"},
	},
	{
		kind: world.KindActionConnector, noun: "ActionConnector", many: "ActionConnectors", path: "/action-connectors", id: "ActionConnectorId",
		idRule: shortIDRule, nameRule: constraint.Text{Min: 1, Max: 255}.Pattern(`[A-Za-z0-9](?:[\w- ]*[A-Za-z0-9])?`),
		idInBody: true, update: "POST", arn: "Arn", least: 1, most: 64,
		whole: "ActionConnector", list: "ActionConnectorSummaries", found: "ActionConnectorSummaries",
		name: []string{"ACTION_CONNECTOR_NAME", "ACTION_CONNECTOR_TYPE"}, principal: implicit,
		check: checkConnector, make: readType, more: showConnector, brief: showConnector,
	},
	{
		kind: world.KindTheme, noun: "Theme", many: "Themes", path: "/themes", id: "ThemeId",
		idRule: shortIDRule, nameRule: longName, update: "PUT", arn: "ThemeArn", most: 100,
		whole: "Theme", list: "ThemeSummaryList", namespaces: true, enterprise: true, lacks: []string{"Search"},
		check: checkTheme, more: showTheme, brief: briefVersioned,
	},
	{
		kind: world.KindTemplate, noun: "Template", many: "Templates", path: "/templates", id: "TemplateId",
		idRule: shortIDRule, nameRule: longName, nameless: true, update: "PUT", arn: "TemplateArn", most: 100,
		whole: "Template", list: "TemplateSummaryList", namespaces: true, root: true, enterprise: true, lacks: []string{"Search"},
		make: readDataSets, more: showVersion, brief: briefVersioned,
	},
	{
		kind: world.KindAgent, noun: "Agent", many: "Agents", path: "/agents", id: "AgentId",
		update: "PUT", arn: "Arn", most: 100, list: "AgentSummaries", namespaces: true,
		lacks: []string{"Create", "DescribeAgent", "Search", "Delete"}, brief: briefAgent,
	},
	{
		kind: world.KindSpace, noun: "Space", many: "Spaces", path: "/spaces", id: "SpaceId", before: "/v1",
		update: "PUT", arn: "spaceArn", most: 100, list: "SpaceSummaries", namespaces: true,
		lacks: []string{"Create", "DescribeSpace", "Search", "Delete"}, brief: briefSpace,
	},
}

// kindOf gives the kind of that word.
func kindOf(word world.AssetKind) (kind, bool) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.kind == word })
	if i < 0 {
		return kind{}, false
	}
	return kinds[i], true
}

// operations gives the operations of a kind.
func (k kind) operations() []operation {
	one := k.path + "/{" + k.id + "}"
	made := one
	if k.idInBody {
		made = k.path
	}
	var all []operation
	add := func(verb, noun, method, uri string, serve handler) {
		name := verb + noun
		if slices.Contains(k.lacks, verb) || slices.Contains(k.lacks, name) {
			return
		}
		if other, ok := k.renamed[name]; ok {
			name = other
		}
		if other, ok := k.moved[name]; ok {
			uri = other
		}
		all = append(all, operation{name, method, k.before + accountURI + uri, serve})
	}
	add("Create", k.noun, "POST", made, k.create)
	add("Describe", k.noun, "GET", one, k.describe)
	add("List", k.many, "GET", k.path, k.listAll)
	add("Search", k.many, "POST", "/search"+k.path, k.search)
	add("Delete", k.noun, "DELETE", one, k.delete)
	add("Describe", k.noun+"Permissions", "GET", one+"/permissions", k.describePermissions)
	add("Update", k.noun+"Permissions", k.update, one+"/permissions", k.updatePermissions)
	return all
}

// assetOperations gives the operations of all kinds.
func assetOperations() []operation {
	var all []operation
	for _, k := range kinds {
		all = append(all, k.operations()...)
	}
	return append(all, operation{"UpdateDataSet", "PUT", accountURI + "/data-sets/{DataSetId}", updateDataSet})
}

// regionalOperations are those that each Region answers about what it has of its
// own; the others belong to the identity Region.
var regionalOperations = func() map[string]bool {
	all := map[string]bool{"DescribeAccountSubscription": true}
	for _, o := range slices.Concat(assetOperations(), folderOperations, embedOperations) {
		all[o.name] = true
	}
	return all
}()

// enterpriseOnly are those that the Standard edition does not have.
var enterpriseOnly = func() map[string]bool {
	all := make(map[string]bool)
	for _, k := range kinds {
		for _, o := range k.operations() {
			all[o.name] = k.enterprise
		}
	}
	maps.DeleteFunc(all, func(_ string, only bool) bool { return !only })
	return all
}()
