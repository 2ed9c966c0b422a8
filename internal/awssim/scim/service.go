// Package scim is the front of the simulated AWS through which another identity provider writes to the identity
// store: the SCIM 2.0 endpoint of IAM Identity Center, in AWS https://scim.REGION.amazonaws.com/TENANT/scim/v2/, here
// /scim/v2/ and /TENANT/scim/v2/ on the simulator's address, where TENANT is the id of the identity store. (In AWS it
// is an id of its own, which only the console shows.)
//
// # What it takes
//
// What the developer guide "IAM Identity Center SCIM implementation" documents, page by page of its "Supported API
// operations": Users (POST, GET, PUT, PATCH, DELETE), Groups (the same but PUT), lists with filters, and
// ServiceProviderConfig. Schemas and ResourceTypes are not simulated. Who calls is known by the token: Authorization:
// Bearer, with the world's identity_center.scim_token. A wrong token is UnauthorizedException (401), and so is
// another tenant's id.
//
// # What it keeps
//
// People and groups are the world's: the same ids, rules and cascades as for the Identity Store API. active is the
// user's status. An externalId is stored under the issuer of this endpoint; nothing asks it to be unique.
//
// # Documented constraints
//
//   - userName, name.givenName, name.familyName and displayName are required. An attribute of several values has one,
//     and an e-mail address must be marked as primary.
//   - Lists hold at most 100, 100 by default. (Up to 2025 the guide said 50.) startIndex is not supported: here it has
//     no effect, and a list without cursor ends after one page. With cursor, empty at first, the answer carries a
//     nextCursor for as long as there is more.
//   - Filters are eq, combined by and: of users userName, externalId, id, manager, groups.value, or id and manager; of
//     groups displayName, externalId, id, members.value, or id and members. Filtering by a member that is not there is
//     ResourceNotFoundException.
//   - A group is answered without its members. One request adds or removes at most 100; all members can be neither
//     replaced nor removed at once.
//   - userName and active are changed by one operation of a PATCH at most, and never removed.
//
// # Trail
//
// Every call that reaches its operation, read or write, done or failed, is told to [world.World.Happened] in the
// shape of the user guide's "Logging IAM Identity Center SCIM API calls with AWS CloudTrail": names, addresses and
// members hidden, ids not. What the token or a limit refused leaves no trail.
//
// # What AWS does not document
//
// That PATCH of a group passes over a member who is there already, or who was not; that an unknown member is
// ResourceNotFoundException, and then nothing at all is changed; that attributes outside the tables of the guide are
// ignored; that a PUT without active leaves the status alone; that the strings "true" and "false" are taken for
// active, as one large identity provider sends them; the wording of most messages; totalResults, which counts what the
// answer holds.
package scim

import (
	"crypto/subtle"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// service is the front. It has no state of its own.
type service struct {
	w    *world.World
	told func(world.Activity) // what the trail is told by
}

// New makes the front over w.
func New(w *world.World) wire.Front { return service{w, w.Happened} }

// root is the path under which everything is, for this tenant.
const root = "/scim/v2/"

// answer is what an operation gives: a status and a resource, which may be nil.
type answer struct {
	status   int
	resource map[string]any
}

// operation is one line of the API.
type operation struct {
	wire.Route
	serve func(service, *wire.Request) (answer, error)
}

var operations = []operation{
	{wire.Route{Operation: "CreateUser", Method: "POST", URI: "Users"}, service.createUser},
	{wire.Route{Operation: "ListUsers", Method: "GET", URI: "Users", ReadOnly: true}, service.listUsers},
	{wire.Route{Operation: "GetUser", Method: "GET", URI: "Users/{id}", ReadOnly: true}, service.getUser},
	{wire.Route{Operation: "PutUser", Method: "PUT", URI: "Users/{id}"}, service.putUser},
	{wire.Route{Operation: "PatchUser", Method: "PATCH", URI: "Users/{id}"}, service.patchUser},
	{wire.Route{Operation: "DeleteUser", Method: "DELETE", URI: "Users/{id}"}, service.deleteUser},
	{wire.Route{Operation: "CreateGroup", Method: "POST", URI: "Groups"}, service.createGroup},
	{wire.Route{Operation: "ListGroups", Method: "GET", URI: "Groups", ReadOnly: true}, service.listGroups},
	{wire.Route{Operation: "GetGroup", Method: "GET", URI: "Groups/{id}", ReadOnly: true}, service.getGroup},
	{wire.Route{Operation: "PatchGroup", Method: "PATCH", URI: "Groups/{id}"}, service.patchGroup},
	{wire.Route{Operation: "DeleteGroup", Method: "DELETE", URI: "Groups/{id}"}, service.deleteGroup},
	{wire.Route{Operation: "GetServiceProviderConfig", Method: "GET", URI: "ServiceProviderConfig", ReadOnly: true}, service.config},
}

// byName and router are made of operations.
var (
	byName = map[string]operation{}
	router *wire.Router
)

func init() {
	var routes []wire.Route
	for _, op := range operations {
		byName[op.Operation] = op
		for _, prefix := range []string{root, "/{tenant}" + root} {
			route := op.Route
			route.URI = prefix + op.URI
			routes = append(routes, route)
		}
	}
	router = wire.NewRouter(routes...)
}

// Name is the name under which the world's behaviour, and counts, know the front.
func (service) Name() string { return "scim" }

// Protocol is SCIM.
func (service) Protocol() wire.Protocol { return wire.SCIM }

// Operations are those of the table.
func (service) Operations() []string { return slices.Sorted(maps.Keys(byName)) }

// Takes knows the front's requests by their path: /scim/v2/… or /TENANT/scim/v2/….
func (service) Takes(r *wire.Request) bool {
	before, _, found := strings.Cut(r.RawPath, root)
	return found && strings.LastIndexByte(before, '/') <= 0 && before != "/"
}

// Route finds the operation by method and path.
func (s service) Route(r *wire.Request) (wire.Op, bool) {
	route, ok := router.Match(r)
	return wire.Op{Name: route.Operation, ReadOnly: route.ReadOnly, Resource: "*"}, ok
}

// Recognise judges the token and the tenant.
func (s service) Recognise(r *wire.Request) *wire.Error {
	d := s.w.Directory
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	known := subtle.ConstantTimeCompare([]byte(strings.TrimSpace(token)), []byte(d.SCIMToken)) == 1
	if tenant, named := r.Path["tenant"]; !strings.EqualFold(scheme, "Bearer") || !known || named && tenant != d.StoreID {
		return s.fail(401, "UnauthorizedException", "Authorization header is invalid or missing.")
	}
	r.Region = d.Region
	r.Caller = wire.Caller{AccessKey: s.tokenID(), Account: d.OwnerAccount, ARN: s.issuer(), UserID: s.tokenID()}
	return nil
}

// tokenID names the token, which is a secret, in trails.
func (s service) tokenID() string { return world.UniqueID("SCIM", s.w.Directory.StoreID) }

// issuer is the issuer of external ids, and who has created and changed what was provisioned.
func (s service) issuer() string { return "https://scim.aws.com/" + s.w.Directory.StoreID }

// Serve carries out the operation and tells the trail of it.
func (s service) Serve(r *wire.Request) (wire.Response, error) {
	a, err := byName[r.Op.Name].serve(s, r)
	err = s.shape(err)
	s.tell(r, a, err)
	switch {
	case err != nil:
		return wire.Response{}, err
	case a.resource == nil:
		return wire.NoContent(), nil
	}
	return wire.JSON(a.status, a.resource)
}
