// Package identitystore is the room of the simulated AWS where people and groups live: the Identity Store API of
// IAM Identity Center (JSON 1.1, target AWSIdentityStore, API version 2020-06-15), all nineteen operations.
//
// # What it keeps
//
// User names are unique in any case, and so are e-mail addresses and the display names of groups. A rename keeps
// the id. A user or group that goes takes its memberships along. A user's status is not among what the API can
// write, as in AWS: disabling people is a matter of the console and of SCIM, here of [world.World.SetUserStatus].
//
// # What it refuses
//
// Input is judged by the API model before anything else, all breaches in one ValidationException. Another store's
// id is ResourceNotFoundException with ResourceType IDENTITY_STORE, and so is the right id in another Region than
// the store's: people who called the wrong Region have been told "IdentityStore not present". (AWS can replicate
// a store to further Regions for reading; the simulated one is not replicated.) Member accounts may read, as the
// API's documents say, but not write. Every modelled error has HTTP status 400, only failures of the service 500,
// as the API reference says.
//
// # Pages and staleness
//
// Lists are in the order of ids, at most 100 to a page, and begin anywhere in logarithmic time. Tokens are opaque,
// bound to their list and its selection, and expire; one that does not fit is a ValidationException. Where the
// world simulates stale reads of "identitystore", the List operations show the store as it was a moment ago,
// complete with people who are gone; the Describe, Get and IsMember operations are never stale.
//
// # What AWS does not document
//
// CreateUser demands UserName, Name and DisplayName, which the reference demands "when used in IAM Identity
// Center". IsMemberInGroups answers false for a group that is not there. Attribute paths may begin in either case
// (UserName, userName): the reference uses both.
package identitystore

import (
	"maps"
	"slices"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const targetPrefix = "AWSIdentityStore"

// service is the room. It has no state of its own.
type service struct {
	w *world.World
}

// New makes the room over w.
func New(w *world.World) wire.Service { return service{w} }

// operation is one line of the API: what it does, and whether it changes nothing.
type operation struct {
	readOnly bool
	serve    func(service, *wire.Request) (any, error)
}

var operations = map[string]operation{
	"CreateUser":                    {false, service.createUser},
	"DescribeUser":                  {true, service.describeUser},
	"UpdateUser":                    {false, service.updateUser},
	"DeleteUser":                    {false, service.deleteUser},
	"ListUsers":                     {true, service.listUsers},
	"GetUserId":                     {true, service.getUserID},
	"CreateGroup":                   {false, service.createGroup},
	"DescribeGroup":                 {true, service.describeGroup},
	"UpdateGroup":                   {false, service.updateGroup},
	"DeleteGroup":                   {false, service.deleteGroup},
	"ListGroups":                    {true, service.listGroups},
	"GetGroupId":                    {true, service.getGroupID},
	"CreateGroupMembership":         {false, service.createGroupMembership},
	"DescribeGroupMembership":       {true, service.describeGroupMembership},
	"DeleteGroupMembership":         {false, service.deleteGroupMembership},
	"ListGroupMemberships":          {true, service.listGroupMemberships},
	"ListGroupMembershipsForMember": {true, service.listGroupMembershipsForMember},
	"GetGroupMembershipId":          {true, service.getGroupMembershipID},
	"IsMemberInGroups":              {true, service.isMemberInGroups},
}

// Name is the signing name.
func (service) Name() string { return "identitystore" }

// Protocol is JSON 1.1.
func (service) Protocol() wire.Protocol { return wire.JSON11 }

// Operations are those of the table.
func (service) Operations() []string { return slices.Sorted(maps.Keys(operations)) }

// Route reads the operation from the target header.
func (s service) Route(r *wire.Request) (wire.Op, bool) {
	prefix, name := r.Target()
	op, ok := operations[name]
	return wire.Op{Name: name, ReadOnly: op.readOnly, Resource: s.arn()}, ok && prefix == targetPrefix
}

// arn names the store, as messages about access do.
func (s service) arn() string {
	d := s.w.Directory
	return "arn:" + s.w.Partition + ":identitystore::" + d.OwnerAccount + ":identitystore/" + d.StoreID
}

// Serve carries out the operation.
func (s service) Serve(r *wire.Request) (wire.Response, error) {
	answer, err := operations[r.Op.Name].serve(s, r)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.JSON11Answer(answer)
}

// enter judges what every operation has in common once its input is valid: this store, in this Region, and for
// writes the account that owns it.
func (s service) enter(r *wire.Request, storeID string) error {
	d := s.w.Directory
	if storeID != d.StoreID || r.Region != d.Region {
		return storeNotFound(storeID)
	}
	if !r.Op.ReadOnly && r.Caller.Account != d.OwnerAccount {
		return accessDenied("User: %s is not authorized to perform: identitystore:%s on resource: %s",
			r.Caller.ARN, r.Op.Name, s.arn())
	}
	return nil
}

// nothing is the answer of operations that answer nothing.
type nothing struct{}
