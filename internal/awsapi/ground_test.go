package awsapi_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	center     = "999988887777" // whose the identity store is, where it is another's
	queueARN   = "arn:aws:sqs:us-east-1:111122223333:events"
	readerRole = "arn:aws:iam::999988887777:role/tenantry-reader"
)

func denied400(op string) awssim.Hook {
	return awssim.FailBefore(op, wire.Errorf(400, "AccessDeniedException", "not authorized"))
}

// trailed is a world with trails of four kinds, of which only three are seen in us-east-1.
func trailed(s *world.Seed) {
	s.Trails = []world.CloudTrail{
		{Name: "all", MultiRegion: true, Region: "eu-west-1"},
		{Name: "org", Account: center, Organization: true, Advanced: true, Management: "WriteOnly"},
		{Name: "stopped", Stopped: true, Management: "ReadOnly"},
		{Name: "elsewhere", Region: "eu-west-1"},
	}
}

func TestTrails(t *testing.T) { synctest.Test(t, testTrails) }

func testTrails(t *testing.T) {
	r := newRig(t, trailed)
	around := awsapi.NewSurroundings(r.AWS)
	all := tenancy.EventTrail{Name: "all", ARN: "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all", Home: "eu-west-1", MultiRegion: true, Logging: true, Writes: true}
	org := tenancy.EventTrail{Name: "org", ARN: "arn:aws:cloudtrail:us-east-1:999988887777:trail/org", Home: "us-east-1", Organization: true, Logging: true, Writes: true}
	stopped := tenancy.EventTrail{Name: "stopped", ARN: "arn:aws:cloudtrail:us-east-1:111122223333:trail/stopped", Home: "us-east-1"}
	got, err := around.Trails(t.Context(), "us-east-1")
	check(t, err, got, []tenancy.EventTrail{all, stopped, org})
	got, err = around.Trails(t.Context(), "eu-central-1")
	check(t, err, got, []tenancy.EventTrail{all})

	// One that cannot be read is left out, and is the error.
	r.with(awssim.Nth(2, "cloudtrail:GetTrailStatus", denied400("cloudtrail:GetTrailStatus")))
	if got, err := around.Trails(t.Context(), "us-east-1"); len(got) != 2 || !errors.Is(err, plan.ErrDenied) {
		t.Errorf("%+v, %v", got, err)
	}
	r.with(denied400("cloudtrail:GetEventSelectors"))
	if got, err := around.Trails(t.Context(), "us-east-1"); len(got) != 0 || !errors.Is(err, plan.ErrDenied) || !strings.Contains(err.Error(), "trail/stopped") {
		t.Errorf("%+v, %v", got, err)
	}
	r.with(denied400("cloudtrail:DescribeTrails"))
	if got, err := around.Trails(t.Context(), "us-east-1"); got != nil || !errors.Is(err, plan.ErrDenied) {
		t.Errorf("%+v, %v", got, err)
	}

	r = newRig(t, func(s *world.Seed) { s.Trails = []world.CloudTrail{} })
	got, err = awsapi.NewSurroundings(r.AWS).Trails(t.Context(), "us-east-1")
	check(t, err, got, []tenancy.EventTrail(nil))
}

func TestEventRules(t *testing.T) { synctest.Test(t, testEventRules) }

