package awssim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/wire"
)

// outcome is how a call ends for the client.
type outcome struct {
	wire.Response
	id      string
	drop    bool  // there is no answer, the connection breaks
	cut     bool  // the connection breaks in the middle of the body
	gone    error // the client went away
	arrived time.Time
}

// handle is the way of a call; see the package comment.
func (s *Sim) handle(hr *http.Request) outcome {
	r, err := wire.NewRequest(hr)
	if r == nil {
		return outcome{Response: wire.RESTJSON.Error(wire.Errorf(400, "SerializationException", "%v", err), s.requestID(0))}
	}
	room, known := s.identify(r)
	n := s.count(r)
	r.ID = s.requestID(n)
	out := outcome{id: r.ID, arrived: s.world.Now()}
	if e := unidentified(r, err, room, known); e != nil {
		out.Response = protocolOf(room, r).Error(e, r.ID)
		return out
	}
	return s.run(hr.Context(), room, r, s.call(n, r), out)
}

// run takes an identified call from the first question of the fault hook to its
// answer.
func (s *Sim) run(ctx context.Context, room wire.Service, r *wire.Request, c Call, out outcome) outcome {
	if e := s.recognise(room, r); e != nil {
		out.Response = room.Protocol().Error(e, r.ID)
		return out
	}
	c.Caller, c.Region = r.Caller, r.Region
	f := s.ask(c)
	if out.gone = sleep(ctx, f.Delay); out.gone != nil {
		return out
	}
	switch {
	case f.CommitAfter > 0:
		return s.commitLate(ctx, room, r, c, f, out)
	case f.Drop || f.Err != nil:
		return out.failed(f, room.Protocol())
	}
	if e := s.refuse(room, r); e != nil {
		out.Response = room.Protocol().Error(e, r.ID)
		return out
	}
	if out.Response, c, out.gone = s.serve(ctx, room, r, c); out.gone != nil {
		return out
	}
	return s.answer(ctx, room, c, out)
}

// answer lets the fault hook spoil what an effect has answered.
func (s *Sim) answer(ctx context.Context, room wire.Service, c Call, out outcome) outcome {
	f := s.ask(c)
	if out.gone = sleep(ctx, f.Delay); out.gone != nil {
		return out
	}
	if f.Drop || f.Err != nil {
		return out.failed(f, room.Protocol())
	}
	out.cut = f.Truncate
	if f.Rewrite != nil && c.Error == "" {
		out.Body = f.Rewrite(slices.Clone(out.Body))
	}
	return out
}

// commitLate lets the effect happen when f says, and answers when it has, unless
// f answers something else at once.
func (s *Sim) commitLate(ctx context.Context, room wire.Service, r *wire.Request, c Call, f Fault, out outcome) outcome {
	type served struct {
		resp wire.Response
		call Call
	}
	done := make(chan served, 1)
	time.AfterFunc(f.CommitAfter, func() {
		// Nobody waits for it any more, so nothing ends it.
		resp, call, _ := s.serve(context.WithoutCancel(ctx), room, r, c)
		done <- served{resp, call}
	})
	if f.Drop || f.Err != nil {
		return out.failed(f, room.Protocol())
	}
	select {
	case d := <-done:
		out.Response = d.resp
		return s.answer(ctx, room, d.call, out)
	case <-ctx.Done():
		out.gone = ctx.Err()
		return out
	}
}

func (o outcome) failed(f Fault, p wire.Protocol) outcome {
	if f.Drop {
		o.drop = true
		return o
	}
	o.Response = p.Error(f.Err, o.id)
	return o
}

func (s *Sim) ask(c Call) Fault {
	if s.options.Fault == nil {
		return Fault{}
	}
	return s.options.Fault(c)
}

// requestID gives the id of the nth request, in the form of a UUID.
func (s *Sim) requestID(n int) string {
	return fmt.Sprintf("%08x-0000-4000-8000-%012x", n, n)
}

// identify finds the room of r and its operation.
func (s *Sim) identify(r *wire.Request) (wire.Service, bool) {
	if front := s.front(r); front != nil {
		r.Service = front.Name()
	}
	if r.Service == "" {
		r.Service = serviceOf(r)
	}
	room, ok := s.rooms[r.Service]
	if !ok {
		return nil, false
	}
	op, ok := room.Route(r)
	r.Op = op
	return room, ok
}

// front finds the front that r is addressed to.
func (s *Sim) front(r *wire.Request) wire.Front {
	for _, front := range s.fronts {
		if front.Takes(r) {
			return front
		}
	}
	return nil
}

// targets are the services by the prefix of X-Amz-Target.
var targets = map[string]string{
	"AWSIdentityStore":   "identitystore",
	"AmazonSQS":          "sqs",
	"DynamoDB_20120810":  "dynamodb",
	"SWBExternalService": "sso",
	"com":                "cloudtrail", // com.amazonaws.cloudtrail…
	"AWSEvents":          "events",
}

// serviceOf guesses the service of an unsigned request, so that it is refused in
// the shape that its client reads.
func serviceOf(r *wire.Request) string {
	prefix, _ := r.Target()
	if name, ok := targets[prefix]; ok {
		return name
	}
	host, _, _ := strings.Cut(r.Host, ".")
	if host == "iam" || host == "sts" {
		return host
	}
	if strings.HasPrefix(r.RawPath, "/account") || strings.HasPrefix(r.RawPath, "/resources/") {
		return "quicksight"
	}
	return ""
}

func protocolOf(room wire.Service, r *wire.Request) wire.Protocol {
	prefix, _ := r.Target()
	switch {
	case room != nil:
		return room.Protocol()
	case prefix != "":
		return wire.JSON11
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		return wire.Query
	default:
		return wire.RESTJSON
	}
}

// unidentified gives the error of a request of which the simulator does not know
// who signed it or what it asks for.
func unidentified(r *wire.Request, err error, room wire.Service, known bool) *wire.Error {
	_, front := room.(wire.Front)
	switch {
	case errors.Is(err, wire.ErrUnsigned) && !front:
		return wire.Errorf(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
	case room == nil:
		return wire.Errorf(404, "UnknownOperationException", "the service %q is not simulated", r.Service)
	case !known:
		what := r.Op.Name
		if what == "" {
			what = r.Method + " " + r.RawPath
		}
		status := 400
		if p := room.Protocol(); p == wire.RESTJSON || p == wire.SCIM {
			status = 404
		}
		return wire.Errorf(status, "UnknownOperationException", "the operation %s of %s is not simulated", what, r.Service)
	}
	return nil
}
