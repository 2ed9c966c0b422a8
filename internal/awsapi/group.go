package awsapi

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// createMirror is QuickSight CreateGroup; the mark is the Description.
func (w *Writer) createMirror(c plan.CreateMirror) (job, error) {
	if c.Name == "" || c.Store == "" || c.Group == "" {
		return job{}, fmt.Errorf("%w: a mirror without name, identity store or group", errRefused)
	}
	return w.createGroup(c.Namespace, c.Name, tenancy.Mark{Store: c.Store, Group: c.Group}), nil
}

func (w *Writer) createGroup(n tenancy.Namespace, name string, mark tenancy.Mark) job {
	namespace, description := n.String(), mark.String()
	return job{
		object: groupObject(n, name),
		doing:  fmt.Sprintf("create group %q in namespace %q", name, namespace),
		send: func(ctx context.Context) (string, error) {
			out, err := w.aws.changes.CreateGroup(ctx, &quicksight.CreateGroupInput{
				AwsAccountId: w.aws.accountID(), Namespace: &namespace, GroupName: &name, Description: &description,
			})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: func(ctx context.Context) (seen, error) {
			there, err := w.describeGroup(ctx, n, name)
			switch {
			case isNotFound(err):
				return absent, nil
			case err != nil:
				return 0, err
			case there != description:
				return differs, nil
			}
			return inEffect, nil
		},
	}
}

// describeGroup answers a group's description.
func (w *Writer) describeGroup(ctx context.Context, n tenancy.Namespace, name string) (string, error) {
	out, err := w.aws.quicksight.DescribeGroup(ctx, &quicksight.DescribeGroupInput{
		AwsAccountId: w.aws.accountID(), Namespace: aws.String(n.String()), GroupName: &name,
	})
	switch {
	case err != nil:
		return "", err
	case out.Group == nil:
		return "", errors.New("an answer without a group")
	}
	return aws.ToString(out.Group.Description), nil
}

func groupObject(n tenancy.Namespace, name string) string { return "group/" + n.String() + "/" + name }

// addMember is QuickSight CreateGroupMembership.
func (w *Writer) addMember(c plan.AddMember) (job, error) {
	if c.Mirror == "" || c.User.SessionName() == "" {
		return job{}, fmt.Errorf("%w: a membership without mirror or user", errRefused)
	}
	namespace, user := c.Namespace.String(), string(c.User)
	return job{
		object: memberObject(c.Namespace, c.Mirror, c.User),
		doing:  fmt.Sprintf("add a user to group %q in namespace %q", c.Mirror, namespace),
		hide:   hideUser(c.User),
		send: func(ctx context.Context) (string, error) {
			out, err := w.aws.changes.CreateGroupMembership(ctx, &quicksight.CreateGroupMembershipInput{
				AwsAccountId: w.aws.accountID(), Namespace: &namespace, GroupName: &c.Mirror, MemberName: &user,
			})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: func(ctx context.Context) (seen, error) {
			err := w.describeMember(ctx, c.Namespace, c.Mirror, c.User)
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

func (w *Writer) describeMember(ctx context.Context, n tenancy.Namespace, group string, user tenancy.UserName) error {
	_, err := w.aws.quicksight.DescribeGroupMembership(ctx, &quicksight.DescribeGroupMembershipInput{
		AwsAccountId: w.aws.accountID(), Namespace: aws.String(n.String()), GroupName: &group, MemberName: aws.String(string(user)),
	})
	return err
}

func memberObject(n tenancy.Namespace, group string, user tenancy.UserName) string {
	return "member/" + n.String() + "/" + group + "/" + string(user)
}

// hideUser is what of a user name is personal.
func hideUser(u tenancy.UserName) []string { return []string{u.SessionName()} }

// hideGrantee is what of somebody with permissions is personal.
func hideGrantee(to tenancy.Grantee) []string {
	if to.Kind != tenancy.ToUser {
		return nil
	}
	return hideUser(tenancy.UserName(to.Name))
}
