package journal_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/journal/journaltest"
)

func specAt(place string) journal.Spec {
	return journal.Spec{Place: place, Account: journaltest.Account, Store: journaltest.Store}
}

// opener opens the journal of a Spec.
func opener(spec journal.Spec) journaltest.Opener {
	return func(reading bool) (*journal.Journal, error) {
		spec := spec // many open it at once
		spec.Reading = reading
		return journal.Open(context.Background(), spec)
	}
}

func TestMemory(t *testing.T) {
	journaltest.Suite{Begin: func(testing.TB) journaltest.Opener { return opener(specAt("memory")) }}.Run(t)
}

func TestSQLite(t *testing.T) {
	journaltest.Suite{Shared: true, Begin: func(t testing.TB) journaltest.Opener {
		return opener(specAt("sqlite:" + filepath.Join(t.TempDir(), "journal.db")))
	}}.Run(t)
}

func inTable(table journal.Table) journal.Spec {
	spec := specAt("dynamodb:history")
	spec.Table = table
	return spec
}

func TestTable(t *testing.T) {
	journaltest.Suite{Shared: true, Begin: func(testing.TB) journaltest.Opener {
		return opener(inTable(&journaltest.Table{Identity: "t-1"}))
	}}.Run(t)
}
