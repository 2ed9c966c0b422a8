// Package iam is the room of the simulated AWS where roles live: the part of IAM (query protocol, XML, version
// 2010-05-08) that has to do with what a role is, who may assume it and what it may do. Users and groups
// come from the world file, are shown by GetAccountAuthorizationDetails, and can be simulated; instance profiles and
// providers are not there.
//
// IAM is global: it answers whatever Region signed the request. It knows the roles of the world's account only,
// and callers of another account are denied.
//
// # Roles that belong to AWS
//
// Roles under /aws-reserved/ are those of permission sets. Everybody can read them; every change is refused with
// UnmodifiableEntity, in IAM's words. Nobody can make a role there: how IAM words that is not documented, so it is
// the InvalidInput that CreateRole models.
//
// # The policy simulator
//
// SimulatePrincipalPolicy judges a role, a user with its groups, or a group by the inline policies and the attached
// managed policies, within the permissions boundary, as package policydoc does: which answer it gives where it cannot
// judge is said there. Resource policies and those of the organization are not simulated; a request that brings any is
// refused rather than answered wrongly. A managed policy can only be attached, or be a boundary, if the world knows its
// document.
//
// # What is documented, and what is assumed
//
// What a boundary does not allow is not allowed, what it denies is denied, and AllowedByPermissionsBoundary says so. That
// a boundary's denying statement is told among those that match, and its missing permission by none, is assumed. So is
// that taking off a boundary that is not there is no error, that GetAccountAuthorizationDetails goes through users,
// groups, roles and policies in this order, and that of AWS's own policies it answers those that somebody has. RoleLastUsed
// is what the world file says.
//
// Lists may be stale, where the world simulates stale reads of "iam"; everything else is never stale.
package iam

import (
	"encoding/xml"
	"maps"
	"net/url"
	"slices"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const namespace = "https://iam.amazonaws.com/doc/2010-05-08/"

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
	serve    func(service, url.Values) (*result, error)
}

var operations = map[string]operation{
	"CreateRole":                     {false, []string{"RoleName", "AssumeRolePolicyDocument"}, service.createRole},
	"GetRole":                        {true, []string{"RoleName"}, service.getRole},
	"ListRoles":                      {true, nil, service.listRoles},
	"DeleteRole":                     {false, []string{"RoleName"}, service.deleteRole},
	"UpdateAssumeRolePolicy":         {false, []string{"RoleName", "PolicyDocument"}, service.updateAssumeRolePolicy},
	"PutRolePolicy":                  {false, []string{"RoleName", "PolicyName", "PolicyDocument"}, service.putRolePolicy},
	"GetRolePolicy":                  {true, []string{"RoleName", "PolicyName"}, service.getRolePolicy},
	"ListRolePolicies":               {true, []string{"RoleName"}, service.listRolePolicies},
	"DeleteRolePolicy":               {false, []string{"RoleName", "PolicyName"}, service.deleteRolePolicy},
	"ListAttachedRolePolicies":       {true, []string{"RoleName"}, service.listAttachedRolePolicies},
	"AttachRolePolicy":               {false, []string{"RoleName", "PolicyArn"}, service.attachRolePolicy},
	"DetachRolePolicy":               {false, []string{"RoleName", "PolicyArn"}, service.detachRolePolicy},
	"PutRolePermissionsBoundary":     {false, []string{"RoleName", "PermissionsBoundary"}, service.putRolePermissionsBoundary},
	"DeleteRolePermissionsBoundary":  {false, []string{"RoleName"}, service.deleteRolePermissionsBoundary},
	"GetAccountAuthorizationDetails": {true, nil, service.getAccountAuthorizationDetails},
	"GetAccountSummary":              {true, nil, service.getAccountSummary},
	"CreatePolicy":                   {false, []string{"PolicyName", "PolicyDocument"}, service.createPolicy},
	"GetPolicy":                      {true, []string{"PolicyArn"}, service.getPolicy},
	"GetPolicyVersion":               {true, []string{"PolicyArn", "VersionId"}, service.getPolicyVersion},
	"ListPolicyVersions":             {true, []string{"PolicyArn"}, service.listPolicyVersions},
	"CreatePolicyVersion":            {false, []string{"PolicyArn", "PolicyDocument"}, service.createPolicyVersion},
	"DeletePolicyVersion":            {false, []string{"PolicyArn", "VersionId"}, service.deletePolicyVersion},
	"SimulatePrincipalPolicy":        {true, []string{"PolicySourceArn"}, service.simulatePrincipalPolicy},
}

// Name is the signing name.
func (service) Name() string { return "iam" }

// Protocol is the query protocol.
func (service) Protocol() wire.Protocol { return wire.Query }

// Operations are those of the table.
func (service) Operations() []string { return slices.Sorted(maps.Keys(operations)) }

// Route reads the operation from the form.
func (s service) Route(r *wire.Request) (wire.Op, bool) {
	form, err := r.Form()
	if err != nil {
		return wire.Op{}, false
	}
	name := form.Get("Action")
	op, ok := operations[name]
	return wire.Op{Name: name, ReadOnly: op.readOnly, Resource: "*"}, ok
}

// Refuse words refusals that come from around the operation.
func (service) Refuse(f wire.Refusal) *wire.Error {
	switch f.Kind {
	case wire.Throttled:
		return wire.Errorf(400, "Throttling", "%s", f.Message)
	case wire.AccessDenied:
		return wire.Errorf(403, "AccessDenied", "%s", f.Message)
	case wire.Unavailable:
		return wire.Errorf(503, "ServiceUnavailable", "%s", f.Message)
	default:
		return wire.Errorf(500, "ServiceFailure", "%s", f.Message)
	}
}

// Serve reads and judges the input, and carries out the operation.
func (s service) Serve(r *wire.Request) (wire.Response, error) {
	form, err := r.Form()
	if err != nil {
		return wire.Response{}, err
	}
	op := operations[r.Op.Name]
	if err := judge(form, op.required); err != nil {
		return wire.Response{}, err
	}
	if r.Caller.Account != s.w.Account {
		return wire.Response{}, wire.Errorf(403, "AccessDenied", "User: %s is not authorized to perform: iam:%s on resource: *", r.Caller.ARN, r.Op.Name)
	}
	answer, err := op.serve(s, form)
	if err != nil {
		return wire.Response{}, err
	}
	if answer == nil {
		return wire.XMLAnswer(r.Op.Name, namespace, r.ID, nil)
	}
	answer.XMLName = xml.Name{Local: r.Op.Name + "Result"}
	return wire.XMLAnswer(r.Op.Name, namespace, r.ID, answer)
}
