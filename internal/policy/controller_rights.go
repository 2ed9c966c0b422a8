package policy

import "slices"

// right is one statement, and whose it is. Nothing else says what tenantry is allowed: whoever allows it more adds a word to
// the table below.
type right struct {
	sid     string
	to      []Purpose
	actions []string
	on      func(g Grounds) []string // the resources; without any the statement is left out

	deny   bool
	but    bool                     // on are the only resources that it is not about
	unless Purpose                  // to whom it is not
	pinned func(g Grounds) []string // RegisterUser: the roles whose people are registered; without any it is left out
}

// deleting is an operator who may delete namespaces. They are that besides an operator.
const deleting Purpose = "deleting"

// Whose rights are.
var (
	readers   = []Purpose{ForAudit, ForServe, ForMigrate, ForOperator}
	writers   = []Purpose{ForServe, ForMigrate, ForOperator}
	keepers   = []Purpose{ForServe, ForOperator}
	onlookers = []Purpose{ForAudit, ForMigrate, ForOperator}
)

// only is for a right that one has alone.
func only(p Purpose) []Purpose { return []Purpose{p} }

// isFor reports whether a purpose has a right.
func (r right) isFor(p Purpose, deletes bool) bool {
	is := []Purpose{p}
	if p == ForOperator && deletes {
		is = append(is, deleting)
	}
	return !slices.Contains(is, r.unless) && slices.ContainsFunc(is, func(p Purpose) bool { return slices.Contains(r.to, p) })
}

func (r right) statement(g Grounds, on []string) madeStatement {
	s := madeStatement{Sid: r.sid, Effect: "Allow", Action: slices.Sorted(slices.Values(r.actions)), Resource: on}
	if r.deny {
		s.Effect = "Deny"
	}
	if r.but {
		s.Resource, s.NotResource = nil, on
	}
	if r.pinned != nil {
		s.Condition = map[string]map[string][]string{"StringLike": {"quicksight:IamArn": r.pinned(g)}}
	}
	return s
}

// rights are all of them, the denials first. Each is on what the service authorization reference ("Actions, resources, and
// condition keys for AWS services") lets its actions be confined to, and on * where it has nothing.
var rights = slices.Concat(denials, rightsOfPeople, rightsOfAssets, rightsAround, rightsOfProbe)

// What nobody may do, whatever else they are allowed.
var denials = []right{
	{
		sid: "NothingInDefault", deny: true, to: []Purpose{ForAudit, ForServe, ForOperator, ForProbe},
		actions: []string{
			"quicksight:RegisterUser", "quicksight:UpdateUser", "quicksight:DeleteUser", "quicksight:DeleteUserByPrincipalId",
			"quicksight:UpdateUserCustomPermission", "quicksight:DeleteUserCustomPermission",
			"quicksight:CreateGroup", "quicksight:UpdateGroup", "quicksight:DeleteGroup",
			"quicksight:CreateGroupMembership", "quicksight:DeleteGroupMembership", "quicksight:TagResource", "quicksight:UntagResource",
		},
		on: inDefault,
	},
	{
		sid: "NoNamespaceDeleted", deny: true, to: readers, unless: deleting,
		actions: []string{"quicksight:DeleteNamespace"}, on: anything,
	},
	{
		sid: "DefaultNotDeleted", deny: true, to: only(deleting),
		actions: []string{"quicksight:DeleteNamespace"}, on: identities("namespace/default"),
	},
	{
		sid: "OnlyThrowawaysDeleted", deny: true, but: true, to: only(ForProbe),
		actions: []string{"quicksight:DeleteNamespace"}, on: throwaways("namespace/" + throwaway),
	},
}

