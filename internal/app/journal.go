package app

import (
	"context"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/journal"
)

var _ journal.Table = (*awsapi.Table)(nil)

// OpenJournal opens the history of a configuration, and begins it where there is none. It calls nothing in AWS, but for a
// history in DynamoDB, which it reaches as o says. Where the history cannot be used, the error knows what to do about it
// (Hint).
func OpenJournal(ctx context.Context, c *config.Config, o Options) (*journal.Journal, error) {
	return openJournal(ctx, c, o, false)
}

// ReadJournal opens the history of a configuration to be read, with no more rights than that: nothing is begun or noted, and
// nothing can be recorded. The error is fs.ErrNotExist where nothing was ever recorded.
func ReadJournal(ctx context.Context, c *config.Config, o Options) (*journal.Journal, error) {
	return openJournal(ctx, c, o, true)
}

func openJournal(ctx context.Context, c *config.Config, o Options, reading bool) (*journal.Journal, error) {
	spec := journal.Spec{Place: c.Journal.Place(), Account: c.QuickSight.AccountID, Store: c.IdentityCenter.StoreID, Reading: reading}
	if c.Journal.Table != "" {
		options := awsOptions(c, o)
		options.Observe = o.Observe
		aws, err := awsapi.New(ctx, options)
		if err != nil {
			return nil, err
		}
		spec.Table = aws.Table(c.Journal.Table)
	}
	return journal.Open(ctx, spec)
}
