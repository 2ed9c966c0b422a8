package world

import (
	"fmt"
	"strings"
)

// GlobalRegion is where IAM, which is in no Region, tells what happens.
const GlobalRegion = "us-east-1"

// ProvisionJIT registers a person as just-in-time provisioning does when somebody signs in to QuickSight whom it does
// not know: in the default namespace, as a session of an IAM role, given by its name. It is an event of QuickSight's
// own on the trail. A principal that any namespace has is known, so nothing is provisioned for it. It takes the lock.
func (w *World) ProvisionJIT(roleName, session, email, role string) error {
	w.Lock()
	defer w.Unlock()
	r, ok := w.IAM.Roles.Get(roleName)
	if !ok {
		return fmt.Errorf("provision %s/%s: the account has no such role", roleName, session)
	}
	u := User{
		Email: email, Role: role, IdentityType: "IAM", Active: true,
		IAMARN: r.ARN(w.Partition, w.Account), Session: session, Registered: w.Now(),
	}
	u.UserName = PrincipalName(u.IAMARN, session)
	if spaces := w.QuickSight.NamespacesOf(u); len(spaces) > 0 {
		return fmt.Errorf("provision %s: it is registered already, in %s", u.UserName, strings.Join(spaces, ", "))
	}
	u.PrincipalID = w.QuickSight.PrincipalID(DefaultNamespace, u)
	w.QuickSight.PutUser(DefaultNamespace, u)
	w.Happened(w.provisioned(r, session))
	return nil
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
