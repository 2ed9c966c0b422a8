package awsapi

import (
	"cmp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func (a *AWS) accountID() *string { return aws.String(string(a.account)) }

// userOf is a user as somebody to whom permissions are given.
func userOf(n tenancy.Namespace, user tenancy.UserName) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToUser, Namespace: n.String(), Name: string(user)}
}

// groupOf is a group as somebody to whom permissions are given.
func groupOf(n tenancy.Namespace, group string) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: n.String(), Name: group}
}

// principal is the ARN of a user or a group: tenancy's words for their kinds are those of ARNs. Users and groups
// live in the identity Region, and so do their ARNs, in whatever Region the asset is that they are given (Quick
// user guide, "Namespaces").
func (a *AWS) principal(to tenancy.Grantee) string {
	return a.arn(string(to.Kind) + "/" + to.Namespace + "/" + to.Name)
}

func (a *AWS) arn(resource string) string { return a.arnIn(a.region, resource) }

func (a *AWS) arnIn(region, resource string) string {
	return strings.Join([]string{"arn", partitionOf(region), serviceQuickSight, region, string(a.account), resource}, ":")
}

// folderARN is the ARN of a folder, which lives in its own Region.
func (a *AWS) folderARN(ref tenancy.AssetRef) string {
	return a.arnIn(cmp.Or(ref.Region, a.region), "folder/"+ref.ID)
}

// partitionOf is the partition that a Region's ARNs bear.
func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
