package audit

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// big are the facts of 1,000 tenants that are apart, with 5,000 assets and more: each tenant's five, and a hundred
// dashboards of the house's on data that it divides, each shown to all.
func big(t testing.TB) *Facts {
	f := clean(t, 1000)
	var all []tenancy.Grant
	for i := range f.Have.Tenants {
		n := f.Have.Tenants[i].Namespace.String()
		all = append(all, viewer(group(n, "qs:"+n)))
	}
	for i := range 100 {
		a := put(f, tenancy.Dashboard, fmt.Sprint("shown-", i), append(all, owner(judy))...)
		a.Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "house-data")}
	}
	return sorted(f)
}

func BenchmarkAudit(b *testing.B) {
	f := big(b)
	b.ReportMetric(float64(len(f.Inspection.Assets)), "assets")
	for b.Loop() {
		if r := Audit(f); len(r.Findings) > 0 {
			b.Fatal(r.Findings[0])
		}
	}
}

// A thousand tenants that are apart give no finding, and no check goes through all of them for each of them: that would
// take minutes.
func TestThousandTenants(t *testing.T) {
	f := big(t)
	begun := time.Now()
	r := Audit(f)
	if len(r.Findings) > 0 {
		t.Errorf("%d findings, the first: %+v", len(r.Findings), r.Findings[0])
	}
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}
