package console

import (
	"regexp"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// sessionName is what may name a session of a role (AWS STS API reference, AssumeRole, RoleSessionName).
var sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

// signIn lets somebody open QuickSight. It answers who they are there, where, and whether they were provisioned just
// now: as a READER, which is what a role that allows quicksight:CreateReader makes of them.
func (s service) signIn(in input) (result, error) {
	switch {
	case in.Role == "" || !sessionName.MatchString(in.Session):
		return result{}, invalid("role and session name a session of an IAM role: 2 to 64 letters, digits and _+=,.@-.")
	case in.Email == nil || *in.Email == "":
		return result{}, invalid("email is required: QuickSight asks for it at the first sign-in.")
	}
	u, known, err := s.w.SignIn(in.Role, in.Session, *in.Email, "READER")
	if err != nil {
		return result{}, notFound("role", in.Role)
	}
	namespaces := known
	if len(known) == 0 {
		namespaces = []string{world.DefaultNamespace}
	}
	return result{answer: map[string]any{"userName": u.UserName, "namespaces": namespaces, "provisioned": len(known) == 0}}, nil
}
