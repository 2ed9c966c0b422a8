// Package journaltest is the suite of tests that every store of a journal passes, with the means to test one that is kept
// in a table: a table in memory (Table), to which things can be done that happen to tables.
//
// It knows no SDK: the store in a table passes it twice, over this table in its own package, and over the real SDK and a
// simulated DynamoDB in systemtest.
package journaltest

import (
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Account and Store are whose journals the suite's are.
const (
	Account = tenancy.AccountID("111122223333")
	Store   = tenancy.StoreID("d-1234567890")
)

// Opener opens a journal, the same one each time, as one process after another does. With
// reading it is opened to be read.
type Opener func(reading bool) (*journal.Journal, error)

// Suite is the suite for one kind of store.
type Suite struct {
	// Begin makes a place in which no journal is yet. It is called within a bubble of fake time, or outside.
	Begin func(t testing.TB) Opener
	// Shared says that the journal outlives who opens it, and that several may have it open.
	Shared bool
}

// cases are what every store must do.
var cases = []struct {
	name string
	run  func(*testing.T, Suite)
}{
	{"S21 what was recorded is read", whatWasRecordedIsRead},
	{"filter", filter},
	{"filter by what", filterByWhat},
	{"pause", pause},
	{"gains", gains},
	{"S7 losses", losses},
	{"record refuses", recordRefuses},
	{"verify with notes", verifyWithNotes},
	{"held since", heldSince},
	{"S21 much at once", muchAtOnce},
}

// sharedCases are what those must do that several have open.
var sharedCases = []struct {
	name string
	run  func(*testing.T, Suite)
}{
	{"born is kept", bornIsKept},
	{"reading makes nothing", readingMakesNothing},
	{"a pause is shared", pauseIsShared},
	{"S7 losses are shared", lossesAreShared},
	{"S7 a young process knows the day", aYoungProcessKnowsTheDay},
	{"S21 many found one journal", manyFoundOne},
	{"S21 writers at once", writersAtOnce},
}

// Run runs the suite.
func (s Suite) Run(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(t, s) })
	}
	for _, c := range sharedCases {
		if s.Shared {
			t.Run(c.name, func(t *testing.T) { c.run(t, s) })
		}
	}
}

// in runs a test with an empty journal, in a bubble of fake time.
func (s Suite) in(t *testing.T, test func(t *testing.T, j *journal.Journal)) {
	synctest.Test(t, func(t *testing.T) { test(t, Open(t, s.Begin(t))) })
}

// inPlace runs a test with a place in which there is no journal, in a bubble of fake time.
func (s Suite) inPlace(t *testing.T, test func(t *testing.T, open Opener)) {
	synctest.Test(t, func(t *testing.T) { test(t, s.Begin(t)) })
}

// Open opens a journal, until the test ends.
func Open(t testing.TB, open Opener) *journal.Journal {
	t.Helper()
	j, err := open(false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

// Record records entries, and answers the number of the first.
func Record(t testing.TB, j *journal.Journal, entries ...plan.Entry) int64 {
	t.Helper()
	first, err := j.Record(t.Context(), entries...)
	if err != nil {
		t.Fatal(err)
	}
	return first
}

// Entries are the records that a filter wants.
func Entries(t testing.TB, j *journal.Journal, f journal.Filter) []journal.Record {
	t.Helper()
	var all []journal.Record
	for r, err := range j.Entries(t.Context(), f) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// Verify verifies a journal.
func Verify(t testing.TB, j *journal.Journal, notes ...journal.Head) journal.Verdict {
	t.Helper()
	v, err := j.Verify(t.Context(), notes...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Registered tells that somebody was registered.
func Registered(person, namespace string) plan.Entry {
	return plan.Entry{
		What: plan.Done, Run: "p-1", Cause: tenancy.Cause{Kind: tenancy.ByPass, ID: "p-1"}, Kind: plan.KindRegister,
		Namespace: namespace, Person: tenancy.PersonID("id-" + person), Object: "QuickSight/" + person, After: "READER", Request: "r-" + person,
	}
}
