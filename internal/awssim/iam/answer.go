package iam

import (
	"encoding/xml"
	"net/url"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// result is what the operations answer, each its part of it. Its element is named after the operation.
type result struct {
	XMLName           xml.Name
	Role              *roleXML
	Roles             *members[roleXML]
	RoleName          string `xml:",omitempty"`
	PolicyName        string `xml:",omitempty"`
	PolicyDocument    string `xml:",omitempty"`
	PolicyNames       *members[string]
	AttachedPolicies  *members[attachedXML]
	Policy            *policyXML
	UserDetailList    *members[userDetailXML]
	GroupDetailList   *members[groupDetailXML]
	RoleDetailList    *members[roleDetailXML]
	Policies          *members[policyDetailXML]
	PolicyVersion     *versionXML
	Versions          *members[versionXML]
	EvaluationResults *members[evaluationXML]
	SummaryMap        *summaryXML
	IsTruncated       *bool
	Marker            string `xml:",omitempty"`
}

// members is a list as the query protocol writes it. An empty one is an empty element, not a missing one.
type members[T any] struct {
	Member []T `xml:"member"`
}

type roleXML struct {
	Path                     string
	RoleName                 string
	RoleID                   string `xml:"RoleId"`
	Arn                      string
	CreateDate               string
	AssumeRolePolicyDocument string `xml:",omitempty"`
	Description              string `xml:",omitempty"`
	MaxSessionDuration       int
	PermissionsBoundary      *boundaryXML
	Tags                     *members[tagXML]
	RoleLastUsed             *lastUsedXML
}

type tagXML struct{ Key, Value string }

type attachedXML struct{ PolicyName, PolicyArn string }

type policyXML struct {
	PolicyName                    string
	PolicyID                      string `xml:"PolicyId"`
	Arn                           string
	Path                          string
	DefaultVersionID              string `xml:"DefaultVersionId"`
	AttachmentCount               int
	PermissionsBoundaryUsageCount int
	IsAttachable                  bool
	Description                   string `xml:",omitempty"`
	CreateDate                    string
	UpdateDate                    string
}

type versionXML struct {
	Document         string `xml:",omitempty"`
	VersionID        string `xml:"VersionId"`
	IsDefaultVersion bool
	CreateDate       string
}

// view gives a role as the API answers it. Lists leave the tags, the boundary and the last use out, as the reference says.
func (s service) view(r world.Role, listed bool) roleXML {
	x := roleXML{Path: r.Path, RoleName: r.Name, RoleID: r.ID, Arn: r.ARN(s.w.Partition, s.w.Account),
		CreateDate: date(r.CreatedAt), AssumeRolePolicyDocument: escape(r.Trust), Description: r.Description, MaxSessionDuration: r.MaxSession}
	if x.MaxSessionDuration == 0 {
		x.MaxSessionDuration = 3600
	}
	if listed {
		return x
	}
	x.PermissionsBoundary, x.RoleLastUsed = viewBoundary(r.Boundary), viewLastUsed(r)
	if tags := viewTags(r.Tags); len(r.Tags) > 0 {
		x.Tags = &tags
	}
	return x
}

// escape writes a policy document as IAM does: percent-encoded, according to RFC 3986.
func escape(document string) string {
	return strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
}

func date(t time.Time) string { return t.UTC().Format(time.RFC3339) }
