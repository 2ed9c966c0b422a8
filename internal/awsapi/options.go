package awsapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Options say which account and which identity store are meant, and how to reach them.
type Options struct {
	AccountID tenancy.AccountID // of QuickSight
	Region    string            // the identity Region of QuickSight

	// AssetRegions are the Regions that people make assets in, "" for the identity Region; none is the
	// identity Region alone.
	AssetRegions []string

	StoreID     tenancy.StoreID
	StoreRegion string // the identity store's; "" is Region

	// QuickSightRole, IdentityCenterRole and EventsRole are assumed for the calls to QuickSight (and to
	// IAM and STS), to the identity store, and to SQS. The zero AssumeRole stays with the credentials as
	// they are.
	QuickSightRole     AssumeRole
	IdentityCenterRole AssumeRole
	EventsRole         AssumeRole

	QuickSightRate    Rate // starts at 10 calls a second
	IdentityStoreRate Rate // starts at 20 calls a second

	// Share is the part of these rates, and of the usual ones, that is this process's own, where others
	// call for the same account; 0 is all of them. It is at most 1.
	Share float64

	// Observe is told of every attempt of a call. It may be called from several goroutines at once,
	// and must be quick. nil is nobody.
	Observe func(Call)

	// Credentials, when they are set, are used instead of the machine's own: then the SDK reads
	// neither environment nor files, for credentials or for anything else.
	Credentials *Credentials
	// Endpoint is where all services are, a URL. It needs Credentials: nothing of the machine's
	// own is sent to an endpoint that was made up.
	Endpoint string
	// HTTPClient sends the requests; nil is the SDK's own.
	HTTPClient HTTPClient
	// AttemptTimeout is how long one attempt may take; 0 is 30 seconds.
	AttemptTimeout time.Duration
}

// AssumeRole names a role to assume (STS AssumeRole).
type AssumeRole struct {
	RoleARN    string
	ExternalID string // "" is none
}

// HTTPClient sends requests, as *http.Client does.
type HTTPClient interface {
	Do(*http.Request) (*http.Response, error)
}

// Credentials are long-lived credentials, for the simulator. They never show when printed.
type Credentials struct {
	AccessKeyID, SecretAccessKey, SessionToken string
}

// String hides the credentials.
func (Credentials) String() string { return "(credentials)" }

// GoString hides the credentials.
func (Credentials) GoString() string { return "(credentials)" }

// Rate is how fast a service may be called, in calls a second.
type Rate struct {
	Ceiling float64 // never exceeded; 0 is none: the quota is discovered
	Start   float64 // where discovery begins; 0 is the service's usual start
}

// or fills in the start.
func (r Rate) or(start float64) Rate {
	if r.Start == 0 {
		r.Start = start
	}
	return r
}

func (r Rate) times(share float64) Rate {
	return Rate{Ceiling: r.Ceiling * share, Start: r.Start * share}
}

// paces are one for each service.
func (o *Options) paces() map[string]*pace {
	all := make(map[string]*pace)
	for service, rate := range map[string]Rate{
		serviceQuickSight:    o.QuickSightRate.or(10),
		serviceIdentityStore: o.IdentityStoreRate.or(20),
		serviceIAM:           {Start: 5},
		serviceSTS:           {Start: 5},
		serviceLambda:        {Start: 5},
		serviceSSO:           {Start: 5},
		serviceEvents:        {Start: 10},
		// "2 requests per second, per account, per Region" (CloudTrail API reference, LookupEvents).
		serviceTrail: {Ceiling: 2, Start: 2},
		// 10 a second for those that describe trails (CloudTrail user guide, "Quotas in AWS CloudTrail").
		serviceTrails: {Start: 5},
	} {
		p := newPace(rate.times(cmp.Or(o.Share, 1)))
		p.attemptTimeout, p.observe = o.timeout(), o.Observe
		all[service] = p
	}
	// SQS has no quota for standard queues that we could reach, and neither has DynamoDB for tables that are paid by
	// request; and queue and table are nobody else's.
	for _, service := range []string{serviceSQS, serviceDynamoDB} {
		p := newPace(Rate{Start: 300})
		p.attemptTimeout, p.observe = o.timeout(), o.Observe
		all[service] = p
	}
	all[serviceDynamoDB].attemptTimeout = min(o.timeout(), 10*time.Second) // it answers within milliseconds, or hardly at all
	return all
}

