package console

import (
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// portal gives somebody the credentials of a role, as the AWS access portal shows them to whoever asks for "access keys".
// The session's name is the person's user name.
func (s service) portal(in input) (result, error) {
	id, ok := s.w.Directory.UserID(in.Person)
	if !ok {
		return result{}, notFound("person", in.Person)
	}
	person, _ := s.w.Directory.Users().Get(id)
	r, ok := s.w.IAM.Roles.Get(in.Role)
	if !ok {
		return result{}, notFound("role", in.Role)
	}
	if why := s.turnedAway(person, r); why != "" {
		if provider(r) == "" {
			s.refused(r, person.UserName)
		}
		return result{}, wire.Errorf(403, "AccessDeniedException", "%s", why)
	}
	c := s.w.OpenSession(r, person.UserName)
	s.federated(r, person.UserName, c.AccessKey)
	return result{answer: map[string]any{
		"AccessKeyId": c.AccessKey, "SecretAccessKey": c.Secret(), "SessionToken": c.Token(), "Arn": c.ARN,
		"Expiration": s.w.Now().Add(time.Duration(max(r.MaxSession, 3600)) * time.Second).UTC().Format(time.RFC3339),
	}}, nil
}

// turnedAway says why somebody does not get the credentials of a role; empty: they do.
func (s service) turnedAway(p world.Person, r world.Role) string {
	switch {
	case p.Status != world.PersonEnabled:
		return p.UserName + " is disabled."
	case !sessionName.MatchString(p.UserName):
		return p.UserName + " is no name of a session."
	case provider(r) == "":
		return "the trust policy of the role " + r.Name + " lets no SAML provider in."
	case strings.HasPrefix(r.Path, "/aws-reserved/") && !s.assigned(p, r):
		return p.UserName + " is not assigned to the permission set of the role " + r.Name + ", neither alone nor in a group."
	}
	return ""
}

// assigned reports whether somebody is assigned to the permission set whose role in the account this is.
func (s service) assigned(p world.Person, r world.Role) bool {
	for _, set := range s.w.SSO.PermissionSets.All() {
		if has, ok := s.w.SSO.Role(set, s.w.Account); !ok || has.Name != r.Name {
			continue
		}
		for _, a := range s.w.SSO.Assignments.Prefix(world.KeyPrefix(set.ARN, s.w.Account), "", world.View{}) {
			if _, in := s.w.Directory.Membership(a.PrincipalID, p.ID, world.View{}); in || a.PrincipalID == p.ID {
				return true
			}
		}
	}
	return false
}