func testEventRules(t *testing.T) {
	const other = "arn:aws:sqs:us-east-1:111122223333:other"
	r := newRig(t, func(s *world.Seed) {
		s.Events.Buses = []world.Bus{{Name: "central"}}
		s.Events.Rules = []world.Rule{
			{Name: "directory", Pattern: `{"source": ["aws.sso"]}`, Targets: []world.Target{
				{ID: "queue", ARN: queueARN, DeadLetters: other}, {ID: "audit", ARN: other, InputPath: "$.detail"}}},
			{Name: "off", State: world.RuleDisabled, Pattern: `{"source": ["aws.iam"]}`, Targets: []world.Target{{ID: "q", ARN: queueARN}}},
			{Name: "timer", Schedule: "rate(15 minutes)"},
			{Name: "foreign", Bus: "central", Pattern: `{"source": ["aws.sso"]}`, State: world.RuleReads},
			{Name: "far", Region: "eu-west-1", Pattern: `{"source": ["aws.sso"]}`},
			{Name: "theirs", Account: center, Pattern: `{"source": ["aws.sso"]}`},
		}
		for i := range 120 {
			s.Events.Rules = append(s.Events.Rules, world.Rule{Name: fmt.Sprintf("many-%03d", i), Region: "eu-central-1", Schedule: "rate(1 day)",
				Targets: []world.Target{{ID: "q", ARN: "arn:aws:sqs:eu-central-1:111122223333:events"}}})
		}
	})
	around := awsapi.NewSurroundings(r.AWS)
	arn := func(name string) string { return "arn:aws:events:us-east-1:111122223333:rule/" + name }
	directory := tenancy.EventRule{Name: "directory", ARN: arn("directory"), Bus: "default", Region: "us-east-1", Enabled: true, Pattern: `{"source": ["aws.sso"]}`,
		Targets: []tenancy.RuleTarget{{ID: "audit", ARN: other, Altered: true}, {ID: "queue", ARN: queueARN, DeadLetters: other}}}
	off := tenancy.EventRule{Name: "off", ARN: arn("off"), Bus: "default", Region: "us-east-1", Pattern: `{"source": ["aws.iam"]}`,
		Targets: []tenancy.RuleTarget{{ID: "q", ARN: queueARN}}}
	timer := tenancy.EventRule{Name: "timer", ARN: arn("timer"), Bus: "default", Region: "us-east-1", Enabled: true, Schedule: "rate(15 minutes)"}

	got, err := around.EventRules(t.Context(), "us-east-1", "default")
	check(t, err, got, []tenancy.EventRule{directory, off, timer})
	got, err = around.EventRules(t.Context(), "us-east-1", "default", queueARN, other)
	check(t, err, got, []tenancy.EventRule{directory, off})
	got, err = around.EventRules(t.Context(), "us-east-1", "default", "arn:aws:sqs:us-east-1:111122223333:nobody")
	check(t, err, got, []tenancy.EventRule(nil))
	got, err = around.EventRules(t.Context(), "us-east-1", "central")
	check(t, err, got, []tenancy.EventRule{{Name: "foreign", ARN: arn("central/foreign"), Bus: "central", Region: "us-east-1", Enabled: true, Pattern: `{"source": ["aws.sso"]}`}})
	for _, targets := range [][]string{nil, {"arn:aws:sqs:eu-central-1:111122223333:events"}} {
		r.with(nil)
		got, err = around.EventRules(t.Context(), "eu-central-1", "default", targets...)
		check(t, err, len(got), 120) // more than a page
	}

	if _, err := around.EventRules(t.Context(), "us-east-1", "gone"); !errors.Is(err, plan.ErrNotFound) || errors.Is(err, plan.ErrDenied) {
		t.Errorf("a bus that is not there: %v", err)
	}
	for _, op := range []string{"events:ListRuleNamesByTarget", "events:DescribeRule", "events:ListTargetsByRule"} {
		r.with(denied400(op))
		got, err := around.EventRules(t.Context(), "us-east-1", "default", queueARN)
		denied, ok := errors.AsType[*awsapi.DeniedError](err)
		if got != nil || !ok || denied.Action != op {
			t.Errorf("%s: %+v, %v", op, got, err)
		}
	}
	// A rule that goes away while it is read is none.
	r.with(awssim.FailBefore("events:DescribeRule", wire.Errorf(400, "ResourceNotFoundException", "gone")))
	got, err = around.EventRules(t.Context(), "us-east-1", "default", queueARN)
	check(t, err, got, []tenancy.EventRule(nil))
}