// assetRegions are the AssetRegions by their names.
func (o *Options) assetRegions() []string {
	if len(o.AssetRegions) == 0 {
		return []string{o.Region}
	}
	names := make([]string, len(o.AssetRegions))
	for i, region := range o.AssetRegions {
		names[i] = cmp.Or(region, o.Region)
	}
	return names
}

func (o *Options) timeout() time.Duration {
	if o.AttemptTimeout > 0 {
		return o.AttemptTimeout
	}
	return 30 * time.Second
}

func (o *Options) check() error {
	if o.StoreRegion == "" {
		o.StoreRegion = o.Region
	}
	for _, r := range []Rate{o.QuickSightRate, o.IdentityStoreRate} {
		if !(r.Ceiling >= 0) || !(r.Start >= 0) {
			return errors.New("set up aws: a rate is negative")
		}
	}
	switch {
	case !(o.Share >= 0 && o.Share <= 1):
		return errors.New("set up aws: the share is not between 0 and 1")
	case o.AccountID == "":
		return errors.New("set up aws: no account id")
	case o.Region == "":
		return errors.New("set up aws: no identity Region")
	case o.StoreID == "":
		return errors.New("set up aws: no identity store id")
	case o.Endpoint != "" && o.Credentials == nil:
		return errors.New("set up aws: an endpoint of one's own needs credentials of its own")
	}
	return nil
}

// configs are the SDK's configurations, for QuickSight's account, for the identity store, for the queue
// of events, and without any role assumed.
type configs struct{ account, store, events, own aws.Config }

func (o *Options) configs(ctx context.Context) (configs, error) {
	base, err := o.base(ctx)
	if err != nil {
		return configs{}, fmt.Errorf("read the aws configuration of this machine: %w", err)
	}
	if base.HTTPClient == nil { // each of the SDK's clients would make one of its own
		base.HTTPClient = awshttp.NewBuildableClient()
	}
	base.HTTPClient = oneClient{base.HTTPClient}
	base.Region = o.Region
	c := configs{base.Copy(), base.Copy(), base.Copy(), base.Copy()}
	c.store.Region = o.StoreRegion
	assume(&c.account, o.QuickSightRole)
	assume(&c.store, o.IdentityCenterRole)
	assume(&c.events, o.EventsRole)
	return c, nil
}

// oneClient sends for all of the SDK's clients, which make copies of an HTTP client whose kind they
// know: calls of all priorities share their connections.
type oneClient struct{ HTTPClient }

// Do sends a request. net/http looks for more of a body when it has sent all of it, and by then the answer may have come,
// upon which the SDK closes the body. Of a closed one its WriteTo says io.EOF, which net/http takes for a failed write: it
// closes the connection from under the answer. Read says io.EOF too, which is just what is looked for.
func (c oneClient) Do(r *http.Request) (*http.Response, error) {
	if err := sendable(r.URL); err != nil {
		return nil, err
	}
	if r.Body != nil && r.Body != http.NoBody {
		r = r.WithContext(r.Context()) // the SDK closes the body of its own
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return c.HTTPClient.Do(r)
}

// base is the SDK's configuration without a Region: the machine's own, or one made by hand that
// knows nothing of the machine.
func (o *Options) base(ctx context.Context) (aws.Config, error) {
	if o.Credentials != nil {
		return o.byHand(), nil
	}
	options := []func(*config.LoadOptions) error{config.WithRegion(o.Region), config.WithAppID("tenantry"), config.WithLogger(logging.Nop{})} // a line of text would be among JSON
	if o.HTTPClient != nil {
		options = append(options, config.WithHTTPClient(o.HTTPClient))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	// AWS_MAX_ATTEMPTS would cut the retries of throttled calls short.
	cfg.RetryMaxAttempts = 0
	return cfg, err
}

func (o *Options) byHand() aws.Config {
	c := o.Credentials
	cfg := aws.Config{
		Credentials: credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, c.SessionToken),
		AppID:       "tenantry",
	}
	if o.HTTPClient != nil {
		cfg.HTTPClient = o.HTTPClient
	} else {
		cfg.HTTPClient = awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.Proxy = nil })
	}
	if o.Endpoint != "" {
		cfg.BaseEndpoint = aws.String(o.Endpoint)
	}
	return cfg
}

// assume makes cfg use the credentials of a role.
func assume(cfg *aws.Config, role AssumeRole) {
	if role.RoleARN == "" {
		return
	}
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(*cfg), role.RoleARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = "tenantry"
		if role.ExternalID != "" {
			o.ExternalID = aws.String(role.ExternalID)
		}
	})
	cfg.Credentials = aws.NewCredentialsCache(provider)
}
