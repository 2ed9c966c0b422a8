package ssoadmin

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/roomtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const (
	account  = "111122223333"
	instance = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
	ana      = "0a000000-0000-4000-8000-000000000001"
	acme     = "1a000000-0000-4000-8000-000000000001"
	none     = "ffffffff-0000-4000-8000-000000000000"
)

const file = `{"account_id":"` + account + `","identity_center":{"instance_arn":"` + instance + `",
 "users":[{"id":"` + ana + `","user_name":"ana"}],"groups":[{"id":"` + acme + `","display_name":"qs:acme"}]}}`

// call fills the instance in and calls an operation.
func call(r *roomtest.Room, operation, body string) (int, map[string]any) {
	r.T.Helper()
	body = strings.Replace(body, "{", `{"InstanceArn":"`+instance+`",`, 1)
	return r.Target("SWBExternalService."+operation, strings.Replace(body, ",}", "}", 1))
}

func must(r *roomtest.Room, operation, body string) map[string]any {
	r.T.Helper()
	status, answer := call(r, operation, body)
	if status != 200 {
		r.T.Fatalf("%s %s answers %d %v", operation, body, status, answer)
	}
	return answer
}

// create makes a permission set and gives the member that names it.
func create(r *roomtest.Room, name string) string {
	r.T.Helper()
	set := must(r, "CreatePermissionSet", `{"Name":"`+name+`"}`)["PermissionSet"].(map[string]any)
	return `"PermissionSetArn":"` + set["PermissionSetArn"].(string) + `"`
}

// toAcme names the assignment of a permission set to the group acme in the world's account.
func toAcme(set string) string {
	return `{` + set + `,"TargetId":"` + account + `","TargetType":"AWS_ACCOUNT","PrincipalType":"GROUP","PrincipalId":"` + acme + `"}`
}

// roles are the names of the account's roles.
func roles(r *roomtest.Room) []string {
	r.World.Lock()
	defer r.World.Unlock()
	var names []string
	for name := range r.World.IAM.Roles.All() {
		names = append(names, name)
	}
	return names
}

func TestInstances(t *testing.T) {
	r := roomtest.New(t, file, New)
	_, answer := r.Target("SWBExternalService.ListInstances", `{}`)
	list := answer["Instances"].([]any)
	if len(list) != 1 {
		t.Fatalf("%d instances, want 1", len(list))
	}
	if i := list[0].(map[string]any); i["InstanceArn"] != instance || i["IdentityStoreId"] != "d-1234567890" || i["OwnerAccountId"] != account || i["Status"] != "ACTIVE" {
		t.Errorf("instance %v", i)
	}
	if i := must(r, "DescribeInstance", `{}`); i["IdentityStoreId"] != "d-1234567890" {
		t.Errorf("described as %v", i)
	}
	r.Region = "eu-west-1"
	if _, answer := r.Target("SWBExternalService.ListInstances", `{}`); len(answer["Instances"].([]any)) != 0 {
		t.Errorf("another Region has instances: %v", answer)
	}
}

