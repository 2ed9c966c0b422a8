package awsapi

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// assetKind is how QuickSight does for one kind of asset what it does for all of them.
type assetKind struct {
	// owner is all that an owner may do; the first of it is what makes an owner.
	owner []string
	// viewer is what somebody may do who can only look, or only use it.
	viewer []string
	// search finds what a user or a group has directly. nil where there is no such search.
	search func(ctx context.Context, r regional, by filter, token *string) (page[tenancy.Asset], error)
	// list lists all assets of the kind, where there is no search.
	list        func(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error)
	permissions func(ctx context.Context, r regional, id string) ([]types.ResourcePermission, error)
	// update gives somebody permissions and takes others from somebody, and answers the id of the request.
	update func(ctx context.Context, r regional, id string, grant, revoke []types.ResourcePermission) (string, error)
}

// assetKinds has every kind. QuickSight gives and takes no actions but whole sets of them (its answer to others:
// "unsupported permission sets", hashicorp/terraform-provider-aws #30400 and #32680), and documents the sets in
// different places or not at all. What follows is the largest set of each kind, and the one of whoever only looks:
// the smallest that the console gives. Somebody who has another one is told to have just those actions.
var assetKinds = map[tenancy.AssetKind]assetKind{
	// The developer guide's UpdateDashboardPermissions has the viewer's three; the others are what the
	// console grants, and AWS's samples (awslabs/clickstream-analytics-on-aws).
	tenancy.Dashboard: {
		owner: actions("UpdateDashboardPermissions", "DescribeDashboardPermissions", "DescribeDashboard", "ListDashboardVersions",
			"QueryDashboard", "UpdateDashboard", "DeleteDashboard", "UpdateDashboardPublishedVersion"),
		viewer: actions("DescribeDashboard", "ListDashboardVersions", "QueryDashboard"),
		search: searchDashboards, permissions: dashboardPermissions, update: updateDashboard,
	},
	// Developer guide, UpdateAnalysisPermissions. The viewer's are not documented: what of it changes nothing.
	tenancy.Analysis: {
		owner: actions("UpdateAnalysisPermissions", "DescribeAnalysisPermissions", "DescribeAnalysis", "QueryAnalysis",
			"UpdateAnalysis", "DeleteAnalysis", "RestoreAnalysis"),
		viewer: actions("DescribeAnalysis", "QueryAnalysis"),
		search: searchAnalyses, permissions: analysisPermissions, update: updateAnalysis,
	},
	// Eighteen, and seven: what the console grants (hashicorp/terraform-provider-aws #33907 and #39219). The
	// developer guide's UpdateDataSetPermissions has the viewer's five of before there were refresh schedules.
	tenancy.DataSet: {
		owner: actions("UpdateDataSetPermissions", "DescribeDataSetPermissions", "DescribeDataSet", "PassDataSet",
			"DescribeIngestion", "ListIngestions", "CreateIngestion", "CancelIngestion", "UpdateDataSet", "DeleteDataSet",
			"DescribeRefreshSchedule", "ListRefreshSchedules", "CreateRefreshSchedule", "UpdateRefreshSchedule", "DeleteRefreshSchedule",
			"DescribeDataSetRefreshProperties", "PutDataSetRefreshProperties", "DeleteDataSetRefreshProperties"),
		viewer: actions("DescribeDataSet", "DescribeDataSetPermissions", "PassDataSet", "DescribeIngestion", "ListIngestions", "DescribeRefreshSchedule", "ListRefreshSchedules"),
		search: searchDataSets, permissions: dataSetPermissions, update: updateDataSet,
	},
	// The developer guide's UpdateDataSourcePermissions has the viewer's; all six are in AWS's samples
	// (awslabs/clickstream-analytics-on-aws).
	tenancy.DataSource: {
		owner: actions("UpdateDataSourcePermissions", "DescribeDataSourcePermissions", "DescribeDataSource", "PassDataSource",
			"UpdateDataSource", "DeleteDataSource"),
		viewer: actions("DescribeDataSource", "DescribeDataSourcePermissions", "PassDataSource"),
		search: searchDataSources, permissions: dataSourcePermissions, update: updateDataSource,
	},
	// QuickSight's own answer to other sets, as getmoto/moto has it. There is a third, of contributors.
	tenancy.Folder: {
		owner: actions("UpdateFolderPermissions", "DescribeFolderPermissions", "DescribeFolder", "CreateFolder", "UpdateFolder",
			"DeleteFolder", "CreateFolderMembership", "DeleteFolderMembership"),
		viewer: actions("DescribeFolder"),
		search: searchFolders, permissions: folderPermissions, update: updateFolder,
	},
	// Not documented. Eleven, or the viewer's one, of which people say that QuickSight takes them and no others.
	tenancy.Topic: {
		owner: actions("UpdateTopicPermissions", "DescribeTopicPermissions", "DescribeTopic", "UpdateTopic", "DeleteTopic",
			"DescribeTopicRefresh", "ListTopicRefreshSchedules", "DescribeTopicRefreshSchedule",
			"CreateTopicRefreshSchedule", "UpdateTopicRefreshSchedule", "DeleteTopicRefreshSchedule"),
		viewer: actions("DescribeTopic"),
		search: searchTopics, permissions: topicPermissions, update: updateTopic,
	},
	// API model: Permission, "to set a principal as a flow owner" and "as a flow viewer".
	tenancy.Flow: {
		owner: actions("UpdateFlowPermissions", "DescribeFlowPermissions", "GetFlow", "UpdateFlow", "DeleteFlow", "PublishFlow",
			"UnpublishFlow", "GetFlowSession", "StartFlowSession", "StopFlowSession", "UpdateFlowSession", "GetFlowStages", "CreatePresignedUrl"),
		viewer: actions("GetFlow", "GetFlowSession", "StartFlowSession", "StopFlowSession", "UpdateFlowSession", "GetFlowStages", "CreatePresignedUrl"),
		search: searchFlows, permissions: flowPermissions, update: updateFlow,
	},
	// Not documented: what people grant, and what of it changes nothing.
	tenancy.ActionConnector: {
		owner: actions("UpdateActionConnectorPermissions", "DescribeActionConnectorPermissions", "DescribeActionConnector",
			"ListActionConnectors", "UpdateActionConnector", "DeleteActionConnector"),
		viewer: actions("DescribeActionConnector", "ListActionConnectors"),
		search: searchActionConnectors, permissions: actionConnectorPermissions, update: updateActionConnector,
	},
	// API model: UpdateThemePermissions, "Owner" and "User".
	tenancy.Theme: {
		owner: actions("UpdateThemePermissions", "DescribeThemePermissions", "DescribeTheme", "DescribeThemeAlias", "ListThemeAliases",
			"ListThemeVersions", "UpdateTheme", "DeleteTheme", "CreateThemeAlias", "UpdateThemeAlias", "DeleteThemeAlias"),
		viewer: actions("DescribeTheme", "DescribeThemeAlias", "ListThemeAliases", "ListThemeVersions"),
		list:   listThemes, permissions: themePermissions, update: updateTheme,
	},
	// Not documented: what people grant, and just what themes have.
	tenancy.Template: {
		owner: actions("UpdateTemplatePermissions", "DescribeTemplatePermissions", "DescribeTemplate", "DescribeTemplateAlias", "ListTemplateAliases",
			"ListTemplateVersions", "UpdateTemplate", "DeleteTemplate", "CreateTemplateAlias", "UpdateTemplateAlias", "DeleteTemplateAlias"),
		viewer: actions("DescribeTemplate", "DescribeTemplateAlias", "ListTemplateAliases", "ListTemplateVersions"),
		list:   listTemplates, permissions: templatePermissions, update: updateTemplate,
	},
}

