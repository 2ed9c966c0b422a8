//go:build !tenantry.lambda

package engine

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/doctor"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// register registers somebody under the throwaway role, or another.
func (r *probing) register(ctx context.Context, u tenancy.ProbeUser) (tenancy.ProbeAnswer, error) {
	return r.attempt(ctx, r.history, probeCall{"quicksight:RegisterUser", u.Namespace, string(u.Name())}, func(ctx context.Context) (tenancy.ProbeAnswer, error) {
		return r.Tries.Register(ctx, u)
	})
}

// roleTries is how often a registration under the throwaway role is tried: what IAM has just made, others know a little later
// (IAM user guide, "Changes that I make are not always immediately visible").
const roleTries = 6

// first registers somebody under the throwaway role in the first namespace. A role that is not known yet is waited for.
func (r *probing) first(ctx context.Context, session string) (tenancy.ProbeUser, tenancy.ProbeAnswer, error) {
	u := r.user(tenancy.ProbeFirst, session)
	for try := 1; ; try++ {
		answer, err := r.register(ctx, u)
		if err != nil || answer.Took || answer.Refused("ResourceExistsException") || try == roleTries || !sleep(ctx, pollEvery) {
			return u, answer, err
		}
	}
}

func (r *probing) user(at tenancy.ProbePlace, session string) tenancy.ProbeUser {
	return tenancy.ProbeUser{Namespace: r.run.Namespace(at), Role: r.role, Session: session}
}

// there reports whether a user is found who was registered just now, by just that name. Reads may lag behind, and so it looks more than once.
func (r *probing) there(ctx context.Context, n tenancy.ProbeNamespace, user tenancy.UserName) (bool, error) {
	for try := 1; ; try++ {
		have, err := r.Tries.User(ctx, n, user)
		switch {
		case err == nil:
			return have.User == user, nil
		case !errors.Is(err, plan.ErrNotFound):
			return false, err
		case try == roleTries/2 || !sleep(ctx, pollEvery):
			return false, nil
		}
	}
}

func (r *probing) samePrincipal(ctx context.Context) (doctor.Outcome, error) {
	var t doctor.Twice
	u, answer, err := r.first(ctx, "twice")
	if t.First = answer; err != nil || !answer.Took {
		return doctor.JudgeSamePrincipal(t), err
	}
	second := r.user(tenancy.ProbeSecond, "twice")
	if t.Second, err = r.register(ctx, second); err != nil || !t.Second.Took {
		return doctor.JudgeSamePrincipal(t), err
	}
	if t.In, err = r.there(ctx, second.Namespace, second.Name()); err != nil {
		return doctor.Outcome{}, err
	}
	t.InFirst, err = r.there(ctx, u.Namespace, u.Name())
	return doctor.JudgeSamePrincipal(t), err
}

func (r *probing) reservedRole(ctx context.Context) (doctor.Outcome, error) {
	role, err := r.reserved(ctx)
	if err != nil || role.IsZero() {
		return doctor.JudgeReservedRole(doctor.Reserved{}), err
	}
	t := doctor.Reserved{Role: role}
	if _, t.Control, err = r.first(ctx, "control"); err != nil || !t.Control.Took {
		return doctor.JudgeReservedRole(t), err
	}
	// No person has this session name: nobody can sign in as this user.
	u := tenancy.ProbeUser{Namespace: r.run.Namespace(tenancy.ProbeFirst), Role: role, Session: r.run.Role()}
	t.Want = u.Name()
	if t.Answer, err = r.register(ctx, u); err != nil {
		return doctor.Outcome{}, err
	}
	if t.Answer.Took {
		t.There, err = r.there(ctx, u.Namespace, t.Want)
	}
	return doctor.JudgeReservedRole(t), err
}

// reserved is the role to try: the one that was named, or one of the configured permission set, the zero RoleARN for none.
func (r *probing) reserved(ctx context.Context) (tenancy.RoleARN, error) {
	set := r.Engine.Rules.SignIn.PermissionSet
	if !r.Reserved.IsZero() || set == "" {
		return r.Reserved, nil
	}
	roles, err := r.Engine.Roles.Roles(ctx, tenancy.ReservedPath)
	if err != nil {
		return tenancy.RoleARN{}, err
	}
	before, after, _ := strings.Cut(set, "{namespace}")
	i := slices.IndexFunc(roles, func(role tenancy.RoleARN) bool {
		name := role.PermissionSet()
		return name == set || before != set && strings.HasPrefix(name, before) && strings.HasSuffix(name, after) && len(name) > len(before)+len(after)
	})
	if i < 0 {
		return tenancy.RoleARN{}, nil
	}
	return roles[i], nil
}

// nameCase makes what differs only by case. The twin namespace is not waited for: that it is taken, and there, is enough.
func (r *probing) nameCase(ctx context.Context) (doctor.Outcome, error) {
	namespaces, err := r.twinNamespaces(ctx)
	if err != nil {
		return doctor.Outcome{}, err
	}
	groups, err := r.twinGroups(ctx)
	if err != nil {
		return doctor.Outcome{}, err
	}
	users, err := r.twinUsers(ctx)
	return doctor.JudgeNameCase([]doctor.Pair{namespaces, groups, users}), err
}