// What is read of people and their namespaces, and written about them. A user, a group or a namespace has its ARN in the
// identity Region.
var rightsOfPeople = []right{
	{sid: "ReadTheAccount", to: readers, actions: []string{"quicksight:DescribeAccountSubscription"}, on: identities("account/")},
	{sid: "ListNamespaces", to: readers, actions: []string{"quicksight:ListNamespaces"}, on: anything},
	{
		sid: "ReadWhoIsWhere", to: readers,
		actions: []string{"quicksight:ListUsers", "quicksight:ListGroups", "quicksight:ListGroupMemberships"},
		on:      identities("user/*", "group/*"),
	},
	{sid: "ReadWhatSomebodyIsIn", to: []Purpose{ForAudit, ForServe}, actions: []string{"quicksight:ListUserGroups"}, on: identities("user/*")},
	{
		sid: "LookAgain", to: writers, // just before something is written
		actions: []string{"quicksight:DescribeUser", "quicksight:DescribeNamespace"}, on: identities("user/*", "namespace/*"),
	},
	{sid: "ReadMarks", to: readers, actions: []string{"quicksight:ListTagsForResource"}, on: tagged},
	{
		sid: "ReadWhatWasWritten", to: writers, // after an answer that was lost, and before a group is deleted
		actions: []string{"quicksight:DescribeGroup", "quicksight:DescribeGroupMembership"}, on: identities("group/*"),
	},
	{
		sid: "ReadTheDirectory", to: readers,
		actions: []string{
			"identitystore:ListUsers", "identitystore:ListGroups", "identitystore:ListGroupMemberships", "identitystore:ListGroupMembershipsForMember",
		},
		on: directory,
	},
	{sid: "LookAgainInTheDirectory", to: writers, actions: []string{"identitystore:DescribeUser", "identitystore:DescribeGroup"}, on: directory},
	{sid: "FindSignInRoles", to: readers, actions: []string{"iam:ListRoles"}, on: anything},
	{
		sid: "RegisterThroughSignInRoles", to: keepers, pinned: func(g Grounds) []string { return g.SignIn },
		actions: []string{"quicksight:RegisterUser"}, on: identities("user/*"),
	},
	{
		sid: "RegisterThroughFormerRoles", to: only(ForMigrate), pinned: func(g Grounds) []string { return slices.Concat(g.SignIn, g.Former) },
		actions: []string{"quicksight:RegisterUser"}, on: identities("user/*"),
	},
	{sid: "ChangePeople", to: keepers, actions: []string{
		"quicksight:UpdateUser", "quicksight:UpdateUserCustomPermission", "quicksight:DeleteUserCustomPermission", "quicksight:UntagResource",
	}, on: identities("user/*")},
	{sid: "TakeOut", to: writers, actions: []string{"quicksight:DeleteUser"}, on: identities("user/*")},
	{sid: "Mark", to: writers, actions: []string{"quicksight:TagResource"}, on: tagged},
	{
		sid: "FillGroups", to: writers,
		actions: []string{"quicksight:CreateGroup", "quicksight:CreateGroupMembership", "quicksight:DeleteGroup"}, on: identities("group/*"),
	},
	{sid: "TakeOutOfGroups", to: keepers, actions: []string{"quicksight:DeleteGroupMembership"}, on: identities("group/*")},
	{sid: "Rebind", to: only(ForOperator), actions: []string{"quicksight:UpdateGroup"}, on: identities("group/*")},
	{sid: "FoundTenants", to: writers, actions: []string{"quicksight:CreateNamespace"}, on: identities("namespace/*")},
	{sid: "DeleteNamespaces", to: only(deleting), actions: []string{"quicksight:DeleteNamespace"}, on: identities("namespace/*")},
	// What QuickSight does in Directory Service for whoever calls it (Amazon Quick user guide, "IAM policy examples":
	// creating and deleting namespaces).
	{sid: "NamespacesAreDirectories", to: append(writers, ForProbe), actions: []string{
		"ds:AuthorizeApplication", "ds:UnauthorizeApplication", "ds:DeleteDirectory",
	}, on: directories},
	{sid: "MakeDirectories", to: append(writers, ForProbe), actions: []string{"ds:CreateIdentityPoolDirectory", "ds:DescribeDirectories"}, on: anything},
}

