package intake_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/intake"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	ana     = "94e80458-9021-70ea-08fa-c3a10a1d8a92"
	authors = "34887428-4081-7042-c3c6-928d413009e7"
	anas    = "14f8f448-00d1-7093-1b1d-000000000003"
	elder   = "93670dc30f-6d321996-eab8-4d2e-9f41-0db53b051a5b"
)

var reader = &intake.Reader{
	Account: "111122223333",
	Store:   "d-1234567890",
	SignsIn: func(role string) bool { return strings.HasPrefix(role, "QuickSight") },
}

// sample is an event of testdata/events.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "events", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// event is an event through CloudTrail: the source of the call, its name, and what else is in detail.
func event(source, name, rest string) string {
	short := strings.TrimSuffix(source, ".amazonaws.com")
	return fmt.Sprintf(`{"version":"0","id":"a57f561a-5b3a-56bb-b030-f443f7e1387e","detail-type":"AWS API Call via CloudTrail","source":"aws.%s","account":"111122223333",`+
		`"time":"2026-04-25T00:46:15Z","region":"us-east-1","resources":[],"detail":{"eventSource":%q,"eventName":%q,"readOnly":false,"eventID":"ev-1",%s}}`, short, source, name, rest)
}

func console(name, request string) string {
	return event("sso-directory.amazonaws.com", name, `"requestParameters":{"identityStoreId":"d-1234567890",`+request+`}`)
}

func api(name, request string) string {
	return event("identitystore.amazonaws.com", name, `"requestParameters":{"identityStoreId":"d-1234567890",`+request+`}`)
}

func scim(name, rest string) string {
	return event("identitystore-scim.amazonaws.com", name, rest)
}

// notification is one of Identity Center's own.
func notification(kind, resources, detail string) string {
	return fmt.Sprintf(`{"version":"0","id":"n-1","detail-type":%q,"source":"aws.identitystore","account":"444455556666","time":"2026-04-25T00:46:15Z","region":"us-east-1","resources":[%s],"detail":{%s}}`,
		kind, resources, detail)
}

func has(h ...intake.Hint) intake.Reading { return intake.Reading{Hints: h} }

func why(r intake.Reason) intake.Reading { return intake.Reading{Reason: r} }

func person(id string) intake.Hint { return intake.Hint{Kind: intake.Person, ID: id} }

func group(id string) intake.Hint { return intake.Hint{Kind: intake.Group, ID: id} }

func in(h intake.Hint, g tenancy.GroupID) intake.Hint { h.Group = g; return h }

func revoking(h intake.Hint) intake.Hint { h.Revokes = true; return h }

var (
	everything = intake.Reading{Hints: []intake.Hint{{Kind: intake.Everything}}}
	askPass    = intake.Reading{Hints: everything.Hints, Reason: intake.Unknown}
	signIn     = intake.Hint{Kind: intake.SignIn}
)

// row is an event and what becomes of it; want has no causes.
type row struct {
	name string
	body string
	want intake.Reading
}

// without takes the causes out, and checks them.
func without(t *testing.T, r intake.Reading) intake.Reading {
	t.Helper()
	for i := range r.Hints {
		if r.Hints[i].Cause != r.Cause || r.Cause.Kind != tenancy.ByEvent || r.Cause.Name == "" {
			t.Errorf("the cause of a hint is %+v, that of the reading %+v", r.Hints[i].Cause, r.Cause)
		}
		r.Hints[i].Cause = tenancy.Cause{}
	}
	r.Cause = tenancy.Cause{}
	return r
}

func testRows(t *testing.T, rows []row) {
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got := without(t, reader.Read([]byte(row.body)))
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("%.300s\nis read so (-want +got):\n%s", row.body, diff)
			}
		})
	}
}