func (r *probing) twinNamespaces(ctx context.Context) (doctor.Pair, error) {
	pair := doctor.Pair{Kind: "namespaces", First: tenancy.ProbeAnswer{Took: true}}
	var err error
	if pair.Twin, err = r.create(ctx, tenancy.ProbeTwin, false); err != nil || !pair.Twin.Took {
		return pair, err
	}
	_, err = r.Remover.Namespace(ctx, r.run.Namespace(tenancy.ProbeTwin))
	if pair.Both = err == nil; errors.Is(err, plan.ErrNotFound) {
		err = nil
	}
	return pair, err
}

func (r *probing) twinGroups(ctx context.Context) (doctor.Pair, error) {
	n := r.run.Namespace(tenancy.ProbeFirst)
	group := func(name string) (tenancy.ProbeAnswer, error) {
		return r.attempt(ctx, r.history, probeCall{"quicksight:CreateGroup", n, name}, func(ctx context.Context) (tenancy.ProbeAnswer, error) {
			return r.Tries.MakeGroup(ctx, n, name)
		})
	}
	pair := doctor.Pair{Kind: "groups"}
	var err error
	if pair.First, err = group("twin"); err != nil {
		return pair, err
	}
	if pair.Twin, err = group("TWIN"); err != nil || !pair.Twin.Took {
		return pair, err
	}
	if pair.Both, err = r.Tries.HasGroup(ctx, n, "twin"); err == nil && pair.Both {
		pair.Both, err = r.Tries.HasGroup(ctx, n, "TWIN")
	}
	return pair, err
}

func (r *probing) twinUsers(ctx context.Context) (doctor.Pair, error) {
	pair := doctor.Pair{Kind: "users"}
	first, answer, err := r.first(ctx, "twin")
	if pair.First = answer; err != nil || !answer.Took {
		return pair, err
	}
	twin := r.user(tenancy.ProbeFirst, "TWIN")
	if pair.Twin, err = r.register(ctx, twin); err != nil || !pair.Twin.Took {
		return pair, err
	}
	pair.Both, err = r.there(ctx, first.Namespace, first.Name())
	if err == nil && pair.Both {
		pair.Both, err = r.there(ctx, twin.Namespace, twin.Name())
	}
	return pair, err
}

func (r *probing) unknownProfile(ctx context.Context) (doctor.Outcome, error) {
	t := doctor.Profiled{Configured: r.Engine.Rules.Leavers.SuspendWith}
	u, answer, err := r.first(ctx, "profiled")
	if t.User = answer; err != nil || !answer.Took {
		return doctor.JudgeProfile(t), err
	}
	give := func(profile string) (tenancy.ProbeAnswer, error) {
		return r.attempt(ctx, r.history, probeCall{"quicksight:UpdateUserCustomPermission", u.Namespace, string(u.Name())}, func(ctx context.Context) (tenancy.ProbeAnswer, error) {
			return r.Tries.GiveProfile(ctx, u.Namespace, u.Name(), profile)
		})
	}
	if _, err := r.there(ctx, u.Namespace, u.Name()); err != nil {
		return doctor.Outcome{}, err
	}
	nothing := r.run.Role() // no profile is called so
	other := r.user(tenancy.ProbeFirst, "unknown-profile")
	other.Profile = nothing
	if t.Register, err = r.register(ctx, other); err != nil {
		return doctor.Outcome{}, err
	}
	if t.Update, err = give(nothing); err != nil {
		return doctor.Outcome{}, err
	}
	if t.Configured != "" {
		if t.Given, err = give(t.Configured); err != nil {
			return doctor.Outcome{}, err
		}
		have, err := r.Tries.User(ctx, u.Namespace, u.Name())
		if err != nil {
			return doctor.Outcome{}, err
		}
		t.Has = have.CustomPermissions == t.Configured
	}
	return doctor.JudgeProfile(t), nil
}

func (r *probing) deletedSearch(ctx context.Context) (doctor.Outcome, error) {
	u, answer, err := r.first(ctx, "leaver")
	if err != nil || !answer.Took {
		return doctor.JudgeSearch(answer, tenancy.ProbeAnswer{}, tenancy.ProbeAnswer{}), err
	}
	if _, err := r.there(ctx, u.Namespace, u.Name()); err != nil {
		return doctor.Outcome{}, err
	}
	leaving, err := r.attempt(ctx, r.history, probeCall{"quicksight:DeleteUser", u.Namespace, string(u.Name())}, func(ctx context.Context) (tenancy.ProbeAnswer, error) {
		return r.Tries.Leave(ctx, u.Namespace, u.Name())
	})
	if err != nil || !leaving.Took {
		return doctor.JudgeSearch(answer, leaving, tenancy.ProbeAnswer{}), err
	}
	search, err := r.Tries.Search(ctx, u.Namespace, u.Name())
	return doctor.JudgeSearch(answer, leaving, search), err
}
