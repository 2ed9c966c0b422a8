package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Retirement empties the namespace of a customer who has left. It is made by the command for that and by nothing else.
//
// It is a pass like others, of which one namespace is wanted with nobody in it (rules.Retire); so its people leave as
// everyone does who leaves. Two things are different: nothing brakes that they leave the groups, since a person has
// named the tenant, and their second look is at the tenant, whether anything asks for it again. How far it has come
// stands in QuickSight: whoever runs it again goes on.
type Retirement struct {
	Engine   *Engine
	Remnants Remnants
}

// Remnants is what is read of QuickSight when a customer leaves, and of nothing else. Lists are complete or an error.
type Remnants interface {
	// Users lists the names of all users of a namespace, by whomever they were registered.
	Users(ctx context.Context, n tenancy.Namespace) ([]string, error)
	// Assets lists every asset of a Region, with everybody's grants.
	Assets(ctx context.Context, region string) ([]tenancy.Asset, error)
}

// Retiring is what it means that a tenant is emptied.
type Retiring struct {
	Namespace tenancy.Namespace
	// Pass has no other steps than those of the namespace.
	Pass      *Pass
	Inventory plan.Inventory
}

// RetireOptions say how a tenant is emptied.
type RetireOptions struct {
	Many bool            // people are removed above the limits of the day, too
	To   plan.HouseGroup // who inherits; zero is the custodians of the namespace
}

// Left is what is still in a namespace, or hangs on it.
type Left struct {
	Ours    []string // the tenant's own users
	Others  []string // users whom a retirement does not touch
	Granted []plan.Granted
}

// Plan reads everything and answers what it means that a tenant is emptied. It writes nothing. It refuses
// (*RefusedError) a namespace that is not ours, and one that something asks for: its people would be let in again.
func (t *Retirement) Plan(ctx context.Context, n tenancy.Namespace, o RetireOptions) (*Retiring, error) {
	e := t.Engine
	r, err := e.read(ctx, nil)
	if err != nil {
		return nil, err
	}
	if err := e.mayRetire(r, n); err != nil {
		return nil, err
	}
	if err := e.inHouse(ctx, o.To); err != nil {
		return nil, err
	}
	assets, err := t.assets(ctx, n)
	if err != nil {
		return nil, err
	}
	p := &Pass{
		reading: r, Run: runID(), Cause: tenancy.Cause{Kind: tenancy.ByCommand, Name: "retire " + n.String()},
		retires: &retiring{
			namespace: n, turn: make(chan struct{}, 1), have: r.have.Tenant(n), assets: assets, to: o.To,
			ours: rules.Theirs(e.Rules, r.dir, n),
		},
	}
	if err := e.resolve(ctx, p); err != nil {
		return nil, err
	}
	p.derived.Want = rules.Retire(e.rulesNow(), r.dir, p.derived.Want, r.have, n)
	p.diff = e.differ(p)
	scope := Scope{Namespaces: []tenancy.Namespace{n}, Allow: []plan.Hazard{plan.RemovesUser, plan.RemovesMember}}
	if o.Many {
		scope.Allow = append(scope.Allow, plan.ManyRemovals)
	}
	policy, err := e.counted(ctx, scope, p)
	if err != nil {
		return nil, err
	}
	if err := e.guard(ctx, p, policy); err != nil {
		return nil, err
	}
	narrow(p)
	if o.To != (plan.HouseGroup{}) {
		p.Plan.Steps = append(p.Plan.Steps, plan.Revokes(r.have.Tenant(n), assets, p.Plan.Steps, e.Rules.House.HasNamespace)...)
	}
	inventory, err := t.inventory(ctx, n, p, assets)
	if err != nil {
		return nil, err
	}
	return &Retiring{Namespace: n, Pass: p, Inventory: inventory}, nil
}

