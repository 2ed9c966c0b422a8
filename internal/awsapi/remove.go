package awsapi

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/tenantry/tenantry/internal/plan"
)

// removeMember is QuickSight DeleteGroupMembership. That there is no such membership, no such user or
// no such group is what was wanted.
func (w *Writer) removeMember(c plan.RemoveMember) (job, error) {
	if c.Mirror == "" || c.User.SessionName() == "" {
		return job{}, fmt.Errorf("%w: the removal of a membership without mirror or user", errRefused)
	}
	namespace, user := c.Namespace.String(), string(c.User)
	return job{
		object: memberObject(c.Namespace, c.Mirror, c.User),
		doing:  fmt.Sprintf("take a user out of group %q in namespace %q", c.Mirror, namespace),
		hide:   hideUser(c.User),
		gone:   true,
		send: func(ctx context.Context) (string, error) {
			out, err := w.aws.changes.DeleteGroupMembership(ctx, &quicksight.DeleteGroupMembershipInput{
				AwsAccountId: w.aws.accountID(), Namespace: &namespace, GroupName: &c.Mirror, MemberName: &user,
			})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: unlessThere(func(ctx context.Context) error { return w.describeMember(ctx, c.Namespace, c.Mirror, c.User) }),
	}, nil
}

// removeRegistration is QuickSight DeleteUser, by the user's name and never by a principal's id: a name
// says whom it is about. Whatever the user alone owned is nobody's afterwards (Quick user guide, "User
// lifecycle"), which whoever asks for this has seen to. When it is in doubt whether the user has gone, one of that name
// with another role is another one, whom another process has registered meanwhile: they stay, with plan.ErrDiffers.
func (w *Writer) removeRegistration(c plan.RemoveRegistration) (job, error) {
	if c.User.SessionName() == "" {
		return job{}, fmt.Errorf("%w: the removal of a user whose name has no session name", errRefused)
	}
	namespace, user := c.Namespace.String(), string(c.User)
	return job{
		object: userObject(c.Namespace, c.User),
		doing:  fmt.Sprintf("take a user out of namespace %q", namespace),
		hide:   hideUser(c.User),
		gone:   true,
		send: func(ctx context.Context) (string, error) {
			out, err := w.aws.changes.DeleteUser(ctx, &quicksight.DeleteUserInput{
				AwsAccountId: w.aws.accountID(), Namespace: &namespace, UserName: &user,
			})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: func(ctx context.Context) (seen, error) {
			there, err := w.describeUser(ctx, c.Namespace, c.User)
			switch {
			case isNotFound(err):
				return inEffect, nil
			case err != nil:
				return 0, err
			case there.Role != c.Role:
				return differs, nil
			}
			return absent, nil
		},
	}, nil
}

// unlessThere looks for what should be gone: a removal is in effect when there is nothing to be read.
func unlessThere(read func(context.Context) error) func(context.Context) (seen, error) {
	return func(ctx context.Context) (seen, error) {
		err := read(ctx)
		switch {
		case isNotFound(err):
			return inEffect, nil
		case err != nil:
			return 0, err
		}
		return absent, nil
	}
}
