package world

import "slices"

// AssetKind is a kind of asset, in the word that its ARNs have.
type AssetKind string

// The kinds of assets.
const (
	KindDashboard       AssetKind = "dashboard"
	KindAnalysis        AssetKind = "analysis"
	KindDataSet         AssetKind = "dataset"
	KindDataSource      AssetKind = "datasource"
	KindFolder          AssetKind = "folder"
	KindTopic           AssetKind = "topic"
	KindFlow            AssetKind = "flow"
	KindActionConnector AssetKind = "action-connector"
	KindTheme           AssetKind = "theme"
	KindTemplate        AssetKind = "template"
	KindAgent           AssetKind = "agent"
	KindSpace           AssetKind = "space"
)

// AssetKinds gives all kinds, in the order of their words.
func AssetKinds() []AssetKind {
	return []AssetKind{
		KindActionConnector, KindAgent, KindAnalysis, KindDashboard, KindDataSet, KindDataSource,
		KindFlow, KindFolder, KindSpace, KindTemplate, KindTheme, KindTopic,
	}
}

// Owner gives the actions that make an owner of the kind, sorted.
func (k AssetKind) Owner() []string { return actionsOf(kindActions[k].viewer, kindActions[k].owner) }

// Viewer gives the actions that make a viewer of the kind, sorted.
func (k AssetKind) Viewer() []string { return actionsOf(kindActions[k].viewer) }

// Sets gives the sets of actions that can be granted on the kind, each sorted;
// nil where AWS does not say, and any set can be.
func (k AssetKind) Sets() [][]string {
	a := kindActions[k]
	if a.open {
		return nil
	}
	sets := [][]string{k.Viewer(), k.Owner()}
	for _, more := range a.others {
		sets = append(sets, actionsOf(more))
	}
	return sets
}

// Owning is the action that tells owners from viewers: owners may change the
// asset's permissions.
func (k AssetKind) Owning() string { return "quicksight:" + kindActions[k].owning }

// Owns reports whether actions make an owner of the kind.
func (k AssetKind) Owns(actions []string) bool { return slices.Contains(actions, k.Owning()) }

func actionsOf(lists ...[]string) []string {
	var all []string
	for _, action := range slices.Concat(lists...) {
		all = append(all, "quicksight:"+action)
	}
	slices.Sort(all)
	return all
}

// actionSets are the sets of actions of a kind, without the prefix.
type actionSets struct {
	owning string
	viewer []string
	owner  []string   // what an owner has besides
	others [][]string // further sets that can be granted
	open   bool       // which sets can be granted is not known
}

