package console

import (
	"regexp"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// sessionName is what may name a session of a role (AWS STS API reference, AssumeRole, RoleSessionName).
var sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

// signIn lets somebody open QuickSight. It answers who they are there, where, whether they were provisioned just now,
// what they see, and with whom they can share.
func (s service) signIn(in input) (result, error) {
	switch {
	case in.Role == "" || !sessionName.MatchString(in.Session):
		return result{}, invalid("role and session name a session of an IAM role: 2 to 64 letters, digits and _+=,.@-.")
	case in.Email == nil || *in.Email == "":
		return result{}, invalid("email is required: QuickSight asks for it at the first sign-in.")
	}
	r, ok := s.w.IAM.Roles.Get(in.Role)
	if !ok {
		return result{}, notFound("role", in.Role)
	}
	s.federated(r, in.Session, "")
	u, namespaces := s.w.Known(r, in.Session)
	provisioned := len(namespaces) == 0
	if provisioned {
		var err error
		if u, err = s.provision(r, in); err != nil {
			return result{}, err
		}
		namespaces = []string{world.DefaultNamespace}
	}
	return result{answer: map[string]any{
		"userName": u.UserName, "namespaces": namespaces, "provisioned": provisioned,
		"role": u.Role, "customPermissions": s.w.QuickSight.ProfileOf(namespaces[0], u),
		"sees": s.sees(namespaces[0], u), "sharesWith": s.sharesWith(namespaces[0]),
	}}, nil
}

// provision registers somebody in the default namespace, if the role lets them do that.
func (s service) provision(r world.Role, in input) (world.User, error) {
	role := s.selfProvisioned(r, in.Session)
	if role == "" {
		s.w.TurnedAway(r, in.Session)
		return world.User{}, wire.Errorf(403, "AccessDeniedException",
			"the role %s allows no self-provisioning, and no namespace has %s: its policies would have to allow quicksight:CreateReader, CreateUser or CreateAdmin.",
			r.Name, world.PrincipalName(r.Name, in.Session))
	}
	u, _, err := s.w.SignIn(r.Name, in.Session, *in.Email, role)
	return u, err
}

// sees shows what a user of a namespace comes to, in every Region.
func (s service) sees(namespace string, u world.User) []map[string]any {
	all := []map[string]any{}
	for _, a := range s.w.QuickSight.Visible(namespace, u.UserName) {
		as := "viewer"
		if a.Owner {
			as = "owner"
		}
		all = append(all, map[string]any{
			"kind": a.Asset.Kind, "region": a.Asset.Region, "id": a.Asset.ID, "name": a.Asset.Name, "as": as, "through": a.Through,
		})
	}
	return all
}

// sharesWith shows whom QuickSight offers somebody who shares: the people and the groups of their own namespace.
func (s service) sharesWith(namespace string) map[string]any {
	users, groups := []string{}, []string{}
	n, _ := s.w.QuickSight.Namespaces().Get(namespace)
	for _, u := range n.Contents.Users.All() {
		users = append(users, u.UserName)
	}
	for name := range n.Contents.Groups.All() {
		groups = append(groups, name)
	}
	return map[string]any{"users": users, "groups": groups}
}
