package doctor

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func used(what string, n int) func(*testing.T, *Facts) {
	return func(_ *testing.T, f *Facts) {
		for i := range f.Quotas {
			if f.Quotas[i].What == what {
				f.Quotas[i].Used = n
			}
		}
	}
}

// wants lets the rules want more tenants.
func wants(t *testing.T, f *Facts, n int) {
	for i := range n {
		f.Want.Tenants = append(f.Want.Tenants, tenancy.Tenant{Namespace: namespace(t, fmt.Sprintf("t%d", i)), SignIn: f.SignIn[0].Role})
	}
}

func TestQuotaNamespaces(t *testing.T) {
	and := func(used, more, told int) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) {
			f.Quotas[0].Used, f.NamespaceQuota = used, told
			wants(t, f, more)
		}
	}
	planted(t, "quota-namespaces",
		plant{"one more fits", and(88, 1, 100), Green}, plant{"little is left", and(80, 10, 100), Amber},
		plant{"it fits if default is not counted", and(96, 5, 100), Amber}, plant{"it does not fit", and(97, 5, 100), Red},
		plant{"it does not fit, and nobody has said how many AWS lets there be", and(97, 5, 0), Amber},
		plant{"Support has raised it", and(97, 5, 200), Green},
		plant{"it could not be counted", func(t *testing.T, f *Facts) {
			f.Quotas = f.Quotas[1:]
			denied(Quotas, "quicksight:ListNamespaces")(t, f)
		}, Amber},
		plant{"a hold is in the way of one", func(_ *testing.T, f *Facts) {
			f.Quotas[0].Used = 101
			f.Held = []tenancy.Hold{{Code: "role-name", Namespace: "umbrella", Object: "umbrella"}}
		}, Red},
	)
}

func TestQuotaRoles(t *testing.T) {
	perTenant := func(used, most int) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) {
			f.SignInRole = "arn:aws:iam::111122223333:role/QuickSight-{namespace}"
			f.Rules = f.ruled("us-east-1")
			f.Quotas[1] = tenancy.Quota{What: roles, Used: used, Most: most}
			f.Held = []tenancy.Hold{{Code: "role-missing", Object: "t1", Namespace: "t1"}}
		}
	}
	for _, p := range []plant{{"room for one", perTenant(40, 1000), Green}, {"none", perTenant(1000, 1000), Red}, {"nobody says how many", perTenant(40, 0), Amber}} {
		f := well(t)
		p.in(t, f)
		if got := resultOf(f, "quota-roles"); got.Level != p.level {
			t.Errorf("%s: %s, %+v", p.what, got.Level, got.Troubles)
		}
	}
	planted(t, "quota-roles", plant{"all tenants have one", used(roles, 1000), Green})
}

func TestQuotaPermissionSets(t *testing.T) {
	f := well(t)
	f.SignInRole, f.PermissionSet = "", "QS-{namespace}"
	f.Held = []tenancy.Hold{{Code: "role-missing", Object: "t1", Namespace: "t1"}}
	f.Quotas[2].Used = 2000
	if got := resultOf(f, "quota-permission-sets"); got.Level != Amber || !strings.Contains(got.Troubles[0].Seen, "unless AWS has raised it") {
		t.Errorf("AWS has not told how many there may be: %+v", got)
	}
	f.Quotas[2].Default = false
	if got := resultOf(f, "quota-permission-sets"); got.Level != Red {
		t.Errorf("AWS has told: %+v", got)
	}
	f.Quotas[2].Used = 4
	if got := resultOf(f, "quota-permission-sets"); got.Level != Green {
		t.Errorf("%+v", got)
	}
	f.Quotas[3].Used = 250 // one account has room for fewer of them
	if got := resultOf(f, "quota-permission-sets"); got.Level != Amber || !strings.Contains(got.Troubles[0].Seen, "unless AWS has raised it") {
		t.Errorf("the account is full, unless AWS has raised it: %+v", got)
	}
	f.Quotas = f.Quotas[:3]
	denied(Quotas, "sso:ListPermissionSetsProvisionedToAccount")(t, f)
	if got := resultOf(f, "quota-permission-sets"); got.Level != Amber {
		t.Errorf("nobody knows how many the account has: %+v", got)
	}
}

