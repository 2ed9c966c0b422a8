package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Deletion deletes a namespace. It is made by the command for that and by nothing else, and no Engine has one: whatever
// events, passes and plans come to, they cannot come here (S5).
type Deletion struct {
	Engine  *Engine
	Remover NamespaceRemover
}

// NamespaceRemover is what a Deletion needs of QuickSight besides.
type NamespaceRemover interface {
	Remnants
	// Remove begins the deletion. It answers nil when that is under way, or the namespace is gone.
	Remove(ctx context.Context, n tenancy.Namespace) (plan.Receipt, error)
}

// deletionLimit is for how long the end of a deletion is waited for. It takes about half a minute.
const deletionLimit = 10 * time.Minute

// Look finds out whether a namespace may be deleted, and what is left in it. It refuses (*RefusedError) one that is not
// ours, and one that something asks for. Assets are read first, since that takes long; who is in it comes last.
func (d *Deletion) Look(ctx context.Context, n tenancy.Namespace) (*plan.Remains, error) {
	e := d.Engine
	info, err := d.ours(ctx, n)
	if err != nil {
		return nil, err
	}
	found := &plan.Remains{Account: e.Account, Namespace: n, Status: info.Status, Regions: e.assetRegions()}
	r, err := e.read(ctx, nil)
	if err != nil {
		return nil, err
	}
	if by := rules.WantedBy(e.Rules, r.dir, r.have, n); len(by) > 0 {
		return nil, &RefusedError{
			fmt.Sprintf("the namespace %s is wanted, and would be made again: %s", n, several(by)),
			"take the group out of the directory, or the rule out of the configuration, if the customer has left",
		}
	}
	for _, region := range found.Regions {
		assets, err := d.Remover.Assets(ctx, region)
		if err != nil {
			return nil, fmt.Errorf("whether anything is shared with %s is not known: %w", n, err)
		}
		found.Assets += len(assets)
		found.Granted = append(found.Granted, plan.GrantedIn(n, assets)...)
	}
	if info.Status == tenancy.Created {
		if found.Groups, err = d.groups(ctx, n); err != nil {
			return nil, err
		}
		if found.Users, err = d.Remover.Users(ctx, n); err != nil {
			return nil, fmt.Errorf("reading the namespace %s: %w", n, err)
		}
	}
	found.Print(rules.Derive(e.rulesNow(), r.dir, r.have, r.roles).Want, r.have)
	return found, nil
}

// several are some reasons, and how many more there are.
func several(reasons []string) string {
	if len(reasons) > 3 {
		return fmt.Sprintf("%s; %s; and %d more", reasons[0], reasons[1], len(reasons)-2)
	}
	text := reasons[0]
	for _, r := range reasons[1:] {
		text += "; " + r
	}
	return text
}

// assetRegions are the Regions in which assets are looked for.
func (e *Engine) assetRegions() []string {
	regions := slices.Clone(e.AssetRegions)
	if len(regions) == 0 {
		regions = []string{e.IdentityRegion}
	}
	for i := range regions {
		regions[i] = cmp.Or(regions[i], e.IdentityRegion)
	}
	slices.Sort(regions)
	return slices.Compact(regions)
}

// ours makes sure that a namespace is there, is tenantry's, and can be deleted: one of its groups bears our mark, that of
// the custodians too, or it bears our tag, and none bears another identity store's.
func (d *Deletion) ours(ctx context.Context, n tenancy.Namespace) (tenancy.NamespaceInfo, error) {
	e := d.Engine
	info, err := e.QuickSight.Namespace(ctx, n.String())
	switch {
	case errors.Is(err, plan.ErrNotFound):
		return info, &RefusedError{fmt.Sprintf("there is no namespace %s", n), "check the spelling; capital letters count"}
	case err != nil:
		return info, fmt.Errorf("reading the namespace %s: %w", n, err)
	case e.Rollout != nil && !slices.Contains(e.Rollout, n):
		return info, &RefusedError{fmt.Sprintf("the namespace %s is not one that this configuration lets be written to", n), fmt.Sprintf("add %s to rollout", n)}
	case info.Status == tenancy.Creating || info.Status == tenancy.Deleting:
		return info, &RefusedError{fmt.Sprintf("the namespace %s is %s", n, info.Status), "AWS is at it: look again in a minute"}
	}
	ours, err := d.bearsOurs(ctx, n, info)
	if err == nil && (!ours || e.Rules.House.HasNamespace(n.String())) {
		err = &RefusedError{fmt.Sprintf("the namespace %s is not tenantry's, and is not touched", n), "whoever made it may delete it: aws quicksight delete-namespace"}
	}
	return info, err
}

