package awsapi

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func (a *AWS) accountID() *string { return aws.String(string(a.account)) }

// userARN is a user's. Users and groups live in the identity Region, and so do their ARNs, in whatever
// Region the asset is that they are given (Quick user guide, "Namespaces").
func (a *AWS) userARN(n tenancy.Namespace, user tenancy.UserName) string {
	return a.arn("user/" + n.String() + "/" + string(user))
}

// groupARN is a group's.
func (a *AWS) groupARN(n tenancy.Namespace, group string) string {
	return a.arn("group/" + n.String() + "/" + group)
}

func (a *AWS) arn(resource string) string {
	return strings.Join([]string{"arn", partitionOf(a.region), serviceQuickSight, a.region, string(a.account), resource}, ":")
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
