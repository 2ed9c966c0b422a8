//go:build !tenantry.lambda

package awsapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// SignIns reads who signs in, or could: the assignments of permission sets, and the trail. Who is assigned to a SAML
// application of one's own no API of the QuickSight account shows.
type SignIns struct {
	aws    *AWS
	sso    *ssoadmin.Client
	trails map[string]lookup // by Region
}

// lookup is where the trail of one Region is looked up.
type lookup struct{ trail *cloudtrail.Client }

// NewSignIns makes the one of an AWS.
func NewSignIns(a *AWS) *SignIns {
	s := &SignIns{aws: a, trails: map[string]lookup{}}
	s.sso = ssoadmin.NewFromConfig(a.center, func(o *ssoadmin.Options) {
		o.Retryer = newRetryer(true)
		o.APIOptions = append(o.APIOptions, a.paces[serviceSSO].installAt(a.priority))
	})
	for _, region := range s.regions() {
		s.trails[region] = lookup{cloudtrail.NewFromConfig(a.home, func(o *cloudtrail.Options) {
			o.Region, o.Retryer = region, newRetryer(true)
			o.APIOptions = append(o.APIOptions, a.paces[serviceTrail].installAt(a.priority))
		})}
	}
	return s
}

// Assigned lists who is assigned to a permission set in QuickSight's account (SSO Admin ListAccountAssignments). The
// error wraps plan.ErrNotFound where there is none of that name. Only the account of the instance, and its delegated
// administrator, may ask.
func (s *SignIns) Assigned(ctx context.Context, permissionSet string) (tenancy.Assigned, error) {
	doing := fmt.Sprintf("read who is assigned to the permission set %q", permissionSet)
	instance, err := s.instance(ctx)
	if elsewhere := (*InstanceError)(nil); errors.As(err, &elsewhere) {
		return tenancy.Assigned{}, err
	}
	if err != nil {
		return tenancy.Assigned{}, failure(err, doing)
	}
	set, err := s.permissionSet(ctx, instance, permissionSet)
	if errors.Is(err, plan.ErrNotFound) {
		return tenancy.Assigned{}, fmt.Errorf("%s: %w", doing, err)
	}
	if err != nil {
		return tenancy.Assigned{}, failure(err, doing)
	}
	get := func(ctx context.Context, token *string) (page[types.AccountAssignment], error) {
		out, err := s.sso.ListAccountAssignments(ctx, &ssoadmin.ListAccountAssignmentsInput{
			InstanceArn: &instance, AccountId: s.aws.accountID(), PermissionSetArn: &set, MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.AccountAssignment]{}, err
		}
		return page[types.AccountAssignment]{out.AccountAssignments, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(a types.AccountAssignment) (types.AccountAssignment, bool) { return a, true })
	if err != nil {
		return tenancy.Assigned{}, failure(err, doing)
	}
	of := tenancy.Assigned{PermissionSet: set}
	for _, a := range all {
		if id := aws.ToString(a.PrincipalId); a.PrincipalType == types.PrincipalTypeGroup {
			of.Groups = append(of.Groups, tenancy.GroupID(id))
		} else {
			of.People = append(of.People, tenancy.PersonID(id))
		}
	}
	slices.Sort(of.Groups)
	slices.Sort(of.People)
	of.Inline, err = s.inline(ctx, instance, set)
	return of, failure(err, doing)
}

// inline reads the inline policy of a permission set, nil where that is denied: who is assigned is worth knowing alone.
func (s *SignIns) inline(ctx context.Context, instance, set string) (*string, error) {
	out, err := s.sso.GetInlinePolicyForPermissionSet(ctx, &ssoadmin.GetInlinePolicyForPermissionSetInput{InstanceArn: &instance, PermissionSetArn: &set})
	if why := failure(err, ""); errors.Is(why, plan.ErrDenied) && !errors.Is(why, plan.ErrCredentials) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return aws.String(aws.ToString(out.InlinePolicy)), nil
}

// InstanceError says that the instance of IAM Identity Center of an identity store does not show.
type InstanceError struct {
	Store tenancy.StoreID
	Show  int // how many do
}

func (e *InstanceError) Error() string {
	return fmt.Sprintf("find the instance of iam identity center with the identity store %s: %d show", e.Store, e.Show)
}

// Hint says where it shows.
func (e *InstanceError) Hint() string {
	return "run it with credentials of the account that has the instance, or of its delegated administrator"
}

// instance is the ARN of the instance of Identity Center whose identity store this is.
func (s *SignIns) instance(ctx context.Context) (string, error) {
	get := func(ctx context.Context, token *string) (page[types.InstanceMetadata], error) {
		out, err := s.sso.ListInstances(ctx, &ssoadmin.ListInstancesInput{MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return page[types.InstanceMetadata]{}, err
		}
		return page[types.InstanceMetadata]{out.Instances, out.NextToken}, nil
	}
	found, err := collect(ctx, get, func(i types.InstanceMetadata) (string, bool) {
		return aws.ToString(i.InstanceArn), aws.ToString(i.IdentityStoreId) == string(s.aws.store)
	})
	if err != nil {
		return "", err
	}
	if len(found) != 1 {
		return "", &InstanceError{s.aws.store, len(found)}
	}
	return found[0], nil
}

// permissionSet is the ARN of the permission set of a name. No call finds one by its name: each that the account has is
// asked for its own.
func (s *SignIns) permissionSet(ctx context.Context, instance, name string) (string, error) {
	get := func(ctx context.Context, token *string) (page[string], error) {
		out, err := s.sso.ListPermissionSetsProvisionedToAccount(ctx, &ssoadmin.ListPermissionSetsProvisionedToAccountInput{
			InstanceArn: &instance, AccountId: s.aws.accountID(), MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[string]{}, err
		}
		return page[string]{out.PermissionSets, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(arn string) (string, bool) { return arn, true })
	if err != nil {
		return "", err
	}
	for _, arn := range all {
		out, err := s.sso.DescribePermissionSet(ctx, &ssoadmin.DescribePermissionSetInput{InstanceArn: &instance, PermissionSetArn: &arn})
		if err != nil {
			return "", err
		}
		if out.PermissionSet != nil && strings.EqualFold(aws.ToString(out.PermissionSet.Name), name) {
			return arn, nil
		}
	}
	return "", fmt.Errorf("no permission set of that name is provisioned to the account: %w", plan.ErrNotFound)
}