// The samples, as AWS delivers them. Those of another store and account are read for theirs.
func TestSamples(t *testing.T) {
	for _, c := range []struct {
		name  string
		store tenancy.StoreID
		want  intake.Reading
	}{
		{"api-create-group-membership", "", has(in(person("e18ba510-1001-70f0-3861-000000000002"), "61bb05b0-8031-703d-b9e4-000000000001"))},
		{"api-delete-group-membership", "", has(revoking(intake.Hint{Kind: intake.Membership, ID: anas}))},
		{"console-add-member-to-group", "", has(in(person(ana), authors))},
		{"console-create-group", "", has(group(authors))},
		{"console-delete-user", "d-93670dc30f", has(revoking(person(elder)))},
		{"console-disable-user", "d-93670dc30f", has(revoking(person(elder)))},
		{"console-enable-user", "d-93670dc30f", has(person(elder))},
		{"console-remove-member-from-group", "", has(revoking(in(person(ana), authors)))},
		{"quicksight-jit-create-user", "", has(intake.Hint{Kind: intake.Drifted, ID: "QuickSight/alice", Drift: intake.Drift{Role: "QuickSight", Session: "alice"}})},
		{"scim-create-user", "", has(person("c4488478-a0e1-700e-3d75-96c6bb641596"))},
		{"scim-patch-group", "", has(revoking(group(authors)))},
		{"scim-patch-group-failed", "", why(intake.Failed)},
		{"sso-create-account-assignment", "", has(signIn)},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := *reader
			if c.store != "" {
				if got := r.Read(sample(t, c.name)); got.Reason != intake.ForeignStore {
					t.Errorf("for another store it is %+v", got)
				}
				r.Store = c.store
			}
			if diff := cmp.Diff(c.want, without(t, r.Read(sample(t, c.name)))); diff != "" {
				t.Errorf("it is read so (-want +got):\n%s", diff)
			}
		})
	}
}

// Every call of the directory that this knows, by each of the ways in which people are managed.
func TestCalls(t *testing.T) {
	user, grp := `"userId":"`+ana+`"`, `"groupId":"`+authors+`"`
	id := `"requestParameters":{"tenantId":"d-1234567890","id":"%s"}`
	testRows(t, []row{
		{"console UpdateUser", console("UpdateUser", user), has(person(ana))},
		{"console UpdateUserName", console("UpdateUserName", user), has(person(ana))},
		{"console CreateUser", event("sso-directory.amazonaws.com", "CreateUser", `"requestParameters":null,"responseElements":{"user":{"userId":"`+ana+`"}}`), has(person(ana))},
		{"console CreateUser without its id", event("sso-directory.amazonaws.com", "CreateUser", `"requestParameters":{"identityStoreId":"d-1234567890"}`), askPass},
		{"console UpdateGroup", console("UpdateGroup", grp), has(group(authors))},
		{"console UpdateGroupDisplayName", console("UpdateGroupDisplayName", grp), has(group(authors))},
		{"console UpdatePassword", console("UpdatePassword", user), why(intake.Unrelated)},
		{"api CreateUser", event("identitystore.amazonaws.com", "CreateUser", `"responseElements":{"identityStoreId":"d-1234567890","userId":"`+ana+`"}`), has(person(ana))},
		{"api UpdateUser", api("UpdateUser", user), has(person(ana))},
		{"api DeleteUser", api("DeleteUser", user), has(revoking(person(ana)))},
		{"api CreateGroup", event("identitystore.amazonaws.com", "CreateGroup", `"responseElements":{"groupId":"`+authors+`"}`), has(group(authors))},
		{"api UpdateGroup", api("UpdateGroup", grp), has(group(authors))},
		{"scim PutUser", scim("PutUser", fmt.Sprintf(id, ana)), has(revoking(person(ana)))},
		{"scim PatchUser", scim("PatchUser", fmt.Sprintf(id, ana)+`,"responseElements":{"active":false}`), has(revoking(person(ana)))},
		{"scim PatchUser who stays active", scim("PatchUser", fmt.Sprintf(id, ana)+`,"responseElements":{"active":true}`), has(person(ana))},
		{"scim PatchUser, the id in the answer", scim("PatchUser", `"requestParameters":{},"responseElements":{"id":"`+ana+`","active":true}`), has(person(ana))},
		{"scim DeleteUser", scim("DeleteUser", fmt.Sprintf(id, ana)), has(revoking(person(ana)))},
		{"scim CreateGroup", scim("CreateGroup", `"responseElements":{"id":"`+authors+`"}`), has(group(authors))},
		{"scim DeleteGroup", scim("DeleteGroup", fmt.Sprintf(id, authors)), has(revoking(group(authors)))},
		{"scim with a tenant id that is no store's", scim("DeleteUser", `"requestParameters":{"tenantId":"5cc04c1f-1111-2222-3333-444455556666","id":"`+ana+`"}`), has(revoking(person(ana)))},
	})
}

