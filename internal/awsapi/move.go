package awsapi

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// errNobody refuses what is to be done for the move of nobody.
var errNobody = fmt.Errorf("%w: a move of nobody", errRefused)

// replacedError is the plan.ErrDiffers of a user whom another process has replaced meanwhile, or taken out.
type replacedError struct{}

func (replacedError) Error() string        { return "the user has gone, or has another role by now" }
func (replacedError) Is(target error) bool { return target == plan.ErrDiffers }

// moveMark is the mark of the group of a person's move, as tenantry writes it.
func (w *Writer) moveMark(p tenancy.PersonID) tenancy.Mark {
	return tenancy.Mark{Store: w.aws.store, Group: tenancy.MoveGroup(p)}
}

// beginMove is QuickSight CreateGroup; the mark is the Description. A group that would not be known again, by
// its name and its mark, is not made.
func (w *Writer) beginMove(c plan.BeginMove) (job, error) {
	name, mark := tenancy.MoveName(c.Person), w.moveMark(c.Person)
	read, ok := tenancy.ParseMark(mark.String())
	if who, moving := read.Moving(name); !ok || !moving || who != c.Person {
		return job{}, errNobody
	}
	if c.Store != w.aws.store {
		return job{}, fmt.Errorf("%w: a move of somebody of another identity store", errRefused)
	}
	return w.createGroup(c.Namespace, name, mark), nil
}

// park gives the group of a move what a user may do with an asset. The group is nobody's but tenantry's: what it
// has of the asset from before is of an earlier try. Right before, the user is read: another process may have ended the
// same move since the plan, and what was parked then would stay with a group that goes.
func (w *Writer) park(c plan.Park) (job, error) {
	if c.Person == "" || c.From == "" || c.User == "" {
		return job{}, errNobody
	}
	j, err := w.give(gift{
		asset: c.Asset, to: groupOf(c.Namespace, tenancy.MoveName(c.Person)), may: c.Access,
		doing: fmt.Sprintf("park what a user of namespace %q may do with", c.Namespace), hide: hideUser(c.User),
	})
	j.still = func(ctx context.Context) error {
		there, err := w.aws.QuickSight().describeUser(ctx, c.From, c.User)
		if isNotFound(err) || err == nil && there.Role != c.Role {
			return replacedError{}
		}
		return err
	}
	return j, err
}

// giveBack gives somebody what was parked for them. Whatever they have been given meanwhile stays.
func (w *Writer) giveBack(c plan.GiveBack) (job, error) {
	if c.User.SessionName() == "" {
		return job{}, fmt.Errorf("%w: a user whose name has no session name", errRefused)
	}
	return w.give(gift{
		asset: c.Asset, to: userOf(c.Namespace, c.User), may: c.Access, beside: true,
		doing: fmt.Sprintf("give a user of namespace %q back what they may do with", c.Namespace), hide: hideUser(c.User),
	})
}

// unpark is QuickSight Update…Permissions of the asset's kind, in the asset's Region. What the group of the move
// may do is read, and just that is taken from it: nothing is taken from anybody else. There is nothing to take
// where the asset is gone; flows that are gone cannot be told from other errors, see flowPermissions.
func (w *Writer) unpark(c plan.Unpark) (job, error) {
	if c.Person == "" {
		return job{}, errNobody
	}
	k, r, err := w.assetOf(&c.Asset)
	if err != nil {
		return job{}, err
	}
	group := groupOf(c.Namespace, tenancy.MoveName(c.Person))
	var parked []types.ResourcePermission // as they were last read
	return job{
		object: permissionObject(c.Asset, group),
		doing:  fmt.Sprintf("take what is parked in namespace %q from %s", c.Namespace, c.Asset),
		gone:   true,
		send:   func(ctx context.Context) (string, error) { return k.update(ctx, r, c.Asset.ID, nil, parked) },
		look: func(ctx context.Context) (seen, error) {
			permissions, err := k.permissions(ctx, r, c.Asset.ID)
			switch {
			case isNotFound(err):
				return inEffect, nil
			case err != nil:
				return 0, err
			}
			parked = nil
			for _, p := range permissions {
				if tenancy.ParseGrantee(w.aws.account, aws.ToString(p.Principal)) == group {
					parked = append(parked, p)
				}
			}
			if len(parked) == 0 {
				return inEffect, nil
			}
			return absent, nil
		},
		lookFirst: true,
	}, nil
}

// endMove is QuickSight DeleteGroup, of a group that bears the mark of the person's move and no other. AWS does not
// say what becomes of the permissions that name a deleted group, so that they are to be taken off first.
func (w *Writer) endMove(c plan.EndMove) (job, error) {
	if c.Person == "" {
		return job{}, errNobody
	}
	namespace, name, mark := c.Namespace.String(), tenancy.MoveName(c.Person), w.moveMark(c.Person).String()
	return job{
		object: groupObject(c.Namespace, name),
		doing:  fmt.Sprintf("delete group %q of namespace %q", name, namespace),
		gone:   true,
		send: func(ctx context.Context) (string, error) {
			out, err := w.aws.changes.DeleteGroup(ctx, &quicksight.DeleteGroupInput{
				AwsAccountId: w.aws.accountID(), Namespace: &namespace, GroupName: &name,
			})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: func(ctx context.Context) (seen, error) {
			there, err := w.describeGroup(ctx, c.Namespace, name)
			switch {
			case isNotFound(err):
				return inEffect, nil
			case err != nil:
				return 0, err
			case there != mark:
				return differs, nil
			}
			return absent, nil
		},
		lookFirst: true,
	}, nil
}