func resultOf(f *Facts, name string) Result {
	for _, r := range Judge(f).Results {
		if r.Name == name {
			return r
		}
	}
	return Result{}
}

func TestTrail(t *testing.T) {
	trail := func(change func(*tenancy.EventTrail)) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { change(&f.Trails["us-east-1"][0]) }
	}
	of := func(account tenancy.AccountID, more func(*Facts)) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) {
			f.Places[0].Account, f.Places[0].Seen = account, false
			for i := range f.Rules { // the rules are another check's
				f.Rules = append(f.Rules, tenancy.EventRule{Region: "us-east-1", Enabled: true, Pattern: f.Rules[i].Pattern,
					ARN: "arn:aws:events:us-east-1:" + string(account) + ":rule/x", Targets: []tenancy.RuleTarget{{ARN: "arn:aws:events:us-east-1:111122223333:event-bus/default"}}})
			}
			more(f)
		}
	}
	planted(t, "trail",
		plant{"none", func(_ *testing.T, f *Facts) { f.Trails = nil }, Red},
		plant{"it does not log", trail(func(t *tenancy.EventTrail) { t.Logging = false }), Red},
		plant{"it does not log writes", trail(func(t *tenancy.EventTrail) { t.Writes = false }), Red},
		plant{"it leaves some out", trail(func(t *tenancy.EventTrail) { t.Partly = true }), Amber},
		plant{"of another Region alone", trail(func(t *tenancy.EventTrail) { t.Home, t.MultiRegion = "eu-west-1", false }), Red},
		plant{"of this Region alone", trail(func(t *tenancy.EventTrail) { t.MultiRegion = false }), Green},
		plant{"of another account", trail(func(t *tenancy.EventTrail) { t.ARN = strings.Replace(t.ARN, string(account), string(other), 1) }), Red},
		plant{"of the organization", trail(func(t *tenancy.EventTrail) {
			t.ARN, t.Organization = strings.Replace(t.ARN, string(account), string(other), 1), true
		}), Green},
		plant{"they may not be listed", func(t *testing.T, f *Facts) {
			f.Trails = nil
			denied(Trails.In("us-east-1"), "cloudtrail:DescribeTrails")(t, f)
		}, Amber},
		plant{"the store's account is another's", of(other, func(*Facts) {}), Amber},
		plant{"and the organization's trail is seen", of(other, func(f *Facts) { f.Trails["us-east-1"][0].Organization = true }), Green},
	)
}

func TestRules(t *testing.T) {
	rule := func(i int, change func(*tenancy.EventRule)) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { change(&f.Rules[i]) }
	}
	planted(t, "rules",
		plant{"none", func(_ *testing.T, f *Facts) { f.Rules = nil }, Red},
		plant{"the directory's is disabled", rule(0, func(r *tenancy.EventRule) { r.Enabled = false }), Red},
		plant{"the directory's sends elsewhere", rule(0, func(r *tenancy.EventRule) { r.Targets[0].ARN += "-old" }), Red},
		plant{"what it sends is altered", rule(3, func(r *tenancy.EventRule) { r.Targets[0].Altered = true }), Red},
		plant{"the one of sign-ups is not there", func(_ *testing.T, f *Facts) { f.Rules = slices.Delete(f.Rules, 3, 4) }, Amber},
		plant{"the ones of alarms are not there", func(_ *testing.T, f *Facts) { f.Rules = f.Rules[:4] }, Amber},
		plant{"SCIM is left out", rule(0, func(r *tenancy.EventRule) {
			r.Pattern = strings.Replace(r.Pattern, `,"identitystore-scim.amazonaws.com"`, "", 1)
		}), Red},
		plant{"it delivers failed calls, too", rule(0, func(r *tenancy.EventRule) {
			r.Pattern = strings.Replace(r.Pattern, `"errorCode":[{"exists":false}],`, "", 1)
		}), Green},
		plant{"it asks for the account", rule(0, func(r *tenancy.EventRule) { r.Pattern = `{"account":["111122223333"],` + r.Pattern[1:] }), Green},
		plant{"it asks for another account", rule(0, func(r *tenancy.EventRule) { r.Pattern = `{"account":["999900001111"],` + r.Pattern[1:] }), Red},
		plant{"a shorter prefix of roles", rule(2, func(r *tenancy.EventRule) { r.Pattern = strings.Replace(r.Pattern, "QuickSight", "Quick", 1) }), Green},
		plant{"they may not be listed", denied(Rules.In("us-east-1"), "events:ListRuleNamesByTarget"), Amber},
		plant{"the configuration names no queue", func(_ *testing.T, f *Facts) { f.QueueURL = "" }, Amber},
	)
}

