package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/config"
)

// switchesIn is a configuration with something before and behind, and with comments everywhere.
const switchesIn = `# ours
version: 1 # of the format
quicksight: {account_id: "111122223333", identity_region: us-east-1}
identity_center: {identity_store_id: d-1234567890, region: us-east-1}
sign_in: {role: "arn:aws:iam::111122223333:role/QuickSight"}
`

const switchesBehind = `# who they are
tenants:
  - groups: "qs:{namespace}" # all
`

// Writing switches changes just their lines, whatever the file looks like, and writing them again changes nothing.
func TestSetSwitches(t *testing.T) {
	both := []config.Switch{{Key: "aws.same_principal_in_two_namespaces", Value: true}, {Key: "aws.reserved_role_arns", Value: false}}
	for name, c := range map[string]struct{ in, want string }{
		"none there": {switchesIn + switchesBehind,
			switchesIn + switchesBehind + "aws: {reserved_role_arns: false, same_principal_in_two_namespaces: true}\n"},
		"without an end of the last line": {switchesIn + strings.TrimSuffix(switchesBehind, "\n"),
			switchesIn + switchesBehind + "aws: {reserved_role_arns: false, same_principal_in_two_namespaces: true}\n"},
		"empty lines at the end": {switchesIn + switchesBehind + "\n\n",
			switchesIn + switchesBehind + "aws: {reserved_role_arns: false, same_principal_in_two_namespaces: true}\n\n\n"},
		"one there, on lines": {switchesIn + "aws:\n    # seen by ana\n    same_principal_in_two_namespaces: false  # for now\n" + switchesBehind,
			switchesIn + "aws:\n    # seen by ana\n    same_principal_in_two_namespaces: true  # for now\n    reserved_role_arns: false\n" + switchesBehind},
		"both there, on lines": {switchesIn + "aws:\n  reserved_role_arns: true\n  same_principal_in_two_namespaces: true\n" + switchesBehind,
			switchesIn + "aws:\n  reserved_role_arns: false\n  same_principal_in_two_namespaces: true\n" + switchesBehind},
		"one there, in braces": {switchesIn + "aws: { reserved_role_arns: true } # see\n" + switchesBehind,
			switchesIn + "aws: {same_principal_in_two_namespaces: true,  reserved_role_arns: false } # see\n" + switchesBehind},
		"empty braces": {switchesIn + "aws: {}\n" + switchesBehind,
			switchesIn + "aws: {reserved_role_arns: false, same_principal_in_two_namespaces: true}\n" + switchesBehind},
		"other letters before it": {switchesIn + "house: {groups: [\"ü🙂\"]}\naws: {reserved_role_arns: true}\n" + switchesBehind,
			switchesIn + "house: {groups: [\"ü🙂\"]}\naws: {same_principal_in_two_namespaces: true, reserved_role_arns: false}\n" + switchesBehind},
	} {
		for _, end := range []string{"\n", "\r\n"} {
			in, want := strings.ReplaceAll(c.in, "\n", end), strings.ReplaceAll(c.want, "\n", end)
			got, err := config.SetSwitches("tenantry.yaml", []byte(in), both)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if diff := cmp.Diff(want, string(got)); diff != "" {
				t.Errorf("%s:\n%s", name, diff)
			}
			if again, err := config.SetSwitches("tenantry.yaml", got, both); err != nil || string(again) != string(got) {
				t.Errorf("%s: a second time, %q: %v", name, again, err)
			}
		}
	}
}

func TestSetSwitchesRefuses(t *testing.T) {
	one := []config.Switch{{Key: "aws.reserved_role_arns", Value: false}}
	flow := `{version: 1, quicksight: {account_id: "111122223333", identity_region: us-east-1}, identity_center: {identity_store_id: d-1234567890, region: us-east-1},
 sign_in: {role: "arn:aws:iam::111122223333:role/QuickSight"}, tenants: [{groups: "qs:{namespace}"}]}`
	if _, err := config.SetSwitches("x", []byte(flow), one); !errors.Is(err, config.ErrNotEditable) {
		t.Errorf("a file in braces: %v", err)
	}
	if _, err := config.SetSwitches("x", []byte("version: 2\n"), one); err == nil {
		t.Error("a file that is no configuration is changed")
	}
	if _, err := config.SetSwitches("x", []byte(switchesIn+switchesBehind), []config.Switch{{Key: "aws.rollout", Value: true}}); err == nil {
		t.Error("what is no switch is written")
	}
	multiline := switchesIn + "aws: {reserved_role_arns:\n  true}\n" + switchesBehind
	got, err := config.SetSwitches("x", []byte(multiline), one)
	if err != nil || !strings.Contains(string(got), "reserved_role_arns:\n  false}") {
		t.Errorf("%q: %v", got, err)
	}
}
