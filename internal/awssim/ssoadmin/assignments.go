package ssoadmin

import (
	"slices"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// assignment is what the input names, with its permission set.
func (s service) assignment(in input) (world.Assignment, error) {
	if *in.TargetType != "AWS_ACCOUNT" {
		return world.Assignment{}, invalid("1 validation error detected: Value '%s' at 'targetType' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [AWS_ACCOUNT]", *in.TargetType)
	}
	p, err := s.set(in)
	if err != nil {
		return world.Assignment{}, err
	}
	return world.Assignment{PermissionSetARN: p.ARN, Account: *in.TargetID, PrincipalType: *in.PrincipalType, PrincipalID: *in.PrincipalID}, nil
}

func (s service) createAccountAssignment(_ *wire.Request, in input) (any, error) {
	a, err := s.assignment(in)
	if err != nil {
		return nil, err
	}
	_, there := s.w.Directory.Users().Get(a.PrincipalID)
	if a.PrincipalType == "GROUP" {
		_, there = s.w.Directory.Groups().Get(a.PrincipalID)
	}
	if !there {
		return nil, notFound("%s not found: %s", a.PrincipalType, a.PrincipalID)
	}
	r := s.w.SSO.Begin(world.AssignmentCreation, a)
	return map[string]any{"AccountAssignmentCreationStatus": viewAssignment(r)}, nil
}

func (s service) deleteAccountAssignment(_ *wire.Request, in input) (any, error) {
	a, err := s.assignment(in)
	if err != nil {
		return nil, err
	}
	if _, there := s.w.SSO.Assignments.Get(a.Key()); !there {
		return nil, notFound("Account assignment not found")
	}
	r := s.w.SSO.Begin(world.AssignmentDeletion, a)
	return map[string]any{"AccountAssignmentDeletionStatus": viewAssignment(r)}, nil
}

func viewAssignment(r world.SSORequest) map[string]any {
	doc := viewRequest(r)
	a := r.Assignment
	doc["TargetId"], doc["TargetType"] = a.Account, "AWS_ACCOUNT"
	doc["PrincipalType"], doc["PrincipalId"] = a.PrincipalType, a.PrincipalID
	return doc
}

func viewRequest(r world.SSORequest) map[string]any {
	doc := map[string]any{"Status": r.Status, "RequestId": r.ID, "PermissionSetArn": r.Assignment.PermissionSetARN, "CreatedDate": seconds(r.CreatedAt)}
	put(doc, "FailureReason", r.Reason)
	return doc
}

// request finds a request of a kind.
func (s service) request(kind, id string) (world.SSORequest, error) {
	r, ok := s.w.SSO.Requests.Get(id)
	if !ok || r.Kind != kind {
		return r, notFound("Request not found: %s", id)
	}
	return r, nil
}

func (s service) describeCreation(_ *wire.Request, in input) (any, error) {
	r, err := s.request(world.AssignmentCreation, *in.AccountAssignmentCreationRequestID)
	if err != nil {
		return nil, err
	}
	return map[string]any{"AccountAssignmentCreationStatus": viewAssignment(r)}, nil
}

func (s service) describeDeletion(_ *wire.Request, in input) (any, error) {
	r, err := s.request(world.AssignmentDeletion, *in.AccountAssignmentDeletionRequestID)
	if err != nil {
		return nil, err
	}
	return map[string]any{"AccountAssignmentDeletionStatus": viewAssignment(r)}, nil
}

// provisionPermissionSet brings the role of one account up to date, or those of all accounts that have one.
func (s service) provisionPermissionSet(_ *wire.Request, in input) (any, error) {
	p, err := s.set(in)
	if err != nil {
		return nil, err
	}
	accounts := s.accounts(p)
	if *in.TargetType == "AWS_ACCOUNT" {
		if in.TargetID == nil {
			return nil, invalid("TargetId is required for the target type AWS_ACCOUNT")
		}
		accounts = []string{*in.TargetID}
	}
	if len(accounts) == 0 {
		return nil, notFound("PermissionSet %s is not provisioned to any account", p.ARN)
	}
	var r world.SSORequest
	for _, account := range accounts {
		r = s.w.SSO.Begin(world.Provisioning, world.Assignment{PermissionSetARN: p.ARN, Account: account})
	}
	return map[string]any{"PermissionSetProvisioningStatus": viewProvisioning(r)}, nil
}

func viewProvisioning(r world.SSORequest) map[string]any {
	doc := viewRequest(r)
	doc["AccountId"] = r.Assignment.Account
	return doc
}

func (s service) describeProvisioning(_ *wire.Request, in input) (any, error) {
	r, err := s.request(world.Provisioning, *in.ProvisionPermissionSetRequestID)
	if err != nil {
		return nil, err
	}
	return map[string]any{"PermissionSetProvisioningStatus": viewProvisioning(r)}, nil
}

// accounts are those that have a permission set, sorted: by an assignment, or, in the world's own account, by a
// role that was provisioned without one.
func (s service) accounts(p world.PermissionSet) []string {
	var list []string
	for _, a := range s.w.SSO.Assignments.Prefix(world.KeyPrefix(p.ARN), "", world.View{}) {
		list = append(list, a.Account)
	}
	if _, ok := s.w.SSO.Role(p, s.w.Account); ok {
		list = append(list, s.w.Account)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
