package journal

import (
	"testing"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func specAt(place string) Spec {
	return Spec{Place: place, Account: "111122223333", Store: "d-1234567890"}
}

func open(t testing.TB, spec Spec) *Journal {
	t.Helper()
	j, err := Open(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func record(t testing.TB, j *Journal, entries ...plan.Entry) int64 {
	t.Helper()
	first, err := j.Record(t.Context(), entries...)
	if err != nil {
		t.Fatal(err)
	}
	return first
}

func entries(t testing.TB, j *Journal, f Filter) []Record {
	t.Helper()
	var all []Record
	for r, err := range j.Entries(t.Context(), f) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func verify(t testing.TB, j *Journal, notes ...Head) Verdict {
	t.Helper()
	v, err := j.Verify(t.Context(), notes...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func registered(person, namespace string) plan.Entry {
	return plan.Entry{
		What: plan.Done, Run: "p-1", Cause: tenancy.Cause{Kind: tenancy.ByPass, ID: "p-1"}, Kind: plan.KindRegister,
		Namespace: namespace, Person: tenancy.PersonID("id-" + person), Object: "QuickSight/" + person, After: "READER", Request: "r-" + person,
	}
}
