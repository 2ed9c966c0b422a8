package systemtest

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// otherRegion has assets, too, in the worlds whose audit is counted.
const otherRegion = "eu-west-1"

// spread is a world of apart with further assets, as many as are wanted in all, of every kind and in two Regions.
func spread(n, assets int) world.Seed {
	seed := apart(n)
	kinds := tenancy.InspectedKinds()
	for i := len(seed.QuickSight.Assets); i < assets; i++ {
		kind := simulated(kinds[i%len(kinds)])
		a := owned(kind, idOf(kind, i), "user/"+tenantName(i%n)+"/QuickSight/author."+tenantName(i%n))
		if kind == world.KindFolder {
			a.SharingModel = "NAMESPACE"
		}
		if i%2 == 1 {
			a.Region = otherRegion
		}
		seed.QuickSight.Assets = append(seed.QuickSight.Assets, a)
	}
	return seed
}

// floorAudit is what an audit cannot do without, by the operations: for assets the pages of each kind's list, two reads for
// each dashboard, analysis and data set, three for each folder, and one for every other; what a pass reads; and by itself
// what is read of each namespace, and what for the whole account.
func floorAudit(seed *world.Seed, n int) (assets, pass, namespaces, account int) {
	lists := map[string]int{}
	for _, a := range seed.QuickSight.Assets {
		lists[string(a.Kind)+" "+a.Region]++
		switch a.Kind {
		case world.KindDashboard, world.KindAnalysis, world.KindDataSet:
			assets += 2
		case world.KindFolder:
			assets += 3
		default:
			assets++
		}
	}
	for _, kind := range tenancy.InspectedKinds() {
		for _, in := range []string{"", otherRegion} {
			assets += pages(lists[string(simulated(kind))+" "+in])
		}
	}
	// The roles, the namespaces, those in default; people and groups of each tenant and the members of two; in the directory
	// people, groups, and the members of two for each tenant.
	pass = 1 + pages(n+1) + 1 + 4*n + pages(2*n) + pages(2*n) + 2*n
	namespaces = 2 * n  // assignments of policies, and self-upgrade: every author has a profile
	account = 3 + 1 + 1 // settings, the account's profile, the profiles; all of IAM; and what IAM says of the sign-in role
	return assets, pass, namespaces, account
}

// countAudit audits a world of spread, and answers how many calls that cost, the checks before it not counted, and the floor.
func countAudit(t tb, n, assets int) (report audit.Report, calls, floor int, parts string) {
	t.Helper()
	seed := spread(n, assets)
	s := apartSettings
	s.assets = region + ", " + otherRegion
	r := newRig(t, seed, s)
	r.check.off = true
	a := r.fast().as(policy.ForAudit).app
	before := r.sim.Calls()
	facts, err := app.Audit(context.Background(), a, r.config, false, nil)
	if err != nil {
		t.Fatalf("reading for an audit: %v", err)
	}
	calls = sum(minus(minus(r.sim.Calls(), before), preflight))
	ofAssets, pass, namespaces, account := floorAudit(&seed, n)
	var tell strings.Builder
	for _, part := range []struct {
		what string
		n    int
	}{{"assets", ofAssets}, {"a pass", pass}, {"namespaces as such", namespaces}, {"the account", account}} {
		tell.WriteString(" " + part.what + " " + strconv.Itoa(part.n) + ";")
	}
	return audit.Audit(facts), calls, ofAssets + pass + namespaces + account, tell.String()
}

// TestAuditCost: an audit reads what it cannot do without, in all Regions of assets, and at most two in a hundred more.
func TestAuditCost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		report, calls, floor, parts := countAudit(t, 20, 300)
		t.Logf("%d calls, floor %d:%s", calls, floor, parts)
		if float64(calls) > 1.02*float64(floor) || calls < floor {
			t.Errorf("%d calls, and the floor is %d:%s", calls, floor, parts)
		}
		if report.Read.Assets != 300 || report.Read.Unread != 0 {
			t.Errorf("read %+v", report.Read)
		}
	})
}

// BenchmarkAudit counts the reads of an audit of 1,000 tenants with 5,000 assets:
// go test ./internal/systemtest -run NONE -bench Audit -benchtime 1x
func BenchmarkAudit(b *testing.B) {
	const n, assets = 1000, 5000
	for range b.N {
		began := time.Now()
		report, calls, floor, parts := countAudit(b, n, assets)
		b.ReportMetric(float64(calls), "reads")
		b.ReportMetric(float64(calls)/float64(floor), "×floor")
		b.Logf("%d tenants, %d assets: %d reads, floor %d (%s), ratio %.4f, in %s; %d findings", n, report.Read.Assets, calls, floor, parts,
			float64(calls)/float64(floor), time.Since(began).Round(time.Millisecond), len(report.Findings))
		if float64(calls) > 1.02*float64(floor) || len(report.Findings) > 0 {
			b.Errorf("%d reads, floor %d, %d findings", calls, floor, len(report.Findings))
		}
	}
}