func TestPermissionSetLife(t *testing.T) {
	r := roomtest.New(t, file, New)
	set := create(r, "QuickSight")
	if !regexp.MustCompile(`^"PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-[0-9a-f]{16}"$`).MatchString(set) {
		t.Errorf("ARN %s", set)
	}
	must(r, "UpdatePermissionSet", `{`+set+`,"RelayState":"https://quicksight.aws.amazon.com"}`)
	p := must(r, "DescribePermissionSet", `{`+set+`}`)["PermissionSet"].(map[string]any)
	if p["Name"] != "QuickSight" || p["SessionDuration"] != "PT1H" || p["RelayState"] != "https://quicksight.aws.amazon.com" {
		t.Errorf("described as %v", p)
	}
	if got := must(r, "GetInlinePolicyForPermissionSet", `{`+set+`}`)["InlinePolicy"]; got != "" {
		t.Errorf("a new permission set has the policy %q", got)
	}
	must(r, "PutInlinePolicyToPermissionSet", `{`+set+`,"InlinePolicy":"{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"quicksight:CreateUser\",\"Resource\":\"*\"}}"}`)
	if got := must(r, "GetInlinePolicyForPermissionSet", `{`+set+`}`)["InlinePolicy"].(string); !strings.Contains(got, "quicksight:CreateUser") {
		t.Errorf("the policy is %q", got)
	}
	must(r, "DeletePermissionSet", `{`+set+`}`)
	if got := must(r, "ListPermissionSets", `{}`)["PermissionSets"].([]any); len(got) != 0 {
		t.Errorf("left %v", got)
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct{ name, operation, body, code, message string }{
		{"a name taken", "CreatePermissionSet", `{"Name":"Taken"}`, "ConflictException", "PermissionSet with name Taken already exists."},
		{"a name of 33", "CreatePermissionSet", `{"Name":"` + strings.Repeat("x", 33) + `"}`, "ValidationException",
			"1 validation error detected: Value '" + strings.Repeat("x", 33) + "' at 'name' failed to satisfy constraint: Member must have length less than or equal to 32"},
		{"no name", "CreatePermissionSet", `{}`, "ValidationException",
			"1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"},
		{"an unknown set", "DescribePermissionSet", `{"PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-0000000000000000"}`, "ResourceNotFoundException",
			"PermissionSet not found: arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-0000000000000000"},
		{"an ARN of another form", "DescribePermissionSet", `{"PermissionSetArn":"arn:aws:sso:::instance/ssoins-1234567890abcdef/ps-0000000000000000"}`, "ValidationException", ""},
		{"a policy that is none", "PutInlinePolicyToPermissionSet", `{SET,"InlinePolicy":"x"}`, "ValidationException", "This policy contains invalid Json"},
		{"a policy too long", "PutInlinePolicyToPermissionSet", `{SET,"InlinePolicy":"{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"a:` + strings.Repeat("b", 10_240) + `\",\"Resource\":\"*\"}}"}`,
			"ServiceQuotaExceededException", "the inline policy is longer than 10240 bytes without white space"},
		{"a principal that is not there", "CreateAccountAssignment", strings.Replace(toAcme("SET"), acme, none, 1), "ResourceNotFoundException", "GROUP not found: " + none},
		{"an assignment that is not there", "DeleteAccountAssignment", toAcme("SET"), "ResourceNotFoundException", "Account assignment not found"},
		{"an account of 11 digits", "CreateAccountAssignment", strings.Replace(toAcme("SET"), account, "11112222333", 1), "ValidationException", ""},
		{"an unknown request", "DescribeAccountAssignmentCreationStatus", `{"AccountAssignmentCreationRequestId":"` + none + `"}`, "ResourceNotFoundException", "Request not found: " + none},
		{"nowhere to provision to", "ProvisionPermissionSet", `{SET,"TargetType":"ALL_PROVISIONED_ACCOUNTS"}`, "ResourceNotFoundException", ""},
		{"a token of no list", "ListPermissionSets", `{"NextToken":"abcd"}`, "ValidationException", "The token is invalid."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := roomtest.New(t, file, New)
			set := create(r, "Taken")
			status, answer := call(r, tt.operation, strings.Replace(tt.body, "SET", set, 1))
			if status != 400 || answer["__type"] != tt.code || tt.message != "" && answer["Message"] != tt.message {
				t.Errorf("answers %d %v\nwant 400 %s: %s", status, answer, tt.code, tt.message)
			}
		})
	}
}

func TestOtherInstanceAndMemberAccount(t *testing.T) {
	r := roomtest.New(t, file, New)
	other := `{"InstanceArn":"arn:aws:sso:::instance/ssoins-0000000000000000"}`
	if _, a := r.Target("SWBExternalService.ListPermissionSets", other); a["__type"] != "ResourceNotFoundException" {
		t.Errorf("another instance answers %v", a)
	}
	if _, a := r.Target("SWBExternalService.DescribeInstance", other); a["__type"] != "AccessDeniedException" {
		t.Errorf("another instance described as %v", a)
	}
	r = roomtest.New(t, strings.Replace(file, `"instance_arn"`, `"owner_account_id":"999900001111","instance_arn"`, 1), New)
	must(r, "DescribeInstance", `{}`)
	if _, a := call(r, "ListPermissionSets", `{}`); a["__type"] != "AccessDeniedException" {
		t.Errorf("a member account lists permission sets: %v", a)
	}
}

