package policy

import "slices"

// What is read around QuickSight, and what tenantry itself lives on: its events, its journal, its configuration.
var rightsAround = []right{
	{
		sid: "ReadRoles", to: only(ForAudit),
		actions: []string{
			"iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:SimulatePrincipalPolicy",
		},
		on: roles("*"),
	},
	{sid: "ReadPolicies", to: []Purpose{ForAudit, ForProbe}, actions: []string{"iam:GetPolicy", "iam:GetPolicyVersion"}, on: policies},
	{sid: "ReadAllOfIAM", to: only(ForAudit), actions: []string{"iam:GetAccountAuthorizationDetails", "iam:GetAccountSummary"}, on: anything},
	{
		sid: "ReadPermissionSets", to: only(ForAudit),
		actions: []string{
			"sso:DescribePermissionSet", "sso:GetInlinePolicyForPermissionSet", "sso:ListAccountAssignments",
			"sso:ListPermissionSets", "sso:ListPermissionSetsProvisionedToAccount",
		},
		on: permissionSets,
	},
	{sid: "FindIdentityCenter", to: only(ForAudit), actions: []string{"sso:ListInstances"}, on: anything},
	{sid: "ReadTheTrail", to: []Purpose{ForAudit, ForProbe}, actions: []string{"cloudtrail:LookupEvents"}, on: anything},
	{sid: "FindTrails", to: only(ForAudit), actions: []string{"cloudtrail:DescribeTrails"}, on: anything},
	{sid: "ReadTrails", to: only(ForAudit), actions: []string{"cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus"}, on: trails},
	{sid: "FindRules", to: only(ForAudit), actions: []string{"events:ListRuleNamesByTarget", "events:ListRules"}, on: anything},
	{sid: "ReadRules", to: only(ForAudit), actions: []string{"events:DescribeRule", "events:ListTargetsByRule"}, on: rules},
	{
		sid: "ReadTheQueues", to: only(ForAudit),
		actions: []string{"sqs:GetQueueAttributes", "sqs:GetQueueUrl"}, on: func(g Grounds) []string { return []string{g.Queue, g.DeadLetters} },
	},
	{
		sid: "TakeEvents", to: only(ForServe),
		actions: []string{"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"},
		on:      func(g Grounds) []string { return []string{g.Queue} },
	},
	{sid: "SetAside", to: only(ForServe), actions: []string{"sqs:SendMessage"}, on: func(g Grounds) []string { return []string{g.DeadLetters} }},
	{
		sid: "ReadTheJournal", to: Purposes,
		actions: []string{"dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:Query"}, on: func(g Grounds) []string { return []string{g.Table} },
	},
	// TransactWriteItems is allowed by the action of what it writes (DynamoDB developer guide, "Using IAM with DynamoDB
	// transactions").
	{sid: "WriteTheJournal", to: append(writers, ForProbe), actions: []string{"dynamodb:PutItem"}, on: func(g Grounds) []string { return []string{g.Table} }},
	{sid: "ReadTheConfiguration", to: Purposes, actions: []string{"ssm:GetParameter"}, on: func(g Grounds) []string { return []string{g.Parameter} }},
	{sid: "ReadTheConfigurationFile", to: Purposes, actions: []string{"s3:GetObject"}, on: func(g Grounds) []string { return []string{g.Object} }},
	{sid: "KeepEvidence", to: only(ForAudit), actions: []string{"s3:GetObject", "s3:PutObject"}, on: func(g Grounds) []string { return below(g.Evidence) }},
	{sid: "FindEvidence", to: only(ForAudit), actions: []string{"s3:ListBucket"}, on: func(g Grounds) []string { return []string{bucket(g.Evidence)} }},
	{sid: "GoOnWithAPass", to: only(ForServe), actions: []string{"lambda:InvokeFunction"}, on: func(g Grounds) []string { return []string{g.Function} }},
	{
		sid: "Log", to: []Purpose{ForAudit, ForServe},
		actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, on: func(g Grounds) []string { return streams(g.Logs) },
	},
	{sid: "AssumeRoles", to: Purposes, actions: []string{"sts:AssumeRole"}, on: func(g Grounds) []string { return g.Assume }},
}

// throwaway is what the names of a probe's namespaces and roles are like.
const throwaway = "tenantry-probe-*"

// What a probe does, to throwaways alone. What it reads besides is nobody's.
var rightsOfProbe = []right{
	{sid: "ProbeTheAccount", to: only(ForProbe), actions: []string{"quicksight:DescribeAccountSubscription"}, on: identities("account/")},
	{sid: "ProbeTheDirectory", to: only(ForProbe), actions: []string{"identitystore:ListUsers"}, on: directory},
	{sid: "ProbeFindsLeftovers", to: only(ForProbe), actions: []string{"quicksight:ListNamespaces", "iam:ListRoles"}, on: anything},
	{
		sid: "ProbeNamespaces", to: only(ForProbe), // TagResource, since a namespace is made with a tag
		actions: []string{"quicksight:CreateNamespace", "quicksight:DeleteNamespace", "quicksight:DescribeNamespace", "quicksight:ListTagsForResource", "quicksight:TagResource"},
		on:      throwaways("namespace/" + throwaway),
	},
	{
		sid: "ProbeRegisters", to: only(ForProbe), pinned: func(g Grounds) []string { return append(roles(throwaway)(g), g.SignIn...) },
		actions: []string{"quicksight:RegisterUser"}, on: throwaways("user/" + throwaway + "/*"),
	},
	{
		sid: "ProbeUsers", to: only(ForProbe),
		actions: []string{"quicksight:DeleteUser", "quicksight:UpdateUserCustomPermission"},
		on:      throwaways("user/" + throwaway + "/*"),
	},
	// Of throwaways; and of whoever signs in on trial, wherever they are.
	{sid: "ProbeFindsUsers", to: only(ForProbe), actions: []string{"quicksight:DescribeUser"}, on: identities("user/*")},
	{
		sid: "ProbeGroups", to: only(ForProbe),
		actions: []string{"quicksight:CreateGroup", "quicksight:DescribeGroup"}, on: throwaways("group/" + throwaway + "/*"),
	},
	{sid: "ProbeSearches", to: only(ForProbe), actions: []string{"quicksight:SearchDashboards"}, on: identities("dashboard/*")},
	// Whether the door is shut for whoever signs in on trial, who may be registered under a role of before.
	{
		sid: "ProbeLooksAtTheDoor", to: only(ForProbe),
		actions: []string{"iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"},
		on:      func(g Grounds) []string { return slices.Concat(g.SignIn, g.Former) },
	},
	{sid: "ProbeRoles", to: only(ForProbe), actions: []string{"iam:CreateRole", "iam:DeleteRole", "iam:GetRole"}, on: roles(throwaway)},
}
