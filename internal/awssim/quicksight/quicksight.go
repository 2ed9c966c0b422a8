// Package quicksight is the QuickSight room of the simulated AWS: namespaces,
// users, groups, memberships, tags, custom permissions profiles, IAM policy
// assignments, the account's subscription and settings, and assets with the permissions on them, over the
// REST-JSON protocol of the API model quicksight-2018-04-01.
//
// # The way of a call
//
// [Room.Serve] looks at things in the order in which AWS does, as far as that is
// known: whose account it is, which Region it was sent to, what the API model says
// about the members, and then the state of the namespace and of what is in it.
//
// # What is documented, and what is assumed
//
// Shapes, statuses, patterns and limits are those of the API model. Beyond it:
//
//   - Users, groups and namespaces live in the account's identity Region. Calls
//     about them to another Region's endpoint are refused with the message that
//     AWS gives.
//   - A namespace is CREATING for a while, and ready when it is CREATED. Users and
//     groups can be put into ready namespaces only: PreconditionNotMetException.
//     That reads of such a namespace are refused in the same way is assumed.
//   - The user of an IAM role is named RoleName/SessionName; the role's path does
//     not count.
//   - AUTHOR and ADMIN (and their Pro roles) can not be lowered to READER in
//     place; the wording of the refusal is assumed.
//   - In an account that IAM Identity Center manages, namespaces can not be
//     created, and groups and registrations not written: "Operation is disabled
//     for identities managed by IAM Identity Center". For RegisterUser and
//     CreateNamespace that is assumed.
//   - A namespace that is CREATING or DELETING can not be deleted; assumed.
//   - RegisterUser does not look whether the IAM role exists.
//   - Where no custom permissions profile is applied to the account, or to a role,
//     its name is left out of the answer, and taking it off is no error. In a
//     namespace where nobody has said so people do not upgrade themselves:
//     ADMIN_APPROVAL. Public sharing can be switched on whatever the pricing.
//   - The name of an IAM policy assignment is taken for all namespaces of the
//     account. Its identities are answered under "user" and "group". Whether they
//     and the policy are there nobody asks.
//   - Where AWS says nothing or varies, [world.Behaviour] has a switch.
//   - The HTTP status of a success is 201 for RegisterUser, CreateGroup,
//     CreateNamespace and CreateCustomPermissions; that it is 201 for CreateDataSet
//     and CreateTopic, and 202 where a creation has a CreationStatus (but that of
//     action connectors), is assumed; it is 200 for everything else.
//
// # Assets
//
// One table has the kinds ([kinds]), and the same handlers serve them all. Each
// Region has its own assets, and answers calls about them; who is named in
// permissions lives in the identity Region. Of an asset's definition only what
// stands under it is kept, and whether that is there nobody asks. Row-level
// and column-level security of data sets are shown, and change no answer. There are
// no versions: everything is in its first. Documented, or seen, is:
//
//   - Only whole sets of actions can be granted ([world.AssetKind.Sets]), on
//     action connectors and templates any. What is revoked can be part of a set.
//   - Namespaces can be named for analyses, dashboards, templates, themes and, as
//     viewers, flows; the root of an account for templates; by links to dashboards,
//     namespaces only.
//   - DIRECT_… searches leave groups and folders out; the others count them. An
//     owner is who may update the asset's permissions.
//   - DeleteUser drops the user's permissions, deletes no asset, and leaves some
//     without an owner. DeleteNamespace does so when the namespace is gone.
//   - A deleted analysis is shown for 30 days, with the status DELETED, unless its
//     deletion is forced. RestoreAnalysis is not simulated.
//
// And assumed is:
//
//   - A grant replaces what the principal had ([world.Behaviour] can let it add),
//     and in one call revoking comes first. Revoking what nobody has is no error.
//   - A principal's ARN has the identity Region, whatever Region the asset is in.
//     The wording about principals that are not there is that of getmoto/moto.
//   - Permissions on a folder hold for what is in it and in folders below, an
//     owner's as an owner's and all others' as a viewer's. A folder's SharingModel
//     and type are kept, and hinder nothing.
//   - Searches by a principal do not count what its namespace has. QUICKSIGHT_USER
//     is QUICKSIGHT_VIEWER_OR_OWNER. A search for somebody who is not there finds
//     what still names them, and is no error. StringLike is for names and minds
//     the case, StringEquals is for principals, and each refuses the other's
//     filters. Several filters must all match.
//   - A folder that is not empty can not be deleted: PreconditionNotMetException.
//   - Flows model no ResourceNotFoundException; one that is not there is an
//     InvalidParameterValueException. Flows come from the world file only.
//   - Agents and spaces are listed and have permissions, and come from the world
//     file only. Which actions can be granted on them is not documented: any can,
//     to namespaces, too. Their ARNs have the words agent and space.
//   - An asset without a name is named by its id.
//   - UpdateDataSet replaces what a data set has: what it leaves out is gone, but
//     for UseAs, which it does not have. Its status is 200, and neither it nor
//     CreateDataSet begins an ingestion.
//   - Rules of row-level security without a status are ENABLED, tags, too, and
//     tags that are DISABLED are not "applied". A data set that has a
//     DataPrepConfiguration or a SemanticModelConfiguration is one of the new data
//     preparation experience: its rules are shown in the latter, and in the
//     RowLevelPermissionDataSetMap of lists by the name of its table.
//   - A URL for embedding is made for any user and in any Region, whatever is to be seen, and answers nothing. Domains,
//     session tags and the pricing that anonymous sessions need are not looked at.
package quicksight