func TestRoleOfAPermissionSet(t *testing.T) {
	r := roomtest.New(t, file, New)
	set := create(r, "QuickSight")
	must(r, "PutInlinePolicyToPermissionSet", `{`+set+`,"InlinePolicy":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"a:b\",\"Resource\":\"*\"}}"}`)
	status := must(r, "CreateAccountAssignment", toAcme(set))["AccountAssignmentCreationStatus"].(map[string]any)
	if status["Status"] != "SUCCEEDED" || status["TargetId"] != account || status["PrincipalId"] != acme {
		t.Errorf("status %v", status)
	}
	first := roles(r)
	if len(first) != 1 || !regexp.MustCompile(`^AWSReservedSSO_QuickSight_[0-9a-f]{16}$`).MatchString(first[0]) {
		t.Fatalf("roles %v", first)
	}
	role, _ := r.World.IAM.Roles.Get(first[0])
	if role.Path != "/aws-reserved/sso.amazonaws.com/" || !strings.Contains(role.Policies[world.InlinePolicyName], "a:b") {
		t.Errorf("role %+v", role)
	}
	if !strings.Contains(role.Trust, "sts:AssumeRoleWithSAML") || !strings.Contains(role.Trust, "_DO_NOT_DELETE") || strings.Contains(role.Trust, `"sts:AssumeRole"`) {
		t.Errorf("trust %s", role.Trust)
	}

	// A second assignment changes nothing about the role, and the last one takes it away.
	must(r, "CreateAccountAssignment", strings.NewReplacer("GROUP", "USER", acme, ana).Replace(toAcme(set)))
	if _, a := call(r, "DeletePermissionSet", `{`+set+`}`); a["__type"] != "ConflictException" {
		t.Errorf("an assigned permission set is deleted: %v", a)
	}
	must(r, "DeleteAccountAssignment", toAcme(set))
	if got := roles(r); len(got) != 1 || got[0] != first[0] {
		t.Errorf("roles %v, want %v still", got, first)
	}
	if got := must(r, "ListAccountAssignments", `{`+set+`,"AccountId":"`+account+`"}`)["AccountAssignments"].([]any); len(got) != 1 {
		t.Errorf("assignments %v", got)
	}
	must(r, "DeleteAccountAssignment", strings.NewReplacer("GROUP", "USER", acme, ana).Replace(toAcme(set)))
	if got := roles(r); len(got) != 0 {
		t.Errorf("left the roles %v", got)
	}
	must(r, "CreateAccountAssignment", toAcme(set))
	if got := roles(r); len(got) != 1 || got[0] == first[0] {
		t.Errorf("the new role is %v, want another suffix than %s", got, first[0])
	}
}

func TestRolePathOfAnotherRegion(t *testing.T) {
	r := roomtest.New(t, strings.Replace(file, `"instance_arn"`, `"region":"eu-central-1","instance_arn"`, 1), New)
	r.Region = "eu-central-1"
	must(r, "CreateAccountAssignment", toAcme(create(r, "QuickSight")))
	role, _ := r.World.IAM.Roles.Get(roles(r)[0])
	if role.Path != "/aws-reserved/sso.amazonaws.com/eu-central-1/" {
		t.Errorf("path %s", role.Path)
	}
}

func TestSeededAssignmentHasARole(t *testing.T) {
	seeded := strings.Replace(file, `"identity_center"`, `"permission_sets":[{"name":"QuickSight","assignments":[{"group":"qs:acme"}]}],"identity_center"`, 1)
	r := roomtest.New(t, seeded, New)
	if got := roles(r); len(got) != 1 || !strings.HasPrefix(got[0], "AWSReservedSSO_QuickSight_") {
		t.Errorf("roles %v", got)
	}
}

func TestAssignmentsTakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := roomtest.New(t, file, New)
		b := world.DefaultBehaviour()
		b.AssignmentDelay = world.Duration(10 * time.Second)
		if err := r.World.SetBehaviour(b); err != nil {
			t.Fatal(err)
		}
		set := create(r, "QuickSight")
		status := must(r, "CreateAccountAssignment", toAcme(set))["AccountAssignmentCreationStatus"].(map[string]any)
		if status["Status"] != "IN_PROGRESS" || len(roles(r)) != 0 {
			t.Errorf("at once: %v, roles %v", status, roles(r))
		}
		time.Sleep(11 * time.Second)
		if len(roles(r)) != 1 {
			t.Error("the role is not there after the delay")
		}
		id := status["RequestId"].(string)
		status = must(r, "DescribeAccountAssignmentCreationStatus", `{"AccountAssignmentCreationRequestId":"`+id+`"}`)["AccountAssignmentCreationStatus"].(map[string]any)
		if status["Status"] != "SUCCEEDED" {
			t.Errorf("after the delay: %v", status)
		}
		if _, a := call(r, "DescribeAccountAssignmentDeletionStatus", `{"AccountAssignmentDeletionRequestId":"`+id+`"}`); a["__type"] != "ResourceNotFoundException" {
			t.Errorf("a creation is a deletion: %v", a)
		}
	})
}

func TestProvisioning(t *testing.T) {
	r := roomtest.New(t, file, New)
	set := create(r, "QuickSight")
	must(r, "CreateAccountAssignment", toAcme(set))
	provisioned := func(status string) int {
		return len(must(r, "ListPermissionSetsProvisionedToAccount", `{"AccountId":"`+account+`","ProvisioningStatus":"`+status+`"}`)["PermissionSets"].([]any))
	}
	must(r, "PutInlinePolicyToPermissionSet", `{`+set+`,"InlinePolicy":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"a:b\",\"Resource\":\"*\"}}"}`)
	if provisioned(latest) != 0 || provisioned(notLatest) != 1 {
		t.Error("a changed policy counts as provisioned")
	}
	status := must(r, "ProvisionPermissionSet", `{`+set+`,"TargetType":"ALL_PROVISIONED_ACCOUNTS"}`)["PermissionSetProvisioningStatus"].(map[string]any)
	got := must(r, "DescribePermissionSetProvisioningStatus", `{"ProvisionPermissionSetRequestId":"`+status["RequestId"].(string)+`"}`)["PermissionSetProvisioningStatus"].(map[string]any)
	if got["Status"] != "SUCCEEDED" || got["AccountId"] != account {
		t.Errorf("status %v", got)
	}
	if provisioned(latest) != 1 || provisioned(notLatest) != 0 {
		t.Error("a provisioned policy does not count as provisioned")
	}
	role, _ := r.World.IAM.Roles.Get(roles(r)[0])
	if !strings.Contains(role.Policies[world.InlinePolicyName], "a:b") {
		t.Errorf("the role has the policies %v", role.Policies)
	}
}

func TestPages(t *testing.T) {
	r := roomtest.New(t, file, New)
	for _, name := range []string{"A", "B", "C"} {
		create(r, name)
	}
	first := must(r, "ListPermissionSets", `{"MaxResults":2}`)
	second := must(r, "ListPermissionSets", `{"MaxResults":2,"NextToken":"`+first["NextToken"].(string)+`"}`)
	if len(first["PermissionSets"].([]any)) != 2 || len(second["PermissionSets"].([]any)) != 1 || second["NextToken"] != nil {
		t.Errorf("pages %v and %v", first, second)
	}
}

// A world file keeps the role that an assignment made, suffix and all.
func TestDumpKeepsTheRole(t *testing.T) {
	r := roomtest.New(t, file, New)
	must(r, "CreateAccountAssignment", toAcme(create(r, "QuickSight")))
	first, err := r.World.Dump()
	if err != nil {
		t.Fatal(err)
	}
	again := roomtest.New(t, string(first), New)
	if got, want := roles(again), roles(r); len(got) != 1 || got[0] != want[0] {
		t.Errorf("roles %v, want %v", got, want)
	}
	second, err := again.World.Dump()
	if err != nil {
		t.Fatal(err)
	}
	if string(first) != string(second) {
		t.Errorf("dumped again\n%s\nafter\n%s", second, first)
	}
}
