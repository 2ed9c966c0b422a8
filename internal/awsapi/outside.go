package awsapi

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// What a migration writes in namespaces that are no tenant's, default among them. Nothing else in this package does.

// outside refuses what is to be written outside, and names no such place or nobody.
func outside(n tenancy.Namespace, to string, person tenancy.PersonID, user tenancy.UserName) error {
	switch {
	case to == "" || to == n.String():
		return fmt.Errorf("%w: a migration from and to %q", errRefused, n)
	case person == "":
		return errNobody
	case user.SessionName() == "":
		return fmt.Errorf("%w: the migration of a user whose name has no session name", errRefused)
	}
	return nil
}

func userIn(namespace string, user tenancy.UserName) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToUser, Namespace: namespace, Name: string(user)}
}

// evict is QuickSight DeleteUser. What the user alone owned would be nobody's afterwards: see removeRegistration.
func (w *Writer) evict(c plan.Evict) (job, error) {
	if err := outside(c.Namespace, c.From, c.Person, c.User); err != nil {
		return job{}, err
	}
	user := string(c.User)
	return job{
		object: "user/" + c.From + "/" + user,
		doing:  fmt.Sprintf("take a user out of namespace %q", c.From),
		hide:   hideUser(c.User),
		gone:   true,
		send: func(ctx context.Context) (string, error) {
			out, err := w.aws.changes.DeleteUser(ctx, &quicksight.DeleteUserInput{AwsAccountId: w.aws.accountID(), Namespace: &c.From, UserName: &user})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: unlessThere(func(ctx context.Context) error {
			_, err := w.aws.QuickSight().describeUser(ctx, c.From, c.User)
			return err
		}),
	}, nil
}

// prepare is QuickSight TagResource. A tag that is there already is of an earlier time, which was undone.
func (w *Writer) prepare(c plan.Prepare) (job, error) {
	if err := outside(c.Namespace, c.From, c.Person, c.User); err != nil {
		return job{}, err
	}
	arn := w.aws.principal(userIn(c.From, c.User))
	value := tenancy.Prepared{To: c.Namespace, Since: time.Now().Unix()}
	return job{
		object: "user/" + c.From + "/" + string(c.User),
		doing:  fmt.Sprintf("tag a user of namespace %q", c.From),
		hide:   hideUser(c.User),
		send: func(ctx context.Context) (string, error) {
			out, err := w.aws.changes.TagResource(ctx, &quicksight.TagResourceInput{ResourceArn: &arn, Tags: []types.Tag{tag(tenancy.TagPrepared, value.String())}})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: func(ctx context.Context) (seen, error) {
			tags, err := w.aws.QuickSight().tags(ctx, arn)
			if err != nil {
				return 0, err
			}
			if p, is := tenancy.ParsePrepared(tags[tenancy.TagPrepared]); is && p.To == c.Namespace && p.Since >= value.Since {
				return inEffect, nil
			}
			return absent, nil
		},
	}, nil
}

// letReturn is QuickSight RegisterUser, in a namespace that is no tenant's. The user bears no tag, like those whom
// just-in-time provisioning has registered there.
func (w *Writer) letReturn(c plan.Return) (job, error) {
	if err := outside(c.Namespace, c.To, c.Person, c.User()); err != nil {
		return job{}, err
	}
	if c.SignIn.IsZero() || c.Email == "" || !c.Role.Known() {
		return job{}, fmt.Errorf("%w: a registration without sign-in role, e-mail address or known role", errRefused)
	}
	in := &quicksight.RegisterUserInput{
		AwsAccountId: w.aws.accountID(), Namespace: &c.To, IdentityType: types.IdentityTypeIam, IamArn: aws.String(c.SignIn.String()),
		SessionName: aws.String(string(c.Session)), Email: &c.Email, UserRole: types.UserRole(c.Role),
	}
	if c.CustomPermissions != "" {
		in.CustomPermissionsName = &c.CustomPermissions
	}
	return job{
		object:  "user/" + c.To + "/" + string(c.User()),
		doing:   fmt.Sprintf("register a user again in namespace %q", c.To),
		hide:    []string{c.Email, string(c.Session)},
		missing: plan.ErrElsewhere,
		send: func(ctx context.Context) (string, error) {
			out, err := w.aws.changes.RegisterUser(ctx, in)
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: func(ctx context.Context) (seen, error) {
			_, err := w.aws.QuickSight().describeUser(ctx, c.To, c.User())
			switch {
			case isNotFound(err):
				return absent, nil
			case err != nil:
				return 0, err
			}
			return inEffect, nil // as just-in-time provisioning has made them meanwhile, be it
		},
	}, nil
}

// rejoin is QuickSight CreateGroupMembership, in a group of a namespace that is no tenant's.
func (w *Writer) rejoin(c plan.Rejoin) (job, error) {
	if err := outside(c.Namespace, c.To, c.Person, c.User); err != nil {
		return job{}, err
	}
	if c.Group == "" {
		return job{}, fmt.Errorf("%w: a membership of no group", errRefused)
	}
	user := string(c.User)
	return job{
		object: "member/" + c.To + "/" + c.Group + "/" + user,
		doing:  fmt.Sprintf("put a user again into group %q of namespace %q", c.Group, c.To),
		hide:   hideUser(c.User),
		send: func(ctx context.Context) (string, error) {
			out, err := w.aws.changes.CreateGroupMembership(ctx, &quicksight.CreateGroupMembershipInput{
				AwsAccountId: w.aws.accountID(), Namespace: &c.To, GroupName: &c.Group, MemberName: &user,
			})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: func(ctx context.Context) (seen, error) {
			_, err := w.aws.quicksight.DescribeGroupMembership(ctx, &quicksight.DescribeGroupMembershipInput{
				AwsAccountId: w.aws.accountID(), Namespace: &c.To, GroupName: &c.Group, MemberName: &user,
			})
			switch {
			case isNotFound(err):
				return absent, nil
			case err != nil:
				return 0, err
			}
			return inEffect, nil
		},
	}, nil
}

// regain gives a user of such a namespace what they might do with an asset. Whatever they have been given since stays.
func (w *Writer) regain(c plan.Regain) (job, error) {
	if err := outside(c.Namespace, c.To, c.Person, c.User); err != nil {
		return job{}, err
	}
	return w.give(gift{
		asset: c.Asset, to: userIn(c.To, c.User), may: c.Access, beside: true,
		doing: fmt.Sprintf("give a user of namespace %q again what they might do with", c.To), hide: hideUser(c.User),
	})
}
