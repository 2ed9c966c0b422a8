// Package cloudtrail is the room of the simulated AWS that tells what happened: CloudTrail (JSON 1.1, target
// CloudTrail_20131101, API version 2013-11-01) with its event history, LookupEvents, and with DescribeTrails and
// GetTrailStatus. Trails are not made here: where the world has one, it is a trail of all Regions with logging enabled.
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

var operations = map[string]func(service, *wire.Request) (any, error){
	"LookupEvents":   service.lookupEvents,
	"DescribeTrails": service.describeTrails,
	"GetTrailStatus": service.getTrailStatus,
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
	_, ok := operations[name]
	op := wire.Op{Name: name, ReadOnly: true, Resource: "*"}
	if name == "GetTrailStatus" {
		op.Resource = s.trailARN()
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
	if r.Caller.Account != s.w.Account {
		return wire.Response{}, s.Refuse(wire.Refusal{Kind: wire.AccessDenied,
			Message: "User: " + r.Caller.ARN + " is not authorized to perform: cloudtrail:" + r.Op.Name + " on resource: *"})
	}
	answer, err := operations[r.Op.Name](s, r)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.JSON11Answer(answer)
}

// trailName is the name of the world's trail.
const trailName = "simulated"

func (s service) trailARN() string {
	return s.w.ARN("cloudtrail", s.w.Directory.Region, "trail/"+trailName)
}

func (s service) describeTrails(r *wire.Request) (any, error) {
	var in struct {
		TrailNameList []string `json:"trailNameList"`
	}
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	list := []map[string]any{}
	if s.w.Behaviour().Trail != nil && (len(in.TrailNameList) == 0 || slices.ContainsFunc(in.TrailNameList, s.names)) {
		list = append(list, map[string]any{
			"Name": trailName, "TrailARN": s.trailARN(), "HomeRegion": s.w.Directory.Region, "S3BucketName": "simulated-trail",
			"IsMultiRegionTrail": true, "IncludeGlobalServiceEvents": true, "IsOrganizationTrail": false,
			"LogFileValidationEnabled": false, "HasCustomEventSelectors": false, "HasInsightSelectors": false,
		})
	}
	return map[string]any{"trailList": list}, nil
}

// names reports whether a trail's name or ARN is the world's.
func (s service) names(name string) bool { return name == trailName || name == s.trailARN() }

func (s service) getTrailStatus(r *wire.Request) (any, error) {
	var in struct{ Name string }
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	if s.w.Behaviour().Trail == nil || !s.names(in.Name) {
		return nil, wire.Errorf(400, "TrailNotFoundException", "Unknown trail: %s for the user: %s", in.Name, s.w.Account)
	}
	return map[string]any{"IsLogging": true}, nil
}
