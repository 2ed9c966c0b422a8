package iam

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/roomtest"
)

const (
	fence = "arn:aws:iam::" + account + ":policy/fence"
	admin = "arn:aws:iam::aws:policy/AdministratorAccess"
)

// populated is an account with one of each.
const populated = `{"account_id":"` + account + `","iam":{
 "roles":[{"name":"Bounded","trust":"{}","boundary":"` + fence + `","attached":["` + admin + `"],"policies":{"b":"{}","a":"{ }"},
           "tags":[{"key":"k","value":"v"}],"last_used":{"at":"2026-01-05T06:07:08Z","region":"eu-west-1"}},
          {"name":"Idle"}],
 "users":[{"name":"opal","groups":["operators"],"policies":{"own":"{}"},"boundary":"` + fence + `"},{"name":"pia"}],
 "groups":[{"name":"operators","path":"/ops/","attached":["` + fence + `"],"policies":{"all":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"}}],
 "policies":[{"name":"fence","arn":"` + fence + `","document":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"quicksight:Describe*\",\"Resource\":\"*\"}}"},
             {"name":"AdministratorAccess","arn":"` + admin + `","document":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"},
             {"name":"ReadOnlyAccess","arn":"arn:aws:iam::aws:policy/ReadOnlyAccess","document":"{}"}]}}`

func TestAccountAuthorizationDetails(t *testing.T) {
	r := roomtest.New(t, populated, New)
	answer := must(r, "GetAccountAuthorizationDetails")
	const bounded = "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType><PermissionsBoundaryArn>" + fence + "</PermissionsBoundaryArn></PermissionsBoundary>"
	sayHas(t, answer, "<UserDetailList><member><Path>/</Path><UserName>opal</UserName><UserId>AIDA",
		"<UserPolicyList><member><PolicyName>own</PolicyName><PolicyDocument>%7B%7D</PolicyDocument></member></UserPolicyList><GroupList><member>operators</member></GroupList>",
		"<AttachedManagedPolicies></AttachedManagedPolicies>"+bounded,
		"<GroupDetailList><member><Path>/ops/</Path><GroupName>operators</GroupName>", "<Arn>arn:aws:iam::111122223333:group/ops/operators</Arn>",
		"<RoleDetailList><member><Path>/</Path><RoleName>Bounded</RoleName>",
		"<AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument><InstanceProfileList></InstanceProfileList><RolePolicyList><member><PolicyName>a</PolicyName><PolicyDocument>%7B%20%7D</PolicyDocument></member>",
		"<PolicyName>AdministratorAccess</PolicyName><PolicyArn>"+admin+"</PolicyArn></member></AttachedManagedPolicies>"+bounded+"<Tags><member><Key>k</Key><Value>v</Value></member></Tags>",
		"<RoleLastUsed><LastUsedDate>2026-01-05T06:07:08Z</LastUsedDate><Region>eu-west-1</Region></RoleLastUsed>", "<RoleName>Idle</RoleName>", "<RoleLastUsed></RoleLastUsed>",
		"<Policies><member><PolicyName>AdministratorAccess</PolicyName>", "<AttachmentCount>1</AttachmentCount><PermissionsBoundaryUsageCount>2</PermissionsBoundaryUsageCount>",
		"<PolicyVersionList><member><Document>%7B%22Statement", "<VersionId>v1</VersionId><IsDefaultVersion>true</IsDefaultVersion>", "<IsTruncated>false</IsTruncated>")
	if strings.Contains(answer, "ReadOnlyAccess") {
		t.Error("a policy of AWS that nobody has is told")
	}
}

// The names that an answer has of users, groups, roles and policies.
var names = regexp.MustCompile(`<member><Path>[^<]*</Path><(?:User|Group|Role)Name>([^<]*)|<member><PolicyName>([^<]*)</PolicyName><PolicyId>`)

func namesOf(answer string) string {
	var list []string
	for _, m := range names.FindAllStringSubmatch(answer, -1) {
		list = append(list, m[1]+m[2])
	}
	return strings.Join(list, " ")
}

func TestAccountAuthorizationDetailsFilters(t *testing.T) {
	r := roomtest.New(t, populated, New)
	for filter, want := range map[string]string{
		"User": "opal pia", "Group": "operators", "Role": "Bounded Idle", "LocalManagedPolicy": "fence", "AWSManagedPolicy": "AdministratorAccess",
		"Role Group": "operators Bounded Idle", "": "opal pia operators Bounded Idle AdministratorAccess fence",
	} {
		var members []string
		for i, f := range strings.Fields(filter) {
			members = append(members, element("Filter", i+1), f)
		}
		if got := namesOf(must(r, "GetAccountAuthorizationDetails", members...)); got != want {
			t.Errorf("%q gives %q, want %q", filter, got, want)
		}
	}
}

// Pages go from one list into the next, and none repeats or skips anything.
func TestAccountAuthorizationDetailsPages(t *testing.T) {
	r := roomtest.New(t, populated, New)
	marker, got := regexp.MustCompile(`<Marker>([^<]{1,320})</Marker>`), []string{}
	members := []string{"MaxItems", "2"}
	for {
		answer := must(r, "GetAccountAuthorizationDetails", members...)
		got = append(got, namesOf(answer))
		m := marker.FindStringSubmatch(answer)
		if m == nil {
			break
		}
		members = []string{"MaxItems", "2", "Marker", m[1]}
		if status, _ := r.Form(form("GetAccountAuthorizationDetails", "Marker", m[1], "Filter.member.1", "Role")); status != 400 {
			t.Errorf("a marker of another filter answers %d", status)
		}
	}
	if want := "opal pia|operators Bounded|Idle AdministratorAccess|fence"; strings.Join(got, "|") != want {
		t.Errorf("pages %q, want %q", got, want)
	}
}

