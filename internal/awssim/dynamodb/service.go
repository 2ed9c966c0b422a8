// Package dynamodb is the room of the simulated AWS where items are kept: the part of Amazon DynamoDB that a journal
// needs, over its AWS JSON 1.0 protocol (target DynamoDB_20120810).
//
// # What is there
//
// Tables with a partition key and, perhaps, a sort key, both of them strings; items, read one at a time or by a query of
// a partition, written alone or by a transaction of puts. There are no indexes, scans, updates, filters, projections,
// streams and legacy parameters. A member of a request that is not known here is refused (ValidationException), never
// ignored, and so is an expression in another form than those in expression.go: what a client relies on is simulated.
//
// # What is assumed, and what is left out
//
//   - A table is there as soon as it is created, and gone as soon as it is deleted; in AWS it takes seconds.
//   - A transaction is carried out in one moment, so that none conflicts with another by itself. A fault that answers
//     TransactionCanceledException with the reason TransactionConflict makes them meet.
//   - Reads that do not ask for consistency are as old as [world.Behaviour.StaleReads] says of "dynamodb".
//   - Capacity is not counted; [world.Behaviour.Throttle] throttles, as ProvisionedThroughputExceededException.
//   - A client's token of a transaction is known for ten minutes (API reference, TransactWriteItems).
//
// # What it refuses
//
// The errors have the shapes of the API reference. Sizes are counted as the developer guide says ("DynamoDB item sizes and
// formats") as far as strings, numbers and binary values go; others count as their JSON.
package dynamodb

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const targetPrefix = "DynamoDB_20120810"

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
	"CreateTable":        {false, with(service.createTable)},
	"DescribeTable":      {true, with(service.describeTable)},
	"DeleteTable":        {false, with(service.deleteTable)},
	"ListTables":         {true, with(service.listTables)},
	"GetItem":            {true, with(service.getItem)},
	"PutItem":            {false, with(service.putItem)},
	"DeleteItem":         {false, with(service.deleteItem)},
	"Query":              {true, with(service.query)},
	"TransactWriteItems": {false, with(service.transact)},
}

// with decodes the input of an operation. A member that it does not have is not simulated.
func with[In any](serve func(service, *wire.Request, In) (any, error)) func(service, *wire.Request) (any, error) {
	return func(s service, r *wire.Request) (any, error) {
		var in In
		dec := json.NewDecoder(strings.NewReader(string(r.Body)))
		dec.DisallowUnknownFields()
		var wrong *json.UnmarshalTypeError
		switch err := dec.Decode(&in); {
		case errors.As(err, &wrong):
			return nil, modelled(coral, "SerializationException", "%s can not be converted to %s: %s", wrong.Value, wrong.Type, wrong.Field)
		case err != nil && strings.Contains(err.Error(), "unknown field"):
			return nil, invalid("%v: it is not simulated", err)
		case err != nil:
			return nil, modelled(coral, "SerializationException", "the request body is not JSON: %v", err)
		}
		return serve(s, r, in)
	}
}

// Name is the signing name.
func (service) Name() string { return "dynamodb" }

// Protocol is JSON 1.0.
func (service) Protocol() wire.Protocol { return wire.JSON10 }

// Operations are those of the table.
func (service) Operations() []string { return slices.Sorted(maps.Keys(operations)) }

// Route reads the operation from the target header.
func (s service) Route(r *wire.Request) (wire.Op, bool) {
	prefix, name := r.Target()
	op, ok := operations[name]
	return wire.Op{Name: name, ReadOnly: op.readOnly, Resource: s.resource(r)}, ok && prefix == targetPrefix
}

// resource is the ARN of the table that r names; that of the first one in a transaction.
func (s service) resource(r *wire.Request) string {
	var in struct {
		TableName     string
		TransactItems []struct{ Put struct{ TableName string } }
	}
	if json.Unmarshal(r.Body, &in) != nil {
		return "*"
	}
	if in.TableName == "" && len(in.TransactItems) > 0 {
		in.TableName = in.TransactItems[0].Put.TableName
	}
	if in.TableName == "" {
		return "*"
	}
	return s.w.ARN("dynamodb", r.Region, "table/"+s.nameOf(r, in.TableName))
}

// nameOf is a table's name, of its name or its ARN.
func (s service) nameOf(r *wire.Request, name string) string {
	return strings.TrimPrefix(name, s.w.ARN("dynamodb", r.Region, "table/"))
}

// Refuse words refusals that come from around the operation.
func (service) Refuse(f wire.Refusal) *wire.Error {
	switch f.Kind {
	case wire.Throttled:
		return modelled(own, "ProvisionedThroughputExceededException", "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.")
	case wire.AccessDenied:
		return modelled(coral, "AccessDeniedException", "%s", f.Message)
	case wire.Unavailable:
		return failed(503, "ServiceUnavailable", "%s", f.Message)
	default:
		return failed(500, "InternalServerError", "%s", f.Message)
	}
}

// Serve carries out the operation.
func (s service) Serve(r *wire.Request) (wire.Response, error) {
	if r.Caller.Account != s.w.Account {
		return wire.Response{}, modelled(coral, "AccessDeniedException", "User: %s is not authorized to perform: dynamodb:%s on resource: %s", r.Caller.ARN, r.Op.Name, r.Op.Resource)
	}
	answer, err := operations[r.Op.Name].serve(s, r)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.JSON10Answer(answer)
}

// nothing is the answer of operations that answer nothing.
type nothing struct{}