func TestQueueRead(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		settings := world.DefaultQueueSettings()
		settings.Redrive = &world.Redrive{DeadLetterQueue: "dead", MaxReceives: 5}
		settings.VisibilityTimeout, settings.Retention = world.Duration(time.Minute), world.Duration(14*24*time.Hour)
		settings.Attributes = map[string]string{"Policy": `{"Statement": []}`}
		keyed := world.DefaultQueueSettings()
		keyed.Attributes = map[string]string{"KmsMasterKeyId": "alias/aws/sqs", "SqsManagedSseEnabled": "false"}
		plain := world.DefaultQueueSettings()
		plain.Attributes = map[string]string{"SqsManagedSseEnabled": "false"}
		s.Queues = []world.QueueSeed{
			{Name: "events", QueueSettings: settings, Messages: []world.Message{{ID: "m1", Body: "{}", SentAt: time.Now()}}},
			{Name: "dead", QueueSettings: keyed}, {Name: "plain", Region: "eu-west-1", QueueSettings: plain},
		}
	})
	around := awsapi.NewSurroundings(r.AWS)
	const at = "https://sqs.us-east-1.amazonaws.com/111122223333/events"
	want := tenancy.EventQueue{URL: at, ARN: queueARN, Policy: `{"Statement": []}`, Encrypted: true, DeadLetters: "arn:aws:sqs:us-east-1:111122223333:dead",
		MaxReceives: 5, Visibility: 60, Retention: 14 * 86400, Waiting: 1}
	got, err := around.Queue(t.Context(), at)
	check(t, err, got, want)
	got, err = around.Queue(t.Context(), queueARN)
	want.URL = got.URL // the simulator has its own host
	check(t, err, got, want)
	got, err = around.Queue(t.Context(), want.DeadLetters)
	if err != nil || !got.Encrypted || got.Key != "alias/aws/sqs" || got.MaxReceives != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = around.Queue(t.Context(), "arn:aws:sqs:eu-west-1:111122223333:plain")
	if err != nil || got.Encrypted || got.Policy != "" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, queue := range []string{at + "-gone", queueARN + "-gone"} {
		if _, err := around.Queue(t.Context(), queue); !errors.Is(err, plan.ErrNotFound) || errors.Is(err, plan.ErrDenied) {
			t.Errorf("%s: %v", queue, err)
		}
	}
	r.with(deniedTo("sqs:GetQueueAttributes"))
	if _, err := around.Queue(t.Context(), at); !errors.Is(err, plan.ErrDenied) {
		t.Errorf("%v", err)
	}
	r.with(deniedTo("sqs:GetQueueUrl"))
	if _, err := around.Queue(t.Context(), queueARN); !errors.Is(err, plan.ErrDenied) {
		t.Errorf("%v", err)
	}
}

func TestQuotas(t *testing.T) { synctest.Test(t, testQuotas) }

func testQuotas(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		s.Behaviour.RoleLimit = 7
		s.PermissionSets = []world.PermissionSetSeed{{Name: "A", Assignments: []world.AssignmentSeed{{Type: "GROUP", PrincipalID: "g-1"}}}, {Name: "B"}}
	})
	around := awsapi.NewSurroundings(r.AWS)
	namespaces, sets := tenancy.Quota{What: "namespaces", Used: 2, Most: 100, Default: true}, tenancy.Quota{What: "permission sets", Used: 2, Most: 2000, Default: true}
	roles, ours := tenancy.Quota{What: "roles", Used: 2, Most: 7}, tenancy.Quota{What: "permission sets of the account", Used: 1, Most: 250, Default: true}
	got, err := around.Quotas(t.Context())
	check(t, err, got, []tenancy.Quota{namespaces, roles, sets, ours})
	for op, want := range map[string][]tenancy.Quota{
		"quicksight:ListNamespaces":                  {roles, sets, ours},
		"iam:GetAccountSummary":                      {namespaces, sets, ours},
		"sso:ListInstances":                          {namespaces, roles},
		"sso:ListPermissionSets":                     {namespaces, roles},
		"sso:ListPermissionSetsProvisionedToAccount": {namespaces, roles, sets},
	} {
		r.with(denied400(op))
		got, err := around.Quotas(t.Context())
		check(t, nil, got, want)
		if !errors.Is(err, plan.ErrDenied) {
			t.Errorf("%s: %v", op, err)
		}
	}
	r.with(awssim.FailBefore("sso:ListPermissionSets", wire.Errorf(400, "ValidationException", "no")))
	if _, err := around.Quotas(t.Context()); err == nil || errors.Is(err, plan.ErrDenied) {
		t.Errorf("%v", err)
	}
}

