package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Migration moves people who live outside of the tenants, in default say, to where the rules place them. It is made by
// the command for that and by nothing else.
//
// Who is moved, with what and how is package plan's to say (plan.Migration). This reads what it is said from: a pass, and
// every asset that there is, each once. Then it does it, person by person (migrate_do.go), behind what makes their
// tenants ready, which is an ordinary plan.
type Migration struct {
	Engine    *Engine
	Catalogue Catalogue
	Outside   Outside
	Tell      func(doing string) // is told what is being read; nil is nobody
}

// Outside is what is read of users in namespaces that are no tenant's, and of what they have; for a migration, and for
// nothing else. Lists are complete or an error.
type Outside interface {
	// Tags reads the tags of a user. The error wraps plan.ErrNotFound when there is none of that name.
	Tags(ctx context.Context, namespace string, user tenancy.UserName) (map[string]string, error)
	// Found names everything in a Region with which somebody may do something, of the kinds that can be searched.
	Found(ctx context.Context, region string, who tenancy.Grantee) ([]tenancy.AssetRef, error)
	// Beneath names what an asset stands on, or what is in it.
	Beneath(ctx context.Context, asset tenancy.AssetRef) ([]tenancy.AssetRef, error)
}

// MigrateOptions say who is moved, and how.
type MigrateOptions struct {
	Namespaces []tenancy.Namespace // nil means all
	Person     string              // see Scope; "" means everyone
	Allow      []tenancy.Code      // see plan.MigrationAllows
	Keep       time.Duration       // for how long the user of before stays with whoever was prepared
	Finish     bool                // it goes now, all the same
	Shares     []plan.GroupMap
}

// Migrating is what a migration means.
type Migrating struct {
	plan.Migrating
	// Ground has the steps that make the tenants ready, and those that end what an earlier run began.
	Ground *Pass
	Images plan.Images
	// Unread are assets of which nobody knows who has them.
	Unread []tenancy.Unread

	people *Pass
}

// Plan reads everything and answers what would be done. It writes nothing.
func (m *Migration) Plan(ctx context.Context, o MigrateOptions) (*Migrating, error) {
	e := m.Engine
	m.tell("reading QuickSight and the directory")
	scope := Scope{Namespaces: o.Namespaces, Person: o.Person}
	p, err := e.difference(ctx, scope)
	if err != nil {
		return nil, err
	}
	p.Run, p.Cause = runID(), tenancy.Cause{Kind: tenancy.ByCommand, Name: "migrate"}
	roles, err := e.Roles.Roles(ctx, "/")
	if err != nil {
		return nil, fmt.Errorf("reading the roles of IAM: %w", err)
	}
	all := &plan.Migration{
		Store: e.Rules.Store, House: rules.HouseOf(e.Rules, p.reading.dir),
		Formerly: e.Rules.SignIn.Formerly, Beneath: map[tenancy.AssetRef][]tenancy.AssetRef{}, Prepared: map[tenancy.PersonID]tenancy.Prepared{},
		Now: time.Now().Unix(), Keep: int64(o.Keep / time.Second), Finish: o.Finish, Allow: o.Allow, Shares: o.Shares,
		Namespaces: o.Namespaces, Person: p.person, Rollout: e.Rollout,
	}
	if err := e.ready(ctx, Scope{Namespaces: o.Namespaces}, p); err != nil {
		return nil, err
	}
	all.Want, all.Have, all.Diff, all.Ready = p.derived.Want, p.reading.have, p.diff, slices.Clone(p.Plan.Steps)
	if all.Groups, err = m.groups(ctx, &p.reading.have); err != nil {
		return nil, err
	}
	if err := m.namesGroups(all); err != nil {
		return nil, err
	}
	for _, region := range e.assetRegions() {
		m.tell(fmt.Sprintf("reading the assets in %s, each with its permissions", region))
		of, err := m.Catalogue.All(ctx, region)
		if err != nil {
			return nil, fmt.Errorf("reading the assets in %s: %w", region, err)
		}
		all.Assets.Add(of)
	}
	all.Assets.Sort()
	asks := all.Asks()
	for first := true; first || len(asks.Beneath) > 0; asks = all.Asks() {
		if !first {
			asks.Prepared = nil // it has been read
		}
		if err := m.answer(ctx, all, asks); err != nil {
			return nil, err
		}
		first = false
	}
	out := &Migrating{Migrating: all.Plan(), Unread: all.Assets.Unread}
	out.Holds, _ = e.accept(out.Holds)
	out.Images = out.Migrating.Images(e.Account, e.Rules.Store, time.Now().Unix(), roles)
	out.people = &Pass{reading: p.reading, derived: p.derived, Run: p.Run, Cause: p.Cause, allowed: []plan.Hazard{plan.Migrates}}
	out.Ground = ground(p, out)
	return out, nil
}

func (m *Migration) tell(doing string) {
	if m.Tell != nil {
		m.Tell(doing)
	}
}

