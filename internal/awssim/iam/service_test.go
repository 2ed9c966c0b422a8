package iam

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/roomtest"
)

const (
	account  = "111122223333"
	trust    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/idc"},"Action":["sts:AssumeRoleWithSAML","sts:TagSession"]}]}`
	denyJIT  = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["quicksight:CreateReader","quicksight:CreateUser"],"Resource":"*"}]}`
	allowAll = `{"Statement":{"Effect":"Allow","Action":"quicksight:*","Resource":"*"}}`
)

const file = `{"account_id":"` + account + `","iam":{
 "roles":[{"name":"QuickSight","tags":[{"key":"a","value":"b"}]},
          {"name":"AWSReservedSSO_Analyst_0123456789abcdef","path":"/aws-reserved/sso.amazonaws.com/"}],
 "policies":[{"name":"AllowAll","arn":"arn:aws:iam::` + account + `:policy/team/AllowAll","document":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"quicksight:*\",\"Resource\":\"*\"}}"}]}}`

func open(t *testing.T) *roomtest.Room {
	t.Helper()
	r := roomtest.New(t, file, New)
	r.Region = "eu-west-1" // IAM is global
	return r
}

// form is an operation with its members: name, value, name, value.
func form(operation string, members ...string) url.Values {
	f := url.Values{"Action": {operation}, "Version": {"2010-05-08"}}
	for i := 0; i < len(members); i += 2 {
		f.Set(members[i], members[i+1])
	}
	return f
}

// must calls an operation that has to succeed.
func must(r *roomtest.Room, operation string, members ...string) string {
	r.T.Helper()
	status, answer := r.Form(form(operation, members...))
	if status != 200 {
		r.T.Fatalf("%s %v answers %d %s", operation, members, status, answer)
	}
	return answer
}

// sayHas checks that an answer holds each of the texts.
func sayHas(t *testing.T, answer string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(answer, text) {
			t.Errorf("no %s in %s", text, answer)
		}
	}
}

func TestRefusals(t *testing.T) {
	long := strings.Repeat("x", 65)
	tests := []struct {
		name    string
		form    url.Values
		status  int
		code    string
		message string
	}{
		{"unknown role", form("GetRole", "RoleName", "Nobody"), 404, "NoSuchEntity", "The role with name Nobody cannot be found."},
		{"no name", form("GetRole"), 400, "ValidationError", "1 validation error detected: Value null at &#39;roleName&#39; failed to satisfy constraint: Member must not be null"},
		{"a name of 65", form("GetRole", "RoleName", long), 400, "ValidationError",
			"1 validation error detected: Value &#39;" + long + "&#39; at &#39;roleName&#39; failed to satisfy constraint: Member must have length less than or equal to 64"},
		{"a name with a space", form("GetRole", "RoleName", "a b"), 400, "ValidationError",
			"The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"},
		{"a path without its end", form("CreateRole", "RoleName", "x", "AssumeRolePolicyDocument", trust, "Path", "/a"), 400, "ValidationError",
			"The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters."},
		{"a prefix without its slash", form("ListRoles", "PathPrefix", "aws-reserved/"), 400, "ValidationError",
			"The specified value for pathPrefix is invalid. It must begin with the / character and contain only alphanumeric characters and/or / characters."},
		{"1001 at once", form("ListRoles", "MaxItems", "1001"), 400, "ValidationError",
			"1 validation error detected: Value &#39;1001&#39; at &#39;maxItems&#39; failed to satisfy constraint: Member must have value less than or equal to 1000"},
		{"a marker of no list", form("ListRoles", "Marker", "abcd"), 400, "ValidationError", "Invalid Marker."},
		{"a name taken in another case", form("CreateRole", "RoleName", "quicksight", "AssumeRolePolicyDocument", trust), 409, "EntityAlreadyExists", "Role with name quicksight already exists."},
		{"a reserved path", form("CreateRole", "RoleName", "x", "AssumeRolePolicyDocument", trust, "Path", "/aws-reserved/sso.amazonaws.com/"), 400, "InvalidInput",
			"The path /aws-reserved/ is reserved for roles that AWS makes."},
		{"a trust that is none", form("CreateRole", "RoleName", "x", "AssumeRolePolicyDocument", denyJIT), 400, "MalformedPolicyDocument", "Has prohibited field Resource"},
		{"a policy that is none", form("PutRolePolicy", "RoleName", "QuickSight", "PolicyName", "p", "PolicyDocument", "{"), 400, "MalformedPolicyDocument", "This policy contains invalid Json"},
		{"a policy too long", form("PutRolePolicy", "RoleName", "QuickSight", "PolicyName", "p", "PolicyDocument", strings.Replace(allowAll, "*", strings.Repeat("a", 10_240), 1)), 409, "LimitExceeded",
			"Maximum policy size of 10240 bytes exceeded for role QuickSight"},
		{"a protected role", form("PutRolePolicy", "RoleName", "AWSReservedSSO_Analyst_0123456789abcdef", "PolicyName", "p", "PolicyDocument", denyJIT), 400, "UnmodifiableEntity",
			"Cannot perform the operation on the protected role &#39;AWSReservedSSO_Analyst_0123456789abcdef&#39; - this role is only modifiable by AWS"},
		{"delete of a protected role", form("DeleteRole", "RoleName", "AWSReservedSSO_Analyst_0123456789abcdef"), 400, "UnmodifiableEntity", ""},
		{"unknown inline policy", form("GetRolePolicy", "RoleName", "QuickSight", "PolicyName", "p"), 404, "NoSuchEntity", "The role policy with name p cannot be found."},
		{"unknown managed policy", form("AttachRolePolicy", "RoleName", "QuickSight", "PolicyArn", "arn:aws:iam::aws:policy/Nothing"), 404, "NoSuchEntity",
			"Policy arn:aws:iam::aws:policy/Nothing does not exist or is not attachable."},
		{"the same policy under another path", form("GetPolicy", "PolicyArn", "arn:aws:iam::"+account+":policy/AllowAll"), 404, "NoSuchEntity",
			"Policy arn:aws:iam::" + account + ":policy/AllowAll was not found."},
		{"a policy name taken", form("CreatePolicy", "PolicyName", "allowall", "PolicyDocument", denyJIT), 409, "EntityAlreadyExists",
			"A policy called allowall already exists. Duplicate names are not allowed."},
		{"simulate for nobody", form("SimulatePrincipalPolicy", "PolicySourceArn", "arn:aws:iam::"+account+":role/Nobody", "ActionNames.member.1", "a:b"), 404, "NoSuchEntity",
			"arn:aws:iam::" + account + ":role/Nobody does not exist"},
		{"simulate for what is no principal", form("SimulatePrincipalPolicy", "PolicySourceArn", "arn:aws:s3:::bucket-of-somebody", "ActionNames.member.1", "a:b"), 400, "InvalidInput", ""},
		{"simulate nothing", form("SimulatePrincipalPolicy", "PolicySourceArn", "arn:aws:iam::"+account+":role/QuickSight"), 400, "ValidationError", ""},
		{"simulate with two boundaries", form("SimulatePrincipalPolicy", "PolicySourceArn", "arn:aws:iam::"+account+":role/QuickSight", "ActionNames.member.1", "a:b",
			"PermissionsBoundaryPolicyInputList.member.1", allowAll, "PermissionsBoundaryPolicyInputList.member.2", allowAll), 400, "InvalidInput", ""},
		{"simulate with a resource policy", form("SimulatePrincipalPolicy", "PolicySourceArn", "arn:aws:iam::"+account+":role/QuickSight", "ActionNames.member.1", "a:b",
			"ResourcePolicy", allowAll), 400, "InvalidInput", ""},
		{"a boundary that is no policy", form("PutRolePermissionsBoundary", "RoleName", "QuickSight", "PermissionsBoundary", "arn:aws:iam::"+account+":policy/Nothing"), 404, "NoSuchEntity",
			"Scope ARN: arn:aws:iam::" + account + ":policy/Nothing does not exist or is not attachable."},
		{"a boundary that is no policy, at once", form("CreateRole", "RoleName", "x", "AssumeRolePolicyDocument", trust, "PermissionsBoundary", "arn:aws:iam::"+account+":policy/Nothing"), 404, "NoSuchEntity", "Scope ARN: "},
		{"no boundary", form("PutRolePermissionsBoundary", "RoleName", "QuickSight"), 400, "ValidationError",
			"1 validation error detected: Value null at &#39;permissionsBoundary&#39; failed to satisfy constraint: Member must not be null"},
		{"a boundary of a protected role", form("PutRolePermissionsBoundary", "RoleName", "AWSReservedSSO_Analyst_0123456789abcdef", "PermissionsBoundary", "arn:aws:iam::"+account+":policy/team/AllowAll"), 400, "UnmodifiableEntity", ""},
		{"details of what there is not", form("GetAccountAuthorizationDetails", "Filter.member.1", "Robot"), 400, "ValidationError",
			"1 validation error detected: Value &#39;[Robot]&#39; at &#39;filter&#39; failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [User, Role, Group, LocalManagedPolicy, AWSManagedPolicy]]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, answer := open(t).Form(tt.form)
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			sayHas(t, answer, "<ErrorResponse", "<Code>"+tt.code+"</Code>", "<Message>"+tt.message)
		})
	}
}

func TestRoleLife(t *testing.T) {
	r := open(t)
	answer := must(r, "CreateRole", "RoleName", "QuickSight-acme", "Path", "/bi/", "AssumeRolePolicyDocument", trust, "Description", "d",
		"Tags.member.1.Key", "k", "Tags.member.1.Value", "v")
	sayHas(t, answer, `<CreateRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><CreateRoleResult><Role>`,
		"<Arn>arn:aws:iam::111122223333:role/bi/QuickSight-acme</Arn>", "<Tags><member><Key>k</Key><Value>v</Value></member></Tags>",
		"<MaxSessionDuration>3600</MaxSessionDuration>", "<ResponseMetadata><RequestId>")
	if !regexp.MustCompile(`<RoleId>AROA[0-9A-F]{17}</RoleId>`).MatchString(answer) {
		t.Errorf("no unique id in %s", answer)
	}
	sayHas(t, answer, "<AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22")
	must(r, "UpdateAssumeRolePolicy", "RoleName", "QuickSight-acme", "PolicyDocument", strings.Replace(trust, "idc", "okta provider", 1))
	sayHas(t, must(r, "GetRole", "RoleName", "QuickSight-acme"), "okta%20provider")

	must(r, "PutRolePolicy", "RoleName", "QuickSight-acme", "PolicyName", "jit", "PolicyDocument", denyJIT)
	sayHas(t, must(r, "ListRolePolicies", "RoleName", "QuickSight-acme"), "<PolicyNames><member>jit</member></PolicyNames><IsTruncated>false</IsTruncated>")
	sayHas(t, must(r, "GetRolePolicy", "RoleName", "QuickSight-acme", "PolicyName", "jit"), "<PolicyDocument>"+escape(denyJIT)+"</PolicyDocument>")
	arn := "arn:aws:iam::" + account + ":policy/team/AllowAll"
	must(r, "AttachRolePolicy", "RoleName", "QuickSight-acme", "PolicyArn", arn)
	sayHas(t, must(r, "ListAttachedRolePolicies", "RoleName", "QuickSight-acme"), "<PolicyName>AllowAll</PolicyName><PolicyArn>"+arn+"</PolicyArn>")
	sayHas(t, must(r, "ListAttachedRolePolicies", "RoleName", "QuickSight-acme", "PathPrefix", "/other/"), "<AttachedPolicies></AttachedPolicies>")
	sayHas(t, must(r, "GetPolicy", "PolicyArn", arn), "<AttachmentCount>1</AttachmentCount>", "<Path>/team/</Path>")

	for _, step := range []struct{ message, operation, name, value string }{
		{"must delete policies first", "DeleteRolePolicy", "PolicyName", "jit"},
		{"must detach all policies first", "DetachRolePolicy", "PolicyArn", arn},
	} {
		if status, answer := r.Form(form("DeleteRole", "RoleName", "QuickSight-acme")); status != 409 || !strings.Contains(answer, step.message) {
			t.Errorf("deleting answers %d %s, want %s", status, answer, step.message)
		}
		must(r, step.operation, "RoleName", "QuickSight-acme", step.name, step.value)
	}
	must(r, "DeleteRole", "RoleName", "QuickSight-acme")
	if status, _ := r.Form(form("GetRole", "RoleName", "QuickSight-acme")); status != 404 {
		t.Errorf("a deleted role answers %d", status)
	}
}

func TestManagedPolicy(t *testing.T) {
	r := open(t)
	sayHas(t, must(r, "CreatePolicy", "PolicyName", "jit", "PolicyDocument", denyJIT), "<Arn>arn:aws:iam::111122223333:policy/jit</Arn>", "<DefaultVersionId>v1</DefaultVersionId>")
	sayHas(t, must(r, "GetPolicyVersion", "PolicyArn", "arn:aws:iam::111122223333:policy/jit", "VersionId", "v1"), "<Document>"+escape(denyJIT)+"</Document>")
}

// A managed policy has the document of its default version, and five versions at the most, whose ids are not used again.
func TestPolicyVersions(t *testing.T) {
	r := open(t)
	const arn = "arn:aws:iam::" + account + ":policy/team/AllowAll"
	sayHas(t, must(r, "CreatePolicyVersion", "PolicyArn", arn, "PolicyDocument", denyJIT), "<VersionId>v2</VersionId><IsDefaultVersion>false</IsDefaultVersion>")
	sayHas(t, must(r, "GetPolicy", "PolicyArn", arn), "<DefaultVersionId>v1</DefaultVersionId>")
	must(r, "AttachRolePolicy", "RoleName", "QuickSight", "PolicyArn", arn)
	for n := 3; n <= 5; n++ {
		must(r, "CreatePolicyVersion", "PolicyArn", arn, "PolicyDocument", denyJIT, "SetAsDefault", "true")
	}
	sayHas(t, must(r, "SimulatePrincipalPolicy", "PolicySourceArn", "arn:aws:iam::"+account+":role/QuickSight", "ActionNames.member.1", "quicksight:CreateReader"), "explicitDeny")
	answer := must(r, "ListPolicyVersions", "PolicyArn", arn)
	sayHas(t, answer, "<Versions><member><VersionId>v5</VersionId><IsDefaultVersion>true</IsDefaultVersion>", "<VersionId>v1</VersionId><IsDefaultVersion>false</IsDefaultVersion>", "<IsTruncated>false</IsTruncated>")
	if strings.Contains(answer, "<Document>") {
		t.Error("the list has documents")
	}
	refuses := func(status int, code, op string, in ...string) {
		t.Helper()
		got, answer := r.Form(form(op, append([]string{"PolicyArn", arn}, in...)...))
		if got != status || !strings.Contains(answer, "<Code>"+code+"</Code>") {
			t.Errorf("%s %v answers %d %s", op, in, got, answer)
		}
	}
	refuses(409, "LimitExceeded", "CreatePolicyVersion", "PolicyDocument", denyJIT)
	refuses(409, "DeleteConflict", "DeletePolicyVersion", "VersionId", "v5")
	refuses(404, "NoSuchEntity", "DeletePolicyVersion", "VersionId", "v6")
	refuses(400, "MalformedPolicyDocument", "CreatePolicyVersion", "PolicyDocument", "{")
	must(r, "DeletePolicyVersion", "PolicyArn", arn, "VersionId", "v1")
	refuses(404, "NoSuchEntity", "GetPolicyVersion", "VersionId", "v1")
	sayHas(t, must(r, "CreatePolicyVersion", "PolicyArn", arn, "PolicyDocument", denyJIT), "<VersionId>v6</VersionId>")
}

func TestListRoles(t *testing.T) {
	r := open(t)
	sayHas(t, must(r, "ListRoles", "PathPrefix", "/nothing/"), "<Roles></Roles>", "<IsTruncated>false</IsTruncated>")
	answer := must(r, "ListRoles", "PathPrefix", "/aws-reserved/sso.amazonaws.com/")
	if n := strings.Count(answer, "<RoleName>"); n != 1 {
		t.Errorf("%d reserved roles, want 1: %s", n, answer)
	}
	if strings.Contains(must(r, "ListRoles"), "<Tags>") {
		t.Error("a list of roles tells tags")
	}

	for i := range 25 {
		must(r, "CreateRole", "RoleName", fmt.Sprintf("r%02d", i), "Path", "/many/", "AssumeRolePolicyDocument", trust)
	}
	marker, seen := regexp.MustCompile(`<IsTruncated>true</IsTruncated><Marker>([^<]{1,320})</Marker>`), 0
	members := []string{"PathPrefix", "/many/", "MaxItems", "10"}
	for pages := 1; ; pages++ {
		answer := must(r, "ListRoles", members...)
		seen += strings.Count(answer, "<RoleName>")
		m := marker.FindStringSubmatch(answer)
		if m == nil {
			if pages != 3 || seen != 25 {
				t.Errorf("%d roles in %d pages, want 25 in 3", seen, pages)
			}
			break
		}
		members = []string{"PathPrefix", "/many/", "MaxItems", "10", "Marker", m[1]}
		if status, _ := r.Form(form("ListRoles", "Marker", m[1])); status != 400 {
			t.Errorf("a marker of another selection answers %d", status)
		}
	}
}

func TestAnotherAccountIsDenied(t *testing.T) {
	r := roomtest.New(t, `{"account_id":"111122223333","callers":[{"access_key":"AKIASIMULATED0000001","account":"999900001111","arn":"arn:aws:iam::999900001111:user/eve"}]}`, New)
	if status, answer := r.Form(form("ListRoles")); status != 403 || !strings.Contains(answer, "<Code>AccessDenied</Code>") {
		t.Errorf("answers %d %s", status, answer)
	}
}

func TestSimulate(t *testing.T) {
	r := open(t)
	source := "arn:aws:iam::" + account + ":role/QuickSight"
	user := "arn:aws:quicksight::" + account + ":user/*"
	decide := func(members ...string) string {
		t.Helper()
		return must(r, "SimulatePrincipalPolicy", append([]string{"PolicySourceArn", source, "ActionNames.member.1", "quicksight:CreateReader"}, members...)...)
	}
	sayHas(t, decide(), "<EvalResourceName>*</EvalResourceName><EvalDecision>implicitDeny</EvalDecision><MatchedStatements></MatchedStatements>")
	must(r, "AttachRolePolicy", "RoleName", "QuickSight", "PolicyArn", "arn:aws:iam::"+account+":policy/team/AllowAll")
	sayHas(t, decide("ResourceArns.member.1", user), "<EvalDecision>allowed</EvalDecision>", "<SourcePolicyId>AllowAll</SourcePolicyId><SourcePolicyType>user-managed</SourcePolicyType>",
		"<ResourceSpecificResults><member><EvalResourceName>"+user+"</EvalResourceName><EvalResourceDecision>allowed</EvalResourceDecision>")
	must(r, "PutRolePolicy", "RoleName", "QuickSight", "PolicyName", "jit", "PolicyDocument", denyJIT)
	answer := decide("ActionNames.member.2", "quicksight:CreateAdmin")
	sayHas(t, answer, "<EvalActionName>quicksight:CreateReader</EvalActionName><EvalResourceName>*</EvalResourceName><EvalDecision>explicitDeny</EvalDecision>",
		"<EvalActionName>quicksight:CreateAdmin</EvalActionName><EvalResourceName>*</EvalResourceName><EvalDecision>allowed</EvalDecision>",
		"<SourcePolicyId>role_QuickSight_jit</SourcePolicyId>", "<StartPosition><Line>1</Line><Column>38</Column></StartPosition>")
	first := decide("ActionNames.member.2", "quicksight:CreateAdmin", "MaxItems", "1")
	marker := regexp.MustCompile(`<Marker>(.*)</Marker>`).FindStringSubmatch(first)
	if marker == nil || strings.Count(first, "<EvalActionName>") != 1 {
		t.Fatalf("no first page of one: %s", first)
	}
	sayHas(t, decide("ActionNames.member.2", "quicksight:CreateAdmin", "MaxItems", "1", "Marker", marker[1]), "quicksight:CreateAdmin", "<IsTruncated>false</IsTruncated>")

	tagged := `{"Statement":{"Effect":"Deny","Action":"quicksight:CreateReader","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/x":"y"}}}}`
	must(r, "PutRolePolicy", "RoleName", "QuickSight", "PolicyName", "jit", "PolicyDocument", tagged)
	sayHas(t, decide(), "<EvalDecision>allowed</EvalDecision>", "<MissingContextValues><member>aws:principaltag/x</member></MissingContextValues>")
	sayHas(t, decide("ContextEntries.member.1.ContextKeyName", "aws:PrincipalTag/x", "ContextEntries.member.1.ContextKeyValues.member.1", "y"), "<EvalDecision>explicitDeny</EvalDecision>")
	sayHas(t, decide("PolicyInputList.member.1", denyJIT), "<EvalDecision>explicitDeny</EvalDecision>")
}
