package systemtest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// creations counts CreateNamespace by name, whatever is answered.
func (r *rig) creations() map[string]int {
	count := map[string]int{}
	r.watch(func(c awssim.Call) awssim.Fault {
		if c.Operation == "CreateNamespace" && c.Phase == awssim.BeforeEffect {
			count[bodyOf(c).Namespace]++
		}
		return awssim.Fault{}
	})
	return count
}

// scripted is three tenants, of which the second's namespace fares as a script says.
func scripted(s world.NamespaceScript) world.Seed {
	seed := tenants(3, 5)
	s.Name = "t001"
	seed.Behaviour.NamespaceScripts = []world.NamespaceScript{s}
	return seed
}

// othersAreThere fails the test unless the first and the third tenant are complete.
func (r *rig) othersAreThere() {
	r.Helper()
	for _, n := range []string{"t000", "t002"} {
		if got := len(r.members(n, "qs:"+n)); got != 5 {
			r.Errorf("%d of the 5 people of %s are right", got, n)
		}
	}
}

// failedOnce answers the error of the one step that failed.
func (r *rig) failedOnce(report plan.Report, n string) string {
	r.Helper()
	if len(report.Failed) != 1 || report.Failed[0].Step.Change.In().String() != n {
		r.Fatalf("want one failed step in %s: %+v", n, report.Failed)
	}
	return report.Failed[0].Err.Error()
}

