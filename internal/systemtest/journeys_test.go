package systemtest

import (
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// journeys are one for each purpose.
var journeys = []*journey{auditJourney, operatorJourney, migrateJourney, probeJourney, serveJourney}

// goes is a leg of one command.
func goes(name, command string) leg {
	return leg{name: name, goes: func(v *traveller) { v.tenantry(command) }}
}

// assumed is the role of tenantry in other configurations.
const assumed = "{role_arn: \"arn:aws:iam::" + account + ":role/tenantry\", external_id: secret}"

// assuming is a configuration that assumes the role. What is done with it is the role's to be allowed.
func (s settings) assuming() string {
	return strings.Replace(s.yaml(), "  identity_region: "+region, "  identity_region: "+region+"\n  assume_role: "+assumed, 1)
}

// placed is a world with all that tenantry lives on: a queue, a table, a configuration in Systems Manager and in S3, a
// bucket for audits, and a role to assume.
func placed(seed world.Seed, s settings) world.Seed {
	seed = watched(seed, world.Trail{})
	seed.Tables = []world.ItemTableSeed{historyTable()}
	seed.Parameters = []world.Parameter{{Name: "tenantry", Versions: []world.ParameterValue{{Value: s.yaml()}}}}
	seed.Buckets = []world.BucketSeed{
		{Bucket: world.Bucket{Name: "evidence"}},
		{Bucket: world.Bucket{Name: "config"}, Objects: []world.Object{{Key: "tenantry.yaml", Body: []byte(s.yaml())}}},
	}
	seed.IAM.Roles = append(seed.IAM.Roles, world.Role{
		Name:  "tenantry",
		Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + account + `:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"secret"}}}]}`,
	})
	return seed
}

// oneOfEach are assets of every kind, of one owner.
func oneOfEach(owner string) (all []world.AssetSeed) {
	for _, kind := range tenancy.AssetKinds() {
		all = append(all, owned(simulated(kind), idOf(simulated(kind), 7), owner))
	}
	return all
}

// kept are the keys of a configuration that keeps its history in the table.
const kept = "journal: dynamodb:history\n"

var auditSettings = settings{tenants: apartRules, more: apartSettings.more + "events: {queue_url: \"" + queueURL + "\"}\n" + kept}

// Why some actions are not missed in a leg.
const (
	noneWanted = "no further ones are wanted, and so it does not matter how many there may be"
	oneByOne   = "the roles are read one by one, which tells the doctor as much"
	isKnown    = "whoever is registered need not be let in: what else the role may do is no answer to the question"
)

var auditJourney = &journey{
	purpose: policy.ForAudit, tries: 3, settings: auditSettings,
	files: map[string]string{
		"set.yaml":     settings{tenants: apartRules, set: "Analyst", more: kept}.yaml(),
		"each.yaml":    settings{tenants: apartRules, role: role + "-{namespace}", more: kept}.yaml(),
		"afar.yaml":    settings{tenants: apartRules, more: "events: {queue_url: \"" + strings.Replace(queueURL, region, "eu-west-1", 1) + "\"}\n" + kept}.yaml(),
		"loose.yaml":   settings{tenants: apartRules, role: "arn:aws:iam::" + account + ":role/Loose", more: kept}.yaml(),
		"sets.yaml":    settings{tenants: apartRules, set: "QS-{namespace}", more: kept}.yaml(),
		"assumed.yaml": auditSettings.assuming(),
	},
	seed: func() world.Seed {
		seed := apart(2)
		const author = "user/t000/QuickSight/author.t000"
		seed.QuickSight.Assets = append(seed.QuickSight.Assets, oneOfEach(author)...)
		seed.QuickSight.Assets = append(seed.QuickSight.Assets, owned(world.KindAgent, "agent", author), owned(world.KindSpace, "space", author))
		for i := range seed.QuickSight.Namespaces {
			n := &seed.QuickSight.Namespaces[i]
			switch n.Name {
			case "t000":
				n.Assignments = []world.PolicyAssignment{{Name: "assigned", PolicyARN: guard, Users: []string{"QuickSight/author.t000"}}}
			case "t001":
				for j := range n.Users {
					n.Users[j].CustomPermissions = ""
				}
			}
		}
		seed.IAM.Policies = []world.Policy{guardPolicy}
		seed.IAM.Roles[0].Attached = []string{guard}
		seed.PermissionSets = []world.PermissionSetSeed{{
			Name: "Analyst", Assignments: []world.AssignmentSeed{{Group: "qs:t000"}},
			InlinePolicy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*"}]}`,
		}}
		seed.IAM.Roles = append(seed.IAM.Roles, world.Role{Name: "Loose", Trust: policy.SAMLTrust(samlProvider), Attached: []string{guard}})
		seed = placed(seed, auditSettings)
		seed.Events.Rules = []world.Rule{{
			Name: "directory", Pattern: `{"source":["aws.sso-directory"]}`,
			Targets: []world.Target{{ID: "queue", ARN: "arn:aws:sqs:" + region + ":" + account + ":events"}},
		}}
		return seed
	},
	legs: []leg{
		goes("import", "import --region us-east-1 -o DIR/imported.yaml"),
		{name: "doctor", goes: func(v *traveller) { v.tenantry("doctor -c ssm:tenantry") }, quiet: map[string]string{
			"iam:GetAccountSummary": noneWanted, "sso:ListPermissionSets": noneWanted, "sso:ListPermissionSetsProvisionedToAccount": noneWanted,
			"iam:GetAccountAuthorizationDetails": oneByOne,
		}},
		{name: "doctor, of a role each", goes: func(v *traveller) { v.tenantry("doctor -c DIR/each.yaml") }, quiet: map[string]string{
			"sso:ListPermissionSets": noneWanted, "sso:ListPermissionSetsProvisionedToAccount": noneWanted, "iam:GetAccountAuthorizationDetails": oneByOne,
		}},
		{name: "doctor, of a permission set each", goes: func(v *traveller) { v.tenantry("doctor -c DIR/sets.yaml") }, quiet: map[string]string{
			"iam:GetAccountSummary": noneWanted, "iam:GetAccountAuthorizationDetails": oneByOne,
		}},
		{name: "doctor, with the queue elsewhere", goes: func(v *traveller) { v.tenantry("doctor -c DIR/afar.yaml") }, quiet: map[string]string{
			"iam:GetAccountSummary": noneWanted, "sso:ListPermissionSets": noneWanted, "sso:ListPermissionSetsProvisionedToAccount": noneWanted,
			"iam:GetAccountAuthorizationDetails": oneByOne,
		}},
		goes("plan", "plan -c s3://config/tenantry.yaml"),
		goes("plan, by a role", "plan -c DIR/assumed.yaml"),
		goes("audit", "audit -c DIR/tenantry.yaml --keep s3://evidence/audits/"),
		goes("audit again", "audit -c DIR/tenantry.yaml --keep s3://evidence/audits/"),
		{name: "audit, role by role", goes: func(v *traveller) {
			v.behave(func(b *world.Behaviour) {
				b.Denied = []world.Denial{{Caller: "*", Actions: []string{"iam:GetAccountAuthorizationDetails"}}}
			})
			v.tenantry("audit -c DIR/tenantry.yaml")
			v.behave(func(b *world.Behaviour) { b.Denied = nil })
		}},
		goes("door", "door -c DIR/tenantry.yaml"),
		{name: "door of a permission set", goes: func(v *traveller) { v.tenantry("door -c DIR/set.yaml") }, quiet: map[string]string{
			"sso:GetInlinePolicyForPermissionSet": "what the set says is kept by the commands that shut the door, and none is printed yet",
		}},
		{name: "door canary", before: func(v *traveller) {
			v.registerByHand("t000", "arn:aws:iam::"+account+":role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Analyst_74cd9ffc0345c8c3", "reader.t000", "READER")
		}, goes: func(v *traveller) { v.tenantry("door canary reader.t000 -c DIR/set.yaml") }, instead: map[string]string{
			"ReadPermissionSets": "was not read, and is taken to be what its role has",
		}, quiet: map[string]string{"sso:ListAccountAssignments": "the trail tells who signs in, and door says what it could not read"}},
		{name: "explain", goes: func(v *traveller) { v.tenantry("explain reader.t000 -c DIR/tenantry.yaml") }, quiet: map[string]string{
			"iam:GetPolicy": isKnown, "iam:GetPolicyVersion": isKnown, "sso:GetInlinePolicyForPermissionSet": isKnown,
		}},
		{name: "explain somebody new", before: func(v *traveller) {
			v.person("zoe", "zoe@example.com")
			v.join("qs:t000", "zoe")
		}, goes: func(v *traveller) { v.tenantry("explain zoe -c DIR/loose.yaml") }, instead: map[string]string{
			"ReadPolicies": "Guard: its document could not be",
		}},
		goes("holds", "holds -c DIR/tenantry.yaml"),
		{name: "history", before: func(v *traveller) { v.unjudged("pause -c DIR/tenantry.yaml --because maintenance") },
			goes: func(v *traveller) { v.tenantry("history -c DIR/tenantry.yaml") }},
	},
}

const guard = "arn:aws:iam::" + account + ":policy/Guard"

// guardPolicy is a managed policy of roles that people sign in through.
var guardPolicy = world.Policy{Name: "Guard", ARN: guard, Document: `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}`}
