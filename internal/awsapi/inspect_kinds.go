//go:build !tenantry.lambda

package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// onlyInspected are the kinds that only an audit looks at. Their sets of actions are not documented: who may change the
// permissions is an owner, and everybody else is told to have just the actions that they have.
var onlyInspected = map[tenancy.AssetKind]assetKind{
	tenancy.Agent: {
		owner:  actions("UpdateAgentPermissions", "DescribeAgentPermissions", "DescribeAgent", "UpdateAgent", "DeleteAgent"),
		viewer: actions("DescribeAgent"),
		list:   listAgents, permissions: agentPermissions,
	},
	tenancy.WorkSpace: {
		owner: actions("UpdateSpacePermissions", "DescribeSpacePermissions", "DescribeSpace", "ListSpaceResources", "UpdateSpace",
			"UpdateSpaceResources", "DeleteSpace"),
		viewer: actions("DescribeSpace", "ListSpaceResources"),
		list:   listSpaces, permissions: spacePermissions,
	},
}

// inspectedKind is how QuickSight does for a kind of tenancy.InspectedKinds what it does for all of them.
func inspectedKind(kind tenancy.AssetKind) assetKind {
	if k, only := onlyInspected[kind]; only {
		return k
	}
	return assetKinds[kind]
}

func listAgents(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error) {
	out, err := r.quicksight.ListAgents(ctx, &quicksight.ListAgentsInput{AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token})
	if err != nil {
		return page[tenancy.Asset]{}, err
	}
	return summaries(out.AgentSummaries, out.NextToken, func(s types.AgentSummary) tenancy.Asset { return asset(s.AgentId, s.Name) }), nil
}

func agentPermissions(ctx context.Context, r regional, id string) ([]types.ResourcePermission, error) {
	out, err := r.quicksight.DescribeAgentPermissions(ctx, &quicksight.DescribeAgentPermissionsInput{AwsAccountId: r.account, AgentId: &id})
	if err != nil {
		return nil, err
	}
	return out.Permissions, nil
}

func listSpaces(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error) {
	out, err := r.quicksight.ListSpaces(ctx, &quicksight.ListSpacesInput{AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token})
	if err != nil {
		return page[tenancy.Asset]{}, err
	}
	return summaries(out.SpaceSummaries, out.NextToken, func(s types.SpaceSummary) tenancy.Asset { return asset(s.SpaceId, s.Name) }), nil
}

func spacePermissions(ctx context.Context, r regional, id string) ([]types.ResourcePermission, error) {
	out, err := r.quicksight.DescribeSpacePermissions(ctx, &quicksight.DescribeSpacePermissionsInput{AwsAccountId: r.account, SpaceId: &id})
	if err != nil {
		return nil, err
	}
	return out.Permissions, nil
}