// What happens in another Region, or in another account, comes by a bus beside the queue.
func TestRulesThatHandOn(t *testing.T) {
	far := func(change func(f *Facts)) Result {
		f := well(t)
		f.Places[0].Region, f.StoreRegion = "eu-west-1", "eu-west-1"
		f.Trails["eu-west-1"] = f.Trails["us-east-1"]
		for _, r := range f.ruled("eu-west-1") {
			r.Targets = []tenancy.RuleTarget{{ID: "bus", ARN: "arn:aws:events:us-east-1:111122223333:event-bus/tenantry-forwarded"}}
			f.Rules = append(f.Rules, r)
		}
		change(f)
		return resultOf(f, "rules")
	}
	for what, c := range map[string]struct {
		change func(*Facts)
		level  Level
	}{
		"handed on":                     {func(*Facts) {}, Green},
		"not handed on":                 {func(f *Facts) { f.Rules = f.Rules[:6] }, Red},
		"to a bus of another Region":    {func(f *Facts) { f.Rules[6].Targets[0].ARN = "arn:aws:events:eu-west-1:111122223333:event-bus/default" }, Red},
		"in an account that is unseen":  {func(f *Facts) { f.Rules, f.Places[0].Account, f.Places[0].Seen = f.Rules[:6], other, false }, Amber},
		"and its rules may not be read": {func(f *Facts) { f.Rules = f.Rules[:6]; denied(Rules.In("eu-west-1"), "events:ListRules")(t, f) }, Amber},
	} {
		if got := far(c.change); got.Level != c.level {
			t.Errorf("%s: %s, %+v", what, got.Level, got.Troubles)
		}
	}
}

