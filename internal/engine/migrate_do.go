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

// ApplyMigration says how many are moved at once, and when to stop.
type ApplyMigration struct {
	Batch     int // a batch is at its end before the next one begins
	StopAfter int // so many failures
}

// Moved is how the move of one person ended.
type Moved struct {
	Person tenancy.PersonID
	User   tenancy.UserName // who they were
	To     tenancy.Namespace
	Err    error // nil when it was done
}

// MigrateProgress is how far a migration has come.
type MigrateProgress struct {
	Total, Done, Failed int
	Left                time.Duration // as long as it has taken for those so far; 0 is not known
	Last                Moved
}

// MigrateReport is what a migration did.
type MigrateReport struct {
	Ground plan.Report // what made the tenants ready
	Done   int
	Failed []Moved
	// NotReached were left: by an interruption, a pause, or since too many have failed (Stopped).
	NotReached  int
	Stopped     bool
	Interrupted bool
	Paused      plan.Pause
	Unready     []Moved // whose tenant is not ready
}

// movesAtOnce is how many of a batch are moved side by side: the rate of calls is the limit, and not what waits for it.
const movesAtOnce = 4

// mover moves people, one by one.
type mover struct {
	*run
	outside Outside
	regions []string
}

// newMover makes the one of a pass.
func (m *Migration) newMover(p *Pass) *mover {
	e := m.Engine
	r := &run{
		engine: e, pass: p, stop: func() {}, assets: &turns{}, denied: map[action]refusals{}, inVain: map[action]int{},
		statuses: map[tenancy.Namespace]tenancy.Status{}, people: map[tenancy.PersonID]tenancy.Person{}, goings: &goings{}, listed: newListing(),
	}
	for _, person := range p.reading.dir.People {
		r.people[person.ID] = person
	}
	return &mover{run: r, outside: m.Outside, regions: e.assetRegions()}
}

// Apply makes the tenants ready and moves everybody who is to be moved, batch by batch, and tells after each person. It
// goes on behind somebody who cannot be moved, until too many could not.
func (m *Migration) Apply(ctx context.Context, p *Migrating, o ApplyMigration, tell func(MigrateProgress)) (MigrateReport, error) {
	var all []work
	for i := range p.Migrants {
		if g := &p.Migrants[i]; len(g.Steps) > 0 {
			all = append(all, work{g.Person, g.From.User, g.To, func(ctx context.Context, w *mover) error { return w.move(ctx, g) }})
		}
	}
	report := MigrateReport{NotReached: len(all)}
	entries, err := m.Engine.imagesOf(p.people, p.Images.People)
	if err == nil {
		_, err = m.Engine.record(ctx, entries...)
	}
	if err != nil {
		return report, fmt.Errorf("writing down what everybody had, before anything is taken from them: %w", err)
	}
	if report.Ground = m.Engine.Apply(ctx, p.Ground, nil); report.Ground.Interrupted || !report.Ground.Paused.IsZero() {
		report.Interrupted, report.Paused = report.Ground.Interrupted, report.Ground.Paused
		return report, nil
	}
	ready := map[tenancy.Namespace]string{}
	for _, o := range slices.Concat(report.Ground.Failed, report.Ground.Held) {
		ready[o.Step.Change.In()] = "it could not be made ready, see above"
	}
	var able []work
	for _, w := range all {
		why, asked := ready[w.to]
		if !asked {
			if why, err = m.Engine.notReady(ctx, w.to); err != nil {
				return report, err
			}
			ready[w.to] = why
		}
		if why == "" {
			able = append(able, w)
			continue
		}
		report.Unready = append(report.Unready, Moved{w.person, w.user, w.to, errors.New(why)})
	}
	m.each(ctx, p.people, able, o, &report, tell)
	return report, nil
}

// work is what is done about one person.
type work struct {
	person tenancy.PersonID
	user   tenancy.UserName
	to     tenancy.Namespace
	do     func(context.Context, *mover) error
}

// each does it for everybody, batch by batch.
func (m *Migration) each(ctx context.Context, p *Pass, all []work, o ApplyMigration, report *MigrateReport, tell func(MigrateProgress)) {
	w := m.newMover(p)
	defer w.outlive(ctx)()
	going, stop := context.WithCancel(ctx)
	defer stop()
	w.stop = stop
	began, progress := time.Now(), MigrateProgress{Total: len(all)}
	reached := 0
	for batch := range slices.Chunk(all, max(o.Batch, 1)) {
		if going.Err() != nil || report.Stopped {
			break
		}
		ended := make([]*Moved, len(batch))
		var group errgroup.Group
		group.SetLimit(movesAtOnce)
		for i, of := range batch {
			group.Go(func() error {
				if going.Err() != nil {
					return nil
				}
				e := of.do(going, w)
				if cut := going.Err() != nil && (errors.Is(e, context.Canceled) || errors.Is(e, context.DeadlineExceeded)); cut || errors.Is(e, plan.ErrPaused) {
					return nil // not reached, or cut off: it is finished by the next run. What failed besides is told
				}
				ended[i] = &Moved{of.person, of.user, of.to, e}
				w.mu.Lock()
				defer w.mu.Unlock()
				if e == nil {
					progress.Done++
				} else if progress.Failed++; o.StopAfter > 0 && progress.Failed >= o.StopAfter {
					report.Stopped = true
					stop()
				}
				progress.Last = *ended[i]
				if n := progress.Done + progress.Failed; n > 0 {
					progress.Left = time.Since(began) / time.Duration(n) * time.Duration(progress.Total-n)
				}
				if tell != nil {
					tell(progress)
				}
				return nil
			})
		}
		_ = group.Wait() // its functions keep their errors
		for _, one := range ended {
			switch {
			case one == nil:
			case one.Err != nil:
				reached++
				report.Failed = append(report.Failed, *one)
			default:
				reached++
				report.Done++
			}
		}
	}
	report.NotReached = len(all) - reached
	report.Interrupted, report.Paused = ctx.Err() != nil, w.paused
}