// kindActions are the sets of each kind. That only whole sets can be granted, or
// revoked, is what AWS answers for folders ("ResourcePermission list contains unsupported
// permission sets […] for this resource. Valid sets : […]", terraform-provider-aws
// #30400 and #32680), and what people report of topics and flows.
var kindActions = map[AssetKind]actionSets{
	// Developer guide, UpdateDashboardPermissions (viewer). The owner's set is
	// that of AWS's samples and of the console.
	KindDashboard: {
		owning: "UpdateDashboardPermissions",
		viewer: []string{"DescribeDashboard", "ListDashboardVersions", "QueryDashboard"},
		owner: []string{
			"UpdateDashboard", "DeleteDashboard", "UpdateDashboardPublishedVersion",
			"DescribeDashboardPermissions", "UpdateDashboardPermissions",
		},
	},
	// Developer guide, UpdateAnalysisPermissions (owner). The viewer's set is
	// assumed.
	KindAnalysis: {
		owning: "UpdateAnalysisPermissions",
		viewer: []string{"DescribeAnalysis", "QueryAnalysis"},
		owner: []string{
			"UpdateAnalysis", "DeleteAnalysis", "RestoreAnalysis", "DescribeAnalysisPermissions", "UpdateAnalysisPermissions",
		},
	},
	// What the console grants, as AWS's samples and terraform-provider-aws #33907
	// show it. The smaller sets are those from before refresh schedules, which
	// samples still grant; that they still can be granted is assumed.
	KindDataSet: {
		owning: "UpdateDataSetPermissions",
		viewer: []string{
			"DescribeDataSet", "DescribeDataSetPermissions", "PassDataSet", "DescribeIngestion", "ListIngestions",
			"DescribeRefreshSchedule", "ListRefreshSchedules",
		},
		owner: []string{
			"UpdateDataSet", "DeleteDataSet", "CreateIngestion", "CancelIngestion", "UpdateDataSetPermissions",
			"CreateRefreshSchedule", "UpdateRefreshSchedule", "DeleteRefreshSchedule",
			"DescribeDataSetRefreshProperties", "PutDataSetRefreshProperties", "DeleteDataSetRefreshProperties",
		},
		others: [][]string{
			{"DescribeDataSet", "DescribeDataSetPermissions", "PassDataSet", "DescribeIngestion", "ListIngestions"},
			{
				"DescribeDataSet", "DescribeDataSetPermissions", "PassDataSet", "DescribeIngestion", "ListIngestions",
				"UpdateDataSet", "DeleteDataSet", "CreateIngestion", "CancelIngestion", "UpdateDataSetPermissions",
			},
		},
	},
	// The owner's set is that of AWS's samples (aws-solutions/security-insights-on-aws).
	// The viewer's, without what changes something, is assumed.
	KindDataSource: {
		owning: "UpdateDataSourcePermissions",
		viewer: []string{"DescribeDataSource", "DescribeDataSourcePermissions", "PassDataSource"},
		owner:  []string{"UpdateDataSource", "DeleteDataSource", "UpdateDataSourcePermissions"},
	},
	// AWS's error message, above; the set in the middle, a contributor's, is in a
	// later form of it (getmoto/moto).
	KindFolder: {
		owning: "UpdateFolderPermissions",
		viewer: []string{"DescribeFolder"},
		owner: []string{
			"CreateFolder", "UpdateFolder", "DeleteFolder", "CreateFolderMembership", "DeleteFolderMembership",
			"DescribeFolderPermissions", "UpdateFolderPermissions",
		},
		others: [][]string{
			{"CreateFolder", "DescribeFolder", "CreateFolderMembership", "DeleteFolderMembership", "DescribeFolderPermissions"},
		},
	},
	// Not documented; what people grant, who report that UpdateTopicPermissions
	// takes these two sets only.
	KindTopic: {
		owning: "UpdateTopicPermissions",
		viewer: []string{"DescribeTopic"},
		owner: []string{
			"UpdateTopic", "DeleteTopic", "DescribeTopicRefresh", "ListTopicRefreshSchedules", "DescribeTopicRefreshSchedule",
			"CreateTopicRefreshSchedule", "UpdateTopicRefreshSchedule", "DeleteTopicRefreshSchedule",
			"DescribeTopicPermissions", "UpdateTopicPermissions",
		},
	},
	// API reference, Permission.
	KindFlow: {
		owning: "UpdateFlowPermissions",
		viewer: []string{
			"GetFlow", "GetFlowSession", "StartFlowSession", "StopFlowSession", "UpdateFlowSession", "GetFlowStages", "CreatePresignedUrl",
		},
		owner: []string{"PublishFlow", "UnpublishFlow", "UpdateFlow", "DeleteFlow", "DescribeFlowPermissions", "UpdateFlowPermissions"},
	},
	// Not documented: the owner's set is what people grant, the viewer's is assumed.
	KindActionConnector: {
		owning: "UpdateActionConnectorPermissions",
		viewer: []string{"DescribeActionConnector", "ListActionConnectors"},
		owner: []string{
			"UpdateActionConnector", "DeleteActionConnector", "DescribeActionConnectorPermissions", "UpdateActionConnectorPermissions",
		},
		open: true,
	},
	// API reference, UpdateThemePermissions.
	KindTheme: {
		owning: "UpdateThemePermissions",
		viewer: []string{"DescribeTheme", "DescribeThemeAlias", "ListThemeAliases", "ListThemeVersions"},
		owner: []string{
			"DeleteTheme", "UpdateTheme", "CreateThemeAlias", "DeleteThemeAlias", "UpdateThemeAlias",
			"UpdateThemePermissions", "DescribeThemePermissions",
		},
	},
	// Not documented: both are assumed, after the names of the operations.
	KindAgent: {
		owning: "UpdateAgentPermissions",
		viewer: []string{"DescribeAgent"},
		owner:  []string{"UpdateAgent", "DeleteAgent", "DescribeAgentPermissions", "UpdateAgentPermissions"},
		open:   true,
	},
	KindSpace: {
		owning: "UpdateSpacePermissions",
		viewer: []string{"DescribeSpace", "ListSpaceResources"},
		owner:  []string{"UpdateSpace", "DeleteSpace", "UpdateSpaceResources", "DescribeSpacePermissions", "UpdateSpacePermissions"},
		open:   true,
	},
	// Not documented: both are assumed, after what people grant and after themes.
	KindTemplate: {
		owning: "UpdateTemplatePermissions",
		viewer: []string{"DescribeTemplate", "DescribeTemplateAlias", "ListTemplateAliases", "ListTemplateVersions"},
		owner: []string{
			"DeleteTemplate", "UpdateTemplate", "CreateTemplateAlias", "DeleteTemplateAlias", "UpdateTemplateAlias",
			"UpdateTemplatePermissions", "DescribeTemplatePermissions",
		},
		open: true,
	},
}
