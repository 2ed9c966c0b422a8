package sts

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/roomtest"
)

const account = "111122223333"

// trusting is a role with a trust policy of one statement, as a world file holds it.
func trusting(name, path, statement string) string {
	doc := strings.ReplaceAll(`{"Version":"2012-10-17","Statement":[`+statement+`]}`, `"`, `\"`)
	return `{"name":"` + name + `","path":"` + path + `","id":"AROA` + strings.ToUpper(name) + `","trust":"` + doc + `"}`
}

func allow(principal, condition string) string {
	return `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":` + principal + condition + `}`
}

var file = `{"account_id":"` + account + `","iam":{"roles":[` + strings.Join([]string{
	trusting("Open", "/", allow(`{"AWS":"arn:aws:iam::`+account+`:root"}`, "")),
	trusting("ById", "/", allow(`{"AWS":"`+account+`"}`, "")),
	trusting("Asks", "/bi/", allow(`{"AWS":"*"}`, `,"Condition":{"StringEquals":{"sts:ExternalId":"secret-word"}}`)),
	trusting("Chain", "/", allow(`{"AWS":"arn:aws:iam::`+account+`:role/bi/Asks"}`, "")),
	trusting("Other", "/", allow(`{"AWS":"arn:aws:iam::999900001111:root"}`, "")),
	trusting("Denies", "/", allow(`"*"`, "")+`,{"Effect":"Deny","Action":"sts:*","Principal":{"AWS":"*"}}`),
	trusting("Saml", "/", `{"Effect":"Allow","Action":["sts:AssumeRoleWithSAML","sts:TagSession"],"Principal":{"Federated":"arn:aws:iam::`+account+`:saml-provider/x"}}`),
	trusting("SamlToo", "/", allow(`{"Federated":"arn:aws:iam::`+account+`:saml-provider/x"}`, "")),
	`{"name":"NoTrust"}`}, ",") + `]}}`

func assume(role string, more ...string) url.Values {
	f := url.Values{"Action": {"AssumeRole"}, "RoleArn": {"arn:aws:iam::" + account + ":role/" + role}, "RoleSessionName": {"tenantry"}}
	for i := 0; i < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

func TestAssumeRole(t *testing.T) {
	tests := []struct {
		name   string
		form   url.Values
		status int
		want   string
	}{
		{"the account is trusted", assume("Open"), 200, "<Arn>arn:aws:sts::111122223333:assumed-role/Open/tenantry</Arn>"},
		{"the account is trusted by its id", assume("ById"), 200, "<AssumedRoleId>AROABYID:tenantry</AssumedRoleId>"},
		{"the external id fits", assume("bi/Asks", "ExternalId", "secret-word"), 200, "assumed-role/Asks/tenantry"},
		{"no external id", assume("bi/Asks"), 403, "<Code>AccessDenied</Code>"},
		{"another external id", assume("bi/Asks", "ExternalId", "other-word"), 403, "<Code>AccessDenied</Code>"},
		{"the path is part of the ARN", assume("Asks", "ExternalId", "secret-word"), 403, "<Code>AccessDenied</Code>"},
		{"another account is trusted", assume("Other"), 403, "<Code>AccessDenied</Code>"},
		{"a deny wins", assume("Denies"), 403, "<Code>AccessDenied</Code>"},
		{"trust in SAML only", assume("Saml"), 403, "<Code>AccessDenied</Code>"},
		{"a provider is no caller", assume("SamlToo"), 403, "<Code>AccessDenied</Code>"},
		{"no trust", assume("NoTrust"), 403, "<Code>AccessDenied</Code>"},
		{"no such role", assume("Nobody"), 403,
			"is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/Nobody</Message>"},
		{"a session name of one", assume("Open", "RoleSessionName", "x"), 400, "Member must have length greater than or equal to 2"},
		{"a session name with a space", assume("Open", "RoleSessionName", "a b"), 400, `Member must satisfy regular expression pattern: [\w+=,.@-]*`},
		{"not a role", assume("Open", "RoleArn", "arn:aws:iam::111122223333:user/x"), 400, "arn:aws:iam::111122223333:user/x is invalid"},
		{"too short", assume("Open", "DurationSeconds", "60"), 400, "Member must have value greater than or equal to 900"},
		{"too long for the role", assume("Open", "DurationSeconds", "7200"), 400, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, answer := roomtest.New(t, file, New).Form(tt.form)
			if status != tt.status || !strings.Contains(answer, tt.want) {
				t.Errorf("answers %d %s\nwant %d %s", status, answer, tt.status, tt.want)
			}
		})
	}
}

var keyOf = regexp.MustCompile(`<AccessKeyId>(ASIASIMULATED\w{7})</AccessKeyId>`)

func TestSessions(t *testing.T) {
	r := roomtest.New(t, file, New)
	who := func() string {
		t.Helper()
		status, answer := r.Form(url.Values{"Action": {"GetCallerIdentity"}})
		if status != 200 {
			t.Fatalf("GetCallerIdentity answers %d %s", status, answer)
		}
		return answer
	}
	first := r.Key
	if !strings.Contains(who(), "<Account>111122223333</Account>") {
		t.Errorf("any key is %s", who())
	}
	if status, _ := r.Form(assume("Chain")); status != 403 {
		t.Errorf("a role that trusts another role answers %d to others", status)
	}
	_, answer := r.Form(assume("bi/Asks", "ExternalId", "secret-word"))
	key := keyOf.FindStringSubmatch(answer)
	if key == nil {
		t.Fatalf("no key in %s", answer)
	}
	r.Key = key[1]
	if !strings.Contains(who(), "<Arn>arn:aws:sts::111122223333:assumed-role/Asks/tenantry</Arn><UserId>AROAASKS:tenantry</UserId>") {
		t.Errorf("the session is %s", who())
	}
	if status, answer := r.Form(assume("Chain")); status != 200 {
		t.Errorf("a role that trusts a role with a path refuses its session: %s", answer)
	}
	// Whoever had a key before has it still.
	r.Key = first
	if !strings.Contains(who(), "Administrator/simulator") {
		t.Errorf("after a session the first key is %s", who())
	}
}

func TestNamedCallers(t *testing.T) {
	r := roomtest.New(t, `{"account_id":"111122223333","callers":[{"access_key":"AKIASIMULATED0000001","account":"999900001111","arn":"arn:aws:iam::999900001111:user/eve","user_id":"AIDAEVE"}]}`, New)
	_, answer := r.Form(url.Values{"Action": {"GetCallerIdentity"}})
	if !strings.Contains(answer, "<Arn>arn:aws:iam::999900001111:user/eve</Arn><UserId>AIDAEVE</UserId><Account>999900001111</Account>") {
		t.Errorf("answers %s", answer)
	}
}