// mayRetire refuses a namespace that is not ours to empty.
func (e *Engine) mayRetire(r *reading, n tenancy.Namespace) error {
	t := r.have.Tenant(n)
	switch {
	case t == nil && r.have.ForeignNamed(n.String()) != nil:
		return &RefusedError{fmt.Sprintf("the namespace %s is not tenantry's, and is not touched", n), "whoever made it may empty it"}
	case t == nil:
		return &RefusedError{fmt.Sprintf("there is no namespace %s", n), "check the spelling; capital letters count"}
	case e.Rollout != nil && !slices.Contains(e.Rollout, n):
		return &RefusedError{fmt.Sprintf("the namespace %s is not one that this configuration lets be written to", n), fmt.Sprintf("add %s to rollout", n)}
	case t.Status == tenancy.Deleting || t.Status == tenancy.Creating:
		return &RefusedError{fmt.Sprintf("the namespace %s is %s", n, t.Status), "AWS is at it: look again in a minute"}
	case t.Status != tenancy.Created:
		return &RefusedError{fmt.Sprintf("the namespace %s is %s, and nobody is in it", n, t.Status), fmt.Sprintf("tenantry namespace delete %s", n)}
	}
	if by := rules.WantedBy(e.Rules, r.dir, r.have, n); len(by) > 0 {
		return &RefusedError{
			fmt.Sprintf("the namespace %s is wanted, and its people would be let in again: %s", n, several(by)),
			"take the group out of Identity Center, or the rule out of the configuration, if the customer has left",
		}
	}
	return nil
}

// inHouse makes sure that a group is there, in a namespace of the house.
func (e *Engine) inHouse(ctx context.Context, to plan.HouseGroup) error {
	switch {
	case to == plan.HouseGroup{}:
		return nil
	case !slices.Contains(e.Rules.House.Namespaces, to.Namespace):
		return &RefusedError{
			fmt.Sprintf("the namespace %s is not the house's, and inherits nothing", tenancy.Word(to.Namespace)),
			fmt.Sprintf("name a group of one of house.namespaces: %s", strings.Join(e.Rules.House.Namespaces, ", ")),
		}
	}
	groups, err := e.QuickSight.Groups(ctx, to.Namespace)
	if err != nil && !errors.Is(err, plan.ErrNotFound) {
		return fmt.Errorf("reading the namespace %s: %w", to.Namespace, err)
	}
	if !slices.ContainsFunc(groups, func(g tenancy.QuickSightGroup) bool { return g.Name == to.Group }) {
		return &RefusedError{
			fmt.Sprintf("the namespace %s has no group %s", to.Namespace, tenancy.Word(to.Group)),
			fmt.Sprintf("aws quicksight create-group --aws-account-id %s --namespace %s --group-name %s", e.Account, to.Namespace, tenancy.ShellQuote(to.Group)),
		}
	}
	return nil
}

// Apply does the steps of a retirement, like Engine.Apply.
func (t *Retirement) Apply(ctx context.Context, r *Retiring, tell func(plan.Progress)) plan.Report {
	return t.Engine.Apply(ctx, r.Pass, tell)
}

// Left reads what is still in a namespace when a retirement is over, and what its principals may do something with.
func (t *Retirement) Left(ctx context.Context, r *Retiring) (*Left, error) {
	n := r.Namespace
	assets, err := t.assets(ctx, n)
	if err != nil {
		return nil, err
	}
	names, err := t.Remnants.Users(ctx, n)
	if err != nil {
		return nil, fmt.Errorf("reading the namespace %s: %w", n, err)
	}
	left := &Left{Granted: plan.GrantedIn(n, assets)}
	for _, name := range names {
		if r.Pass.retires.ours(tenancy.UserName(name)) {
			left.Ours = append(left.Ours, name)
		} else {
			left.Others = append(left.Others, name)
		}
	}
	return left, nil
}