// groups reads the groups of the namespaces outside, with their members.
func (m *Migration) groups(ctx context.Context, have *tenancy.State) ([]plan.OutsideGroup, error) {
	var all []plan.OutsideGroup
	for _, f := range have.Foreign {
		if f.Status != tenancy.Created {
			continue
		}
		m.tell("reading the groups of " + f.Name)
		groups, err := m.Engine.QuickSight.Groups(ctx, f.Name)
		if err != nil {
			return nil, fmt.Errorf("reading the groups of the namespace %s: %w", f.Name, err)
		}
		read := make([]plan.OutsideGroup, len(groups))
		group, gctx := errgroup.WithContext(ctx)
		group.SetLimit(readers)
		for i, g := range groups {
			group.Go(func() error {
				members, err := m.Engine.QuickSight.Members(gctx, f.Name, g.Name)
				read[i] = plan.OutsideGroup{Namespace: f.Name, Name: g.Name, Members: members}
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return nil, fmt.Errorf("reading the groups of the namespace %s: %w", f.Name, err)
		}
		all = append(all, read...)
	}
	return all, nil
}

// namesGroups refuses a group map that names no group, outside or of any tenant: nobody would see anything by it.
func (m *Migration) namesGroups(all *plan.Migration) error {
	for i := range all.Shares {
		s := &all.Shares[i]
		from := func(g plan.OutsideGroup) bool {
			return g.Namespace == s.Namespace && (g.Name == s.Group || slices.ContainsFunc(all.Want.Tenants, func(t tenancy.Tenant) bool { return s.Of(t.Namespace).Name == g.Name }))
		}
		to := func(t tenancy.Tenant) bool {
			return slices.ContainsFunc(t.Mirrors, func(m tenancy.Mirror) bool { return m.Name == s.In(t.Namespace) })
		}
		const hint = "check the spelling of --map-group; capital letters count"
		switch {
		case !slices.ContainsFunc(all.Groups, from):
			return &RefusedError{fmt.Sprintf("the namespace %s has no group %s", tenancy.Word(s.Namespace), tenancy.Word(s.Group)), hint}
		case !slices.ContainsFunc(all.Want.Tenants, to):
			return &RefusedError{fmt.Sprintf("no tenant has a group %s", tenancy.Word(s.Mirror)), hint}
		}
	}
	return nil
}

// answer reads what a migration asks for, each once.
func (m *Migration) answer(ctx context.Context, all *plan.Migration, asks plan.Asks) error {
	if len(asks.Beneath) > 0 {
		m.tell(fmt.Sprintf("reading what is in folders, and on which data sets dashboards stand: %d", len(asks.Beneath)))
	}
	var mu sync.Mutex
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for _, ref := range asks.Beneath {
		group.Go(func() error {
			under, err := m.Outside.Beneath(gctx, ref)
			if errors.Is(err, plan.ErrNotFound) {
				under, err = nil, nil // gone since
			}
			mu.Lock()
			defer mu.Unlock()
			all.Beneath[ref] = under
			return err
		})
	}
	for _, g := range asks.Prepared {
		group.Go(func() error {
			tags, err := m.Outside.Tags(gctx, g.From.Namespace, g.From.User)
			if errors.Is(err, plan.ErrNotFound) {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			if was, is := tenancy.ParsePrepared(tags[tenancy.TagPrepared]); is {
				all.Prepared[g.Person] = was
			}
			return err
		})
	}
	return group.Wait()
}

// ready plans what an apply would do, of all people: what makes a tenant ready for one of them is about nobody.
func (e *Engine) ready(ctx context.Context, scope Scope, p *Pass) error {
	p.person = ""
	policy, err := e.counted(ctx, scope, p)
	if err != nil {
		return err
	}
	return e.guard(ctx, p, policy)
}

// ground leaves of a plan what makes the tenants ready of those who are moved: their namespaces and groups, and what is
// shared with these. Who was being moved when an earlier run was cut off comes with it.
func ground(p *Pass, m *Migrating) *Pass {
	tenants := map[tenancy.Namespace]bool{}
	for i := range m.Migrants {
		if len(m.Migrants[i].Steps) > 0 {
			tenants[m.Migrants[i].To] = true
		}
	}
	for i := range p.Plan.Steps {
		s := &p.Plan.Steps[i]
		n, who := s.Change.In(), s.Change.Who()
		have := p.reading.have.Tenant(n)
		switch c := s.Change.(type) {
		case plan.CreateNamespace, plan.Share, plan.CreateFolder, plan.OpenFolder:
			if tenants[n] {
				continue
			}
		case plan.CreateMirror:
			if tenants[n] && c.Group != tenancy.CustodiansGroup {
				continue
			}
		default:
			if who != "" && have != nil && have.Parking(who) != nil && !s.Change.Kind().TakesAway() {
				continue
			}
		}
		if s.Held == "" {
			s.Held = plan.NotSelected
		}
	}
	p.Plan.Steps = append(p.Plan.Steps, m.Shares...)
	return p
}

// imagesOf are lines of the history that keep what people were, without their addresses.
func (e *Engine) imagesOf(p *Pass, images []plan.Image) ([]plan.Entry, error) {
	var entries []plan.Entry
	for _, image := range images {
		image.Email = ""
		text, err := json.Marshal(image)
		if err != nil {
			return nil, err
		}
		entries = append(entries, plan.Entry{
			What: plan.Imaged, Run: p.Run, Cause: p.Cause, Actor: e.Actor, Namespace: image.To.String(),
			Person: image.Person, Object: string(image.User), Before: image.Namespace, After: string(image.As), Text: string(text),
		})
	}
	return entries, nil
}

// notReady says why nobody can be moved into a tenant now, "" when somebody can.
func (e *Engine) notReady(ctx context.Context, n tenancy.Namespace) (string, error) {
	info, err := e.QuickSight.Namespace(ctx, n.String())
	switch {
	case errors.Is(err, plan.ErrNotFound):
		return "there is no such namespace yet", nil
	case err != nil:
		return "", fmt.Errorf("reading the namespace %s: %w", n, err)
	case info.Status != tenancy.Created:
		return "the namespace is " + strings.ToLower(string(info.Status)), nil
	}
	return "", nil
}
