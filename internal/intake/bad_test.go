package intake_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/intake"
)

// The rows of bad input, by their numbers. They are the seeds of FuzzRead too.
func badRows() []row {
	user := `"userId":"` + ana + `"`
	good := console("UpdateUser", user)
	replace := func(from, to string) string { return strings.Replace(good, from, to, 1) }
	quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(good) + `"`
	zipped := base64.StdEncoding.EncodeToString([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0})
	return []row{
		{"E1 empty", "", why(intake.Empty)},
		{"E1 blank", " \r\n", why(intake.Empty)},
		{"E2 null", "null", why(intake.NotAnEvent)},
		{"E2 list", "[]", why(intake.NotAnEvent)},
		{"E2 text", `"x"`, why(intake.NotAnEvent)},
		{"E2 number", "17", why(intake.NotAnEvent)},
		{"E2 empty object", "{}", why(intake.NotAnEvent)},
		{"E3 truncated", good[:len(good)-3], why(intake.NotJSON)},
		{"E3 more behind", good + "{}", why(intake.NotJSON)},
		{"E3 byte order mark", "\ufeff" + good, why(intake.NotJSON)},
		{"E4 invalid UTF-8", replace("UpdateUser", "Update\xffUser"), why(intake.NotJSON)},
		{"E4 overlong", replace("UpdateUser", "Update\xc0\xafUser"), why(intake.NotJSON)},
		{"E4 NUL", replace("UpdateUser", "Update\x00User"), why(intake.NotJSON)},
		{"E4 escaped NUL", replace("UpdateUser", `Update\u0000User`), why(intake.NotJSON)},
		{"E4 lone surrogate", replace("UpdateUser", `Update\ud800User`), why(intake.NotJSON)},
		{"E4 two high surrogates", replace("UpdateUser", `Update\ud800\ud800User`), why(intake.NotJSON)},
		{"E4 escaped letters", replace("UpdateUser", `Upda\u0074eUser`), has(person(ana))},
		{"E5 nested 10,000 deep", strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), why(intake.TooDeep)},
		{"E5 nested in a field that nobody reads", replace(`"resources":[]`, `"resources":`+strings.Repeat(`{"a":`, 40)+"1"+strings.Repeat("}", 40)), why(intake.TooDeep)},
		{"E5 nested as deep as may be", replace(`"resources":[]`, `"resources":`+strings.Repeat("[", intake.MaxDepth-1)+strings.Repeat("]", intake.MaxDepth-1)), has(person(ana))},
		{"E5 nested one deeper", replace(`"resources":[]`, `"resources":`+strings.Repeat("[", intake.MaxDepth)+strings.Repeat("]", intake.MaxDepth)), why(intake.TooDeep)},
		{"E6 1 MB", replace(`"resources":[]`, `"resources":["`+strings.Repeat("x", 1<<20)+`"]`), why(intake.TooLarge)},
		{"E6 just not too large", good + strings.Repeat(" ", intake.MaxBody-len(good)), has(person(ana))},
		{"E6 just too large", good + strings.Repeat(" ", intake.MaxBody-len(good)+1), why(intake.TooLarge)},
		{"E7 account twice", replace(`"account":`, `"account":"444455556666","account":`), why(intake.DuplicateKey)},
		{"E7 account twice, once escaped", replace(`"account":`, `"\u0061ccount":"444455556666","account":`), why(intake.DuplicateKey)},
		{"E7 id twice", replace(user, user+`,"userId":"`+elder+`"`), why(intake.DuplicateKey)},
		{"E7 detail twice", replace(`"detail":`, `"detail":{},"detail":`), why(intake.DuplicateKey)},
		{"E7 a field twice that nobody reads", replace(user, user+`,"x":1,"x":2`), has(person(ana))},
		{"E8 SNS", `{"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:us-east-1:111122223333:t","Message":` + quoted + `}`, has(person(ana))},
		{"E8 SNS in SNS", `{"Type":"Notification","Message":"{\"Type\":\"Notification\",\"Message\":\"{}\"}"}`, why(intake.WrappedSNS)},
		{"E8 SNS without an event", `{"Type":"Notification","Message":"hello"}`, why(intake.WrappedSNS)},
		{"E8 SNS, message twice", `{"Type":"Notification","Message":"{}","Message":` + quoted + `}`, why(intake.DuplicateKey)},
		{"E8 SNS subscription", `{"Type":"SubscriptionConfirmation","Token":"t","Message":"You have chosen to subscribe"}`, why(intake.WrappedSNS)},
		{"E8 double-encoded", quoted, why(intake.WrappedTwice)},
		{"E8 Pipes", `[{"messageId":"m","body":` + quoted + `}]`, why(intake.WrappedBatch)},
		{"E8 a record of SQS", `{"messageId":"m","receiptHandle":"r","body":` + quoted + `}`, why(intake.WrappedTwice)},
		{"E8 batch", `[` + good + `,` + good + `]`, why(intake.WrappedBatch)},
		{"E8 records", `{"Records":[{"body":` + quoted + `}]}`, why(intake.WrappedBatch)},
		{"E9 no detail", replace(`"detail":{`, `"other":{`), why(intake.NotAnEvent)},
		{"E9 detail null", `{"source":"aws.identitystore","detail-type":"User Created","account":"111122223333","detail":null}`, why(intake.NotAnEvent)},
		{"E9 detail text", `{"source":"aws.identitystore","detail-type":"User Created","account":"111122223333","detail":"{}"}`, why(intake.NotAnEvent)},
		{"E9 no name of a call", replace(`"eventName"`, `"eventname"`), why(intake.NotAnEvent)},
		{"E9 no account", replace(`"account"`, `"Account"`), why(intake.NotAnEvent)},
		{"E10 custom source", replace("aws.sso-directory", "custom.identitystore"), why(intake.Spoofed)},
		{"E10 case", replace("aws.sso-directory", "AWS.identitystore"), why(intake.Spoofed)},
		{"E10 partner", replace("aws.sso-directory", "aws.partner/example.com/sso-directory"), why(intake.Spoofed)},
		{"E10 another service", event("ec2.amazonaws.com", "RunInstances", `"requestParameters":{}`), why(intake.Unrelated)},
		{"E10 another service's own event", replace("AWS API Call via CloudTrail", "Object Created"), askPass},
		{"E10 S3", `{"source":"aws.s3","detail-type":"Object Created","account":"111122223333","detail":{}}`, why(intake.Unrelated)},
		{"E10 by what the trail says, not by the envelope", replace("aws.sso-directory", "aws.cloudtrail"), has(person(ana))},
		{"E11 wrong account of QuickSight's", strings.Replace(event("quicksight.amazonaws.com", "CreateUser", `"x":1`), "111122223333", "444455556666", 1), why(intake.ForeignAccount)},
		{"E11 another account of the directory's", replace("111122223333", "444455556666"), has(person(ana))},
		{"E11 our account in a place that is not believed", strings.Replace(event("quicksight.amazonaws.com", "CreateUser", `"recipientAccountId":"111122223333"`), "111122223333", "444455556666", 1), why(intake.ForeignAccount)},
		{"E12 another Region", replace(`"region":"us-east-1"`, `"region":"eu-west-1"`), has(person(ana))},
		{"E13 wrong store", replace("d-1234567890", "d-0000000000"), why(intake.ForeignStore)},
		{"E13 store that is none", replace("d-1234567890", "../d-1234567890"), why(intake.ForeignStore)},
		{"E13 store that is a number", replace(`"d-1234567890"`, "1234567890"), why(intake.ForeignStore)},
		{"E13 SCIM of another store", scim("DeleteUser", `"requestParameters":{"tenantId":"d-0000000000","id":"`+ana+`"}`), why(intake.ForeignStore)},
		{"E13 two stores", event("identitystore.amazonaws.com", "CreateUser", `"requestParameters":{"identityStoreId":"d-1234567890"},"responseElements":{"identityStoreId":"d-0000000000","userId":"`+ana+`"}`), why(intake.ForeignStore)},
		{"E14 unknown detail-type", notification("Something Happened", "", `"event-version":"1"`), askPass},
		{"E14 event version 99", notification("User Created", `"arn:aws:identitystore:::user/`+ana+`"`, `"event-version":"99"`), has(person(ana))},
		{"E14 unknown call", console("MergeUsers", user), askPass},
		{"E15 failed", replace(`"readOnly"`, `"errorCode":"AccessDenied","readOnly"`), why(intake.Failed)},
		{"E16 only read", replace(`"readOnly":false`, `"readOnly":true`), why(intake.ReadOnly)},
		{"E16 does not say", replace(`"readOnly":false`, `"eventVersion":"1.08"`), has(person(ana))},
		{"E17 added by the console", console("AddMemberToGroup", `"groupId":"`+authors+`","member":{"memberId":"`+ana+`"}`), has(in(person(ana), authors))},
		{"E17 added by the API", api("CreateGroupMembership", `"groupId":"`+authors+`","memberId":{"userId":"`+ana+`"}`), has(in(person(ana), authors))},
		{"E17 patched by SCIM", scim("PatchGroup", `"requestParameters":{"id":"`+authors+`","httpBody":{"operations":[]}}`), has(revoking(group(authors)))},
		{"E18 names missing", api("UpdateGroup", `"groupId":"`+authors+`"`), has(group(authors))},
		{"E18 id hidden", console("UpdateUser", `"userId":"HIDDEN_DUE_TO_SECURITY_REASONS"`), askPass},
		{"E18 id missing", console("UpdateUser", `"x":1`), askPass},
		{"E18 everything hidden", console("UpdateGroup", `"groupId":"`+authors+`","displayName":"HIDDEN_DUE_TO_SECURITY_REASONS"`), has(group(authors))},
		{"E19 member a text, console", console("AddMemberToGroup", `"groupId":"`+authors+`","memberId":"`+ana+`"`), has(in(person(ana), authors))},
		{"E19 member a text, API", api("CreateGroupMembership", `"groupId":"`+authors+`","memberId":"`+ana+`"`), has(in(person(ana), authors))},
		{"E19 member an object, removed", console("RemoveMemberFromGroup", `"groupId":"`+authors+`","member":{"memberId":"`+ana+`"}`), has(revoking(in(person(ana), authors)))},
		{"E19 member an object in an object", console("AddMemberToGroup", `"member":{"memberId":{"userId":"`+ana+`"}}`), has(person(ana))},
		{"E19 member an object that says nothing", api("CreateGroupMembership", `"groupId":"`+authors+`","memberId":{}`), askPass},
		{"E20 path", console("UpdateUser", `"userId":"../../etc/passwd"`), why(intake.MalformedID)},
		{"E20 10 KB", console("UpdateUser", `"userId":"`+strings.Repeat("a", 10<<10)+`"`), why(intake.MalformedID)},
		{"E20 nearly", console("UpdateUser", `"userId":"`+ana[:35]+`g"`), why(intake.MalformedID)},
		{"E20 of an older store", console("UpdateUser", `"userId":"`+elder+`"`), has(person(elder))},
		{"E20 of an older store, in capitals", console("UpdateUser", `"userId":"`+strings.ToUpper(elder)+`"`), why(intake.MalformedID)},
		{"E20 group", api("CreateGroupMembership", `"groupId":"x","memberId":{"userId":"`+ana+`"}`), why(intake.MalformedID)},
		{"E21 somebody of another store", console("UpdateUser", `"userId":"`+elder+`"`), has(person(elder))}, // who is read, and is nobody
		{"E22 no time", replace(`"time":"2026-04-25T00:46:15Z",`, ``), has(person(ana))},
		{"E22 future", replace("2026-04-25T00:46:15Z", "2099-01-01T00:00:00Z"), has(person(ana))},
		{"E22 1970", replace("2026-04-25T00:46:15Z", "1970-01-01T00:00:00Z"), has(person(ana))},
		{"E22 no time at all", replace(`"2026-04-25T00:46:15Z"`, `17`), has(person(ana))},
		{"E23 no id", replace(`"id":"a57f561a-5b3a-56bb-b030-f443f7e1387e",`, ``), has(person(ana))},
		{"E25 a hundred changes", scim("PatchGroup", `"requestParameters":{"id":"`+authors+`","httpBody":{"operations":[`+strings.Repeat(`{"op":"ADD"},`, 99)+`{"op":"REMOVE"}]}}`), has(revoking(group(authors)))},
		{"E26 group deleted", api("DeleteGroup", `"groupId":"`+authors+`"`), has(revoking(group(authors)))},
		{"E26 by the console", console("DeleteGroup", `"groupId":"`+authors+`"`), has(revoking(group(authors)))},
		{"E27 user deleted", api("DeleteUser", user), has(revoking(person(ana)))},
		{"E28 telephone", api("UpdateUser", user+`,"operations":[{"attributePath":"phoneNumbers"}]`), has(person(ana))},
		{"E29 our own call", event("quicksight.amazonaws.com", "RegisterUser", `"eventType":"AwsApiCall","requestParameters":{"namespace":"acme"}`), why(intake.Echo)},
		{"E29 our own call, as it is told of", call("RegisterUser", `"namespace":"acme","iamArn":"arn:aws:iam::111122223333:role/path/QuickSight","sessionName":"ana"`), wrote("RegisterUser", "acme", "", "QuickSight/ana")},
		{"E29 a call that writes no one's place", call("UpdateDashboard", `"dashboardId":"d"`), why(intake.Echo)},
		{"E29 another call of QuickSight's", event("quicksight.amazonaws.com", "GetDashboard", `"eventType":"AwsServiceEvent"`), why(intake.Unrelated)},
		{"E30 just in time, nobody named", event("quicksight.amazonaws.com", "CreateUser", `"eventType":"AwsServiceEvent"`), askPass},
		{"E31 account a number", replace(`"account":"111122223333"`, `"account":111122223333`), why(intake.NotAnEvent)},
		{"E31 large number", replace(`"resources":[]`, `"resources":[1e999,-0.5E-3,`+strings.Repeat("9", 400)+`]`), has(person(ana))},
		{"E31 id a number", console("UpdateUser", `"userId":1e999`), why(intake.MalformedID)},
		{"E31 numbers that are none", replace(`"resources":[]`, `"resources":[01]`), why(intake.NotJSON)},
		{"E32 terminal and formula", console("UpdateUser", user+`,"displayName":"=cmd|' /C calc'!A0\u001b[31m\r\n<script>"`), has(person(ana))},
		{"E33 bidi", console("UpdateUser", user+`,"displayName":"`+"\u202eadmin"+`"`), has(person(ana))},
		{"E35 Lambda console", `{"key1":"value1","key2":"value2","key3":"value3"}`, why(intake.TestEvent)},
		{"E36 scheduled", `{"version":"0","id":"s","detail-type":"Scheduled Event","source":"aws.events","account":"111122223333","resources":[],"detail":{}}`, everything},
		{"E36 scheduler", `{"version":"0","id":"s","detail-type":"Scheduled Event","source":"aws.scheduler","account":"111122223333","resources":[],"detail":{}}`, everything},
		{"E36 somebody else's", `{"version":"0","id":"s","detail-type":"Scheduled Event","source":"custom.cron","account":"111122223333","resources":[],"detail":{}}`, why(intake.Spoofed)},
		{"E37 not decrypted", "AQICAHh2=", why(intake.NotJSON)},
		{"E38 gzip", "\x1f\x8b\x08\x00", why(intake.Compressed)},
		{"E38 gzip in base64", zipped, why(intake.Compressed)},
		{"E38 gzip in base64 in JSON", `"` + zipped + `"`, why(intake.Compressed)},
		{"E39 from another Region", strings.ReplaceAll(good, "us-east-1", "eu-central-1"), has(person(ana))},
	}
}