// move moves one person, step by step; what they rest on is read just before.
func (w *mover) move(ctx context.Context, g *plan.Migrant) error {
	var grants []*task
	var tasks []*task
	for i, s := range g.Steps {
		t := &task{i, s}
		tasks = append(tasks, t)
		if restsOnMembership(s.Change) {
			grants = append(grants, t)
		}
	}
	v, err := w.justified(ctx, nil, g, grants)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if c, goes := t.step.Change.(plan.Evict); goes {
			if v, err = w.justified(ctx, v, g, grants); err == nil {
				err = w.mayGo(ctx, g, &c)
			}
			if err != nil {
				return err
			}
		}
		if v, err = w.step(ctx, g, v, t); err != nil {
			return err
		}
		if t.step.Change.Kind() == plan.KindEvict {
			ctx = w.writes // whoever is out comes in, though the run stop meanwhile
		}
	}
	if g.Phase != plan.PhaseMove {
		return nil
	}
	// Just-in-time provisioning may have let them in again, between the one and the other.
	for range settle {
		if there, err := w.evictAgain(ctx, g); !there || err != nil {
			return err
		}
	}
	return errLetInAgain
}

// restsOnMembership reports whether a change gives somebody something in their tenant.
func restsOnMembership(c plan.Change) bool {
	switch c.(type) {
	case plan.Register, plan.AddMember, plan.GiveBack:
		return true
	}
	return false
}

// justified reads somebody again, unless that was just now, and answers an error when they do not belong where they are
// to be moved, or are not who they were.
func (w *mover) justified(ctx context.Context, v *seen, g *plan.Migrant, grants []*task) (*seen, error) {
	if v != nil && time.Since(v.at) < fresh/2 {
		return v, nil
	}
	v, err := w.engine.look(ctx, g.Person)
	if err != nil {
		return nil, err
	}
	return v, w.justifies(v, g.Person, grants)
}

// step makes one change. What changes an asset's permissions waits for its turn.
func (w *mover) step(ctx context.Context, g *plan.Migrant, v *seen, t *task) (*seen, error) {
	switch c := t.step.Change.(type) {
	case plan.Park:
		defer w.assets.take(c.Asset.String())()
	case plan.GiveBack:
		defer w.assets.take(c.Asset.String())()
	case plan.Unpark:
		defer w.assets.take(c.Asset.String())()
	}
	for tries := 0; ; tries++ {
		var at time.Time
		if restsOnMembership(t.step.Change) {
			var err error
			if v, err = w.justified(ctx, v, g, []*task{t}); err != nil {
				return v, err
			}
			at = v.at
		}
		err := w.patiently(ctx, t, at)
		switch _, registers := t.step.Change.(plan.Register); {
		case err == nil:
			return v, nil
		case errors.Is(err, errStale) && tries < idleReadings:
			v = nil // it is read again
		case registers && errors.Is(err, plan.ErrElsewhere) && g.Phase == plan.PhaseMove && tries < len(settle):
			there, again := w.evictAgain(ctx, g)
			if again != nil {
				return v, again
			}
			if !there && !sleep(ctx, settle[tries]) {
				return v, ctx.Err()
			}
		default:
			return v, err
		}
	}
}

// patiently writes a step, and waits out what passes by itself.
func (w *mover) patiently(ctx context.Context, t *task, readAt time.Time) error {
	for tries := 0; ; tries++ {
		if !readAt.IsZero() && time.Since(readAt) > fresh {
			return errStale
		}
		err := w.write(t, readAt)
		switch paused, is := errors.AsType[*PausedError](err); {
		case is:
			w.mu.Lock()
			w.paused = paused.Pause
			w.mu.Unlock()
			w.stop()
			return err
		case !readAt.IsZero() && errors.Is(err, context.DeadlineExceeded):
			return errStale
		case !waitable(err):
			return err
		case w.isGone(ctx, t.step.Change):
			return nil // nobody can be given it, and the rest is theirs all the same
		case tries == len(settle):
			return err
		}
		if !sleep(ctx, settle[tries]) {
			return err
		}
	}
}

