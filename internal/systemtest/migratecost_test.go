package systemtest

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// crowded is a world of n tenants whose p people each are all in default, in a group of default a customer, with assets
// assets: most are dashboards that one of them owns alone and a colleague sees; some are the house's, which everybody sees
// through the group; and some are folders.
func crowded(n, p, assets int) world.Seed {
	seed := tenants(n, p)
	seed.Behaviour.NamespaceLimit = 2 * n
	seed.IAM.Roles = append(seed.IAM.Roles, world.Role{Name: "Staff"})
	space := world.NamespaceSeed{Name: "default", Users: []world.UserSeed{{RoleARN: houseRole, Session: "boss", Email: "boss@example.com", Role: "ADMIN"}}}
	var people []string
	for _, g := range seed.IdentityCenter.Groups {
		group := world.GroupSeed{Name: g.DisplayName}
		for _, name := range g.Members {
			people = append(people, name)
			space.Users = append(space.Users, world.UserSeed{RoleARN: role, Session: name, Email: name + "@example.com", Role: "AUTHOR"})
			group.Members = append(group.Members, "QuickSight/"+name)
		}
		space.Groups = append(space.Groups, group)
	}
	seed.QuickSight.Namespaces = []world.NamespaceSeed{space}
	user := func(i int) string { return "user/default/QuickSight/" + people[i] }
	for i := range assets {
		a := world.AssetSeed{Kind: world.KindDashboard, ID: fmt.Sprintf("a%05d", i)}
		who := i % len(people)
		switch {
		case i%100 == 0:
			a.Permissions = []world.GrantSeed{
				{Principal: "user/default/Staff/boss", Actions: world.Actions{"owner"}},
				{Principal: "group/default/" + seed.IdentityCenter.Groups[i/100%n].DisplayName, Actions: world.Actions{"viewer"}},
			}
			if i%1000 == 0 { // and some of which each of them has it directly
				for j := range people {
					a.Permissions = append(a.Permissions, world.GrantSeed{Principal: user(j), Actions: world.Actions{"viewer"}})
				}
			}
		case i%100 == 1:
			a.Kind = world.KindFolder
			fallthrough
		default:
			a.Permissions = []world.GrantSeed{
				{Principal: user(who), Actions: world.Actions{"owner"}},
				{Principal: user(who - who%p + (who+1)%p), Actions: world.Actions{"viewer"}},
			}
		}
		seed.QuickSight.Assets = append(seed.QuickSight.Assets, a)
	}
	return seed
}

// authors let the groups of a crowded world be authors'.
var authors = settings{more: strandedSettings.more, tenants: `
  - groups: "qs:{namespace}"
    role: AUTHOR
`}

// everyGroup lets each tenant's group see what the customer's group of default could.
var everyGroup = engine.MigrateOptions{Shares: []plan.GroupMap{{Namespace: "default", Group: "qs:{namespace}", Mirror: "qs:{namespace}"}}}

// floorMigrate is what planning a migration of a crowded world cannot do without: a pass, the groups of default, the pages
// of each kind's list, and the permissions of each asset, once; and what is in each folder.
func floorMigrate(n, p, assets int) map[string]int {
	folders := (assets + 98) / 100
	floor := map[string]int{
		"identitystore:ListUsers": pages(n * p), "identitystore:ListGroups": pages(n), "identitystore:ListGroupMemberships": n * pages(p),
		"quicksight:ListNamespaces": 1, "quicksight:ListUsers": pages(n*p + 1), "quicksight:ListGroups": pages(n),
		"quicksight:ListGroupMemberships": n * pages(p), "iam:ListRoles": 1, "quicksight:ListFolderMembers": folders,
	}
	for _, kind := range tenancy.AssetKinds() {
		floor["quicksight:"+listings[kind]] = 1
	}
	floor["quicksight:ListDashboards"], floor["quicksight:ListFolders"] = pages(assets-folders), pages(folders)
	floor["quicksight:DescribeDashboardPermissions"], floor["quicksight:DescribeFolderPermissions"] = assets-folders, folders
	return floor
}

