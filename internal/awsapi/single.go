package awsapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	idstypes "github.com/aws/aws-sdk-go-v2/service/identitystore/types"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// What a hint about one person or one group has to read.

// Person reads one person (Identity Store DescribeUser). The error wraps plan.ErrNotFound when there
// is nobody of that id.
func (d *Directory) Person(ctx context.Context, id tenancy.PersonID) (tenancy.Person, error) {
	out, err := d.aws.directory.DescribeUser(ctx, &identitystore.DescribeUserInput{
		IdentityStoreId: d.aws.storeID(), UserId: aws.String(string(id)),
	})
	if err != nil {
		return tenancy.Person{}, failure(err, fmt.Sprintf("read the person %s", id))
	}
	return person(idstypes.User{UserId: out.UserId, UserName: out.UserName, Emails: out.Emails, UserStatus: out.UserStatus}), nil
}

// MembershipsOf lists the groups that a person is in, sorted by group (Identity Store
// ListGroupMembershipsForMember). The error wraps plan.ErrNotFound when there is nobody of that id.
func (d *Directory) MembershipsOf(ctx context.Context, id tenancy.PersonID) ([]tenancy.Membership, error) {
	get := func(ctx context.Context, token *string) (page[idstypes.GroupMembership], error) {
		out, err := d.aws.directory.ListGroupMembershipsForMember(ctx, &identitystore.ListGroupMembershipsForMemberInput{
			IdentityStoreId: d.aws.storeID(), MemberId: &idstypes.MemberIdMemberUserId{Value: string(id)},
			MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[idstypes.GroupMembership]{}, err
		}
		return page[idstypes.GroupMembership]{out.GroupMemberships, out.NextToken}, nil
	}
	all, err := collect(ctx, get, membership)
	if err != nil {
		return nil, failure(err, fmt.Sprintf("list the groups of the person %s", id))
	}
	slices.SortFunc(all, func(a, b tenancy.Membership) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.ID, b.ID))
	})
	return slices.Compact(all), nil
}

// Group reads one group (Identity Store DescribeGroup). The error wraps plan.ErrNotFound when there
// is none of that id.
func (d *Directory) Group(ctx context.Context, id tenancy.GroupID) (tenancy.Group, error) {
	out, err := d.aws.directory.DescribeGroup(ctx, &identitystore.DescribeGroupInput{
		IdentityStoreId: d.aws.storeID(), GroupId: aws.String(string(id)),
	})
	if err != nil {
		return tenancy.Group{}, failure(err, fmt.Sprintf("read the group %s", id))
	}
	return tenancy.Group{ID: tenancy.GroupID(aws.ToString(out.GroupId)), Name: aws.ToString(out.DisplayName)}, nil
}

// User reads one user of a namespace (QuickSight DescribeUser). The error wraps plan.ErrNotFound when
// there is none of that name, or QuickSight calls it "N/A".
func (q *QuickSight) User(ctx context.Context, namespace string, user tenancy.UserName) (tenancy.Registration, error) {
	u, err := q.describeUser(ctx, namespace, user)
	doing := fmt.Sprintf("read a user of namespace %q", namespace)
	switch {
	case err != nil:
		return tenancy.Registration{}, failure(err, doing, hideUser(user)...)
	case u.User == "":
		return tenancy.Registration{}, &CallError{Doing: doing, Message: "its IAM identity is gone", kind: plan.ErrNotFound}
	}
	return u, nil
}

func (q *QuickSight) describeUser(ctx context.Context, namespace string, user tenancy.UserName) (tenancy.Registration, error) {
	out, err := q.aws.quicksight.DescribeUser(ctx, &quicksight.DescribeUserInput{
		AwsAccountId: q.aws.accountID(), Namespace: &namespace, UserName: aws.String(string(user)),
	})
	if err != nil {
		return tenancy.Registration{}, err
	}
	if out.User == nil {
		return tenancy.Registration{}, errors.New("an answer without a user")
	}
	u, _ := registration(*out.User, make(interner))
	return u, nil
}

// GroupsOf lists the names of the groups that a user of a namespace is in, sorted (QuickSight
// ListUserGroups). The error wraps plan.ErrNotFound when there is none of that name.
func (q *QuickSight) GroupsOf(ctx context.Context, namespace string, user tenancy.UserName) ([]string, error) {
	get := func(ctx context.Context, token *string) (page[types.Group], error) {
		out, err := q.aws.quicksight.ListUserGroups(ctx, &quicksight.ListUserGroupsInput{
			AwsAccountId: q.aws.accountID(), Namespace: &namespace, UserName: aws.String(string(user)),
			MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.Group]{}, err
		}
		return page[types.Group]{out.GroupList, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(g types.Group) (string, bool) { return aws.ToString(g.GroupName), true })
	if err != nil {
		return nil, failure(err, fmt.Sprintf("list the groups of a user of namespace %q", namespace), hideUser(user)...)
	}
	slices.SortFunc(all, strings.Compare)
	return slices.Compact(all), nil
}

// Namespace reads one namespace (QuickSight DescribeNamespace). The error wraps plan.ErrNotFound when
// there is none of that name.
func (q *QuickSight) Namespace(ctx context.Context, name string) (tenancy.NamespaceInfo, error) {
	out, err := q.aws.quicksight.DescribeNamespace(ctx, &quicksight.DescribeNamespaceInput{
		AwsAccountId: q.aws.accountID(), Namespace: &name,
	})
	doing := fmt.Sprintf("read namespace %q", name)
	switch {
	case err != nil:
		return tenancy.NamespaceInfo{}, failure(err, doing)
	case out.Namespace == nil:
		return tenancy.NamespaceInfo{}, failure(errors.New("an answer without a namespace"), doing)
	}
	return namespaceInfo(*out.Namespace), nil
}
