package scim

import (
	"errors"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// unparsable is what the endpoint says of a body that it does not understand.
const unparsable = "Request is unparsable, syntactically incorrect, or violates schema."

// Refuse words refusals that come from around the operation.
func (s service) Refuse(f wire.Refusal) *wire.Error {
	switch f.Kind {
	case wire.Throttled:
		return s.fail(429, "ThrottlingException", f.Message)
	case wire.AccessDenied:
		return s.fail(403, "AccessDeniedException", f.Message)
	case wire.Unavailable:
		return s.fail(503, "ServiceUnavailableException", f.Message)
	default:
		return s.fail(500, "InternalServerException", f.Message)
	}
}

// fail makes an error with the time at which it was made, as the endpoint writes it.
func (s service) fail(status int, code, message string) *wire.Error {
	return wire.Errorf(status, code, "%s", message).With("timeStamp", s.w.Now().UTC().Format("2006-01-02 15:04:05.000"))
}

// invalid is an error about the request.
func invalid(format string, args ...any) error {
	return wire.Errorf(400, "ValidationException", format, args...)
}

// notFound says that there is no such user or group.
func notFound(what, id string) error {
	return wire.Errorf(404, "ResourceNotFoundException", "%s %s is not found.", what, id)
}

// shape gives an error of an operation as the endpoint sends it: breaches of the directory's rules become
// conflicts, and all get the time.
func (s service) shape(err error) error {
	var b world.Breach
	var e *wire.Error
	switch {
	case errors.As(err, &b) && b.Quota():
		return s.fail(400, "ServiceQuotaExceededException", b.Error())
	case errors.As(err, &b):
		return s.fail(409, "ConflictException", b.Error())
	case errors.As(err, &e):
		return s.fail(e.Status, e.Code, e.Message)
	}
	return err
}
