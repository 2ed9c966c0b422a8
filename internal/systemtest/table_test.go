package systemtest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/journal/journaltest"
	"github.com/tenantry/tenantry/internal/plan"
)

// historyTable is the table of the tests' journals.
func historyTable() world.ItemTableSeed {
	return world.ItemTableSeed{Name: "history", ItemTableSettings: world.ItemTableSettings{PartitionKey: "journal", SortKey: "row"}}
}

// journalOver opens the journal in the table by a way to AWS, with the SDK.
func journalOver(to http.RoundTripper, reading bool) (*journal.Journal, error) {
	aws, err := awsapi.New(context.Background(), awsapi.Options{
		AccountID: account, Region: region, StoreID: store, HTTPClient: &http.Client{Transport: to},
		Credentials: &awsapi.Credentials{AccessKeyID: "AKIASIMULATED0000001", SecretAccessKey: "simulated"},
	})
	if err != nil {
		return nil, err
	}
	spec := journal.Spec{Place: "dynamodb:history", Account: account, Store: store, Reading: reading, Table: aws.Table("history")}
	return journal.Open(context.Background(), spec)
}

// tableJournal opens the journal in the table by a process's line.
func (r *rig) tableJournal(l *line) *journal.Journal {
	r.Helper()
	j, err := journalOver(l, false)
	if err != nil {
		r.Fatalf("opening the history: %v", err)
	}
	return j
}

// dynamo makes a world with nothing but the table.
func dynamo(t testing.TB, hook awssim.Hook) *awssim.Sim {
	t.Helper()
	b := world.DefaultBehaviour()
	// What is not read consistently is a minute old.
	b.StaleReads = map[string]world.Duration{"dynamodb": world.Duration(time.Minute)}
	sim, err := awssim.New(world.Seed{AccountID: account, QuickSight: world.QuickSightSeed{IdentityRegion: region}, Tables: []world.ItemTableSeed{historyTable()}, Behaviour: &b}, awssim.Options{Fault: hook})
	if err != nil {
		t.Fatal(err)
	}
	return sim
}

// TestTableJournal: the journal in a table passes the suite of all journals, by the real SDK.
func TestTableJournal(t *testing.T) {
	t.Parallel()
	journaltest.Suite{Shared: true, Begin: func(t testing.TB) journaltest.Opener {
		sim := dynamo(t, nil)
		return func(reading bool) (*journal.Journal, error) { return journalOver(sim, reading) }
	}}.Run(t)
}

const commits, gets, queries = "dynamodb:TransactWriteItems", "dynamodb:GetItem", "dynamodb:Query"

func dynamoError(status int, code string) *wire.Error {
	return wire.Errorf(status, code, "%s", code).With("__type", "com.amazonaws.dynamodb.v20120810#"+code)
}

// cancelledBecause is the error of a transaction that was cancelled for a reason.
func cancelledBecause(reason string) *wire.Error {
	return dynamoError(400, "TransactionCanceledException").With("CancellationReasons", []map[string]string{{"Code": reason, "Message": reason}, {"Code": "None"}})
}

// TestS16TableJournalFaults: whatever goes wrong with a call, a few times over, what was to be recorded is recorded, once.
func TestS16TableJournalFaults(t *testing.T) {
	t.Parallel()
	for name, hook := range map[string]awssim.Hook{
		"a 500 after the commit":       awssim.Between(2, 3, commits, awssim.FailAfter(commits, dynamoError(500, "InternalServerError"))),
		"a 500 before it":              awssim.Between(2, 4, commits, awssim.FailBefore(commits, dynamoError(500, "InternalServerError"))),
		"a 503":                        awssim.Between(2, 4, commits, awssim.FailBefore(commits, dynamoError(503, "ServiceUnavailable"))),
		"a connection that breaks":     awssim.Between(2, 3, commits, awssim.DropAfter(commits)),
		"half an answer":               awssim.Between(2, 3, commits, awssim.Truncate(commits)),
		"a commit that is late":        awssim.Nth(2, commits, awssim.CommitLate(commits, 15*time.Second)),
		"a table that throttles":       awssim.Between(2, 6, commits, awssim.FailBefore(commits, dynamoError(400, "ProvisionedThroughputExceededException"))),
		"an item that is throttled":    awssim.Between(2, 6, commits, awssim.FailBefore(commits, cancelledBecause("ThrottlingError"))),
		"transactions that meet":       awssim.Between(2, 9, commits, awssim.FailBefore(commits, cancelledBecause("TransactionConflict"))),
		"it is still at it":            awssim.Between(2, 4, commits, awssim.FailBefore(commits, dynamoError(400, "TransactionInProgressException"))),
		"lost, and sent again":         awssim.Between(2, 12, commits, awssim.FailAfter(commits, dynamoError(500, "InternalServerError"))),
		"rows that are half an answer": awssim.Faults(awssim.Between(1, 3, queries, awssim.Truncate(queries)), awssim.Between(1, 3, gets, awssim.Truncate(gets))),
		"rows that do not come":        awssim.Faults(awssim.Between(1, 3, queries, awssim.DropBefore(queries)), awssim.Between(1, 3, gets, awssim.FailBefore(gets, dynamoError(500, "InternalServerError")))),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim := dynamo(t, hook)
				open := func(reading bool) (*journal.Journal, error) { return journalOver(sim, reading) }
				j, other := journaltest.Open(t, open), journaltest.Open(t, open)
				for i := range 6 {
					journaltest.Record(t, j, journaltest.Registered("ana", "acme"), journaltest.Registered("ben", "acme"))
					journaltest.Record(t, other, journaltest.Registered("eve", "acme"))
					if n := len(journaltest.Entries(t, j, journal.Filter{})); n != 3*(i+1) {
						t.Fatalf("after %d times there are %d records", i+1, n)
					}
				}
				if v := journaltest.Verify(t, j); !v.OK() || v.Records != 18 {
					t.Errorf("the verdict is %+v", v)
				}
			})
		})
	}
}