func TestBadInput(t *testing.T) { testRows(t, badRows()) }

// E23, E39, F13: an id used again, another Region and another shape change nothing: the hints are for one key.
func TestE39OneKey(t *testing.T) {
	var first *intake.Hint
	for _, body := range []string{
		console("UpdateUser", `"userId":"`+ana+`"`),
		strings.ReplaceAll(console("UpdateUser", `"userId":"`+ana+`"`), "us-east-1", "eu-west-1"),
		api("UpdateUser", `"userId":"`+ana+`"`),
		notification("User Created", `"arn:aws:identitystore:::user/`+ana+`"`, ``),
	} {
		h := reader.Read([]byte(body)).Hints[0]
		if first == nil {
			first = &h
		}
		if h.Kind != first.Kind || h.ID != first.ID {
			t.Errorf("%s is about %s %s, the first about %s %s", body, h.Kind, h.ID, first.Kind, first.ID)
		}
	}
}

// E24, F17: what is bad spoils nothing of what is read after it.
func TestE24OneBadInTenGood(t *testing.T) {
	good := []byte(console("UpdateUser", `"userId":"`+ana+`"`))
	for _, bad := range badRows() {
		reader.Read([]byte(bad.body))
		if got := reader.Read(good); got.Reason != "" || len(got.Hints) != 1 || got.Hints[0].ID != ana {
			t.Errorf("after %s a good event is %+v", bad.name, got)
		}
	}
}

// The set of reasons is closed: each has its row here, those of poison have advice, and no others do.
func TestReasons(t *testing.T) {
	met := map[intake.Reason]bool{intake.OtherAccount: true} // of TestSignInRoles
	for _, row := range badRows() {
		met[row.want.Reason] = true
	}
	for _, r := range intake.Reasons() {
		if !met[r] {
			t.Errorf("no event is %s", r)
		}
		if r.Poison() != (r.Hint() != "") {
			t.Errorf("%s: poison is %v, and the advice is %q", r, r.Poison(), r.Hint())
		}
		delete(met, r)
	}
	if delete(met, ""); len(met) > 0 {
		t.Errorf("Reasons has not got %v", met)
	}
}
