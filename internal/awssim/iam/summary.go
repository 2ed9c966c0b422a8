package iam

import (
	"net/url"
	"slices"
	"strings"
)

// summaryXML is the map of GetAccountSummary.
type summaryXML struct {
	Entry []entryXML `xml:"entry"`
}

type entryXML struct {
	Key   string `xml:"key"`
	Value int    `xml:"value"`
}

// getAccountSummary counts what is in the account. The quotas are those that an account has at first (IAM user guide, "IAM and
// AWS STS quotas"), but that of roles, which is the world's.
func (s service) getAccountSummary(url.Values) (*result, error) {
	x := &summaryXML{}
	for key, value := range map[string]int{
		"Roles": s.w.IAM.Roles.Len(), "RolesQuota": s.w.Behaviour().RoleLimit,
		"Users": s.w.IAM.Users.Len(), "UsersQuota": 5000, "Groups": s.w.IAM.Groups.Len(), "GroupsQuota": 300,
		"AttachedPoliciesPerRoleQuota": 10, "RolePolicySizeQuota": 10240, "AssumeRolePolicySizeQuota": 2048,
	} {
		x.Entry = append(x.Entry, entryXML{key, value})
	}
	slices.SortFunc(x.Entry, func(a, b entryXML) int { return strings.Compare(a.Key, b.Key) })
	return &result{SummaryMap: x}, nil
}
