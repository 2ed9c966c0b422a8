package quicksight

import "github.com/tenantry/tenantry/internal/awssim/wire"

// Values of ExceptionResourceType in the API model.
const (
	accountType   = "ACCOUNT_SETTINGS"
	userType      = "USER"
	groupType     = "GROUP"
	namespaceType = "NAMESPACE"
	otherType     = "" // the model has no value for it
)

func invalid(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "InvalidParameterValueException", format, args...)
}

func accessDenied(format string, args ...any) *wire.Error {
	return wire.Errorf(401, "AccessDeniedException", format, args...)
}

func precondition(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "PreconditionNotMetException", format, args...)
}

func notFound(resource, format string, args ...any) *wire.Error {
	return about(resource, wire.Errorf(404, "ResourceNotFoundException", format, args...))
}

func exists(resource, format string, args ...any) *wire.Error {
	return about(resource, wire.Errorf(409, "ResourceExistsException", format, args...))
}

func limitExceeded(resource, format string, args ...any) *wire.Error {
	return about(resource, wire.Errorf(409, "LimitExceededException", format, args...))
}

// about says what kind of resource e is about, if the API model has a word for
// it.
func about(resource string, e *wire.Error) *wire.Error {
	if resource == otherType {
		return e
	}
	return e.With("ResourceType", resource)
}
