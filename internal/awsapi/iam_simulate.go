//go:build !tenantry.lambda

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

// Simulate asks IAM whether a role may do each of these actions on a resource, sorted by action (IAM
// SimulatePrincipalPolicy). Resource policies, and those of the organization that IAM does not see, have no part in it.
func (i *IAM) Simulate(ctx context.Context, role tenancy.RoleARN, actions []string, resource string) ([]tenancy.Simulated, error) {
	get := func(ctx context.Context, token *string) (page[types.EvaluationResult], error) {
		out, err := i.aws.iam.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{
			PolicySourceArn: aws.String(role.String()), ActionNames: actions, ResourceArns: []string{resource}, MaxItems: aws.Int32(rolePage), Marker: token,
		})
		if err != nil {
			return page[types.EvaluationResult]{}, err
		}
		next, err := following(out.IsTruncated, out.Marker)
		return page[types.EvaluationResult]{out.EvaluationResults, next}, err
	}
	all, err := collect(ctx, get, func(r types.EvaluationResult) (tenancy.Simulated, bool) {
		missing := slices.Clone(r.MissingContextValues)
		for _, s := range r.ResourceSpecificResults { // of a resource that is named, it is told there
			missing = append(missing, s.MissingContextValues...)
		}
		slices.Sort(missing)
		return tenancy.Simulated{
			Role: role, Action: aws.ToString(r.EvalActionName), Allowed: r.EvalDecision == types.PolicyEvaluationDecisionTypeAllowed, Missing: slices.Compact(missing),
		}, true
	})
	if err != nil {
		return nil, failure(err, fmt.Sprintf("ask what the role %s may do", role.Name()))
	}
	slices.SortFunc(all, func(a, b tenancy.Simulated) int { return strings.Compare(a.Action, b.Action) })
	return all, nil
}
