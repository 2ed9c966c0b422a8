package awsapi

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// NamespaceRemover deletes namespaces, once its Remnants say that nothing hangs on them any more. It is no part of a
// Writer, whose changes plans and loops make: only the command that deletes a namespace makes one, and a test holds the
// program to that (S5).
type NamespaceRemover struct{ Remnants }

// NewNamespaceRemover makes the one of an AWS.
func NewNamespaceRemover(a *AWS) *NamespaceRemover { return &NamespaceRemover{Remnants{a}} }

// Remove is QuickSight DeleteNamespace: it deletes the namespace with its users and groups, and no asset. It answers
// nil when that is under way, or the namespace is gone: the deletion is asynchronous. After an answer that was lost it
// reads before it asks again.
func (d *NamespaceRemover) Remove(ctx context.Context, n tenancy.Namespace) (plan.Receipt, error) {
	if n.IsZero() {
		return plan.Receipt{}, fmt.Errorf("%w: the deletion of no namespace", errRefused)
	}
	name := n.String()
	w := d.aws.writer
	receipt, err := w.settle(ctx, job{
		object:    "namespace/" + name,
		doing:     fmt.Sprintf("delete namespace %q", name),
		gone:      true,
		lookFirst: true, // one that is being deleted is not to be asked for again
		send: func(ctx context.Context) (string, error) {
			out, err := d.aws.changes.DeleteNamespace(ctx, &quicksight.DeleteNamespaceInput{AwsAccountId: d.aws.accountID(), Namespace: &name})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: func(ctx context.Context) (seen, error) {
			out, err := d.aws.quicksight.DescribeNamespace(ctx, &quicksight.DescribeNamespaceInput{AwsAccountId: d.aws.accountID(), Namespace: &name})
			switch {
			case isNotFound(err):
				return inEffect, nil
			case err != nil:
				return 0, err
			case out.Namespace == nil:
				return 0, errors.New("an answer without a namespace")
			}
			switch out.Namespace.CreationStatus {
			case types.NamespaceStatusDeleting:
				return inEffect, nil
			case types.NamespaceStatusCreating:
				return unready, nil
			}
			return absent, nil
		},
	})
	if e, ok := errors.AsType[*CallError](err); ok && e.RequestID != "" {
		receipt.Request = e.RequestID
	}
	return receipt, err
}
