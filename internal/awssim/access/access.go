// Package access judges calls by the IAM policies of who makes them. Only sessions of roles are judged, those whose keys
// the simulator gave out: by STS, or at the portal of the console. Whoever signs with other keys is who the world says,
// and may do everything that the world's denials leave.
//
// # What a call needs
//
// A table (rows.go) has, for each operation, the kinds of resources that IAM judges it by, as the service authorization
// reference has them (Actions, resources, and condition keys for AWS services): those that the reference marks as
// required, and of the others those that a call names. resources.go finds their ARNs in the call. The action is the
// operation's name, but for the few in [renamed]. It must be allowed on each of the resources.
//
// # What is assumed
//
//   - A list of things of a kind, and a search for them, is judged by the ARN that stands for all of them, dashboard/* or
//     user/acme/*, where the reference gives it a kind of resource.
//   - What QuickSight does in Directory Service for a call, with the rights of who calls, is refused at once. AWS may take the
//     call, and let the namespace fail with PERMISSION_DENIED.
//   - What a call does not say, such as the user that GetUserId is about to find, is judged as all of its kind.
//   - The user that RegisterUser is about is the one that it would make; namespaces, users and groups have ARNs of the
//     identity Region, whatever Region the call was sent to.
//
// # How it is judged
//
// As package policydoc does, with aws:PrincipalArn, aws:PrincipalAccount, aws:userid, aws:RequestedRegion,
// quicksight:IamArn, quicksight:SessionName and quicksight:UserName known, and the first three also as variables. A
// policy that IAM would not have taken allows nothing, and neither does one that the world does not have, attached or as a
// permissions boundary. A role that is trusted by name is bounded, too.
package access

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Refusal gives the message with which IAM refuses r, in the words of the IAM user guide, "Troubleshoot access denied
// error messages"; empty: it does not. The world is locked.
func Refusal(w *world.World, r *wire.Request) string {
	role, session := w.SessionRole(r.Caller.AccessKey)
	if !session || role.Name != "" && !w.Judged(role) {
		return ""
	}
	need, ok := NeedOf(w, r)
	if !ok {
		return "" // an operation that needs no permission
	}
	policies, boundary := documents(r.Caller, w.IAM.DocumentsOf(role)), boundary(w, r.Caller, role)
	for _, a := range need.asks(r) {
		why := reason(policydoc.Judge(policies, a).Decision, a.Action, "an ", "identity-based policy")
		if within := reason(policydoc.Judge(boundary, a).Decision, a.Action, "a ", "permissions boundary"); role.Boundary != "" && !strings.HasPrefix(why, denying) && within != "" {
			why = within
		} else if why != "" && r.Op.Name == "AssumeRole" && trusted(w, r, a.Resource, why) {
			why = ""
		}
		if why != "" {
			return refusal(r, a, why)
		}
	}
	return ""
}

func refusal(r *wire.Request, asked policydoc.Request, why string) string {
	return fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s", r.Caller.ARN, asked.Action, asked.Resource, why)
}

// denying begins the reason of a call that a statement denies.
const denying = "with an explicit deny in "

// reason says why a policy of that kind does not allow an action; empty: it does.
func reason(d policydoc.Decision, action, article, kind string) string {
	switch d {
	case policydoc.Allowed:
		return ""
	case policydoc.ExplicitDeny:
		return denying + article + kind
	default:
		return "because no " + kind + " allows the " + action + " action"
	}
}

// trusted reports whether a role may be assumed although the caller's own policies do not say so: its trust names the
// caller, and not just their account, and nothing denies it (IAM user guide, "Policy evaluation logic": within an
// account a resource-based policy that names a principal allows by itself). Whether the trust allows it STS judges.
func trusted(w *world.World, r *wire.Request, arn, why string) bool {
	role, ok := w.IAM.Roles.Get(arn[strings.LastIndexByte(arn, '/')+1:])
	if !ok || strings.HasPrefix(why, denying) {
		return false
	}
	trust, err := policydoc.ParseTrust(role.Trust)
	about := trust.About(func(p policydoc.Principal) bool { return p.Names(r.Caller.ARN) })
	return err == nil && len(about.Statements) > 0
}

// documents are the policies of those texts, as they are for a session of a role.
func documents(c wire.Caller, texts []string) []policydoc.Document {
	variables := strings.NewReplacer("${aws:userid}", c.UserID, "${aws:PrincipalAccount}", c.Account, "${aws:PrincipalArn}", policydoc.RoleOf(c.ARN))
	var all []policydoc.Document
	for _, text := range texts {
		if d, err := policydoc.ParseIdentity(variables.Replace(text)); err == nil {
			all = append(all, d)
		}
	}
	return all
}

// boundary is the permissions boundary of a role. One whose document the world does not have allows nothing.
func boundary(w *world.World, c wire.Caller, role world.Role) []policydoc.Document {
	p, _ := w.IAM.Policy(role.Boundary)
	return documents(c, []string{p.Document})
}

// conditions are the keys that conditions are judged by.
func conditions(r *wire.Request, need Need) map[string][]string {
	all := map[string][]string{
		"aws:principalarn": {policydoc.RoleOf(r.Caller.ARN)}, "aws:principalaccount": {r.Caller.Account},
		"aws:userid": {r.Caller.UserID}, "aws:requestedregion": {r.Region},
	}
	for key, value := range need.conditions {
		if value != "" {
			all[key] = []string{value}
		}
	}
	return all
}