// isGone reports whether what a change is to give somebody is there no longer: an asset, or a group outside.
func (w *mover) isGone(ctx context.Context, c plan.Change) bool {
	asset := func(ref tenancy.AssetRef) bool {
		_, err := w.engine.Assets.Read(ctx, ref)
		return errors.Is(err, plan.ErrNotFound)
	}
	switch c := c.(type) {
	case plan.Park:
		return asset(c.Asset)
	case plan.GiveBack:
		return asset(c.Asset)
	case plan.Regain:
		return asset(c.Asset)
	case plan.Rejoin:
		groups, err := w.engine.QuickSight.Groups(ctx, c.To)
		return err == nil && !slices.ContainsFunc(groups, func(g tenancy.QuickSightGroup) bool { return g.Name == c.Group })
	}
	return false
}

// evictAgain takes somebody out of where they were, who was let in there again, and reports whether they were there.
// They have nothing there: what they had is parked.
func (w *mover) evictAgain(ctx context.Context, g *plan.Migrant) (there bool, err error) {
	u, err := w.engine.QuickSight.User(ctx, g.From.Namespace, g.From.User)
	switch {
	case errors.Is(err, plan.ErrNotFound):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("reading whether they were let in again: %w", err)
	case u.Role.IsAdmin():
		return true, errAdmin
	}
	if err := w.hasOnly(ctx, g.Mine(), known(g)); err != nil {
		return true, err
	}
	step := plan.Step{Change: plan.Evict{Namespace: g.To, Person: g.Person, From: g.From.Namespace, User: g.From.User, Role: u.Role, Back: g.As}, Hazards: []plan.Hazard{plan.Migrates}}
	return true, w.patiently(ctx, &task{step: step}, time.Time{})
}

var (
	errAdmin      = errors.New("the user is an administrator by now, and those are never migrated")
	errRole       = errors.New("the user has another role or address than when this was planned; the next plan sees it")
	errLetInAgain = errors.New("somebody lets the user in again, each time: shut just-in-time provisioning first")
	errTagged     = errors.New("a tag of the user says that it is another person's")
)

// mayGo makes sure, just before somebody is taken out, that the user is who they are taken for, and has nothing of which
// the plan does not know.
func (w *mover) mayGo(ctx context.Context, g *plan.Migrant, c *plan.Evict) error {
	u, err := w.engine.QuickSight.User(ctx, c.From, c.User)
	switch {
	case errors.Is(err, plan.ErrNotFound):
		return nil // somebody has taken them out
	case err != nil:
		return fmt.Errorf("reading again who is to be taken out: %w", err)
	case u.Role.IsAdmin():
		return errAdmin
	case u.Role != c.Role || u.Email != g.From.Email:
		return errRole
	}
	tags, err := w.outside.Tags(ctx, c.From, c.User)
	switch id := tags[tenancy.TagPerson]; {
	case errors.Is(err, plan.ErrNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("reading again who stands behind who is to be taken out: %w", err)
	case id != "" && tenancy.PersonID(id) != g.Person:
		return errTagged
	}
	if err := w.hasOnly(ctx, g.Mine(), known(g)); err != nil {
		return err
	}
	for _, item := range g.Items {
		if item.Gets == tenancy.Owns {
			continue // the group of the move owns it too
		}
		a, err := w.engine.Assets.Read(ctx, item.Asset)
		switch {
		case errors.Is(err, plan.ErrNotFound):
		case err != nil:
			return fmt.Errorf("reading again who owns what stays: %w", err)
		case a.OwnedAlone(g.Mine()):
			return fmt.Errorf("%w: %s is theirs alone by now", errOwnsMore, item.Asset)
		}
	}
	return nil
}

// known are the assets of which the plan knows that somebody has something.
func known(g *plan.Migrant) []tenancy.AssetRef {
	all := make([]tenancy.AssetRef, 0, len(g.Items))
	for _, item := range g.Items {
		all = append(all, item.Asset)
	}
	return all
}

// hasOnly makes sure that a user has nothing but what is known.
func (w *mover) hasOnly(ctx context.Context, who tenancy.Grantee, known []tenancy.AssetRef) error {
	for _, region := range w.regions {
		found, err := w.outside.Found(ctx, region, who)
		if err != nil {
			return fmt.Errorf("searching again for what the user has: %w", err)
		}
		for _, ref := range found {
			if slices.Contains(known, ref) {
				continue
			}
			// A search may find what is no longer theirs.
			if a, err := w.engine.Assets.Read(ctx, ref); err == nil && a.Grant(who) == nil || errors.Is(err, plan.ErrNotFound) {
				continue
			}
			return fmt.Errorf("%w: %s", errOwnsMore, ref)
		}
	}
	// The kinds that cannot be searched are listed, for all who go within half a minute.
	listed, err := w.listed.read(ctx, w.engine, time.Time{})
	if err != nil {
		return fmt.Errorf("listing the assets that cannot be searched: %w", err)
	}
	for _, a := range listed {
		if a.Grant(who) != nil && !slices.Contains(known, a.AssetRef) {
			return fmt.Errorf("%w: %s", errOwnsMore, a.AssetRef)
		}
	}
	return nil
}
