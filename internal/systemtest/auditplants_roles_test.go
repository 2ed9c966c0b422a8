package systemtest

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// documentOf is a policy document of statements.
func documentOf(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statements + `]}`
}

// iamRole is a role of a seed.
func iamRole(s *world.Seed, name string) *world.Role {
	return &s.IAM.Roles[slices.IndexFunc(s.IAM.Roles, func(r world.Role) bool { return r.Name == name })]
}

// allowing adds a policy to a role, besides what denies to register oneself.
func allowing(name, statement string) func(s *world.Seed) {
	return func(s *world.Seed) { iamRole(s, name).Policies["more"] = documentOf(statement) }
}

// instead gives the sign-in role another policy in the place of its own.
func instead(statement string) func(s *world.Seed) {
	return func(s *world.Seed) {
		iamRole(s, "QuickSight").Policies = map[string]string{"sign-in": documentOf(statement)}
	}
}

// trusted lets the sign-in role be assumed otherwise, too.
func trusted(statement string) func(s *world.Seed) {
	return func(s *world.Seed) {
		saml := `{"Effect":"Allow","Principal":{"Federated":"` + samlProvider + `"},"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}`
		iamRole(s, "QuickSight").Trust = documentOf(saml + "," + statement)
	}
}

// another adds a role of the account that nobody signs in through.
func another(name, service, statement string) func(s *world.Seed) {
	return func(s *world.Seed) {
		s.IAM.Roles = append(s.IAM.Roles, world.Role{
			Name: name, Trust: documentOf(`{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}`),
			Policies: map[string]string{"more": documentOf(statement)},
		})
	}
}

// boundless lets every author make data sources and data sets.
func boundless(s *world.Seed) { s.QuickSight.CustomPermissions[0].Capabilities = nil }

// roleLeaks are about the roles of the account.
var roleLeaks = []leak{
	// What the service role reads is nobody's who cannot query: authors without bounds are a part of the leak.
	{name: "QuickSight's service role reads every bucket", code: "ISO313", beside: []audit.Code{"ISO312"}, plant: func(s *world.Seed) {
		boundless(s)
		another("aws-quicksight-service-role-v0", "quicksight.amazonaws.com", `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)(s)
	}},
	{name: "people land in a tenant's namespace", code: "ISO318", fault: rewritten("quicksight:DescribeAccountSettings", `"DefaultNamespace":"default"`, `"DefaultNamespace":"t000"`)},
	{name: "the sign-in role registers readers", code: "ISO401", plant: instead(`{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*"}`)},
	// A wildcard allows what AWS may call so one day, too.
	{name: "the sign-in role registers people, by a wildcard", code: "ISO401", beside: []audit.Code{"ISO402"}, plant: instead(`{"Effect":"Allow","Action":"quicksight:CreateUs*","Resource":"*"}`)},
	// What is allowed by NotAction is far more than the door.
	{name: "the sign-in role registers people, by NotAction", code: "ISO401", beside: []audit.Code{"ISO402"}, plant: instead(`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`)},
	{name: "the sign-in role lists users", code: "ISO402", plant: allowing("QuickSight", `{"Effect":"Allow","Action":"quicksight:ListUsers","Resource":"*"}`)},
	{name: "the sign-in role registers others", code: "ISO402", plant: allowing("QuickSight", `{"Effect":"Allow","Action":"quicksight:RegisterUser","Resource":"*"}`)},
	{name: "the sign-in role does everything but open the door", code: "ISO402", plant: allowing("QuickSight", `{"Effect":"Allow","Action":"quicksight:*","Resource":"*"}`)},
	{name: "the sign-in role assumes other roles", code: "ISO402", plant: allowing("QuickSight", `{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}`)},
	{name: "the sign-in role can be assumed by the account", code: "ISO403", plant: trusted(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + account + `:root"},"Action":"sts:AssumeRole"}`)},
	{name: "the sign-in role trusts a second provider", code: "ISO403", plant: trusted(`{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::` + account + `:saml-provider/Other"},"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}`)},
	{name: "the house's role can be assumed by the account", code: "ISO403", plant: func(s *world.Seed) {
		iamRole(s, "Staff").Trust = documentOf(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + account + `:root"},"Action":"sts:AssumeRole"}`)
	}},
	{name: "an administrator of the account", code: "ISO405", plant: another("Admin", "ec2.amazonaws.com", `{"Effect":"Allow","Action":"*","Resource":"*"}`)},
	{name: "a user in a group that registers people", code: "ISO405", plant: func(s *world.Seed) {
		s.IAM.Groups = append(s.IAM.Groups, world.IAMGroup{Name: "operators", Policies: map[string]string{"keys": documentOf(`{"Effect":"Allow","Action":"quicksight:Register*","Resource":"*"}`)}})
		s.IAM.Users = append(s.IAM.Users, world.IAMUser{Name: "olga", Groups: []string{"operators"}})
	}},
	{name: "the house's role changes permissions", code: "ISO405", plant: allowing("Staff", `{"Effect":"Allow","Action":"quicksight:UpdateDashboardPermissions","Resource":"*"}`)},
	{name: "the sign-in role opens the door under a condition", code: "ISO406", plant: instead(`{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/bi":"yes"}}}`)},
	// IAM cannot simulate it either, and is not asked.
	{name: "the sign-in role has a policy that nobody can read", code: "ISO406", fault: deniedTo("iam:SimulatePrincipalPolicy"), plant: func(s *world.Seed) {
		iamRole(s, "QuickSight").Attached = []string{"arn:aws:iam::" + account + ":policy/unknown"}
	}},
	{name: "IAM allows what no policy does", code: "ISO406", fault: rewritten("iam:SimulatePrincipalPolicy", "implicitDeny", "allowed")},
	{name: "a role trusts the sign-in role", code: "ISO408", plant: func(s *world.Seed) {
		s.IAM.Roles = append(s.IAM.Roles, world.Role{Name: "Reports", Trust: documentOf(`{"Effect":"Allow","Principal":{"AWS":"` + role + `"},"Action":"sts:AssumeRole"}`)})
	}},
	{name: "a role trusts everybody", code: "ISO408", plant: func(s *world.Seed) {
		s.IAM.Roles = append(s.IAM.Roles, world.Role{Name: "Reports", Trust: documentOf(`{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}`)})
	}},
	{name: "an embedding role embeds for everybody", code: "ISO407", plant: another("Portal", "ec2.amazonaws.com", `{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForRegisteredUser","Resource":"*"}`)},
}

// rewritten lets an answer say something else. A field of JSON is told by how it is written without spaces.
func rewritten(op, from, to string) awssim.Hook {
	return awssim.On(op, awssim.AfterEffect, awssim.Fault{Rewrite: func(body []byte) []byte {
		var compact bytes.Buffer
		if json.Compact(&compact, body) == nil {
			body = compact.Bytes()
		}
		return bytes.ReplaceAll(body, []byte(from), []byte(to))
	}})
}