func TestQueue(t *testing.T) {
	queue := func(change func(*tenancy.EventQueue)) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { change(&f.Queue) }
	}
	says := func(statement string) func(*testing.T, *Facts) {
		return queue(func(q *tenancy.EventQueue) {
			q.Policy = strings.Replace(q.Policy, `}],"Version"`, "},"+statement+`],"Version"`, 1)
		})
	}
	planted(t, "queue",
		plant{"there is none", func(t *testing.T, f *Facts) { f.Queue.Policy = "" }, Red},
		plant{"not encrypted", queue(func(q *tenancy.EventQueue) { q.Encrypted = false }), Amber},
		plant{"encrypted with a key that EventBridge cannot use", queue(func(q *tenancy.EventQueue) { q.Key = "alias/aws/sqs" }), Red},
		plant{"shown again too soon", queue(func(q *tenancy.EventQueue) { q.Visibility = 30 }), Amber},
		plant{"too soon for a function", func(_ *testing.T, f *Facts) { f.Lambda, f.Journal = true, "dynamodb:tenantry" }, Amber},
		plant{"kept for a day", queue(func(q *tenancy.EventQueue) { q.Retention = day }), Amber},
		plant{"everybody may send", says(`{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}`), Red},
		plant{"everybody of an organization may", says(`{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}`), Amber},
		plant{"another account may", says(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999900001111:root"},"Action":"sqs:SendMessage","Resource":"*"}`), Amber},
		plant{"everybody by themselves may", says(`{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*","Condition":{"ArnLikeIfExists":{"aws:SourceArn":"arn:aws:events:us-east-1:111122223333:rule/*"},"StringEqualsIfExists":{"aws:SourceAccount":"111122223333"}}}`), Red},
		plant{"everybody over TLS may", says(`{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`), Red},
		plant{"everybody's rules may", says(`{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:events:*:*:rule/*"},"StringLike":{"aws:SourceAccount":"*"}}}`), Amber},
		plant{"rules of this account may", says(`{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:events:*:*:rule/*"},"StringEquals":{"aws:SourceAccount":"111122223333"}}}`), Green},
		plant{"rules may that have any ARN", says(`{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"*"},"StringLike":{"aws:SourceAccount":"*"}}}`), Amber},
		plant{"rules may but of this account", says(`{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:events:*:*:rule/tenantry-*"},"StringNotEquals":{"aws:SourceAccount":"111122223333"}}}`), Amber},
		plant{"rules of any account may", says(`{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*"}`), Amber},
		plant{"another one may look", says(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999900001111:root"},"Action":"sqs:GetQueueAttributes","Resource":"*"}`), Green},
		plant{"only TLS is let", says(`{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`), Green},
		plant{"a rule is left out", queue(func(q *tenancy.EventQueue) {
			q.Policy = strings.Replace(q.Policy, "rule/tenantry-*", "rule/tenantry-directory", 1)
		}), Red},
		plant{"a policy that is none", queue(func(q *tenancy.EventQueue) { q.Policy = "{}" }), Amber},
	)
	f := well(t)
	f.Unread[Queue] = Unread{Why: "NonExistentQueue", Absent: true}
	if got := resultOf(f, "queue"); got.Level != Red {
		t.Errorf("a queue that is not there: %+v", got)
	}
}

func TestDeadLetters(t *testing.T) {
	planted(t, "dead-letters",
		plant{"none", func(_ *testing.T, f *Facts) { f.Queue.DeadLetters, f.DeadLetters = "", tenancy.EventQueue{} }, Red},
		plant{"it is not there", func(_ *testing.T, f *Facts) { f.Unread[DeadLetters] = Unread{Why: "NonExistentQueue", Absent: true} }, Red},
		plant{"it may not be read", denied(DeadLetters, "sqs:GetQueueAttributes"), Amber},
		plant{"kept for four days", func(_ *testing.T, f *Facts) { f.DeadLetters.Retention = kept }, Amber},
		plant{"something lies in it", func(_ *testing.T, f *Facts) { f.DeadLetters.Waiting = 2 }, Amber},
		plant{"after one try", func(_ *testing.T, f *Facts) { f.Queue.MaxReceives = 1 }, Amber},
	)
}

func TestSignInRoles(t *testing.T) {
	trust := func(document string) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { f.SignIn[0].Identity.Trust = document }
	}
	planted(t, "sign-in-roles",
		plant{"a tenant has none", func(_ *testing.T, f *Facts) {
			f.Held = []tenancy.Hold{{Code: "role-missing", Object: "acme", Namespace: "acme", Reason: "its people would sign in through a role that does not exist", Ends: "tenantry sign-in kit --namespace acme"}}
		}, Red},
		plant{"somebody may assume it", trust(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999900001111:root"},"Action":"sts:AssumeRole"},{"Effect":"Allow","Principal":{"Federated":"` + provider + `"},"Action":"sts:AssumeRoleWithSAML"}]}`), Red},
		plant{"it trusts nobody", trust(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}]}`), Red},
		plant{"two providers", trust(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":["` + provider + `","` + provider + `2"]},"Action":"sts:AssumeRoleWithSAML"}]}`), Red},
		plant{"its trust could not be read", trust(""), Amber},
	)
}

func TestDoor(t *testing.T) {
	open := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*"}]}`
	planted(t, "door",
		plant{"open", func(_ *testing.T, f *Facts) { f.SignIn[0].Identity.Policies[0].Document = open }, Red},
		plant{"shut for one", func(t *testing.T, f *Facts) {
			canary, err := policy.Canary([]tenancy.Session{"ana"})
			if err != nil {
				t.Fatal(err)
			}
			f.SignIn[0].Identity.Policies = []tenancy.PolicyDocument{{Name: "jit", Document: open}, {Name: policy.InlineName, Document: canary}}
		}, Amber},
		plant{"it cannot be decided", func(_ *testing.T, f *Facts) {
			f.SignIn[0].Identity.Policies = []tenancy.PolicyDocument{{Name: "gone", ARN: "arn:aws:iam::111122223333:policy/gone"}}
		}, Amber},
		plant{"nothing allows it", func(_ *testing.T, f *Facts) { f.SignIn[0].Identity.Policies = nil }, Green},
	)
	f := well(t)
	denied(Identities, "iam:GetRole")(t, f)
	f.SignIn[0].Identity = nil
	if got := resultOf(f, "door"); got.Level != Amber {
		t.Errorf("%+v", got)
	}
}

func TestEmailSync(t *testing.T) {
	planted(t, "email-sync", plant{"by a permission set", func(t *testing.T, f *Facts) {
		f.SignInRole, f.PermissionSet = "", "QS"
		f.Rules = f.ruled("us-east-1")
	}, Amber})
}

func TestSCIMToken(t *testing.T) {
	planted(t, "scim-token",
		plant{"nothing was written", func(_ *testing.T, f *Facts) { f.Provisioning.Last = 0 }, Amber},
		plant{"the trail may not be looked up", denied(SCIM, "cloudtrail:LookupEvents"), Amber},
	)
}

func TestJournal(t *testing.T) {
	kept := func(journal string, more func(*Facts)) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) {
			f.Journal = journal
			more(f)
		}
	}
	none, long := func(*Facts) {}, func(f *Facts) { f.Lambda, f.Queue.Visibility = true, handling }
	planted(t, "journal",
		plant{"memory, for serve", kept("memory", none), Red},
		plant{"memory, by hand", kept("memory", func(f *Facts) { f.For = policy.ForAudit }), Amber},
		plant{"a file, for a function", kept("sqlite:x.db", long), Red},
		plant{"a table", kept("dynamodb:tenantry", long), Green},
		plant{"a table that is not as it should be", kept("dynamodb:tenantry", func(f *Facts) { f.Table = "its key is another one" }), Red},
		plant{"a table that may not be read", kept("dynamodb:tenantry", func(f *Facts) { denied(Table, "dynamodb:DescribeTable")(nil, f) }), Amber},
	)
}

