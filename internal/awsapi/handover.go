package awsapi

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// handOver is QuickSight Update…Permissions of the asset's kind, in the asset's Region: it gives the
// tenant's custodians all that an owner may do, and takes nothing from anybody. Given twice is given once.
func (w *Writer) handOver(c plan.HandOver) (job, error) {
	k, r, err := w.aws.assets(c.Asset.Kind, c.Asset.Region)
	switch {
	case err != nil:
		return job{}, fmt.Errorf("%w: a hand-over: %w", errRefused, err)
	case c.Asset.ID == "":
		return job{}, fmt.Errorf("%w: a hand-over of an asset without an id", errRefused)
	}
	c.Asset.Region = r.region
	to := types.ResourcePermission{Principal: aws.String(w.aws.groupARN(c.Namespace, tenancy.CustodiansName)), Actions: k.owner}
	return job{
		object: "asset/" + c.Asset.String() + "/" + c.Namespace.String(),
		doing:  fmt.Sprintf("make the custodians of namespace %q owners of %s", c.Namespace, c.Asset),
		hide:   hideUser(c.User),
		send:   func(ctx context.Context) (string, error) { return k.grant(ctx, r, c.Asset.ID, to) },
		look: func(ctx context.Context) (seen, error) {
			given, err := r.given(ctx, k, c.Asset.ID)
			if err != nil {
				return 0, err
			}
			have := given[tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: c.Namespace.String(), Name: tenancy.CustodiansName}]
			if slices.ContainsFunc(k.owner, func(action string) bool { return !have[action] }) {
				return absent, nil
			}
			return inEffect, nil
		},
	}, nil
}
