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

// rebind is QuickSight UpdateGroup, which changes nothing of a group but its Description (API model:
// UpdateGroupRequest). The call would overwrite whatever stands there, and so the mark is read first: only the
// one that is to be replaced is.
func (w *Writer) rebind(c plan.Rebind) (job, error) {
	from, to := tenancy.Mark{Store: c.Store, Group: c.From}, tenancy.Mark{Store: c.Store, Group: c.To}
	switch {
	case c.Mirror == "" || c.Store == "" || c.From == "" || c.To == "" || c.From == c.To:
		return job{}, fmt.Errorf("%w: a rebinding without mirror, identity store or two groups", errRefused)
	case ownGroup(from, c.Mirror) || ownGroup(to, c.Mirror):
		return job{}, fmt.Errorf("%w: %q stands for no group of the directory", errRefused, c.Mirror)
	}
	namespace, mark := c.Namespace.String(), to.String()
	return job{
		object:    "group/" + namespace + "/" + c.Mirror,
		doing:     fmt.Sprintf("rebind group %q in namespace %q", c.Mirror, namespace),
		lookFirst: true,
		send: func(ctx context.Context) (string, error) {
			out, err := w.aws.changes.UpdateGroup(ctx, &quicksight.UpdateGroupInput{
				AwsAccountId: w.aws.accountID(), Namespace: &namespace, GroupName: &c.Mirror, Description: &mark,
			})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: func(ctx context.Context) (seen, error) {
			out, err := w.aws.quicksight.DescribeGroup(ctx, &quicksight.DescribeGroupInput{
				AwsAccountId: w.aws.accountID(), Namespace: &namespace, GroupName: &c.Mirror,
			})
			switch {
			case err != nil:
				return 0, err
			case out.Group == nil:
				return 0, errors.New("an answer without a group")
			}
			switch aws.ToString(out.Group.Description) {
			case from.String():
				return absent, nil
			case mark:
				return inEffect, nil
			}
			return differs, nil
		},
	}, nil
}

// ownGroup reports whether a mark is that of a group of tenantry's own: the custodians', or a move's.
func ownGroup(m tenancy.Mark, name string) bool {
	_, moving := m.Moving(name)
	return m.Group == tenancy.CustodiansGroup || moving || name == tenancy.CustodiansName
}
