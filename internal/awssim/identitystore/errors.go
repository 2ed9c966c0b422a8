package identitystore

import (
	"errors"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// The kinds of things that are not found, as ResourceType names them.
const (
	kindStore      = "IDENTITY_STORE"
	kindUser       = "USER"
	kindGroup      = "GROUP"
	kindMembership = "GROUP_MEMBERSHIP"
)

// Refuse words refusals that come from around the operation.
func (service) Refuse(f wire.Refusal) *wire.Error {
	var e *wire.Error
	switch f.Kind {
	case wire.Throttled:
		e = wire.Errorf(400, "ThrottlingException", "%s", f.Message)
	case wire.AccessDenied:
		return accessDenied("%s", f.Message)
	case wire.Unavailable:
		return wire.Errorf(503, "ServiceUnavailableException", "%s", f.Message)
	default:
		e = wire.Errorf(500, "InternalServerException", "%s", f.Message)
	}
	if f.RetryAfter > 0 {
		e = e.With("RetryAfterSeconds", f.RetryAfter)
	}
	return e
}

func accessDenied(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "AccessDeniedException", format, args...)
}

func invalid(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "ValidationException", format, args...)
}

// verdict gives the ValidationException of what c found, or nil.
func verdict(c *constraint.Check) error {
	if c.OK() {
		return nil
	}
	return invalid("%s", c.Message())
}

// breach gives the API's error for a rule of the directory that a change would break.
func breach(err error) error {
	var b world.Breach
	switch {
	case !errors.As(err, &b):
		return err
	case b.Quota():
		return wire.Errorf(400, "ServiceQuotaExceededException", "%v", b)
	default:
		return wire.Errorf(400, "ConflictException", "%v", b).With("Reason", "UNIQUENESS_CONSTRAINT_VIOLATION")
	}
}

func storeNotFound(id string) *wire.Error {
	return notFoundError(kindStore, id, "IdentityStore not present for IdentityStoreId: "+id)
}

// notFound words the absence of a thing as the service does: a membership is called so without its group.
func notFound(kind, id string) *wire.Error {
	word := kind
	if kind == kindMembership {
		word = "MEMBERSHIP"
	}
	return notFoundError(kind, id, word+" not found.")
}

func notFoundError(kind, id, message string) *wire.Error {
	e := wire.Errorf(400, "ResourceNotFoundException", "%s", message).With("ResourceType", kind)
	if id != "" {
		e = e.With("ResourceId", id)
	}
	return e
}
