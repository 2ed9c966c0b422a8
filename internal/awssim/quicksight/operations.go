package quicksight

import "strings"

// operation is one line of the table of operations.
type operation struct {
	name   string
	method string
	uri    string // as the API model writes it
	serve  handler
}

// Prefixes of request URIs.
const (
	accountURI   = "/accounts/{AwsAccountId}"
	namespaceURI = accountURI + "/namespaces/{Namespace}"
	usersURI     = namespaceURI + "/users"
	userURI      = usersURI + "/{UserName}"
	groupsURI    = namespaceURI + "/groups"
	groupURI     = groupsURI + "/{GroupName}"
	memberURI    = groupURI + "/members/{MemberName}"
	profilesURI  = accountURI + "/custom-permissions"
	profileURI   = profilesURI + "/{CustomPermissionsName}"
	tagsURI      = "/resources/{ResourceArn}/tags"
)

// identityOperations are those of identities and of the account; assetOperations
// gives the others.
var identityOperations = []operation{
	{"CreateNamespace", "POST", accountURI, createNamespace},
	{"DescribeNamespace", "GET", namespaceURI, describeNamespace},
	{"ListNamespaces", "GET", accountURI + "/namespaces", listNamespaces},
	{"DeleteNamespace", "DELETE", namespaceURI, deleteNamespace},

	{"RegisterUser", "POST", usersURI, registerUser},
	{"DescribeUser", "GET", userURI, describeUser},
	{"UpdateUser", "PUT", userURI, updateUser},
	{"DeleteUser", "DELETE", userURI, deleteUser},
	{"DeleteUserByPrincipalId", "DELETE", namespaceURI + "/user-principals/{PrincipalId}", deleteUserByPrincipalID},
	{"ListUsers", "GET", usersURI, listUsers},
	{"ListUserGroups", "GET", userURI + "/groups", listUserGroups},
	{"UpdateUserCustomPermission", "PUT", userURI + "/custom-permission", updateUserCustomPermission},
	{"DeleteUserCustomPermission", "DELETE", userURI + "/custom-permission", deleteUserCustomPermission},

	{"CreateGroup", "POST", groupsURI, createGroup},
	{"DescribeGroup", "GET", groupURI, describeGroup},
	{"UpdateGroup", "PUT", groupURI, updateGroup},
	{"DeleteGroup", "DELETE", groupURI, deleteGroup},
	{"ListGroups", "GET", groupsURI, listGroups},
	{"SearchGroups", "POST", namespaceURI + "/groups-search", searchGroups},

	{"CreateGroupMembership", "PUT", memberURI, createGroupMembership},
	{"DescribeGroupMembership", "GET", memberURI, describeGroupMembership},
	{"DeleteGroupMembership", "DELETE", memberURI, deleteGroupMembership},
	{"ListGroupMemberships", "GET", groupURI + "/members", listGroupMemberships},

	{"TagResource", "POST", tagsURI, tagResource},
	{"UntagResource", "DELETE", tagsURI, untagResource},
	{"ListTagsForResource", "GET", tagsURI, listTagsForResource},

	{"DescribeAccountSubscription", "GET", "/account/{AwsAccountId}", describeAccountSubscription},
	{"DescribeAccountSettings", "GET", accountURI + "/settings", describeAccountSettings},
	{"UpdateAccountSettings", "PUT", accountURI + "/settings", updateAccountSettings},

	{"CreateCustomPermissions", "POST", profilesURI, createCustomPermissions},
	{"DescribeCustomPermissions", "GET", profileURI, describeCustomPermissions},
	{"ListCustomPermissions", "GET", profilesURI, listCustomPermissions},
	{"UpdateCustomPermissions", "PUT", profileURI, updateCustomPermissions},
	{"DeleteCustomPermissions", "DELETE", profileURI, deleteCustomPermissions},
}

// readOnly reports whether an operation of that name changes nothing.
func readOnly(name string) bool {
	for _, verb := range []string{"Describe", "List", "Search", "Get"} {
		if strings.HasPrefix(name, verb) {
			return true
		}
	}
	return false
}

func successStatus(name string) int {
	switch name {
	case "RegisterUser", "CreateGroup", "CreateNamespace", "CreateCustomPermissions", "CreateDataSet", "CreateTopic":
		return 201
	case "CreateDashboard", "CreateAnalysis", "CreateDataSource", "CreateTemplate", "CreateTheme":
		return 202
	}
	return 200
}

// statusInBody are the operations whose Status the API model has in the body;
// elsewhere it is the HTTP status.
var statusInBody = map[string]bool{
	"CreateCustomPermissions":         true,
	"DescribeCustomPermissions":       true,
	"UpdateCustomPermissions":         true,
	"DeleteCustomPermissions":         true,
	"DescribeAccountCustomPermission": true,
	"UpdateAccountCustomPermission":   true,
	"DeleteAccountCustomPermission":   true,
	"DescribeRoleCustomPermission":    true,
	"UpdateRoleCustomPermission":      true,
	"DeleteRoleCustomPermission":      true,
	"UpdateFolderPermissions":         true,
	"CreateFolderMembership":          true,
	"DeleteFolderMembership":          true,
}

// disabledWhenIntegrated are the operations that an account managed by IAM
// Identity Center refuses.
var disabledWhenIntegrated = map[string]bool{
	"CreateNamespace":       true,
	"RegisterUser":          true,
	"CreateGroup":           true,
	"UpdateGroup":           true,
	"DeleteGroup":           true,
	"CreateGroupMembership": true,
	"DeleteGroupMembership": true,
}
