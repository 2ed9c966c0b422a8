package console

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// input is what the actions take, each its part of it.
type input struct {
	GroupID     string  `json:"groupId"`
	MemberID    string  `json:"memberId"` // a user's id
	UserID      string  `json:"userId"`
	UserName    *string `json:"userName"`
	DisplayName *string `json:"displayName"`
	Description *string `json:"description"`
	GivenName   *string `json:"givenName"`
	FamilyName  *string `json:"familyName"`
	Email       *string `json:"email"`
	Role        string  `json:"role"`    // the name of an IAM role
	Session     string  `json:"session"` // of that role
	Person      string  `json:"person"`  // a user name
}

func read(r *wire.Request) (in input, err error) {
	dec := json.NewDecoder(bytes.NewReader(r.Body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return in, invalid("the body is no JSON object of this action: %v", err)
	}
	return in, nil
}

func invalid(format string, args ...any) error {
	return wire.Errorf(400, "ValidationException", format, args...)
}

func notFound(what, id string) error {
	return wire.Errorf(404, "ResourceNotFoundException", "%s %q is not found.", what, id)
}

// shape gives an error of an action as it is sent: a rule of the directory that would be broken is a conflict.
func shape(err error) error {
	var b world.Breach
	switch {
	case !errors.As(err, &b):
		return err
	case b.Quota():
		return wire.Errorf(400, "ServiceQuotaExceededException", "%v", b)
	default:
		return wire.Errorf(409, "ConflictException", "%v", b)
	}
}

// Refuse words refusals that come from around the action.
func (service) Refuse(f wire.Refusal) *wire.Error {
	switch f.Kind {
	case wire.Throttled:
		return wire.Errorf(429, "ThrottlingException", "%s", f.Message)
	case wire.AccessDenied:
		return wire.Errorf(403, "AccessDeniedException", "%s", f.Message)
	case wire.Unavailable:
		return wire.Errorf(503, "ServiceUnavailableException", "%s", f.Message)
	default:
		return wire.Errorf(500, "InternalServerException", "%s", f.Message)
	}
}
