//go:build !tenantry.lambda

package awsapi

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Probing tries what AWS does not document, in throwaway namespaces and under a throwaway role (tenancy.ProbeNamespace,
// tenancy.ProbeRun), and in nothing else: their types hold no other name. It is no part of a Writer, and only the command
// that probes makes one. What AWS refuses is an answer, and no error.
type Probing struct {
	aws *AWS
	iam *iam.Client // which sends nothing twice, unlike that of the reads
}

// NewProbing makes the one of an AWS.
func NewProbing(a *AWS) *Probing { return &Probing{a, probeIAM(a)} }

func probeIAM(a *AWS) *iam.Client {
	return iam.NewFromConfig(a.home, func(o *iam.Options) {
		o.Retryer = newRetryer(false)
		o.APIOptions = append(o.APIOptions, a.paces[serviceIAM].installAt(a.priority))
	})
}

// closedTrust lets nobody in. IAM takes no trust policy without a statement.
const closedTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}`

// probeEmail is nobody's: the domain cannot be there (RFC 2606).
const probeEmail = "probe@tenantry.invalid"

// MakeRole is IAM CreateRole: the throwaway role of a run, which nobody can assume, and which may do nothing.
func (p *Probing) MakeRole(ctx context.Context, run tenancy.ProbeRun) (tenancy.RoleARN, tenancy.ProbeAnswer, error) {
	name, mark, made := run.Role(), tenancy.ProbeMark(p.aws.store), ""
	answer, err := ask(ctx, fmt.Sprintf("create the role %q", name), func(ctx context.Context) (string, error) {
		out, err := p.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, Description: &mark, AssumeRolePolicyDocument: aws.String(closedTrust)})
		if err == nil && out.Role != nil {
			made = aws.ToString(out.Role.Arn)
		}
		return "", err
	}, func(ctx context.Context) (bool, error) {
		out, err := p.aws.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
		if isNotFound(err) {
			return false, nil
		}
		if err == nil && out.Role != nil {
			made = aws.ToString(out.Role.Arn)
		}
		return true, err
	})
	if err != nil || !answer.Took {
		return tenancy.RoleARN{}, answer, err
	}
	role, err := tenancy.ParseRoleARN(made)
	return role, answer, err
}

// MakeNamespace is QuickSight CreateNamespace, with the tag that makes the namespace a throwaway of ours. It is
// asynchronous. failed says that its creation has failed and is asked for once more: then it is there before, too.
func (p *Probing) MakeNamespace(ctx context.Context, n tenancy.ProbeNamespace, failed bool) (tenancy.ProbeAnswer, error) {
	name := n.String()
	return ask(ctx, fmt.Sprintf("create namespace %q", name), func(ctx context.Context) (string, error) {
		out, err := p.aws.changes.CreateNamespace(ctx, &quicksight.CreateNamespaceInput{
			AwsAccountId: p.aws.accountID(), Namespace: &name, IdentityStore: types.IdentityStoreQuicksight,
			Tags: []types.Tag{tag(tenancy.TagProbe, string(p.aws.store))},
		})
		if err != nil {
			return "", err
		}
		return aws.ToString(out.RequestId), nil
	}, func(ctx context.Context) (bool, error) {
		info, err := p.aws.QuickSight().Namespace(ctx, name)
		if errors.Is(err, plan.ErrNotFound) {
			return false, nil
		}
		return err == nil && !(failed && info.Status == tenancy.RetryableFailure), err
	})
}

// Register is QuickSight RegisterUser, as a reader with an address that is nobody's.
func (p *Probing) Register(ctx context.Context, u tenancy.ProbeUser) (tenancy.ProbeAnswer, error) {
	in := &quicksight.RegisterUserInput{
		AwsAccountId: p.aws.accountID(), Namespace: aws.String(u.Namespace.String()), IdentityType: types.IdentityTypeIam,
		IamArn: aws.String(u.Role.String()), SessionName: &u.Session, Email: aws.String(probeEmail), UserRole: types.UserRoleReader,
	}
	if u.Profile != "" {
		in.CustomPermissionsName = &u.Profile
	}
	called := string(u.Name())
	answer, err := ask(ctx, fmt.Sprintf("register a user in namespace %q", u.Namespace), func(ctx context.Context) (string, error) {
		out, err := p.aws.changes.RegisterUser(ctx, in)
		if err != nil {
			return "", err
		}
		if out.User != nil {
			called = aws.ToString(out.User.UserName)
		}
		return aws.ToString(out.RequestId), nil
	}, func(ctx context.Context) (bool, error) {
		_, err := p.User(ctx, u.Namespace, u.Name())
		return found(err)
	})
	answer.Name = called
	return answer, err
}

// GiveProfile is QuickSight UpdateUserCustomPermission.
func (p *Probing) GiveProfile(ctx context.Context, n tenancy.ProbeNamespace, user tenancy.UserName, profile string) (tenancy.ProbeAnswer, error) {
	return ask(ctx, fmt.Sprintf("give a user of namespace %q the custom permissions %q", n, profile), func(ctx context.Context) (string, error) {
		out, err := p.aws.changes.UpdateUserCustomPermission(ctx, &quicksight.UpdateUserCustomPermissionInput{
			AwsAccountId: p.aws.accountID(), Namespace: aws.String(n.String()), UserName: aws.String(string(user)), CustomPermissionsName: &profile,
		})
		if err != nil {
			return "", err
		}
		return aws.ToString(out.RequestId), nil
	}, func(ctx context.Context) (bool, error) {
		u, err := p.User(ctx, n, user)
		return err == nil && u.CustomPermissions == profile, err
	})
}

// MakeGroup is QuickSight CreateGroup.
func (p *Probing) MakeGroup(ctx context.Context, n tenancy.ProbeNamespace, name string) (tenancy.ProbeAnswer, error) {
	return ask(ctx, fmt.Sprintf("create a group in namespace %q", n), func(ctx context.Context) (string, error) {
		out, err := p.aws.changes.CreateGroup(ctx, &quicksight.CreateGroupInput{AwsAccountId: p.aws.accountID(), Namespace: aws.String(n.String()), GroupName: &name})
		if err != nil {
			return "", err
		}
		return aws.ToString(out.RequestId), nil
	}, func(ctx context.Context) (bool, error) {
		out, err := p.aws.quicksight.DescribeGroup(ctx, &quicksight.DescribeGroupInput{AwsAccountId: p.aws.accountID(), Namespace: aws.String(n.String()), GroupName: &name})
		if err == nil && out.Group != nil && aws.ToString(out.Group.GroupName) != name {
			return false, nil // another one, that differs by case
		}
		return found(err)
	})
}

// Leave is QuickSight DeleteUser.
func (p *Probing) Leave(ctx context.Context, n tenancy.ProbeNamespace, user tenancy.UserName) (tenancy.ProbeAnswer, error) {
	return ask(ctx, fmt.Sprintf("delete a user of namespace %q", n), func(ctx context.Context) (string, error) {
		out, err := p.aws.changes.DeleteUser(ctx, &quicksight.DeleteUserInput{AwsAccountId: p.aws.accountID(), Namespace: aws.String(n.String()), UserName: aws.String(string(user))})
		if err != nil {
			return "", err
		}
		return aws.ToString(out.RequestId), nil
	}, func(ctx context.Context) (bool, error) {
		there, err := found(second(p.User(ctx, n, user)))
		return !there, err
	})
}

// Search is QuickSight SearchDashboards for what somebody owns alone, in the identity Region. It changes nothing.
func (p *Probing) Search(ctx context.Context, n tenancy.ProbeNamespace, user tenancy.UserName) (tenancy.ProbeAnswer, error) {
	arn := p.aws.principal(tenancy.Grantee{Kind: tenancy.ToUser, Namespace: n.String(), Name: string(user)})
	return ask(ctx, "search for the dashboards of a user who is deleted", func(ctx context.Context) (string, error) {
		out, err := p.aws.quicksight.SearchDashboards(ctx, &quicksight.SearchDashboardsInput{
			AwsAccountId: p.aws.accountID(),
			Filters: []types.DashboardSearchFilter{{Name: types.DashboardFilterAttributeDirectQuicksightSoleOwner,
				Operator: types.FilterOperatorStringEquals, Value: &arn}},
		})
		if err != nil {
			return "", err
		}
		return aws.ToString(out.RequestId), nil
	}, func(context.Context) (bool, error) { return false, nil })
}

// ask sends something that AWS takes or refuses. After an answer that was lost it reads whether it happened, and sends it
// again only if it did not.
func ask(ctx context.Context, doing string, send func(context.Context) (request string, err error), happened func(context.Context) (bool, error)) (tenancy.ProbeAnswer, error) {
	for try := 1; ; try++ {
		request, err := send(ctx)
		switch {
		case err == nil:
			return tenancy.ProbeAnswer{Took: true, Request: request}, nil
		case isRefusal(err):
			e, _ := errors.AsType[*CallError](failure(err, doing))
			return tenancy.ProbeAnswer{Code: e.Code, Message: e.Message, Request: e.RequestID}, nil
		case !isAmbiguous(err):
			return tenancy.ProbeAnswer{}, failure(err, doing)
		}
		if is, unread := happened(ctx); unread != nil {
			return tenancy.ProbeAnswer{}, failure(unread, "find out whether it had been done to "+doing)
		} else if is {
			return tenancy.ProbeAnswer{Took: true}, nil
		}
		if try == maxWrites {
			return tenancy.ProbeAnswer{}, failure(err, doing)
		}
		if sleep(ctx, time.Duration(try)*backoff(4)) != nil {
			return tenancy.ProbeAnswer{}, failure(err, doing)
		}
	}
}

// isRefusal reports whether AWS has judged what was asked, and said no. A quota that is used up, and what is not ready yet,
// say nothing about the thing itself.
func isRefusal(err error) bool {
	switch codeOf(err) {
	case "ResourceExistsException", "InvalidParameterValueException", "ResourceNotFoundException", "IdentityTypeNotSupportedException",
		"EntityAlreadyExists", "InvalidInput", "ValidationError", "ValidationException":
		return !isStaleToken(err)
	}
	return false
}

// found is whether something is there that was read.
func found(err error) (bool, error) {
	if isNotFound(err) || errors.Is(err, plan.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func second[T any](_ T, err error) error { return err }

// User reads one user of a throwaway namespace (QuickSight DescribeUser). The error wraps plan.ErrNotFound when there is
// none of that name.
func (p *Probing) User(ctx context.Context, n tenancy.ProbeNamespace, user tenancy.UserName) (tenancy.Registration, error) {
	return p.aws.QuickSight().User(ctx, n.String(), user)
}
