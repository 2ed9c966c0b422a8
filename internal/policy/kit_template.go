package policy

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Template is the kit as a template of CloudFormation, in YAML: a role of one's own for QuickSight's account, or a permission
// set with its assignments for the account of Identity Center and its Region. What is not known is a parameter. It is "" where
// there is nothing that CloudFormation could make: a role that is there already.
func (k Kit) Template() string {
	if k.Set == "" && !k.Own {
		return ""
	}
	var t template
	t.say("How the people of %s sign in: %s.", tenancy.Word(k.Namespace.String()), k.what())
	if k.Set == "" {
		k.roleTemplate(&t)
	} else {
		k.setTemplate(&t)
	}
	return t.String()
}

func (k Kit) roleTemplate(t *template) {
	t.say("For QuickSight's account, %s. What is not in it, tenantry sign-in kit --format commands says.", k.Account)
	t.head(k.description())
	trust := k.trust()
	if k.Through == ThroughSAML {
		t.line(0, "Parameters:")
		t.parameter("Provider", k.Provider, samlProvider.String(), "The ARN of the SAML provider of this tenant's application")
		trust = strings.Replace(trust, quoted(k.provider()), `{"Ref": "Provider"}`, 1)
	}
	t.line(0, "Resources:")
	t.resource("SignIn", "AWS::IAM::Role", true)
	t.text("RoleName", k.Role.Name())
	t.text("Path", k.Role.Path())
	t.text("Description", k.description())
	t.document(3, "AssumeRolePolicyDocument", trust)
	t.line(3, "Policies:")
	t.line(4, "- PolicyName: %s", quoted(InlineName))
	t.document(5, "PolicyDocument", SignIn())
	t.line(0, "Outputs:")
	t.line(1, "Role:")
	t.line(2, `Value: {"Fn::GetAtt": ["SignIn", "Arn"]}`)
}

func (k Kit) setTemplate(t *template) {
	t.say("For the account of IAM Identity Center, or of its delegated administrator, in %s. Keep one assignment for good:", k.StoreRegion)
	t.say("with the last one the role of the permission set goes, and the next one has another name. So the first assignment stays")
	t.say("when the stack goes, or replaces it: if its group is to come in no more, take it away by hand.")
	t.head(k.description())
	t.line(0, "Parameters:")
	t.parameter("Instance", k.Instance, instanceARN.String(), "The ARN of the instance: aws sso-admin list-instances")
	own := k.Own && k.SetARN == ""
	if !own {
		t.parameter("PermissionSet", k.SetARN, permissionARN.String(), "The ARN of the permission set "+k.Set+": aws sso-admin list-permission-sets")
	}
	for i, g := range k.Groups {
		t.parameter(fmt.Sprintf("Group%d", i+1), string(g.ID), groupID.String(), "The id of the group "+g.word()+": aws identitystore get-group-id")
	}
	t.line(0, "Resources:")
	set := `{"Ref": "PermissionSet"}`
	if own {
		set = `{"Fn::GetAtt": ["SignIn", "PermissionSetArn"]}`
		t.resource("SignIn", "AWS::SSO::PermissionSet", true)
		t.line(3, `InstanceArn: {"Ref": "Instance"}`)
		t.text("Name", k.Set)
		t.text("Description", k.description())
		if k.RelayState != "" {
			t.text("RelayStateType", k.RelayState)
		}
		t.document(3, "InlinePolicy", SignIn())
	}
	for i := range k.Groups {
		t.resource(fmt.Sprintf("Assignment%d", i+1), "AWS::SSO::Assignment", i == 0)
		t.line(3, `InstanceArn: {"Ref": "Instance"}`)
		t.line(3, "PermissionSetArn: %s", set)
		t.text("TargetType", "AWS_ACCOUNT")
		t.text("TargetId", string(k.Account))
		t.text("PrincipalType", "GROUP")
		t.line(3, `PrincipalId: {"Ref": "Group%d"}`, i+1)
	}
}

// template is YAML that is being written.
type template struct{ strings.Builder }

func (t *template) say(format string, args ...any) { fmt.Fprintf(t, "# "+format+"\n", args...) }

func (t *template) line(depth int, format string, args ...any) {
	fmt.Fprintf(t, strings.Repeat("  ", depth)+format+"\n", args...)
}

func (t *template) head(description string) {
	t.line(0, `AWSTemplateFormatVersion: "2010-09-09"`)
	t.line(0, "Description: %s", quoted(description))
}

func (t *template) parameter(name, value, pattern, description string) {
	t.line(1, "%s:", name)
	t.line(2, "Type: String")
	t.line(2, "AllowedPattern: %s", quoted(pattern))
	t.line(2, "Description: %s", quoted(description))
	if value != "" {
		t.line(2, "Default: %s", quoted(value))
	}
}

// resource begins a resource, with its properties to come. What people are known by is kept when the stack goes, and with it
// what it would go with.
func (t *template) resource(name, kind string, kept bool) {
	t.line(1, "%s:", name)
	t.line(2, "Type: %s", kind)
	if kept {
		t.line(2, "DeletionPolicy: Retain")
		t.line(2, "UpdateReplacePolicy: Retain")
	}
	t.line(2, "Properties:")
}

func (t *template) text(name, value string) { t.line(3, "%s: %s", name, quoted(value)) }

// document writes a policy document: JSON is YAML too.
func (t *template) document(depth int, name, document string) {
	t.line(depth, "%s:", name)
	for line := range strings.Lines(document) {
		t.line(depth+1, "%s", strings.TrimSuffix(line, "\n"))
	}
}

// quoted is a text as JSON and YAML have it.
func quoted(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		panic(err) // it is a text
	}
	return string(out)
}
