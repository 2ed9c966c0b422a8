package systemtest

import (
	"context"
	"slices"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/explain"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
)

// rolled folds a whole history.
func (r *rig) rolled(j *journal.Journal) *explain.Roll {
	r.Helper()
	roll := &explain.Roll{}
	for record, err := range j.Entries(context.Background(), journal.Filter{}) {
		if err != nil {
			r.Fatalf("reading the history: %v", err)
		}
		roll.Note(explain.Told{Seq: record.Seq, At: record.Time.Unix(), Entry: record.Entry})
	}
	return roll
}

// isAsRolled compares what a history tells of tenants with what QuickSight has.
func (r *rig) isAsRolled(j *journal.Journal, namespaces ...string) {
	r.Helper()
	roll := r.rolled(j)
	for _, n := range namespaces {
		var told []string
		for _, e := range roll.In(n) {
			u, there := r.user(n, string(e.User))
			switch {
			case e.Doubt != nil:
				r.Errorf("%s in %s: nobody knows whether they are there: %+v", e.User, n, e.Doubt)
			case !there || u.Role != string(e.Role):
				r.Errorf("%s in %s is told to be there as %s, and is there %v as %s", e.User, n, e.Role, there, u.Role)
			}
			for _, g := range e.Groups {
				if !slices.Contains(r.members(n, g), string(e.User)) {
					r.Errorf("%s is told to be in %s of %s, and is not", e.User, g, n)
				}
			}
			told = append(told, string(e.User))
		}
		if got := len(r.users(n)); got != len(told) {
			r.Errorf("%s has %d users, and is told to have %d: %v", n, got, len(told), told)
		}
	}
}

// TestAsOf: after each run, the history folded from its beginning gives who is registered in the tenants, as what, and in
// which groups: people who come, are raised, leave and move; and what was cut off by errors and done again.
func TestAsOf(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		j := r.history()
		p := r.start()
		p.app.Recorder = j
		p.allow = leavers
		p.mustApply()
		r.isAsRolled(j, "t000", "t001")

		r.join("qs:t000:authors", "t000.000")
		r.leave("qs:t000", "t000.001")
		r.leave("qs:t001", "t001.002")
		p.mustApply()
		r.isAsRolled(j, "t000", "t001")

		r.someone("newcomer")
		r.join("qs:t001", "newcomer")
		r.suffer(awssim.FailAfter("quicksight:RegisterUser", awssim.InternalFailure()))
		p.mustPlan()
		p.app.Apply(context.Background(), p.last, nil)
		r.suffer()
		p.mustApply()
		r.isAsRolled(j, "t000", "t001")
		if gone := slices.ContainsFunc(r.rolled(j).In(""), func(e explain.Entry) bool { return e.User == "QuickSight/t001.002" }); gone {
			t.Error("who has left is told to be there")
		}
	})
}

// TestAsOfAMoment: before somebody leaves they are told to be there, and afterwards not.
func TestAsOfAMoment(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		j := r.history()
		p := r.start()
		p.app.Recorder = j
		p.mustApply()
		var between explain.Roll
		for record, err := range j.Entries(context.Background(), journal.Filter{}) {
			if err != nil {
				t.Fatal(err)
			}
			if record.What == plan.Done && record.Kind == plan.KindRegister {
				break
			}
			between.Note(explain.Told{Seq: record.Seq, At: record.Time.Unix(), Entry: record.Entry})
		}
		for _, e := range between.In("") {
			if e.Doubt == nil {
				t.Errorf("before anybody was registered, %s is told to be there", e.User)
			}
		}
	})
}
