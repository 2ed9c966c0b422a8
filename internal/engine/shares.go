package engine

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// derive asks the rules what is wanted. A hint, which shows a part of the directory only, knows the house's people from
// the last pass.
func (e *Engine) derive(now rules.Rules, r *reading) rules.Derived {
	d := rules.Derive(now, r.dir, r.have, r.roles)
	if r.house != nil {
		d.Want.House = *r.house
	}
	return d
}

// undivided are the assets that the configuration accepts to be shared with several tenants.
func (e *Engine) undivided(have *tenancy.State) map[tenancy.AssetRef]bool {
	all := map[tenancy.AssetRef]bool{}
	for ref := range have.Offers {
		all[ref] = slices.Contains(e.Accepted, Accepted{plan.UndividedData, ref.String()})
	}
	return all
}

// answerAboutAssets reads what the pure rooms asked about assets that are to be shared. What cannot be read is an answer
// too: it is not shared.
func (e *Engine) answerAboutAssets(ctx context.Context, r *reading, questions []tenancy.Question) error {
	var mu sync.Mutex // of the state
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for _, q := range questions {
		if q.Asset == (tenancy.AssetRef{}) {
			continue
		}
		mu.Lock()
		offer := r.have.Offers[q.Asset]
		mu.Unlock()
		group.Go(func() error {
			switch q.Kind {
			case tenancy.WhatIsSeen:
				offer.Data = e.dataOf(gctx, q.Asset)
			case tenancy.WhoseItIs:
				e.whose(gctx, q.Asset, &offer)
			default:
				offer = e.offer(gctx, q.Asset)
			}
			mu.Lock()
			defer mu.Unlock()
			if r.have.Offers == nil {
				r.have.Offers = map[tenancy.AssetRef]tenancy.Offer{}
			}
			r.have.Offers[q.Asset] = offer
			return gctx.Err()
		})
	}
	return group.Wait()
}

// offer reads who may see an asset: one call.
func (e *Engine) offer(ctx context.Context, ref tenancy.AssetRef) tenancy.Offer {
	asset, err := e.Assets.Read(ctx, ref)
	switch {
	case errors.Is(err, plan.ErrNotFound):
		return tenancy.Offer{Gone: true}
	case err != nil:
		return tenancy.Offer{Failed: err.Error()}
	}
	return tenancy.Offer{Grants: asset.Grants}
}

// dataOf reads how the data of an asset is divided. What cannot be read is not.
func (e *Engine) dataOf(ctx context.Context, ref tenancy.AssetRef) *tenancy.Data {
	undivided, err := e.Assets.Undivided(ctx, ref)
	if err != nil {
		undivided = []string{"its data could not be looked into: " + err.Error()}
	}
	return &tenancy.Data{Undivided: undivided}
}

// whose reads the tags of a tenant's own folder. One that is gone by now is made again.
func (e *Engine) whose(ctx context.Context, ref tenancy.AssetRef, offer *tenancy.Offer) {
	tags, err := e.Assets.FolderTags(ctx, ref)
	switch {
	case errors.Is(err, plan.ErrNotFound):
		*offer = tenancy.Offer{Gone: true}
	case err != nil:
		offer.Failed = err.Error()
	default:
		offer.Tags = tags
	}
}

// open makes a tenant's own folder and opens it to the groups, before anybody comes into them. Like what is shared, what is
// left of it is seen by the next pass. To a folder that could not be made nothing is given: what stands there is not ours.
func (r *run) open(ctx context.Context, t *tenantTasks, failed map[tenancy.GroupID]bool) {
	if t.folder != nil && (ctx.Err() != nil || r.do(ctx, t.folder, time.Time{}) != nil) {
		return
	}
	for _, s := range t.openings { // one after the other: two changes of one folder's permissions may not bear each other
		c := s.step.Change.(plan.OpenFolder)
		if failed[c.Group] || ctx.Err() != nil {
			continue // not reached
		}
		release := r.assets.take(c.Asset().String())
		_ = r.do(ctx, s, time.Time{}) // which keeps its error
		release()
	}
}

// share lets the groups of a tenant see what they are to see, before anybody comes into them. Of what is left for want
// of a group, or because it failed, the next pass sees it; nobody is kept out for that.
func (r *run) share(ctx context.Context, t *tenantTasks, failed map[tenancy.GroupID]bool) {
	var group errgroup.Group
	group.SetLimit(sharesAtOnce)
	for _, s := range t.shares {
		c := s.step.Change.(plan.Share)
		if failed[c.Group] {
			continue // not reached: there is no such group
		}
		group.Go(func() error {
			// One asset's permissions are changed by one at a time: two changes of them may not bear each other.
			defer r.assets.take(c.Asset.String())()
			if ctx.Err() == nil {
				_ = r.do(ctx, s, time.Time{}) // which keeps its error
			}
			return nil
		})
	}
	_ = group.Wait() // its functions keep their errors
}

// sharesAtOnce is how many assets are shared with one tenant side by side.
const sharesAtOnce = 4
