package intake

import (
	"bytes"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// trail reads a call, or an event of a service, as CloudTrail tells of it. What it is stands in detail.eventSource and
// detail.eventName; the envelope's source is not documented for all of them.
func (r *Reader) trail(e *event) Reading {
	source, name := e.text(e.field(e.detail, "eventSource")), e.text(e.field(e.detail, "eventName"))
	if len(source) == 0 || len(name) == 0 {
		return e.because(NotAnEvent)
	}
	if id := printable(e.text(e.field(e.detail, "eventID")), maxEventID); id != "" {
		e.cause.ID = id
	}
	e.cause.Name = printable([]byte(strings.TrimSuffix(string(source), ".amazonaws.com")+" "+string(name)), maxName)
	if refused(e, string(source), string(name)) {
		return r.refusal(e, string(source))
	}
	if e.field(e.detail, "errorCode") != nowhere {
		return e.because(Failed)
	}
	if at := e.field(e.detail, "readOnly"); at != nowhere && !e.is(at, untrue) {
		return e.because(ReadOnly)
	}
	switch string(source) {
	case "sso-directory.amazonaws.com", "identitystore.amazonaws.com", "identitystore-scim.amazonaws.com":
		return r.directory(e, string(source), string(name))
	case "quicksight.amazonaws.com":
		return e.quicksight(string(name))
	case "sso.amazonaws.com":
		return r.assignment(e, string(name))
	case "iam.amazonaws.com":
		return r.role(e, string(name))
	}
	return e.because(Unrelated)
}

// directory reads a call that may have changed people, groups or memberships.
func (r *Reader) directory(e *event, source, name string) Reading {
	a, known := directory[source][name]
	if known && a.kind == "" {
		return e.because(Unrelated)
	}
	if e.foreign(r.Store) {
		return e.because(ForeignStore)
	}
	if !known {
		return e.unknown()
	}
	id, ok1 := e.id(a.ids)
	group, ok2 := e.id(a.group)
	switch {
	case !ok1 || !ok2:
		return e.because(MalformedID)
	case id == "":
		return e.unknown()
	}
	revokes := a.revokes || a.unlessActive && !e.is(e.path(e.detail, "responseElements", "active"), truth)
	return e.hint(Hint{Kind: a.kind, ID: id, Group: tenancy.GroupID(group), Revokes: revokes})
}

// foreign reports whether the event names another identity store. Where it names none, its ids lead on,
// and a foreign one turns out to be nobody's. SCIM's tenantId is documented without its value, so it
// decides only if it has the shape of a store's id.
func (e *event) foreign(ours tenancy.StoreID) bool {
	for _, path := range stores {
		at := e.path(e.detail, path...)
		if e.absent(at) || string(e.text(at)) == string(ours) {
			continue
		}
		if path[1] != "tenantId" || isStore(e.text(at)) {
			return true
		}
	}
	return false
}

// id answers the id at the first of some places where there is one, "" if there is none or it is
// hidden, and false if what is there is no id.
func (e *event) id(places [][]string) (string, bool) {
	for _, path := range places {
		at := e.path(e.detail, path...)
		if e.absent(at) || e.is(at, object) || string(e.text(at)) == hidden {
			continue
		}
		if !isID(e.text(at)) {
			return "", false
		}
		return string(e.text(at)), true
	}
	return "", true
}

// quicksight reads an event of QuickSight's. CreateUser is no operation of its API: QuickSight tells so that it
// has registered somebody itself. Calls of the API are our own echo, most likely: those that write who is where are
// compared with the history, and what else others change is found by the next pass.
func (e *event) quicksight(name string) Reading {
	switch {
	case !e.ours:
		return e.because(ForeignAccount)
	case name == "CreateUser":
		return e.drift()
	case string(e.text(e.field(e.detail, "eventType"))) == "AwsApiCall":
		return e.written(name)
	}
	return e.because(Unrelated)
}

// drift finds out who was provisioned: "Role:session" in the event's details, or the identity that signed in.
func (e *event) drift() Reading {
	role := string(e.text(e.path(e.detail, "userIdentity", "sessionContext", "sessionIssuer", "userName")))
	name := string(e.text(e.path(e.detail, "serviceEventDetails", "eventRequestDetails", "userName")))
	before, session, ok := strings.Cut(name, ":")
	if !ok {
		arn := string(e.text(e.path(e.detail, "userIdentity", "arn")))
		before, session = role, arn[strings.LastIndexByte(arn, '/')+1:]
	}
	parsed, err := tenancy.ParseSession(session)
	if err != nil || !isRoleName(before) || role != "" && role != before {
		return e.unknown()
	}
	return e.hint(Hint{Kind: Drifted, ID: before + "/" + session, Drift: Drift{Role: before, Session: parsed}})
}

// assignment reads a call that may have brought a permission set's role to our account. One that
// names no account is about all of them.
func (r *Reader) assignment(e *event, name string) Reading {
	if name != "CreateAccountAssignment" && name != "ProvisionPermissionSet" {
		return e.because(Unrelated)
	}
	target := e.path(e.detail, "requestParameters", "targetId")
	if target == nowhere && name == "ProvisionPermissionSet" || string(e.text(target)) == string(r.Account) {
		return e.hint(Hint{Kind: SignIn})
	}
	return e.because(OtherAccount)
}

// role reads the making of a role.
func (r *Reader) role(e *event, name string) Reading {
	if !e.ours {
		return e.because(ForeignAccount)
	}
	if name != "CreateRole" {
		return e.because(Unrelated)
	}
	path := e.text(e.path(e.detail, "requestParameters", "path"))
	called := e.text(e.path(e.detail, "requestParameters", "roleName"))
	if bytes.HasPrefix(path, []byte(tenancy.ReservedPath)) || r.SignsIn == nil || r.SignsIn(string(called)) {
		return e.hint(Hint{Kind: SignIn})
	}
	return e.because(Unrelated)
}
