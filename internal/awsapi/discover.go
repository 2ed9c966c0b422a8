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
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// UndiscoveredError is something that AWS does not tell, and that has to be said.
type UndiscoveredError struct{ What, Mend string }

func (e *UndiscoveredError) Error() string { return e.What }

// Hint says how to say it.
func (e *UndiscoveredError) Hint() string { return e.Mend }

// What stands for what is not known yet, in calls that do not need it.
const (
	noAccount = "000000000000"
	noStore   = "d-0000000000"
)

// Discover fills in what options lack: the account must be that of the credentials (STS GetCallerIdentity), the identity
// Region is the machine's, or the one that QuickSight answers users live in, and the identity store is that of the only
// instance of Identity Center that shows in StoreRegion, or in the identity Region (SSO Admin ListInstances, which shows
// no instance of other Regions). What is not to be found, or is another than was said, is an *UndiscoveredError, whose
// hint names flags of the command.
func Discover(ctx context.Context, o Options) (Options, error) {
	told := o.Region != ""
	if !told {
		base, err := o.base(ctx)
		if err != nil {
			return o, fmt.Errorf("read the aws configuration of this machine: %w", err)
		}
		o.Region = base.Region
	}
	if o.Region == "" {
		return o, &UndiscoveredError{"no Region is set, and QuickSight is asked in one", "give --region, the Region in which QuickSight was set up, or set AWS_REGION"}
	}
	if err := o.discoverAccount(ctx); err != nil {
		return o, err
	}
	if err := o.discoverRegion(ctx, told); err != nil {
		return o, err
	}
	o.StoreRegion = cmp.Or(o.StoreRegion, o.Region)
	if o.StoreID != "" {
		return o, nil
	}
	return o, o.discoverStore(ctx)
}

// probe is an AWS for calls that need no more than what is known.
func (o *Options) probe(ctx context.Context) (*AWS, error) {
	p := *o
	p.AccountID, p.StoreID = cmp.Or(o.AccountID, noAccount), cmp.Or(o.StoreID, noStore)
	return New(ctx, p)
}

// discoverAccount asks whose the credentials are. An account that was said must be theirs.
func (o *Options) discoverAccount(ctx context.Context) error {
	a, err := o.probe(ctx)
	if err != nil {
		return err
	}
	who, err := a.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return failure(err, "ask whose the credentials are")
	}
	caller := tenancy.AccountID(aws.ToString(who.Account))
	if o.AccountID != "" && o.AccountID != caller {
		return &UndiscoveredError{
			fmt.Sprintf("the credentials are for the account %s, and not for %s", caller, o.AccountID),
			"use credentials of the QuickSight account (AWS_PROFILE), or leave --account out",
		}
	}
	o.AccountID = caller
	return nil
}

// discoverRegion asks for the namespaces, which QuickSight answers in the identity Region only.
func (o *Options) discoverRegion(ctx context.Context, told bool) error {
	a, err := o.probe(ctx)
	if err != nil {
		return err
	}
	_, err = a.QuickSight().namespacePage(ctx, nil)
	if err == nil {
		return nil
	}
	err = failure(err, "list the namespaces")
	elsewhere, is := errors.AsType[*IdentityRegionError](err)
	switch {
	case !is:
		return nil // whoever looks at the account next says what is wrong with it
	case told:
		return &UndiscoveredError{
			fmt.Sprintf("the users of account %s live in %s, and not in %s", o.AccountID, elsewhere.IdentityRegion, o.Region),
			"give --region " + elsewhere.IdentityRegion + ", or leave it out",
		}
	}
	o.Region = elsewhere.IdentityRegion
	return nil
}

// instances is what is asked for the instances of Identity Center. The program for AWS Lambda is built without this file:
// nobody looks for an account there, and what the SDK's package makes at the start would be for nothing.
type instances struct{ sso *ssoadmin.Client }

func (o *Options) discoverStore(ctx context.Context) error {
	c, err := o.configs(ctx)
	if err != nil {
		return err
	}
	i := instances{ssoadmin.NewFromConfig(c.store, func(s *ssoadmin.Options) {
		s.Region, s.Retryer = o.StoreRegion, newRetryer(true)
	})}
	get := func(ctx context.Context, token *string) (page[types.InstanceMetadata], error) {
		out, err := i.sso.ListInstances(ctx, &ssoadmin.ListInstancesInput{MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return page[types.InstanceMetadata]{}, err
		}
		return page[types.InstanceMetadata]{out.Instances, out.NextToken}, nil
	}
	stores, err := collect(ctx, get, func(m types.InstanceMetadata) (string, bool) { return aws.ToString(m.IdentityStoreId), true })
	if err != nil {
		return failure(err, "list the instances of iam identity center in "+o.StoreRegion)
	}
	slices.Sort(stores)
	switch stores = slices.Compact(stores); len(stores) {
	case 1:
		o.StoreID = tenancy.StoreID(stores[0])
		return nil
	case 0:
		return &UndiscoveredError{
			"no instance of IAM Identity Center shows in " + o.StoreRegion + " with these credentials",
			"give --identity-center-region, where it is another one; or --identity-store d-1234567890 (IAM Identity Center, Settings), where it is another account's",
		}
	}
	return &UndiscoveredError{
		fmt.Sprintf("%d instances of IAM Identity Center show in %s: %s", len(stores), o.StoreRegion, strings.Join(stores, ", ")),
		"give --identity-store with the one that people are in",
	}
}
