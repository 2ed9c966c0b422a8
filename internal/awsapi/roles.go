package awsapi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Roles finds the IAM roles of QuickSight's account.
type Roles struct{ aws *AWS }

// rolePage is how many roles IAM answers at once.
const rolePage = 1000

// Roles lists the roles under a path, "/" for all, sorted by ARN (IAM ListRoles).
func (r *Roles) Roles(ctx context.Context, path string) ([]tenancy.RoleARN, error) {
	get := func(ctx context.Context, token *string) (page[types.Role], error) {
		out, err := r.aws.iam.ListRoles(ctx, &iam.ListRolesInput{
			PathPrefix: &path, MaxItems: aws.Int32(rolePage), Marker: token,
		})
		if err != nil {
			return page[types.Role]{}, err
		}
		if !out.IsTruncated {
			out.Marker = nil
		}
		return page[types.Role]{out.Roles, out.Marker}, nil
	}
	doing := fmt.Sprintf("list the iam roles under %s", path)
	texts, err := collect(ctx, get, func(role types.Role) (string, bool) { return aws.ToString(role.Arn), true })
	if err != nil {
		return nil, failure(err, doing)
	}
	all := make([]tenancy.RoleARN, 0, len(texts))
	for _, text := range texts {
		arn, err := tenancy.ParseRoleARN(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", doing, err)
		}
		all = append(all, arn)
	}
	slices.SortFunc(all, func(a, b tenancy.RoleARN) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(all), nil
}
