package intake

import (
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// writes are the calls of QuickSight's API that write who is where: users, groups, memberships, namespaces, and the custom
// permissions of users and roles. The pattern in deploy/events names the same.
var writes = []string{
	"CreateGroup",
	"CreateGroupMembership",
	"CreateNamespace",
	"DeleteAccountCustomPermission",
	"DeleteGroup",
	"DeleteGroupMembership",
	"DeleteNamespace",
	"DeleteRoleCustomPermission",
	"DeleteUser",
	"DeleteUserByPrincipalId",
	"DeleteUserCustomPermission",
	"RegisterUser",
	"UpdateAccountCustomPermission",
	"UpdateGroup",
	"UpdateRoleCustomPermission",
	"UpdateUser",
	"UpdateUserCustomPermission",
}

// The most that is taken over of what a call names. The API's names are shorter.
const (
	maxCallName = 256
	maxCaller   = 256
)

// written reads a call of the API. One that writes, and has a request's id, is compared with the history by whoever has it:
// there it stands if it is our own. The names are those of the API's parameters, as CloudTrail writes them (Quick Sight user
// guide, "Incident response, logging, and monitoring", has an example of a group membership).
func (e *event) written(name string) Reading {
	request := printable(e.text(e.field(e.detail, "requestID")), maxEventID)
	if request == "" || !slices.Contains(writes, name) {
		return e.because(Echo)
	}
	asked := func(field string) string {
		if text := e.text(e.path(e.detail, "requestParameters", field)); len(text) <= maxCallName {
			return string(text)
		}
		return ""
	}
	w := Write{
		Operation: name, Namespace: asked("namespace"), Group: asked("groupName"), User: tenancy.UserName(asked("userName")),
		By: printable(e.text(e.path(e.detail, "userIdentity", "arn")), maxCaller),
	}
	if member := asked("memberName"); member != "" {
		w.User = tenancy.UserName(member)
	}
	if role, err := tenancy.ParseRoleARN(asked("iamArn")); err == nil && asked("sessionName") != "" {
		w.User = tenancy.UserName(role.Name() + "/" + asked("sessionName"))
	}
	w.At, _ = time.Parse(time.RFC3339, string(e.text(e.field(e.detail, "eventTime")))) // zero: not known
	return e.hint(Hint{Kind: Written, ID: request, Bulk: true, Write: w})
}