// What is read and written of assets, in each Region in which people make them.
var rightsOfAssets = []right{
	{
		sid: "FindWhatIsOwned", to: readers,
		actions: []string{
			"quicksight:SearchActionConnectors", "quicksight:SearchAnalyses", "quicksight:SearchDashboards", "quicksight:SearchDataSets",
			"quicksight:SearchDataSources", "quicksight:SearchFolders", "quicksight:SearchTopics",
			"quicksight:ListTemplates", "quicksight:ListThemes", "quicksight:DescribeAnalysis", "quicksight:DescribeDashboard",
			"quicksight:DescribeActionConnectorPermissions", "quicksight:DescribeAnalysisPermissions", "quicksight:DescribeDashboardPermissions",
			"quicksight:DescribeDataSetPermissions", "quicksight:DescribeDataSourcePermissions", "quicksight:DescribeFolderPermissions",
			"quicksight:DescribeTemplatePermissions", "quicksight:DescribeThemePermissions", "quicksight:DescribeTopicPermissions",
			"quicksight:GetFlowPermissions",
		},
		on: assets(assetTypes...),
	},
	{sid: "FindFlowsAndDataSets", to: readers, actions: []string{"quicksight:SearchFlows", "quicksight:ListDataSets"}, on: anything},
	{
		sid: "ListAssets", to: onlookers,
		actions: []string{"quicksight:ListAnalyses", "quicksight:ListDashboards", "quicksight:ListFolders"}, on: assets("analysis", "dashboard", "folder"),
	},
	{
		sid: "ListOtherAssets", to: onlookers,
		actions: []string{"quicksight:ListActionConnectors", "quicksight:ListDataSources", "quicksight:ListFlows", "quicksight:ListTopics"}, on: anything,
	},
	{sid: "ReadFolders", to: []Purpose{ForAudit, ForMigrate}, actions: []string{"quicksight:ListFolderMembers"}, on: assets("folder")},
	{
		sid: "HandOver", to: writers,
		actions: []string{
			"quicksight:UpdateActionConnectorPermissions", "quicksight:UpdateAnalysisPermissions", "quicksight:UpdateDashboardPermissions",
			"quicksight:UpdateDataSetPermissions", "quicksight:UpdateDataSourcePermissions", "quicksight:UpdateFlowPermissions",
			"quicksight:UpdateFolderPermissions", "quicksight:UpdateTemplatePermissions", "quicksight:UpdateThemePermissions",
			"quicksight:UpdateTopicPermissions",
		},
		on: assets(assetTypes...),
	},
	{sid: "MakeFolders", to: keepers, actions: []string{"quicksight:CreateFolder"}, on: assets("folder")},
	{
		sid: "ReadWhatIsShared", to: only(ForAudit),
		actions: []string{
			"quicksight:DescribeDataSet", "quicksight:DescribeFolderResolvedPermissions",
			"quicksight:DescribeAgentPermissions", "quicksight:DescribeSpacePermissions",
		},
		on: assets("dataset", "folder", "agent", "space"),
	},
	{sid: "ReadAssignments", to: only(ForAudit), actions: []string{"quicksight:DescribeIAMPolicyAssignment", "quicksight:ListIAMPolicyAssignments"}, on: assignments},
	{
		sid: "ReadSettings", to: only(ForAudit),
		actions: []string{
			"quicksight:DescribeAccountCustomPermission", "quicksight:DescribeAccountSettings", "quicksight:DescribeRoleCustomPermission",
			"quicksight:DescribeSelfUpgradeConfiguration", "quicksight:ListCustomPermissions", "quicksight:ListAgents", "quicksight:ListSpaces",
		},
		on: anything,
	},
}
