//go:build !tenantry.lambda

package awsapi

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// The quotas that no API tells, as they are unless AWS was asked for more (QuickSight API reference, CreateNamespace; IAM
// Identity Center user guide, "Quotas and limits", of which there are versions with higher numbers).
const (
	mostNamespaces  = 100
	mostSets        = 2000
	mostSetsAccount = 250 // that are provisioned to one account
)

// Quotas reads what there is of namespaces, roles and permission sets, and how much there may be. Whether the namespace
// "default" counts AWS does not say: here it does. Where a part could not be read, the rest is answered with the error.
func (s *Surroundings) Quotas(ctx context.Context) ([]tenancy.Quota, error) {
	var all []tenancy.Quota
	var errs []error
	for _, read := range []func(context.Context) ([]tenancy.Quota, error){s.namespaceQuota, s.roleQuota, s.setQuotas} {
		some, err := read(ctx)
		all, errs = append(all, some...), append(errs, err)
	}
	return all, errors.Join(errs...)
}

func (s *Surroundings) namespaceQuota(ctx context.Context) ([]tenancy.Quota, error) {
	all, err := s.aws.QuickSight().Namespaces(ctx)
	if err != nil {
		return nil, err
	}
	return []tenancy.Quota{{What: "namespaces", Used: len(all), Most: mostNamespaces, Default: true}}, nil
}

// roleQuota is of the roles in QuickSight's account (IAM GetAccountSummary).
func (s *Surroundings) roleQuota(ctx context.Context) ([]tenancy.Quota, error) {
	out, err := s.aws.iam.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})
	if err != nil {
		return nil, failure(err, "count the roles of the account")
	}
	used, told := out.SummaryMap["Roles"]
	if !told {
		return nil, failure(errors.New("an answer without Roles"), "count the roles of the account")
	}
	return []tenancy.Quota{{What: "roles", Used: int(used), Most: int(out.SummaryMap[string(types.SummaryKeyTypeRolesQuota)])}}, nil
}

// setQuotas are of the instance's permission sets, and of those in QuickSight's account (SSO Admin ListPermissionSets,
// ListPermissionSetsProvisionedToAccount). Only the account of the instance, and its delegated administrator, may ask.
func (s *Surroundings) setQuotas(ctx context.Context) ([]tenancy.Quota, error) {
	const doing = "count the permission sets"
	found, err := s.instances(ctx)
	if err != nil {
		return nil, failure(err, doing)
	}
	if len(found) != 1 {
		return nil, &UnseenError{What: doing}
	}
	instance := found[0].InstanceArn
	count := func(get fetch[string]) (int, error) {
		all, err := collect(ctx, get, func(arn string) (string, bool) { return arn, true })
		return len(all), err
	}
	sets, err := count(func(ctx context.Context, token *string) (page[string], error) {
		out, err := s.sso.ListPermissionSets(ctx, &ssoadmin.ListPermissionSetsInput{InstanceArn: instance, MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return page[string]{}, err
		}
		return page[string]{out.PermissionSets, out.NextToken}, nil
	})
	if err != nil {
		return nil, failure(err, doing)
	}
	all := []tenancy.Quota{{What: "permission sets", Used: sets, Most: mostSets, Default: true}}
	ours, err := count(func(ctx context.Context, token *string) (page[string], error) {
		out, err := s.sso.ListPermissionSetsProvisionedToAccount(ctx, &ssoadmin.ListPermissionSetsProvisionedToAccountInput{
			InstanceArn: instance, AccountId: s.aws.accountID(), MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[string]{}, err
		}
		return page[string]{out.PermissionSets, out.NextToken}, nil
	})
	if err != nil {
		return all, failure(err, doing+" of the account")
	}
	return append(all, tenancy.Quota{What: "permission sets of the account", Used: ours, Most: mostSetsAccount, Default: true}), nil
}
