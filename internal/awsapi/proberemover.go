//go:build !tenantry.lambda

package awsapi

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// ProbeRemover finds and removes what probes have made, and nothing else. Besides the name it looks at the mark, each time
// just before it removes anything: what is of such a name and not marked as this identity store's stays. Only the command
// that probes makes one, and a test holds the program to that (S5).
type ProbeRemover struct{ probing *Probing }

// NewProbeRemover makes the one of an AWS.
func NewProbeRemover(a *AWS) *ProbeRemover { return &ProbeRemover{NewProbing(a)} }

// errNotOurs says that something of a throwaway's name is not marked as ours.
var errNotOurs = errors.New("it is not marked as a throwaway of this identity store, and is not touched")

// Remains finds what probes have left in the account, by the lists of namespaces and of roles (QuickSight ListNamespaces,
// IAM ListRoles). A namespace that is being deleted is none.
func (r *ProbeRemover) Remains(ctx context.Context) (tenancy.ProbeRemains, error) {
	var found tenancy.ProbeRemains
	namespaces, err := r.probing.aws.QuickSight().Namespaces(ctx)
	if err != nil {
		return found, err
	}
	for _, info := range namespaces {
		if !tenancy.IsProbe(info.Name) || info.Status == tenancy.Deleting {
			continue
		}
		n, is := tenancy.ParseProbeNamespace(info.Name)
		ours := false
		if is {
			if ours, err = r.bears(ctx, info.ARN); err != nil {
				return found, err
			}
		}
		if ours {
			found.Namespaces = append(found.Namespaces, n)
		} else {
			found.Others = append(found.Others, "the namespace "+info.Name)
		}
	}
	roles, err := r.probing.aws.Roles().Roles(ctx, "/")
	if err != nil {
		return found, err
	}
	for _, role := range roles {
		if !tenancy.IsProbe(role.Name()) {
			continue
		}
		run, is := tenancy.ProbeRunOf(role.Name())
		if is {
			if _, err = r.role(ctx, run); errors.Is(err, plan.ErrNotFound) {
				continue // it has gone since
			}
		}
		switch {
		case is && err == nil:
			found.Roles = append(found.Roles, run)
		case !is || errors.Is(err, errNotOurs):
			found.Others = append(found.Others, "the role "+role.Name())
		default:
			return found, err
		}
	}
	slices.Sort(found.Others)
	return found, nil
}

// bears reports whether a namespace has our throwaways' tag, by its ARN.
func (r *ProbeRemover) bears(ctx context.Context, arn string) (bool, error) {
	tags, err := r.probing.aws.QuickSight().NamespaceTags(ctx, arn)
	if errors.Is(err, plan.ErrNotFound) {
		return false, nil
	}
	return err == nil && tags[tenancy.TagProbe] == string(r.probing.aws.store), err
}

// role makes sure that the throwaway role of a run is there, and ours (IAM GetRole).
func (r *ProbeRemover) role(ctx context.Context, run tenancy.ProbeRun) (tenancy.RoleARN, error) {
	doing := fmt.Sprintf("read the role %q", run.Role())
	out, err := r.probing.aws.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(run.Role())})
	switch {
	case err != nil:
		return tenancy.RoleARN{}, failure(err, doing)
	case out.Role == nil:
		return tenancy.RoleARN{}, fmt.Errorf("%s: an answer without a role", doing)
	case aws.ToString(out.Role.Description) != tenancy.ProbeMark(r.probing.aws.store):
		return tenancy.RoleARN{}, fmt.Errorf("%s: %w", doing, errNotOurs)
	}
	return tenancy.ParseRoleARN(aws.ToString(out.Role.Arn))
}

// Namespace reads one throwaway namespace (QuickSight DescribeNamespace). The error wraps plan.ErrNotFound when there is
// none of just that name.
func (r *ProbeRemover) Namespace(ctx context.Context, n tenancy.ProbeNamespace) (tenancy.NamespaceInfo, error) {
	info, err := r.probing.aws.QuickSight().Namespace(ctx, n.String())
	if err == nil && info.Name != n.String() { // where AWS does not tell case apart
		return tenancy.NamespaceInfo{}, fmt.Errorf("read the namespace %q: %w", n, plan.ErrNotFound)
	}
	return info, err
}

// RemoveNamespace is QuickSight DeleteNamespace, of a throwaway that bears our tag. It answers nil when the deletion is
// under way, or the namespace is gone; it is asynchronous.
func (r *ProbeRemover) RemoveNamespace(ctx context.Context, n tenancy.ProbeNamespace) (tenancy.ProbeAnswer, error) {
	doing := fmt.Sprintf("delete namespace %q", n)
	info, err := r.Namespace(ctx, n)
	switch {
	case errors.Is(err, plan.ErrNotFound) || info.Status == tenancy.Deleting:
		return tenancy.ProbeAnswer{Took: true}, nil
	case err != nil:
		return tenancy.ProbeAnswer{}, err
	}
	if ours, err := r.bears(ctx, info.ARN); err != nil {
		return tenancy.ProbeAnswer{}, err
	} else if !ours {
		return tenancy.ProbeAnswer{}, fmt.Errorf("%s: %w", doing, errNotOurs)
	}
	return ask(ctx, doing, func(ctx context.Context) (string, error) {
		out, err := r.probing.aws.changes.DeleteNamespace(ctx, &quicksight.DeleteNamespaceInput{AwsAccountId: r.probing.aws.accountID(), Namespace: aws.String(n.String())})
		if isNotFound(err) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		return aws.ToString(out.RequestId), nil
	}, func(ctx context.Context) (bool, error) {
		info, err := r.Namespace(ctx, n)
		if errors.Is(err, plan.ErrNotFound) {
			return true, nil
		}
		return info.Status == tenancy.Deleting, err
	})
}

// RemoveRole is IAM DeleteRole, of a throwaway that is marked as ours. IAM deletes no role that has policies, and so none that
// somebody has given any to (DeleteConflict).
func (r *ProbeRemover) RemoveRole(ctx context.Context, run tenancy.ProbeRun) (tenancy.ProbeAnswer, error) {
	doing := fmt.Sprintf("delete the role %q", run.Role())
	if _, err := r.role(ctx, run); errors.Is(err, plan.ErrNotFound) {
		return tenancy.ProbeAnswer{Took: true}, nil
	} else if err != nil {
		return tenancy.ProbeAnswer{}, fmt.Errorf("%s: %w", doing, err)
	}
	return ask(ctx, doing, func(ctx context.Context) (string, error) {
		_, err := r.probing.iam.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String(run.Role())})
		if isNotFound(err) {
			err = nil
		}
		return "", err
	}, func(ctx context.Context) (bool, error) {
		_, err := r.role(ctx, run)
		there, err := found(err)
		return !there, err
	})
}