func TestBoundaryOfRole(t *testing.T) {
	r := open(t)
	const all = "arn:aws:iam::" + account + ":policy/team/AllowAll"
	sayHas(t, must(r, "CreateRole", "RoleName", "x", "AssumeRolePolicyDocument", trust, "PermissionsBoundary", all), "<PermissionsBoundaryArn>"+all)
	sayHas(t, must(r, "GetPolicy", "PolicyArn", all), "<PermissionsBoundaryUsageCount>1</PermissionsBoundaryUsageCount>")
	if strings.Contains(must(r, "ListRoles"), "PermissionsBoundary") {
		t.Error("a list of roles tells boundaries")
	}
	for range 2 { // that there is none is no error
		must(r, "DeleteRolePermissionsBoundary", "RoleName", "x")
		if strings.Contains(must(r, "GetRole", "RoleName", "x"), "PermissionsBoundary") {
			t.Error("the boundary is still there")
		}
	}
	must(r, "PutRolePermissionsBoundary", "RoleName", "x", "PermissionsBoundary", all)
	sayHas(t, must(r, "GetRole", "RoleName", "x"), "<PermissionsBoundaryArn>"+all, "<RoleLastUsed></RoleLastUsed>")
}

func TestSimulateWithinBoundary(t *testing.T) {
	r := roomtest.New(t, populated, New)
	decide := func(source, action string, members ...string) string {
		t.Helper()
		return must(r, "SimulatePrincipalPolicy", append([]string{"PolicySourceArn", "arn:aws:iam::" + account + ":" + source, "ActionNames.member.1", action}, members...)...)
	}
	must(r, "PutRolePolicy", "RoleName", "Bounded", "PolicyName", "a", "PolicyDocument", allowAll)
	must(r, "DeleteRolePolicy", "RoleName", "Bounded", "PolicyName", "b")
	const allowed, not = "<AllowedByPermissionsBoundary>true<", "<AllowedByPermissionsBoundary>false<"
	sayHas(t, decide("role/Bounded", "quicksight:DescribeUser"), "<EvalDecision>allowed</EvalDecision>", "role_Bounded_a", allowed)
	sayHas(t, decide("role/Bounded", "quicksight:CreateUser"), "<EvalDecision>implicitDeny</EvalDecision><MatchedStatements></MatchedStatements>", not)
	sayHas(t, decide("role/Bounded", "quicksight:CreateUser", "ResourceArns.member.1", "arn:aws:quicksight::"+account+":user/x"),
		"<EvalResourceDecision>implicitDeny</EvalResourceDecision>", not+"/AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail></member></ResourceSpecificResults>")
	// A boundary allows nothing by itself.
	sayHas(t, decide("role/Idle", "quicksight:DescribeUser", "PermissionsBoundaryPolicyInputList.member.1", allowAll), "<EvalDecision>implicitDeny</EvalDecision>", allowed)
	// The boundary of the request counts in place of the role's.
	sayHas(t, decide("role/Bounded", "quicksight:CreateUser", "PermissionsBoundaryPolicyInputList.member.1", allowAll), "<EvalDecision>allowed</EvalDecision>", allowed)
	sayHas(t, decide("role/Bounded", "quicksight:CreateUser", "PermissionsBoundaryPolicyInputList.member.1", denyJIT), "<EvalDecision>explicitDeny</EvalDecision>",
		"<SourcePolicyId>PermissionsBoundaryPolicyInputList.1</SourcePolicyId>", not)
	if answer := decide("role/Idle", "quicksight:CreateUser"); strings.Contains(answer, "PermissionsBoundaryDecisionDetail") {
		t.Errorf("nothing bounds the role: %s", answer)
	}
}

// A user has what its groups have, too.
func TestSimulateUsersAndGroups(t *testing.T) {
	r := roomtest.New(t, strings.ReplaceAll(populated, `"own":"{}"`, `"own":"{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"iam:*\",\"Resource\":\"*\"}}"`), New)
	for _, c := range []struct{ source, action, want string }{
		{"user/opal", "quicksight:DescribeUser", "<EvalDecision>allowed</EvalDecision><MatchedStatements><member><SourcePolicyId>group_operators_all</SourcePolicyId><SourcePolicyType>group<"},
		{"user/opal", "quicksight:CreateUser", "<EvalDecision>implicitDeny</EvalDecision>"},
		{"user/opal", "iam:GetRole", "<SourcePolicyId>user_opal_own</SourcePolicyId><SourcePolicyType>user<"},
		{"group/ops/operators", "quicksight:CreateUser", "<EvalDecision>allowed</EvalDecision>"},
		{"user/pia", "quicksight:DescribeUser", "<EvalDecision>implicitDeny</EvalDecision>"},
	} {
		sayHas(t, must(r, "SimulatePrincipalPolicy", "PolicySourceArn", "arn:aws:iam::"+account+":"+c.source, "ActionNames.member.1", c.action), c.want)
	}
	if status, _ := r.Form(form("SimulatePrincipalPolicy", "PolicySourceArn", "arn:aws:iam::"+account+":group/operators", "ActionNames.member.1", "a:b")); status != 404 {
		t.Errorf("a group under another path answers %d", status)
	}
}
