package intake

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// reservedRole is how the names of permission sets' roles begin.
const reservedRole = "AWSReservedSSO_"

// selfProvisioning are what somebody does who registers themselves at their first sign-in: the event's name is documented
// as CreateUser, the permissions are these three. That QuickSight tells of a refusal at all is inferred, from how other
// services tell of theirs: see deploy/events/README.md.
var selfProvisioning = []string{"CreateUser", "CreateReader", "CreateAdmin"}

// refused reports whether an event tells that somebody was not let in: by QuickSight, by STS, to which their identity provider
// sends them, or by the console (IAM user guide, "Logging IAM and AWS STS API calls with AWS CloudTrail": a sign-in that
// failed has no errorCode there).
func refused(e *event, source, name string) bool {
	code := e.text(e.field(e.detail, "errorCode"))
	switch source {
	case "quicksight.amazonaws.com":
		return slices.Contains(selfProvisioning, name) && strings.HasPrefix(string(code), "AccessDenied")
	case "sts.amazonaws.com":
		return name == "AssumeRoleWithSAML" && len(code) > 0
	case "signin.amazonaws.com":
		return name == "ConsoleLogin" && string(e.text(e.path(e.detail, "responseElements", "ConsoleLogin"))) == "Failure"
	}
	return false
}

// refusal reads who was not let in. Of other roles than sign-in roles nobody has asked.
func (r *Reader) refusal(e *event, source string) Reading {
	if !e.ours {
		return e.because(ForeignAccount)
	}
	role, session := e.turnedAway(source)
	if !isRoleName(role) || !strings.HasPrefix(role, reservedRole) && r.SignsIn != nil && !r.SignsIn(role) {
		return e.because(Unrelated)
	}
	parsed, err := tenancy.ParseSession(session)
	if err != nil {
		parsed = ""
	}
	return e.hint(Hint{Kind: Denied, ID: role + "/" + string(parsed), Drift: Drift{Role: role, Session: parsed}})
}

// turnedAway are the role and the session that were not let in, as far as the event names them.
func (e *event) turnedAway(source string) (role, session string) {
	if source == "sts.amazonaws.com" {
		arn := string(e.text(e.path(e.detail, "requestParameters", "roleArn")))
		return arn[strings.LastIndexByte(arn, '/')+1:], string(e.text(e.path(e.detail, "requestParameters", "roleSessionName")))
	}
	parts := strings.Split(string(e.text(e.path(e.detail, "userIdentity", "arn"))), "/") // arn:aws:sts::…:assumed-role/ROLE/SESSION
	if len(parts) != 3 {
		return "", ""
	}
	return parts[1], parts[2]
}
