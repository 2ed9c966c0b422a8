package awsapi

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/identitystore/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Directory reads the identity store. Lists are complete or an error.
type Directory struct{ aws *AWS }

// People lists everyone, sorted by id (Identity Store ListUsers).
func (d *Directory) People(ctx context.Context) ([]tenancy.Person, error) {
	get := func(ctx context.Context, token *string) (page[types.User], error) {
		out, err := d.aws.directory.ListUsers(ctx, &identitystore.ListUsersInput{
			IdentityStoreId: d.aws.storeID(), MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.User]{}, err
		}
		return page[types.User]{out.Users, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(u types.User) (tenancy.Person, bool) { return person(u), true })
	if err != nil {
		return nil, failure(err, "list the people of the identity store")
	}
	slices.SortFunc(all, func(a, b tenancy.Person) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(all, func(a, b tenancy.Person) bool { return a.ID == b.ID }), nil
}

func person(u types.User) tenancy.Person {
	return tenancy.Person{
		ID: tenancy.PersonID(aws.ToString(u.UserId)), UserName: aws.ToString(u.UserName),
		Email: email(u.Emails), Disabled: u.UserStatus == types.UserStatusDisabled,
	}
}

// email is the primary address, or else the first one, or else "".
func email(all []types.Email) string {
	for _, e := range all {
		if e.Primary && aws.ToString(e.Value) != "" {
			return *e.Value
		}
	}
	for _, e := range all {
		if aws.ToString(e.Value) != "" {
			return *e.Value
		}
	}
	return ""
}

// Groups lists every group, sorted by id (Identity Store ListGroups).
func (d *Directory) Groups(ctx context.Context) ([]tenancy.Group, error) {
	get := func(ctx context.Context, token *string) (page[types.Group], error) {
		out, err := d.aws.directory.ListGroups(ctx, &identitystore.ListGroupsInput{
			IdentityStoreId: d.aws.storeID(), MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.Group]{}, err
		}
		return page[types.Group]{out.Groups, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(g types.Group) (tenancy.Group, bool) {
		return tenancy.Group{ID: tenancy.GroupID(aws.ToString(g.GroupId)), Name: aws.ToString(g.DisplayName)}, true
	})
	if err != nil {
		return nil, failure(err, "list the groups of the identity store")
	}
	slices.SortFunc(all, func(a, b tenancy.Group) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(all, func(a, b tenancy.Group) bool { return a.ID == b.ID }), nil
}

// Memberships answers who is in a group a page at a time, at most 100, as they are read (Identity
// Store ListGroupMemberships). The last pair holds the error, if there is one: the memberships answered
// before it are then not all. When the list has to be begun anew, memberships are answered twice.
func (d *Directory) Memberships(ctx context.Context, group tenancy.GroupID) iter.Seq2[[]tenancy.Membership, error] {
	return func(yield func([]tenancy.Membership, error) bool) {
		stopped := false
		err := walk(ctx, d.memberPage(group), func() {}, func(rows []types.GroupMembership) bool {
			page := memberships(rows)
			stopped = len(page) > 0 && !yield(page, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(nil, failure(err, fmt.Sprintf("list the members of group %s", group)))
		}
	}
}

func (d *Directory) memberPage(group tenancy.GroupID) fetch[types.GroupMembership] {
	return func(ctx context.Context, token *string) (page[types.GroupMembership], error) {
		out, err := d.aws.directory.ListGroupMemberships(ctx, &identitystore.ListGroupMembershipsInput{
			IdentityStoreId: d.aws.storeID(), GroupId: aws.String(string(group)),
			MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.GroupMembership]{}, err
		}
		return page[types.GroupMembership]{out.GroupMemberships, out.NextToken}, nil
	}
}

// memberships are the rows whose members are people. AWS may come to have members of other kinds:
// they are nobody whom tenantry could register.
func memberships(rows []types.GroupMembership) []tenancy.Membership {
	all := make([]tenancy.Membership, 0, len(rows))
	for _, row := range rows {
		if m, ok := membership(row); ok {
			all = append(all, m)
		}
	}
	return all
}

func membership(row types.GroupMembership) (tenancy.Membership, bool) {
	u, ok := row.MemberId.(*types.MemberIdMemberUserId)
	if !ok || u.Value == "" {
		return tenancy.Membership{}, false
	}
	return tenancy.Membership{
		ID:    tenancy.MembershipID(aws.ToString(row.MembershipId)),
		Group: tenancy.GroupID(aws.ToString(row.GroupId)), Person: tenancy.PersonID(u.Value),
	}, true
}

func (a *AWS) storeID() *string { return aws.String(string(a.store)) }
