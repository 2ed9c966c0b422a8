package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/tenantry/tenantry/internal/policy"
)

// signsIn writes a configuration in which people sign in so.
func (x *terminal) signsIn(t *testing.T, how string) {
	t.Helper()
	text := `version: 1
quicksight: {account_id: "111122223333", identity_region: us-east-1}
identity_center: {identity_store_id: d-1234567890, region: eu-west-1}
sign_in: {` + how + `}
tenants:
  - groups: "qs:{namespace}"
  - {group_id: 34887428-4081-7042-c3c6-928d413009e7, namespace: acme}
`
	if err := os.WriteFile(x.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// stack is a template of CloudFormation.
type stack struct {
	AWSTemplateFormatVersion, Description string
	Parameters                            map[string]struct{ Type, AllowedPattern, Description, Default string }
	Resources                             map[string]struct {
		Type, DeletionPolicy, UpdateReplacePolicy string
		Properties                                map[string]any
	}
	Outputs map[string]any
}

// stackOf reads a template, in which there is nothing else.
func stackOf(t *testing.T, text []byte) (s stack) {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	whole, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(whole))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return s
}

// refers goes through all that a template refers to.
func refers(at any, visit func(name string)) {
	switch at := at.(type) {
	case []any:
		for _, v := range at {
			refers(v, visit)
		}
	case map[string]any:
		for key, v := range at {
			switch to := v.(type) {
			case string:
				if key == "Ref" {
					visit(to)
				}
			case []any:
				if key == "Fn::GetAtt" {
					visit(to[0].(string))
				}
			}
			refers(v, visit)
		}
	}
}

// Each template can be read, refers to nothing that it has not, and gives the policy that tenantry policy sign-in prints.
func TestSignInKitTemplates(t *testing.T) {
	tests := []struct {
		how       string
		args      []string
		resources []string // with their types
		policy    func(stack) any
	}{
		{"role: \"arn:aws:iam::111122223333:role/QuickSight-{namespace}\"", nil, []string{"SignIn AWS::IAM::Role"}, rolePolicy},
		{"role: \"arn:aws:iam::111122223333:role/QuickSight-{namespace}\"",
			[]string{"--through", "account-access", "--application", "arn:aws:account-access:us-east-1:111122223333:application/app-1"}, []string{"SignIn AWS::IAM::Role"}, rolePolicy},
		{"permission_set: \"QuickSight-{namespace}\"", nil,
			[]string{"Assignment1 AWS::SSO::Assignment", "Assignment2 AWS::SSO::Assignment", "SignIn AWS::SSO::PermissionSet"},
			func(s stack) any { return s.Resources["SignIn"].Properties["InlinePolicy"] }},
		{"permission_set: QuickSightUser", nil, []string{"Assignment1 AWS::SSO::Assignment", "Assignment2 AWS::SSO::Assignment"}, nil},
	}
	for _, tt := range tests {
		x := newTerminal(t, &fake{})
		x.signsIn(t, tt.how)
		if code := x.run(t, append([]string{"sign-in", "kit", "--namespace", "acme", "--format", "cloudformation"}, tt.args...)...); code != 0 {
			t.Fatalf("%s: exit code %d, %s", tt.how, code, x.err)
		}
		s := stackOf(t, x.out.Bytes())
		var got []string
		used := map[string]bool{}
		for name, r := range s.Resources {
			got = append(got, name+" "+r.Type)
			refers(r.Properties, func(name string) { used[name] = true })
		}
		if slices.Sort(got); !slices.Equal(got, tt.resources) {
			t.Errorf("%s makes %v", tt.how, got)
		}
		refers(s.Outputs, func(name string) { used[name] = true })
		for name := range used {
			_, parameter := s.Parameters[name]
			if _, resource := s.Resources[name]; !parameter && !resource {
				t.Errorf("%s refers to %s, which is not there", tt.how, name)
			}
		}
		for name, p := range s.Parameters {
			if !used[name] || p.Type != "String" {
				t.Errorf("%s: nothing refers to the parameter %s, or it is %s", tt.how, name, p.Type)
			}
			if re, err := regexp.Compile(p.AllowedPattern); err != nil || p.Default != "" && !re.MatchString(p.Default) {
				t.Errorf("%s: the pattern of %s: %v", tt.how, name, err)
			}
		}
		if tt.policy != nil {
			if diff := cmp.Diff(decoded(t, policy.SignIn()), tt.policy(s)); diff != "" {
				t.Errorf("%s (-policy sign-in +template):\n%s", tt.how, diff)
			}
		}
	}
}

func rolePolicy(s stack) any {
	return s.Resources["SignIn"].Properties["Policies"].([]any)[0].(map[string]any)["PolicyDocument"]
}

func decoded(t *testing.T, text string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// What people are known by outlives a stack: without the role, or the permission set, all of them are strangers.
func TestSignInKitIsKept(t *testing.T) {
	for _, how := range []string{"permission_set: \"QuickSight-{namespace}\"", "role: \"arn:aws:iam::111122223333:role/QuickSight-{namespace}\""} {
		x := newTerminal(t, &fake{})
		x.signsIn(t, how)
		x.run(t, "sign-in", "kit", "--namespace", "acme", "--format", "cloudformation")
		s := stackOf(t, x.out.Bytes())
		if r := s.Resources["SignIn"]; r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain" {
			t.Errorf("%s: %+v", how, r)
		}
	}
}

func TestSignInKitFlags(t *testing.T) {
	const role, set = "role: \"arn:aws:iam::111122223333:role/QuickSight-{namespace}\"", "permission_set: \"QuickSight-{namespace}\""
	tests := []struct {
		how  string
		args string
		code code
		says string // on the output, or of the error
	}{
		{role, "--group 34887428-4081-7042-c3c6-928d413009e7", 0, "Assign users and groups: the group with the id 34887428-"},
		{role, "--group 34887428-4081-7042-c3c6-000000000000", 0, "the group with the id 34887428-4081-7042-c3c6-000000000000"},
		{role, "--group qs:acme --group qs:acme", 0, "Assign users and groups: qs:acme\n"},
		{role, "--group qs:globex", exitUsage, "gives no group of that name to acme"},
		{role, "--group=", exitUsage, "--group names none"},
		{role, "--instance arn:aws:sso:::instance/ssoins-0123456789abcdef", exitUsage, "--instance does not go with sign_in"},
		{role, "--through sso", exitUsage, "is not known"},
		{role, "--application arn:aws:account-access:us-east-1:111122223333:application/a", exitUsage, "account access manager"},
		{role, "--through account-access --application x", exitUsage, "--application \"x\": it is no ARN"},
		{role, "--through account-access --provider x --application x", exitUsage, "contradicts"},
		{role, "--relay-state http://x", exitUsage, "--relay-state"},
		{set, "--through saml", exitUsage, "--through does not go with sign_in"},
		{set, "--instance arn:aws:sso:::instance/ssoins-0123456789abcdef --relay-state https://x.example/", 0, `--cli-input-json '{"RelayState":"https://x.example/"}'`},
		{set, "--permission-set-arn x", exitUsage, "--permission-set-arn \"x\""},
	}
	for _, tt := range tests {
		x := newTerminal(t, &fake{})
		x.signsIn(t, tt.how)
		code := x.run(t, append([]string{"sign-in", "kit", "--namespace", "acme"}, strings.Fields(tt.args)...)...)
		if code != int(tt.code) || !strings.Contains(x.out.String()+x.err.String(), tt.says) || code != 0 && x.out.Len() > 0 {
			t.Errorf("%s: exit code %d\n%s%s", tt.args, code, x.out, x.err)
		}
	}
}
