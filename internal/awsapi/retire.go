package awsapi

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// handToHouse gives a group of the house all that an owner may do. The one thing that it writes to is the asset.
func (w *Writer) handToHouse(c plan.HandToHouse) (job, error) {
	if c.To == "" || c.Group == "" || c.To == c.Namespace.String() {
		return job{}, fmt.Errorf("%w: what goes to no group of another namespace", errRefused)
	}
	return w.give(gift{
		asset: c.Asset, to: tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: c.To, Name: c.Group}, may: tenancy.Owns,
		doing: fmt.Sprintf("make a group of namespace %q owner, in place of namespace %q, of", c.To, c.Namespace), hide: hideUser(c.User),
	})
}

// revoke is QuickSight Update…Permissions of the asset's kind, in the asset's Region. The group must bear our mark, and
// somebody else must own the asset. What the group may do is read, and just that is taken from it; there is nothing to
// take where the asset is gone.
func (w *Writer) revoke(c plan.Revoke) (job, error) {
	if c.Group == "" {
		return job{}, fmt.Errorf("%w: what is taken from no group", errRefused)
	}
	k, r, err := w.assetOf(&c.Asset)
	if err != nil {
		return job{}, err
	}
	group := groupOf(c.Namespace, c.Group)
	var theirs []types.ResourcePermission // as they were last read
	return job{
		object: permissionObject(c.Asset, group),
		doing:  fmt.Sprintf("take from a group of namespace %q what it may do with %s", c.Namespace, c.Asset),
		gone:   true,
		send:   func(ctx context.Context) (string, error) { return k.update(ctx, r, c.Asset.ID, nil, theirs) },
		look: func(ctx context.Context) (seen, error) {
			permissions, err := k.permissions(ctx, r, c.Asset.ID)
			switch {
			case isNotFound(err):
				return inEffect, nil
			case err != nil:
				return 0, err
			}
			theirs = nil
			owned := false
			for _, p := range permissions {
				if tenancy.ParseGrantee(w.aws.account, aws.ToString(p.Principal)) == group {
					theirs = append(theirs, p)
					continue
				}
				for _, action := range p.Actions {
					owned = owned || action == k.owner[0]
				}
			}
			if len(theirs) == 0 {
				return inEffect, nil
			}
			description, err := w.describeGroup(ctx, c.Namespace, c.Group)
			if err != nil {
				return 0, err
			}
			if mark, is := tenancy.ParseMark(description); !is || mark.Store != w.aws.store || !owned {
				return differs, nil
			}
			return absent, nil
		},
		lookFirst: true,
	}, nil
}
