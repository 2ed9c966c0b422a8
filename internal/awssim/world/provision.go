package world

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// What IAM Identity Center can be asked to do in an account, asynchronously.
const (
	AssignmentCreation = "create"
	AssignmentDeletion = "delete"
	Provisioning       = "provision"
)

// SSORequest is a request to IAM Identity Center that takes its time. While the
// world lets assignments take none it is done before it is answered.
type SSORequest struct {
	ID         string
	Kind       string
	Assignment Assignment // of Provisioning only the permission set and the account
	Status     string     // IN_PROGRESS, SUCCEEDED or FAILED
	Reason     string     // of a failure
	CreatedAt  time.Time

	due time.Time
}

// Begin makes a request of a kind; what it asks for happens when its time has
// come. The lock must be held.
func (s *SSO) Begin(kind string, a Assignment) SSORequest {
	now := s.w.Now()
	r := SSORequest{
		ID: s.w.NewID(), Kind: kind, Assignment: a, Status: "IN_PROGRESS",
		CreatedAt: now, due: now.Add(time.Duration(s.w.behaviour.AssignmentDelay)),
	}
	s.Requests.Put(r.ID, r)
	s.pending = append(s.pending, r.ID)
	s.settle()
	r, _ = s.Requests.Get(r.ID)
	return r
}

// settle carries out the requests whose time has come.
func (s *SSO) settle() {
	if len(s.pending) == 0 {
		return
	}
	now := s.w.Now()
	s.pending = slices.DeleteFunc(s.pending, func(id string) bool {
		r, _ := s.Requests.Get(id)
		if now.Before(r.due) {
			return false
		}
		r.Status, r.Reason = "SUCCEEDED", s.arrive(r)
		if r.Reason != "" {
			r.Status = "FAILED"
		}
		s.Requests.Put(id, r)
		return true
	})
}

// arrive does what a request asks for; it gives the reason why it can not.
func (s *SSO) arrive(r SSORequest) string {
	a := r.Assignment
	p, ok := s.PermissionSets.Get(a.PermissionSetARN)
	if !ok {
		return "PermissionSet not found"
	}
	switch r.Kind {
	case AssignmentCreation:
		s.Assignments.Put(a.Key(), a)
		if _, there := s.Role(p, a.Account); !there {
			s.provision(p, a.Account)
		}
	case AssignmentDeletion:
		s.Assignments.Delete(a.Key())
		s.withdraw(p, a.Account)
	case Provisioning:
		s.provision(p, a.Account)
	}
	return ""
}

// reservedPath is where the roles of permission sets live. The path holds the
// Region of the instance unless that is us-east-1.
func (s *SSO) reservedPath() string {
	path := "/aws-reserved/sso.amazonaws.com/"
	if region := s.w.Directory.Region; region != "us-east-1" {
		path += region + "/"
	}
	return path
}

// Role gives the role that a permission set has in an account. The world knows
// the roles of its own account only.
func (s *SSO) Role(p PermissionSet, account string) (Role, bool) {
	if account != s.w.Account {
		return Role{}, false
	}
	prefix := "AWSReservedSSO_" + p.Name + "_"
	for name, r := range s.w.IAM.Roles.Prefix(prefix, "", View{}) {
		suffix := strings.TrimPrefix(name, prefix)
		if len(suffix) == 16 && strings.Trim(suffix, "0123456789abcdef") == "" && strings.HasPrefix(r.Path, "/aws-reserved/") {
			return r, true
		}
	}
	return Role{}, false
}

// provision makes the role of a permission set in an account, or brings it up to
// date. A role that is made anew has another suffix than the one before it.
func (s *SSO) provision(p PermissionSet, account string) {
	if account != s.w.Account {
		return
	}
	r, ok := s.Role(p, account)
	if !ok {
		r = Role{
			Name: "AWSReservedSSO_" + p.Name + "_" + shortHex(p.ARN, account, s.w.NewID()),
			Path: s.reservedPath(), Trust: s.trust(), CreatedAt: s.w.Now(),
		}
		r.ID = "AROA" + shortID(r.Path, r.Name)
	}
	had := r.Policies[InlinePolicyName]
	r.Description, r.Policies = p.Description, nil
	if p.InlinePolicy != "" {
		r.Policies = map[string]string{InlinePolicyName: p.InlinePolicy}
	}
	r.Attached = slices.Clone(p.Managed)
	for _, ref := range p.CustomerManaged {
		r.Attached = append(r.Attached, "arn:"+s.w.Partition+":iam::"+account+":policy"+or(ref.Path, "/")+ref.Name)
	}
	s.w.IAM.Roles.Put(r.Name, r)
	if !ok {
		s.w.Happened(s.roleMade(r))
	}
	switch {
	case p.InlinePolicy == had:
	case p.InlinePolicy == "":
		s.w.Happened(s.roleChanged("DeleteRolePolicy", r))
	default:
		s.w.Happened(s.roleChanged("PutRolePolicy", r))
	}
}

// InlinePolicyName is the name of the inline policy of a permission set in its
// roles.
const InlinePolicyName = "AwsSSOInlinePolicy"

// withdraw deletes the role of a permission set in an account where nobody is
// assigned to it any more.
func (s *SSO) withdraw(p PermissionSet, account string) {
	for range s.Assignments.Prefix(KeyPrefix(p.ARN, account), "", View{}) {
		return
	}
	if r, ok := s.Role(p, account); ok {
		s.w.IAM.Roles.Delete(r.Name)
	}
}

// trust is the trust policy of the roles of permission sets: only IAM Identity
// Center's own SAML provider may assume them.
func (s *SSO) trust() string {
	provider := "arn:" + s.w.Partition + ":iam::" + s.w.Account + ":saml-provider/AWSSSO_" + shortHex(s.InstanceARN, s.w.Account) + "_DO_NOT_DELETE"
	doc, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect":    "Allow",
		"Principal": map[string]any{"Federated": provider},
		"Action":    []string{"sts:AssumeRoleWithSAML", "sts:TagSession"},
		"Condition": map[string]any{"StringEquals": map[string]any{"SAML:aud": "https://signin.aws.amazon.com/saml"}},
	}}})
	if err != nil {
		panic("awssim: trust policy: " + err.Error()) // strings always encode
	}
	return string(doc)
}

// provisionSeeded makes the roles of the assignments that a seed holds, where
// the seed does not hold the roles themselves.
func (s *SSO) provisionSeeded() {
	for _, a := range s.Assignments.All() {
		p, ok := s.PermissionSets.Get(a.PermissionSetARN)
		if _, there := s.Role(p, a.Account); ok && !there {
			s.provision(p, a.Account)
		}
	}
}
