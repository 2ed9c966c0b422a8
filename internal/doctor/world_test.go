package doctor

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	account  = tenancy.AccountID("111122223333")
	other    = tenancy.AccountID("999900001111")
	queueURL = "https://sqs.us-east-1.amazonaws.com/111122223333/tenantry-events"
	queueARN = "arn:aws:sqs:us-east-1:111122223333:tenantry-events"
	deadARN  = "arn:aws:sqs:us-east-1:111122223333:tenantry-dead-letters"
	trailARN = "arn:aws:cloudtrail:us-east-1:111122223333:trail/all"
	provider = "arn:aws:iam::111122223333:saml-provider/idc"
)

func role(t testing.TB, name string) tenancy.RoleARN {
	t.Helper()
	r, err := tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func namespace(t testing.TB, name string) tenancy.Namespace {
	t.Helper()
	n, err := tenancy.ParseNamespace(name)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// leastOf is the policy that the one has whose rights are looked at.
const leastOf = `{"Version":"2012-10-17","Statement":[
	{"Sid":"NothingInDefault","Effect":"Deny","Action":["quicksight:RegisterUser","quicksight:DeleteUser"],"Resource":"arn:aws:quicksight:*:111122223333:user/default/*"},
	{"Sid":"Read","Effect":"Allow","Action":["quicksight:ListUsers","quicksight:ListNamespaces"],"Resource":"*"},
	{"Sid":"Register","Effect":"Allow","Action":"quicksight:RegisterUser","Resource":"arn:aws:quicksight:us-east-1:111122223333:user/*",
	 "Condition":{"StringLike":{"quicksight:IamArn":"arn:aws:iam::111122223333:role/QuickSight"}}}]}`

// well are the facts of an account in which everything is in order.
func well(t testing.TB) *Facts {
	t.Helper()
	signIn, serve := role(t, "QuickSight"), role(t, "tenantry-serve")
	f := &Facts{
		Account: account, IdentityRegion: "us-east-1", AssetRegions: []string{"us-east-1"}, Store: "d-1234567890", StoreRegion: "us-east-1",
		SignInRole: signIn.String(), QueueURL: queueURL, QueueRegion: "us-east-1", Journal: "sqlite:tenantry.journal.db", NamespaceQuota: 100, For: policy.ForServe,
		Caller: tenancy.Account{Caller: account, CallerARN: "arn:aws:sts::111122223333:assumed-role/tenantry-serve/i", Edition: "ENTERPRISE", AuthenticationType: "IAM_AND_QUICKSIGHT", SubscriptionStatus: "ACCOUNT_CREATED", IdentityRegion: "us-east-1"},
		Places: []tenancy.EventPlace{
			{Account: account, Region: "us-east-1", Tells: tenancy.TellsDirectory, Seen: true},
			{Account: account, Region: "us-east-1", Tells: tenancy.TellsQuickSight, Seen: true},
			{Account: account, Region: "us-east-1", Tells: tenancy.TellsRoles, Seen: true},
		},
		Quotas:       []tenancy.Quota{{What: namespaces, Used: 3, Most: 100, Default: true}, {What: roles, Used: 40, Most: 1000}, {What: permissionSets, Used: 4, Most: 2000, Default: true}, {What: setsOfAccount, Used: 3, Most: 250, Default: true}},
		Trails:       map[string][]tenancy.EventTrail{"us-east-1": {{Name: "all", ARN: trailARN, Home: "us-east-1", MultiRegion: true, Logging: true, Writes: true}}},
		Have:         tenancy.State{Tenants: []tenancy.Tenant{{Namespace: namespace(t, "acme"), Status: tenancy.Created, SignIn: signIn}}},
		Want:         tenancy.State{Tenants: []tenancy.Tenant{{Namespace: namespace(t, "acme"), Status: tenancy.Created, SignIn: signIn}}},
		SignIn:       []SignInRole{{Role: signIn, Tenants: []tenancy.Namespace{namespace(t, "acme")}, Identity: signsIn(signIn)}},
		Provisioning: tenancy.Provisioning{Last: 1_760_000_000, Days: 14},
		Unread:       map[Source]Unread{},
	}
	f.Rules = f.ruled("us-east-1")
	f.Queue = tenancy.EventQueue{URL: queueURL, ARN: queueARN, Encrypted: true, DeadLetters: deadARN, MaxReceives: 5, Visibility: 120, Retention: kept}
	f.Queue.Policy = f.queuePolicy()
	f.DeadLetters = tenancy.EventQueue{URL: strings.Replace(queueURL, "-events", "-dead-letters", 1), ARN: deadARN, Encrypted: true, Retention: longest}
	asks, err := Asks(leastOf)
	if err != nil {
		t.Fatal(err)
	}
	f.Rights = Rights{Who: serve.String(), Asks: asks, Identity: &tenancy.Identity{ARN: serve.String(), Role: serve, Policies: []tenancy.PolicyDocument{{Name: "least", Document: leastOf}}}, Answers: map[string]tenancy.Simulated{}}
	for _, a := range asks {
		s := tenancy.Simulated{Role: serve, Action: a.Action, Allowed: !a.Deny}
		if a.Given["quicksight:iamarn"] != nil { // what IAM answers where it has no value for a condition's key
			s.Allowed, s.Missing = false, []string{"quicksight:IamArn"}
		}
		f.Rights.Answers[a.Key()] = s
	}
	return f
}

// ruled are the rules that send to the queue of a Region.
func (f *Facts) ruled(region string) (all []tenancy.EventRule) {
	for _, w := range allWanted {
		if w.needed(f) {
			name := "tenantry-" + w.name
			all = append(all, tenancy.EventRule{
				Name: name, ARN: "arn:aws:events:" + region + ":111122223333:rule/" + name, Bus: "default", Region: region, Enabled: true, Pattern: w.pattern(f),
				Targets: []tenancy.RuleTarget{{ID: "queue", ARN: f.QueueARN()}},
			})
		}
	}
	return all
}

// signsIn is a role that one SAML provider alone can assume, and whose door is shut.
func signsIn(r tenancy.RoleARN) *tenancy.Identity {
	return &tenancy.Identity{ARN: r.String(), Role: r, Trust: policy.SAMLTrust(provider), Policies: []tenancy.PolicyDocument{{Name: policy.InlineName, Document: policy.SignIn()}}}
}

// plant is something that is out of order.
type plant struct {
	what  string
	in    func(t *testing.T, f *Facts)
	level Level // that the check then has
}

// planted plants each fault alone into an account that is in order: exactly that check finds it, at that level, and its advice can
// be pasted. A near miss is at Green.
func planted(t *testing.T, check string, plants ...plant) {
	t.Helper()
	for _, p := range plants {
		t.Run(p.what, func(t *testing.T) {
			f := well(t)
			p.in(t, f)
			r := Judge(f)
			for i := range r.Results {
				got := &r.Results[i]
				switch {
				case got.NotLooked != "":
				case got.Name != check && got.Level != Green:
					t.Errorf("%s is %s, too: %+v", got.Name, got.Level, got.Troubles)
				case got.Name == check && got.Level != p.level:
					t.Errorf("%s is %s, and should be %s: %+v", check, got.Level, p.level, got.Troubles)
				}
				acceptable(t, f, got)
				for _, trouble := range got.Troubles {
					canBePasted(t, check, trouble.Mend)
				}
			}
		})
	}
}

// acceptable fails for a trouble that cannot be accepted as it should, or that can though it is red.
func acceptable(t *testing.T, f *Facts, r *Result) {
	t.Helper()
	for _, trouble := range r.Troubles {
		known := *f
		known.Accepted = []Accepted{{r.Name, trouble.Object, "known", "2099-12-31"}}
		again := Judge(&known)
		i := slices.IndexFunc(again.Results, func(o Result) bool { return o.Name == r.Name })
		still := slices.ContainsFunc(again.Results[i].Troubles, func(o Trouble) bool { return o.Object == trouble.Object && o.Level == trouble.Level })
		if still != (trouble.Level == Red) || trouble.Object == "" || trouble.Seen == "" || trouble.Mend == "" || strings.HasSuffix(trouble.Seen, ".") {
			t.Errorf("%s: accepted, and there still: %t: %+v", r.Name, still, trouble)
		}
	}
}

func TestAllIsWell(t *testing.T) {
	r := Judge(well(t))
	for _, got := range r.Results {
		if got.Level != Green || got.Seen == "" || got.NotLooked != "" {
			t.Errorf("%s is %s: %q %+v", got.Name, got.Level, got.Seen, got.Troubles)
		}
	}
	if r.Level() != Green || r.Count(Green) != len(Checks()) {
		t.Errorf("%s, %d green", r.Level(), r.Count(Green))
	}
}

// The checks are told in an order that is part of what they say, and their names are no other's.
func TestChecksAreWhole(t *testing.T) {
	named := map[string]bool{}
	for _, c := range Checks() {
		if named[c.Name] || c.Name == "" || c.Looks == "" || c.Why == "" || c.Mend == "" || c.Judge == nil || strings.HasPrefix(c.Name, "ISO") {
			t.Errorf("%+v", c)
		}
		named[c.Name] = true
	}
	for _, c := range Checks() {
		for _, before := range c.After {
			if !named[before] || before == c.Name {
				t.Errorf("%s comes after %s", c.Name, before)
			}
		}
	}
}

// What stands on something red is not looked at, and says what is in the way: the first thing of all.
func TestWhatIsInTheWay(t *testing.T) {
	f := well(t)
	f.Caller = tenancy.Account{Caller: other}
	r := Judge(f)
	for _, got := range r.Results {
		switch got.Name {
		case "account":
			if got.Level != Red || len(got.Troubles) != 1 {
				t.Errorf("%+v", got)
			}
		case "region-without-namespaces", "email-sync":
			if got.Level != Green {
				t.Errorf("%+v", got)
			}
		default:
			if got.NotLooked != "account" || got.Level != Amber || got.Troubles != nil {
				t.Errorf("%+v", got)
			}
		}
	}
}
