package systemtest

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// recorded is a process that lives on, after its first pass, with a history.
func (r *rig) recorded() (*engine.Keeper, *journal.Journal) {
	r.Helper()
	j, err := journal.Open(context.Background(), journal.Spec{Place: "memory", Account: account, Store: store})
	if err != nil {
		r.Fatalf("opening the history: %v", err)
	}
	a, err := app.New(context.Background(), r.config, app.Options{Simulator: &app.Simulator{Client: &http.Client{Transport: r.lineFor(policy.ForServe)}}, Journal: j})
	if err != nil {
		r.Fatalf("starting: %v", err)
	}
	k := a.Keeper()
	if _, err := k.Pass(context.Background(), tenancy.Cause{Kind: tenancy.ByPass, Name: "first"}); err != nil {
		r.Fatalf("the first pass: %v", err)
	}
	return k, j
}

// TestHintsCannotStepAroundTheLimits: people who come one by one are as many as people who come at once.
// Above a day's limit the rest is held, which is told once, and the next day it goes on.
func TestHintsCannotStepAroundTheLimits(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 4), settings{}, func(r *rig) {
		k, _ := r.recorded()
		time.Sleep(25 * time.Hour) // the tenant is no longer young
		news := 0
		for i := range 30 {
			name := fmt.Sprintf("new%02d", i)
			r.someone(name)
			r.join("qs:t000", name)
			news += len(r.hint(k, name).News)
		}
		if n := len(r.members("t000", "qs:t000")); n != 4+25 || news != 1 {
			t.Errorf("%d members, want 29; told %d times, want once", n, news)
		}
		result, err := k.Pass(context.Background(), tenancy.Cause{})
		if err != nil || result.Report.Done != 0 || len(result.Plan.Holds) != 1 || result.Plan.Holds[0].Code != tenancy.Code(plan.ManyAdditions) {
			t.Errorf("a pass does %d steps, with the holds %v: %v", result.Report.Done, result.Plan.Holds, err)
		}
		time.Sleep(25 * time.Hour)
		if _, err := k.Pass(context.Background(), tenancy.Cause{}); err != nil {
			t.Fatal(err)
		}
		if n := len(r.members("t000", "qs:t000")); n != 34 {
			t.Errorf("%d members on the next day, want 34", n)
		}
		r.settled()
	})
}

// TestNewNamespacesByHintsHaveTheirLimit: eleven customers in a day are one too many, in whatever way
// they come.
func TestNewNamespacesByHintsHaveTheirLimit(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 1), settings{more: "limits: {new_namespaces_per_day: 3}"}, func(r *rig) {
		k, _ := r.recorded() // has created one
		for i, want := range []bool{true, true, false} {
			id := tenancy.GroupID(r.group(fmt.Sprintf("qs:new%d", i)))
			_, result, err := k.Group(context.Background(), id, engine.Hint{})
			if made := !result.Waiting.IsZero(); err != nil || made != want {
				t.Errorf("customer %d: made %v, want %v: %v", i, made, want, err)
			}
			if told := len(result.News) > 0; told == want {
				t.Errorf("customer %d: told %v", i, told)
			}
		}
	})
}

// TestS21HistoryOfHints: every write of a hint stands in the history, meant and done, with its cause and
// AWS's request id.
func TestS21HistoryOfHints(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 1), settings{}, func(r *rig) {
		k, j := r.recorded()
		r.someone("new")
		r.join("qs:t000", "new")
		cause := tenancy.Cause{Kind: tenancy.ByEvent, ID: "e-1", Name: "test"}
		if _, err := k.Person(context.Background(), tenancy.PersonID(r.id("new")), engine.Hint{Cause: cause}); err != nil {
			t.Fatal(err)
		}
		var lines []string
		for record, err := range j.Entries(context.Background(), journal.Filter{}) {
			if err != nil {
				t.Fatal(err)
			}
			if record.Cause == cause {
				lines = append(lines, fmt.Sprintf("%s %s %v %v", record.What, record.Kind, record.Of > 0, record.Request != ""))
			}
		}
		expect(t, "the history", lines, "intended register false false", "done register true true", "intended add-member false false", "done add-member true true")
	})
}

// TestAPauseStopsHintsAndPasses: nothing is written while writes are paused, whoever wants to.
func TestAPauseStopsHintsAndPasses(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 1), settings{}, func(r *rig) {
		k, j := r.recorded()
		r.someone("new")
		r.join("qs:t000", "new")
		if _, err := j.Record(context.Background(), plan.Entry{What: plan.PauseBegan, Text: "a test"}); err != nil {
			t.Fatal(err)
		}
		n := r.writes(func() {
			if got := r.hint(k, "new"); got.Report.Paused.IsZero() || got.Report.NotReached != 2 {
				t.Errorf("the hint: %+v", got.Report)
			}
			result, err := k.Pass(context.Background(), tenancy.Cause{})
			if err != nil || result.Report.Paused.IsZero() {
				t.Errorf("the pass: %+v, %v", result.Report, err)
			}
		})
		if n != 0 {
			t.Errorf("%d writes during a pause", n)
		}
		if _, err := j.Record(context.Background(), plan.Entry{What: plan.PauseEnded}); err != nil {
			t.Fatal(err)
		}
		if got := r.hint(k, "new"); got.Report.Done != 2 {
			t.Errorf("after the pause: %+v", got.Report)
		}
	})
}

// TestALeaverIsToldAtOnce: somebody leaves their group, and the journal is too young to take anybody out by itself.
// It is said at once that they still have access, and what ends it.
func TestALeaverIsToldAtOnce(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 3), settings{}, func(r *rig) {
		k, _ := r.recorded()
		r.leave("qs:t000", "t000.001")
		news := r.hint(k, "t000.001").News
		for _, h := range news {
			if h.Code != plan.YoungJournal || !h.Access || h.Ends == "" {
				t.Errorf("told of %+v", h)
			}
		}
		if len(news) == 0 || len(r.hint(k, "t000.001").News) > 0 {
			t.Errorf("told %d times at first", len(news))
		}
	})
}
