package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Undoing is what it means that a migration is undone.
type Undoing struct {
	People []plan.Undone
	Holds  []tenancy.Hold

	pass *Pass
	held map[tenancy.PersonID]tenancy.Holdings
}

// PlanUndo reads where the people of images are now, and what they have, and answers how they come back to where they
// were. It writes nothing. It refuses (*RefusedError) images of another account or directory.
func (m *Migration) PlanUndo(ctx context.Context, images plan.Images) (*Undoing, error) {
	e := m.Engine
	switch {
	case images.Account != e.Account:
		return nil, &RefusedError{fmt.Sprintf("the file is of the account %s, and this is %s", images.Account, e.Account), "use the credentials and the configuration that it was made with"}
	case images.Store != e.Rules.Store:
		return nil, &RefusedError{fmt.Sprintf("the file is of the identity store %s, and this is %s", images.Store, e.Rules.Store), "use the configuration that it was made with"}
	}
	for i := range images.People {
		if n := images.People[i].To; e.Rollout != nil && !slices.Contains(e.Rollout, n) {
			return nil, &RefusedError{fmt.Sprintf("the namespace %s is not one that this configuration lets be written to", n), fmt.Sprintf("add %s to rollout", n)}
		}
	}
	m.tell("reading QuickSight and the directory")
	r, err := e.read(ctx, nil)
	if err != nil {
		return nil, err
	}
	u := plan.Undo{
		Store: e.Rules.Store, Images: images, Have: r.have, Held: map[tenancy.PersonID]tenancy.Holdings{},
		Parked: map[tenancy.PersonID]tenancy.Holdings{}, Tagged: map[tenancy.PersonID]tenancy.PersonID{},
	}
	u.Sessions = map[tenancy.PersonID]tenancy.Session{}
	for i := range r.dir.People {
		p := &r.dir.People[i]
		if session, err := e.Rules.Session(p); err == nil && !p.Disabled {
			u.Sessions[p.ID] = session
		}
	}
	m.tell(fmt.Sprintf("reading what people have: %d", len(images.People)))
	if err := m.answerUndo(ctx, r, &u); err != nil {
		return nil, err
	}
	out := &Undoing{held: u.Held, pass: &Pass{reading: r, Run: runID(), Cause: tenancy.Cause{Kind: tenancy.ByCommand, Name: "migrate --undo"}, allowed: []plan.Hazard{plan.Migrates}}}
	out.People, out.Holds = u.Plan()
	return out, nil
}

// answerUndo reads who stands behind the users in the tenants, and what they have and is parked for them.
func (m *Migration) answerUndo(ctx context.Context, r *reading, u *plan.Undo) error {
	e, listed := m.Engine, newListing()
	type answer struct {
		held, parked tenancy.Holdings
		tagged       tenancy.PersonID
	}
	answers := make([]answer, len(u.Images.People))
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for i := range u.Images.People {
		image := &u.Images.People[i]
		t := r.have.Tenant(image.To)
		if t == nil {
			continue
		}
		group.Go(func() error {
			if t.Registration(image.As) != nil {
				answers[i].held = e.holdings(gctx, listed, tenancy.Question{Kind: tenancy.WhatTheyHold, Namespace: image.To, User: image.As})
				tags, err := m.Outside.Tags(gctx, image.To.String(), image.As)
				if err != nil && !errors.Is(err, plan.ErrNotFound) {
					return fmt.Errorf("reading who stands behind a user of the namespace %s: %w", image.To, err)
				}
				answers[i].tagged = tenancy.PersonID(tags[tenancy.TagPerson])
			}
			if t.Parking(image.Person) != nil {
				answers[i].parked = e.holdings(gctx, listed, tenancy.Question{Kind: tenancy.WhatIsParked, Namespace: image.To, Person: image.Person})
			}
			return gctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, a := range answers {
		id := u.Images.People[i].Person
		u.Held[id], u.Parked[id], u.Tagged[id] = a.held, a.parked, a.tagged
	}
	return nil
}

// Undo brings everybody back, batch by batch, like Apply.
func (m *Migration) Undo(ctx context.Context, u *Undoing, o ApplyMigration, tell func(MigrateProgress)) MigrateReport {
	var all []work
	for i := range u.People {
		if p := &u.People[i]; len(p.Steps) > 0 {
			all = append(all, work{p.Image.Person, p.Image.As, p.Image.To, func(ctx context.Context, w *mover) error { return w.bringBack(ctx, u, p) }})
		}
	}
	report := MigrateReport{NotReached: len(all)}
	m.each(ctx, u.pass, all, o, &report, tell)
	return report
}

// bringBack brings one person back, step by step.
func (w *mover) bringBack(ctx context.Context, u *Undoing, p *plan.Undone) error {
	for i, s := range p.Steps {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := w.bring(ctx, u, p, &task{i, s}); err != nil {
			return err
		}
		if s.Change.Kind() == plan.KindRemoveRegistration {
			ctx = w.writes // like whoever is moved
		}
	}
	return nil
}

func (w *mover) bring(ctx context.Context, u *Undoing, p *plan.Undone, t *task) error {
	switch c := t.step.Change.(type) {
	case plan.Park:
		defer w.assets.take(c.Asset.String())()
	case plan.Unpark:
		defer w.assets.take(c.Asset.String())()
	case plan.Regain:
		defer w.assets.take(c.Asset.String())()
		// What is gone since cannot be given to anybody, and what another tenant's people own by now is none of theirs.
		a, err := w.engine.Assets.Read(ctx, c.Asset)
		if errors.Is(err, plan.ErrNotFound) || err == nil && w.anotherTenants(&a, &c) {
			return nil
		}
	case plan.RemoveRegistration:
		var known []tenancy.AssetRef
		for _, a := range u.held[p.Image.Person].Assets {
			known = append(known, a.AssetRef)
		}
		if err := w.hasOnly(ctx, userOf(c.Namespace, c.User), known); err != nil {
			return err
		}
	}
	return w.patiently(ctx, t, time.Time{})
}

// anotherTenants reports whether somebody of another tenant than the person's owns an asset.
func (w *mover) anotherTenants(a *tenancy.Asset, c *plan.Regain) bool {
	return slices.ContainsFunc(a.Grants, func(g tenancy.Grant) bool {
		n, err := tenancy.ParseNamespace(g.To.Namespace)
		return g.Owner && err == nil && n != c.Namespace && w.pass.reading.have.Tenant(n) != nil
	})
}