// assets are all assets, of every Region in which they are looked for.
func (t *Retirement) assets(ctx context.Context, n tenancy.Namespace) ([]tenancy.Asset, error) {
	var all []tenancy.Asset
	for _, region := range t.Engine.assetRegions() {
		found, err := t.Remnants.Assets(ctx, region)
		if err != nil {
			return nil, fmt.Errorf("whether anything is shared with %s is not known: %w", n, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// inventory is what a namespace has now.
func (t *Retirement) inventory(ctx context.Context, n tenancy.Namespace, p *Pass, assets []tenancy.Asset) (plan.Inventory, error) {
	e := t.Engine
	all := plan.Inventory{Account: e.Account, Store: e.Rules.Store, Namespace: n.String(), Regions: e.assetRegions()}
	fail := func(err error) (plan.Inventory, error) {
		return all, fmt.Errorf("reading the namespace %s: %w", n, err)
	}
	names, err := t.Remnants.Users(ctx, n)
	if err != nil {
		return fail(err)
	}
	all.Enlist(names, p.retires.have.Registrations, p.retires.ours)
	groups, err := e.QuickSight.Groups(ctx, n.String())
	if err != nil {
		return fail(err)
	}
	for _, g := range groups {
		mark := g.Description
		if _, marked := tenancy.ParseMark(mark); !marked {
			mark = "" // whatever somebody has written there
		}
		members, err := e.QuickSight.Members(ctx, n.String(), g.Name)
		if err != nil {
			return fail(err)
		}
		if members == nil {
			members = []tenancy.UserName{}
		}
		all.Groups = append(all.Groups, plan.InventoryGroup{Name: g.Name, Mark: mark, Members: members})
	}
	slices.SortFunc(all.Groups, func(a, b plan.InventoryGroup) int { return strings.Compare(a.Name, b.Name) })
	all.Hold(assets)
	return all, nil
}

// errWantedAgain means that something asks for a tenant that is being emptied.
var errWantedAgain = errors.New("the tenant was seen to be wanted when it was looked at again")

// retiring is what a run knows of the tenant that it empties. A nil one empties none.
type retiring struct {
	namespace tenancy.Namespace
	have      *tenancy.Tenant // what is there
	assets    []tenancy.Asset // all of them
	to        plan.HouseGroup // who inherits; zero is the custodians
	ours      func(tenancy.UserName) bool

	// The second look at the tenant, and when it was. turn has room for one, who looks.
	turn chan struct{}
	at   time.Time
	err  error
}

func (t *retiring) tenant() tenancy.Namespace {
	if t == nil {
		return tenancy.Namespace{}
	}
	return t.namespace
}

// differ is the difference of a pass, as a retirement makes it where it is one.
func (e *Engine) differ(p *Pass) plan.Difference {
	t := p.retires
	if t != nil {
		plan.OwnedTogether(t.have, t.assets, t.ours)
	}
	d := plan.Diff(e.Rules.Store, p.derived.Want, p.reading.have, e.SamePrincipal)
	if t != nil && t.to != (plan.HouseGroup{}) {
		d = plan.ToHouse(d, t.have, t.assets, t.to)
	}
	return d
}

// lookAgain makes sure that nothing asks for the tenant, by what the directory says now: its groups are listed once
// more, and those that were bound there are read by their ids. A list that was read in part looks as if they had gone.
// What was found holds for a minute.
func (t *retiring) lookAgain(ctx context.Context, e *Engine, have tenancy.State) error {
	t.turn <- struct{}{}
	defer func() { <-t.turn }()
	if !t.at.IsZero() && time.Since(t.at) < searched {
		return t.err
	}
	began := time.Now()
	err := t.stillUnwanted(ctx, e, have)
	if ctx.Err() == nil {
		t.at, t.err = began, err
	}
	return err
}

func (t *retiring) stillUnwanted(ctx context.Context, e *Engine, have tenancy.State) error {
	groups, err := e.IdentityCenter.Groups(ctx)
	if err != nil {
		return fmt.Errorf("looking whether %s is wanted: %w", t.namespace, err)
	}
	dir := tenancy.Directory{Groups: groups}
	dir.Sort()
	for _, m := range have.Tenant(t.namespace).Mirrors {
		if dir.Group(m.Group) != nil {
			continue
		}
		g, err := e.IdentityCenter.Group(ctx, m.Group)
		switch {
		case errors.Is(err, plan.ErrNotFound):
		case err != nil:
			return fmt.Errorf("reading the group %s: %w", m.Group, err)
		default:
			dir.Groups = append(dir.Groups, g)
		}
	}
	dir.Sort()
	if by := rules.WantedBy(e.Rules, dir, have, t.namespace); len(by) > 0 {
		return fmt.Errorf("%w: %s", errWantedAgain, several(by))
	}
	return nil
}
