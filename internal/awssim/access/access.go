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
//   - What a call does not say, such as the user that GetUserId is about to find, is judged as all of its kind.
//   - The user that RegisterUser is about is the one that it would make; namespaces, users and groups have ARNs of the
//     identity Region, whatever Region the call was sent to.
//
// # How it is judged
//
// As package policydoc does, with aws:PrincipalArn, aws:PrincipalAccount, aws:userid, aws:RequestedRegion,
// quicksight:IamArn, quicksight:SessionName and quicksight:UserName known, and the first three also as variables. A
// policy that IAM would not have taken allows nothing, and neither does an attached one that the world does not have.
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
	documents := documents(w, r.Caller, role)
	for _, resource := range need.Resources {
		asked := policydoc.Request{Action: need.Action, Resource: resource, Context: conditions(r, need)}
		why := reason(policydoc.Judge(documents, asked).Decision, need.Action)
		if why != "" && r.Op.Name == "AssumeRole" && trusted(w, r, resource, why) {
			why = ""
		}
		if why == "" {
			why = beyond(w, r.Caller, role, asked)
		}
		if why == "" {
			continue
		}
		return fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s", r.Caller.ARN, need.Action, resource, why)
	}
	return ""
}

// reason says why an action is not allowed; empty: it is.
func reason(d policydoc.Decision, action string) string {
	switch d {
	case policydoc.Allowed:
		return ""
	case policydoc.ExplicitDeny:
		return "with an explicit deny in an identity-based policy"
	default:
		return "because no identity-based policy allows the " + action + " action"
	}
}

// beyond says why the permissions boundary of a role does not let it do what its policies allow; empty: it does, or there
// is none. One that can not be read allows nothing.
func beyond(w *world.World, c wire.Caller, role world.Role, asked policydoc.Request) string {
	if role.Boundary == "" {
		return ""
	}
	p, _ := w.IAM.Policy(role.Boundary)
	boundary, _ := policydoc.ParseIdentity(settle(c, p.Document))
	switch policydoc.Judge([]policydoc.Document{boundary}, asked).Decision {
	case policydoc.Allowed:
		return ""
	case policydoc.ExplicitDeny:
		return "with an explicit deny in a permissions boundary"
	default:
		return "because no permissions boundary allows the " + asked.Action + " action"
	}
}

// settle puts what is known of a session in the place of variables of a policy.
func settle(c wire.Caller, text string) string {
	return strings.NewReplacer(
		"${aws:userid}", c.UserID, "${aws:PrincipalAccount}", c.Account, "${aws:PrincipalArn}", policydoc.RoleOf(c.ARN),
	).Replace(text)
}

// trusted reports whether a role may be assumed although the caller's own policies do not say so: its trust names the
// caller, and not just their account, and nothing denies it (IAM user guide, "Policy evaluation logic": within an
// account a resource-based policy that names a principal allows by itself). Whether the trust allows it STS judges.
func trusted(w *world.World, r *wire.Request, arn, why string) bool {
	role, ok := w.IAM.Roles.Get(arn[strings.LastIndexByte(arn, '/')+1:])
	if !ok || why == reason(policydoc.ExplicitDeny, "") {
		return false
	}
	trust, err := policydoc.ParseTrust(role.Trust)
	about := trust.About(func(p policydoc.Principal) bool { return p.Names(r.Caller.ARN) })
	return err == nil && len(about.Statements) > 0
}

// documents are the policies of a role, as they are for a session of it.
func documents(w *world.World, c wire.Caller, role world.Role) []policydoc.Document {
	var all []policydoc.Document
	for _, text := range w.IAM.DocumentsOf(role) {
		if d, err := policydoc.ParseIdentity(settle(c, text)); err == nil {
			all = append(all, d)
		}
	}
	return all
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