func (d *Deletion) bearsOurs(ctx context.Context, n tenancy.Namespace, info tenancy.NamespaceInfo) (bool, error) {
	store, marked := d.Engine.Rules.Store, false
	if info.Status == tenancy.Created {
		groups, err := d.groups(ctx, n)
		if err != nil {
			return false, err
		}
		for _, g := range groups {
			mark, is := tenancy.ParseMark(g.Description)
			if is && mark.Store != store {
				return false, nil
			}
			marked = marked || is
		}
	}
	if marked {
		return true, nil
	}
	tags, err := d.Engine.tags(ctx, info.ARN)
	if err != nil {
		return false, fmt.Errorf("reading the namespace %s: %w", n, err)
	}
	return tags[tenancy.TagStore] == string(store), nil
}

func (d *Deletion) groups(ctx context.Context, n tenancy.Namespace) ([]tenancy.QuickSightGroup, error) {
	groups, err := d.Engine.QuickSight.Groups(ctx, n.String())
	if err != nil {
		return nil, fmt.Errorf("reading the namespace %s: %w", n, err)
	}
	slices.SortFunc(groups, func(a, b tenancy.QuickSightGroup) int { return cmp.Compare(a.Name, b.Name) })
	return groups, nil
}

// Delete deletes a namespace that Look has found empty just before, and waits until it is gone. still is what QuickSight
// says of it when it is not, after a while or because ctx has ended: AWS goes on by itself.
func (d *Deletion) Delete(ctx context.Context, found *plan.Remains) (still tenancy.Status, err error) {
	if why := found.InTheWay(); why != "" {
		return "", fmt.Errorf("the namespace %s is not empty: %s", found.Namespace, why)
	}
	e := d.Engine
	pause, err := e.Paused(ctx)
	if err != nil {
		return "", err
	}
	if pause.Stops(plan.KindDeleteNamespace) {
		return "", &PausedError{pause}
	}
	entry := plan.Entry{
		What: plan.Intended, Run: runID(), Cause: tenancy.Cause{Kind: tenancy.ByCommand, Name: "namespace delete"}, Actor: e.Actor,
		Kind: plan.KindDeleteNamespace, Namespace: found.Namespace.String(), Before: string(found.Status),
	}
	if entry.Of, err = e.record(ctx, entry); err != nil {
		return "", err
	}
	receipt, failure := d.Remover.Remove(ctx, found.Namespace)
	entry.Request, entry.Lost = receipt.Request, receipt.Lost
	if failure == nil {
		still, failure = d.gone(ctx, found.Namespace)
	}
	entry.What = plan.Done
	if failure != nil {
		entry.What, entry.Text = plan.Failed, failure.Error()
	}
	// What has happened is taken down, whatever has ended meanwhile.
	if _, err := e.record(context.WithoutCancel(ctx), entry); err != nil {
		return still, errors.Join(failure, fmt.Errorf("it was asked for, and its outcome is not in the history: %w", err))
	}
	return still, failure
}

// gone waits until a namespace is gone, and answers what it is where that does not come.
func (d *Deletion) gone(ctx context.Context, n tenancy.Namespace) (tenancy.Status, error) {
	began := time.Now()
	last := tenancy.Deleting // which it was asked to be
	for pause := firstPoll; ; pause = min(2*pause, pollEvery) {
		info, err := d.Engine.QuickSight.Namespace(ctx, n.String())
		switch {
		case errors.Is(err, plan.ErrNotFound):
			return "", nil
		case err == nil:
			last = info.Status
		}
		switch {
		case last == tenancy.RetryableFailure || last == tenancy.NonRetryableFailure:
			return last, fmt.Errorf("deleting the namespace failed: it is %s: %s", last, info.Error)
		case ctx.Err() != nil:
			return last, fmt.Errorf("interrupted while AWS deletes the namespace; it was %s: %w", last, ctx.Err())
		case time.Since(began) > deletionLimit:
			return last, errors.Join(fmt.Errorf("AWS was asked to delete the namespace, and after %s it is still %s", deletionLimit, last), err)
		}
		sleep(ctx, pause)
	}
}
