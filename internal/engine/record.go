package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// PausedError says that a write was not made because somebody has paused them.
type PausedError struct{ Pause plan.Pause }

func (e *PausedError) Error() string {
	until := ""
	if e.Pause.Until != 0 {
		until = ", until " + time.Unix(e.Pause.Until, 0).UTC().Format(time.RFC3339)
	}
	return fmt.Sprintf("writes are paused%s: %s", until, e.Pause.Because)
}

// Unwrap makes it a plan.ErrPaused.
func (e *PausedError) Unwrap() error { return plan.ErrPaused }

// Hint says how to end it.
func (e *PausedError) Hint() string { return "tenantry resume" }

// Paused answers the pause in force, the zero Pause for none.
func (e *Engine) Paused(ctx context.Context) (plan.Pause, error) {
	if e.Recorder == nil {
		return plan.Pause{}, nil
	}
	pause, err := e.Recorder.Pause(ctx)
	if err != nil {
		return plan.Pause{}, fmt.Errorf("asking whether writes are paused: %w", err)
	}
	return pause, nil
}

// make makes a step's change so, and takes it down before and after. Nothing is written while writes
// are paused, and nothing that cannot be taken down first.
func (e *Engine) make(ctx context.Context, p *Pass, s plan.Step) (plan.Receipt, error) {
	pause, err := e.Paused(ctx)
	switch {
	case err != nil:
		return plan.Receipt{}, err
	case pause.Stops(s.Change.Kind()):
		return plan.Receipt{}, &PausedError{pause}
	}
	if c, is := s.Change.(plan.CreateNamespace); is && c.Again && e.CreateOnce {
		return plan.Receipt{}, e.createdOnce(c.Namespace)
	}
	entry := e.entry(p, s)
	of, err := e.record(ctx, entry)
	if err != nil {
		return plan.Receipt{}, err
	}
	receipt, failure := plan.Receipt{}, e.brakeLets(ctx, p, s.Change)
	if failure == nil {
		receipt, failure = e.Writer.Do(ctx, s.Change)
	}
	entry.Of, entry.Request, entry.Lost = of, receipt.Request, receipt.Lost
	entry.What = plan.Done
	if receipt.Already {
		entry.Text = "it was so already"
	}
	if failure != nil {
		entry.What, entry.Text = plan.Failed, failure.Error()
	}
	if h := heldByAWS(s, failure); h != nil {
		entry.What, entry.Code = plan.Held, string(h.Code)
	}
	// What has happened is taken down, whatever has ended meanwhile.
	if _, err := e.record(context.WithoutCancel(ctx), entry); err != nil {
		return receipt, errors.Join(failure, fmt.Errorf("it was written, and its outcome is not in the history: %w", err))
	}
	return receipt, failure
}

// createdOnce says why a namespace whose creation has failed is not created again. Who may delete it is not tenantry: somebody
// asks for it, and it is empty.
func (e *Engine) createdOnce(n tenancy.Namespace) error {
	return &RefusedError{
		"its creation has failed, and aws.failed_namespace_created_again says that it has to be deleted first",
		fmt.Sprintf("aws quicksight delete-namespace --aws-account-id %s --namespace %s --region %s; the next pass creates it", e.Account, n, e.IdentityRegion),
	}
}

// record appends to the history, where one is kept.
func (e *Engine) record(ctx context.Context, entries ...plan.Entry) (int64, error) {
	if e.Recorder == nil || len(entries) == 0 {
		return 0, nil
	}
	first, err := e.Recorder.Record(ctx, entries...)
	if err != nil {
		return 0, fmt.Errorf("writing the history: %w", err)
	}
	return first, nil
}

