// Package wire is how the simulated services speak: the protocols of the AWS
// APIs, and nothing that any one service means by them.
//
// Four things live here.
//
//   - [Request] is an HTTP request as a service wants to see it: signed by
//     whom, for which service and Region, with path parameters decoded from the
//     escaped path, so that a QuickSight user name such as Role/session, which
//     clients send as Role%2Fsession, stays one parameter.
//   - [Service] is what a room of the simulator implements: say which operation
//     a request is, and serve it. A [Front] is one whose requests are not
//     signed.
//   - [Error] is an error as AWS sends it. [Protocol] writes it in the shape of
//     the service's protocol: REST-JSON (QuickSight), JSON 1.1 (Identity Store,
//     IAM Identity Center), JSON 1.0 (SQS), query/XML (IAM, STS) or SCIM.
//   - [Router] finds the operation of a REST request by method and path.
//
// Nothing here holds state, a clock or a lock.
package wire

import (
	"hash/crc32"
	"strconv"
	"time"
)

// Op is an operation that a request names.
type Op struct {
	Name     string // as in the API model: "RegisterUser"
	ReadOnly bool   // it changes nothing
	Resource string // ARN of what it acts on, for messages about access; "*" when it has none
	// Carrying marks an operation that carries messages to and fro and changes nothing that they are about: it is
	// counted neither as a read nor as a write.
	Carrying bool
}

// A Service is one room of the simulator.
type Service interface {
	// Name is the service's signing name, which is also the prefix of its IAM
	// actions: "quicksight", "identitystore", "sso", "iam", "sts", "sqs",
	// "cloudtrail".
	Name() string

	// Protocol is how the service writes its answers and errors.
	Protocol() Protocol

	// Route says which operation r asks for, and records path parameters in r.
	// It reports false for an operation that the room does not simulate; Name
	// should then still be set when the protocol names the operation. It is
	// called without the world's lock and reads nothing that changes.
	Route(r *Request) (Op, bool)

	// Operations are the names of all the operations that the room simulates, sorted.
	Operations() []string

	// Refuse gives the error with which this service answers a refusal that is
	// not about the operation itself.
	Refuse(f Refusal) *Error

	// Serve carries out r.Op. It is called with the world locked, neither locks
	// nor sleeps, and returns an *Error for everything the API models. Any
	// other error becomes the protocol's internal failure, but a *Wait: it
	// says that there is no answer yet.
	Serve(r *Request) (Response, error)
}

// Kind is a reason to refuse a call before its operation is looked at.
type Kind int

// The kinds of refusal.
const (
	Throttled    Kind = iota // over the rate of the service
	AccessDenied             // the caller may not do this
	Unavailable              // the service is down
	Internal                 // the service failed
)

// Refusal is a refusal of one call.
type Refusal struct {
	Kind       Kind
	Message    string
	RetryAfter int // seconds, for services that say so; 0 for none
}

// Response is an answer, complete and in memory.
type Response struct {
	Status      int    // HTTP status
	ContentType string // media type of Body
	ErrorType   string // the error's code, when this is an error
	QueryError  string // the header x-amzn-query-error, of errors in JSON10
	Body        []byte
}

// Checksum is what stands in the header x-amz-crc32: the CRC-32 of the body, with which clients of DynamoDB compare what
// they have read, in JSON10; empty in other protocols. SQS's clients do not ask for it.
func (r Response) Checksum() string {
	if r.ContentType != json10Type {
		return ""
	}
	return strconv.FormatUint(uint64(crc32.ChecksumIEEE(r.Body)), 10)
}

// Wait is what Serve gives, as its error, for a call that has no answer yet and has had no effect, such as a long
// poll: Serve is asked again, with the same request, when Changed is closed or the world's time is Until, whichever
// comes first. A service ends the waiting by what it answers then; [Request.Asked] tells since when it lasts.
type Wait struct {
	Until   time.Time
	Changed <-chan struct{}
}

// Error says that it is none.
func (w *Wait) Error() string { return "there is no answer yet" }