// TestMigrateCost: a plan reads the pages of every list and the permissions of every asset once, however many people have
// something of it, and writes nothing.
func TestMigrateCost(t *testing.T) {
	const n, p, assets = 5, 30, 450
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, crowded(n, p, assets), authors)
		r.check.off = true
		migration := r.start().migration()
		before := r.sim.Calls()
		m, err := migration.Plan(context.Background(), everyGroup)
		if err != nil {
			t.Fatal(err)
		}
		rest := minus(minus(r.sim.Calls(), before), floorMigrate(n, p, assets))
		if rest["iam:ListRoles"]--; rest["iam:ListRoles"] == 0 {
			delete(rest, "iam:ListRoles") // once for a path, as every pass does, and once for all
		}
		if len(rest) > 0 || r.sim.Writes() != 0 {
			t.Errorf("beyond the floor: %v; %d writes", rest, r.sim.Writes())
		}
		if len(m.Migrants) != n*p || len(m.Holds) > 0 {
			t.Errorf("%d migrants, held: %v", len(m.Migrants), m.Holds)
		}
	})
}

// The great move: go test ./internal/systemtest -run NONE -bench Migrate -benchtime 1x
const greatTenants, greatPeople, greatAssets = 40, 100, 10_000

// BenchmarkMigratePlan counts the reads of a plan that moves 4,000 people with 10,000 assets, and measures what the process
// holds of it besides the simulated AWS.
func BenchmarkMigratePlan(b *testing.B) {
	r := newRig(b, crowded(greatTenants, greatPeople, greatAssets), authors)
	r.check.off = true
	floor := sum(floorMigrate(greatTenants, greatPeople, greatAssets))
	for range b.N {
		migration := r.fast().migration()
		before, held := r.sim.Calls(), heapInUse()
		began := time.Now()
		m, err := migration.Plan(context.Background(), everyGroup)
		if err != nil {
			b.Fatal(err)
		}
		took, more := time.Since(began), heapInUse()-held
		reads := sum(minus(r.sim.Calls(), before))
		able := 0
		for i := range m.Migrants {
			if len(m.Migrants[i].Steps) > 0 {
				able++
			}
		}
		b.ReportMetric(float64(reads), "reads")
		b.ReportMetric(float64(reads)/float64(floor), "×floor")
		b.ReportMetric(float64(more)/1e6, "MB")
		b.Logf("%d × %d people, %d assets: %d reads (floor %d), %.1f MB held, in %s; %d people can be moved, %d are held",
			greatTenants, greatPeople, greatAssets, reads, floor, float64(more)/1e6, took.Round(time.Millisecond), able, len(m.Migrants)-able)
		if float64(reads) > 1.02*float64(floor) {
			b.Errorf("%d reads", reads)
		}
		runtime.KeepAlive(m)
	}
}

// heapInUse is how many bytes are in use.
func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestMigrateBatches: all of a batch are moved before anybody of the next one is taken out, it is told how long the rest
// will take, and behind three who fail nobody is touched any more.
func TestMigrateBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, crowded(1, 30, 0), authors)
		r.check.off = true
		migration := r.start().migration()
		m, err := migration.Plan(context.Background(), engine.MigrateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var told []engine.MigrateProgress
		most := 0
		report, err := migration.Apply(context.Background(), m, engine.ApplyMigration{Batch: 10, StopAfter: 3}, func(p engine.MigrateProgress) {
			told = append(told, p)
			between := 31 - len(r.users("default")) - len(r.users("t000"))
			most = max(most, between)
		})
		if err != nil || report.Done != 30 || len(told) != 30 || most > 10 {
			t.Errorf("%d moved, told %d times, %d between; %v", report.Done, len(told), most, err)
		}
		if first, last := told[0], told[29]; first.Left <= 0 || last.Left != 0 || last.Done != 30 || last.Total != 30 {
			t.Errorf("first %+v, last %+v", first, last)
		}
		if len(r.users("default")) != 1 || len(r.members("t000", "qs:t000")) != 30 {
			t.Errorf("default %d, group %d", len(r.users("default")), len(r.members("t000", "qs:t000")))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, crowded(1, 30, 0), authors)
		r.check.off = true
		r.suffer(awssim.FailBefore("quicksight:DeleteUser", wire.Errorf(401, "AccessDeniedException", "no")))
		_, report := r.migrate(engine.MigrateOptions{})
		if !report.Stopped || len(report.Failed) < 3 || len(report.Failed) > 3+4 || report.Done != 0 || report.NotReached != 30-len(report.Failed) {
			t.Errorf("stopped %v, %d failed, %d not reached", report.Stopped, len(report.Failed), report.NotReached)
		}
		if got := len(r.users("default")); got != 31 {
			t.Errorf("%d are in default", got)
		}
		for _, f := range report.Failed {
			if !strings.Contains(f.Err.Error(), "AccessDenied") {
				t.Errorf("%v", f.Err)
			}
		}
	})
}
