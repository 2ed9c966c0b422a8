package awsapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Catalogue reads every asset of an account, whoever owns it: for those who look at all of it once, and not at
// somebody's part.
type Catalogue struct{ aws *AWS }

// NewCatalogue makes the one of an AWS.
func NewCatalogue(a *AWS) *Catalogue { return &Catalogue{a} }

// describers is how many permissions are read side by side. The rate is the limiter's affair: this only bounds what
// waits for it, and leaves places free for others.
const describers = 16

// All reads every asset of a Region, "" for the identity Region, with everybody's grants: of each kind the pages of its
// list (QuickSight ListDashboards and so on), and for each asset one call that reads its permissions. Themes are those
// that somebody made. Analyses that were deleted and can be brought back are among them. Whoever has something by the
// link of a dashboard, and not directly, has a Grant with no May.
//
// An asset that is gone by the time its permissions are read is left out. What cannot be read is in Unread: one asset,
// or, where the list of them breaks off, the whole kind. The error, with nothing else, says that no further call can
// succeed: the credentials are not accepted, ctx has ended, or the Region is none of Options.AssetRegions.
func (c *Catalogue) All(ctx context.Context, region string) (tenancy.Catalogue, error) {
	var all tenancy.Catalogue
	names := make(interner)
	for _, kind := range tenancy.AssetKinds() {
		of, err := c.kind(ctx, region, kind, names)
		if err != nil {
			return tenancy.Catalogue{}, err
		}
		all.Add(of)
	}
	all.Sort()
	return all, nil
}

// kind reads all assets of a kind.
func (c *Catalogue) kind(ctx context.Context, region string, kind tenancy.AssetKind, names interner) (tenancy.Catalogue, error) {
	k, r, err := c.aws.assets(kind, region)
	if err != nil {
		return tenancy.Catalogue{}, fmt.Errorf("list the assets: %w", err)
	}
	found, err := c.list(ctx, k, r, kind)
	switch {
	case hopeless(ctx, err):
		return tenancy.Catalogue{}, err
	case err != nil:
		whole := tenancy.AssetRef{Kind: kind, Region: r.region}
		return tenancy.Catalogue{Unread: []tenancy.Unread{{AssetRef: whole, Why: err.Error()}}}, nil
	}
	failed, err := c.permissions(ctx, k, r, found)
	if err != nil {
		return tenancy.Catalogue{}, err
	}
	return sortOut(found, failed, names), nil
}

// list reads the list of a kind to its end, each asset once.
func (c *Catalogue) list(ctx context.Context, k assetKind, r regional, kind tenancy.AssetKind) ([]tenancy.Asset, error) {
	doing := fmt.Sprintf("list the assets, kind %s in %s", kind, r.region)
	list := assetLists[kind]
	if list == nil {
		list = k.list
	}
	if list == nil {
		return nil, fmt.Errorf("%s: there is no list of them", doing)
	}
	get := func(ctx context.Context, token *string) (page[tenancy.Asset], error) { return list(ctx, r, token) }
	found, err := collect(ctx, get, func(a tenancy.Asset) (tenancy.Asset, bool) {
		a.Kind, a.Region = kind, r.region
		return a, true
	})
	if err != nil {
		return nil, failure(err, doing)
	}
	found = slices.CompactFunc(sorted(found), func(a, b tenancy.Asset) bool { return a.AssetRef == b.AssetRef })
	if len(found) > 0 && found[0].ID == "" {
		return nil, failure(errors.New("an answer with an asset without an id"), doing)
	}
	return found, nil
}

// permissions reads the grants of assets of one kind, side by side, into them. Of each it answers why that failed, or
// nil.
func (c *Catalogue) permissions(ctx context.Context, k assetKind, r regional, of []tenancy.Asset) ([]error, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	failed := make([]error, len(of))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(describers, len(of)) {
		workers.Go(func() {
			for i := range next {
				if of[i].Grants, failed[i] = c.grants(ctx, k, r, of[i].AssetRef); hopeless(ctx, failed[i]) {
					stop(failed[i]) // the first one's error is kept
				}
			}
		})
	}
	for i := range of {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	workers.Wait()
	return failed, context.Cause(ctx)
}

// grants reads what everybody may do with an asset, by one call, sorted.
func (c *Catalogue) grants(ctx context.Context, k assetKind, r regional, ref tenancy.AssetRef) ([]tenancy.Grant, error) {
	if ref.Kind != tenancy.Dashboard {
		return c.aws.Assets().grants(ctx, ref)
	}
	out, err := r.quicksight.DescribeDashboardPermissions(ctx, &quicksight.DescribeDashboardPermissionsInput{AwsAccountId: r.account, DashboardId: &ref.ID})
	if err != nil {
		return nil, failure(err, "read the permissions of "+ref.String())
	}
	asset := tenancy.Asset{Grants: k.grants(r.merged(out.Permissions))}
	if out.LinkSharingConfiguration != nil {
		addLink(&asset, tenancy.AccountID(*r.account), out.LinkSharingConfiguration.Permissions)
	}
	return asset.Grants, nil
}

// addLink adds whoever has something of a dashboard by its link, and nothing directly.
func addLink(a *tenancy.Asset, account tenancy.AccountID, permissions []types.ResourcePermission) {
	for _, p := range permissions {
		if to := tenancy.ParseGrantee(account, aws.ToString(p.Principal)); a.Grant(to) == nil {
			a.Grants = append(a.Grants, tenancy.Grant{To: to})
		}
	}
	a.Sort()
}

// hopeless reports whether no further call can succeed after this error.
func hopeless(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || errors.Is(err, plan.ErrCredentials))
}

// sortOut puts assets apart from those that could not be read. The few who have something of many assets are kept once.
func sortOut(found []tenancy.Asset, failed []error, names interner) tenancy.Catalogue {
	c := tenancy.Catalogue{Assets: found[:0]}
	for i, a := range found {
		switch {
		case errors.Is(failed[i], plan.ErrNotFound): // gone meanwhile
		case failed[i] != nil:
			c.Unread = append(c.Unread, tenancy.Unread{AssetRef: a.AssetRef, Name: a.Name, Why: failed[i].Error()})
		default:
			for j := range a.Grants {
				g := &a.Grants[j]
				g.To.Namespace, g.To.Name, g.May = names.one(g.To.Namespace), names.one(g.To.Name), tenancy.Access(names.one(string(g.May)))
			}
			c.Assets = append(c.Assets, a)
		}
	}
	return c
}
