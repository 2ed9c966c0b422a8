//go:build !tenantry.lambda

package awsapi

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Profiles lists the profiles of custom permissions, sorted by name (QuickSight ListCustomPermissions).
func (s *AccountSettings) Profiles(ctx context.Context) ([]tenancy.Profile, error) {
	get := func(ctx context.Context, token *string) (page[types.CustomPermissions], error) {
		out, err := s.aws.quicksight.ListCustomPermissions(ctx, &quicksight.ListCustomPermissionsInput{
			AwsAccountId: s.aws.accountID(), MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.CustomPermissions]{}, err
		}
		return page[types.CustomPermissions]{out.CustomPermissionsList, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(p types.CustomPermissions) (tenancy.Profile, bool) {
		return tenancy.Profile{Name: aws.ToString(p.CustomPermissionsName), Denied: denied(p.Capabilities)}, true
	})
	if err != nil {
		return nil, failure(err, "list the profiles of custom permissions")
	}
	slices.SortFunc(all, func(a, b tenancy.Profile) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(all, func(a, b tenancy.Profile) bool { return a.Name == b.Name }), nil
}

// denied are the names of the capabilities that are denied. The type has a field for each of some hundred, and AWS adds
// more.
func denied(c *types.Capabilities) []string {
	if c == nil {
		return nil
	}
	var names []string
	for field, value := range reflect.ValueOf(*c).Fields() {
		if value.Kind() == reflect.String && value.String() == string(types.CapabilityStateDeny) {
			names = append(names, field.Name)
		}
	}
	slices.Sort(names)
	return names
}
