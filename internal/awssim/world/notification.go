package world

// What Identity Center's own notifications are called, by the names of the activities. AWS's page on them ("Set up
// event notifications") was known only in part: that there are some for memberships, and their names, is assumed, and
// so is every member of detail but event-version.
var notifications = map[string]struct{ name, kind string }{
	"CreateUser":             {"User Created", "user"},
	"UpdateUser":             {"User Updated", "user"},
	"UpdateUserName":         {"User Updated", "user"},
	"PutUser":                {"User Updated", "user"},
	"PatchUser":              {"User Updated", "user"},
	"DisableUser":            {"User Updated", "user"},
	"EnableUser":             {"User Updated", "user"},
	"DeleteUser":             {"User Deleted", "user"},
	"CreateGroup":            {"Group Created", "group"},
	"UpdateGroup":            {"Group Updated", "group"},
	"UpdateGroupDisplayName": {"Group Updated", "group"},
	"PatchGroup":             {"Group Updated", "group"},
	"DeleteGroup":            {"Group Deleted", "group"},
	"CreateGroupMembership":  {"Group Membership Created", "membership"},
	"AddMemberToGroup":       {"Group Membership Created", "membership"},
	"DeleteGroupMembership":  {"Group Membership Deleted", "membership"},
	"RemoveMemberFromGroup":  {"Group Membership Deleted", "membership"},
}

// directorySources are the event sources that tell of the identity store.
var directorySources = map[string]bool{
	"identitystore.amazonaws.com":      true,
	"identitystore-scim.amazonaws.com": true,
	"sso-directory.amazonaws.com":      true,
}

// notification is Identity Center's own event about an activity that changed the identity store.
func (w *World) notification(a Activity) (event, bool) {
	n, ok := notifications[a.Name]
	if !ok || !directorySources[a.Source] || a.ErrorCode != "" {
		return event{}, false
	}
	d := w.Directory
	e := w.event(n.name, "aws.identitystore", d.Region)
	e.Account = d.OwnerAccount
	e.Detail = map[string]any{"event-version": "1.0", "identityStoreId": d.StoreID}
	e.Resources = []string{"arn:" + w.Partition + ":identitystore::" + d.OwnerAccount + ":identitystore/" + d.StoreID}
	for _, kind := range []string{"user", "group", "membership"} {
		if id := idOf(a, kind, n.kind); id != "" {
			e.Detail[kind+"Id"] = id
			e.Resources = append(e.Resources, "arn:"+w.Partition+":identitystore:::"+kind+"/"+id)
		}
	}
	return e, true
}

// idOf finds the id of a user, group or membership in an activity that is about an object of the kind about. Each of
// the three APIs has it elsewhere.
func idOf(a Activity, kind, about string) string {
	paths := [][]string{{kind + "Id"}, {kind, kind + "Id"}}
	if kind == "user" {
		paths = append(paths, []string{"memberId", "userId"}, []string{"member", "memberId"}, []string{"memberId"})
	}
	if kind == about {
		paths = append(paths, []string{"id"})
	}
	for _, where := range []map[string]any{a.Response, a.Request} {
		for _, path := range paths {
			if id := textAt(where, path); id != "" {
				return id
			}
		}
	}
	return ""
}

// textAt gives the text at a path of members; "" when there is none.
func textAt(m map[string]any, path []string) string {
	for _, name := range path[:len(path)-1] {
		m, _ = m[name].(map[string]any)
	}
	s, _ := m[path[len(path)-1]].(string)
	return s
}
