package iam

import (
	"iter"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// entityTypes are what the answer of GetAccountAuthorizationDetails can be filtered by, as the model has them.
var entityTypes = []string{"User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"}

type userDetailXML struct {
	Path                    string
	UserName                string
	UserID                  string `xml:"UserId"`
	Arn                     string
	CreateDate              string
	UserPolicyList          members[documentXML]
	GroupList               members[string]
	AttachedManagedPolicies members[attachedXML]
	PermissionsBoundary     *boundaryXML
	Tags                    members[tagXML]
}

type groupDetailXML struct {
	Path                    string
	GroupName               string
	GroupID                 string `xml:"GroupId"`
	Arn                     string
	CreateDate              string
	GroupPolicyList         members[documentXML]
	AttachedManagedPolicies members[attachedXML]
}

type roleDetailXML struct {
	Path                     string
	RoleName                 string
	RoleID                   string `xml:"RoleId"`
	Arn                      string
	CreateDate               string
	AssumeRolePolicyDocument string          `xml:",omitempty"`
	InstanceProfileList      members[string] // instance profiles are not simulated
	RolePolicyList           members[documentXML]
	AttachedManagedPolicies  members[attachedXML]
	PermissionsBoundary      *boundaryXML
	Tags                     members[tagXML]
	RoleLastUsed             *lastUsedXML
}

type policyDetailXML struct {
	policyXML
	PolicyVersionList members[versionXML]
}

type documentXML struct{ PolicyName, PolicyDocument string }

// entity is one row of the account's details: its key, and what puts it into its list of the answer.
type entity struct {
	key string
	add func(*result)
}

// getAccountAuthorizationDetails answers users, groups, roles and managed policies, in this order: pages go through one
// list after the other, and MaxItems counts them together.
func (s service) getAccountAuthorizationDetails(form url.Values) (*result, error) {
	filter := listOf(form, "Filter")
	for _, f := range filter {
		if !slices.Contains(entityTypes, f) {
			return nil, invalid("1 validation error detected: Value '[%s]' at 'filter' failed to satisfy constraint: "+
				"Member must satisfy constraint: [Member must satisfy enum value set: [%s]]", strings.Join(filter, ", "), strings.Join(entityTypes, ", "))
		}
	}
	if len(filter) == 0 {
		filter = entityTypes
	}
	list := world.Key(append([]string{"GetAccountAuthorizationDetails"}, slices.Sorted(slices.Values(filter))...)...)
	entities, answer, err := page(s, form, list, s.entities(filter))
	if err != nil {
		return nil, err
	}
	answer.UserDetailList, answer.GroupDetailList = &members[userDetailXML]{}, &members[groupDetailXML]{}
	answer.RoleDetailList, answer.Policies = &members[roleDetailXML]{}, &members[policyDetailXML]{}
	for _, e := range entities {
		e.add(answer)
	}
	return answer, nil
}

// entities gives what the filter asks for, as rows.
func (s service) entities(filter []string) func(after string) iter.Seq2[string, entity] {
	var all []entity
	for _, part := range []func([]string) []entity{s.users, s.groups, s.roles, s.managed} {
		all = append(all, part(filter)...)
	}
	return func(after string) iter.Seq2[string, entity] {
		return func(yield func(string, entity) bool) {
			for _, e := range all {
				if e.key > after && !yield(e.key, e) {
					return
				}
			}
		}
	}
}

// listed gives the rows of a table that are asked for, as the lists of IAM show it. order is what their keys begin with.
func listed[V any](s service, t *world.Table[V], order string, asked func(V) bool, add func(V, *result)) []entity {
	var all []entity
	for name, v := range t.After("", s.w.View("iam")) {
		if asked(v) {
			all = append(all, entity{world.Key(order, name), func(to *result) { add(v, to) }})
		}
	}
	return all
}

func (s service) users(filter []string) []entity {
	return listed(s, s.w.IAM.Users, "1", every[world.IAMUser](filter, "User"), func(u world.IAMUser, to *result) {
		to.UserDetailList.Member = append(to.UserDetailList.Member, userDetailXML{
			Path: u.Path, UserName: u.Name, UserID: u.ID, Arn: u.ARN(s.w.Partition, s.w.Account), CreateDate: date(u.CreatedAt),
			UserPolicyList: documents(u.Policies), GroupList: members[string]{u.Groups}, AttachedManagedPolicies: attached(u.Attached),
			PermissionsBoundary: viewBoundary(u.Boundary), Tags: viewTags(u.Tags),
		})
	})
}

func (s service) groups(filter []string) []entity {
	return listed(s, s.w.IAM.Groups, "2", every[world.IAMGroup](filter, "Group"), func(g world.IAMGroup, to *result) {
		to.GroupDetailList.Member = append(to.GroupDetailList.Member, groupDetailXML{
			Path: g.Path, GroupName: g.Name, GroupID: g.ID, Arn: g.ARN(s.w.Partition, s.w.Account), CreateDate: date(g.CreatedAt),
			GroupPolicyList: documents(g.Policies), AttachedManagedPolicies: attached(g.Attached),
		})
	})
}

func (s service) roles(filter []string) []entity {
	return listed(s, s.w.IAM.Roles, "3", every[world.Role](filter, "Role"), func(r world.Role, to *result) {
		to.RoleDetailList.Member = append(to.RoleDetailList.Member, roleDetailXML{
			Path: r.Path, RoleName: r.Name, RoleID: r.ID, Arn: r.ARN(s.w.Partition, s.w.Account), CreateDate: date(r.CreatedAt),
			AssumeRolePolicyDocument: escape(r.Trust), RolePolicyList: documents(r.Policies), AttachedManagedPolicies: attached(r.Attached),
			PermissionsBoundary: viewBoundary(r.Boundary), Tags: viewTags(r.Tags), RoleLastUsed: viewLastUsed(r),
		})
	})
}

// every asks for every row of a type that the filter has.
func every[V any](filter []string, entityType string) func(V) bool {
	return func(V) bool { return slices.Contains(filter, entityType) }
}

// managed gives the managed policies: the account's own, and of those of AWS what somebody has, or is bounded by.
func (s service) managed(filter []string) []entity {
	asked := func(p world.Policy) bool {
		if !strings.Contains(p.ARN, ":iam::aws:") {
			return slices.Contains(filter, "LocalManagedPolicy")
		}
		held, bounding := s.uses(p)
		return slices.Contains(filter, "AWSManagedPolicy") && held+bounding > 0
	}
	return listed(s, s.w.IAM.Policies, "4", asked, func(p world.Policy, to *result) {
		to.Policies.Member = append(to.Policies.Member, policyDetailXML{
			policyXML: *s.viewPolicy(p), PolicyVersionList: members[versionXML]{viewVersions(p, false)},
		})
	})
}

func documents(policies map[string]string) members[documentXML] {
	var list members[documentXML]
	for _, name := range slices.Sorted(maps.Keys(policies)) {
		list.Member = append(list.Member, documentXML{name, escape(policies[name])})
	}
	return list
}

func attached(arns []string) members[attachedXML] {
	var list members[attachedXML]
	for _, arn := range slices.Sorted(slices.Values(arns)) {
		list.Member = append(list.Member, attachedXML{path.Base(arn), arn})
	}
	return list
}

func viewTags(tags []world.Tag) members[tagXML] {
	var list members[tagXML]
	for _, t := range tags {
		list.Member = append(list.Member, tagXML(t))
	}
	return list
}
