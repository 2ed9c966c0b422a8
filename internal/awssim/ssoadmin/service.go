// Package ssoadmin is the room of the simulated AWS where people get accounts: the administrative API of IAM
// Identity Center (JSON 1.1, target SWBExternalService, API version 2020-07-20). It has the one instance of the
// world, its permission sets with their policies, and account assignments; applications, trusted token issuers
// and attributes for access control are not simulated.
//
// # What an assignment does
//
// The first assignment of a permission set in the world's account makes the IAM role
// AWSReservedSSO_<name>_<16 hex> under /aws-reserved/sso.amazonaws.com/, with a Region in the path unless the
// instance is in us-east-1, and a trust in Identity Center's SAML provider only. Deleting the last one deletes
// the role, and the next first one makes a role of another suffix: as AWS's "Referencing permission sets"
// warns, whoever remembered the old name is wrong from then on. A changed policy reaches the role when the
// permission set is provisioned again, and is LATEST_PERMISSION_SET_NOT_PROVISIONED until then. Other accounts
// can be assigned to, but the world does not know their roles.
//
// Assignments, their deletion and provisioning take the world's assignment_delay, IN_PROGRESS until it has
// passed. What they do happens in [world.SSO], so that IAM shows it at the same moment.
//
// # Who may ask, and where
//
// ListInstances answers nothing in another Region than the instance's, which is how an instance is looked for.
// A member account sees the instance, and is denied everything else; AWS reserves the rest to the owner.
//
// # What AWS does not document
//
// An assignment that is there already is made again with success; one that is not there is not found when it is
// deleted; a principal that is not in the directory is not found. An unknown instance is ResourceNotFoundException,
// but AccessDeniedException from DescribeInstance, which models no other.
package ssoadmin

import (
	"maps"
	"slices"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// service is the room. It has no state of its own.
type service struct {
	w *world.World
}

// New makes the room over w.
func New(w *world.World) wire.Service { return service{w} }

// operation is one line of the API: whether it changes nothing, the members that it requires, and what it does.
type operation struct {
	readOnly bool
	required []string
	serve    func(service, *wire.Request, input) (any, error)
}

var (
	onInstance   = []string{"InstanceArn"}
	onSet        = []string{"InstanceArn", "PermissionSetArn"}
	onAssignment = []string{"InstanceArn", "TargetId", "TargetType", "PermissionSetArn", "PrincipalType", "PrincipalId"}
)

var operations = map[string]operation{
	"ListInstances":                                      {true, nil, service.listInstances},
	"DescribeInstance":                                   {true, onInstance, service.describeInstance},
	"CreatePermissionSet":                                {false, []string{"Name", "InstanceArn"}, service.createPermissionSet},
	"DescribePermissionSet":                              {true, onSet, service.describePermissionSet},
	"UpdatePermissionSet":                                {false, onSet, service.updatePermissionSet},
	"DeletePermissionSet":                                {false, onSet, service.deletePermissionSet},
	"ListPermissionSets":                                 {true, onInstance, service.listPermissionSets},
	"PutInlinePolicyToPermissionSet":                     {false, []string{"InstanceArn", "PermissionSetArn", "InlinePolicy"}, service.putInlinePolicy},
	"GetInlinePolicyForPermissionSet":                    {true, onSet, service.getInlinePolicy},
	"DeleteInlinePolicyFromPermissionSet":                {false, onSet, service.deleteInlinePolicy},
	"ListManagedPoliciesInPermissionSet":                 {true, onSet, service.listManagedPolicies},
	"ListCustomerManagedPolicyReferencesInPermissionSet": {true, onSet, service.listCustomerManagedPolicies},
	"CreateAccountAssignment":                            {false, onAssignment, service.createAccountAssignment},
	"DeleteAccountAssignment":                            {false, onAssignment, service.deleteAccountAssignment},
	"DescribeAccountAssignmentCreationStatus": {true, []string{"InstanceArn", "AccountAssignmentCreationRequestId"},
		service.describeCreation},
	"DescribeAccountAssignmentDeletionStatus": {true, []string{"InstanceArn", "AccountAssignmentDeletionRequestId"},
		service.describeDeletion},
	"ListAccountAssignments":                 {true, []string{"InstanceArn", "AccountId", "PermissionSetArn"}, service.listAccountAssignments},
	"ListPermissionSetsProvisionedToAccount": {true, []string{"InstanceArn", "AccountId"}, service.listProvisioned},
	"ProvisionPermissionSet":                 {false, []string{"InstanceArn", "PermissionSetArn", "TargetType"}, service.provisionPermissionSet},
	"DescribePermissionSetProvisioningStatus": {true, []string{"InstanceArn", "ProvisionPermissionSetRequestId"},
		service.describeProvisioning},
}

// Name is the signing name.
func (service) Name() string { return "sso" }

// Protocol is JSON 1.1.
func (service) Protocol() wire.Protocol { return wire.JSON11 }

// Operations are those of the table.
func (service) Operations() []string { return slices.Sorted(maps.Keys(operations)) }

// Route reads the operation from the target header.
func (s service) Route(r *wire.Request) (wire.Op, bool) {
	prefix, name := r.Target()
	op, ok := operations[name]
	return wire.Op{Name: name, ReadOnly: op.readOnly, Resource: s.w.SSO.InstanceARN}, ok && prefix == "SWBExternalService"
}

// Refuse words refusals that come from around the operation.
func (service) Refuse(f wire.Refusal) *wire.Error {
	switch f.Kind {
	case wire.Throttled:
		return wire.Errorf(400, "ThrottlingException", "%s", f.Message)
	case wire.AccessDenied:
		return accessDenied("%s", f.Message)
	case wire.Unavailable:
		return wire.Errorf(503, "ServiceUnavailableException", "%s", f.Message)
	default:
		return wire.Errorf(500, "InternalServerException", "%s", f.Message)
	}
}

// Serve reads and judges the input, and carries out the operation.
func (s service) Serve(r *wire.Request) (wire.Response, error) {
	op := operations[r.Op.Name]
	var in input
	if err := r.Decode(&in); err != nil {
		return wire.Response{}, err
	}
	if err := in.judge(op.required); err != nil {
		return wire.Response{}, err
	}
	if err := s.enter(r, in); err != nil {
		return wire.Response{}, err
	}
	answer, err := op.serve(s, r, in)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.JSON11Answer(answer)
}

// enter judges what the operations have in common once their input is valid: the instance, its Region, its owner.
func (s service) enter(r *wire.Request, in input) error {
	if r.Op.Name == "ListInstances" {
		return nil
	}
	if *in.InstanceArn != s.w.SSO.InstanceARN || r.Region != s.w.Directory.Region {
		if r.Op.Name == "DescribeInstance" {
			return s.denied(r, *in.InstanceArn)
		}
		return notFound("Instance not found: %s", *in.InstanceArn)
	}
	if r.Caller.Account != s.w.Directory.OwnerAccount && r.Op.Name != "DescribeInstance" {
		return s.denied(r, s.w.SSO.InstanceARN)
	}
	return nil
}

func (s service) denied(r *wire.Request, resource string) error {
	return accessDenied("User: %s is not authorized to perform: sso:%s on resource: %s", r.Caller.ARN, r.Op.Name, resource)
}

func accessDenied(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "AccessDeniedException", format, args...)
}

func notFound(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "ResourceNotFoundException", format, args...)
}

func invalid(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "ValidationException", format, args...)
}

func conflict(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "ConflictException", format, args...)
}

// nothing is the answer of operations that answer nothing.
type nothing struct{}
