// Package events is the room of the simulated AWS where rules are: Amazon EventBridge (JSON 1.1, target AWSEvents, API version
// 2015-10-07) with event buses, their policies, rules and targets, and PutEvents. Every account has buses and rules of its own in
// each Region; a bus of another account can be named by its ARN, if its policy lets the caller.
//
// # What comes by the rules
//
// The default bus of an account and a Region gets what CloudTrail tells of that account and Region, if a trail logs it, and what
// PutEvents puts there; sources that begin with "aws." are refused there. What matches a rule that is enabled goes to its
// targets: to queues, if their policies let events.amazonaws.com send for that rule, and to buses, those of other accounts by
// their policies. What cannot be delivered goes to the target's dead-letter queue. Package world does it ([world.Events]).
//
// Targets of other kinds, such as Lambda functions, are remembered, and get nothing. So is what a schedule says. Input
// transformers, archives, replays, partner events, API destinations, pipes and global endpoints are not simulated.
//
// # What is assumed
//
// That a rule may send to a queue of another account by the queue's policy alone, and to a bus of another account by the bus's
// policy alone, whatever the target's role (the user guide recommends one). That a policy which asks for an organization allows
// nothing: there are none here. That a default bus without a policy of its own lets nobody of another account in. The words of
// the errors. Changes of rules are in force at once; in AWS it takes a short while.
package events

import (
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const targetPrefix = "AWSEvents"

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
	"PutRule":               {false, onBus(service.putRule)},
	"DescribeRule":          {true, onRule(service.describeRule)},
	"ListRules":             {true, onBus(service.listRules)},
	"EnableRule":            {false, onRule(service.enableRule)},
	"DisableRule":           {false, onRule(service.disableRule)},
	"DeleteRule":            {false, onBus(service.deleteRule)},
	"PutTargets":            {false, onRule(service.putTargets)},
	"RemoveTargets":         {false, onRule(service.removeTargets)},
	"ListTargetsByRule":     {true, onRule(service.listTargetsByRule)},
	"ListRuleNamesByTarget": {true, onBus(service.listRuleNamesByTarget)},
	"TestEventPattern":      {true, service.testEventPattern},
	"PutEvents":             {false, service.putEvents},
	"CreateEventBus":        {false, service.createEventBus},
	"DescribeEventBus":      {true, onBus(service.describeEventBus)},
	"DeleteEventBus":        {false, onBus(service.deleteEventBus)},
	"PutPermission":         {false, onBus(service.putPermission)},
}

// Name is the signing name.
func (service) Name() string { return "events" }

// Protocol is JSON 1.1.
func (service) Protocol() wire.Protocol { return wire.JSON11 }

// Operations are those of the table.
func (service) Operations() []string { return slices.Sorted(maps.Keys(operations)) }

// Route reads the operation from the target header.
func (s service) Route(r *wire.Request) (wire.Op, bool) {
	prefix, name := r.Target()
	op, ok := operations[name]
	// Who puts events carries messages, and changes nothing that they are about.
	return wire.Op{Name: name, ReadOnly: op.readOnly, Carrying: name == "PutEvents", Resource: s.resource(r, name)}, ok && prefix == targetPrefix
}

// resource is the ARN of the rule or the bus that r names. It is called without the lock, and before it is known who calls.
func (s service) resource(r *wire.Request, operation string) string {
	var in struct {
		named
		Name string
	}
	if r.Decode(&in) != nil || strings.HasPrefix(operation, "List") && operation != "ListTargetsByRule" || operation == "TestEventPattern" {
		return "*"
	}
	b := world.Bus{Account: s.w.Account, Region: r.Region, Name: world.DefaultBus}
	bus := in.EventBusName
	if strings.HasSuffix(operation, "EventBus") && in.Name != "" {
		bus = in.Name
	}
	if name, arn, ok := busOf(bus); ok {
		b.Name = name
		if arn[0] != "" {
			b.Region, b.Account = arn[0], arn[1]
		}
	}
	switch rule := in.rule(); {
	case strings.HasSuffix(operation, "EventBus") || operation == "PutEvents" || operation == "PutPermission":
		return s.w.Events.BusARN(b)
	default:
		return s.w.Events.RuleARN(world.Rule{Account: b.Account, Region: b.Region, Bus: b.Name, Name: rule})
	}
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
		return wire.Errorf(500, "InternalException", "%s", f.Message)
	}
}

// Serve carries out the operation.
func (s service) Serve(r *wire.Request) (wire.Response, error) {
	answer, err := operations[r.Op.Name].serve(s, r)
	if err != nil {
		return wire.Response{}, err
	}
	if answer == nil {
		answer = struct{}{}
	}
	return wire.JSON11Answer(answer)
}

func notFound(format string, args ...any) error {
	return wire.Errorf(400, "ResourceNotFoundException", format, args...)
}

func invalid(format string, args ...any) error {
	return wire.Errorf(400, "ValidationException", format, args...)
}

func badPattern(err error) error {
	return wire.Errorf(400, "InvalidEventPatternException", "Event pattern is not valid. Reason: %v", err)
}
