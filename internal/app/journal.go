package app

import (
	"context"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/journal"
)

// OpenJournal opens the history of a configuration, and begins it where there is none. It calls nothing
// in AWS. Where the file cannot be used, the error is a *journal.Error, which knows what to do about it.
func OpenJournal(ctx context.Context, c *config.Config) (*journal.Journal, error) {
	return journal.Open(ctx, journalOf(c))
}

// ExistingJournal opens the history of a configuration where there is one, and makes nothing. The error
// is fs.ErrNotExist where nothing was ever recorded.
func ExistingJournal(ctx context.Context, c *config.Config) (*journal.Journal, error) {
	spec := journalOf(c)
	spec.Existing = true
	return journal.Open(ctx, spec)
}

func journalOf(c *config.Config) journal.Spec {
	return journal.Spec{Place: c.Journal.Place(), Account: c.QuickSight.AccountID, Store: c.IdentityCenter.StoreID}
}
