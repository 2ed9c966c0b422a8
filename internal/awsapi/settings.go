//go:build !tenantry.lambda

package awsapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// AccountSettings reads what holds for a whole QuickSight account, and for a namespace as such. Its lists are complete or
// an error.
type AccountSettings struct{ aws *AWS }

// NewAccountSettings makes those of an AWS.
func NewAccountSettings(a *AWS) *AccountSettings { return &AccountSettings{a} }

// Settings reads those of the account (QuickSight DescribeAccountSettings, DescribeAccountCustomPermission). That no profile
// holds for the account is answered as not found. Where the profile could not be read, the rest is answered with the error.
func (s *AccountSettings) Settings(ctx context.Context) (tenancy.Settings, error) {
	const doing = "read the account's settings"
	out, err := s.aws.quicksight.DescribeAccountSettings(ctx, &quicksight.DescribeAccountSettingsInput{AwsAccountId: s.aws.accountID()})
	switch {
	case err != nil:
		return tenancy.Settings{}, failure(err, doing)
	case out.AccountSettings == nil:
		return tenancy.Settings{}, failure(errors.New("an answer without settings"), doing)
	}
	all := tenancy.Settings{PublicSharing: out.AccountSettings.PublicSharingEnabled, DefaultNamespace: aws.ToString(out.AccountSettings.DefaultNamespace)}
	profile, err := s.aws.quicksight.DescribeAccountCustomPermission(ctx, &quicksight.DescribeAccountCustomPermissionInput{AwsAccountId: s.aws.accountID()})
	switch {
	case isNotFound(err):
	case err != nil:
		return all, failure(err, "read the account's custom permissions")
	default:
		all.CustomPermissions = aws.ToString(profile.CustomPermissionsName)
	}
	return all, nil
}

// Assignments lists the assignments of IAM policies in a namespace, sorted by name, and reads those that are in force
// (QuickSight ListIAMPolicyAssignments, DescribeIAMPolicyAssignment). The others have a name and no more.
func (s *AccountSettings) Assignments(ctx context.Context, namespace string) ([]tenancy.PolicyAssignment, error) {
	get := func(ctx context.Context, token *string) (page[types.IAMPolicyAssignmentSummary], error) {
		out, err := s.aws.quicksight.ListIAMPolicyAssignments(ctx, &quicksight.ListIAMPolicyAssignmentsInput{
			AwsAccountId: s.aws.accountID(), Namespace: &namespace, MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.IAMPolicyAssignmentSummary]{}, err
		}
		return page[types.IAMPolicyAssignmentSummary]{out.IAMPolicyAssignments, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(a types.IAMPolicyAssignmentSummary) (tenancy.PolicyAssignment, bool) {
		return tenancy.PolicyAssignment{Namespace: namespace, Name: aws.ToString(a.AssignmentName), Enabled: a.AssignmentStatus == types.AssignmentStatusEnabled}, true
	})
	if err != nil {
		return nil, failure(err, fmt.Sprintf("list the assignments of IAM policies in namespace %q", namespace))
	}
	slices.SortFunc(all, func(a, b tenancy.PolicyAssignment) int { return strings.Compare(a.Name, b.Name) })
	all = slices.CompactFunc(all, func(a, b tenancy.PolicyAssignment) bool { return a.Name == b.Name })
	for i := range all {
		if err := s.assignment(ctx, &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// assignment reads an assignment that is in force. One that is gone meanwhile no longer is.
func (s *AccountSettings) assignment(ctx context.Context, a *tenancy.PolicyAssignment) error {
	if !a.Enabled {
		return nil
	}
	out, err := s.aws.quicksight.DescribeIAMPolicyAssignment(ctx, &quicksight.DescribeIAMPolicyAssignmentInput{
		AwsAccountId: s.aws.accountID(), Namespace: &a.Namespace, AssignmentName: &a.Name,
	})
	switch {
	case isNotFound(err):
		a.Enabled = false
		return nil
	case err != nil:
		return failure(err, fmt.Sprintf("read the assignment %q of an IAM policy in namespace %q", a.Name, a.Namespace))
	case out.IAMPolicyAssignment == nil:
		return nil
	}
	a.PolicyARN = aws.ToString(out.IAMPolicyAssignment.PolicyArn)
	for kind, names := range out.IAMPolicyAssignment.Identities { // in lower or upper case: the model does not say
		switch strings.ToLower(kind) {
		case "user":
			a.Users = slices.Sorted(slices.Values(names))
		case "group":
			a.Groups = slices.Sorted(slices.Values(names))
		}
	}
	return nil
}

// SelfUpgrade reports whether a namespace's people may make themselves more than they are without anybody's word
// (QuickSight DescribeSelfUpgradeConfiguration).
func (s *AccountSettings) SelfUpgrade(ctx context.Context, namespace string) (bool, error) {
	out, err := s.aws.quicksight.DescribeSelfUpgradeConfiguration(ctx, &quicksight.DescribeSelfUpgradeConfigurationInput{
		AwsAccountId: s.aws.accountID(), Namespace: &namespace,
	})
	switch {
	case isNotFound(err):
		return false, nil // nobody has set it
	case err != nil:
		return false, failure(err, fmt.Sprintf("read whether people of namespace %q may upgrade themselves", namespace))
	}
	return out.SelfUpgradeConfiguration != nil && out.SelfUpgradeConfiguration.SelfUpgradeStatus == types.SelfUpgradeStatusAutoApproval, nil
}

// RoleProfile reads the profile of custom permissions that a role of QuickSight's gives everybody of a namespace who has
// it, "" for none (QuickSight DescribeRoleCustomPermission).
func (s *AccountSettings) RoleProfile(ctx context.Context, namespace string, role tenancy.Role) (string, error) {
	out, err := s.aws.quicksight.DescribeRoleCustomPermission(ctx, &quicksight.DescribeRoleCustomPermissionInput{
		AwsAccountId: s.aws.accountID(), Namespace: &namespace, Role: types.Role(role),
	})
	switch {
	case isNotFound(err):
		return "", nil
	case err != nil:
		return "", failure(err, fmt.Sprintf("read the custom permissions of the role %s in namespace %q", role, namespace))
	}
	return aws.ToString(out.CustomPermissionsName), nil
}