// entry is what the history says of a step before it is done.
func (e *Engine) entry(p *Pass, s plan.Step) plan.Entry {
	c := s.Change
	entry := plan.Entry{
		What: plan.Intended, Run: p.Run, Cause: p.Cause, Actor: e.Actor,
		Kind: c.Kind(), Namespace: c.In().String(), Person: c.Who(), Object: c.Object(), Group: s.Because.Group,
	}
	for _, h := range s.Hazards {
		if slices.Contains(p.allowed, h) {
			entry.Code = string(h) // somebody allowed it by name
		}
	}
	switch c := c.(type) {
	case plan.CreateMirror:
		entry.Group = c.Group
	case plan.Register:
		entry.After = string(c.Role)
	case plan.UpdateUser:
		entry.Before, entry.After = string(c.WasRole), string(c.Role)
		if c.WasEmail != c.Email {
			entry.Text = "its e-mail address is corrected"
		}
	case plan.LowerRole:
		entry.Before, entry.After = string(c.Was), string(c.Role)
	case plan.SetCustomPermissions:
		entry.Before, entry.After = c.Was, c.Profile
	case plan.Suspend:
		entry.Before, entry.After = c.Was, c.Profile
	case plan.Resume:
		entry.Before, entry.After = c.Was, c.Profile
	case plan.AddMember:
		entry.Group, entry.After = c.Group, c.Mirror
	case plan.RemoveMember:
		entry.Group, entry.Before = c.Group, c.Mirror
	case plan.HandOver:
		entry.Before, entry.After, entry.Text = c.Asset.String(), tenancy.CustodiansName, c.Name
	case plan.HandToHouse:
		entry.Before, entry.After, entry.Text = c.Asset.String(), c.To+"/"+c.Group, c.Name
	case plan.Share:
		entry.Group, entry.After = c.Group, c.Asset.String()
	case plan.CreateFolder:
		entry.After = c.Asset().String()
	case plan.OpenFolder:
		entry.Group, entry.Before, entry.After = c.Group, c.Asset().String(), string(c.May)
	case plan.Revoke:
		entry.Before, entry.Text = c.Asset.String(), c.Name
	case plan.Park:
		entry.Before, entry.After, entry.Text = c.Asset.String(), string(c.Access), c.Name
	case plan.GiveBack:
		entry.Before, entry.After, entry.Text = c.Asset.String(), string(c.Access), c.Name
	case plan.Unpark:
		entry.Before, entry.Text = c.Asset.String(), c.Name
	case plan.Rebind:
		entry.Group, entry.Before, entry.After = c.To, string(c.From), string(c.To)
	case plan.RemoveRegistration:
		entry.Before, entry.After = string(c.Role), string(c.Back)
	case plan.Evict:
		entry.Before, entry.After = c.From, string(c.Back)
	case plan.Prepare:
		entry.Before, entry.After = c.From, string(c.Back)
	case plan.Return:
		entry.Before, entry.After = c.To, string(c.Role)
	case plan.Rejoin:
		entry.After = c.To + "/" + c.Group
	case plan.Regain:
		entry.Before, entry.After, entry.Text = c.Asset.String(), string(c.Access), c.Name
	}
	return entry
}

// lost answers who has lost something within the last day, as far as there is a history, and as far as a plan
// would take anything away.
func (e *Engine) lost(ctx context.Context, p *Pass) (plan.Losses, error) {
	if e.Recorder == nil || !slices.ContainsFunc(p.diff.Steps, func(s plan.Step) bool { return s.Change.Kind().TakesAway() }) {
		return nil, nil
	}
	lost, err := e.Recorder.Losses(ctx, time.Now().Add(-youth))
	if err != nil {
		return nil, fmt.Errorf("asking the history for the day's removals: %w", err)
	}
	return lost, nil
}

// brakeLets asks the brake once more, now that it stands in the history that somebody is to lose something: others, in
// this process and in others, may have done as much since the plan was made. Of two at the same time none may go.
func (e *Engine) brakeLets(ctx context.Context, p *Pass, c plan.Change) error {
	if e.Recorder == nil || p.brake == nil || !c.Kind().TakesAway() {
		return nil
	}
	lost, err := e.Recorder.Losses(ctx, time.Now().Add(-youth))
	if err != nil {
		return fmt.Errorf("asking the history for the day's removals: %w", err)
	}
	if !p.brake.Lets(c, lost) {
		return plan.ErrBrake
	}
	return nil
}

// mayTakeOut says why nobody may be taken out by itself yet, "" when they may.
func (e *Engine) mayTakeOut(ctx context.Context) string {
	if e.Recorder == nil {
		return "no journal is kept, and so nobody knows how many were today"
	}
	if born := e.Recorder.Born(ctx); time.Since(born) < youth {
		return "the journal began at " + born.UTC().Format(time.RFC3339) + ", and what it does not know of was less than a day ago"
	}
	return ""
}

// gained answers what was added within the last day, as far as there is a history.
func (e *Engine) gained(ctx context.Context) (plan.Gains, error) {
	if e.Recorder == nil {
		return plan.Gains{}, nil
	}
	gains, err := e.Recorder.Gains(ctx, time.Now().Add(-youth))
	if err != nil {
		return plan.Gains{}, fmt.Errorf("asking the history for the day's additions: %w", err)
	}
	return gains, nil
}
