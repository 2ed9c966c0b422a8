package access

import (
	"slices"
	"strings"
)

// none marks an operation that everybody may call, whatever is denied to them (STS API reference, GetCallerIdentity).
const none = "-"

// renamed are the operations whose action has another name, or another service.
var renamed = map[string]string{
	"s3:HeadObject":                    "s3:GetObject",
	"s3:ListObjectsV2":                 "s3:ListBucket",
	"sqs:SendMessageBatch":             "sqs:SendMessage",
	"sqs:DeleteMessageBatch":           "sqs:DeleteMessage",
	"sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
	// Of the actions of a transaction only Put is simulated (Amazon DynamoDB Developer Guide, "Using IAM with DynamoDB
	// transactions": permissions are those of the underlying operations).
	"dynamodb:TransactWriteItems": "dynamodb:PutItem",
}

// brings are, by action, what QuickSight does in Directory Service for whoever takes it (Amazon Quick user guide, "IAM policy
// examples for Amazon Quick": creating and deleting namespaces).
var brings = map[string][]string{
	"quicksight:CreateNamespace": {
		"ds:AuthorizeApplication", "ds:UnauthorizeApplication", "ds:DeleteDirectory", "ds:CreateIdentityPoolDirectory", "ds:DescribeDirectories",
	},
	"quicksight:DeleteNamespace": {"ds:UnauthorizeApplication", "ds:DeleteDirectory", "ds:DescribeDirectories"},
}

// rows are, by service and operation, the kinds of resources that a call is judged by. An empty row is one of an
// operation that knows no resources: it is judged by "*".
var rows = map[string]map[string]string{
	"quicksight": quickSightRows(),
	"iam": {
		"CreateRole": "role", "GetRole": "role", "ListRoles": "", "DeleteRole": "role", "UpdateAssumeRolePolicy": "role",
		"PutRolePolicy": "role", "GetRolePolicy": "role", "ListRolePolicies": "role", "DeleteRolePolicy": "role",
		"ListAttachedRolePolicies": "role", "AttachRolePolicy": "role", "DetachRolePolicy": "role",
		"PutRolePermissionsBoundary": "role", "DeleteRolePermissionsBoundary": "role", "GetAccountAuthorizationDetails": "",
		"GetAccountSummary": "",
		"CreatePolicy":      "policy", "GetPolicy": "policy", "GetPolicyVersion": "policy", "ListPolicyVersions": "policy",
		"CreatePolicyVersion": "policy", "DeletePolicyVersion": "policy", "SimulatePrincipalPolicy": "source",
	},
	"dynamodb": {
		"CreateTable": "resource", "DescribeTable": "resource", "DeleteTable": "resource", "ListTables": "",
		"GetItem": "resource", "PutItem": "resource", "DeleteItem": "resource", "Query": "resource", "TransactWriteItems": "resource",
	},
	"cloudtrail": {
		"LookupEvents": "", "DescribeTrails": "", "GetTrail": "resource", "GetTrailStatus": "resource", "GetEventSelectors": "resource",
		"StartLogging": "resource", "StopLogging": "resource",
	},
	"events": {
		"PutRule": "resource", "DescribeRule": "resource", "ListRules": "", "EnableRule": "resource", "DisableRule": "resource",
		"DeleteRule": "resource", "PutTargets": "resource", "RemoveTargets": "resource", "ListTargetsByRule": "resource",
		"ListRuleNamesByTarget": "", "TestEventPattern": "", "PutEvents": "resource", "CreateEventBus": "resource",
		"DescribeEventBus": "resource", "DeleteEventBus": "resource", "PutPermission": "",
	},
	"ssm": {"GetParameter": "resource", "PutParameter": "resource"},
	"s3":  {"GetObject": "resource", "HeadObject": "resource", "PutObject": "resource", "ListObjectsV2": "resource"},
	"sts": {"AssumeRole": "resource", "GetCallerIdentity": none},
	"identitystore": {
		"CreateUser": "store", "DescribeUser": "store user", "UpdateUser": "store user", "DeleteUser": "store user",
		"ListUsers": "store users", "GetUserId": "store user",
		"CreateGroup": "store", "DescribeGroup": "store group", "UpdateGroup": "store group", "DeleteGroup": "store group",
		"ListGroups": "store groups", "GetGroupId": "store group",
		"CreateGroupMembership": "store group user", "DescribeGroupMembership": "store group membership user",
		"DeleteGroupMembership": "store group membership user", "GetGroupMembershipId": "store group membership user",
		"ListGroupMemberships": "store memberships group", "ListGroupMembershipsForMember": "store memberships user",
		"IsMemberInGroups": "store memberships groups user",
	},
	"sso": {
		"ListInstances": "", "DescribeInstance": "instance",
		"CreatePermissionSet": "instance set", "DescribePermissionSet": "instance set", "UpdatePermissionSet": "instance set",
		"DeletePermissionSet": "instance set", "ListPermissionSets": "instance",
		"PutInlinePolicyToPermissionSet": "instance set", "GetInlinePolicyForPermissionSet": "instance set",
		"DeleteInlinePolicyFromPermissionSet": "instance set", "ListManagedPoliciesInPermissionSet": "instance set",
		"ListCustomerManagedPolicyReferencesInPermissionSet": "instance set",
		"CreateAccountAssignment":                            "account instance set", "DeleteAccountAssignment": "account instance set",
		"DescribeAccountAssignmentCreationStatus": "instance", "DescribeAccountAssignmentDeletionStatus": "instance",
		"ListAccountAssignments": "account instance set", "ListPermissionSetsProvisionedToAccount": "account instance",
		"ProvisionPermissionSet": "account instance set", "DescribePermissionSetProvisioningStatus": "instance",
	},
	"sqs": {
		"CreateQueue": "resource", "DeleteQueue": "resource", "ListQueues": "", "ListDeadLetterSourceQueues": "resource",
		"GetQueueUrl": "resource", "GetQueueAttributes": "resource", "SetQueueAttributes": "resource", "PurgeQueue": "resource",
		"TagQueue": "resource", "UntagQueue": "resource", "ListQueueTags": "resource",
		"SendMessage": "resource", "SendMessageBatch": "resource", "ReceiveMessage": "resource",
		"DeleteMessage": "resource", "DeleteMessageBatch": "resource",
		"ChangeMessageVisibility": "resource", "ChangeMessageVisibilityBatch": "resource",
	},
}

