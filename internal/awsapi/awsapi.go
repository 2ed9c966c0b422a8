// Package awsapi is tenantry's only way to AWS: everything that it reads there, everything that it
// writes, and how fast. No other package imports the AWS SDK.
//
// New makes an AWS, and an AWS hands out one small type for each need of the engine:
//
//	QuickSight  namespaces, users, groups, members, tags         reads
//	Directory   people, groups, members of the identity store    reads
//	Roles       IAM roles under a path                            reads
//	Preflight   whose credentials, which subscription, which store reads
//	Writer      Do(change): makes one plan.Change so               the only writes
//
// # Reads are complete, or fail
//
// Every list goes through walk (pages.go). A page without rows that has a token goes on. A token
// that was seen before, a token that AWS no longer takes, and an error part-way begin the list anew,
// a few times; a list that will not end is an error. What was read is never answered as if it were
// all. The SDK's own paginators are not used: they take a repeated token for the end.
//
// # Writes are made so
//
// The creates of QuickSight have no idempotency tokens. Whether a write whose answer was lost (a
// time-out, a broken connection, a 5xx) has happened can only be read. So Writer.Do follows each
// ambiguous answer with a read of that very object, and writes again only when the object is not
// there (settle.go). Where the reading fails too, the object stays in doubt, and the next Do about it
// begins by reading. ResourceExists is not a failure: it means describe and compare.
//
// # One layer of retries
//
// The SDK's attempt loop, with the retryer of retry.go, is the only one that sends a call again as it
// was. It does so after a throttle, for every call, since a throttled call had no effect; and after a
// 5xx or a broken connection for reads. LimitExceeded, which the SDK takes for a throttle, is a quota
// that is used up: it is never retried. Retries are paid for from a purse that calls fill, a tenth of
// a call each.
//
// # One rate for each service
//
// Quotas of QuickSight are not published, and others use them too. pace.go discovers what is to be
// had, and waits before each attempt; it is told of each throttle. Nothing else in the program waits
// for AWS's sake.
//
// # Errors
//
// An answer of AWS's becomes a *CallError: what was being done, the code, the message and the request
// id. The ones that a program or a person can act on are types of their own (*DeniedError,
// *CredentialsError, *IdentityRegionError, *SubscriptionError, *StoreError), and say in Hint what
// mends them. Errors of writes wrap the failures of package plan. No error holds an e-mail address
// or a session name: whoever asked for the write knows whom it is about.
package awsapi

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// AWS holds the clients and their rates. Make it with New. It may be used from several goroutines
// at once, and so may everything that it hands out.
type AWS struct {
	account tenancy.AccountID
	region  string
	store   tenancy.StoreID
	storeIn string

	quicksight *quicksight.Client // its reads
	changes    *quicksight.Client // its writes, which are not sent twice
	directory  *identitystore.Client
	iam        *iam.Client
	sts        *sts.Client

	paces  map[string]*pace
	writer *Writer
}

// New makes an AWS. It calls nothing, except what the SDK reads to find the machine's own
// configuration and credentials when o.Credentials is nil; only that can fail.
func New(ctx context.Context, o Options) (*AWS, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	account, store, err := o.configs(ctx)
	if err != nil {
		return nil, err
	}
	a := &AWS{
		account: o.AccountID, region: o.Region, store: o.StoreID, storeIn: o.StoreRegion,
		paces: map[string]*pace{
			serviceQuickSight:    newPace(o.QuickSightRate.or(10)),
			serviceIdentityStore: newPace(o.IdentityStoreRate.or(20)),
			serviceIAM:           newPace(Rate{Start: 5}),
			serviceSTS:           newPace(Rate{Start: 5}),
		},
	}
	for _, p := range a.paces {
		p.attemptTimeout = o.timeout()
		p.observe = o.Observe
	}
	a.quicksight = quicksight.NewFromConfig(account, func(q *quicksight.Options) {
		q.Retryer = newRetryer(true)
		q.APIOptions = append(q.APIOptions, a.paces[serviceQuickSight].install)
	})
	a.changes = quicksight.NewFromConfig(account, func(q *quicksight.Options) {
		q.Retryer = newRetryer(false)
		q.APIOptions = append(q.APIOptions, a.paces[serviceQuickSight].install)
	})
	a.directory = identitystore.NewFromConfig(store, func(d *identitystore.Options) {
		d.Retryer = newRetryer(true)
		d.APIOptions = append(d.APIOptions, a.paces[serviceIdentityStore].install)
	})
	a.iam = iam.NewFromConfig(account, func(i *iam.Options) {
		i.Retryer = newRetryer(true)
		i.APIOptions = append(i.APIOptions, a.paces[serviceIAM].install)
	})
	a.sts = sts.NewFromConfig(account, func(s *sts.Options) {
		s.Retryer = newRetryer(true)
		s.APIOptions = append(s.APIOptions, a.paces[serviceSTS].install)
	})
	a.writer = &Writer{aws: a, doubts: make(map[string]struct{})}
	return a, nil
}

// The names that AWS signs the services' calls with.
const (
	serviceQuickSight    = "quicksight"
	serviceIdentityStore = "identitystore"
	serviceIAM           = "iam"
	serviceSTS           = "sts"
)

// QuickSight reads QuickSight.
func (a *AWS) QuickSight() *QuickSight { return &QuickSight{a} }

// Directory reads the identity store.
func (a *AWS) Directory() *Directory { return &Directory{a} }

// Roles finds IAM roles, in the account of QuickSight.
func (a *AWS) Roles() *Roles { return &Roles{a} }

// Preflight learns what must be known before anything else is asked.
func (a *AWS) Preflight() *Preflight { return &Preflight{a} }

// Writer writes to QuickSight. It is always the same one: it remembers which objects are in doubt.
func (a *AWS) Writer() *Writer { return a.writer }

// Pace is how fast a service is being called.
type Pace struct {
	Service   string        // "quicksight", "identitystore", "iam", "sts"
	PerSecond float64       // the rate that calls are held to, now
	Known     bool          // the service has throttled, so that its quota is about known
	Calls     int           // attempts sent
	Throttled int           // of them, throttled
	Paused    time.Duration // for how long AWS has asked for nothing to be sent
}

// Paces says how fast the services are being called, sorted by service.
func (a *AWS) Paces() []Pace {
	var all []Pace
	for _, service := range []string{serviceIAM, serviceIdentityStore, serviceQuickSight, serviceSTS} {
		p := a.paces[service].state()
		p.Service = service
		all = append(all, p)
	}
	return all
}
