package awsapi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// QuickSight reads QuickSight, in the identity Region. Lists are complete or an error.
type QuickSight struct{ aws *AWS }

// Namespaces lists every namespace of the account, "default" among them, sorted by name (QuickSight
// ListNamespaces).
func (q *QuickSight) Namespaces(ctx context.Context) ([]tenancy.NamespaceInfo, error) {
	all, err := collect(ctx, q.namespacePage, func(n types.NamespaceInfoV2) (tenancy.NamespaceInfo, bool) {
		return namespaceInfo(n), true
	})
	if err != nil {
		return nil, failure(err, "list the namespaces")
	}
	slices.SortFunc(all, func(a, b tenancy.NamespaceInfo) int { return strings.Compare(a.Name, b.Name) })
	return slices.Compact(all), nil
}

func (q *QuickSight) namespacePage(ctx context.Context, token *string) (page[types.NamespaceInfoV2], error) {
	out, err := q.aws.quicksight.ListNamespaces(ctx, &quicksight.ListNamespacesInput{
		AwsAccountId: q.aws.accountID(), MaxResults: aws.Int32(pageSize), NextToken: token,
	})
	if err != nil {
		return page[types.NamespaceInfoV2]{}, err
	}
	return page[types.NamespaceInfoV2]{out.Namespaces, out.NextToken}, nil
}

func namespaceInfo(n types.NamespaceInfoV2) tenancy.NamespaceInfo {
	info := tenancy.NamespaceInfo{
		Name: aws.ToString(n.Name), ARN: aws.ToString(n.Arn), Status: tenancy.Status(n.CreationStatus),
		CapacityRegion: aws.ToString(n.CapacityRegion), IdentityCenter: aws.ToString(n.IamIdentityCenterInstanceArn),
	}
	if e := n.NamespaceError; e != nil {
		info.Error = strings.TrimSuffix(string(e.Type)+": "+aws.ToString(e.Message), ": ")
	}
	return info
}

// notApplicable is what QuickSight calls users whose IAM identity is gone (API model: User).
const notApplicable = "N/A"

// Users lists a namespace's users, sorted by name (QuickSight ListUsers). Those whom QuickSight
// calls "N/A" are left out. The error wraps plan.ErrNotFound when there is no such namespace.
func (q *QuickSight) Users(ctx context.Context, namespace string) ([]tenancy.Registration, error) {
	get := func(ctx context.Context, token *string) (page[types.User], error) {
		out, err := q.aws.quicksight.ListUsers(ctx, &quicksight.ListUsersInput{
			AwsAccountId: q.aws.accountID(), Namespace: &namespace, MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.User]{}, err
		}
		return page[types.User]{out.UserList, out.NextToken}, nil
	}
	names := make(interner)
	all, err := collect(ctx, get, func(u types.User) (tenancy.Registration, bool) { return registration(u, names) })
	if err != nil {
		return nil, failure(err, fmt.Sprintf("list the users of namespace %q", namespace))
	}
	tenancy.SortRegistrations(all)
	return slices.CompactFunc(all, func(a, b tenancy.Registration) bool { return a.User == b.User }), nil
}

// registration is a user as tenantry sees it, false for one who is nobody any more.
func registration(u types.User, names interner) (tenancy.Registration, bool) {
	name := aws.ToString(u.UserName)
	if name == "" || name == notApplicable || aws.ToString(u.Arn) == notApplicable {
		return tenancy.Registration{}, false
	}
	return tenancy.Registration{
		User: tenancy.UserName(name), Email: aws.ToString(u.Email),
		Role:              tenancy.Role(names.one(string(u.Role))),
		CustomPermissions: names.one(aws.ToString(u.CustomPermissionsName)),
	}, true
}

// interner keeps one copy of each text that many rows share.
type interner map[string]string

func (i interner) one(s string) string {
	if s == "" {
		return ""
	}
	kept, ok := i[s]
	if !ok {
		i[s], kept = s, s
	}
	return kept
}

// Groups lists a namespace's groups, sorted by name (QuickSight ListGroups).
func (q *QuickSight) Groups(ctx context.Context, namespace string) ([]tenancy.QuickSightGroup, error) {
	get := func(ctx context.Context, token *string) (page[types.Group], error) {
		out, err := q.aws.quicksight.ListGroups(ctx, &quicksight.ListGroupsInput{
			AwsAccountId: q.aws.accountID(), Namespace: &namespace, MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.Group]{}, err
		}
		return page[types.Group]{out.GroupList, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(g types.Group) (tenancy.QuickSightGroup, bool) {
		return tenancy.QuickSightGroup{Name: aws.ToString(g.GroupName), Description: aws.ToString(g.Description)}, true
	})
	if err != nil {
		return nil, failure(err, fmt.Sprintf("list the groups of namespace %q", namespace))
	}
	slices.SortFunc(all, func(a, b tenancy.QuickSightGroup) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(all, func(a, b tenancy.QuickSightGroup) bool { return a.Name == b.Name }), nil
}

// Members lists the names of a group's members, sorted (QuickSight ListGroupMemberships). The error
// wraps plan.ErrNotFound when there is no such group.
func (q *QuickSight) Members(ctx context.Context, namespace, group string) ([]tenancy.UserName, error) {
	get := func(ctx context.Context, token *string) (page[types.GroupMember], error) {
		out, err := q.aws.quicksight.ListGroupMemberships(ctx, &quicksight.ListGroupMembershipsInput{
			AwsAccountId: q.aws.accountID(), Namespace: &namespace, GroupName: &group,
			MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.GroupMember]{}, err
		}
		return page[types.GroupMember]{out.GroupMemberList, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(m types.GroupMember) (tenancy.UserName, bool) {
		name := aws.ToString(m.MemberName)
		return tenancy.UserName(name), name != "" && name != notApplicable
	})
	if err != nil {
		return nil, failure(err, fmt.Sprintf("list the members of group %q in namespace %q", group, namespace))
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// NamespaceTags reads the tags of a namespace by its ARN (QuickSight ListTagsForResource). A
// namespace without tags has an empty map, not nil.
func (q *QuickSight) NamespaceTags(ctx context.Context, arn string) (map[string]string, error) {
	tags, err := q.tags(ctx, arn)
	if err != nil {
		return nil, failure(err, "read the tags of "+arn)
	}
	return tags, nil
}

// UserTags reads the tags of a user of a namespace (QuickSight ListTagsForResource). A user without tags
// has an empty map, not nil. The error wraps plan.ErrNotFound when there is none of that name.
func (q *QuickSight) UserTags(ctx context.Context, n tenancy.Namespace, user tenancy.UserName) (map[string]string, error) {
	tags, err := q.tags(ctx, q.aws.principal(userOf(n, user)))
	if err != nil {
		return nil, failure(err, fmt.Sprintf("read the tags of a user of namespace %q", n), hideUser(user)...)
	}
	return tags, nil
}

func (q *QuickSight) tags(ctx context.Context, arn string) (map[string]string, error) {
	return tagsOf(ctx, regional{quicksight: q.aws.quicksight}, arn)
}

// tagsOf asks one Region: identities are the same in every one, and assets are in theirs.
func tagsOf(ctx context.Context, r regional, arn string) (map[string]string, error) {
	out, err := r.quicksight.ListTagsForResource(ctx, &quicksight.ListTagsForResourceInput{ResourceArn: &arn})
	if err != nil {
		return nil, err
	}
	tags := make(map[string]string, len(out.Tags))
	for _, t := range out.Tags {
		tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return tags, nil
}
