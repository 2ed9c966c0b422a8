package awsapi

import (
	"context"
	"fmt"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/identitystore/types"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	qstypes "github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func (d *Directory) Group(ctx context.Context, id tenancy.GroupID) (tenancy.Group, error) {
	out, err := d.aws.directory.DescribeGroup(ctx, &identitystore.DescribeGroupInput{IdentityStoreId: d.aws.storeID(), GroupId: aws.String(string(id))})
	if err != nil {
		return tenancy.Group{}, failure(err, fmt.Sprintf("read the group %s", id))
	}
	return tenancy.Group{ID: tenancy.GroupID(aws.ToString(out.GroupId)), Name: aws.ToString(out.DisplayName)}, nil
}

func memberships(rows []types.GroupMembership) []tenancy.Membership {
	all := make([]tenancy.Membership, 0, len(rows))
	for _, m := range rows {
		if u, ok := m.MemberId.(*types.MemberIdMemberUserId); ok && u.Value != "" {
			all = append(all, tenancy.Membership{ID: tenancy.MembershipID(aws.ToString(m.MembershipId)), Group: tenancy.GroupID(aws.ToString(m.GroupId)), Person: tenancy.PersonID(u.Value)})
		}
	}
	return all
}

func (d *Directory) MembershipsOf(ctx context.Context, id tenancy.PersonID) ([]tenancy.Membership, error) {
	get := func(ctx context.Context, token *string) (page[types.GroupMembership], error) {
		out, err := d.aws.directory.ListGroupMembershipsForMember(ctx, &identitystore.ListGroupMembershipsForMemberInput{
			IdentityStoreId: d.aws.storeID(), MemberId: &types.MemberIdMemberUserId{Value: string(id)}, MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.GroupMembership]{}, err
		}
		return page[types.GroupMembership]{out.GroupMemberships, out.NextToken}, nil
	}
	var all []tenancy.Membership
	err := walk(ctx, get, func() { all = nil }, func(rows []types.GroupMembership) bool { all = append(all, memberships(rows)...); return true })
	if err != nil {
		return nil, failure(err, fmt.Sprintf("list the memberships of the person %s", id))
	}
	return all, nil
}

func (d *Directory) Memberships(ctx context.Context, group tenancy.GroupID) iter.Seq2[[]tenancy.Membership, error] {
	return func(yield func([]tenancy.Membership, error) bool) {
		stopped := false
		err := walk(ctx, d.memberPage(group), func() {}, func(rows []types.GroupMembership) bool {
			all := memberships(rows)
			stopped = len(all) > 0 && !yield(all, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(nil, failure(err, fmt.Sprintf("list the members of group %s", group)))
		}
	}
}

func (q *QuickSight) Namespace(ctx context.Context, name string) (tenancy.NamespaceInfo, error) {
	out, err := q.aws.quicksight.DescribeNamespace(ctx, &quicksight.DescribeNamespaceInput{AwsAccountId: q.aws.accountID(), Namespace: &name})
	if err != nil {
		return tenancy.NamespaceInfo{}, failure(err, fmt.Sprintf("read the namespace %q", name))
	}
	return namespaceInfo(*out.Namespace), nil
}

func (q *QuickSight) User(ctx context.Context, namespace string, user tenancy.UserName) (tenancy.Registration, error) {
	out, err := q.aws.quicksight.DescribeUser(ctx, &quicksight.DescribeUserInput{AwsAccountId: q.aws.accountID(), Namespace: &namespace, UserName: aws.String(string(user))})
	if err != nil {
		return tenancy.Registration{}, failure(err, fmt.Sprintf("read a user of namespace %q", namespace))
	}
	r, _ := registration(*out.User, make(interner))
	return r, nil
}

func (q *QuickSight) GroupsOf(ctx context.Context, namespace string, user tenancy.UserName) ([]string, error) {
	get := func(ctx context.Context, token *string) (page[qstypes.Group], error) {
		out, err := q.aws.quicksight.ListUserGroups(ctx, &quicksight.ListUserGroupsInput{AwsAccountId: q.aws.accountID(), Namespace: &namespace, UserName: aws.String(string(user)), MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return page[qstypes.Group]{}, err
		}
		return page[qstypes.Group]{out.GroupList, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(g qstypes.Group) (string, bool) { return aws.ToString(g.GroupName), true })
	if err != nil {
		return nil, failure(err, fmt.Sprintf("list the groups of a user of namespace %q", namespace))
	}
	return all, nil
}
