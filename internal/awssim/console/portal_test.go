package console_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

const portalWorld = `{"account_id": "111122223333", "behaviour": {"trail": {"queues": ["told"]}}, "queues": [{"name": "told"}],
	"identity_center": {
		"users": [{"user_name": "ana"}, {"user_name": "ben"}, {"user_name": "cy"}, {"user_name": "dee", "status": "DISABLED"}, {"user_name": "e e"}],
		"groups": [{"display_name": "g", "members": ["ana", "dee", "e e"]}]},
	"permission_sets": [{"name": "User", "assignments": [{"group": "g"}, {"user": "ben"}]}, {"name": "Other", "assignments": [{"user": "cy"}]}],
	"iam": {"roles": [
		{"name": "Closed", "trust": "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"111122223333\"},\"Action\":\"sts:AssumeRole\"}]}"},
		{"name": "Elsewhere", "trust": "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Federated\":\"arn:aws:iam::111122223333:saml-provider/idp\"},\"Action\":\"sts:AssumeRoleWithSAML\",\"Condition\":{\"StringEquals\":{\"SAML:aud\":\"https://example.com\"}}}]}"},
		{"name": "Own", "id": "AROAOWN", "policies": {"p": "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}"},
		 "trust": "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Federated\":\"arn:aws:iam::111122223333:saml-provider/idp\"},\"Action\":\"sts:AssumeRoleWithSAML\",\"Condition\":{\"StringEquals\":{\"SAML:aud\":\"https://signin.aws.amazon.com/saml\"}}}]}"}]}}`

// reserved is the name of the role of a permission set.
func (f *front) reserved(set string) string {
	for name := range f.World.IAM.Roles.Prefix("AWSReservedSSO_"+set+"_", "", world.View{}) {
		return name
	}
	f.T.Fatalf("the permission set %s has no role", set)
	return ""
}

// Credentials of a role are for those who are assigned to its permission set, and of one's own for those whom it trusts.
func TestPortal(t *testing.T) {
	for _, tt := range []struct {
		person, role string
		status       int
		why          string
	}{
		{"ana", "User", 200, ""},
		{"ben", "User", 200, ""},
		{"cy", "Own", 200, ""},
		{"cy", "User", 403, "cy is not assigned to the permission set of the role ROLE, neither alone nor in a group."},
		{"ana", "Other", 403, "ana is not assigned to the permission set of the role ROLE, neither alone nor in a group."},
		{"dee", "User", 403, "dee is disabled."},
		{"e e", "User", 403, "e e is no name of a session."},
		{"ana", "Closed", 403, "the trust policy of the role ROLE lets no SAML provider in."},
		{"ana", "Elsewhere", 403, "the trust policy of the role ROLE lets no SAML provider in."},
		{"zoe", "User", 404, `person "zoe" is not found.`},
		{"ana", "Nobody", 404, `role "ROLE" is not found.`},
	} {
		t.Run(tt.person+" "+tt.role, func(t *testing.T) {
			f := openFile(t, portalWorld)
			role := tt.role
			if role == "User" || role == "Other" {
				role = f.reserved(role)
			}
			m := f.do(tt.status, "Portal", fmt.Sprintf(`{"person": %q, "role": %q}`, tt.person, role))
			if tt.status != 200 {
				if want := strings.ReplaceAll(tt.why, "ROLE", role); m["Message"] != want {
					t.Errorf("%v, want %s", m["Message"], want)
				}
				return
			}
			key, _ := m["AccessKeyId"].(string)
			c, ok := f.World.Caller(key)
			if !ok || c.ARN != "arn:aws:sts::111122223333:assumed-role/"+role+"/"+tt.person || m["Arn"] != c.ARN || m["SecretAccessKey"] == "" || m["SessionToken"] == "" {
				t.Errorf("%v, which is %+v, %v", m, c, ok)
			}
			if r, ok := f.World.SessionRole(key); !ok || r.Name != role {
				t.Errorf("a session of %q, %v", r.Name, ok)
			}
		})
	}
}

// newest is the record of what happened last in IAM's Region.
func (f *front) newest() world.Record {
	f.World.Lock()
	defer f.World.Unlock()
	for r := range f.World.History.Newest("111122223333", "us-east-1", time.Now()) {
		return r
	}
	return world.Record{}
}

// Whoever federates leaves the event of it, whatever comes of it, and no queue is told, as it changes nothing.
func TestFederationIsTold(t *testing.T) {
	f := openFile(t, portalWorld)
	m := f.do(200, "Portal", `{"person": "ana", "role": "Own"}`)
	r := f.newest()
	if r.Name != "AssumeRoleWithSAML" || r.Source != "sts.amazonaws.com" || r.User != "ana" || !r.ReadOnly {
		t.Errorf("after the portal: %+v", r)
	}
	for _, want := range []string{`"type":"SAMLUser"`, `"roleArn":"arn:aws:iam::111122223333:role/Own"`, `"roleSessionName":"ana"`,
		`"principalArn":"arn:aws:iam::111122223333:saml-provider/idp"`, `"assumedRoleId":"AROAOWN:ana"`, `"accessKeyId":"` + m["AccessKeyId"].(string) + `"`} {
		if !strings.Contains(r.Text, want) {
			t.Errorf("the record lacks %s: %s", want, r.Text)
		}
	}
	const turnedAway = `{"role": "Own", "session": "eve", "email": "e@evil.example"}`
	f.do(403, "SignIn", turnedAway)
	if r := f.newest(); r.Name != "AssumeRoleWithSAML" || r.User != "eve" {
		t.Errorf("after a sign-in that was refused: %+v", r)
	}
	q, _ := f.World.Queues.Get("us-east-1", "told")
	if n, _, _ := q.Counts(); n != 0 {
		t.Errorf("a queue was told %d events", n)
	}
	if err := f.World.Change(func(b *world.Behaviour) { b.TellRefusedSignIns = true }); err != nil {
		t.Fatal(err)
	}
	f.do(403, "SignIn", turnedAway)
	if r := f.newest(); r.Name != "CreateUser" || !strings.Contains(r.Text, `"errorCode":"AccessDenied"`) || !strings.Contains(r.Text, `"userName":"Own:eve"`) {
		t.Errorf("after a sign-in that was refused, and told of: %+v", r)
	}
	if len(f.told) > 0 {
		t.Errorf("the directory tells of it: %v", f.told)
	}
}

// The history goes on with the world.
func TestHistoryIsDumped(t *testing.T) {
	f := openFile(t, portalWorld)
	f.do(200, "Portal", `{"person": "ana", "role": "Own"}`)
	text, err := f.World.Dump()
	if err != nil {
		t.Fatal(err)
	}
	again := openFile(t, string(text))
	if got, want := again.newest(), f.newest(); got.Text != want.Text || got.ID == "" || got.User != "ana" {
		t.Errorf("the newest is %+v, want %+v", got, want)
	}
	if text2, _ := again.World.Dump(); string(text2) != string(text) {
		t.Error("a dump of a dump is another")
	}
}

// Where all roles are judged, one without policies lets nobody register themselves.
func TestBareRolesAreJudged(t *testing.T) {
	f := openFile(t, `{"account_id": "111122223333", "iam": {"roles": [{"name": "Bare"}]}, "behaviour": {"judge_bare_roles": true}}`)
	f.do(403, "SignIn", `{"role": "Bare", "session": "ana", "email": "ana@acme.example"}`)
}
