package systemtest

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/doctor"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// surrounded is a world with something of everything that the doctor looks at.
func surrounded() world.Seed {
	seed := watched(doorWorld("QuickSight"), world.Trail{})
	seed.IAM.Roles = append(seed.IAM.Roles, world.Role{Name: "tenantry-serve", Trust: byTheSAML, Policies: map[string]string{"serve": letsThemselvesIn}})
	seed.Trails = []world.CloudTrail{{Name: "all", MultiRegion: true}}
	seed.Events.Buses = []world.Bus{{Name: "tenantry-forwarded"}}
	seed.Events.Rules = []world.Rule{{Name: "tenantry-directory", Pattern: `{"source": ["aws.sso"]}`, Targets: []world.Target{{ID: "queue", ARN: "arn:aws:sqs:us-east-1:111122223333:events"}}}}
	seed.Tables = []world.ItemTableSeed{historyTable()}
	return seed
}

// aroundIt are settings by which everything is looked at.
var aroundIt = settings{more: "events: {queue_url: \"" + queueURL + "\"}\njournal: dynamodb:history\nleavers: {suspend_with: leaver}"}

// doctor reads what the doctor judges, about the role tenantry-serve, and judges it.
func (p *process) doctor(t *testing.T) (*doctor.Facts, string) {
	t.Helper()
	role, err := tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/tenantry-serve")
	if err != nil {
		t.Fatal(err)
	}
	p.as(policy.ForAudit)
	facts, err := app.Doctor(context.Background(), p.app, p.config, app.DoctorQuestion{For: policy.ForServe, Role: role}, nil)
	if err != nil {
		t.Fatal(err)
	}
	type line struct {
		Name  string
		Level doctor.Level
		Seen  string
		All   []doctor.Trouble
	}
	var lines []line
	for _, r := range doctor.Judge(facts).Results {
		lines = append(lines, line{r.Name, r.Level, r.Seen, r.Troubles})
	}
	text, err := json.MarshalIndent(lines, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return facts, string(text)
}

// T9: of another account than the configured one nothing is read but what tells that it is another one.
func TestT9DoctorOfAnotherAccount(t *testing.T) {
	t.Parallel()
	in(t, surrounded(), aroundIt, func(r *rig) {
		c := *r.config
		c.QuickSight.AccountID = "999900001111"
		p := r.start().with(&c)
		p.rig = &rig{tb: r.tb, sim: r.sim, w: r.w, config: &c, check: r.check}
		before := r.sim.Calls()
		facts, report := p.doctor(t)
		for call, n := range r.sim.Calls() {
			asks := []string{"sts:GetCallerIdentity", "quicksight:DescribeAccountSubscription", "quicksight:ListNamespaces"}
			if n > before[call] && !slices.Contains(asks, call) {
				t.Errorf("it calls %s in another account", call)
			}
		}
		if facts.Caller.Caller != account || !strings.Contains(report, "the configuration is for 999900001111") {
			t.Errorf("%s", report)
		}
	})
}

// F46: whatever call is denied, from the beginning or half-way, somebody is told, and nothing is taken for in order for it. The one
// that has another way is read by that.
func TestF46DoctorIsTold(t *testing.T) {
	t.Parallel()
	var asked map[string]int
	var all string
	in(t, surrounded(), aroundIt, func(r *rig) {
		r.start().mustApply()
		before := r.sim.Calls()
		facts, report := r.start().doctor(t)
		if len(facts.Unread) > 0 {
			t.Fatalf("not all can be read: %v", facts.Unread)
		}
		all, asked = report, map[string]int{}
		for call, n := range r.sim.Calls() {
			if n > before[call] {
				asked[call] = n - before[call]
			}
		}
	})
	if len(asked) < 25 {
		t.Fatalf("it calls only %v", asked)
	}
	for _, call := range some(slices.Sorted(maps.Keys(asked))) {
		n := asked[call]
		for _, nth := range slices.Compact([]int{1, min(2, n), n}) {
			in(t, surrounded(), aroundIt, func(r *rig) {
				r.start().mustApply()
				r.suffer(fromThe(nth, call))
				facts, report := r.start().doctor(t)
				another := call == "iam:GetAccountAuthorizationDetails" // and then each role by itself
				idle := call == "iam:GetAccountSummary" || strings.HasPrefix(call, "sso:ListPermissionSets")
				switch { // what is idle is needed where each tenant has a role or a permission set of its own
				case another && report != all:
					t.Errorf("%s has another way, and the report is another:\n%s", call, report)
				case !another && (len(facts.Unread) == 0 || report == all && !idle):
					t.Errorf("nobody is told that %s was denied from call %d of %d on: %v", call, nth, n, facts.Unread)
				}
			})
		}
	}
}

// A role that is gone when it is looked at is not one whose trust is in order: somebody is told, whatever else could be read.
func TestDoctorAndARoleThatIsGone(t *testing.T) {
	t.Parallel()
	in(t, surrounded(), aroundIt, func(r *rig) {
		r.start().mustApply()
		gone := awssim.FailBefore("iam:GetRole", wire.Errorf(404, "NoSuchEntity", "gone"))
		r.suffer(fromThe(1, "iam:GetAccountAuthorizationDetails"), func(c awssim.Call) awssim.Fault {
			if !strings.Contains(string(c.Body), "RoleName=QuickSight") {
				return awssim.Fault{}
			}
			return gone(c)
		})
		facts, _ := r.start().doctor(t)
		if u := facts.Unread[doctor.Identities]; !strings.Contains(u.Why, "QuickSight") || facts.Rights.Identity == nil {
			t.Errorf("%+v, and of tenantry's own role %v", u, facts.Rights.Identity)
		}
	})
}

// fromThe denies a call from the nth one on.
func fromThe(nth int, call string) awssim.Hook {
	n := 0
	status, code := 400, "AccessDeniedException"
	if strings.HasPrefix(call, "iam:") || strings.HasPrefix(call, "sts:") {
		status, code = 403, "AccessDenied"
	}
	deny := awssim.FailBefore(call, wire.Errorf(status, code, "not authorized to perform %s", call))
	return func(c awssim.Call) awssim.Fault {
		f := deny(c)
		if f.Err == nil {
			return f
		}
		if n++; n < nth {
			return awssim.Fault{}
		}
		return f
	}
}
