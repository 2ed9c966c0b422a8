package intake_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/intake"
	"github.com/tenantry/tenantry/internal/intake/pattern"
)

func parsed(t testing.TB, text string) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return value
}

// patterns are the event patterns that are deployed, by the names of their files.
func patterns(t testing.TB) map[string]map[string]any {
	t.Helper()
	files, err := filepath.Glob("../../deploy/events/*.json")
	if err != nil || len(files) != 7 {
		t.Fatalf("deploy/events has %d patterns, %v", len(files), err)
	}
	all := map[string]map[string]any{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, text); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		// EventBridge quotas, "Event pattern size": 2,048 characters by default.
		if compact.Len() > 2048 {
			t.Errorf("%s has %d characters", file, compact.Len())
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = parsed(t, string(text))
	}
	return all
}

// matching are the names of the patterns that an event matches, sorted.
func matching(t testing.TB, all map[string]map[string]any, body string) []string {
	t.Helper()
	var names []string
	for name, p := range all {
		ok, err := pattern.Matches(p, parsed(t, body))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Each sample matches the one pattern that is made for it, and a failed call none.
func TestPatternsMatchSamples(t *testing.T) {
	all := patterns(t)
	want := map[string]string{
		"quicksight-jit-create-user": "quicksight", "quicksight-register-user": "quicksight-writes",
		"quicksight-refused-sign-in": "denied", "sts-refused-sign-in": "denied", "console-refused-sign-in": "denied", "sso-create-account-assignment": "permission-sets", "scim-patch-group-failed": "",
	}
	files, err := filepath.Glob("testdata/events/*.json")
	if err != nil || len(files) < 13 {
		t.Fatalf("there are %d samples, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		pattern, special := want[name]
		if !special {
			pattern = "directory"
		}
		if got := strings.Join(matching(t, all, string(sample(t, name))), " "); got != pattern {
			t.Errorf("%s matches %q, want %q", name, got, pattern)
		}
	}
}

// agree holds the patterns and the Reader to each other: what gives a hint is delivered, by one rule;
// what is delivered gives a hint, or is no event that AWS would send.
func agree(t *testing.T, all map[string]map[string]any, what, body string) {
	t.Helper()
	got := reader.Read([]byte(body))
	by := matching(t, all, body)
	if len(by) > 1 {
		t.Errorf("%s matches %q: it would come twice", what, by)
	}
	switch {
	case len(got.Hints) > 0 && len(by) == 0:
		t.Errorf("%s gives %+v, and matches no pattern", what, got.Hints)
	case len(got.Hints) == 0 && len(by) > 0 && !got.Poison() && got.Reason != intake.ReadOnly:
		// Calls that only read are delivered to no rule in the state ENABLED (EventBridge user
		// guide, "AWS service events delivered via AWS CloudTrail").
		t.Errorf("%s is %s, and matches %q", what, got.Reason, by)
	}
}

// Every row of bad input that is an event is delivered if, and only if, it gives a hint. What a schedule
// sends does not go by a pattern, and what is wrapped is on no bus.
func TestPatternsAgreeOnBadInput(t *testing.T) {
	all, n := patterns(t), 0
	for _, row := range badRows() {
		var body map[string]any
		if json.Unmarshal([]byte(row.body), &body) != nil || body["detail"] == nil || strings.HasPrefix(row.name, "E36") {
			continue
		}
		agree(t, all, row.name, row.body)
		n++
	}
	if n < 60 {
		t.Errorf("only %d rows are events", n)
	}
}

// Every call of every source, known or not, done or failed, is delivered if, and only if, it gives a hint.
func TestPatternsAgreeOnCalls(t *testing.T) {
	all := patterns(t)
	rest := `"requestParameters":{"identityStoreId":"d-1234567890","userId":"` + ana + `","groupId":"` + authors + `","id":"` + ana + `"}`
	for source, names := range intake.Calls() {
		for _, name := range append(names, "MergeUsers", "DescribeUser") {
			agree(t, all, source+" "+name, event(source, name, rest))
			agree(t, all, source+" "+name+", failed", event(source, name, `"errorCode":"AccessDenied",`+rest))
		}
	}
	for _, c := range [][2]string{
		{"quicksight.amazonaws.com", "CreateUser"}, {"quicksight.amazonaws.com", "RegisterUser"}, {"quicksight.amazonaws.com", "DeleteUser"},
		{"quicksight.amazonaws.com", "CreateReader"}, {"sts.amazonaws.com", "AssumeRoleWithSAML"}, {"signin.amazonaws.com", "ConsoleLogin"},
		{"sso.amazonaws.com", "CreateAccountAssignment"}, {"sso.amazonaws.com", "ProvisionPermissionSet"}, {"sso.amazonaws.com", "CreatePermissionSet"},
		{"iam.amazonaws.com", "CreateRole"}, {"iam.amazonaws.com", "DeleteRole"}, {"sts.amazonaws.com", "AssumeRole"},
	} {
		for _, request := range []string{
			`"targetId":"111122223333"`, `"targetId":"444455556666"`, `"targetType":"ALL_PROVISIONED_ACCOUNTS"`, `"targetId":null`,
			`"roleName":"QuickSight-acme"`, `"roleName":"Builder"`, `"roleName":"AWSReservedSSO_A_0","path":"/aws-reserved/sso.amazonaws.com/"`, `"roleName":"B","path":"/x/"`,
			`"roleArn":"arn:aws:iam::111122223333:role/QuickSight"`, `"roleArn":"arn:aws:iam::111122223333:role/Builder"`,
			`"roleArn":"arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_0"`,
		} {
			for _, failed := range []string{"", `"errorCode":"AccessDenied",`} {
				for _, more := range []string{
					``, `"requestID":"r-1",`, `"responseElements":{"ConsoleLogin":"Failure"},`,
					`"userIdentity":{"arn":"arn:aws:sts::111122223333:assumed-role/QuickSight/ana","sessionContext":{"sessionIssuer":{"userName":"QuickSight"}}},`,
					`"userIdentity":{"arn":"arn:aws:sts::111122223333:assumed-role/Builder/ana","sessionContext":{"sessionIssuer":{"userName":"Builder"}}},`,
					`"responseElements":{"ConsoleLogin":"Failure"},"userIdentity":{"arn":"arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_A_0/ana"},`,
				} {
					body := event(c[0], c[1], `"eventType":"AwsApiCall",`+failed+more+`"requestParameters":{`+request+`}`)
					agree(t, all, fmt.Sprintf("%s %s %s %s %s", c[0], c[1], failed, request, more), body)
				}
			}
		}
	}
}

func TestPatternsAgreeOnNotifications(t *testing.T) {
	all := patterns(t)
	for _, kind := range []string{"User Created", "User Updated", "User Deleted", "Group Created", "Group Updated", "Group Deleted", "Group Membership Created", "Directory Renamed"} {
		agree(t, all, kind, notification(kind, `"arn:aws:identitystore:::user/`+ana+`"`, ``))
	}
}

// The calls that concern nobody are the same in the pattern and in the Reader.
func TestPatternLeavesOutNobody(t *testing.T) {
	detail := patterns(t)["directory"]["detail"].(map[string]any)
	but := detail["eventName"].([]any)[0].(map[string]any)["anything-but"].([]any)
	var left []string
	for _, name := range but {
		left = append(left, name.(string))
	}
	if !slices.Equal(left, intake.Nobody()) {
		t.Errorf("the pattern leaves out %q, the Reader %q", left, intake.Nobody())
	}
}

// The calls that write are the same in the pattern and in the Reader.
func TestPatternHasAllWrites(t *testing.T) {
	var told []string
	for _, name := range patterns(t)["quicksight-writes"]["detail"].(map[string]any)["eventName"].([]any) {
		told = append(told, name.(string))
	}
	if !slices.Equal(told, intake.Writes()) {
		t.Errorf("the pattern delivers %q, the Reader reads %q", told, intake.Writes())
	}
}
