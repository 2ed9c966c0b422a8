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

// register is QuickSight RegisterUser. The role, the profile and the person's tag are given in that
// one call: there is no moment in which the user is there without them.
func (w *Writer) register(c plan.Register) (job, error) {
	if c.SignIn.IsZero() || c.Session == "" || c.Email == "" || c.Person == "" || !c.Role.Known() {
		return job{}, fmt.Errorf("%w: a registration without sign-in role, session name, e-mail address, person or known role", errRefused)
	}
	namespace := c.Namespace.String()
	return job{
		object:  userObject(c.Namespace, c.User()),
		doing:   fmt.Sprintf("register a user in namespace %q", namespace),
		hide:    []string{c.Email, string(c.Session)},
		missing: plan.ErrElsewhere,
		send: func(ctx context.Context) (string, error) {
			out, err := w.aws.changes.RegisterUser(ctx, w.registration(c))
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: func(ctx context.Context) (seen, error) {
			u, err := w.describeUser(ctx, c.Namespace, c.User())
			switch {
			case isNotFound(err):
				return absent, nil
			case err != nil:
				return 0, err
			case u.Role != c.Role || u.Email != c.Email || u.CustomPermissions != c.CustomPermissions:
				return differs, nil
			}
			return inEffect, nil
		},
	}, nil
}

func (w *Writer) registration(c plan.Register) *quicksight.RegisterUserInput {
	in := &quicksight.RegisterUserInput{
		AwsAccountId: w.aws.accountID(), Namespace: aws.String(c.Namespace.String()),
		IdentityType: types.IdentityTypeIam, IamArn: aws.String(c.SignIn.String()), SessionName: aws.String(string(c.Session)),
		Email: &c.Email, UserRole: types.UserRole(c.Role),
		Tags: []types.Tag{tag(tenancy.TagStore, string(w.aws.store)), tag(tenancy.TagPerson, string(c.Person))},
	}
	if c.CustomPermissions != "" {
		in.CustomPermissionsName = &c.CustomPermissions
	}
	return in
}

// updateUser is QuickSight UpdateUser, which takes role and e-mail address together. It never lowers
// a role, not even one that was raised since the plan was made: so the user is read first.
func (w *Writer) updateUser(c plan.UpdateUser) (job, error) {
	if c.User.SessionName() == "" || c.Email == "" || !c.Role.Known() {
		return job{}, fmt.Errorf("%w: an update without user, e-mail address or known role", errRefused)
	}
	if c.Role != c.WasRole && !c.WasRole.Below(c.Role) {
		return job{}, fmt.Errorf("%w: an update from %s to %s raises no role", errRefused, c.WasRole, c.Role)
	}
	namespace, user := c.Namespace.String(), string(c.User)
	return job{
		object: userObject(c.Namespace, c.User),
		doing:  fmt.Sprintf("update a user of namespace %q", namespace),
		hide:   append(hideUser(c.User), c.Email, c.WasEmail),
		send: func(ctx context.Context) (string, error) {
			out, err := w.aws.changes.UpdateUser(ctx, &quicksight.UpdateUserInput{
				AwsAccountId: w.aws.accountID(), Namespace: &namespace, UserName: &user,
				Email: &c.Email, Role: types.UserRole(c.Role),
			})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: func(ctx context.Context) (seen, error) {
			u, err := w.describeUser(ctx, c.Namespace, c.User)
			switch {
			case err != nil:
				return 0, err
			case u.Role == c.Role && u.Email == c.Email:
				return inEffect, nil
			case u.Role != c.Role && !u.Role.Below(c.Role):
				return differs, nil // somebody has raised it meanwhile
			}
			return absent, nil
		},
		lookFirst: true,
	}, nil
}

// lowerRole is QuickSight UpdateUser, which lowers any role but an author's or an administrator's to a reader's. A
// role that somebody has lowered further since is not raised again: so the user is read first.
func (w *Writer) lowerRole(c plan.LowerRole) (job, error) {
	switch {
	case c.User.SessionName() == "" || c.Email == "" || !c.Role.Known() || !c.Was.Known():
		return job{}, fmt.Errorf("%w: a lower role without user, e-mail address or known role", errRefused)
	case !c.Role.Below(c.Was):
		return job{}, fmt.Errorf("%w: an update from %s to %s lowers no role", errRefused, c.Was, c.Role)
	case c.Role.IsReader() && !c.Was.IsReader():
		return job{}, fmt.Errorf("%w: QuickSight lowers no %s to %s", errRefused, c.Was, c.Role)
	}
	namespace, user := c.Namespace.String(), string(c.User)
	return job{
		object: userObject(c.Namespace, c.User),
		doing:  fmt.Sprintf("lower the role of a user of namespace %q", namespace),
		hide:   append(hideUser(c.User), c.Email),
		send: func(ctx context.Context) (string, error) {
			out, err := w.aws.changes.UpdateUser(ctx, &quicksight.UpdateUserInput{
				AwsAccountId: w.aws.accountID(), Namespace: &namespace, UserName: &user,
				Email: &c.Email, Role: types.UserRole(c.Role),
			})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: func(ctx context.Context) (seen, error) {
			u, err := w.describeUser(ctx, c.Namespace, c.User)
			switch {
			case err != nil:
				return 0, err
			case u.Role == c.Role && u.Email == c.Email:
				return inEffect, nil
			case u.Role != c.Role && !c.Role.Below(u.Role):
				return differs, nil
			}
			return absent, nil
		},
		lookFirst: true,
	}, nil
}

// setCustomPermissions is QuickSight UpdateUserCustomPermission.
func (w *Writer) setCustomPermissions(c plan.SetCustomPermissions) (job, error) {
	if c.User.SessionName() == "" {
		return job{}, fmt.Errorf("%w: custom permissions without user", errRefused)
	}
	if c.Profile == "" {
		return w.takeCustomPermissions(c), nil
	}
	return job{
		object: userObject(c.Namespace, c.User),
		doing:  fmt.Sprintf("give a user of namespace %q the custom permissions %q", c.Namespace, c.Profile),
		hide:   hideUser(c.User),
		send:   func(ctx context.Context) (string, error) { return w.giveProfile(ctx, c.Namespace, c.User, c.Profile) },
		look:   w.lookUser(c.Namespace, c.User, func(u tenancy.Registration) bool { return u.CustomPermissions == c.Profile }),
	}, nil
}

// takeCustomPermissions is QuickSight DeleteUserCustomPermission. What a profile forbids, its user may do afterwards:
// a profile that is not the one from which the plan was made stays. So the user is read first.
func (w *Writer) takeCustomPermissions(c plan.SetCustomPermissions) job {
	return job{
		object: userObject(c.Namespace, c.User),
		doing:  fmt.Sprintf("take a user's custom permissions off in namespace %q", c.Namespace),
		hide:   hideUser(c.User),
		send:   func(ctx context.Context) (string, error) { return w.takeProfile(ctx, c.Namespace, c.User) },
		look: func(ctx context.Context) (seen, error) {
			u, err := w.describeUser(ctx, c.Namespace, c.User)
			switch {
			case err != nil:
				return 0, err
			case u.CustomPermissions == "":
				return inEffect, nil
			case u.CustomPermissions != c.Was:
				return differs, nil
			}
			return absent, nil
		},
		lookFirst: true,
	}
}

// giveProfile and takeProfile answer the id of the request.
func (w *Writer) giveProfile(ctx context.Context, n tenancy.Namespace, user tenancy.UserName, profile string) (string, error) {
	out, err := w.aws.changes.UpdateUserCustomPermission(ctx, &quicksight.UpdateUserCustomPermissionInput{
		AwsAccountId: w.aws.accountID(), Namespace: aws.String(n.String()), UserName: aws.String(string(user)), CustomPermissionsName: &profile,
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func (w *Writer) takeProfile(ctx context.Context, n tenancy.Namespace, user tenancy.UserName) (string, error) {
	out, err := w.aws.changes.DeleteUserCustomPermission(ctx, &quicksight.DeleteUserCustomPermissionInput{
		AwsAccountId: w.aws.accountID(), Namespace: aws.String(n.String()), UserName: aws.String(string(user)),
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

// lookUser reads a user and says whether they are as they should be.
func (w *Writer) lookUser(n tenancy.Namespace, user tenancy.UserName, right func(tenancy.Registration) bool) func(context.Context) (seen, error) {
	return func(ctx context.Context) (seen, error) {
		u, err := w.describeUser(ctx, n, user)
		if err != nil {
			return 0, err
		}
		if right(u) {
			return inEffect, nil
		}
		return absent, nil
	}
}

func (w *Writer) describeUser(ctx context.Context, n tenancy.Namespace, user tenancy.UserName) (tenancy.Registration, error) {
	return w.aws.QuickSight().describeUser(ctx, n.String(), user)
}

func userObject(n tenancy.Namespace, user tenancy.UserName) string {
	return "user/" + n.String() + "/" + string(user)
}
