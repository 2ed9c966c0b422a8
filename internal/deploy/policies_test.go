package deploy

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// roles are the roles of the main template: what each is for, and what the names of the policies are called by in "generated
// policies".
var roles = map[string]string{
	"ServeRole": "serve in functions", "AuditFunctionRole": "audit in functions", "AuditRole": "audit", "OperatorRole": "operator", "MigrateRole": "migrate",
}

// values are what the parameters and pseudo parameters come to, by name; in a template they are not known.
type values map[string]string

// of is a text with the values in it, or the text itself.
func (v values) of(text string) string {
	for name, value := range v {
		text = strings.ReplaceAll(text, "${"+name+"}", value)
	}
	return text
}

// controllerGrounds are what the policies of a role are written for. People make assets in any Region: a list of Regions cannot
// become a list of ARNs in CloudFormation.
func controllerGrounds(role string, v values) policy.Grounds {
	here := "${AWS::Region}:${AWS::AccountId}:"
	g := policy.Grounds{
		Partition: v.of("${AWS::Partition}"), Account: v.of("${AWS::AccountId}"), IdentityRegion: v.of("${AWS::Region}"), AssetRegions: []string{"*"},
		Store: tenancy.StoreID(v.of("${IdentityStore}")), StoreAccount: v.of("${IdentityStoreAccount}"), SignIn: strings.Split(v.of("${SignInRoles}"), ","),
		Table:     v.of("arn:${AWS::Partition}:dynamodb:" + here + "table/${Name}-journal"),
		Parameter: v.of("arn:${AWS::Partition}:ssm:" + here + "parameter${Configuration}"),
	}
	logs := "arn:${AWS::Partition}:logs:" + here + "log-group:/aws/lambda/${Name}-"
	switch role {
	case "serve in functions":
		g.Function = v.of("arn:${AWS::Partition}:lambda:" + here + "function:${Name}-passes")
		g.Logs = []string{v.of(logs + "hints"), v.of(logs + "passes")}
	case "audit in functions":
		g.Evidence = v.of("arn:${AWS::Partition}:s3:::${Name}-evidence-${AWS::AccountId}-${AWS::Region}/audits")
		g.Logs = []string{v.of(logs + "audit")}
		return g
	}
	g.Queue = v.of("arn:${AWS::Partition}:sqs:" + here + "${Name}-events")
	g.DeadLetters = v.of("arn:${AWS::Partition}:sqs:" + here + "${Name}-dead-letters")
	return g
}

// controller is what `tenantry policy controller` prints for a role.
func controller(t *testing.T, role string, v values) []policy.Named {
	t.Helper()
	purpose, _, _ := strings.Cut(role, " ")
	all, err := policy.Controller(policy.Purpose(purpose), controllerGrounds(role, v))
	if err != nil {
		t.Fatal(err)
	}
	if !policy.Inline(all) {
		t.Fatalf("what %s may do does not fit into one role", role)
	}
	return all
}

// policiesFor are the inline policies of a role, written for what CloudFormation substitutes.
func policiesFor(t *testing.T, role string) []any {
	var all []any
	for _, named := range controller(t, role, nil) {
		all = append(all, map[string]any{"PolicyName": named.Name, "PolicyDocument": parsed(t, named.Document)})
	}
	return all
}

func parsed(t *testing.T, document string) map[string]any {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal([]byte(document), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// T10: each role may do exactly what is printed for it, in whatever partition, and it fits into one role.
func TestRolesMayDoWhatIsPrinted(t *testing.T) {
	for partition, region := range map[string]string{"aws": "eu-central-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"} {
		signIn := "arn:" + partition + ":iam::" + here + ":role/BI-*,arn:" + partition + ":iam::" + here + ":role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_BI_*"
		s := made(t, "tenantry.yaml", Place{Partition: partition, Account: here, Region: region, Stack: "one", Parameters: map[string]string{
			"CodeBucket": "code", "CodeKey": "tenantry.zip", "AuditCodeKey": "audit.zip", "IdentityStore": "d-1234567890", "IdentityStoreAccount": there,
			"DirectoryHere": "yes", "SignInRoles": signIn, "AuditPrincipals": "a", "OperatorPrincipals": "o", "MigratePrincipals": "m",
		}})
		v := values{
			"AWS::Partition": partition, "AWS::Region": region, "AWS::AccountId": here, "Name": "tenantry", "Configuration": "/tenantry/configuration",
			"IdentityStore": "d-1234567890", "IdentityStoreAccount": there, "SignInRoles": signIn,
		}
		for name, role := range roles {
			var want, have []any
			for _, named := range controller(t, role, v) {
				want = append(want, parsed(t, named.Document)["Statement"].([]any)...)
			}
			for _, inline := range s.property(t, name, "Policies").([]any) {
				have = append(have, at(inline, "PolicyDocument", "Statement").([]any)...)
			}
			if diff := cmp.Diff(want, have); diff != "" {
				t.Errorf("%s in %s (-printed +template):\n%s", name, partition, diff)
			}
			length, err := json.Marshal(have)
			if err != nil || len(length) > policy.MaxInline {
				t.Errorf("%s has %d characters of inline policies, and a role may have %d: %v", name, len(length), policy.MaxInline, err)
			}
		}
	}
}

// No role has a right that is not printed: none has managed policies, and there are no roles or policies besides.
func TestNobodyMayDoMore(t *testing.T) {
	s := stack(t)
	for _, name := range s.Of("AWS::IAM::Role") {
		if roles[name] == "" {
			t.Errorf("nobody knows the role %s", name)
		}
		if more := s.property(t, name, "ManagedPolicyArns"); more != nil {
			t.Errorf("%s has %v besides", name, more)
		}
	}
	for _, r := range []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy", "AWS::IAM::User", "AWS::IAM::Group"} {
		if more := s.Of(r); len(more) > 0 {
			t.Errorf("there are %v besides", more)
		}
	}
}

// Functions are what functions' roles are for, and the people who are named what the others are.
func TestWhoMayAssumeTheRoles(t *testing.T) {
	s := stack(t)
	want := map[string]any{
		"ServeRole": map[string]any{"Service": "lambda.amazonaws.com"}, "AuditFunctionRole": map[string]any{"Service": "lambda.amazonaws.com"},
		"AuditRole":    map[string]any{"AWS": []any{"arn:aws:iam::" + here + ":role/Auditors"}},
		"OperatorRole": map[string]any{"AWS": []any{"arn:aws:iam::" + here + ":role/Operators"}}, "MigrateRole": map[string]any{"AWS": []any{"arn:aws:iam::" + here + ":role/Operators"}},
	}
	for name, who := range want {
		trust := []any{map[string]any{"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole"}}
		if diff := cmp.Diff(any(trust), s.property(t, name, "AssumeRolePolicyDocument", "Statement")); diff != "" {
			t.Errorf("%s (-want +have):\n%s", name, diff)
		}
	}
	nobody := stack(t, "AuditPrincipals=", "OperatorPrincipals=", "MigratePrincipals=")
	for _, name := range []string{"AuditRole", "OperatorRole", "MigrateRole"} {
		if _, ok := nobody.Resources[name]; ok {
			t.Errorf("%s is there for nobody", name)
		}
	}
	for name, role := range map[string]string{"Hints": "ServeRole", "Passes": "ServeRole", "Audit": "AuditFunctionRole"} {
		if have, want := s.property(t, name, "Role"), "arn:aws:iam::"+here+":role/one-"+role; have != want {
			t.Errorf("%s runs as %v, not %s", name, have, want)
		}
	}
}
