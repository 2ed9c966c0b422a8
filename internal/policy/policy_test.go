package policy

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

const account = tenancy.AccountID("111122223333")

// roleOf is a role with inline policies, of which "" could not be read.
func roleOf(t testing.TB, documents ...string) tenancy.Identity {
	t.Helper()
	role, err := tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/QuickSight")
	if err != nil {
		t.Fatal(err)
	}
	id := tenancy.Identity{ARN: role.String(), Role: role, Trust: SAMLTrust("arn:aws:iam::111122223333:saml-provider/idc")}
	for i, d := range documents {
		id.Policies = append(id.Policies, tenancy.PolicyDocument{Name: string(rune('a' + i)), Document: d})
	}
	return id
}

// says is a document of some statements.
func says(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statements + `]}`
}

const self = "arn:aws:quicksight::111122223333:user/AROAEXAMPLE:ana"

const everything = `{"Effect":"Allow","Action":"*","Resource":"*"}`

// The cases are those of IAM's documentation; each names its page.
func TestMay(t *testing.T) {
	type values = map[string][]string
	tests := []struct {
		page, name string
		policies   []string
		boundary   string
		action     string
		resource   string
		context    values
		want       Answer
	}{
		{"Policy evaluation for requests within a single account", "nothing is allowed by default", nil, "", "quicksight:CreateUser", self, nil, No},
		{"Policy evaluation for requests within a single account", "an allow", []string{says(everything)}, "", "quicksight:CreateUser", self, nil, Yes},
		{"The difference between explicit and implicit denies", "a deny wins over an allow in another policy", []string{says(everything), SignIn()}, "", "quicksight:CreateUser", self, nil, No},
		{"The difference between explicit and implicit denies", "a deny wins, whatever the order", []string{SignIn(), says(everything)}, "", "quicksight:CreateUser", self, nil, No},
		{"The difference between explicit and implicit denies", "a deny of one thing leaves the others", []string{says(everything), SignIn()}, "", "quicksight:DescribeUser", self, nil, Yes},
		{"Permissions boundaries for IAM entities", "a boundary alone allows nothing", nil, says(everything), "quicksight:CreateUser", self, nil, No},
		{"Permissions boundaries for IAM entities", "both must allow", []string{says(everything)}, says(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`), "quicksight:CreateUser", self, nil, No},
		{"Permissions boundaries for IAM entities", "both allow", []string{says(everything)}, says(`{"Effect":"Allow","Action":"quicksight:*","Resource":"*"}`), "quicksight:CreateUser", self, nil, Yes},
		{"Permissions boundaries for IAM entities", "a boundary denies", []string{says(everything)}, says(everything + `,{"Effect":"Deny","Action":"quicksight:Create*","Resource":"*"}`), "quicksight:CreateUser", self, nil, No},

		{"IAM JSON policy elements: Action", "case does not matter", []string{says(`{"Effect":"Allow","Action":"QuickSight:createuser","Resource":"*"}`)}, "", "quicksight:CreateUser", self, nil, Yes},
		{"IAM JSON policy elements: Action", "* in an action", []string{says(`{"Effect":"Allow","Action":"quicksight:Create*","Resource":"*"}`)}, "", "quicksight:CreateUser", self, nil, Yes},
		{"IAM JSON policy elements: Action", "? is one letter", []string{says(`{"Effect":"Allow","Action":"quicksight:Create?ser","Resource":"*"}`)}, "", "quicksight:CreateUser", self, nil, Yes},
		{"IAM JSON policy elements: Action", "? is not none", []string{says(`{"Effect":"Allow","Action":"quicksight:CreateUser?","Resource":"*"}`)}, "", "quicksight:CreateUser", self, nil, No},
		{"IAM JSON policy elements: NotAction", "an allow of all but one", []string{says(`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`)}, "", "quicksight:CreateUser", self, nil, Yes},
		{"IAM JSON policy elements: NotAction", "the one", []string{says(`{"Effect":"Allow","NotAction":["iam:*","quicksight:*"],"Resource":"*"}`)}, "", "quicksight:CreateUser", self, nil, No},
		{"IAM JSON policy elements: NotAction", "a deny of all but one", []string{says(everything + `,{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}`)}, "", "quicksight:CreateUser", self, nil, No},

		{"IAM JSON policy elements: Resource", "a whole ARN", []string{says(`{"Effect":"Allow","Action":"*","Resource":"` + self + `"}`)}, "", "quicksight:CreateUser", self, nil, Yes},
		{"IAM JSON policy elements: Resource", "case matters", []string{says(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:quicksight::111122223333:USER/*"}`)}, "", "quicksight:CreateUser", self, nil, No},
		{"IAM JSON policy elements: Resource", "* at the end of a part reaches on", []string{says(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:quicksight:*"}`)}, "", "quicksight:CreateUser", self, nil, Yes},
		{"IAM JSON policy elements: Resource", "* inside of a part may not reach on", []string{says(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:q*ser/AROAEXAMPLE:ana"}`)}, "", "quicksight:CreateUser", self, nil, Maybe},
		{"IAM JSON policy elements: Resource", "another account", []string{says(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:quicksight::444455556666:user/*"}`)}, "", "quicksight:CreateUser", self, nil, No},
		{"IAM JSON policy elements: NotResource", "an allow of all but some", []string{says(`{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::*"}`)}, "", "quicksight:CreateUser", self, nil, Yes},
		{"IAM JSON policy elements: NotResource", "the some", []string{says(`{"Effect":"Allow","Action":"*","NotResource":"arn:aws:quicksight:*:*:user/*"}`)}, "", "quicksight:CreateUser", self, nil, No},

		{"Policy elements: Variables and tags", "a variable that is known", []string{says(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:quicksight::111122223333:user/${aws:userid}"}`)}, "", "quicksight:CreateUser", self, values{"aws:userid": {"AROAEXAMPLE:ana"}}, Yes},
		{"Policy elements: Variables and tags", "of somebody else", []string{says(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:quicksight::111122223333:user/${aws:userid}"}`)}, "", "quicksight:CreateUser", self, values{"aws:userid": {"AROAEXAMPLE:bob"}}, No},
		{"Policy elements: Variables and tags", "a variable that is not known", []string{says(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:quicksight::111122223333:user/${aws:userid}"}`)}, "", "quicksight:CreateUser", self, nil, Maybe},
		{"Policy elements: Variables and tags", "a variable that is not known, in a deny", []string{says(everything + `,{"Effect":"Deny","Action":"*","Resource":"arn:aws:quicksight::111122223333:user/${aws:userid}"}`)}, "", "quicksight:CreateUser", self, nil, Maybe},
		{"Policy elements: Variables and tags", "whoever it is, it is themselves", []string{says(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:quicksight::111122223333:user/${aws:userid}"}`)}, "", "quicksight:CreateUser", Self("aws", account), nil, Yes},
		{"Policy elements: Variables and tags", "a default value", []string{says(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${aws:PrincipalTag/team, 'none'}"}`)}, "", "s3:GetObject", "arn:aws:s3:::b/none", values{"aws:principaltag/team": nil}, Yes},
		{"Policy elements: Variables and tags", "${*} is a letter", []string{says(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${*}"}`)}, "", "s3:GetObject", "arn:aws:s3:::b/x", nil, No},
		{"IAM JSON policy elements: Version", "no variables in the version of 2008", []string{`{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:quicksight::111122223333:user/${aws:userid}"}}`}, "", "quicksight:CreateUser", self, values{"aws:userid": {"AROAEXAMPLE:ana"}}, No},

		{"", "a policy that was not read may allow", []string{""}, "", "quicksight:CreateUser", self, nil, Maybe},
		{"", "a policy that was not read may deny", []string{says(everything), ""}, "", "quicksight:CreateUser", self, nil, Maybe},
		{"", "a policy that is not understood may allow", []string{`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Acton":"*"}]}`}, "", "quicksight:CreateUser", self, nil, Maybe},
		{"", "what is denied stays denied", []string{"", SignIn()}, "", "quicksight:CreateUser", self, nil, No},
		{"", "a boundary that is not understood may allow", []string{says(everything)}, "{", "quicksight:CreateUser", self, nil, Maybe},
		{"", "a boundary that is not understood gives nothing", nil, "{", "quicksight:CreateUser", self, nil, No},

		{"", "one of a class", []string{says(`{"Effect":"Allow","Action":"quicksight:UpdateDashboardPermissions","Resource":"*"}`)}, "", "quicksight:Update*Permissions", "*", nil, Yes},
		{"", "a class that a pattern cuts", []string{says(`{"Effect":"Allow","Action":"quicksight:UpdateD*","Resource":"*"}`)}, "", "quicksight:Update*Permissions", "*", nil, Yes},
		{"", "none of a class", []string{says(`{"Effect":"Allow","Action":"quicksight:Describe*Permissions","Resource":"*"}`)}, "", "quicksight:Update*Permissions", "*", nil, No},
		{"", "a class that is denied", []string{says(everything + `,{"Effect":"Deny","Action":"quicksight:Update*","Resource":"*"}`)}, "", "quicksight:Update*Permissions", "*", nil, No},
		{"", "a class of which one is denied", []string{says(everything + `,{"Effect":"Deny","Action":"quicksight:UpdateFolderPermissions","Resource":"*"}`)}, "", "quicksight:Update*Permissions", "*", nil, Yes},
		{"", "an action on some of a class of resources", []string{says(`{"Effect":"Allow","Action":"quicksight:UpdateUser","Resource":"arn:aws:quicksight:us-east-1:111122223333:user/acme/*"}`)}, "", "quicksight:UpdateUser", "arn:aws:quicksight:*:111122223333:user/*", nil, Yes},
		{"", "an action on others than a class of resources", []string{says(`{"Effect":"Allow","Action":"quicksight:UpdateUser","Resource":"arn:aws:quicksight:us-east-1:111122223333:user/acme/*"}`)}, "", "quicksight:UpdateUser", "arn:aws:quicksight:*:111122223333:user/globex/*", nil, No},
		{"", "a class of resources, some of which are denied", []string{says(everything + `,{"Effect":"Deny","Action":"quicksight:*","Resource":"arn:aws:quicksight:*:*:user/default/*"}`)}, "", "quicksight:UpdateUser", "arn:aws:quicksight:*:111122223333:user/*", nil, Yes},
		{"", "a class of resources, all of which are denied", []string{says(everything + `,{"Effect":"Deny","Action":"quicksight:*","Resource":"arn:aws:quicksight:*:*:user/*"}`)}, "", "quicksight:UpdateUser", "arn:aws:quicksight:*:111122223333:user/*", nil, No},
	}
	for _, c := range tests {
		t.Run(c.page+": "+c.name, func(t *testing.T) {
			id := roleOf(t, c.policies...)
			if c.boundary != "" {
				id.Boundary = &tenancy.PolicyDocument{Name: "boundary", Document: c.boundary}
			}
			if have := May(id, c.action, c.resource, c.context); have != c.want {
				t.Errorf("%s, want %s", have, c.want)
			}
		})
	}
}