// The sign-in roles: of our account only, and only roles that people sign in by.
func TestSignInRoles(t *testing.T) {
	role := func(account, request string) string {
		return strings.Replace(event("iam.amazonaws.com", "CreateRole", `"requestParameters":{`+request+`}`), "111122223333", account, 1)
	}
	sso := func(name, request string) string {
		return event("sso.amazonaws.com", name, `"requestParameters":{`+request+`}`)
	}
	testRows(t, []row{
		{"permission set", role("111122223333", `"path":"/aws-reserved/sso.amazonaws.com/eu-west-1/","roleName":"AWSReservedSSO_Analysts_c194f596bcea55cc"`), has(signIn)},
		{"role of one's own", role("111122223333", `"roleName":"QuickSight-acme"`), has(signIn)},
		{"another role", role("111122223333", `"roleName":"Builder"`), why(intake.Unrelated)},
		{"another account", role("444455556666", `"roleName":"QuickSight-acme"`), why(intake.ForeignAccount)},
		{"assignment elsewhere", sso("CreateAccountAssignment", `"targetId":"444455556666"`), why(intake.OtherAccount)},
		{"assignment to nobody", sso("CreateAccountAssignment", `"targetType":"AWS_ACCOUNT"`), why(intake.OtherAccount)},
		{"provisioned here", sso("ProvisionPermissionSet", `"targetId":"111122223333"`), has(signIn)},
		{"provisioned everywhere", sso("ProvisionPermissionSet", `"targetType":"ALL_PROVISIONED_ACCOUNTS"`), has(signIn)},
		{"provisioned elsewhere", sso("ProvisionPermissionSet", `"targetId":"444455556666"`), why(intake.OtherAccount)},
		{"other call", sso("PutInlinePolicyToPermissionSet", `"targetId":"111122223333"`), why(intake.Unrelated)},
		{"other call of IAM", event("iam.amazonaws.com", "DeleteRole", `"requestParameters":{"roleName":"QuickSight"}`), why(intake.Unrelated)},
	})
}

// Notifications: ids are taken from wherever they stand, and where there are none a pass is asked for.
func TestNotifications(t *testing.T) {
	const store = `"arn:aws:identitystore::444455556666:identitystore/d-1234567890"`
	user := `"arn:aws:identitystore:::user/` + ana + `"`
	grp := `"arn:aws:identitystore:::group/` + authors + `"`
	testRows(t, []row{
		{"created", notification("User Created", store+","+user, `"event-version":"1"`), has(person(ana))},
		{"in detail only", notification("User Created", "", `"user":{"UserId":"`+ana+`"}`), has(person(ana))},
		{"in both", notification("User Updated", user, `"userId":"`+ana+`"`), has(revoking(person(ana)))},
		{"deleted", notification("User Deleted", user, ``), has(revoking(person(ana)))},
		{"group created", notification("Group Created", grp, ``), has(group(authors))},
		{"group updated", notification("Group Updated", grp, ``), has(group(authors))},
		{"group deleted", notification("Group Deleted", grp, ``), has(revoking(group(authors)))},
		{"membership created", notification("Group Membership Created", grp, `"memberId":{"userId":"`+ana+`"}`), has(in(person(ana), authors))},
		{"member removed", notification("Group Member Removed", user+","+grp, ``), has(revoking(in(person(ana), authors)))},
		{"membership of a group", notification("Group Membership Updated", grp, ``), has(revoking(group(authors)))},
		{"membership alone", notification("Group Membership Deleted", `"arn:aws:identitystore:::membership/`+anas+`"`, ``), has(revoking(intake.Hint{Kind: intake.Membership, ID: anas}))},
		{"below the store", notification("User Deleted", `"arn:aws:identitystore::1:identitystore/d-1234567890/user/`+ana+`"`, ``), has(revoking(person(ana)))},
		{"another store", notification("User Created", user, `"identityStoreId":"d-0000000000"`), why(intake.ForeignStore)},
		{"another store's ARN", notification("User Created", `"arn:aws:identitystore::1:identitystore/d-0000000000",`+user, ``), why(intake.ForeignStore)},
		{"nobody", notification("User Created", store, `"event-version":"1"`), askPass},
		{"no id", notification("User Created", `"arn:aws:identitystore:::user/../../x"`, `"userId":7`), askPass},
		{"of a kind unheard of", notification("Directory Renamed", user, ``), askPass},
		{"too many", notification("User Created", many(101), ``), askPass},
	})
}