// shifted is a client to which AWS seems to live at another time.
type shifted struct {
	awsapi.HTTPClient
	ahead time.Duration
}

func (c shifted) Do(r *http.Request) (*http.Response, error) {
	resp, err := c.HTTPClient.Do(r)
	if err == nil {
		resp.Header.Set("Date", time.Now().Add(c.ahead).UTC().Format(http.TimeFormat))
	}
	return resp, err
}

func TestSkew(t *testing.T) {
	for _, ahead := range []time.Duration{0, 7 * time.Minute, -3 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, nil, func(o *awsapi.Options) { o.HTTPClient = shifted{o.HTTPClient, ahead} })
			r.with(awssim.On("sts:GetCallerIdentity", awssim.BeforeEffect, awssim.Fault{Delay: 4 * time.Second}))
			got, err := awsapi.NewSurroundings(r.AWS).Skew(t.Context())
			// Here the time of the answer is that of its end, two seconds after the middle.
			if off := got - ahead - 2*time.Second; err != nil || off.Abs() > 500*time.Millisecond {
				t.Errorf("want %s, have %s, %v", ahead, got, err)
			}
		})
	}
	r := newRig(t, nil)
	r.with(awssim.FailBefore("sts:GetCallerIdentity", wire.Errorf(403, "ExpiredToken", "expired")))
	if got, err := awsapi.NewSurroundings(r.AWS).Skew(t.Context()); err != nil || got.Abs() > 2*time.Second {
		t.Errorf("an answer that is an error tells the time too: %s, %v", got, err)
	}
	r.with(awssim.DropBefore("sts:GetCallerIdentity"))
	if _, err := awsapi.NewSurroundings(r.AWS).Skew(t.Context()); err == nil {
		t.Error("no answer tells the time")
	}
}

// scim is what the trail of an account tells of SCIM: a write, a write that failed, and a read, an hour after the other.
func scim(account string, ago time.Duration) func(*world.Seed) {
	return func(s *world.Seed) {
		s.Behaviour.Trail = &world.Trail{}
		s.IdentityCenter.OwnerAccountID = account
		for i, rest := range []string{`"readOnly":false`, `"readOnly":false,"errorCode":"ValidationException"`, `"readOnly":true`} {
			at := time.Now().Add(time.Duration(i)*time.Hour - ago).UTC().Format(time.RFC3339)
			s.History = append(s.History, fmt.Sprintf(`{"eventID":"e%d","eventName":"PatchGroup","eventSource":"identitystore-scim.amazonaws.com",
				"awsRegion":"us-east-1","recipientAccountId":%q,"eventTime":%q,%s}`, i, account, at, rest))
		}
	}
}

func TestProvisioned(t *testing.T) { synctest.Test(t, testProvisioned) }

