package systemtest

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// The least that the APIs allow: pages hold 100 rows everywhere, and nothing can be written in
// batches. n tenants of p people, a group each.

func pages(rows int) int { return (rows + 99) / 100 }

// floorReads is what a pass over an account that is as it should be cannot do without, by operation.
func floorReads(n, p int) map[string]int {
	return map[string]int{
		"identitystore:ListUsers":            pages(n * p),
		"identitystore:ListGroups":           pages(n),
		"identitystore:ListGroupMemberships": n * max(1, pages(p)),
		"quicksight:ListNamespaces":          pages(n + 1),
		"quicksight:ListUsers":               n*max(1, pages(p)) + 1, // and default
		"quicksight:ListGroups":              n,
		"quicksight:ListGroupMemberships":    n * max(1, pages(p)),
	}
}

// floorWrites is what a cold start cannot do without, by operation.
func floorWrites(n, p int) map[string]int {
	return map[string]int{
		"quicksight:CreateNamespace": n, "quicksight:CreateGroup": n,
		"quicksight:RegisterUser": n * p, "quicksight:CreateGroupMembership": n * p,
	}
}

func sum(counts map[string]int) (total int) {
	for _, n := range counts {
		total += n
	}
	return total
}

// minus is what of a there is beyond b.
func minus(a, b map[string]int) map[string]int {
	rest := maps.Clone(a)
	for op, n := range b {
		rest[op] -= n
	}
	maps.DeleteFunc(rest, func(_ string, n int) bool { return n == 0 })
	return rest
}

// preflight is what a run asks before its pass, and the sign-in roles.
var preflight = map[string]int{
	"sts:GetCallerIdentity": 1, "quicksight:DescribeAccountSubscription": 1, "quicksight:ListNamespaces": 1,
	"identitystore:ListUsers": 1, "iam:ListRoles": 1,
}

// right is the world of tenants(n, p) as it is after an apply.
func right(n, p int) world.Seed {
	seed := tenants(n, p)
	for i := range seed.IdentityCenter.Groups {
		g := &seed.IdentityCenter.Groups[i]
		g.ID = fmt.Sprintf("34887428-4081-7042-c3c6-%012d", i)
		namespace, _ := tenantOf(g.DisplayName)
		space := world.NamespaceSeed{Name: namespace, Tags: []world.Tag{{Key: "tenantry", Value: store}}}
		mirror := world.GroupSeed{Name: g.DisplayName, Description: "tenantry/1 " + store + " " + g.ID}
		for _, name := range g.Members {
			space.Users = append(space.Users, world.UserSeed{RoleARN: role, Session: name, Email: name + "@example.com", Role: "READER"})
			mirror.Members = append(mirror.Members, "QuickSight/"+name)
		}
		space.Groups = []world.GroupSeed{mirror}
		seed.QuickSight.Namespaces = append(seed.QuickSight.Namespaces, space)
	}
	return seed
}

// TestCostFloor counts the calls of a cold start, and of a run with nothing to do, against the floor.
// The figures for the floor are written out, so that a mistake in the formulas shows.
func TestCostFloor(t *testing.T) {
	t.Parallel()
	for _, c := range some([]struct{ n, p, reads, writes int }{
		{1, 100, 8, 202}, {10, 100, 53, 2_020}, {100, 100, 504, 20_200},
	}) {
		t.Run(fmt.Sprintf("%dx%d", c.n, c.p), func(t *testing.T) {
			if sum(floorReads(c.n, c.p)) != c.reads || sum(floorWrites(c.n, c.p)) != c.writes {
				t.Fatalf("the formulas say %d reads and %d writes", sum(floorReads(c.n, c.p)), sum(floorWrites(c.n, c.p)))
			}
			synctest.Test(t, func(t *testing.T) {
				r := unwatched(t, tenants(c.n, c.p))
				r.start().mustApply()
				cold := r.sim.Calls()
				checkColdStart(t, cold, c.n, c.p)
				r.settled()
				rest := minus(minus(minus(r.sim.Calls(), cold), preflight), floorReads(c.n, c.p))
				verified := rest["quicksight:ListTagsForResource"]
				if verified > max(1, c.reads/100) {
					t.Errorf("%d tags are read, and one call in a hundred may be", verified)
				}
				delete(rest, "quicksight:ListTagsForResource")
				if len(rest) > 0 {
					t.Errorf("with nothing to do, beyond the floor: %v", rest)
				}
				t.Logf("cold start: %d reads, %d writes; nothing to do: %d reads, %d tags, and %d calls before the pass",
					sum(cold)-c.writes, c.writes, c.reads, verified, sum(preflight))
			})
		})
	}
}

// unwatched is a rig without a checker, for worlds in which looking at everything after each call
// would take too long.
func unwatched(t tb, seed world.Seed) *rig {
	r := newRig(t, seed, settings{})
	r.check.off = true
	return r
}

