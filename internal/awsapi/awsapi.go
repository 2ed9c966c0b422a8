// Package awsapi is tenantry's only way to AWS: everything that it reads there, everything that it
// writes, and how fast. No other package imports the AWS SDK.
//
// New makes an AWS, and an AWS hands out one small type for each need of the engine:
//
//	QuickSight  namespaces, users, groups, members, tags         reads
//	Assets      what people own there, and who may do what    reads
//	Directory   people, groups, members of the identity store    reads
//	Roles       IAM roles under a path                            reads
//	Preflight   whose credentials, which subscription, which store reads
//	Inbox       messages of an SQS queue: receives, deletes, sets aside
//	Table       rows of a DynamoDB table, for the journal: reads, and commits
//	Writer      Do(change): makes one plan.Change so               the only writes to QuickSight
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
// begins by reading. ResourceExists is not a failure: it means describe and compare. Nor is NotFound,
// of what was to be removed.
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
// for AWS's sake. Who goes next is a matter of priority (lanes.go): At(Urgent) and At(Soon) go ahead
// of bulk work, and find places free for them.
//
// # Errors
//
// An answer of AWS's becomes a *CallError: what was being done, the code, the message and the request
// id. The ones that a program or a person can act on are types of their own (*DeniedError,
// *CredentialsError, *IdentityRegionError, *SubscriptionError, *StoreError, *QueueError), and say in Hint what
// mends them. Errors of writes wrap the failures of package plan. No error holds an e-mail address,
// a session name or the body of a message: whoever asked for the write knows whom it is about.
package awsapi

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// AWS holds the clients and their rates. Make it with New. It may be used from several goroutines
// at once, and so may everything that it hands out.
type AWS struct {
	account tenancy.AccountID
	region  string
	store   tenancy.StoreID
	storeIn string
	events  aws.Config // of queues, without their Region
	own     aws.Config // of the process itself, whatever roles it assumes
	home    aws.Config // of QuickSight's account
	center  aws.Config // of Identity Center
	apart   bool       // the two are reached by different roles

	clients
	priority Priority
	paces    map[string]*pace
	writer   *Writer
	views    *[priorities]*AWS // one for each priority, itself among them
}

// New makes an AWS, whose calls are bulk work. It calls nothing, except what the SDK reads to find the
// machine's own configuration and credentials when o.Credentials is nil; only that can fail.
func New(ctx context.Context, o Options) (*AWS, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	configs, err := o.configs(ctx)
	if err != nil {
		return nil, err
	}
	base := AWS{
		account: o.AccountID, region: o.Region, store: o.StoreID, storeIn: o.StoreRegion, events: configs.events, own: configs.own,
		home: configs.account, center: configs.store, apart: o.QuickSightRole != o.IdentityCenterRole,
		paces: o.paces(), views: new([priorities]*AWS),
	}
	doubts := newDoubts()
	for i := range base.views {
		view := base
		view.priority = Priority(i)
		view.clients = connect(&o, configs, base.paces, view.priority)
		view.writer = &Writer{aws: &view, doubts: doubts}
		base.views[i] = &view
	}
	return base.At(Bulk), nil
}

// At is the same AWS with another priority: its calls, the writer's too, go ahead of those of lower
// ones. All of them share the rates, and what is known of objects in doubt. Retries are paid for
// apart, so that bulk work in trouble leaves the others theirs.
func (a *AWS) At(p Priority) *AWS { return a.views[p] }

// The names that AWS signs the services' calls with.
const (
	serviceQuickSight    = "quicksight"
	serviceIdentityStore = "identitystore"
	serviceIAM           = "iam"
	serviceSTS           = "sts"
	serviceSQS           = "sqs"
	serviceLambda        = "lambda"
	serviceSSO           = "sso"
	serviceTrail         = "cloudtrail"
	serviceTrails        = "cloudtrail trails" // signed as cloudtrail, with a quota of its own
	serviceEvents        = "events"
	serviceDynamoDB      = "dynamodb"
)

// QuickSight reads QuickSight.
func (a *AWS) QuickSight() *QuickSight { return &QuickSight{a} }

// Assets reads what people have made in QuickSight.
func (a *AWS) Assets() *Assets { return &Assets{a} }

// Directory reads the identity store.
func (a *AWS) Directory() *Directory { return &Directory{a} }

// Roles finds IAM roles, in the account of QuickSight.
func (a *AWS) Roles() *Roles { return &Roles{a} }

// Preflight learns what must be known before anything else is asked.
func (a *AWS) Preflight() *Preflight { return &Preflight{a} }

// Writer writes to QuickSight. It remembers which objects are in doubt, with those of At.
func (a *AWS) Writer() *Writer { return a.writer }

// Pace is how fast a service is being called.
type Pace struct {
	Service   string        // "quicksight", "identitystore", "iam", "sqs", "sts"
	PerSecond float64       // the rate that calls are held to, now
	Known     bool          // the service has throttled, so that its quota is about known
	Calls     int           // attempts sent
	Throttled int           // of them, throttled
	Paused    time.Duration // for how long AWS has asked for nothing to be sent
}

// Paces says how fast the services are being called, sorted by service.
func (a *AWS) Paces() []Pace {
	var all []Pace
	for _, service := range []string{serviceIAM, serviceIdentityStore, serviceQuickSight, serviceSQS, serviceSTS} {
		p := a.paces[service].state()
		p.Service = service
		all = append(all, p)
	}
	return all
}
