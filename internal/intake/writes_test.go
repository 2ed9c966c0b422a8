package intake_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/intake"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// call is a call of QuickSight's API, as CloudTrail tells of it.
func call(name, request string) string {
	return event("quicksight.amazonaws.com", name, `"eventType":"AwsApiCall","requestID":"r-1","eventTime":"2026-04-25T00:46:15Z",`+
		`"userIdentity":{"arn":"arn:aws:sts::111122223333:assumed-role/Builder/mallory"},"requestParameters":{`+request+`}`)
}

// wrote is what it is read as.
func wrote(operation, namespace, group string, user tenancy.UserName) intake.Reading {
	return has(intake.Hint{Kind: intake.Written, ID: "r-1", Bulk: true, Write: intake.Write{
		Operation: operation, Namespace: namespace, Group: group, User: user,
		By: "arn:aws:sts::111122223333:assumed-role/Builder/mallory", At: time.Date(2026, 4, 25, 0, 46, 15, 0, time.UTC),
	}})
}

// A call that writes who is where is a hint with what it names; one that is not told of in full says less, and no text is
// taken over that no name can be.
func TestWrites(t *testing.T) {
	testRows(t, []row{
		{"a user", call("DeleteUser", `"namespace":"acme","userName":"QuickSight/ana"`), wrote("DeleteUser", "acme", "", "QuickSight/ana")},
		{"a membership", call("CreateGroupMembership", `"namespace":"acme","groupName":"qs:acme","memberName":"QuickSight/ana"`), wrote("CreateGroupMembership", "acme", "qs:acme", "QuickSight/ana")},
		{"a namespace", call("DeleteNamespace", `"namespace":"acme"`), wrote("DeleteNamespace", "acme", "", "")},
		{"nothing that is named", call("DeleteUserByPrincipalId", `"principalId":"x"`), wrote("DeleteUserByPrincipalId", "", "", "")},
		{"a name that no user can have", call("DeleteUser", `"userName":"`+strings.Repeat("x", 300)+`"`), wrote("DeleteUser", "", "", "")},
		{"no request", strings.Replace(call("DeleteUser", ``), `"requestID":"r-1",`, ``, 1), why(intake.Echo)},
		{"a call that failed", strings.Replace(call("DeleteUser", ``), `"requestID"`, `"errorCode":"AccessDenied","requestID"`, 1), why(intake.Failed)},
		{"of another account", strings.Replace(call("DeleteUser", ``), `"account":"111122223333"`, `"account":"444455556666"`, 1), why(intake.ForeignAccount)},
		{"of the service itself", strings.Replace(call("DeleteUser", ``), `"AwsApiCall"`, `"AwsServiceEvent"`, 1), why(intake.Unrelated)},
	})
}

func turnedAway(role string, session tenancy.Session) intake.Reading {
	return has(intake.Hint{Kind: intake.Denied, ID: role + "/" + string(session), Drift: intake.Drift{Role: role, Session: session}})
}

// Refusals of the three that can refuse a sign-in, for sign-in roles and permission sets only.
func TestRefusals(t *testing.T) {
	saml := func(role, rest string) string {
		return strings.Replace(event("sts.amazonaws.com", "AssumeRoleWithSAML", rest+`"requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/`+role+`","roleSessionName":"ana"}`), `"readOnly":false`, `"readOnly":true`, 1)
	}
	denied := string(sample(t, "quicksight-refused-sign-in"))
	testRows(t, []row{
		{"QuickSight", denied, turnedAway("QuickSight", "alice")},
		{"QuickSight, throttled", strings.Replace(denied, `"AccessDenied"`, `"ThrottlingException"`, 1), why(intake.Failed)},
		{"QuickSight, another role", strings.Replace(denied, `assumed-role/QuickSight/alice`, `assumed-role/Builder/alice`, 1), why(intake.Unrelated)},
		{"QuickSight, no role", strings.Replace(denied, `assumed-role/QuickSight/alice`, `assumed-role/QuickSight`, 1), why(intake.Unrelated)},
		{"SAML", saml("QuickSight", `"errorCode":"AccessDenied",`), turnedAway("QuickSight", "ana")},
		{"SAML, no assertion", saml("QuickSight", `"errorCode":"IDPRejectedClaim",`), turnedAway("QuickSight", "ana")},
		{"SAML, a permission set", saml("aws-reserved/sso.amazonaws.com/AWSReservedSSO_Q_0123456789abcdef", `"errorCode":"AccessDenied",`), turnedAway("AWSReservedSSO_Q_0123456789abcdef", "ana")},
		{"SAML, another role", saml("Builder", `"errorCode":"AccessDenied",`), why(intake.Unrelated)},
		{"SAML, let in", saml("QuickSight", ""), why(intake.ReadOnly)},
		{"the console", string(sample(t, "console-refused-sign-in")), turnedAway("QuickSight", "alice")},
		{"the console, let in", strings.Replace(string(sample(t, "console-refused-sign-in")), `"Failure"`, `"Success"`, 1), why(intake.Unrelated)},
		{"the console, a user of IAM", strings.Replace(string(sample(t, "console-refused-sign-in")), `assumed-role/QuickSight/alice`, `user/alice`, 1), why(intake.Unrelated)},
		{"of another account", strings.Replace(denied, `"account": "111122223333"`, `"account": "444455556666"`, 1), why(intake.ForeignAccount)},
	})
}
