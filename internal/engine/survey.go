package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/survey"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Surveyor reads an account that nobody has written a configuration for. It writes nothing.
type Surveyor struct {
	// Engine has what reads, and the account. Its AssetRegions are those in which assets are read; none reads none.
	Engine      *Engine
	Catalogue   Catalogue
	StoreRegion string
	Tell        func(doing string) // is told what is being read; nil is nobody
}

// surveying is a survey that is under way.
type surveying struct {
	*Surveyor
	mu    sync.Mutex // of facts, where reads go side by side
	facts survey.Facts
}

// Survey makes sure that the account can have namespaces, and reads it. The namespaces, the people and the groups of the
// directory must be read; what else cannot be is among the facts, with the reason.
func (s *Surveyor) Survey(ctx context.Context) (*survey.Facts, error) {
	e := s.Engine
	if _, err := e.Check(ctx); err != nil {
		return nil, err
	}
	r := &surveying{Surveyor: s, facts: survey.Facts{
		Account: e.Account, Region: e.IdentityRegion, Store: e.Rules.Store, StoreRegion: s.StoreRegion, AssetRegions: e.AssetRegions,
	}}
	for _, read := range []func(context.Context) error{r.roles, r.namespaces, r.assets, r.directory, r.members, r.house} {
		if err := read(ctx); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(r.facts.Unread, func(a, b survey.Unread) int {
		return cmp.Or(strings.Compare(a.What, b.What), strings.Compare(a.Why, b.Why))
	})
	return &r.facts, nil
}

func (r *surveying) tell(format string, args ...any) {
	if r.Tell != nil {
		r.Tell(fmt.Sprintf(format, args...))
	}
}

// missed takes down what could not be read, and answers an error only where nothing more can be.
func (r *surveying) missed(ctx context.Context, err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	what := fmt.Sprintf(format, args...)
	if ctx.Err() != nil || errors.Is(err, plan.ErrCredentials) {
		return fmt.Errorf("reading %s: %w", what, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.facts.Unread = append(r.facts.Unread, survey.Unread{What: what, Why: err.Error()})
	return nil
}

func (r *surveying) roles(ctx context.Context) (err error) {
	r.facts.Roles, err = r.Engine.Roles.Roles(ctx, "/")
	return r.missed(ctx, err, "the roles of IAM")
}

func (r *surveying) namespaces(ctx context.Context) error {
	r.tell("reading the namespaces")
	infos, err := r.Engine.QuickSight.Namespaces(ctx)
	if err != nil {
		return fmt.Errorf("reading the namespaces: %w", err)
	}
	r.facts.Namespaces = make([]survey.Namespace, len(infos))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for i, info := range infos {
		group.Go(func() error {
			n := &r.facts.Namespaces[i]
			n.NamespaceInfo = info
			if info.Status != tenancy.Created {
				return nil // it has nobody who could be listed
			}
			var users, groups error
			n.Users, users = r.Engine.QuickSight.Users(ctx, info.Name)
			n.Groups, groups = r.Engine.QuickSight.Groups(ctx, info.Name)
			n.Unread = users != nil || groups != nil
			return cmp.Or(r.missed(ctx, users, "the users of the namespace %s", info.Name), r.missed(ctx, groups, "the groups of the namespace %s", info.Name))
		})
	}
	return group.Wait()
}

func (r *surveying) assets(ctx context.Context) error {
	for _, region := range r.Engine.AssetRegions {
		r.tell("reading the assets in %s, each with its permissions", region)
		all, err := r.Catalogue.All(ctx, region)
		if err != nil {
			return fmt.Errorf("reading the assets in %s: %w", region, err)
		}
		r.facts.Assets.Add(all)
	}
	r.facts.Assets.Sort()
	return nil
}

func (r *surveying) directory(ctx context.Context) error {
	r.tell("reading the people and the groups of Identity Center")
	d := &r.facts.Directory
	d.Store, d.Members = r.Engine.Rules.Store, map[tenancy.GroupID][]tenancy.PersonID{}
	var err error
	if d.People, err = r.Engine.IdentityCenter.People(ctx); err == nil {
		d.Groups, err = r.Engine.IdentityCenter.Groups(ctx)
	}
	if err != nil {
		return fmt.Errorf("reading the directory: %w", err)
	}
	d.Sort()
	return nil
}

// members reads who is in the groups that look like customers.
func (r *surveying) members(ctx context.Context) error {
	return r.membersOf(ctx, survey.InFamilies(survey.Families(r.facts.Directory.Groups)))
}

// house reads who is in the groups of the administrators.
func (r *surveying) house(ctx context.Context) error {
	var groups []tenancy.GroupID
	for _, p := range survey.Admins(&r.facts) {
		all, err := r.Engine.IdentityCenter.MembershipsOf(ctx, p)
		if err := r.missed(ctx, err, "the groups of the administrator %s", p); err != nil {
			return err
		}
		for _, m := range all {
			if _, read := r.facts.Directory.Members[m.Group]; !read {
				groups = append(groups, m.Group)
			}
		}
	}
	slices.Sort(groups)
	return r.membersOf(ctx, slices.Compact(groups))
}

func (r *surveying) membersOf(ctx context.Context, groups []tenancy.GroupID) error {
	if len(groups) == 0 {
		return nil
	}
	r.tell("reading the members of groups of Identity Center: %d", len(groups))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for _, g := range groups {
		group.Go(func() error {
			all, err := r.Engine.memberships(ctx, g)
			if err != nil {
				return r.missed(ctx, err, "the members of the group %s of Identity Center", g)
			}
			people := make([]tenancy.PersonID, len(all))
			for i, m := range all {
				people[i] = m.Person
			}
			slices.Sort(people)
			r.mu.Lock()
			defer r.mu.Unlock()
			r.facts.Directory.Members[g] = slices.Compact(people)
			return nil
		})
	}
	return group.Wait()
}
