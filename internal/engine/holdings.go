package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// answerAboutUsers reads what the pure rooms asked about users into the state: who is behind them, and what
// they own alone. What somebody owns that cannot be read is an answer too: they are held.
func (e *Engine) answerAboutUsers(ctx context.Context, r *reading, questions []tenancy.Question) error {
	var mu sync.Mutex // of the state
	r.ownedAt = time.Now()
	if r.listed == nil {
		r.listed = newListing()
	}
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for _, q := range questions {
		t := r.have.Tenant(q.Namespace)
		if t == nil || q.User == "" {
			continue
		}
		group.Go(func() error {
			switch q.Kind {
			case tenancy.WhoIsBehind:
				return e.askWho(gctx, t, q.User, &mu)
			case tenancy.WhatTheyOwn:
				h := tenancy.Holdings{}
				assets, err := e.owned(gctx, r.listed, t.Namespace, q.User, time.Time{})
				if gctx.Err() != nil {
					return gctx.Err()
				}
				if h.Assets = assets; err != nil {
					h = tenancy.Holdings{Failed: err.Error()}
				}
				mu.Lock()
				defer mu.Unlock()
				if t.Holdings == nil {
					t.Holdings = map[tenancy.UserName]tenancy.Holdings{}
				}
				t.Holdings[q.User] = h
			}
			return nil
		})
	}
	return group.Wait()
}

// askWho reads a registration's tag.
func (e *Engine) askWho(ctx context.Context, t *tenancy.Tenant, user tenancy.UserName, mu *sync.Mutex) error {
	tags, err := e.QuickSight.UserTags(ctx, t.Namespace, user)
	if err != nil && !errors.Is(err, plan.ErrNotFound) {
		return fmt.Errorf("reading who stands behind a user of the namespace %s: %w", t.Namespace, err)
	}
	who := tenancy.Nobody
	if id := tags[tenancy.TagPerson]; id != "" && tags[tenancy.TagStore] == string(e.Rules.Store) {
		who = tenancy.PersonID(id)
	}
	mu.Lock()
	defer mu.Unlock()
	if u := t.Registration(user); u != nil {
		u.Person = who
	}
	return nil
}

// owned reads what a user owns alone, in every Region of assets. The kinds that cannot be searched are in
// a listing, which was begun after a time at the earliest.
func (e *Engine) owned(ctx context.Context, l *listing, n tenancy.Namespace, user tenancy.UserName, after time.Time) ([]tenancy.Asset, error) {
	var all []tenancy.Asset
	for _, region := range e.AssetRegions {
		found, err := e.Assets.SoleOwned(ctx, region, n, user)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	listed, err := l.read(ctx, e, after)
	if err != nil {
		return nil, err
	}
	owner := tenancy.Grantee{Kind: tenancy.ToUser, Namespace: n.String(), Name: string(user)}
	for _, a := range listed {
		if a.OwnedAlone(owner) {
			all = append(all, a)
		}
	}
	slices.SortFunc(all, func(a, b tenancy.Asset) int { return a.AssetRef.Compare(b.AssetRef) })
	return all, nil
}

// onlyListed reports whether assets of a kind cannot be searched for their owners.
func onlyListed(k tenancy.AssetKind) bool { return k == tenancy.Theme || k == tenancy.Template }

// listing is the assets of the kinds that can only be listed, of all Regions: read once for many people, and again
// when that was long ago.
type listing struct {
	// turn has room for one: whoever reads keeps it while AWS is asked, and the others wait at a channel, where
	// tests on fake time see that they wait.
	turn   chan struct{}
	at     time.Time
	assets []tenancy.Asset
}

func newListing() *listing { return &listing{turn: make(chan struct{}, 1)} }

// read answers the assets as they were after a time, and not long ago.
func (l *listing) read(ctx context.Context, e *Engine, after time.Time) ([]tenancy.Asset, error) {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	if !l.at.IsZero() && !l.at.Before(after) && time.Since(l.at) < searched/2 {
		return l.assets, nil
	}
	began := time.Now()
	var all []tenancy.Asset
	for _, region := range e.AssetRegions {
		found, err := e.Assets.Listed(ctx, region)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	l.assets, l.at = all, began
	return all, nil
}