func testProvisioned(t *testing.T) {
	r := newRig(t, scim(account, 50*time.Hour))
	around := awsapi.NewSurroundings(r.AWS)
	got, err := around.Provisioned(t.Context(), 30)
	if ago := time.Now().Unix() - got.Last; err != nil || ago < 50*3600-5 || ago > 50*3600+5 || got.Days != 30 {
		t.Errorf("%+v, %d s ago, %v", got, ago, err)
	}
	got, err = around.Provisioned(t.Context(), 1)
	check(t, err, got, tenancy.Provisioning{Days: 1})
	got, err = around.Provisioned(t.Context(), 400)
	check(t, err, got.Days, 90)
	r.with(denied400("cloudtrail:LookupEvents"))
	if _, err := around.Provisioned(t.Context(), 30); !errors.Is(err, plan.ErrDenied) {
		t.Errorf("%v", err)
	}

	// What another account's trail tells is not seen here: that is no "never".
	r = newRig(t, scim(center, 50*time.Hour))
	_, err = awsapi.NewSurroundings(r.AWS).Provisioned(t.Context(), 30)
	if unseen, ok := errors.AsType[*awsapi.UnseenError](err); !ok || unseen.Account != center || !errors.Is(err, plan.ErrDenied) {
		t.Errorf("%v", err)
	}
	r = newRig(t, scim(account, 50*time.Hour))
	r.with(denied400("sso:ListInstances")) // whose the store is cannot be told; what is there is seen all the same
	got, err = awsapi.NewSurroundings(r.AWS).Provisioned(t.Context(), 30)
	if err != nil || got.Last == 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := awsapi.NewSurroundings(r.AWS).Provisioned(t.Context(), 1); !errors.Is(err, plan.ErrDenied) {
		t.Errorf("%v", err)
	}

	r = newRig(t, twoAccounts(scim(center, 50*time.Hour)), assumes)
	got, err = awsapi.NewSurroundings(r.AWS).Provisioned(t.Context(), 30)
	if err != nil || got.Last == 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// twoAccounts is a world whose identity store is another account's, where the role reader can be assumed.
func twoAccounts(change func(*world.Seed)) func(*world.Seed) {
	return func(s *world.Seed) {
		s.IdentityCenter.OwnerAccountID = center
		s.Callers = []world.Caller{
			{AccessKey: "AKIATEST", ARN: "arn:aws:sts::111122223333:assumed-role/tenantry/i"},
			{AccessKey: "ASIACENTER", Account: center, ARN: "arn:aws:sts::999988887777:assumed-role/tenantry-reader/tenantry"},
		}
		change(s)
	}
}

// assumes makes the calls of the identity store's side those of the role reader.
func assumes(o *awsapi.Options) {
	o.IdentityCenterRole = awsapi.AssumeRole{RoleARN: readerRole}
	o.HTTPClient = assuming{o.HTTPClient}
}

// assuming is a client that lets the role reader be assumed: the simulated STS knows the roles of one account.
type assuming struct{ awsapi.HTTPClient }

func (c assuming) Do(r *http.Request) (*http.Response, error) {
	if r.Body == nil || !strings.Contains(r.Header.Get("Authorization"), "/sts/") {
		return c.HTTPClient.Do(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if form, _ := url.ParseQuery(string(body)); form.Get("Action") != "AssumeRole" {
		r.Body = io.NopCloser(bytes.NewReader(body))
		return c.HTTPClient.Do(r)
	}
	answer := `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIACENTER</AccessKeyId>
		<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/xml"}}, Body: io.NopCloser(strings.NewReader(answer)), Request: r}, nil
}

func TestPlaces(t *testing.T) {
	place := func(of tenancy.AccountID, tells tenancy.Telling, seen bool) tenancy.EventPlace {
		return tenancy.EventPlace{Account: of, Region: "us-east-1", Tells: tells, Seen: seen}
	}
	with := func(directory ...tenancy.EventPlace) []tenancy.EventPlace {
		return append(directory, place(account, tenancy.TellsQuickSight, true), place(account, tenancy.TellsRoles, true))
	}
	r := newRig(t, nil)
	got, err := awsapi.NewSurroundings(r.AWS).Places(t.Context())
	check(t, err, got, with(place(account, tenancy.TellsDirectory, true)))
	r.with(denied400("sso:ListInstances"))
	got, err = awsapi.NewSurroundings(r.AWS).Places(t.Context())
	check(t, nil, got, with(place("", tenancy.TellsDirectory, false)))
	if !errors.Is(err, plan.ErrDenied) {
		t.Errorf("%v", err)
	}

	r = newRig(t, func(s *world.Seed) { s.IdentityCenter.OwnerAccountID = center })
	got, err = awsapi.NewSurroundings(r.AWS).Places(t.Context())
	check(t, err, got, with(place(center, tenancy.TellsDirectory, false)))

	r = newRig(t, twoAccounts(func(*world.Seed) {}), assumes)
	got, err = awsapi.NewSurroundings(r.AWS).Places(t.Context())
	check(t, err, got, with(place(center, tenancy.TellsDirectory, true)))

	// A role of a delegated administrator: its account is a place, too, and the owner's is not seen.
	r = newRig(t, twoAccounts(func(s *world.Seed) { s.IdentityCenter.OwnerAccountID = "555566667777" }), assumes)
	got, err = awsapi.NewSurroundings(r.AWS).Places(t.Context())
	check(t, err, got, with(place("555566667777", tenancy.TellsDirectory, false), place(center, tenancy.TellsDirectory, true)))
}

// Both sides are read, where a role is assumed for the identity store, in its Region alone; a trail of the organization is one.
func TestTwoSides(t *testing.T) { synctest.Test(t, testTwoSides) }

func testTwoSides(t *testing.T) {
	pattern := `{"source": ["aws.sso"]}`
	r := newRig(t, twoAccounts(func(s *world.Seed) {
		s.Trails = []world.CloudTrail{{Name: "org", Account: center, Organization: true, MultiRegion: true}, {Name: "theirs", Account: center}, {Name: "ours"}}
		s.Events.Buses = []world.Bus{{Name: "central"}}
		s.Events.Rules = []world.Rule{{Name: "ours", Pattern: pattern}, {Name: "theirs", Account: center, Pattern: pattern},
			{Name: "far", Account: center, Region: "eu-west-1", Pattern: pattern}, {Name: "in", Bus: "central", Pattern: pattern}}
	}), assumes)
	around := awsapi.NewSurroundings(r.AWS)
	trails, err := around.Trails(t.Context(), "us-east-1")
	check(t, err, names(trails, func(t tenancy.EventTrail) string { return t.Name }), "ours org theirs")
	trails, err = around.Trails(t.Context(), "eu-west-1")
	check(t, err, names(trails, func(t tenancy.EventTrail) string { return t.Name }), "org")
	rule := func(r tenancy.EventRule) string { return r.Name }
	rules, err := around.EventRules(t.Context(), "us-east-1", "default")
	check(t, err, names(rules, rule), "ours theirs")
	rules, err = around.EventRules(t.Context(), "eu-west-1", "default")
	check(t, err, names(rules, rule), "")
	rules, err = around.EventRules(t.Context(), "us-east-1", "central") // which only one of them has
	check(t, err, names(rules, rule), "in")
	if _, err := around.EventRules(t.Context(), "us-east-1", "gone"); !errors.Is(err, plan.ErrNotFound) {
		t.Errorf("%v", err)
	}
	r.with(func(c awssim.Call) awssim.Fault {
		if c.Caller.Account == center {
			return denied400("events:ListRules")(c)
		}
		return awssim.Fault{}
	})
	rules, err = around.EventRules(t.Context(), "us-east-1", "default")
	check(t, nil, names(rules, rule), "ours")
	if !errors.Is(err, plan.ErrDenied) {
		t.Errorf("%v", err)
	}
}

func names[T any](all []T, of func(T) string) string {
	var list []string
	for _, one := range all {
		list = append(list, of(one))
	}
	return strings.Join(list, " ")
}

func TestTable(t *testing.T) {
	r := newRig(t, nil)
	if got, err := awsapi.NewSurroundings(r.AWS).Table(t.Context(), ""); got != "" || err != nil || len(r.calls()) != 0 {
		t.Errorf("%q, %v, %v", got, err, r.calls())
	}
}
