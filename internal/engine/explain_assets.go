//go:build !tenantry.lambda

package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/explain"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// assets reads with what somebody may do something, by themselves and by their groups, in every Region, and what is in
// the folders among it. A failure is one grantee's.
func (x *Explainer) assets(ctx context.Context, f *explain.Facts, s explain.Subject) error {
	var all []tenancy.Grantee
	for _, r := range f.Residences(s) {
		for _, to := range f.Grantees(r) {
			if !slices.Contains(all, to) {
				all = append(all, to)
			}
		}
	}
	found := make([]explain.Assets, len(all))
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for i, to := range all {
		group.Go(func() error {
			assets, err := x.reached(gctx, to)
			if err != nil && (gctx.Err() != nil || errors.Is(err, plan.ErrCredentials)) {
				return fmt.Errorf("reading the assets: %w", err)
			}
			if found[i].Found = assets; err != nil {
				found[i].Failed = err.Error()
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, to := range all {
		f.Reached[to] = found[i]
	}
	return x.within(ctx, f)
}

// reached reads the assets with which one may do something, with their names and everybody's grants.
func (x *Explainer) reached(ctx context.Context, to tenancy.Grantee) ([]tenancy.Asset, error) {
	var all []tenancy.Asset
	for _, region := range x.Engine.assetRegions() {
		found, err := x.reachedIn(ctx, region, to)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, func(a, b tenancy.Asset) int { return a.AssetRef.Compare(b.AssetRef) })
	return all, nil
}

// reachedIn is reached for a Region. Who is outside of the tenants is searched for without names. What is gone again is
// left out.
func (x *Explainer) reachedIn(ctx context.Context, region string, to tenancy.Grantee) ([]tenancy.Asset, error) {
	if n, err := tenancy.ParseNamespace(to.Namespace); err == nil {
		return x.Engine.Assets.Held(ctx, region, n, to)
	}
	refs, err := x.Outside.Found(ctx, region, to)
	if err != nil {
		return nil, err
	}
	var all []tenancy.Asset
	for _, ref := range refs {
		asset, err := x.Engine.Assets.Read(ctx, ref)
		if errors.Is(err, plan.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, asset)
	}
	return all, nil
}

// within reads what is in the folders that were found.
func (x *Explainer) within(ctx context.Context, f *explain.Facts) error {
	for _, assets := range f.Reached {
		for i := range assets.Found {
			ref := assets.Found[i].AssetRef
			if _, read := f.Within[ref]; read || ref.Kind != tenancy.Folder {
				continue
			}
			in, err := x.Outside.Beneath(ctx, ref)
			if err := missed(ctx, f, explain.FromAssets, err); err != nil {
				return err
			}
			f.Within[ref] = in
		}
	}
	return nil
}
