package intake

import "strings"

// about is what a call of the directory is about.
type about struct {
	kind  Kind       // "" for a call that concerns nobody's place
	ids   [][]string // the places in detail where the id may stand, the best first
	group [][]string // the same for a group that is named besides
	// revokes says that it may take something away; unlessActive, that it may unless the answer says
	// that the person is active.
	revokes, unlessActive bool
}

// stores are the places where an event of the directory names its identity store.
var stores = places("requestParameters.identityStoreId", "responseElements.identityStoreId", "requestParameters.tenantId")

// The places of ids. Sources: IAM Identity Center user guide, "Logging IAM Identity Center API calls" and
// "Logging SCIM API calls"; the shapes of the Identity Store API; AWS's and others' published events.
var (
	inRequestGroup = places("requestParameters.groupId")
	inRequestUser  = places("requestParameters.userId")
	inMember       = places("requestParameters.member.memberId", "requestParameters.member.memberId.userId", "requestParameters.member.userId",
		"requestParameters.memberId.userId", "requestParameters.memberId")
	inMembership  = places("requestParameters.membershipId")
	inAnswerUser  = places("responseElements.user.userId", "responseElements.userId", "requestParameters.userId")
	inAnswerGroup = places("responseElements.group.groupId", "responseElements.groupId", "requestParameters.groupId")
	inSCIM        = places("requestParameters.id", "responseElements.id")
)

func places(paths ...string) [][]string {
	var all [][]string
	for _, p := range paths {
		all = append(all, strings.Split(p, "."))
	}
	return all
}

// directory says, for each source and name of a call, what it is about. A name that is not in it may be
// about people.
var directory = map[string]map[string]about{
	"sso-directory.amazonaws.com": with(nobody, map[string]about{
		"CreateUser":             {kind: Person, ids: inAnswerUser},
		"UpdateUser":             {kind: Person, ids: inRequestUser},
		"UpdateUserName":         {kind: Person, ids: inRequestUser},
		"DeleteUser":             {kind: Person, ids: inRequestUser, revokes: true},
		"DisableUser":            {kind: Person, ids: inRequestUser, revokes: true},
		"EnableUser":             {kind: Person, ids: inRequestUser},
		"CreateGroup":            {kind: Group, ids: inAnswerGroup},
		"UpdateGroup":            {kind: Group, ids: inRequestGroup},
		"UpdateGroupDisplayName": {kind: Group, ids: inRequestGroup},
		"DeleteGroup":            {kind: Group, ids: inRequestGroup, revokes: true},
		"AddMemberToGroup":       {kind: Person, ids: inMember, group: inRequestGroup},
		"RemoveMemberFromGroup":  {kind: Person, ids: inMember, group: inRequestGroup, revokes: true},
	}),
	"identitystore.amazonaws.com": with(nobody, map[string]about{
		"CreateUser":            {kind: Person, ids: inAnswerUser},
		"UpdateUser":            {kind: Person, ids: inRequestUser},
		"DeleteUser":            {kind: Person, ids: inRequestUser, revokes: true},
		"CreateGroup":           {kind: Group, ids: inAnswerGroup},
		"UpdateGroup":           {kind: Group, ids: inRequestGroup},
		"DeleteGroup":           {kind: Group, ids: inRequestGroup, revokes: true},
		"CreateGroupMembership": {kind: Person, ids: inMember, group: inRequestGroup},
		"DeleteGroupMembership": {kind: Membership, ids: inMembership, group: inRequestGroup, revokes: true},
	}),
	// PutUser and PatchUser may disable; PatchGroup hides who was added and who was removed.
	"identitystore-scim.amazonaws.com": with(nobody, map[string]about{
		"CreateUser":  {kind: Person, ids: places("responseElements.id")},
		"PutUser":     {kind: Person, ids: inSCIM, unlessActive: true},
		"PatchUser":   {kind: Person, ids: inSCIM, unlessActive: true},
		"DeleteUser":  {kind: Person, ids: inSCIM, revokes: true},
		"CreateGroup": {kind: Group, ids: places("responseElements.id")},
		"PatchGroup":  {kind: Group, ids: inSCIM, revokes: true},
		"DeleteGroup": {kind: Group, ids: inSCIM, revokes: true},
	}),
}

// with adds calls that concern nobody's place to a table.
func with(names []string, all map[string]about) map[string]about {
	for _, name := range names {
		all[name] = about{}
	}
	return all
}

// nobody are calls that concern nobody's place: passwords, devices, tokens, and the settings of an external identity
// provider. People sign in and out all day, and that is no reason to look at anybody. Source: Service Authorization
// Reference, the actions of "Identity Center directory". The patterns in deploy/events leave them out too.
var nobody = []string{
	"CompleteVirtualMfaDeviceRegistration",
	"CompleteWebAuthnDeviceRegistration",
	"CreateBearerToken",
	"CreateExternalIdPConfigurationForDirectory",
	"CreateProvisioningTenant",
	"DeleteBearerToken",
	"DeleteExternalIdPCertificate",
	"DeleteExternalIdPConfigurationForDirectory",
	"DeleteMfaDeviceForUser",
	"DeleteProvisioningTenant",
	"DisableExternalIdPConfigurationForDirectory",
	"EnableExternalIdPConfigurationForDirectory",
	"ImportExternalIdPCertificate",
	"StartVirtualMfaDeviceRegistration",
	"StartWebAuthnDeviceRegistration",
	"UpdateExternalIdPConfigurationForDirectory",
	"UpdateMfaDeviceForUser",
	"UpdatePassword",
	"VerifyEmail",
}
