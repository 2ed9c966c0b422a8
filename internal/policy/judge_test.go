package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// A policy that could not be read hides nothing that another one says.
func TestHoldsBesideWhatIsUnread(t *testing.T) {
	id := tenancy.Identity{ARN: "arn:aws:iam::111122223333:user/cli", Policies: []tenancy.PolicyDocument{
		{Name: "a"},
		{Name: "b", Document: `{"Statement":{"Effect":"Allow","Action":"quicksight:RegisterUser","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}`},
	}}
	all := Holds(id, []string{"quicksight:RegisterUser"})
	if len(all) != 1 || all[0].Policy != "b" || all[0].Answer != Maybe {
		t.Errorf("have %+v", all)
	}
}

func TestDoor(t *testing.T) {
	canary, err := Canary([]tenancy.Session{"ana"})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name     string
		policies []string
		want     Answer
		how      How // of CreateReader
	}{
		{"no policy at all", nil, No, ""},
		{"the least policy", []string{SignIn()}, No, ""},
		{"the least policy over everything", []string{says(everything), SignIn()}, No, ""},
		{"everything", []string{says(everything)}, Yes, ByWildcard},
		{"as the user guide has it", []string{says(`{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"arn:aws:quicksight::111122223333:user/${aws:userid}"}`)}, Yes, Directly},
		{"by NotAction", []string{says(`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`)}, Yes, ByNotAction},
		{"one of the three", []string{says(`{"Effect":"Allow","Action":"quicksight:CreateAdm*","Resource":"*"}`)}, Yes, ""},
		{"all but one person", []string{says(everything), canary}, Yes, ByWildcard},
		{"one person alone", []string{says(`{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*","Condition":{"StringLike":{"aws:userid":"*:ana"}}}`)}, Maybe, Directly},
		{"those with a tag", []string{says(`{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/bi":"yes"}}}`)}, Maybe, Directly},
		{"denied as the user guide allows it", []string{says(everything), says(`{"Effect":"Deny","Action":"quicksight:Create*","Resource":"arn:aws:quicksight::111122223333:user/${aws:userid}"}`)}, No, ""},
		{"denied for other users than oneself", []string{says(everything), says(`{"Effect":"Deny","Action":"quicksight:Create*","Resource":"arn:aws:quicksight:us-east-1:111122223333:user/default/*"}`)}, Yes, ByWildcard},
		{"what could not be read", []string{""}, Maybe, Unknown},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			j := Judge(roleOf(t, c.policies...), account)
			if have := j.OpensDoor(); have != c.want {
				t.Errorf("the door: %s, want %s", have, c.want)
			}
			if have := j.Door[0].How; have != c.how {
				t.Errorf("CreateReader %q, want %q", have, c.how)
			}
		})
	}
}

// Whoever is named by the canary is shut out, and nobody else.
func TestCanary(t *testing.T) {
	canary, err := Canary([]tenancy.Session{"bob", "ana", "ana"})
	if err != nil {
		t.Fatal(err)
	}
	id := roleOf(t, says(everything), canary)
	for session, want := range map[string]Answer{"ana": No, "bob": No, "anna": Yes, "x:ana2": Yes} {
		who := map[string][]string{"aws:userid": {"AROAEXAMPLE:" + session}}
		if have := May(id, "quicksight:CreateReader", Self("aws", account), who); have != want {
			t.Errorf("%s: %s, want %s", session, have, want)
		}
	}
	var many []tenancy.Session
	for i := range 400 {
		many = append(many, tenancy.Session(strings.Repeat("x", 30)+string(rune('a'+i%26))+strings.Repeat("y", i/26)))
	}
	if _, err := Canary(many); err == nil {
		t.Error("a policy that no role takes was made")
	}
}

func beyondOf(t *testing.T, policies ...string) []string {
	var all []string
	for _, a := range Judge(roleOf(t, policies...), account).Beyond {
		text := a.Answer.String() + " " + a.Action
		if a.Critical {
			text += " critical"
		}
		all = append(all, text)
	}
	return all
}

