// Package cloudtrail is the room of the simulated AWS that tells what happened: CloudTrail (JSON 1.1, target
// CloudTrail_20131101, API version 2013-11-01) with its event history, LookupEvents, and with what trails there are and
// whether they log: DescribeTrails, GetTrail, GetTrailStatus, GetEventSelectors, StartLogging and StopLogging. Trails come
// from the world file; where it names none, a world with a trail has one that logs everything ([world.World.Trails]).
//
// # Trails
//
// A trail of all Regions is seen in each, and one of an organization in each account, as a shadow: by its ARN, and not by its
// name. It is changed in its home Region and by its own account.
//
// # The event history
//
// It is the world's ([world.History]): the newest first, of one Region, of the last 90 days, and empty in a world without
// a trail, other than in AWS, where it needs none. Events are there at once; in AWS it takes minutes. As the API reference
// says, one attribute at a time can be looked up, and a page has at most 50 events. That Insights events are there nobody
// says: asked for, they are none.
//
// # What is assumed
//
// Values of attributes are compared letter by letter. The resources of an event are those of its record, the session that
// it opened, and the role and the policy that an event of IAM names. Limits on how often may be asked are the world's
// throttle ("cloudtrail"): the API reference says two requests a second.
package cloudtrail

import (
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// target stands before the operation in X-Amz-Target. It has dots of its own; the AWS SDK for Go leaves out those before
// shortTarget, and CloudTrail takes either.
const target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101."

const shortTarget = "CloudTrail_20131101."

// service is the room. It has no state of its own.
type service struct {
	w *world.World
}

// New makes the room over w.
func New(w *world.World) wire.Service { return service{w} }

// operation is one line of the API: whether it changes nothing, and what it does.
type operation struct {
	readOnly bool
	serve    func(service, *wire.Request) (any, error)
}

var operations = map[string]operation{
	"LookupEvents":      {true, service.lookupEvents},
	"DescribeTrails":    {true, service.describeTrails},
	"GetTrail":          {true, onTrail(service.getTrail)},
	"GetTrailStatus":    {true, onTrail(service.getTrailStatus)},
	"GetEventSelectors": {true, onTrail(service.getEventSelectors)},
	"StartLogging":      {false, onTrail(service.startLogging)},
	"StopLogging":       {false, onTrail(service.stopLogging)},
}

// Name is the signing name.
func (service) Name() string { return "cloudtrail" }

// Protocol is JSON 1.1.
func (service) Protocol() wire.Protocol { return wire.JSON11 }

// Operations are those of the table.
func (service) Operations() []string { return slices.Sorted(maps.Keys(operations)) }

// Route reads the operation from the target header.
func (s service) Route(r *wire.Request) (wire.Op, bool) {
	header := r.Header.Get("X-Amz-Target")
	name := header[strings.LastIndexByte(header, '.')+1:]
	o, ok := operations[name]
	op := wire.Op{Name: name, ReadOnly: o.readOnly, Resource: "*"}
	if ok && name != "LookupEvents" && name != "DescribeTrails" {
		op.Resource = s.resource(r)
	}
	return op, ok && (header == target+name || header == shortTarget+name)
}

// Refuse words refusals that come from around the operation.
func (service) Refuse(f wire.Refusal) *wire.Error {
	switch f.Kind {
	case wire.Throttled:
		return wire.Errorf(400, "ThrottlingException", "%s", f.Message)
	case wire.AccessDenied:
		return wire.Errorf(400, "AccessDeniedException", "%s", f.Message)
	case wire.Unavailable:
		return wire.Errorf(503, "ServiceUnavailable", "%s", f.Message)
	default:
		return wire.Errorf(500, "InternalFailure", "%s", f.Message)
	}
}

// Serve carries out the operation.
func (s service) Serve(r *wire.Request) (wire.Response, error) {
	answer, err := operations[r.Op.Name].serve(s, r)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.JSON11Answer(answer)
}
