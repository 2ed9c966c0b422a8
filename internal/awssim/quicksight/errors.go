package quicksight

import "github.com/tenantry/tenantry/internal/awssim/wire"

// Values of ExceptionResourceType in the API model.
const (
	userType      = "USER"
	groupType     = "GROUP"
	namespaceType = "NAMESPACE"
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
	return wire.Errorf(404, "ResourceNotFoundException", format, args...).With("ResourceType", resource)
}

func exists(resource, format string, args ...any) *wire.Error {
	return wire.Errorf(409, "ResourceExistsException", format, args...).With("ResourceType", resource)
}

func limitExceeded(resource, format string, args ...any) *wire.Error {
	return wire.Errorf(409, "LimitExceededException", format, args...).With("ResourceType", resource)
}
