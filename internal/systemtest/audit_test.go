package systemtest

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// auditRig is a rig of a world that is looked at and not changed.
func auditRig(t tb, seed world.Seed) *rig {
	t.Helper()
	r := newRig(t, seed, apartSettings)
	r.check.off = true
	return r
}

// finds fails a test for every finding of an audit that is neither of the code nor of those beside it.
func finds(t *testing.T, r audit.Report, code audit.Code, beside ...audit.Code) {
	t.Helper()
	found := false
	for _, f := range r.Findings {
		if f.Code == code {
			found = true
			continue
		}
		if slices.Contains(beside, f.Code) {
			continue
		}
		t.Errorf("it also finds %s %s: %s", f.Code, f.Object, f.Seen)
	}
	if !found && code != "" {
		t.Errorf("nothing of %s is found", code)
	}
}

// TestAuditClean: where tenants are apart nothing is found, and nothing is written.
func TestAuditClean(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := auditRig(t, apart(50))
		var report audit.Report
		if n := r.writes(func() { report = r.audited("") }); n != 0 {
			t.Errorf("%d writes", n)
		}
		finds(t, report, "")
		if len(report.Tenants) != 50 || report.Read.People != 100 || report.Read.Assets != 204 || report.Read.Unread != 0 {
			t.Errorf("read %+v of %d tenants", report.Read, len(report.Tenants))
		}
	})
}

// far is when nothing here has ended yet.
var far = time.Date(2000, 1, 20, 0, 0, 0, 0, time.UTC)

// leaks are all that is planted.
func leaks() []leak { return slices.Concat(shareLeaks, dataLeaks, peopleLeaks, roleLeaks, unreadLeaks) }

// TestAuditPlanted: each leak, alone in a world of 50 tenants that are apart, is found by its code, and nothing else is.
func TestAuditPlanted(t *testing.T) {
	t.Parallel()
	for _, l := range some(leaks()) {
		t.Run(string(l.code)+" "+l.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seed := apart(50)
				if l.plant != nil {
					l.plant(&seed)
				}
				r := auditRig(t, seed)
				if l.fault != nil {
					r.suffer(l.fault)
				}
				finds(t, r.audited(l.rules), l.code, l.beside...)
			})
		})
	}
}

// refused are the checks whose leaks no configuration lets anybody have: that one role is the house's and the tenants' is
// an error of the configuration already.
var refused = []audit.Code{"ISO404"}

// Each check has a leak of its own, and there are 40 kinds of leaks at least.
func TestAuditPlantsEveryCheck(t *testing.T) {
	t.Parallel()
	all, kinds := leaks(), map[audit.Code]bool{}
	names := map[string]bool{}
	for _, l := range all {
		kinds[l.code], names[l.name] = true, true
	}
	for _, c := range audit.Checks() {
		if !kinds[c.Code] && !slices.Contains(refused, c.Code) {
			t.Errorf("no leak is planted for %s: %s", c.Code, c.Name)
		}
	}
	t.Logf("%d kinds of leaks, by %d checks", len(names), len(kinds))
	if len(names) != len(all) || len(names) < 40 {
		t.Errorf("%d leaks of %d names", len(all), len(names))
	}
}
