package awsapi

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// createNamespace is QuickSight CreateNamespace, with the tags that make the namespace ours.
func (w *Writer) createNamespace(c plan.CreateNamespace) (job, error) {
	if c.Store == "" {
		return job{}, fmt.Errorf("%w: a namespace without an identity store", errRefused)
	}
	name := c.Namespace.String()
	return job{
		object: "namespace/" + name,
		doing:  fmt.Sprintf("create namespace %q", name),
		send: func(ctx context.Context) (string, error) {
			out, err := w.aws.changes.CreateNamespace(ctx, &quicksight.CreateNamespaceInput{
				AwsAccountId: w.aws.accountID(), Namespace: &name,
				IdentityStore: types.IdentityStoreQuicksight, Tags: namespaceTags(c),
			})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: func(ctx context.Context) (seen, error) { return w.lookNamespace(ctx, c) },
	}, nil
}

func namespaceTags(c plan.CreateNamespace) []types.Tag {
	tags := []types.Tag{
		tag(tenancy.TagStore, string(c.Store)),
		tag(tenancy.TagFounded, time.Now().UTC().Format(time.RFC3339)),
	}
	if c.Founders != "" {
		tags = append(tags, tag(tenancy.TagFounders, c.Founders))
	}
	return tags
}

func tag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}

// lookNamespace is QuickSight DescribeNamespace, and ListTagsForResource: the namespace is ours when
// it has our tag. One whose creation failed may be created again, if that is what is asked for.
func (w *Writer) lookNamespace(ctx context.Context, c plan.CreateNamespace) (seen, error) {
	name := c.Namespace.String()
	out, err := w.aws.quicksight.DescribeNamespace(ctx, &quicksight.DescribeNamespaceInput{
		AwsAccountId: w.aws.accountID(), Namespace: &name,
	})
	if isNotFound(err) {
		return absent, nil
	}
	if err != nil {
		return 0, err
	}
	if out.Namespace == nil {
		return 0, errors.New("an answer without a namespace")
	}
	if out.Namespace.CreationStatus == types.NamespaceStatusDeleting {
		return unready, nil
	}
	tags, err := w.aws.QuickSight().NamespaceTags(ctx, aws.ToString(out.Namespace.Arn))
	switch {
	case err != nil:
		return 0, err
	case tags[tenancy.TagStore] != string(c.Store):
		return differs, nil
	case c.Again && out.Namespace.CreationStatus == types.NamespaceStatusRetryableFailure:
		return absent, nil
	}
	return inEffect, nil
}
