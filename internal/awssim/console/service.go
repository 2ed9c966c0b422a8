// Package console stands in for an administrator at the console of IAM Identity Center. It is the simulator's own and
// no API of AWS: the console speaks to an internal, undocumented one. What is AWS's are the events of it, whose source
// is sso-directory.amazonaws.com, and the names of the actions, which are those of the service authorization reference
// ("AWS SSO directory").
//
// # How it is called
//
//	curl -d '{"displayName": "qs:globex"}' http://127.0.0.1:4599/simulator/console/CreateGroup
//
// POST /simulator/console/ACTION with a JSON object; an unknown member is an error that names it. Nobody signs: whoever
// reaches the simulator is its administrator. Answers are JSON, errors those of the REST-JSON protocol with the codes
// of the Identity Store API.
//
// SignIn is no action of the administrator's: somebody opens QuickSight, as a session of an IAM role. Whom QuickSight
// does not know it registers in its default namespace, as just-in-time provisioning does, if the role's policies allow
// that: quicksight:CreateAdmin makes an ADMIN of them, CreateUser an AUTHOR, CreateReader a READER; the first of these
// that is allowed counts, which is assumed. A role that has no policy at all is not judged, and makes READERs. An attached
// policy whose document the world does not have allows nothing. The wording of a refusal is the simulator's own.
//
// The answer says who they are and what they come to: what they see in every Region, as an owner or a viewer, through
// which principals and folders, and the users and groups of their own namespace, with whom they can share. Whom several
// namespaces have arrives in the one that had them first; AWS does not say which it is.
//
// # The trail
//
// Every other call that reaches its action, done or failed, is told to [world.World.Happened]: ids, and names hidden. A
// removal's memberId stands at the top, an addition's in member, as AWS's own samples show. The parameters and answers
// of CreateUser, UpdateUser and UpdateUserName are composed by analogy.
package console

import (
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// signIn is the action that is somebody else's.
const signIn = "SignIn"

// root is the path under which the actions are.
const root = "/simulator/console/"

// service is the front. It has no state of its own.
type service struct {
	w    *world.World
	told func(world.Activity) // what the trail is told by
}

// New makes the front over w.
func New(w *world.World) wire.Front { return service{w, w.Happened} }

// actions are what an administrator does, by name.
var actions = map[string]func(service, input) (result, error){
	"CreateUser":             service.createUser,
	"UpdateUser":             service.updateUser,
	"UpdateUserName":         service.updateUserName,
	"DeleteUser":             service.deleteUser,
	"DisableUser":            service.disableUser,
	"EnableUser":             service.enableUser,
	"CreateGroup":            service.createGroup,
	"UpdateGroupDisplayName": service.updateGroup,
	"DeleteGroup":            service.deleteGroup,
	"AddMemberToGroup":       service.addMember,
	"RemoveMemberFromGroup":  service.removeMember,
	signIn:                   service.signIn,
}

// result is what an action answers, and the responseElements of its event.
type result struct {
	answer map[string]any
	event  map[string]any
}

// Name is the name under which the world's behaviour, and counts, know the front.
func (service) Name() string { return "console" }

// Protocol is REST-JSON.
func (service) Protocol() wire.Protocol { return wire.RESTJSON }

// Takes knows the front's requests by their path.
func (service) Takes(r *wire.Request) bool { return strings.HasPrefix(r.RawPath, root) }

// Operations are those of the table.
func (service) Operations() []string { return slices.Sorted(maps.Keys(actions)) }

// Route reads the action from the path.
func (service) Route(r *wire.Request) (wire.Op, bool) {
	name := strings.TrimPrefix(r.RawPath, root)
	_, ok := actions[name]
	return wire.Op{Name: name, Resource: "*"}, ok && r.Method == "POST"
}

// Recognise knows everybody as the administrator.
func (s service) Recognise(r *wire.Request) *wire.Error {
	d := s.w.Directory
	r.Region = d.Region
	r.Caller = wire.Caller{
		AccessKey: world.UniqueID("ASIA", "console"), Account: d.OwnerAccount, UserID: world.UniqueID("AROA", "console") + ":console",
		ARN: "arn:" + s.w.Partition + ":sts::" + d.OwnerAccount + ":assumed-role/Administrator/console",
	}
	return nil
}

// Serve carries out the action and tells the trail of it.
func (s service) Serve(r *wire.Request) (wire.Response, error) {
	in, err := read(r)
	var out result
	if err == nil {
		out, err = actions[r.Op.Name](s, in)
	}
	err = shape(err)
	if r.Op.Name != signIn { // QuickSight tells of that, if there is anything to tell
		s.tell(r, in, out, err)
	}
	if err != nil {
		return wire.Response{}, err
	}
	if out.answer == nil {
		out.answer = map[string]any{}
	}
	return wire.JSON(200, out.answer)
}
