// Package sqs is the room of the simulated AWS where messages wait: Amazon SQS with standard queues, over its AWS JSON
// 1.0 protocol (target AmazonSQS, API version 2012-11-05). FIFO queues, encryption and the moving of dead letters back are not
// simulated; attributes about them are remembered, but FIFO is refused.
//
// # What a queue does
//
// A message that is received is in flight, invisible to others, until its visibility timeout has passed; then it can be
// received again, with another receipt handle. An earlier handle still deletes it, as the reference says of standard
// queues, and still changes its visibility, which is assumed. A message that has been received as often as the redrive
// policy says goes to the dead-letter queue instead of being received once more. Standard queues promise no order;
// here a message comes when it is its turn, by when it could be received, and disorder is a matter of [world.Trail].
// Duplicates do not happen by themselves: a fault that drops the answer of a receive makes one.
//
// A receive that waits is not answered while the queue has nothing for it ([wire.Wait]). It ends with the first
// message, when its time is over, when the queue is deleted, and when the client goes away. Receives are answered from
// one world, so there are no empty answers from a server that has no messages, as short polls get them in AWS.
//
// # Where a queue is
//
// A queue's URL has the host that the client used. Requests go to the root of the endpoint or to the queue's URL; what
// counts is the QueueUrl in the request, and of it the account and the name. A queue of another Region or account does
// not exist: all are the world's account's.
//
// # Who may use it
//
// The queue's policy decides about callers of other accounts, and about EventBridge, which sends here what rules let through
// ([world.Events]); it can deny to those of its own account, too. That it could also allow a role what the role's own policies
// do not is left out: the role's policies decide.
//
// # What it refuses
//
// Modelled errors have their names, HTTP status 400, and the code of the former query protocol in the header
// x-amzn-query-error. Other breaches are InvalidParameterValue and MissingParameter in the query protocol; that their
// JSON types end in Exception is assumed.
package sqs

import (
	"maps"
	"slices"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const targetPrefix = "AmazonSQS"

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
	"CreateQueue":                  {false, service.createQueue},
	"DeleteQueue":                  {false, on(service.deleteQueue)},
	"ListQueues":                   {true, service.listQueues},
	"ListDeadLetterSourceQueues":   {true, on(service.listDeadLetterSourceQueues)},
	"GetQueueUrl":                  {true, service.getQueueURL},
	"GetQueueAttributes":           {true, on(service.getQueueAttributes)},
	"SetQueueAttributes":           {false, on(service.setQueueAttributes)},
	"PurgeQueue":                   {false, on(service.purgeQueue)},
	"TagQueue":                     {false, on(service.tagQueue)},
	"UntagQueue":                   {false, on(service.untagQueue)},
	"ListQueueTags":                {true, on(service.listQueueTags)},
	"SendMessage":                  {false, on(service.sendMessage)},
	"SendMessageBatch":             {false, on(service.sendMessageBatch)},
	"ReceiveMessage":               {false, on(service.receiveMessage)},
	"DeleteMessage":                {false, on(service.deleteMessage)},
	"DeleteMessageBatch":           {false, on(service.deleteMessageBatch)},
	"ChangeMessageVisibility":      {false, on(service.changeMessageVisibility)},
	"ChangeMessageVisibilityBatch": {false, on(service.changeMessageVisibilityBatch)},
}

// Name is the signing name.
func (service) Name() string { return "sqs" }

// Protocol is JSON 1.0.
func (service) Protocol() wire.Protocol { return wire.JSON10 }

// Operations are those of the table.
func (service) Operations() []string { return slices.Sorted(maps.Keys(operations)) }

// Route reads the operation from the target header.
func (s service) Route(r *wire.Request) (wire.Op, bool) {
	prefix, name := r.Target()
	op, ok := operations[name]
	return wire.Op{Name: name, ReadOnly: op.readOnly, Carrying: true, Resource: s.resource(r)}, ok && prefix == targetPrefix
}

// resource is the ARN of the queue that r names.
func (s service) resource(r *wire.Request) string {
	var in struct{ QueueURL, QueueName string }
	if r.Decode(&in) != nil {
		return "*"
	}
	if name, ok := s.nameOf(r, in.QueueURL); ok {
		return s.w.ARN("sqs", r.Region, name)
	}
	if in.QueueName != "" {
		return s.w.ARN("sqs", r.Region, in.QueueName)
	}
	return "*"
}

// Refuse words refusals that come from around the operation.
func (service) Refuse(f wire.Refusal) *wire.Error {
	switch f.Kind {
	case wire.Throttled:
		return modelled("RequestThrottled", "%s", f.Message)
	case wire.AccessDenied:
		return accessDenied("%s", f.Message)
	case wire.Unavailable:
		return unmodelled(503, "ServiceUnavailable", "%s", f.Message)
	default:
		return unmodelled(500, "InternalFailure", "%s", f.Message)
	}
}

// Serve carries out the operation.
func (s service) Serve(r *wire.Request) (wire.Response, error) {
	if r.Caller.Account != s.w.Account && (r.Op.Name == "CreateQueue" || r.Op.Name == "ListQueues") {
		return wire.Response{}, accessDenied("User: %s is not authorized to perform: sqs:%s on resource: %s", r.Caller.ARN, r.Op.Name, r.Op.Resource)
	}
	answer, err := operations[r.Op.Name].serve(s, r)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.JSON10Answer(answer)
}

// nothing is the answer of operations that answer nothing.
type nothing struct{}