func TestBeyond(t *testing.T) {
	tests := []struct {
		name     string
		policies []string
		want     []string
	}{
		{"the least policy", []string{SignIn()}, nil},
		{"the door alone", []string{says(`{"Effect":"Allow","Action":["quicksight:CreateReader","quicksight:CreateUser"],"Resource":"*"}`)}, nil},
		{"one action", []string{says(`{"Effect":"Allow","Action":"quicksight:RegisterUser","Resource":"*"}`)}, []string{"yes quicksight:RegisterUser critical"}},
		{"a class", []string{says(`{"Effect":"Allow","Action":"quicksight:DescribeDashboard*","Resource":"*"}`)}, []string{"yes quicksight:Describe*"}},
		{"embedding", []string{says(`{"Effect":"Allow","Action":["quicksight:GenerateEmbedUrlForAnonymousUser","quicksight:GetDashboardEmbedUrl"],"Resource":"*"}`)}, []string{"yes quicksight:GenerateEmbedUrl* critical", "yes quicksight:Get*EmbedUrl critical"}},
		{"another service", []string{says(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`)}, []string{"yes s3:GetObject"}},
		{"another role", []string{says(`{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::*:role/x"}`)}, []string{"yes sts:AssumeRole* critical"}},
		{"reading IAM", []string{says(`{"Effect":"Allow","Action":"iam:Get*","Resource":"*"}`)}, []string{"yes iam:Get*"}},
		{"under a condition", []string{says(`{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`)}, []string{"maybe iam:* critical"}},
		{"what is denied again", []string{says(`{"Effect":"Allow","Action":["quicksight:List*","s3:*"],"Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*"}`)}, nil},
		{"what could not be read", []string{""}, nil},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			if have := beyondOf(t, c.policies...); !slices.Equal(have, c.want) {
				t.Errorf("%q, want %q", have, c.want)
			}
		})
	}
}

// Everything is every row, and the star itself.
func TestBeyondEverything(t *testing.T) {
	for _, document := range []string{says(everything), says(`{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}`)} {
		have := beyondOf(t, document)
		if len(have) != len(beyond)+1 || have[len(have)-1] != "yes * critical" {
			t.Errorf("%d of %d rows: %q", len(have), len(beyond), have)
		}
	}
}

func TestTrust(t *testing.T) {
	const saml = `"Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/idc"}`
	tests := []struct {
		name, trust string
		want        []string
		others      int
	}{
		{"as it is made here", SAMLTrust("arn:aws:iam::111122223333:saml-provider/idc"), []string{"yes Federated arn:aws:iam::111122223333:saml-provider/idc by sts:AssumeRoleWithSAML"}, 0},
		{"SAML with every action", says(`{"Effect":"Allow",` + saml + `,"Action":"sts:*"}`), []string{"yes Federated arn:aws:iam::111122223333:saml-provider/idc by sts:AssumeRoleWithSAML"}, 0},
		{"another account's provider", says(`{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::444455556666:saml-provider/idc"},"Action":"sts:AssumeRoleWithSAML"}`), []string{"yes Federated arn:aws:iam::444455556666:saml-provider/idc by sts:AssumeRoleWithSAML"}, 1},
		{"the account", says(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}`), []string{"yes AWS 111122223333 by sts:AssumeRole"}, 1},
		{"the account under a condition", says(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}}`), []string{"maybe AWS 111122223333 by sts:AssumeRole"}, 1},
		{"everybody", says(`{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}`), []string{"yes everybody by sts:AssumeRole"}, 1},
		{"everybody, otherwise written", says(`{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}`), []string{"yes everybody by sts:AssumeRole"}, 1},
		{"a service", says(`{"Effect":"Allow","Principal":{"Service":"quicksight.amazonaws.com"},"Action":"sts:AssumeRole"}`), []string{"yes Service quicksight.amazonaws.com by sts:AssumeRole"}, 1},
		{"a web identity", says(`{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity"}`), []string{"yes Federated cognito-identity.amazonaws.com by sts:AssumeRoleWithWebIdentity"}, 1},
		{"all but some", says(`{"Effect":"Allow","NotPrincipal":{"AWS":"444455556666"},"Action":"sts:AssumeRole"}`), []string{"yes everybody by sts:AssumeRole"}, 1},
		{"denied again", says(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"},{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}`), nil, 0},
		{"denied to some", says(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"},{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:user/x"},"Action":"sts:AssumeRole"}`), []string{"maybe AWS 111122223333 by sts:AssumeRole"}, 1},
		{"tags alone", says(`{"Effect":"Allow",` + saml + `,"Action":"sts:TagSession"}`), nil, 0},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			id := roleOf(t)
			id.Trust = c.trust
			trust := Judge(id, account).Trust
			var have []string
			for _, w := range trust.Ways {
				have = append(have, w.Answer.String()+" "+w.Principal.String()+" by "+w.Action)
			}
			if !slices.Equal(have, c.want) || trust.Unread != "" {
				t.Errorf("%q %s, want %q", have, trust.Unread, c.want)
			}
			if n := len(trust.Others(account)); n != c.others {
				t.Errorf("%d others, want %d", n, c.others)
			}
		})
	}
	for _, unread := range []string{"", "{", says(`{"Effect":"Allow","Principal":{"Person":"x"},"Action":"sts:AssumeRole"}`)} {
		id := roleOf(t)
		id.Trust = unread
		if Judge(id, account).Trust.Unread == "" {
			t.Errorf("nothing is said of the trust policy %q", unread)
		}
	}
}

func TestMadePolicies(t *testing.T) {
	want := `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "NoSelfProvisioning",
      "Effect": "Deny",
      "Action": [
        "quicksight:CreateAdmin",
        "quicksight:CreateReader",
        "quicksight:CreateUser"
      ],
      "Resource": "*"
    }
  ]
}
`
	if have := SignIn(); have != want {
		t.Errorf("%s, want %s", have, want)
	}
	for partition, audience := range audiences {
		if text := SAMLTrust("arn:" + partition + ":iam::111122223333:saml-provider/x"); !strings.Contains(text, audience) {
			t.Errorf("%s: %s", partition, text)
		}
	}
}