func holdCodes(holds []tenancy.Hold, n string) (codes []string) {
	for _, h := range holds {
		if h.Namespace == n {
			codes = append(codes, string(h.Code))
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// TestF19StuckCreating: a namespace that never becomes ready delays nobody else. It is given up after a
// while, in words; the next run waits again, and nothing is created twice.
func TestF19StuckCreating(t *testing.T) {
	t.Parallel()
	in(t, scripted(world.NamespaceScript{Status: "CREATING"}), settings{}, func(r *rig) {
		count := r.creations()
		var complete time.Duration
		began := time.Now()
		time.AfterFunc(time.Minute, func() { r.othersAreThere(); complete = time.Since(began) })
		for range 2 {
			report, err := r.start().apply(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if why := r.failedOnce(report, "t001"); !strings.Contains(why, "still not ready after") {
				t.Errorf("the failure does not say how long it was waited for: %s", why)
			}
		}
		if complete == 0 || count["t001"] != 1 {
			t.Errorf("t001 was created %d times", count["t001"])
		}
	})
}

// TestF20Retryable: a creation that failed and may be retried is retried, a few times, with pauses.
func TestF20Retryable(t *testing.T) {
	t.Parallel()
	script := world.NamespaceScript{Status: "RETRYABLE_FAILURE", ErrorType: "INTERNAL_SERVICE_ERROR", ErrorMessage: "try again", Times: 2}
	in(t, scripted(script), settings{}, func(r *rig) {
		count := r.creations()
		r.start().mustApply()
		if count["t001"] != 3 {
			t.Errorf("t001 was created %d times, want 3", count["t001"])
		}
		r.settled()
	})
}

// TestF20RetryableForever: it is retried no more than a few times a run.
func TestF20RetryableForever(t *testing.T) {
	t.Parallel()
	script := world.NamespaceScript{Status: "RETRYABLE_FAILURE", ErrorType: "INTERNAL_SERVICE_ERROR", ErrorMessage: "try again"}
	in(t, scripted(script), settings{}, func(r *rig) {
		count := r.creations()
		report, err := r.start().apply(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if why := r.failedOnce(report, "t001"); !strings.Contains(why, "try again") {
			t.Errorf("the failure does not say what AWS says: %s", why)
		}
		if count["t001"] > 4 {
			t.Errorf("t001 was created %d times", count["t001"])
		}
		r.othersAreThere()
		r.behave(func(b *world.Behaviour) { b.NamespaceScripts = nil })
		r.untilDone()
	})
}

// TestF20DeleteFirst: where AWS takes a second creation only after a deletion, the step fails, and
// nothing is deleted.
func TestF20DeleteFirst(t *testing.T) {
	t.Parallel()
	script := world.NamespaceScript{Status: "RETRYABLE_FAILURE", ErrorType: "INTERNAL_SERVICE_ERROR", ErrorMessage: "try again"}
	seed := scripted(script)
	seed.Behaviour.NamespaceRetry = "delete-first"
	in(t, seed, settings{}, func(r *rig) {
		for range 2 {
			report, err := r.start().apply(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			t.Log(r.failedOnce(report, "t001"))
		}
		r.othersAreThere()
	})
}

// TestF20CreatedOnce: where the configuration says that a failed namespace has to be deleted first, it is not asked for
// again, neither in the run that sees it fail nor in the next; and what fails says how to go on.
func TestF20CreatedOnce(t *testing.T) {
	t.Parallel()
	script := world.NamespaceScript{Status: "RETRYABLE_FAILURE", ErrorType: "INTERNAL_SERVICE_ERROR", ErrorMessage: "try again"}
	seed := scripted(script)
	seed.Behaviour.NamespaceRetry = "delete-first"
	more := "limits: {new_namespaces_per_day: 1000}\naws: {failed_namespace_created_again: false}"
	in(t, seed, settings{more: more}, func(r *rig) {
		count := r.creations()
		for range 2 {
			report, err := r.start().apply(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if why := r.failedOnce(report, "t001"); !strings.Contains(why, "it has to be deleted first") {
				t.Errorf("the failure does not say what has to be done: %s", why)
			}
		}
		if count["t001"] != 1 {
			t.Errorf("t001 was created %d times, want 1", count["t001"])
		}
		r.othersAreThere()
	})
}

// TestF21NonRetryable: a creation that failed for good fails its tenant at once, with AWS's words, and
// is never asked for again.
func TestF21NonRetryable(t *testing.T) {
	t.Parallel()
	script := world.NamespaceScript{Status: "NON_RETRYABLE_FAILURE", ErrorType: "PERMISSION_DENIED", ErrorMessage: "no ds:CreateIdentityPoolDirectory"}
	in(t, scripted(script), settings{}, func(r *rig) {
		count := r.creations()
		began := time.Now()
		report, err := r.start().apply(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if why := r.failedOnce(report, "t001"); !strings.Contains(why, "no ds:CreateIdentityPoolDirectory") {
			t.Errorf("the failure does not say what AWS says: %s", why)
		}
		if took := time.Since(began); took > 90*time.Second {
			t.Errorf("it took %v to fail", took)
		}
		r.othersAreThere()
		for range 3 {
			p := r.start()
			n := r.writes(func() { p.mustApply() })
			if codes := holdCodes(p.last.Plan.Holds, "t001"); n != 0 || !slices.Contains(codes, "namespace-status") {
				t.Errorf("%d writes, held: %v", n, codes)
			}
		}
		if count["t001"] != 1 {
			t.Errorf("t001 was created %d times", count["t001"])
		}
	})
}

// TestF22Deleting: a namespace that somebody deletes is not written to while it goes. Its tenant is
// held, the others go on.
func TestF22Deleting(t *testing.T) {
	t.Parallel()
	in(t, tenants(3, 5), settings{}, func(r *rig) {
		r.start().mustApply()
		r.behave(func(b *world.Behaviour) { b.NamespaceDeleteDelay = world.Duration(time.Hour) })
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			n, _ := q.Namespaces().Get("t001")
			q.Delete(n)
		})
		r.join("qs:t001", r.someone("ina"))
		r.join("qs:t002", r.someone("bob"))
		p := r.start()
		n := r.writes(func() { p.mustApply() })
		if codes := holdCodes(p.last.Plan.Holds, "t001"); n != 2 || !slices.Contains(codes, "namespace-status") && !slices.Contains(codes, "not-ours") {
			t.Errorf("%d writes, want the 2 for bob; held in t001: %v", n, codes)
		}
	})
}

// TestF22DeletedMeanwhile: a namespace is deleted while a run writes into it. Its steps fail, those
// of the others do not, and nothing creates it again in that run.
func TestF22DeletedMeanwhile(t *testing.T) {
	t.Parallel()
	seed := tenants(3, 5)
	seed.IdentityCenter.Groups[1].Members = append(seed.IdentityCenter.Groups[1].Members, addPeople(&seed, "more", 100)...)
	in(t, seed, settings{more: "limits: {quicksight_rate: 5}"}, func(r *rig) {
		count := r.creations()
		time.AfterFunc(45*time.Second, func() {
			r.now(func(_ *world.Directory, q *world.QuickSight) {
				n, _ := q.Namespaces().Get("t001")
				q.Delete(n)
			})
		})
		report, err := r.start().apply(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range report.Failed {
			if o.Step.Change.In().String() != "t001" {
				t.Errorf("%s in %s failed: %v", o.Step.Change.Kind(), o.Step.Change.In(), o.Err)
			}
		}
		if len(report.Failed) == 0 || count["t001"] != 1 {
			t.Errorf("%d failed, t001 was created %d times", len(report.Failed), count["t001"])
		}
		r.othersAreThere()
	})
}

// addPeople puts people into a world, in no group, and answers their names.
func addPeople(seed *world.Seed, name string, p int) (names []string) {
	in := len(seed.IdentityCenter.Groups)
	add(seed, "qs:"+name, p)
	names = seed.IdentityCenter.Groups[in].Members
	seed.IdentityCenter.Groups = seed.IdentityCenter.Groups[:in]
	return names
}

// TestF23Limit: the account's quota of namespaces is used up. The tenant that is over it is held, once
// a run; the others go on.
func TestF23Limit(t *testing.T) {
	t.Parallel()
	seed := tenants(3, 5)
	seed.Behaviour.NamespaceLimit = 2
	in(t, seed, settings{}, func(r *rig) {
		count := r.creations()
		report, err := r.start().apply(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Held) != 1 || report.Held[0].Held.Code != "quota" || len(report.Failed) != 0 {
			t.Errorf("held %+v, failed %+v", report.Held, report.Failed)
		}
		if got := len(r.namespaces()); got != 2 {
			t.Errorf("%d namespaces", got)
		}
		for n, times := range count {
			if times != 1 {
				t.Errorf("%s was created %d times", n, times)
			}
		}
		for _, n := range r.namespaces() {
			if len(r.members(n, "qs:"+n)) != 5 {
				t.Errorf("%s is not complete", n)
			}
		}
	})
}

// TestF23GroupLimit: a quota of groups that is used up holds what stands on that group, and not the
// rest of the tenant.
func TestF23GroupLimit(t *testing.T) {
	t.Parallel()
	seed := tenants(1, 5)
	add(&seed, "qs:t000:authors", 3)
	seed.Behaviour.GroupLimit = 1
	in(t, seed, settings{}, func(r *rig) {
		report, err := r.start().apply(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Held) != 1 || report.Held[0].Held.Code != "quota" {
			t.Errorf("held %+v", report.Held)
		}
		if n := r.sim.Calls()["quicksight:CreateGroup"]; n != 2 {
			t.Errorf("CreateGroup was called %d times", n)
		}
	})
}
