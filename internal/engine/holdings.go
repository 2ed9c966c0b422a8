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
	if r.ownedAt.IsZero() && slices.ContainsFunc(questions, func(q tenancy.Question) bool { return q.Kind == tenancy.WhatTheyOwn }) {
		r.ownedAt = time.Now()
	}
	if r.listed == nil {
		r.listed = newListing()
	}
	// Whose they are is looked up before the first answer is put into any of them.
	tenants := make([]*tenancy.Tenant, len(questions))
	for i, q := range questions {
		tenants[i] = r.have.Tenant(q.Namespace)
	}
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for i, q := range questions {
		t := tenants[i]
		if t == nil || q.User == "" && q.Person == "" {
			continue
		}
		group.Go(func() error {
			if q.Kind == tenancy.WhoIsBehind {
				return e.askWho(gctx, t, q.User, &mu)
			}
			h := e.holdings(gctx, r.listed, q)
			if gctx.Err() != nil {
				return gctx.Err()
			}
			mu.Lock()
			defer mu.Unlock()
			if q.Kind == tenancy.WhatIsParked {
				if p := t.Parking(q.Person); p != nil {
					p.Holdings = &h
				}
				return nil
			}
			if t.Holdings == nil {
				t.Holdings = map[tenancy.UserName]tenancy.Holdings{}
			}
			t.Holdings[q.User] = h
			return nil
		})
	}
	return group.Wait()
}

// holdings answers a question about what somebody has.
func (e *Engine) holdings(ctx context.Context, l *listing, q tenancy.Question) tenancy.Holdings {
	h := tenancy.Holdings{Whole: q.Kind != tenancy.WhatTheyOwn}
	var err error
	switch q.Kind {
	case tenancy.WhatTheyOwn:
		h.Assets, err = e.owned(ctx, l, q.Namespace, q.User, time.Time{})
	case tenancy.WhatTheyHold:
		h.Assets, err = e.held(ctx, l, q.Namespace, userOf(q.Namespace, q.User), time.Time{})
	case tenancy.WhatIsParked:
		h.Assets, err = e.held(ctx, l, q.Namespace, groupOf(q.Namespace, tenancy.MoveName(q.Person)), time.Time{})
	}
	if err != nil {
		return tenancy.Holdings{Failed: err.Error(), Whole: h.Whole}
	}
	return h
}

// userOf and groupOf are a user and a group of a namespace, as those who have been given something.
func userOf(n tenancy.Namespace, user tenancy.UserName) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToUser, Namespace: n.String(), Name: string(user)}
}

func groupOf(n tenancy.Namespace, name string) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: n.String(), Name: name}
}

// askWho reads a registration's tag.
func (e *Engine) askWho(ctx context.Context, t *tenancy.Tenant, user tenancy.UserName, mu *sync.Mutex) error {
	tags, err := e.QuickSight.UserTags(ctx, t.Namespace, user)
	if err != nil && !errors.Is(err, plan.ErrNotFound) {
		return fmt.Errorf("reading who stands behind a user of the namespace %s: %w", t.Namespace, err)
	}
	suspended, _ := tenancy.ParseSuspension(tags[tenancy.TagSuspended])
	who := tenancy.Nobody
	if id := tags[tenancy.TagPerson]; id != "" && tags[tenancy.TagStore] == string(e.Rules.Store) {
		who = tenancy.PersonID(id)
	}
	mu.Lock()
	defer mu.Unlock()
	if u := t.Registration(user); u != nil {
		u.Person, u.Suspended = who, suspended
	}
	return nil
}

// owned reads what a user owns alone, in every Region of assets. The kinds that cannot be searched are in
// a listing, which was begun after a time at the earliest.
func (e *Engine) owned(ctx context.Context, l *listing, n tenancy.Namespace, user tenancy.UserName, after time.Time) ([]tenancy.Asset, error) {
	return e.found(ctx, l, after,
		func(region string) ([]tenancy.Asset, error) { return e.Assets.SoleOwned(ctx, region, n, user) },
		func(a tenancy.Asset) bool { return a.OwnedAlone(userOf(n, user)) })
}

// held reads all with which a user or a group may do something, likewise.
func (e *Engine) held(ctx context.Context, l *listing, n tenancy.Namespace, to tenancy.Grantee, after time.Time) ([]tenancy.Asset, error) {
	return e.found(ctx, l, after,
		func(region string) ([]tenancy.Asset, error) { return e.Assets.Held(ctx, region, n, to) },
		func(a tenancy.Asset) bool { return a.Grant(to) != nil })
}

// found is what a search finds in every Region, with what fits of the kinds that cannot be searched.
func (e *Engine) found(ctx context.Context, l *listing, after time.Time, search func(region string) ([]tenancy.Asset, error), fits func(tenancy.Asset) bool) ([]tenancy.Asset, error) {
	var all []tenancy.Asset
	for _, region := range e.AssetRegions {
		found, err := search(region)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	listed, err := l.read(ctx, e, after)
	if err != nil {
		return nil, err
	}
	for _, a := range listed {
		if fits(a) {
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
