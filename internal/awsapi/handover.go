package awsapi

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// handOver gives the tenant's custodians all that an owner may do.
func (w *Writer) handOver(c plan.HandOver) (job, error) {
	return w.give(gift{
		asset: c.Asset, to: groupOf(c.Namespace, tenancy.CustodiansName), may: tenancy.Owns,
		doing: fmt.Sprintf("make the custodians of namespace %q owners of", c.Namespace), hide: hideUser(c.User),
	})
}

// gift is what somebody is given on an asset.
type gift struct {
	asset tenancy.AssetRef
	to    tenancy.Grantee
	may   tenancy.Access
	doing string   // `make the custodians of namespace "acme" owners of`
	hide  []string // what must not show in errors
	// beside says that the one to whom it is given may have something already, which must stay.
	beside bool
}

// give is QuickSight Update…Permissions of the asset's kind, in the asset's Region. It takes nothing from
// anybody, and what is given twice is given once. AWS does not say whether a grant adds to the actions that
// somebody has already or replaces them.
func (w *Writer) give(g gift) (job, error) {
	k, r, err := w.assetOf(&g.asset)
	if err != nil {
		return job{}, err
	}
	actions, err := k.actions(g.may)
	if err != nil {
		return job{}, fmt.Errorf("%w: %w", errRefused, err)
	}
	grant := []types.ResourcePermission{{Principal: aws.String(w.aws.principal(g.to)), Actions: actions}}
	return job{
		object: permissionObject(g.asset, g.to),
		doing:  g.doing + " " + g.asset.String(),
		hide:   g.hide,
		send:   func(ctx context.Context) (string, error) { return k.update(ctx, r, g.asset.ID, grant, nil) },
		look: func(ctx context.Context) (seen, error) {
			given, err := r.given(ctx, k, g.asset.ID)
			if err != nil {
				return 0, err
			}
			has := given[g.to]
			switch {
			case covers(has, actions):
				return inEffect, nil
			case g.beside && !within(has, actions):
				return differs, nil // what they have besides would be lost, if a grant replaces
			}
			return absent, nil
		},
		lookFirst: g.beside,
	}, nil
}

// assetOf are the calls for an asset and the clients for its Region, which it fills in where it is the identity
// Region.
func (w *Writer) assetOf(ref *tenancy.AssetRef) (assetKind, regional, error) {
	k, r, err := w.aws.assets(ref.Kind, ref.Region)
	if err == nil && ref.ID == "" {
		err = errors.New("an asset without an id")
	}
	if err != nil {
		return k, r, fmt.Errorf("%w: %w", errRefused, err)
	}
	ref.Region = r.region
	return k, r, nil
}

func permissionObject(ref tenancy.AssetRef, to tenancy.Grantee) string {
	return "permission/" + ref.String() + "/" + string(to.Kind) + "/" + to.Namespace + "/" + to.Name
}
