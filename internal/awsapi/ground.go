//go:build !tenantry.lambda

package awsapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Surroundings reads what stands around QuickSight: trails, rules, the queue, quotas, the clock. Trails and rules see their own
// account and Region alone, and there may be two accounts: that of QuickSight, and that of the identity store. So each side is
// asked with its own credentials, and what neither may see is an error, never an empty list.
type Surroundings struct {
	aws  *AWS
	home side
	// center is the side of the identity store: another one where other roles are assumed there, else home.
	center side
	sso    *ssoadmin.Client
}

// side is an account, as certain credentials see it.
type side struct {
	aws    *AWS
	config aws.Config
	sts    *sts.Client
}

// NewSurroundings makes the one of an AWS.
func NewSurroundings(a *AWS) *Surroundings {
	s := &Surroundings{aws: a, home: newSide(a, a.home), sso: ssoadmin.NewFromConfig(a.center, func(o *ssoadmin.Options) {
		o.Retryer = newRetryer(true)
		o.APIOptions = append(o.APIOptions, a.paces[serviceSSO].installAt(a.priority))
	})}
	s.center = s.home
	if a.apart {
		s.center = newSide(a, a.center)
	}
	return s
}

func newSide(a *AWS, config aws.Config) side {
	return side{a, config, sts.NewFromConfig(config, func(o *sts.Options) {
		o.Retryer = newRetryer(true)
		o.APIOptions = append(o.APIOptions, a.paces[serviceSTS].installAt(a.priority))
	})}
}

// account is whose the side's credentials are (STS GetCallerIdentity).
func (s side) account(ctx context.Context) (tenancy.AccountID, error) {
	who, err := s.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", failure(err, "ask whose the credentials are")
	}
	return tenancy.AccountID(aws.ToString(who.Account)), nil
}

// watch is what tells of events in one Region of a side.
type watch struct {
	trail *cloudtrail.Client // what trails there are
	past  lookup             // what they told
	rules *eventbridge.Client
}

func (s side) in(region string) watch {
	trail := func(service string) *cloudtrail.Client {
		return cloudtrail.NewFromConfig(s.config, func(o *cloudtrail.Options) {
			o.Region, o.Retryer = region, newRetryer(true)
			o.APIOptions = append(o.APIOptions, s.aws.paces[service].installAt(s.aws.priority))
		})
	}
	return watch{
		trail(serviceTrails), lookup{trail(serviceTrail)},
		eventbridge.NewFromConfig(s.config, func(o *eventbridge.Options) {
			o.Region, o.Retryer = region, newRetryer(true)
			o.APIOptions = append(o.APIOptions, s.aws.paces[serviceEvents].installAt(s.aws.priority))
		}),
	}
}

// queueClient is SQS's of a Region, with the credentials that events are received with.
type queueClient struct{ sqs *sqs.Client }

func (s *Surroundings) queues(region string) queueClient {
	return queueClient{sqs.NewFromConfig(s.aws.events, func(o *sqs.Options) {
		o.Region, o.Retryer = region, newRetryer(true)
		o.APIOptions = append(o.APIOptions, s.aws.paces[serviceSQS].installAt(s.aws.priority))
	})}
}

// sides are those that something of a Region may be seen from.
func (s *Surroundings) sides(region string) []watch {
	all := []watch{s.home.in(region)}
	if s.aws.apart && region == s.aws.storeIn {
		all = append(all, s.center.in(region))
	}
	return all
}

// Places are where it happens what tenantry must be told of, sorted (EventBridge user guide, "AWS service events delivered via
// AWS CloudTrail": to the bus of the account and the Region where it happens). What a delegated administrator does is told in
// its own account; where the credentials are of one, that is a place too. Another delegated administrator nobody here knows.
func (s *Surroundings) Places(ctx context.Context) ([]tenancy.EventPlace, error) {
	home, err := s.home.account(ctx)
	if err != nil {
		return nil, err
	}
	center := home
	if s.aws.apart {
		if center, err = s.center.account(ctx); err != nil {
			return nil, err
		}
	}
	owner, why := s.owner(ctx)
	place := func(of tenancy.AccountID, region string, tells tenancy.Telling) tenancy.EventPlace {
		return tenancy.EventPlace{Account: of, Region: region, Tells: tells, Seen: of != "" && (of == home || of == center)}
	}
	all := []tenancy.EventPlace{
		place(s.aws.account, s.aws.region, tenancy.TellsQuickSight),
		place(s.aws.account, globalRegion(s.aws.region), tenancy.TellsRoles),
		place(owner, s.aws.storeIn, tenancy.TellsDirectory),
	}
	if s.aws.apart && center != owner && center != home {
		all = append(all, place(center, s.aws.storeIn, tenancy.TellsDirectory))
	}
	slices.SortFunc(all, func(a, b tenancy.EventPlace) int {
		return cmp.Or(cmp.Compare(a.Tells, b.Tells), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
	})
	return all, why
}

// owner is the account of the identity store's instance, "" where it does not show (SSO Admin ListInstances, which members of
// the organization may call, too).
func (s *Surroundings) owner(ctx context.Context) (tenancy.AccountID, error) {
	found, err := s.instances(ctx)
	if err != nil || len(found) != 1 {
		return "", failure(err, "ask whose the identity store is")
	}
	return tenancy.AccountID(aws.ToString(found[0].OwnerAccountId)), nil
}

func (s *Surroundings) instances(ctx context.Context) ([]types.InstanceMetadata, error) {
	get := func(ctx context.Context, token *string) (page[types.InstanceMetadata], error) {
		out, err := s.sso.ListInstances(ctx, &ssoadmin.ListInstancesInput{MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return page[types.InstanceMetadata]{}, err
		}
		return page[types.InstanceMetadata]{out.Instances, out.NextToken}, nil
	}
	return collect(ctx, get, func(i types.InstanceMetadata) (types.InstanceMetadata, bool) {
		return i, aws.ToString(i.IdentityStoreId) == string(s.aws.store)
	})
}

// UnseenError says that something stands in an account of which there are no credentials. It wraps plan.ErrDenied: that it is
// not seen says nothing about it.
type UnseenError struct {
	What    string
	Account tenancy.AccountID // "" where it is not known
}

func (e *UnseenError) Error() string {
	return fmt.Sprintf("%s: it is in the account of the identity store (%s), and these credentials are not", e.What, cmp.Or(string(e.Account), "which does not show"))
}

// Hint says how it is seen.
func (e *UnseenError) Hint() string {
	return "set identity_center.assume_role to a role of that account that may read it, or look there by hand"
}

// Unwrap is plan.ErrDenied.
func (e *UnseenError) Unwrap() error { return plan.ErrDenied }

// Table says what is wrong with the table that a journal is kept in, "" for nothing; "" as its name asks nothing.
func (s *Surroundings) Table(ctx context.Context, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	_, err := s.aws.Table(name).ID(ctx)
	for _, itself := range []error{plan.ErrNotFound, plan.ErrDiffers, plan.ErrNotReady} {
		if errors.Is(err, itself) {
			return err.Error(), nil
		}
	}
	return "", err
}

// byARN sorts by ARN, and keeps one of each: an organization's trail is seen from two sides.
func byARN[T any](all []T, arn func(T) string) []T {
	slices.SortStableFunc(all, func(a, b T) int { return strings.Compare(arn(a), arn(b)) })
	return slices.CompactFunc(all, func(a, b T) bool { return arn(a) == arn(b) })
}