// quickSightRows are QuickSight's rows: those of identities as they are written, and those of assets, most of which are
// judged by the one asset that they are about.
func quickSightRows() map[string]string {
	all := map[string]string{
		"CreateNamespace": "namespace", "DescribeNamespace": "namespace", "ListNamespaces": "", "DeleteNamespace": "namespace",
		"RegisterUser": "user", "DescribeUser": "user", "UpdateUser": "user", "DeleteUser": "user", "DeleteUserByPrincipalId": "user",
		"ListUsers": "user", "ListUserGroups": "user", "UpdateUserCustomPermission": "user", "DeleteUserCustomPermission": "user",
		"CreateGroup": "group", "DescribeGroup": "group", "UpdateGroup": "group", "DeleteGroup": "group", "ListGroups": "group",
		"SearchGroups": "group", "CreateGroupMembership": "group", "DescribeGroupMembership": "group",
		"DeleteGroupMembership": "group", "ListGroupMemberships": "group",
		"TagResource": "named", "UntagResource": "named", "ListTagsForResource": "named", "ListFoldersForResource": "named",
		"DescribeAccountSubscription": "account", "DescribeAccountSettings": "", "UpdateAccountSettings": "",
		"CreateCustomPermissions": "profile", "DescribeCustomPermissions": "profile", "ListCustomPermissions": "",
		"UpdateCustomPermissions": "profile", "DeleteCustomPermissions": "",
		"UpdatePublicSharingSettings": "", "DescribeSelfUpgradeConfiguration": "", "UpdateSelfUpgradeConfiguration": "",
		"DescribeAccountCustomPermission": "", "UpdateAccountCustomPermission": "", "DeleteAccountCustomPermission": "",
		"DescribeRoleCustomPermission": "", "UpdateRoleCustomPermission": "", "DeleteRoleCustomPermission": "",
		"CreateIAMPolicyAssignment": "assignment", "DescribeIAMPolicyAssignment": "assignment", "UpdateIAMPolicyAssignment": "assignment",
		"DeleteIAMPolicyAssignment": "assignment", "ListIAMPolicyAssignments": "assignment", "ListIAMPolicyAssignmentsForUser": "assignment",
		"ListAgents": "", "DescribeAgentPermissions": "agent", "UpdateAgentPermissions": "agent",
		"ListSpaces": "", "DescribeSpacePermissions": "space", "UpdateSpacePermissions": "space",
		"CreateFolderMembership": "folder member", "DeleteFolderMembership": "folder member", "ListFolderMembers": "folder",
		"DescribeFolderResolvedPermissions": "folder",
		"GenerateEmbedUrlForRegisteredUser": "user", "GenerateEmbedUrlForAnonymousUser": "namespace embedded",
		"GetDashboardEmbedUrl": "dashboard",
	}
	for name, k := range assetKinds {
		for _, verb := range []string{"Create", "Describe", "Delete"} {
			all[verb+name] = k.kind
		}
		all["Describe"+name+"Permissions"], all["Update"+name+"Permissions"] = k.kind, k.kind
		all["List"+k.many], all["Search"+k.many] = k.kind, k.kind
	}
	for name, kinds := range map[string]string{
		// Whoever makes these is judged by what stands under them, or by nothing.
		"CreateDataSource": "", "CreateDataSet": "sources", "UpdateDataSet": "dataset named-sources", "CreateTopic": "sets",
		"ListActionConnectors": "", "ListDataSets": "", "ListDataSources": "", "ListTopics": "", "ListFlows": "", "SearchFlows": "",
		"GetFlowMetadata": "flow", "GetFlowPermissions": "flow",
	} {
		all[name] = kinds
	}
	for _, name := range strings.Fields("CreateFlow DescribeFlow DeleteFlow DescribeFlowPermissions SearchThemes SearchTemplates") {
		delete(all, name)
	}
	return all
}

// Operations are those that have a row, as "service:Operation", sorted.
func Operations() []string {
	var all []string
	for service, table := range rows {
		for name := range table {
			all = append(all, service+":"+name)
		}
	}
	slices.Sort(all)
	return all
}
