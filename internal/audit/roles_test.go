package audit

import (
	"slices"
	"testing"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// identity is the identity of a role in the facts.
func identity(f *Facts, role string) *tenancy.Identity {
	i := slices.IndexFunc(f.Identities.All, func(id tenancy.Identity) bool { return id.ARN == role })
	return &f.Identities.All[i]
}

// allows adds a policy to an identity: statements of a document.
func allows(id *tenancy.Identity, name, statements string) {
	id.Policies = append(id.Policies, tenancy.PolicyDocument{Name: name, Document: says(statements)})
}

func says(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statements + `]}`
}

// another adds a role to the account that trusts an account, with a policy.
func another(t *testing.T, f *Facts, arn, statements string) *tenancy.Identity {
	t.Helper()
	role, err := tenancy.ParseRoleARN(arn)
	if err != nil {
		t.Fatal(err)
	}
	id := tenancy.Identity{ARN: arn, Role: role, Trust: says(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}`)}
	allows(&id, "p", statements)
	f.Identities.All = append(f.Identities.All, id)
	return &f.Identities.All[len(f.Identities.All)-1]
}

func TestISO401(t *testing.T) {
	opens := func(statement string) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) {
			id := identity(f, signIn)
			id.Policies = nil
			allows(id, "quick", statement)
		}
	}
	planted(t, "ISO401",
		plant{"as the user guide has it", opens(`{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"arn:aws:quicksight::111122223333:user/${aws:userid}"}`), 1},
		plant{"all three are one finding", opens(`{"Effect":"Allow","Action":["quicksight:CreateReader","quicksight:CreateUser","quicksight:CreateAdmin"],"Resource":"*"}`), 1},
		plant{"by a wildcard", opens(`{"Effect":"Allow","Action":"quicksight:CreateAdm*","Resource":"*"}`), 1},
		plant{"denied to one person only", func(t *testing.T, f *Facts) {
			opens(`{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*"}`)(t, f)
			canary, _ := policy.Canary([]tenancy.Session{"reader-t0"})
			identity(f, signIn).Policies = append(identity(f, signIn).Policies, tenancy.PolicyDocument{Name: "canary", Document: canary})
		}, 1},
		plant{"denied to all besides", func(_ *testing.T, f *Facts) {
			allows(identity(f, signIn), "quick", `{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*"}`)
		}, 0},
		plant{"a role without any policy", func(_ *testing.T, f *Facts) { identity(f, signIn).Policies = nil }, 0},
		plant{"a boundary holds it shut", func(t *testing.T, f *Facts) {
			opens(`{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*"}`)(t, f)
			identity(f, signIn).Boundary = &tenancy.PolicyDocument{Document: says(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)}
		}, 0},
	)
}

func TestISO402(t *testing.T) {
	also := func(statement string) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { allows(identity(f, signIn), "more", statement) }
	}
	planted(t, "ISO402",
		plant{"RegisterUser", also(`{"Effect":"Allow","Action":"quicksight:RegisterUser","Resource":"*"}`), 1},
		plant{"permissions of a dashboard", also(`{"Effect":"Allow","Action":"quicksight:UpdateDashboardPermissions","Resource":"*"}`), 1},
		plant{"embedding", also(`{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForRegisteredUser","Resource":"*"}`), 1},
		plant{"listing", also(`{"Effect":"Allow","Action":["quicksight:List*","quicksight:Search*"],"Resource":"*"}`), 2},
		plant{"all of QuickSight is one finding", also(`{"Effect":"Allow","Action":"quicksight:*","Resource":"*"}`), 1},
		plant{"everything is one finding", also(`{"Effect":"Allow","Action":"*","Resource":"*"}`), 1},
		plant{"another role", also(`{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}`), 1},
		plant{"IAM", also(`{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}`), 1},
		plant{"another service", also(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`), 1},
		plant{"by NotAction", also(`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`), 1},
		plant{"what is denied again", also(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"*"}`), 0},
	)
}

// How bad it is follows from what it is.
func TestISO402Severity(t *testing.T) {
	for action, want := range map[string]Severity{"quicksight:RegisterUser": Critical, "sts:AssumeRole": Critical, "quicksight:*": Critical, "*": Critical, "quicksight:ListUsers": High, "s3:GetObject": High} {
		f := clean(t, 2)
		allows(identity(f, signIn), "more", `{"Effect":"Allow","Action":"`+action+`","Resource":"*"}`)
		if r := Audit(f); len(r.Findings) != 1 || r.Findings[0].Severity != want {
			t.Errorf("%s: %+v, want one that is %s", action, r.Findings, want)
		}
	}
}

func TestISO403(t *testing.T) {
	trusts := func(statements string) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { identity(f, signIn).Trust = says(statements) }
	}
	const saml = `{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/idc"},"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}`
	planted(t, "ISO403",
		plant{"the account too", trusts(saml + `,{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}`), 1},
		plant{"a role, with an external id", trusts(saml + `,{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:role/x"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}}`), 1},
		plant{"a service", trusts(saml + `,{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}`), 1},
		plant{"a web identity", trusts(saml + `,{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity"}`), 1},
		plant{"another account's SAML provider", trusts(saml + `,{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::444455556666:saml-provider/idc"},"Action":"sts:AssumeRoleWithSAML"}`), 1},
		plant{"a second SAML provider", trusts(saml + `,{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/mine"},"Action":"sts:AssumeRoleWithSAML"}`), 1},
		plant{"the provider, with tags", trusts(saml + `,{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/idc"},"Action":"sts:TagSession"}`), 0},
		plant{"the account, which is denied again", trusts(saml + `,{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"},{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}`), 0},
	)
}

