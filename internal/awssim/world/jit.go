package world

import (
	"errors"
	"fmt"
	"strings"
)

// GlobalRegion is where IAM, which is in no Region, tells what happens.
const GlobalRegion = "us-east-1"

// ProvisionJIT is SignIn for those who do not hold the lock, and an error where nobody was provisioned, since the
// principal is known already.
func (w *World) ProvisionJIT(roleName, session, email, role string) error {
	w.Lock()
	defer w.Unlock()
	u, spaces, err := w.SignIn(roleName, session, email, role)
	if err != nil {
		return fmt.Errorf("provision %s/%s: %w", roleName, session, err)
	}
	if len(spaces) > 0 {
		return fmt.Errorf("provision %s: it is registered already, in %s", u.UserName, strings.Join(spaces, ", "))
	}
	return nil
}

// SignIn is somebody signing in to QuickSight as a session of an IAM role, given by its name. One whom no namespace has
// is provisioned just in time: registered in the default namespace, in that role of QuickSight's, which is an event of
// QuickSight's own on the trail. For one who is known, it answers the namespaces that have them, and changes nothing.
func (w *World) SignIn(roleName, session, email, role string) (u User, known []string, err error) {
	r, ok := w.IAM.Roles.Get(roleName)
	if !ok {
		return User{}, nil, errors.New("the account has no such role")
	}
	u, known = w.Known(r, session)
	if len(known) > 0 {
		return u, known, nil
	}
	u.Email, u.Role, u.Registered = email, role, w.Now()
	u.PrincipalID = w.QuickSight.PrincipalID(DefaultNamespace, u)
	w.QuickSight.PutUser(DefaultNamespace, u)
	w.Happened(w.provisioned(r, session))
	return u, nil, nil
}

// TurnedAway tells of somebody whom QuickSight does not know and whose role does not let them register themselves, if the
// world tells of that.
func (w *World) TurnedAway(r Role, session string) {
	if !w.behaviour.TellRefusedSignIns {
		return
	}
	a := w.provisioned(r, session)
	delete(a.Service, "eventResponseDetails")
	a.ErrorCode, a.ErrorMessage = "AccessDenied", "The role does not allow self-provisioning."
	w.Happened(a)
}

// Known gives who a session of a role is to QuickSight, and the namespaces that have them. For one whom no namespace
// has, that is what the role and the session tell of them.
func (w *World) Known(r Role, session string) (u User, known []string) {
	u = User{IdentityType: "IAM", Active: true, IAMARN: r.ARN(w.Partition, w.Account), Session: session}
	u.UserName = PrincipalName(u.IAMARN, session)
	known = w.QuickSight.NamespacesOf(u)
	for _, name := range known {
		n, _ := w.QuickSight.Namespaces().Get(name)
		if has, ok := n.Contents.Users.Get(u.Key()); ok {
			return has, known
		}
	}
	return u, known
}

// provisioned is the activity of just-in-time provisioning.
func (w *World) provisioned(r Role, session string) Activity {
	return Activity{
		Source: "quicksight.amazonaws.com", Name: "CreateUser", Region: w.QuickSight.region,
		Identity: map[string]any{
			"type": "AssumedRole", "accountId": w.Account,
			"arn": "arn:" + w.Partition + ":sts::" + w.Account + ":assumed-role/" + r.Name + "/" + session,
			"sessionContext": map[string]any{"sessionIssuer": map[string]any{
				"type": "Role", "userName": r.Name, "arn": r.ARN(w.Partition, w.Account),
			}},
		},
		Service: map[string]any{
			"eventRequestDetails":  map[string]any{"userName": r.Name + ":" + session},
			"eventResponseDetails": map[string]any{"userId": w.Account + "/" + r.Name + "/" + session},
		},
	}
}

// roleMade is the activity of IAM Identity Center making the role of a permission set.
func (s *SSO) roleMade(r Role) Activity {
	return Activity{
		Source: "iam.amazonaws.com", Name: "CreateRole", Region: GlobalRegion,
		Identity: map[string]any{"type": "AssumedRole", "accountId": s.w.Account, "invokedBy": "sso.amazonaws.com"},
		Request: map[string]any{
			"path": r.Path, "roleName": r.Name, "description": r.Description, "assumeRolePolicyDocument": r.Trust,
		},
		Response: map[string]any{"role": map[string]any{
			"path": r.Path, "roleName": r.Name, "roleId": r.ID, "arn": r.ARN(s.w.Partition, s.w.Account),
		}},
	}
}

// roleChanged is the activity of IAM Identity Center changing the inline policy of the role of a permission set: its
// service-linked role may do it by these calls (IAM Identity Center user guide, "Using service-linked roles"). Its shape is
// composed by analogy.
func (s *SSO) roleChanged(call string, r Role) Activity {
	a := s.roleMade(r)
	a.Name, a.Response = call, nil
	a.Request = map[string]any{"roleName": r.Name, "policyName": InlinePolicyName}
	if call == "PutRolePolicy" {
		a.Request["policyDocument"] = r.Policies[InlinePolicyName]
	}
	return a
}