func TestRights(t *testing.T) {
	answer := func(action string, change func(*tenancy.Simulated)) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) {
			for key, s := range f.Rights.Answers {
				if strings.HasPrefix(key, action+" ") {
					change(&s)
					f.Rights.Answers[key] = s
				}
			}
		}
	}
	planted(t, "rights",
		plant{"one is missing", answer("quicksight:ListUsers", func(s *tenancy.Simulated) { s.Allowed = false }), Red},
		plant{"it may take people out of default", answer("quicksight:DeleteUser", func(s *tenancy.Simulated) { s.Allowed = true }), Amber},
		plant{"registering is pinned to another role", func(_ *testing.T, f *Facts) {
			p := &f.Rights.Identity.Policies[0]
			p.Document = strings.Replace(p.Document, "role/QuickSight", "role/Other", 1)
		}, Red},
		plant{"IAM may not be asked", func(t *testing.T, f *Facts) {
			f.Rights.Answers = nil
			denied(Simulation, "iam:SimulatePrincipalPolicy")(t, f)
		}, Amber},
		plant{"nor read", func(t *testing.T, f *Facts) {
			f.Rights.Answers, f.Rights.Identity = nil, nil
			denied(Simulation, "iam:SimulatePrincipalPolicy")(t, f)
		}, Amber},
		plant{"they are nobody's", func(_ *testing.T, f *Facts) { f.Rights.Answers, f.Rights.Identity = nil, nil }, Amber},
	)
}

// What is asked for and what mends it are the same: the queue of dead letters is named for whom the policy has rights on it.
func TestTheMendOfRightsNamesTheDeadLetters(t *testing.T) {
	for _, p := range policy.Purposes {
		f := well(t)
		f.For = p
		has, err := policy.Controller(p, policy.Grounds{Partition: "aws", Account: string(account), IdentityRegion: "us-east-1", DeadLetters: deadARN})
		if err != nil {
			t.Fatal(err)
		}
		want := slices.ContainsFunc(has, func(d policy.Named) bool { return strings.Contains(d.Document, deadARN) })
		if command := f.controller(); strings.Contains(command, " --dead-letters "+deadARN+" ") != want {
			t.Errorf("%s, and it has rights on the queue: %t", command, want)
		}
	}
}
