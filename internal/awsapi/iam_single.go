//go:build !tenantry.lambda

package awsapi

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Alone reads roles one by one, with their policies and their trust. One that is not there is not in the answer.
func (i *IAM) Alone(ctx context.Context, roles []tenancy.RoleARN) (tenancy.Identities, error) {
	return i.only(ctx, roles)
}

// only reads some roles, one by one, with their policies.
func (i *IAM) only(ctx context.Context, roles []tenancy.RoleARN) (tenancy.Identities, error) {
	all := tenancy.Identities{Only: true}
	documents := map[string]string{} // of managed policies, by ARN
	for _, role := range roles {
		id, err := i.one(ctx, role, documents)
		switch {
		case isNotFound(err):
		case err != nil:
			return tenancy.Identities{}, failure(err, "read the role "+role.Name()+" with its policies")
		default:
			all.All = append(all.All, id)
		}
	}
	return ordered(all), nil
}

func (i *IAM) one(ctx context.Context, role tenancy.RoleARN, documents map[string]string) (tenancy.Identity, error) {
	name := aws.String(role.Name())
	out, err := i.aws.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: name})
	if err != nil || out.Role == nil {
		return tenancy.Identity{}, err
	}
	id := tenancy.Identity{ARN: role.String(), Role: role, Trust: decoded(out.Role.AssumeRolePolicyDocument), LastUsed: lastUsed(out.Role.RoleLastUsed)}
	if id.Policies, err = i.inline(ctx, name); err != nil {
		return tenancy.Identity{}, err
	}
	attached, err := i.attached(ctx, name)
	if err != nil {
		return tenancy.Identity{}, err
	}
	for _, p := range attached {
		arn := aws.ToString(p.PolicyArn)
		document, err := i.managed(ctx, arn, documents)
		if err != nil {
			return tenancy.Identity{}, err
		}
		id.Policies = append(id.Policies, tenancy.PolicyDocument{Name: aws.ToString(p.PolicyName), ARN: arn, Document: document})
	}
	if b := out.Role.PermissionsBoundary; b != nil {
		arn := aws.ToString(b.PermissionsBoundaryArn)
		document, err := i.managed(ctx, arn, documents)
		if err != nil {
			return tenancy.Identity{}, err
		}
		id.Boundary = &tenancy.PolicyDocument{Name: nameIn(arn), ARN: arn, Document: document}
	}
	return id, nil
}

// inline reads the policies of a role's own (IAM ListRolePolicies, GetRolePolicy).
func (i *IAM) inline(ctx context.Context, role *string) ([]tenancy.PolicyDocument, error) {
	get := func(ctx context.Context, token *string) (page[string], error) {
		out, err := i.aws.iam.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: role, MaxItems: aws.Int32(rolePage), Marker: token})
		if err != nil {
			return page[string]{}, err
		}
		next, err := following(out.IsTruncated, out.Marker)
		return page[string]{out.PolicyNames, next}, err
	}
	names, err := collect(ctx, get, func(name string) (string, bool) { return name, true })
	if err != nil {
		return nil, err
	}
	var all []tenancy.PolicyDocument
	for _, name := range names {
		out, err := i.aws.iam.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: role, PolicyName: &name})
		if err != nil {
			return nil, err
		}
		all = append(all, tenancy.PolicyDocument{Name: name, Document: decoded(out.PolicyDocument)})
	}
	return all, nil
}

// attached lists the managed policies of a role (IAM ListAttachedRolePolicies).
func (i *IAM) attached(ctx context.Context, role *string) ([]types.AttachedPolicy, error) {
	get := func(ctx context.Context, token *string) (page[types.AttachedPolicy], error) {
		out, err := i.aws.iam.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: role, MaxItems: aws.Int32(rolePage), Marker: token})
		if err != nil {
			return page[types.AttachedPolicy]{}, err
		}
		next, err := following(out.IsTruncated, out.Marker)
		return page[types.AttachedPolicy]{out.AttachedPolicies, next}, err
	}
	return collect(ctx, get, func(p types.AttachedPolicy) (types.AttachedPolicy, bool) { return p, true })
}

// managed is the document of a managed policy (IAM GetPolicy, GetPolicyVersion). Each is read once. It is "" where IAM does
// not let it be read, or it is gone: whoever judges the role takes that for a policy that could say anything.
func (i *IAM) managed(ctx context.Context, arn string, documents map[string]string) (string, error) {
	if document, read := documents[arn]; read {
		return document, nil
	}
	document, err := i.inVersion(ctx, arn)
	err = failure(err, "read the policy "+arn)
	kept := errors.Is(err, plan.ErrNotFound) || errors.Is(err, plan.ErrDenied) && !errors.Is(err, plan.ErrCredentials)
	if err != nil && !kept {
		return "", err
	}
	documents[arn] = document
	return document, nil
}

// inVersion reads the version of a managed policy that is in force.
func (i *IAM) inVersion(ctx context.Context, arn string) (string, error) {
	policy, err := i.aws.iam.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn})
	if err != nil || policy.Policy == nil {
		return "", err
	}
	version, err := i.aws.iam.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: policy.Policy.DefaultVersionId})
	if err != nil || version.PolicyVersion == nil {
		return "", err
	}
	return decoded(version.PolicyVersion.Document), nil
}

// following is the marker of the next page, nil on the last. An answer that says that more follows, and not where, is none:
// what it left out could be anything.
func following(truncated bool, marker *string) (*string, error) {
	switch {
	case !truncated:
		return nil, nil
	case aws.ToString(marker) == "":
		return nil, errors.New("an answer that is cut off, without a marker of what follows")
	}
	return marker, nil
}