func many(n int) string {
	var arns []string
	for i := range n {
		arns = append(arns, fmt.Sprintf(`"arn:aws:identitystore:::user/94e80458-9021-70ea-08fa-%012d"`, i))
	}
	return strings.Join(arns, ",")
}

// Whom QuickSight has registered stands in two places. If they disagree, or hold no principal, a pass is asked for.
func TestE30Drift(t *testing.T) {
	jit := string(sample(t, "quicksight-jit-create-user"))
	alice := has(intake.Hint{Kind: intake.Drifted, ID: "QuickSight/alice", Drift: intake.Drift{Role: "QuickSight", Session: "alice"}})
	testRows(t, []row{
		{"without details", strings.Replace(jit, `"QuickSight:alice"`, `null`, 1), alice},
		{"another role", strings.Replace(jit, `"QuickSight:alice"`, `"Builder:alice"`, 1), askPass},
		{"no session", strings.Replace(jit, `"QuickSight:alice"`, `"QuickSight:"`, 1), askPass},
		{"a session with a formula", strings.Replace(jit, `"QuickSight:alice"`, `"QuickSight:=cmd|' /C calc'!A0"`, 1), askPass},
		{"a path for a role", strings.ReplaceAll(strings.Replace(jit, `"userName": "QuickSight"`, `"userName": "a/b"`, 1), `"QuickSight:alice"`, `"a/b:alice"`), askPass},
		{"another account", strings.Replace(jit, `"account": "111122223333"`, `"account": "444455556666"`, 1), why(intake.ForeignAccount)},
	})
}

// A cause names the event, in printable ASCII, whatever the event says.
func TestCause(t *testing.T) {
	got := reader.Read(sample(t, "console-add-member-to-group")).Cause
	if want := (tenancy.Cause{Kind: tenancy.ByEvent, ID: "28507fe9-d1f8-499f-ac6d-ec78003fa1f0", Name: "sso-directory AddMemberToGroup"}); got != want {
		t.Errorf("the cause is %+v, want %+v", got, want)
	}
	got = reader.Read([]byte(strings.Replace(notification("User Created", "", `"userId":"`+ana+`"`), "User ", "User \\u001b[31m\u202e", 1))).Cause
	if got.ID != "n-1" || got.Name != `identitystore User [31mCreated` {
		t.Errorf("the cause is %+v", got)
	}
	body := strings.Replace(console("UpdateUser", `"userId":"`+ana+`"`), "ev-1", "\\u001b]0;"+strings.Repeat("x", 10_000), 1)
	if got = reader.Read([]byte(body)).Cause; len(got.ID) != 128 || got.ID[:4] != "]0;x" {
		t.Errorf("the id is %q", got.ID)
	}
}

// Reading the same body again, or with other bodies between, answers the same: tapes are reused.
func TestReadingIsAFunction(t *testing.T) {
	for _, name := range []string{"console-add-member-to-group", "scim-create-user", "scim-patch-group-failed"} {
		body := sample(t, name)
		first := reader.Read(body)
		reader.Read([]byte(console("DeleteUser", `"userId":"`+elder+`"`)))
		kept := bytes.Clone(body)
		if diff := cmp.Diff(first, reader.Read(body)); diff != "" {
			t.Errorf("%s is read otherwise the second time (-first +second):\n%s", name, diff)
		}
		clear(body)
		if diff := cmp.Diff(first, reader.Read(kept)); diff != "" {
			t.Errorf("%s: what was read lies in the body (-first +later):\n%s", name, diff)
		}
	}
}