import (
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Room is the QuickSight service. Make it with New.
type Room struct {
	w      *world.World
	router *wire.Router
	serve  map[string]handler
}

// handler serves one operation. It gives the members of the answer besides
// RequestId; nil for none.
type handler func(*call) (members, error)

// members are the members of an answer.
type members = map[string]any

// call is one request that is being served.
type call struct {
	*wire.Request
	w  *world.World
	qs *world.QuickSight
}

// New makes the room over w.
func New(w *world.World) wire.Service {
	r := &Room{w: w, serve: make(map[string]handler)}
	var routes []wire.Route
	for _, o := range table() {
		routes = append(routes, wire.Route{Operation: o.name, Method: o.method, URI: o.uri})
		r.serve[o.name] = o.serve
	}
	r.router = wire.NewRouter(routes...)
	return r
}

// table is every operation.
func table() []operation {
	return slices.Concat(identityOperations, settingsOperations, assignmentOperations, assetOperations(), folderOperations, embedOperations)
}

// Way is the method and the URI of an operation, as the API model writes them, for those who call it by its name: of
// "DeleteUser", DELETE and /accounts/{AwsAccountId}/….
func Way(operation string) (method, uri string, ok bool) {
	for _, o := range table() {
		if o.name == operation {
			return o.method, o.uri, true
		}
	}
	return "", "", false
}

// Name is "quicksight".
func (r *Room) Name() string { return "quicksight" }

// Protocol is REST-JSON.
func (r *Room) Protocol() wire.Protocol { return wire.RESTJSON }

// Operations are those of the tables.
func (r *Room) Operations() []string { return slices.Sorted(maps.Keys(r.serve)) }

// Route finds the operation by method and path.
func (r *Room) Route(req *wire.Request) (wire.Op, bool) {
	rt, ok := r.router.Match(req)
	if !ok {
		return wire.Op{}, false
	}
	op := wire.Op{Name: rt.Operation, ReadOnly: readOnly(rt.Operation), Resource: r.resource(req)}
	return op, true
}

// resource is the ARN that IAM judges a call by.
func (r *Room) resource(req *wire.Request) string {
	path := req.Path
	if arn, ok := path["ResourceArn"]; ok {
		return arn
	}
	region := r.w.QuickSight.IdentityRegion()
	ns := path["Namespace"]
	switch {
	case path["UserName"] != "":
		return r.w.ARN("quicksight", region, "user/"+ns+"/"+path["UserName"])
	case path["GroupName"] != "":
		return r.w.ARN("quicksight", region, "group/"+ns+"/"+path["GroupName"])
	case ns != "":
		return r.w.ARN("quicksight", region, "namespace/"+ns)
	}
	for _, k := range kinds {
		if id := path[k.id]; id != "" {
			return r.w.ARN("quicksight", req.Region, string(k.kind)+"/"+id)
		}
	}
	return "*"
}

// Refuse gives QuickSight's errors.
func (r *Room) Refuse(f wire.Refusal) *wire.Error {
	switch f.Kind {
	case wire.Throttled:
		return wire.Errorf(429, "ThrottlingException", "%s", f.Message)
	case wire.AccessDenied:
		return accessDenied("%s", f.Message)
	case wire.Unavailable:
		return wire.Errorf(503, "ResourceUnavailableException", "%s", f.Message)
	default:
		return wire.Errorf(500, "InternalFailureException", "%s", f.Message)
	}
}

// Serve carries out a request.
func (r *Room) Serve(req *wire.Request) (wire.Response, error) {
	c := &call{Request: req, w: r.w, qs: r.w.QuickSight}
	if err := c.admit(); err != nil {
		return wire.Response{}, err
	}
	m, err := r.serve[req.Op.Name](c)
	if err != nil {
		return wire.Response{}, err
	}
	if m == nil {
		m = make(members)
	}
	status := successStatus(req.Op.Name)
	m["RequestId"] = req.ID
	if statusInBody[req.Op.Name] {
		m["Status"] = status
	}
	return wire.JSON(status, m)
}

// admit checks what is checked for every operation: the account, the Region, and
// the path parameters.
func (c *call) admit() error {
	if account, ok := c.Path["AwsAccountId"]; ok && account != c.Caller.Account {
		return accessDenied("User: %s is not authorized to access resources of account %s", c.Caller.ARN, account)
	}
	home := c.qs.IdentityRegion()
	if c.Region != home && !c.regional() {
		return accessDenied("Operation is being called from endpoint %s, but your identity region is %s. Please use the %s endpoint.", c.Region, home, home)
	}
	if c.Caller.Account != c.w.Account || c.qs.Subscription.Status == "UNSUBSCRIBED" {
		return notFound(accountType, "Account %s is not signed up for QuickSight", c.Caller.Account)
	}
	if c.qs.Subscription.Integrated() && disabledWhenIntegrated[c.Op.Name] {
		return accessDenied("Operation is disabled for identities managed by IAM Identity Center")
	}
	if c.qs.Subscription.Edition == "STANDARD" && enterpriseOnly[c.Op.Name] {
		return wire.Errorf(403, "UnsupportedUserEditionException", "%s is not supported in the Standard edition", c.Op.Name)
	}
	return c.checkPath()
}

// regional reports whether the call is about what each Region has of its own,
// and so is answered in every Region.
func (c *call) regional() bool {
	if arn := strings.SplitN(c.Path["ResourceArn"], ":", 6); len(arn) == 6 {
		kind, _, _ := strings.Cut(arn[5], "/")
		_, asset := kindOf(world.AssetKind(kind))
		return asset
	}
	return regionalOperations[c.Op.Name]
}
