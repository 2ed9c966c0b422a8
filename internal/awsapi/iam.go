//go:build !tenantry.lambda

package awsapi

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// IAM reads who may do what in QuickSight's account.
type IAM struct{ aws *AWS }

// NewIAM makes the one of an AWS.
func NewIAM(a *AWS) *IAM { return &IAM{a} }

// Identities reads every role and user with their policies, sorted by ARN (IAM GetAccountAuthorizationDetails). Where that
// is denied it reads those roles alone, one by one; one of them that is not there is left out.
func (i *IAM) Identities(ctx context.Context, otherwise []tenancy.RoleARN) (tenancy.Identities, error) {
	all, err := i.all(ctx)
	if errors.Is(err, plan.ErrDenied) && !errors.Is(err, plan.ErrCredentials) {
		return i.only(ctx, otherwise)
	}
	return all, err
}

// details are those of an account, whole.
type details struct {
	roles    []types.RoleDetail
	users    []types.UserDetail
	groups   map[string]types.GroupDetail
	policies map[string]string // the documents of managed policies that are in force, by ARN
}

func (i *IAM) all(ctx context.Context) (tenancy.Identities, error) {
	pages, err := collect(ctx, i.detailPage, func(out *iam.GetAccountAuthorizationDetailsOutput) (*iam.GetAccountAuthorizationDetailsOutput, bool) {
		return out, true
	})
	if err != nil {
		return tenancy.Identities{}, failure(err, "read the roles and users of IAM with their policies")
	}
	d := details{groups: map[string]types.GroupDetail{}, policies: map[string]string{}}
	for _, p := range pages {
		d.roles, d.users = append(d.roles, p.RoleDetailList...), append(d.users, p.UserDetailList...)
		for _, g := range p.GroupDetailList {
			d.groups[aws.ToString(g.GroupName)] = g
		}
		for _, m := range p.Policies {
			d.policies[aws.ToString(m.Arn)] = inForce(m)
		}
	}
	var all tenancy.Identities
	for _, r := range d.roles {
		all.All = append(all.All, d.role(r))
	}
	for _, u := range d.users {
		all.All = append(all.All, d.user(u))
	}
	return ordered(all), nil
}

// detailPage reads one page, of all sorts of things at once.
func (i *IAM) detailPage(ctx context.Context, token *string) (page[*iam.GetAccountAuthorizationDetailsOutput], error) {
	out, err := i.aws.iam.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(rolePage), Marker: token})
	if err != nil {
		return page[*iam.GetAccountAuthorizationDetailsOutput]{}, err
	}
	next, err := following(out.IsTruncated, out.Marker)
	return page[*iam.GetAccountAuthorizationDetailsOutput]{[]*iam.GetAccountAuthorizationDetailsOutput{out}, next}, err
}

// ordered puts identities in order, each once.
func ordered(all tenancy.Identities) tenancy.Identities {
	slices.SortFunc(all.All, func(a, b tenancy.Identity) int { return strings.Compare(a.ARN, b.ARN) })
	all.All = slices.CompactFunc(all.All, func(a, b tenancy.Identity) bool { return a.ARN == b.ARN })
	for i := range all.All {
		sortPolicies(all.All[i].Policies)
	}
	return all
}

func sortPolicies(all []tenancy.PolicyDocument) {
	slices.SortFunc(all, func(a, b tenancy.PolicyDocument) int {
		return strings.Compare(a.Name+"\x00"+a.ARN, b.Name+"\x00"+b.ARN)
	})
}

// inForce is the document of a managed policy's default version.
func inForce(m types.ManagedPolicyDetail) string {
	for _, v := range m.PolicyVersionList {
		if v.IsDefaultVersion {
			return decoded(v.Document)
		}
	}
	return ""
}

// decoded is a policy document as JSON: IAM answers it percent-encoded (IAM API reference, "Policies returned by this
// operation are URL-encoded compliant with RFC 3986"). "" is one that could not be read.
func decoded(document *string) string {
	text, err := url.PathUnescape(aws.ToString(document))
	if err != nil {
		return ""
	}
	return text
}

func (d *details) role(r types.RoleDetail) tenancy.Identity {
	id := tenancy.Identity{ARN: aws.ToString(r.Arn), Trust: decoded(r.AssumeRolePolicyDocument), LastUsed: lastUsed(r.RoleLastUsed)}
	id.Role, _ = tenancy.ParseRoleARN(id.ARN)
	id.Policies = append(inline("", r.RolePolicyList), d.attached("", r.AttachedManagedPolicies)...)
	id.Boundary = d.boundary(r.PermissionsBoundary)
	return id
}

func (d *details) user(u types.UserDetail) tenancy.Identity {
	id := tenancy.Identity{ARN: aws.ToString(u.Arn), Boundary: d.boundary(u.PermissionsBoundary)}
	id.Policies = append(inline("", u.UserPolicyList), d.attached("", u.AttachedManagedPolicies)...)
	for _, name := range u.GroupList {
		g, read := d.groups[name]
		if !read { // it has policies, perhaps, and nobody knows which
			id.Policies = append(id.Policies, tenancy.PolicyDocument{Name: name + "/"})
		}
		id.Policies = append(id.Policies, inline(name+"/", g.GroupPolicyList)...)
		id.Policies = append(id.Policies, d.attached(name+"/", g.AttachedManagedPolicies)...)
	}
	return id
}

func inline(before string, all []types.PolicyDetail) []tenancy.PolicyDocument {
	var out []tenancy.PolicyDocument
	for _, p := range all {
		out = append(out, tenancy.PolicyDocument{Name: before + aws.ToString(p.PolicyName), Document: decoded(p.PolicyDocument)})
	}
	return out
}

func (d *details) attached(before string, all []types.AttachedPolicy) []tenancy.PolicyDocument {
	var out []tenancy.PolicyDocument
	for _, p := range all {
		arn := aws.ToString(p.PolicyArn)
		out = append(out, tenancy.PolicyDocument{Name: before + aws.ToString(p.PolicyName), ARN: arn, Document: d.policies[arn]})
	}
	return out
}

func (d *details) boundary(b *types.AttachedPermissionsBoundary) *tenancy.PolicyDocument {
	if b == nil {
		return nil
	}
	arn := aws.ToString(b.PermissionsBoundaryArn)
	return &tenancy.PolicyDocument{Name: nameIn(arn), ARN: arn, Document: d.policies[arn]}
}

// nameIn is the name of a managed policy in its ARN.
func nameIn(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

func lastUsed(u *types.RoleLastUsed) int64 {
	if u == nil || u.LastUsedDate == nil {
		return 0
	}
	return u.LastUsedDate.Unix()
}