func TestISO404(t *testing.T) {
	planted(t, "ISO404", plant{"one role for both", func(_ *testing.T, f *Facts) { f.HouseRoles = append(f.HouseRoles, f.SignIn[0].Role) }, 1})
}

func TestISO405(t *testing.T) {
	planted(t, "ISO405",
		plant{"an administrator", func(t *testing.T, f *Facts) {
			another(t, f, "arn:aws:iam::111122223333:role/Admin", `{"Effect":"Allow","Action":"*","Resource":"*"}`)
		}, 1},
		plant{"the house's role", func(_ *testing.T, f *Facts) {
			allows(identity(f, staff), "more", `{"Effect":"Allow","Action":"quicksight:UpdateDataSetPermissions","Resource":"*"}`)
		}, 1},
		plant{"a user", func(_ *testing.T, f *Facts) {
			id := tenancy.Identity{ARN: "arn:aws:iam::111122223333:user/cli"}
			allows(&id, "g/p", `{"Effect":"Allow","Action":"quicksight:Register*","Resource":"*"}`)
			f.Identities.All = append(f.Identities.All, id)
		}, 1},
		plant{"what could not be read", func(t *testing.T, f *Facts) {
			another(t, f, "arn:aws:iam::111122223333:role/Dark", `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`).Policies[0].Document = ""
		}, 1},
		plant{"somebody with other rights", func(t *testing.T, f *Facts) {
			another(t, f, "arn:aws:iam::111122223333:role/Reader", `{"Effect":"Allow","Action":["s3:*","quicksight:Describe*"],"Resource":"*"}`)
		}, 0},
		plant{"a service-linked role", func(t *testing.T, f *Facts) {
			another(t, f, "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/X", `{"Effect":"Allow","Action":"quicksight:*","Resource":"*"}`)
		}, 0},
		plant{"an embedding role that embeds", func(t *testing.T, f *Facts) {
			id := another(t, f, "arn:aws:iam::111122223333:role/App", `{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForRegisteredUser","Resource":"arn:aws:quicksight:*:111122223333:user/t0/*"}`)
			f.Embedding = []Embedding{{id.Role, []string{"t0"}}}
		}, 0},
		plant{"an embedding role that registers too", func(t *testing.T, f *Facts) {
			id := another(t, f, "arn:aws:iam::111122223333:role/App", `{"Effect":"Allow","Action":"quicksight:RegisterUser","Resource":"*"}`)
			f.Embedding = []Embedding{{id.Role, []string{"t0"}}}
		}, 1},
	)
}

func TestISO406(t *testing.T) {
	planted(t, "ISO406",
		plant{"a policy that was not read", func(_ *testing.T, f *Facts) {
			identity(f, signIn).Policies[0].Document = ""
		}, 1},
		plant{"a trust policy that was not read", func(_ *testing.T, f *Facts) { identity(f, signIn).Trust = "" }, 1},
		plant{"the door under a condition", func(_ *testing.T, f *Facts) {
			identity(f, signIn).Policies = nil
			allows(identity(f, signIn), "p", `{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/bi":"yes"}}}`)
		}, 1},
		plant{"more under a condition", func(_ *testing.T, f *Facts) {
			allows(identity(f, signIn), "p", `{"Effect":"Allow","Action":"quicksight:RegisterUser","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`)
		}, 1},
		plant{"a role that is not there", func(_ *testing.T, f *Facts) {
			f.Identities.All = slices.DeleteFunc(f.Identities.All, func(id tenancy.Identity) bool { return id.ARN == signIn })
		}, 1},
		plant{"IAM says otherwise", func(_ *testing.T, f *Facts) {
			f.Simulated = []tenancy.Simulated{{Role: f.SignIn[0].Role, Action: "quicksight:CreateReader", Allowed: true}}
		}, 1},
		plant{"IAM says the same", func(_ *testing.T, f *Facts) {
			f.Simulated = []tenancy.Simulated{{Role: f.SignIn[0].Role, Action: "quicksight:CreateReader"}}
		}, 0},
		plant{"no identity was read at all", func(_ *testing.T, f *Facts) { f.Identities = nil }, 0},
	)
}

func TestISO407(t *testing.T) {
	app := func(statement string, namespaces ...string) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) {
			id := another(t, f, "arn:aws:iam::111122223333:role/App", statement)
			f.Embedding = []Embedding{{id.Role, namespaces}}
		}
	}
	planted(t, "ISO407",
		plant{"everybody", app(`{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForRegisteredUser","Resource":"*"}`, "t0"), 1},
		plant{"another tenant's users", app(`{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForRegisteredUser","Resource":["arn:aws:quicksight:*:111122223333:user/t0/*","arn:aws:quicksight:*:111122223333:user/t1/*"]}`, "t0"), 1},
		plant{"anonymous people of every namespace", app(`{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForAnonymousUser","Resource":"arn:aws:quicksight:*:111122223333:namespace/*"}`, "t0"), 1},
		plant{"its own namespaces", app(`{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForRegisteredUser","Resource":["arn:aws:quicksight:*:111122223333:user/t0/*","arn:aws:quicksight:*:111122223333:user/t1/*"]}`, "t0", "t1"), 0},
		plant{"all but the others", app(`{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForRegisteredUser","Resource":"*"},{"Effect":"Deny","Action":"*","NotResource":"arn:aws:quicksight:*:111122223333:user/t0/*"}`, "t0"), 0},
	)
}
