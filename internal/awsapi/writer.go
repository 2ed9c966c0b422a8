package awsapi

import (
	"context"
	"errors"
	"fmt"

	"github.com/tenantry/tenantry/internal/plan"
)

// Writer makes changes so. Of what it can take away see Do.
type Writer struct {
	aws    *AWS
	doubts *doubts
}

// errRefused is how every change begins that this package does not make.
var errRefused = errors.New("refused")

// Do makes a change so: it answers nil when the change is in effect, whether by this call or before
// it. A namespace's creation is in effect when QuickSight has begun it.
//
// Its errors wrap plan.ErrElsewhere, ErrLimit, ErrNotFound, ErrNotReady, ErrDenied, ErrCredentials and
// ErrDiffers.
// An error that wraps none of them leaves open whether the change has happened; the next Do about
// the same object finds out before it writes.
//
// The receipt names the request that made the change so; it names none where the answer was lost, or
// nothing had to be written. With an error, it names the last request that was answered with one. A
// change is told to be there already when a reading found it before this call had written anything.
// AWS does not tell for memberships, custom permissions, hand-overs and what is parked: setting them again is no
// error. It does for what was removed before: nothing is found, and the removal is in effect.
//
// An author is never made a reader (plan.LowerRole): QuickSight does not, and no call is made. Whether somebody may be removed is for
// the plan to know: Do makes plan.RemoveMember and plan.RemoveRegistration so when it is told to. It reads
// before it does what could undo somebody else's work, and then leaves it with plan.ErrDiffers: a role that was raised
// meanwhile (plan.UpdateUser), another custom permissions profile (plan.SetCustomPermissions without a profile),
// other permissions than those to be given (plan.GiveBack, plan.Share, plan.OpenFolder), a user from whom something is
// parked and who has gone, or has another role (plan.Park), and a group that does not bear the mark of the person's
// move (plan.EndMove). plan.Unpark takes permissions from that person's group and from nobody else, and plan.Revoke from a
// marked group, unless it is the only owner.
func (w *Writer) Do(ctx context.Context, change plan.Change) (plan.Receipt, error) {
	if change == nil {
		return plan.Receipt{}, fmt.Errorf("%w: no change", errRefused)
	}
	if change.In().IsZero() {
		return plan.Receipt{}, fmt.Errorf("%w: %s in no namespace", errRefused, change.Kind())
	}
	var job job
	var err error
	switch c := change.(type) {
	case plan.CreateNamespace:
		job, err = w.createNamespace(c)
	case plan.CreateMirror:
		job, err = w.createMirror(c)
	case plan.Register:
		job, err = w.register(c)
	case plan.UpdateUser:
		job, err = w.updateUser(c)
	case plan.SetCustomPermissions:
		job, err = w.setCustomPermissions(c)
	case plan.AddMember:
		job, err = w.addMember(c)
	case plan.RemoveMember:
		job, err = w.removeMember(c)
	case plan.HandOver:
		job, err = w.handOver(c)
	case plan.RemoveRegistration:
		job, err = w.removeRegistration(c)
	case plan.BeginMove:
		job, err = w.beginMove(c)
	case plan.Park:
		job, err = w.park(c)
	case plan.GiveBack:
		job, err = w.giveBack(c)
	case plan.Unpark:
		job, err = w.unpark(c)
	case plan.EndMove:
		job, err = w.endMove(c)
	case plan.Suspend:
		job, err = w.suspend(c)
	case plan.Resume:
		job, err = w.resume(c)
	case plan.Rebind:
		job, err = w.rebind(c)
	case plan.HandToHouse:
		job, err = w.handToHouse(c)
	case plan.Revoke:
		job, err = w.revoke(c)
	case plan.Share:
		job, err = w.share(c)
	case plan.CreateFolder:
		job, err = w.createFolder(c)
	case plan.OpenFolder:
		job, err = w.openFolder(c)
	case plan.LowerRole:
		job, err = w.lowerRole(c)
	case plan.Evict:
		job, err = w.evict(c)
	case plan.Prepare:
		job, err = w.prepare(c)
	case plan.Return:
		job, err = w.letReturn(c)
	case plan.Rejoin:
		job, err = w.rejoin(c)
	case plan.Regain:
		job, err = w.regain(c)
	default:
		err = fmt.Errorf("%w: %T is no change that can be made", errRefused, change)
	}
	if err != nil {
		return plan.Receipt{}, err
	}
	receipt, err := w.settle(ctx, job)
	if e, ok := errors.AsType[*CallError](err); ok && e.RequestID != "" {
		receipt.Request = e.RequestID
	}
	return receipt, err
}
