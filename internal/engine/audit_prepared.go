//go:build !tenantry.lambda

package engine

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// prepared reads of whom outside of the tenants a migration has prepared the move, at a call for each who has the name of
// somebody whom the rules place in a tenant. There are few: those of a migration that is under way.
func (r *auditing) prepared(ctx context.Context) error {
	var mu sync.Mutex
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for _, g := range r.namesakes() {
		group.Go(func() error {
			tags, err := r.Outside.Tags(gctx, g.Namespace, tenancy.UserName(g.Name))
			if errors.Is(err, plan.ErrNotFound) {
				return nil
			}
			if was, is := tenancy.ParsePrepared(tags[tenancy.TagPrepared]); is {
				mu.Lock()
				defer mu.Unlock()
				if r.facts.Prepared == nil {
					r.facts.Prepared = map[tenancy.Grantee]tenancy.Prepared{}
				}
				r.facts.Prepared[g] = was
			}
			return err
		})
	}
	return r.missed(ctx, group.Wait(), "the tags of people outside of the tenants")
}

// namesakes are the users outside of the tenants whose session has the name of somebody in one, without case, under another
// role.
func (r *auditing) namesakes() []tenancy.Grantee {
	if r.Outside == nil {
		return nil
	}
	wanted, sessions := map[tenancy.UserName]bool{}, map[string]bool{}
	for i := range r.facts.Want.Tenants {
		for _, w := range r.facts.Want.Tenants[i].Registrations {
			wanted[w.User] = true
			sessions[tenancy.Session(w.User.SessionName()).Fold()] = w.User.SessionName() != ""
		}
	}
	var all []tenancy.Grantee
	for i := range r.facts.Have.Foreign {
		f := &r.facts.Have.Foreign[i]
		for _, u := range f.Users {
			if !wanted[u.User] && sessions[tenancy.Session(u.User.SessionName()).Fold()] {
				all = append(all, tenancy.Grantee{Kind: tenancy.ToUser, Namespace: f.Name, Name: string(u.User)})
			}
		}
	}
	return all
}
