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

// Hint asks to look at someone, or something, again.
type Hint struct {
	Cause tenancy.Cause
	// Urgent says that it may take something away: its reads go first.
	Urgent bool
}

// lane is the engine whose calls have a hint's priority.
func (k *Keeper) lane(h Hint) *Engine {
	if h.Urgent {
		return k.Urgent
	}
	return k.Soon
}

// seen is a person as a hint has just read them. Who is gone has no person.
type seen struct {
	person      *tenancy.Person
	memberships []tenancy.Membership
	at          time.Time // when the reading began
}

// PersonResult is what came of a hint about a person.
type PersonResult struct {
	Result
	// Groups are the groups that the person is a member of now.
	Groups []tenancy.GroupID
	// Others are people to be looked at because of this one: a group for custodians was made just now, into which
	// they may belong; or they have the name that this one had until now.
	Others []tenancy.PersonID
}

// Person looks at a person again, and does what a pass would do about them. It costs two reads when
// nothing is to be done. An error is one of reading; what could not be written is in the report.
func (k *Keeper) Person(ctx context.Context, id tenancy.PersonID, h Hint) (PersonResult, error) {
	defer k.people.take(string(id))()
	k.Touch(id)
	defer k.Touch(id) // for a pass that has read them while this went on
	e := k.lane(h)
	v, err := e.look(ctx, id)
	if err != nil {
		return PersonResult{}, err
	}
	if err := k.learn(ctx, e, v.memberships); err != nil {
		return PersonResult{}, err
	}
	namesakes := k.take(id, v)
	result := PersonResult{}
	for _, m := range v.memberships {
		result.Groups = append(result.Groups, m.Group)
	}
	result.Result, result.Others, err = k.put(ctx, e, id, v, h.Cause)
	result.Others = append(result.Others, namesakes...)
	return result, err
}

// look reads a person and their memberships.
func (e *Engine) look(ctx context.Context, id tenancy.PersonID) (*seen, error) {
	v := &seen{at: time.Now()}
	group, gctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		p, err := e.IdentityCenter.Person(gctx, id)
		if err == nil {
			v.person = &p
		}
		return unlessGone(err)
	})
	group.Go(func() (err error) {
		v.memberships, err = e.IdentityCenter.MembershipsOf(gctx, id)
		return unlessGone(err)
	})
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("reading the person %s: %w", id, err)
	}
	if v.person == nil {
		v.memberships = nil
	}
	return v, nil
}

func unlessGone(err error) error {
	if errors.Is(err, plan.ErrNotFound) {
		return nil
	}
	return err
}

// learn reads those groups of somebody whose names matter and may be news: those never seen, and those
// that no mark binds, whose name says which tenant they are for.
func (k *Keeper) learn(ctx context.Context, e *Engine, memberships []tenancy.Membership) error {
	for _, m := range memberships {
		if !k.mustRead(m.Group) {
			continue
		}
		g, err := e.IdentityCenter.Group(ctx, m.Group)
		if errors.Is(err, plan.ErrNotFound) {
			continue // it went with its memberships
		}
		if err != nil {
			return fmt.Errorf("reading the group %s: %w", m.Group, err)
		}
		k.mu.Lock()
		k.index.NameGroup(g)
		k.mu.Unlock()
	}
	return nil
}

func (k *Keeper) mustRead(id tenancy.GroupID) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	g := k.index.Dir.Group(id)
	if g == nil {
		return true
	}
	_, bound := k.index.Bound(id)
	return !bound && k.index.Rules.Feeds(*g, &k.index.Have)
}

// take puts what was read about a person into the index. When they no longer sign in by the name that the index had, it
// answers who does: until now those two were one at sign-in, and the other was held.
func (k *Keeper) take(id tenancy.PersonID, v *seen) (namesakes []tenancy.PersonID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	was := tenancy.Session("")
	if p := k.index.Dir.Person(id); p != nil {
		was = k.index.Rules.SessionOf(p)
	}
	if v.person == nil {
		k.index.DropPerson(id)
	} else {
		k.index.SetPerson(*v.person, v.memberships)
	}
	if was == "" || v.person != nil && k.index.Rules.SessionOf(v.person).Fold() == was.Fold() {
		return nil
	}
	return slices.DeleteFunc(k.index.SignsInAs(was), func(other tenancy.PersonID) bool { return other == id })
}

// put does what is to be done about a person.
func (k *Keeper) put(ctx context.Context, e *Engine, id tenancy.PersonID, v *seen, cause tenancy.Cause) (Result, []tenancy.PersonID, error) {
	p, err := k.decide(ctx, e, cause, k.about(id, v))
	if err != nil || len(p.Plan.Pending()) == 0 {
		result, err := k.told(ctx, p, string(id), err)
		return result, nil, err
	}
	if learnt, err := k.readThere(ctx, e, p.Plan.Pending()); err != nil {
		return Result{}, nil, err
	} else if learnt {
		if p, err = k.decide(ctx, e, cause, k.about(id, v)); err != nil {
			return Result{}, nil, err
		}
	}
	result, err := k.told(ctx, p, string(id), nil)
	if err != nil {
		return Result{}, nil, err
	}
	r := k.hintRun(e, p, v)
	result.Again = k.secondLook(id, p.Plan.Pending(), v.at)
	if result.Again == 0 {
		r.again = v
	}
	heirs := r.heirs
	result.Waiting = r.oneByOne(ctx, k, v)
	result.Report = r.report(ctx)
	var people []tenancy.PersonID
	for _, t := range heirs {
		if result.Again == 0 {
			people = append(people, k.mayInherit(t.step.Change.In())...)
		}
	}
	return result, people, nil
}

// mayInherit are the people of a tenant whose role lets them own anything.
func (k *Keeper) mayInherit(n tenancy.Namespace) (people []tenancy.PersonID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	t := k.index.Have.Tenant(n)
	if t == nil {
		return nil
	}
	for _, r := range t.Registrations {
		if !r.Role.IsReader() {
			people = append(people, k.index.SignsInAs(tenancy.Session(r.User.SessionName()))...)
		}
	}
	return people
}

// told answers a result with its news: the holds of this person or group, and those that keep what was
// to be done about them.
func (k *Keeper) told(ctx context.Context, p *Pass, object string, err error) (Result, error) {
	if err != nil {
		return Result{}, err
	}
	type keeper struct {
		code      tenancy.Code
		namespace string // "" is the whole account
	}
	keeps := map[keeper]bool{}
	for _, s := range p.Plan.Steps {
		if s.Held != "" && s.Held != plan.NotSelected {
			keeps[keeper{s.Held, s.Change.In().String()}] = true
			keeps[keeper{s.Held, ""}] = true
		}
	}
	var own []tenancy.Hold
	for _, h := range p.Plan.Holds {
		if h.Object == object || keeps[keeper{h.Code, h.Namespace}] {
			own = append(own, h)
		}
	}
	news := k.news(own, false)
	return Result{Plan: p.Plan, News: news}, k.tellHolds(ctx, p, news)
}
