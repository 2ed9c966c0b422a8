// Package app puts the rooms together: a configuration becomes an engine over AWS. It is the one
// place that knows all of them, and where the compiler checks that what awsapi offers is what the
// engine needs.
//
// Whoever holds an App (a command, a test) need not know what it is made of. A Daemon (daemon.go) is an
// App that lives on: it listens to the queue of events, and makes passes. A Lambda (lambda.go) is the same
// as AWS Lambda functions.
// Making one calls nothing and touches nothing but the machine's AWS configuration, and
// not even that when it is given credentials of its own, as the demo and the tests do.
package app

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// The fit of mechanism and policy.
var (
	_ engine.QuickSight     = (*awsapi.QuickSight)(nil)
	_ engine.IdentityCenter = (*awsapi.Directory)(nil)
	_ engine.Roles          = (*awsapi.Roles)(nil)
	_ engine.Assets         = (*awsapi.Assets)(nil)
	_ engine.Catalogue      = (*awsapi.Catalogue)(nil)
	_ engine.Preflight      = (*awsapi.Preflight)(nil)
	_ engine.Writer         = (*awsapi.Writer)(nil)
	_ engine.Recorder       = (*journal.Journal)(nil)
)

// App is tenantry for one configuration.
type App struct {
	*engine.Engine
	AWS *awsapi.AWS
	// PassEvery is how often a Daemon makes a pass.
	PassEvery time.Duration

	keep  time.Duration // see Migration
	inbox Inbox         // nil without a queue
	bulk  atomic.Int64  // reads of passes

	watch  *watch  // what has been told
	ledger *ledger // whose a write is
}

// Options are what an App may be given besides its configuration. The zero Options mean the real
// AWS, in the SDK's ordinary way.
type Options struct {
	// Simulator, when it is set, is used instead of AWS: with credentials that are made up, and
	// nothing of the machine's own.
	Simulator *Simulator
	// Observe is told of every attempt of a call to AWS; nil is nobody.
	Observe func(awsapi.Call)
	// Journal keeps the history; nil keeps none.
	Journal engine.Recorder
	// Inbox is used in place of the configured queue; nil for that one.
	Inbox Inbox
	// Share is how much of the rates it may use, from 0 to 1; 0 is all.
	Share float64
	// AcceptedOn is the day for which acceptances are asked; zero is now.
	AcceptedOn time.Time
}

// Simulator says where a simulated AWS is.
type Simulator struct {
	Client   awsapi.HTTPClient // sends requests to it; nil for loopback
	Endpoint string            // its URL; "" with a Client that needs none
	// Rate is how many calls a second it is asked for at the start; 0 is as on AWS.
	Rate float64
	// Region is that of S3 and Systems Manager there, for whoever calls them: no configuration says it.
	Region string
}

// New makes an App. Only reading the machine's AWS configuration can fail.
func New(ctx context.Context, c *config.Config, o Options) (*App, error) {
	app := &App{PassEvery: c.Events.PassEvery, keep: c.Migrate.Keep}
	past, _ := o.Journal.(history) // nil where none is kept
	app.watch, app.ledger = newWatch(past), newLedger(past)
	options := awsOptions(c, o)
	options.Observe = func(call awsapi.Call) {
		if call.Priority == awsapi.Bulk && reads(call.Operation) {
			app.bulk.Add(1)
		}
		if o.Observe != nil {
			o.Observe(call)
		}
	}
	aws, err := awsapi.New(ctx, options)
	if err != nil {
		return nil, err
	}
	app.AWS, app.inbox = aws, o.Inbox
	if app.inbox == nil && c.Events.QueueURL != "" {
		app.inbox = aws.Inbox(c.Events.QueueURL)
	}
	today := o.AcceptedOn
	if today.IsZero() {
		today = time.Now()
	}
	e := &engine.Engine{
		QuickSight: aws.QuickSight(), IdentityCenter: aws.Directory(), Roles: aws.Roles(),
		Preflight: aws.Preflight(), Assets: aws.Assets(), Writer: aws.Writer(), Recorder: o.Journal,

		Account: c.QuickSight.AccountID, IdentityRegion: c.QuickSight.IdentityRegion,
		Rules: c.Rules, Config: c.Fingerprint, Rollout: c.Rollout,
		SamePrincipal: c.SamePrincipalInTwoNamespaces, CreateOnce: c.CreateOnce,
		AssetRegions:  c.QuickSight.AssetRegions,
		NewNamespaces: c.Limits.NewNamespacesPerDay, AdditionsPercent: c.Limits.AdditionsPercent,
		Automatic:      hazards(c.Automatic),
		TenantRemovals: c.Limits.TenantRemovals, AccountRemovals: c.Limits.AccountRemovals,
	}
	for _, a := range c.AcceptedOn(today) {
		e.Accepted = append(e.Accepted, engine.Accepted{Code: a.Code, Object: a.Object})
	}
	app.Engine = e
	return app, nil
}

func hazards(names []string) (all []plan.Hazard) {
	for _, name := range names {
		all = append(all, plan.Hazard(name))
	}
	return all
}

// Check is the engine's, and learns for the history who calls.
func (a *App) Check(ctx context.Context) (tenancy.Account, error) {
	account, err := a.Engine.Check(ctx)
	a.Actor = account.CallerARN
	return account, err
}

// passReads is how many reads passes have made.
func (a *App) passReads() int { return int(a.bulk.Load()) }

// reads reports whether an operation of the services that are called reads, by its name.
func reads(operation string) bool {
	return strings.HasPrefix(operation, "List") || strings.HasPrefix(operation, "Search") || strings.HasPrefix(operation, "Describe") || strings.HasPrefix(operation, "Get")
}

// quickSightRate is how many calls a second QuickSight is held to now.
func (a *App) quickSightRate() float64 {
	return paceOf(a.AWS, "quicksight").PerSecond
}

func awsOptions(c *config.Config, o Options) awsapi.Options {
	options := awsapi.Options{
		AccountID: c.QuickSight.AccountID, Region: c.QuickSight.IdentityRegion,
		AssetRegions: c.QuickSight.AssetRegions,
		StoreID:      c.IdentityCenter.StoreID, StoreRegion: c.IdentityCenter.Region,
		QuickSightRole:     assumed(c.QuickSight.AssumeRole),
		IdentityCenterRole: assumed(c.IdentityCenter.AssumeRole),
		EventsRole:         assumed(c.Events.AssumeRole),
		Share:              o.Share,
		QuickSightRate:     awsapi.Rate{Ceiling: c.Limits.QuickSightRate},
		IdentityStoreRate:  awsapi.Rate{Ceiling: c.Limits.IdentityStoreRate},
	}
	simulated(&options, o)
	return options
}

// simulated makes the options those of a simulator, where there is one.
func simulated(options *awsapi.Options, o Options) {
	if s := o.Simulator; s != nil {
		options.HTTPClient, options.Endpoint = s.Client, s.Endpoint
		options.Credentials = &awsapi.Credentials{AccessKeyID: "AKIASIMULATED0000001", SecretAccessKey: "simulated"}
		options.QuickSightRate.Start, options.IdentityStoreRate.Start = s.Rate, s.Rate
	}
}

func assumed(r *config.AssumeRole) awsapi.AssumeRole {
	if r == nil {
		return awsapi.AssumeRole{}
	}
	return awsapi.AssumeRole{RoleARN: r.Role.String(), ExternalID: r.ExternalID}
}
