//go:build !tenantry.lambda

package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// spaces reads of each tenant's namespace what bounds its people besides their own profiles.
func (r *auditing) spaces(ctx context.Context) error {
	r.tell("reading what bounds the people of each namespace")
	var tenants []*tenancy.Tenant
	for i := range r.facts.Have.Tenants {
		if t := &r.facts.Have.Tenants[i]; t.Status == tenancy.Created {
			tenants = append(tenants, t)
		}
	}
	spaces, failed := make([]tenancy.Space, len(tenants)), make([][3]error, len(tenants))
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for i, t := range tenants {
		group.Go(func() error {
			s, errs := &spaces[i], &failed[i]
			s.Namespace = t.Namespace.String()
			s.Assignments, errs[0] = r.Settings.Assignments(gctx, s.Namespace)
			s.SelfUpgrade, errs[1] = r.Settings.SelfUpgrade(gctx, s.Namespace)
			s.Roles, errs[2] = r.roleProfiles(gctx, t)
			return nil
		})
	}
	_ = group.Wait() // none of them answers an error
	r.facts.Spaces = spaces
	for at, source := range []string{"the assignments of IAM policies", "the settings of self-upgrade", "the profiles of roles"} {
		if err := r.missedIn(ctx, tenants, failed, at, source); err != nil {
			return err
		}
	}
	return nil
}

// missedIn takes down what could not be read of some namespaces, as one source: what denies one of them denies most.
func (r *auditing) missedIn(ctx context.Context, tenants []*tenancy.Tenant, failed [][3]error, at int, source string) error {
	var first error
	var names []string
	for i, t := range tenants {
		if err := failed[i][at]; err != nil {
			first = cmp.Or(first, err)
			names = append(names, t.Namespace.String())
		}
	}
	if first == nil {
		return nil
	}
	if err := r.missed(ctx, first, source); err != nil {
		return err
	}
	m := &r.facts.Missed[len(r.facts.Missed)-1]
	m.Why = fmt.Sprintf("of the namespaces %s: %s", listed(names), m.Why)
	return nil
}

// listed are names in words, the first few of many.
func listed(names []string) string {
	const most = 5
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// roleProfiles reads the profiles that roles give in a namespace, where that decides something: of the roles of those who
// may make assets and have no profile of their own. The account's comes after a role's, and so decides nothing about it (Quick
// user guide, "Creating a custom permissions profile").
func (r *auditing) roleProfiles(ctx context.Context, t *tenancy.Tenant) (map[tenancy.Role]string, error) {
	var all map[tenancy.Role]string
	for _, role := range unprofiled(t) {
		profile, err := r.Settings.RoleProfile(ctx, t.Namespace.String(), role)
		if err != nil {
			return all, err
		}
		if profile != "" {
			if all == nil {
				all = map[tenancy.Role]string{}
			}
			all[role] = profile
		}
	}
	return all, nil
}

// unprofiled are the roles, above readers', of those who have no profile of their own.
func unprofiled(t *tenancy.Tenant) []tenancy.Role {
	var roles []tenancy.Role
	for i := range t.Registrations {
		u := &t.Registrations[i]
		if u.Role.Known() && !u.Role.IsReader() && u.CustomPermissions == "" && !slices.Contains(roles, u.Role) {
			roles = append(roles, u.Role)
		}
	}
	slices.Sort(roles)
	return roles
}

// identities reads who may do what in the account, and what IAM itself says of the sign-in roles.
func (r *auditing) identities(ctx context.Context) error {
	r.tell("reading the roles and users of IAM, with their policies")
	roles := slices.Clone(r.facts.HouseRoles)
	for _, s := range r.facts.SignIn {
		roles = append(roles, s.Role)
	}
	all, err := r.IAM.Identities(ctx, roles)
	if err != nil {
		return r.missed(ctx, err, "the roles and users of IAM")
	}
	r.facts.Identities = &all
	if all.Only {
		r.facts.Missed = append(r.facts.Missed, audit.Missed{
			Source: "the roles and users of IAM",
			Why:    "the list of all was denied, and only the roles that people sign in through were read, one by one",
			Mend:   "allow iam:GetAccountAuthorizationDetails to the role or user that tenantry runs as",
		})
	}
	return r.simulated(ctx)
}

// simulated asks IAM what each sign-in role may do. Where it does not answer, the role's policies say it alone, and the report
// that it is not proven besides.
func (r *auditing) simulated(ctx context.Context) error {
	for _, s := range r.facts.SignIn {
		answers, err := r.IAM.Simulate(ctx, s.Role, simulatedActions, "*")
		switch {
		case errors.Is(err, plan.ErrNotFound):
			r.facts.Gone = append(r.facts.Gone, s.Role) // that it is not there is said (ISO902)
		case errors.Is(err, plan.ErrDenied) && !errors.Is(err, plan.ErrCredentials):
			r.facts.Unasked = append(r.facts.Unasked, s.Role)
		default:
			if err := r.missed(ctx, err, "what IAM says of the role "+s.Role.Name()); err != nil {
				return err
			}
			r.facts.Simulated = append(r.facts.Simulated, answers...)
		}
	}
	slices.SortFunc(r.facts.Simulated, func(a, b tenancy.Simulated) int {
		if by := strings.Compare(a.Role.String(), b.Role.String()); by != 0 {
			return by
		}
		return strings.Compare(a.Action, b.Action)
	})
	return nil
}

// simulatedActions are what IAM is asked about each sign-in role: what registers whoever comes, and what nobody needs who
// only signs in.
var simulatedActions = []string{
	"iam:CreateUser", "iam:PassRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy",
	"quicksight:CreateAdmin", "quicksight:CreateGroupMembership", "quicksight:CreateReader", "quicksight:CreateUser",
	"quicksight:GenerateEmbedUrlForAnonymousUser", "quicksight:GenerateEmbedUrlForRegisteredUser", "quicksight:ListUsers",
	"quicksight:RegisterUser", "quicksight:SearchDashboards", "quicksight:UpdateDashboardPermissions", "quicksight:UpdateUser",
	"sts:AssumeRole",
}
