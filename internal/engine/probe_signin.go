//go:build !tenantry.lambda

package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/doctor"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// signIn lets a person sign in, and reads what happened. It writes nothing.
func (r *probing) signIn(ctx context.Context) (doctor.Outcome, error) {
	v := doctor.Visit{User: r.Visitor, Says: doctor.NotKnown}
	if v.User == "" || r.Ask == nil {
		return doctor.JudgeSignIn(v), nil
	}
	var err error
	if v.Namespace, v.Before, err = r.home(ctx, v.User); err != nil || v.Before || v.Namespace == "" {
		return doctor.JudgeSignIn(v), err
	}
	if v.Door, v.Why, err = r.door(ctx, v.User); err != nil || v.Door == policy.Yes {
		return doctor.JudgeSignIn(v), err // nobody is sent there for an answer that would say nothing
	}
	if v.Door == policy.Maybe {
		r.tell("it is not known whether the door is shut for %s: %s", v.User, v.Why)
	}
	since := begunAt()
	said, err := r.Ask(ctx, doctor.Invitation(r.Engine.Rules.Store, v.User, v.Namespace))
	if err != nil {
		return doctor.Outcome{}, err
	}
	switch strings.ToLower(strings.TrimSpace(said)) {
	case "y", "yes":
		v.Says = doctor.Yes
	case "n", "no":
		v.Says = doctor.No
	}
	_, err = r.Engine.QuickSight.User(ctx, tenancy.DefaultNamespace, v.User)
	if v.Default = err == nil; err != nil && !errors.Is(err, plan.ErrNotFound) {
		return doctor.Outcome{}, err
	}
	v.Federated = r.seen(ctx, v.User, since)
	return doctor.JudgeSignIn(v), nil
}

// door answers whether somebody could register themselves: their role's policies let them, or nobody knows, and then why. What
// cannot be read is no error: there are people who may sign in, and not read IAM.
func (r *probing) door(ctx context.Context, user tenancy.UserName) (opens policy.Answer, why string, err error) {
	roles, err := r.Engine.Roles.Roles(ctx, "/")
	i := slices.IndexFunc(roles, func(role tenancy.RoleARN) bool { return role.Name() == user.RoleName() })
	switch {
	case ctx.Err() != nil:
		return policy.Maybe, "", ctx.Err()
	case err != nil:
		return policy.Maybe, withoutRequest(err.Error()), nil
	case i < 0:
		return policy.Maybe, "there is no role " + user.RoleName(), nil
	}
	all, err := r.Doors.Alone(ctx, roles[i:i+1])
	switch {
	case ctx.Err() != nil:
		return policy.Maybe, "", ctx.Err()
	case err != nil:
		return policy.Maybe, withoutRequest(err.Error()), nil
	case len(all.All) == 0:
		return policy.Maybe, "the role " + user.RoleName() + " is not there any more", nil
	}
	opens = policy.OpensDoorFor(all.All[0], r.Engine.Account, tenancy.Session(user.SessionName()))
	if opens == policy.Maybe {
		why = "its policies do not say so for certain (tenantry door)"
	}
	return opens, why, nil
}

// home is the one namespace besides default in which somebody is registered, "" where that is none or several, and whether
// they are in default.
func (r *probing) home(ctx context.Context, user tenancy.UserName) (at string, inDefault bool, err error) {
	all, err := r.Engine.QuickSight.Namespaces(ctx)
	if err != nil {
		return "", false, err
	}
	found := 0
	for _, info := range all {
		if info.Status != tenancy.Created {
			continue
		}
		_, err := r.Engine.QuickSight.User(ctx, info.Name, user)
		switch {
		case errors.Is(err, plan.ErrNotFound):
		case err != nil:
			return "", false, err
		case info.Name == tenancy.DefaultNamespace:
			inDefault = true
		default:
			at = info.Name
			found++
		}
	}
	if found != 1 {
		at = ""
	}
	return at, inDefault, nil
}

// seen reports whether the trail tells of a sign-in. Events come minutes late: that it does not says nothing.
func (r *probing) seen(ctx context.Context, user tenancy.UserName, since time.Time) bool {
	role, session, _ := strings.Cut(string(user), "/")
	trail, err := r.SignIns.Trail(ctx, []string{role}, since)
	if err != nil {
		r.tell("the trail could not be read: %v", err)
		return false
	}
	return slices.ContainsFunc(trail.SignIns, func(s tenancy.SignIn) bool { return s.Session == session })
}