// checkColdStart compares the calls of a cold start with the floor: writes exactly, and each tenant's
// group read at most once more.
func checkColdStart(t tb, calls map[string]int, n, p int) {
	t.Helper()
	for op, want := range floorWrites(n, p) {
		if calls[op] != want {
			t.Errorf("%s: %d calls, want %d", op, calls[op], want)
		}
	}
	if got, most := calls["identitystore:ListGroupMemberships"], 2*n*max(1, pages(p)); got > most {
		t.Errorf("the groups were read by %d calls, and %d are twice", got, most)
	}
}

// TestCostDrift: one in a hundred is not as they should be. Exactly what they need is written.
func TestCostDrift(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := unwatched(t, right(10, 100))
		want := 0
		for i := range 10 {
			n := fmt.Sprintf("t%03d", i)
			switch i % 3 {
			case 0: // one registration with its membership
				r.deleteByHand(n, "QuickSight/"+n+".042")
				want += 2
			case 1:
				r.byHand(n, func(c *world.Contents) { c.Leave("qs:"+n, "QuickSight/"+n+".042") })
				want++
			default:
				r.change(n+".042", func(p *world.Person) { p.Email = "other." + p.Email })
				want++
			}
		}
		if got := r.writes(func() { r.start().mustApply() }); got != want {
			t.Errorf("%d writes, want %d", got, want)
		}
		r.settled()
	})
}

// TestCostQuota: a cold start takes hardly longer than QuickSight's quota makes it, though nobody has
// told what the quota is, and few calls are throttled on the way.
func TestCostQuota(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const quota = 50
		seed := tenants(40, 100)
		seed.Behaviour.Throttle = map[string]world.Rate{"quicksight": {PerSecond: quota, Burst: quota}}
		seed.Behaviour.NamespaceCreateDelay = 0 // waiting for AWS is no use of a quota
		r := unwatched(t, seed)
		p := r.start()
		began := time.Now()
		p.mustApply()
		took := time.Since(began)
		calls := 0
		for _, pace := range p.app.AWS.Paces() {
			if pace.Service == "quicksight" {
				calls = pace.Calls - pace.Throttled
			}
		}
		least := time.Duration(float64(calls) / quota * float64(time.Second))
		t.Logf("%d calls at %d a second: %v, and the quota's own is %v (%.2f); %.2f%% throttled", calls, quota, took, least, float64(took)/float64(least), 100*p.retries())
		if share := p.retries(); share > 0.02 {
			t.Errorf("%.1f%% of the calls were throttled", 100*share)
		}
		if float64(took) > float64(least)/0.85 {
			t.Errorf("less than 85%% of the quota was used")
		}
	})
}

// The large account: go test ./internal/systemtest -run NONE -bench Cost -benchtime 1x
const bigTenants, bigPeople = 1000, 100

// BenchmarkCostNothingToDo counts a pass over the large account when it is as it should be.
func BenchmarkCostNothingToDo(b *testing.B) {
	r := unwatched(b, right(bigTenants, bigPeople))
	floor := sum(floorReads(bigTenants, bigPeople))
	for range b.N {
		p := r.fast()
		before := r.sim.Calls()
		if _, err := p.apply(context.Background()); err != nil {
			b.Fatal(err)
		}
		made := minus(r.sim.Calls(), before)
		reads := sum(made) - sum(preflight)
		b.ReportMetric(float64(reads), "reads")
		b.ReportMetric(float64(r.sim.Writes()), "writes")
		b.ReportMetric(float64(reads)/float64(floor), "×floor")
		b.Logf("nothing to do, %d × %d: %d reads (floor %d), %d writes, and %d calls before the pass", bigTenants, bigPeople, reads, floor, r.sim.Writes(), sum(preflight))
		if float64(reads) > 1.02*float64(floor) || r.sim.Writes() > 0 || len(p.last.Plan.Steps) > 0 {
			b.Errorf("%d reads, %d writes, %d steps", reads, r.sim.Writes(), len(p.last.Plan.Steps))
		}
	}
}

// BenchmarkCostColdStart counts the first run of the large account.
func BenchmarkCostColdStart(b *testing.B) {
	for range b.N {
		seed := tenants(bigTenants, bigPeople)
		seed.Behaviour.NamespaceCreateDelay = 0
		r := unwatched(b, seed)
		first := r.firstComplete(bigPeople)
		report, err := r.fast().apply(context.Background())
		if err != nil || len(report.Failed)+len(report.Held)+report.NotReached > 0 {
			b.Fatalf("%v %s", err, failures(report))
		}
		calls := r.sim.Calls()
		checkColdStart(b, calls, bigTenants, bigPeople)
		fraction := float64(first.Load()) / float64(sum(calls))
		b.ReportMetric(float64(r.sim.Writes()), "writes")
		b.ReportMetric(float64(r.sim.Reads()), "reads")
		b.ReportMetric(100*fraction, "%-until-first-tenant")
		b.Logf("cold start, %d × %d: %d writes (floor %d), %d reads; the groups by %d calls (%d are once); the first tenant was complete after %.2f%% of the calls",
			bigTenants, bigPeople, r.sim.Writes(), sum(floorWrites(bigTenants, bigPeople)), r.sim.Reads(),
			calls["identitystore:ListGroupMemberships"], bigTenants*pages(bigPeople), 100*fraction)
	}
}
