package audit

import "testing"

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
		plant{"any provider there is", trusts(saml + `,{"Effect":"Allow","Principal":{"Federated":"*"},"Action":"sts:AssumeRoleWithSAML"}`), 1},
		plant{"the role of the house trusts the account", func(_ *testing.T, f *Facts) {
			identity(f, staff).Trust = says(saml + `,{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}`)
		}, 1},
		plant{"the provider, with tags", trusts(saml + `,{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/idc"},"Action":"sts:TagSession"}`), 0},
		plant{"the account, which is denied again", trusts(saml + `,{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"},{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}`), 0},
	)
}
