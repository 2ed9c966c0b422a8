package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// assetKind is how QuickSight does for one kind of asset what it does for all of them.
type assetKind struct {
	// owner is all that an owner may do; the first of it is what makes an owner.
	owner []string
	// search finds what a user or a group, by its ARN, owns alone and directly. nil where there is no such search.
	search func(ctx context.Context, r regional, owner string, token *string) (page[tenancy.Asset], error)
	// list lists all assets of the kind, where there is no search.
	list        func(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error)
	permissions func(ctx context.Context, r regional, id string) ([]types.ResourcePermission, error)
	// grant gives somebody permissions, and answers the id of the request.
	grant func(ctx context.Context, r regional, id string, to types.ResourcePermission) (string, error)
}

// assetKinds has every kind. QuickSight takes no actions but whole sets of them (its answer to others:
// "unsupported permission sets"), and documents the sets in different places or not at all. What follows
// is the largest set of each kind.
var assetKinds = map[tenancy.AssetKind]assetKind{
	// The developer guide's UpdateDashboardPermissions has the viewer's three; the others are what the
	// console grants, and AWS's samples (awslabs/clickstream-analytics-on-aws).
	tenancy.Dashboard: {
		owner: actions("UpdateDashboardPermissions", "DescribeDashboardPermissions", "DescribeDashboard", "ListDashboardVersions",
			"QueryDashboard", "UpdateDashboard", "DeleteDashboard", "UpdateDashboardPublishedVersion"),
		search: searchDashboards, permissions: dashboardPermissions, grant: grantDashboard,
	},
	// Developer guide, UpdateAnalysisPermissions.
	tenancy.Analysis: {
		owner: actions("UpdateAnalysisPermissions", "DescribeAnalysisPermissions", "DescribeAnalysis", "QueryAnalysis",
			"UpdateAnalysis", "DeleteAnalysis", "RestoreAnalysis"),
		search: searchAnalyses, permissions: analysisPermissions, grant: grantAnalysis,
	},
	// Eighteen: what the console grants (hashicorp/terraform-provider-aws #33907 and #39219). The developer
	// guide's UpdateDataSetPermissions has the viewer's.
	tenancy.DataSet: {
		owner: actions("UpdateDataSetPermissions", "DescribeDataSetPermissions", "DescribeDataSet", "PassDataSet",
			"DescribeIngestion", "ListIngestions", "CreateIngestion", "CancelIngestion", "UpdateDataSet", "DeleteDataSet",
			"DescribeRefreshSchedule", "ListRefreshSchedules", "CreateRefreshSchedule", "UpdateRefreshSchedule", "DeleteRefreshSchedule",
			"DescribeDataSetRefreshProperties", "PutDataSetRefreshProperties", "DeleteDataSetRefreshProperties"),
		search: searchDataSets, permissions: dataSetPermissions, grant: grantDataSet,
	},
	// The developer guide's UpdateDataSourcePermissions has the viewer's; all six are in AWS's samples
	// (awslabs/clickstream-analytics-on-aws).
	tenancy.DataSource: {
		owner: actions("UpdateDataSourcePermissions", "DescribeDataSourcePermissions", "DescribeDataSource", "PassDataSource",
			"UpdateDataSource", "DeleteDataSource"),
		search: searchDataSources, permissions: dataSourcePermissions, grant: grantDataSource,
	},
	// QuickSight's own answer to other sets, as getmoto/moto has it.
	tenancy.Folder: {
		owner: actions("UpdateFolderPermissions", "DescribeFolderPermissions", "DescribeFolder", "CreateFolder", "UpdateFolder",
			"DeleteFolder", "CreateFolderMembership", "DeleteFolderMembership"),
		search: searchFolders, permissions: folderPermissions, grant: grantFolder,
	},
	// Not documented. Eleven, of which people say that QuickSight takes them and no fewer.
	tenancy.Topic: {
		owner: actions("UpdateTopicPermissions", "DescribeTopicPermissions", "DescribeTopic", "UpdateTopic", "DeleteTopic",
			"DescribeTopicRefresh", "ListTopicRefreshSchedules", "DescribeTopicRefreshSchedule",
			"CreateTopicRefreshSchedule", "UpdateTopicRefreshSchedule", "DeleteTopicRefreshSchedule"),
		search: searchTopics, permissions: topicPermissions, grant: grantTopic,
	},
	// API model: Permission, "to set a principal as a flow owner".
	tenancy.Flow: {
		owner: actions("UpdateFlowPermissions", "DescribeFlowPermissions", "GetFlow", "UpdateFlow", "DeleteFlow", "PublishFlow",
			"UnpublishFlow", "GetFlowSession", "StartFlowSession", "StopFlowSession", "UpdateFlowSession", "GetFlowStages", "CreatePresignedUrl"),
		search: searchFlows, permissions: flowPermissions, grant: grantFlow,
	},
	// Not documented: what people grant.
	tenancy.ActionConnector: {
		owner: actions("UpdateActionConnectorPermissions", "DescribeActionConnectorPermissions", "DescribeActionConnector",
			"ListActionConnectors", "UpdateActionConnector", "DeleteActionConnector"),
		search: searchActionConnectors, permissions: actionConnectorPermissions, grant: grantActionConnector,
	},
	// API model: UpdateThemePermissions, "Owner".
	tenancy.Theme: {
		owner: actions("UpdateThemePermissions", "DescribeThemePermissions", "DescribeTheme", "DescribeThemeAlias", "ListThemeAliases",
			"ListThemeVersions", "UpdateTheme", "DeleteTheme", "CreateThemeAlias", "UpdateThemeAlias", "DeleteThemeAlias"),
		list: listThemes, permissions: themePermissions, grant: grantTheme,
	},
	// Not documented: what people grant, and just what themes have.
	tenancy.Template: {
		owner: actions("UpdateTemplatePermissions", "DescribeTemplatePermissions", "DescribeTemplate", "DescribeTemplateAlias", "ListTemplateAliases",
			"ListTemplateVersions", "UpdateTemplate", "DeleteTemplate", "CreateTemplateAlias", "UpdateTemplateAlias", "DeleteTemplateAlias"),
		list: listTemplates, permissions: templatePermissions, grant: grantTemplate,
	},
}

func actions(names ...string) []string {
	for i, name := range names {
		names[i] = "quicksight:" + name
	}
	return names
}