// access says in short what somebody may do who may do these actions.
func (k assetKind) access(may map[string]bool) tenancy.Access {
	switch {
	case covers(may, k.owner):
		return tenancy.Owns
	case len(may) == len(k.viewer) && covers(may, k.viewer):
		return tenancy.Views
	}
	return tenancy.Access(strings.Join(slices.Sorted(maps.Keys(may)), " "))
}

// actions are those that an access stands for, and an error where it stands for none that one call can give.
func (k assetKind) actions(may tenancy.Access) ([]string, error) {
	switch may {
	case tenancy.Owns:
		return k.owner, nil
	case tenancy.Views:
		return k.viewer, nil
	}
	listed := strings.Split(string(may), " ")
	for _, action := range listed {
		if !anAction.MatchString(action) {
			return nil, fmt.Errorf("%q is nothing that somebody may do with an asset", action)
		}
	}
	if len(listed) > maxActions {
		return nil, fmt.Errorf("%d actions are more than the %d that can be given at once", len(listed), maxActions)
	}
	return listed, nil
}

// maxActions is how many one permission can have (API model: ResourcePermission).
const maxActions = 20

var anAction = regexp.MustCompile(`^quicksight:[A-Za-z]+$`)

// covers reports whether who may do this may do each of the actions.
func covers(may map[string]bool, actions []string) bool {
	return !slices.ContainsFunc(actions, func(action string) bool { return !may[action] })
}

// within reports whether who may do this may do nothing but the actions.
func within(may map[string]bool, actions []string) bool {
	for action := range may {
		if !slices.Contains(actions, action) {
			return false
		}
	}
	return true
}

func actions(names ...string) []string {
	for i, name := range names {
		names[i] = "quicksight:" + name
	}
	return names
}
