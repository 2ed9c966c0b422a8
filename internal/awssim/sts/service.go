// Package sts is the room of the simulated AWS that says who somebody is, and lets them be somebody else: STS (query
// protocol, XML, version 2011-06-15), GetCallerIdentity and AssumeRole.
//
// # Who somebody is
//
// Whoever signs is who the world says (world.World.Caller): by default every access key is the administrator of the
// world's account.
//
// # Assuming a role
//
// The role must be in the world's IAM under exactly the ARN that is asked for, and its trust policy must allow
// sts:AssumeRole to the caller: by account, by the caller's ARN, by the role behind the caller's session, or to
// everyone. Conditions are judged with sts:ExternalId, sts:RoleSessionName, aws:PrincipalArn and aws:PrincipalAccount,
// so a trust that asks for an external id gets it or refuses. A role that trusts a SAML provider only, such as those
// of permission sets, can not be assumed here. AccessDenied is the answer to all of it, as in AWS, which does not
// tell a role that is not there from one that does not trust.
//
// The keys that come back are plainly not real: they begin with ASIASIMULATED, and belong to
// arn:aws:sts::<account>:assumed-role/<role>/<session> for as long as the world lasts. They have an expiration, but
// nothing holds them to it, and session policies have no effect. What the caller's own policies say about sts:AssumeRole
// has been judged before (package access), and the calls of the session are judged by those of the role.
package sts

import (
	"encoding/xml"
	"maps"
	"net/url"
	"slices"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

// service is the room. It has no state of its own.
type service struct {
	w *world.World
}

// New makes the room over w.
func New(w *world.World) wire.Service { return service{w} }

// operations says what the room can do. AssumeRole changes nothing that belongs to anybody.
var operations = map[string]func(service, *wire.Request, url.Values) (any, error){
	"GetCallerIdentity": service.getCallerIdentity,
	"AssumeRole":        service.assumeRole,
}

// Name is the signing name.
func (service) Name() string { return "sts" }

// Protocol is the query protocol.
func (service) Protocol() wire.Protocol { return wire.Query }

// Operations are those of the table.
func (service) Operations() []string { return slices.Sorted(maps.Keys(operations)) }

// Route reads the operation from the form.
func (service) Route(r *wire.Request) (wire.Op, bool) {
	form, err := r.Form()
	if err != nil {
		return wire.Op{}, false
	}
	op := wire.Op{Name: form.Get("Action"), ReadOnly: true, Resource: "*"}
	if arn := form.Get("RoleArn"); arn != "" {
		op.Resource = arn
	}
	_, ok := operations[op.Name]
	return op, ok
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
		return wire.Errorf(500, "InternalFailure", "%s", f.Message)
	}
}

// Serve carries out the operation.
func (s service) Serve(r *wire.Request) (wire.Response, error) {
	form, err := r.Form()
	if err != nil {
		return wire.Response{}, err
	}
	answer, err := operations[r.Op.Name](s, r, form)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.XMLAnswer(r.Op.Name, namespace, r.ID, answer)
}

type identity struct {
	XMLName xml.Name `xml:"GetCallerIdentityResult"`
	ARN     string   `xml:"Arn"`
	UserID  string   `xml:"UserId"`
	Account string
}

func (s service) getCallerIdentity(r *wire.Request, _ url.Values) (any, error) {
	return identity{ARN: r.Caller.ARN, UserID: r.Caller.UserID, Account: r.Caller.Account}, nil
}