// TestTableJournalCannotBeUsed: what cannot be mended by trying is an error that says what to do, and nothing may be written
// to AWS then.
func TestTableJournalCannotBeUsed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err  *wire.Error
		is   error
		hint string
	}{
		"no table": {wire.Errorf(400, "ResourceNotFoundException", "Requested resource not found"), plan.ErrNotFound, "create-table"},
		"denied":   {wire.Errorf(400, "AccessDeniedException", "User is not authorized"), plan.ErrDenied, "dynamodb:PutItem"},
		"expired":  {awssim.ExpiredToken(), plan.ErrCredentials, "sign in again"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wrong := false
				sim := dynamo(t, func(c awssim.Call) awssim.Fault {
					if wrong && c.Phase == awssim.BeforeEffect {
						return awssim.Fault{Err: tt.err}
					}
					return awssim.Fault{}
				})
				open := func(reading bool) (*journal.Journal, error) { return journalOver(sim, reading) }
				j := journaltest.Open(t, open)
				wrong = true
				_, opened := open(true)
				_, recorded := j.Record(t.Context(), journaltest.Registered("ana", "acme"))
				_, paused := j.Pause(t.Context())
				_, lost := j.Losses(t.Context(), time.Now())
				for what, err := range map[string]error{"opening": opened, "recording": recorded, "the pause": paused, "the losses": lost} {
					hinter, ok := errors.AsType[interface {
						error
						Hint() string
					}](err)
					if !errors.Is(err, tt.is) || !ok || !strings.Contains(hinter.Hint(), tt.hint) {
						t.Errorf("%s: %v", what, err)
					}
				}
			})
		})
	}
}

// TestTableJournalOfAnotherShape: a table with other keys, or items that are no journal's, is not written to.
func TestTableJournalOfAnotherShape(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*world.ItemTableSeed){
		"other keys":  func(s *world.ItemTableSeed) { s.PartitionKey = "id" },
		"no sort key": func(s *world.ItemTableSeed) { s.SortKey = "" },
		"an item": func(s *world.ItemTableSeed) {
			s.Items = []world.Item{{"journal": []byte(`{"S": "` + account + `/` + store + `"}`), "row": []byte(`{"S": "head"}`)}}
		},
	} {
		seed := world.Seed{AccountID: account, QuickSight: world.QuickSightSeed{IdentityRegion: region}, Tables: []world.ItemTableSeed{historyTable()}}
		spoil(&seed.Tables[0])
		sim, err := awssim.New(seed, awssim.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := journalOver(sim, false); !errors.Is(err, plan.ErrDiffers) {
			t.Errorf("%s: %v", name, err)
		}
		if n := sim.Calls()[commits]; n != 0 {
			t.Errorf("%s: %d commits", name, n)
		}
	}
}

// TestTableJournalCost prints what docs/journal.md says of the calls that a journal in a table costs.
func TestTableJournalCost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sim := dynamo(t, nil)
		open := func(reading bool) (*journal.Journal, error) { return journalOver(sim, reading) }
		j := journaltest.Open(t, open)
		cost := func(what, want string, do func() error) {
			before := sim.Calls()
			if err := do(); err != nil {
				t.Fatal(err)
			}
			var made []string
			for op, n := range minus(sim.Calls(), before) {
				for range n {
					made = append(made, strings.TrimPrefix(op, "dynamodb:"))
				}
			}
			slices.Sort(made)
			got := strings.Join(made, " ")
			if t.Logf("%-40s %s", what, got); got != want {
				t.Errorf("%s costs %q, want %q", what, got, want)
			}
		}
		losses := func() error { _, err := j.Losses(t.Context(), time.Now()); return err }
		cost("open", "DescribeTable GetItem", func() error { journaltest.Open(t, open); return nil })
		cost("Record", "TransactWriteItems", func() error { journaltest.Record(t, j, journaltest.Registered("ana", "acme")); return nil })
		cost("open, with records", "DescribeTable GetItem Query", func() error { journaltest.Open(t, open); return nil })
		cost("Pause", "GetItem", func() error { _, err := j.Pause(t.Context()); return err })
		cost("Losses, the first time", "GetItem Query", losses)
		cost("Losses", "Query", losses)
		other := journaltest.Open(t, open)
		journaltest.Record(t, other, journaltest.Registered("ben", "acme"))
		cost("Pause and Record behind another's", "GetItem Query TransactWriteItems", func() error {
			_, err := j.Pause(t.Context())
			journaltest.Record(t, j, journaltest.Registered("eve", "acme"))
			return err
		})
	})
}
