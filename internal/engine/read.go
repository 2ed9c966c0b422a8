package engine

import (
	"context"
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

// reading is all that one pass read.
type reading struct {
	have  tenancy.State
	dir   tenancy.Directory
	roles []tenancy.RoleARN
	arns  map[string]string // of namespaces, by name
	// readAt says when the reading of each group's members began.
	readAt map[tenancy.GroupID]time.Time
	notes  []tenancy.Note // about namespaces that are being adopted
	// named are the memberships that were read, for a Keeper.
	named  rules.Memberships
	by     time.Time      // when the reading had ended
	listed *listing       // of assets; nil where nobody has asked
	house  *tenancy.House // of the last pass, for a hint; nil where everybody was read
	// ownedAt is when what leavers own alone began to be read; zero for not at all.
	ownedAt time.Time
}

// read reads everything: QuickSight first, the directory last.
func (e *Engine) read(ctx context.Context, adopt []tenancy.Namespace) (*reading, error) {
	r := &reading{}
	began := time.Now()
	var err error
	if r.roles, err = e.Roles.Roles(ctx, e.Rules.SignIn.RolePath()); err != nil {
		return nil, fmt.Errorf("reading the sign-in roles: %w", err)
	}
	if err := e.readQuickSight(ctx, r, adopt); err != nil {
		return nil, err
	}
	e.recent.overlay(&r.have, began)
	if err := e.readDirectory(ctx, r); err != nil {
		return nil, err
	}
	r.by = time.Now()
	return r, nil
}

func (e *Engine) readQuickSight(ctx context.Context, r *reading, adopt []tenancy.Namespace) error {
	infos, err := e.QuickSight.Namespaces(ctx)
	if err != nil {
		return fmt.Errorf("reading the namespaces: %w", err)
	}
	r.arns = make(map[string]string, len(infos))
	tenants := make([]*tenancy.Tenant, len(infos))
	foreign := make([]*tenancy.Foreign, len(infos))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for i, info := range infos {
		r.arns[info.Name] = info.ARN
		group.Go(func() (err error) {
			tenants[i], foreign[i], err = e.readNamespace(ctx, info, adopt)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i := range infos {
		if tenants[i] != nil {
			r.have.Tenants = append(r.have.Tenants, *tenants[i])
		} else {
			r.have.Foreign = append(r.have.Foreign, *foreign[i])
		}
	}
	r.have.Sort()
	return e.adopted(r, adopt)
}

// readNamespace reads one namespace, and tells whether it is ours: one of its groups bears our mark,
// or, where none does yet, it bears our tag.
func (e *Engine) readNamespace(ctx context.Context, info tenancy.NamespaceInfo, adopt []tenancy.Namespace) (*tenancy.Tenant, *tenancy.Foreign, error) {
	fail := func(err error) (*tenancy.Tenant, *tenancy.Foreign, error) {
		return nil, nil, fmt.Errorf("reading the namespace %s: %w", info.Name, err)
	}
	foreign := &tenancy.Foreign{Name: info.Name, Status: info.Status}
	n, err := tenancy.ParseNamespace(info.Name)
	if err != nil || e.Rules.House.HasNamespace(info.Name) {
		foreign.Users, err = e.users(ctx, info)
		if tenancy.IsProbe(info.Name) && errors.Is(err, plan.ErrNotFound) {
			err = nil // a throwaway, which goes while others read
		}
		if err != nil {
			return fail(err)
		}
		return nil, foreign, nil
	}
	t := &tenancy.Tenant{Namespace: n, Status: info.Status, Error: info.Error}
	marked, err := e.readGroups(ctx, t)
	if err != nil {
		return fail(err)
	}
	if t.Registrations, err = e.users(ctx, info); err != nil {
		return fail(err)
	}
	ours := len(t.Mirrors) > 0 || t.Custodians.Name != "" || len(t.Parked) > 0 || slices.Contains(adopt, n) && !marked || e.recent.founded(n)
	if !ours && !marked {
		if t.Tags, err = e.tags(ctx, info.ARN); err != nil {
			return fail(err)
		}
		ours = t.Tags[tenancy.TagStore] == string(e.Rules.Store)
	}
	if !ours {
		foreign.Users = t.Registrations
		return nil, foreign, nil
	}
	for i := range t.Mirrors {
		if err := e.readMirror(ctx, t, &t.Mirrors[i]); err != nil {
			return fail(err)
		}
	}
	if t.Custodians.Name != "" {
		if err := e.readMirror(ctx, t, &t.Custodians); err != nil {
			return fail(err)
		}
	}
	return t, nil, nil
}

// readMirror reads the members of a mirror.
func (e *Engine) readMirror(ctx context.Context, t *tenancy.Tenant, m *tenancy.Mirror) (err error) {
	if m.Members, err = e.QuickSight.Members(ctx, t.Namespace.String(), m.Name); err != nil {
		return err
	}
	for i, user := range m.Members { // one copy of each name does
		if u := t.Registration(user); u != nil {
			m.Members[i] = u.User
		}
	}
	return nil
}

// users lists a namespace's users. One that is not CREATED has none that could be listed.
func (e *Engine) users(ctx context.Context, info tenancy.NamespaceInfo) ([]tenancy.Registration, error) {
	if info.Status != tenancy.Created {
		return nil, nil
	}
	return e.QuickSight.Users(ctx, info.Name)
}

// readGroups finds the mirrors among a namespace's groups, and reports whether any group bears a
// mark, be it of another identity store.
func (e *Engine) readGroups(ctx context.Context, t *tenancy.Tenant) (marked bool, err error) {
	if t.Status != tenancy.Created {
		return false, nil
	}
	groups, err := e.QuickSight.Groups(ctx, t.Namespace.String())
	if err != nil {
		return false, err
	}
	for _, g := range groups {
		mark, ok := tenancy.ParseMark(g.Description)
		marked = marked || ok
		switch {
		case ok && mark.Store == e.Rules.Store && mark.Group == tenancy.CustodiansGroup:
			if g.Name != tenancy.CustodiansName { // somebody has copied the mark
				t.OtherGroups = append(t.OtherGroups, g.Name)
				continue
			}
			t.Custodians = tenancy.Mirror{Group: mark.Group, Name: g.Name}
		case ok && mark.Store == e.Rules.Store && mark.OfMove():
			if p, is := mark.Moving(g.Name); is {
				t.Parked = append(t.Parked, tenancy.Parking{Person: p})
			} else { // somebody has copied the mark
				t.OtherGroups = append(t.OtherGroups, g.Name)
			}
		case ok && mark.Store == e.Rules.Store:
			t.Mirrors = append(t.Mirrors, tenancy.Mirror{Group: mark.Group, Name: g.Name})
		default:
			t.OtherGroups = append(t.OtherGroups, g.Name)
		}
	}
	return marked, nil
}

// tags reads a namespace's tags. The answer is never nil, which would mean that they were not read.
func (e *Engine) tags(ctx context.Context, arn string) (map[string]string, error) {
	tags, err := e.QuickSight.NamespaceTags(ctx, arn)
	if err != nil {
		return nil, fmt.Errorf("reading its tags: %w", err)
	}
	if tags == nil {
		tags = map[string]string{}
	}
	return tags, nil
}

// adopted makes sure that what is to be adopted can be, and notes who becomes managed by it.
func (e *Engine) adopted(r *reading, adopt []tenancy.Namespace) error {
	for _, n := range adopt {
		t := r.have.Tenant(n)
		switch {
		case t == nil && r.have.ForeignNamed(n.String()) != nil:
			return &RefusedError{
				fmt.Sprintf("the namespace %s cannot be adopted: it bears the mark of another identity store, or it is the house's", n),
				"remove the mark from its groups' descriptions first, or take it out of house.namespaces",
			}
		case t == nil:
			return &RefusedError{fmt.Sprintf("there is no namespace %s to adopt", n), "leave --adopt out: a namespace that is wanted is created"}
		case len(t.Mirrors) > 0:
			continue // adopted before: running again is no error
		}
		var users []string
		for _, u := range t.Registrations {
			users = append(users, string(u.User))
		}
		r.notes = append(r.notes, tenancy.Note{
			Code: "adopting", Object: n.String(), Namespace: n.String(),
			Text: fmt.Sprintf("%s becomes tenantry's; it has %d users (%s), and of them those under the tenant's sign-in role become managed", n, len(users), strings.Join(users, ", ")),
		})
	}
	return nil
}

func (e *Engine) readDirectory(ctx context.Context, r *reading) error {
	r.dir.Store = e.Rules.Store
	r.dir.Members = map[tenancy.GroupID][]tenancy.PersonID{}
	r.readAt = map[tenancy.GroupID]time.Time{}
	group, gctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		r.dir.People, err = e.IdentityCenter.People(gctx)
		return err
	})
	group.Go(func() (err error) {
		r.dir.Groups, err = e.IdentityCenter.Groups(gctx)
		return err
	})
	if err := group.Wait(); err != nil {
		return fmt.Errorf("reading the directory: %w", err)
	}
	r.dir.Sort()
	return e.readMembers(ctx, r)
}

// readMembers reads the members of the groups that matter, and no others.
func (e *Engine) readMembers(ctx context.Context, r *reading) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	var mu sync.Mutex
	for _, g := range r.dir.Groups {
		if !e.Rules.Feeds(g, &r.have) {
			continue
		}
		group.Go(func() error {
			began := time.Now()
			all, err := e.memberships(ctx, g.ID)
			if err != nil {
				return err
			}
			members := make([]tenancy.PersonID, 0, len(all))
			for i := range all {
				// A text keeps the whole answer in memory that it came with: people's own copies do for all.
				if p := r.dir.Person(all[i].Person); p != nil {
					all[i].Person = p.ID
				}
				all[i].Group = g.ID
				members = append(members, all[i].Person)
			}
			slices.Sort(members)
			mu.Lock()
			defer mu.Unlock()
			if e.recent != nil {
				r.named.Note(all)
			}
			r.dir.Members[g.ID], r.readAt[g.ID] = slices.Clip(slices.Compact(members)), began
			return nil
		})
	}
	return group.Wait()
}

// memberships reads a group's members to the end.
func (e *Engine) memberships(ctx context.Context, g tenancy.GroupID) ([]tenancy.Membership, error) {
	var all []tenancy.Membership
	for page, err := range e.IdentityCenter.Memberships(ctx, g) {
		if err != nil {
			return nil, fmt.Errorf("reading the members of the group %s: %w", g, err)
		}
		all = append(all, page...)
	}
	return all, nil
}
