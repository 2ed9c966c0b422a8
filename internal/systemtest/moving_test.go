package systemtest

import (
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// What the checker holds against those who replace a user by another one.

const movePrefix = "tenantry/1 " + store + " move/"

// movingOf is the person whose move a group is for, as both its mark and its name say.
func movingOf(g world.Group) (person string, ok bool) {
	person, marked := strings.CutPrefix(g.Description, movePrefix)
	return person, marked && g.Name == "tenantry-move-"+person
}

// behindUser is the person whom the tag of a user names.
func behindUser(u world.User) string {
	for _, t := range u.Tags {
		if t.Key == "tenantry-person" {
			return t.Value
		}
	}
	return ""
}

// beginMove checks that a move is begun for somebody who is there to be moved.
func (c *checker) beginMove(call awssim.Call, n world.Namespace, person string) {
	for _, u := range n.Contents.Users.All() {
		if behindUser(u) == person {
			return
		}
		if id, is := c.rig.w.Directory.UserID(u.Session); is && id == person {
			return
		}
	}
	c.breach(call, "S6", "a move is begun for %s, who has no user in %s", person, n.Name)
}

// endMove checks that the group of a move goes, and no other, and that nothing is parked with it any more.
func (c *checker) endMove(call awssim.Call, n world.Namespace) {
	name := call.Path["GroupName"]
	if _, is := movingOf(c.deleted[call.N]); !is {
		c.breach(call, "S4", "the group %s of %s is deleted, and is no move's", name, n.Name)
	}
	arn := c.rig.w.QuickSight.GroupARN(n.Name, name)
	for key, a := range c.rig.w.QuickSight.Assets().All() {
		if len(a.Permissions[arn]) > 0 {
			c.breach(call, "S6", "the group %s goes, and %s is parked with it", name, key)
		}
	}
}

// permit checks a change of an asset's permissions: what nobody else owns is given to the custodians, what somebody has
// is parked, what is parked is given to them, and no longer parked; a tenant's own folder is opened to its groups, and
// what is the house's shown to them.
func (c *checker) permit(call awssim.Call) {
	var in struct{ GrantPermissions, RevokePermissions []struct{ Principal string } }
	_ = call.Decode(&in)
	all := slices.Concat(in.GrantPermissions, in.RevokePermissions)
	if len(all) != 1 {
		c.breach(call, "S6", "permissions of several are changed at once: %s", call.Body)
		return
	}
	arn := all[0].Principal
	parts := strings.SplitN(arn, ":", 6) // groups' names may hold colons
	kind, rest, _ := strings.Cut(parts[len(parts)-1], "/")
	namespace, name, _ := strings.Cut(rest, "/")
	n, there := c.rig.w.QuickSight.Namespaces().Get(namespace)
	g, _ := n.Contents.Groups.Get(name)
	person, isMove := movingOf(g)
	// A process that slept between its look and its call comes too late: from a group of a move that is gone nothing can be
	// taken, and AWS gives it nothing.
	late := kind == "group" && g.Name == "" && strings.HasPrefix(name, "tenantry-move-") && (len(in.RevokePermissions) > 0 || !call.Committed)
	switch {
	case late:
	case c.retired(call, kind, namespace, g, len(in.RevokePermissions) > 0):
	case !there:
		c.breach(call, "S4", "something is given to %s", arn)
	case len(in.RevokePermissions) > 0:
		if kind != "group" || !isMove {
			c.breach(call, "S6", "something is taken from %s", arn)
		}
		c.ownedStill(call)
	case kind == "group" && g.Description == custodiansMark:
		c.handOver(call, namespace)
	case kind == "group" && isMove:
		c.park(call, n, person, arn)
	case kind == "user":
		c.giveBack(call, n, name, arn)
	case kind == "group" && c.opened(call, n, g, arn):
	case kind == "group" && c.shared(call, n, g, arn):
	default:
		c.breach(call, "S4", "something is given to %s", arn)
	}
}

// foresee takes down what somebody may do before they are given something.
func (c *checker) foresee(call awssim.Call) {
	var in struct{ GrantPermissions []struct{ Principal string } }
	if call.Decode(&in) != nil || len(in.GrantPermissions) == 0 {
		return
	}
	for _, a := range c.about(call) {
		for _, action := range a.Permissions[in.GrantPermissions[0].Principal] {
			if c.might[call.N] == nil {
				c.might[call.N] = map[string]bool{}
			}
			c.might[call.N][a.Key()+action] = true
		}
	}
}

// gains reports whether somebody may do more with an asset than before a call.
func (c *checker) gains(call awssim.Call, a *world.Asset, arn string) bool {
	return slices.ContainsFunc(a.Permissions[arn], func(action string) bool { return !c.might[call.N][a.Key()+action] })
}

// about are the assets that a change of permissions is about.
func (c *checker) about(call awssim.Call) (assets []world.Asset) {
	for _, a := range c.rig.w.QuickSight.Assets().All() {
		if a.Region == call.Region && slices.Contains(idsOf(call), a.ID) && strings.EqualFold(call.Operation, "Update"+operationOf[a.Kind]+"Permissions") {
			assets = append(assets, a)
		}
	}
	return assets
}

var operationOf = map[world.AssetKind]string{
	world.KindDashboard: "Dashboard", world.KindAnalysis: "Analysis", world.KindDataSet: "DataSet", world.KindDataSource: "DataSource", world.KindFolder: "Folder",
	world.KindTopic: "Topic", world.KindFlow: "Flow", world.KindActionConnector: "ActionConnector", world.KindTheme: "Theme", world.KindTemplate: "Template",
}

func (c *checker) ownedStill(call awssim.Call) {
	for _, a := range c.about(call) {
		if len(a.Owners()) == 0 && !c.ownerless[a.Key()] {
			c.breach(call, "S6", "%s has no owner any more", a.Key())
		}
	}
}

// park checks that a person's group gets what one of their users has, and no more. It may have it already: where two processes
// replace the same user, one may remove them just between the other's look and its call, and has parked the same before.
func (c *checker) park(call awssim.Call, n world.Namespace, person, arn string) {
	for _, a := range c.about(call) {
		had := false
		for _, u := range n.Contents.Users.All() {
			id, _ := c.rig.w.Directory.UserID(u.Session)
			theirs := behindUser(u) == person || id == person
			had = had || theirs && covers(a.Permissions[c.rig.w.QuickSight.UserARN(n.Name, u.UserName)], a.Permissions[arn])
		}
		if call.Committed && !had && c.gains(call, &a, arn) {
			c.breach(call, "S6", "%s is parked for %s, who does not have it", a.Key(), person)
		}
	}
}

// giveBack checks that somebody gets what is parked for them, and that no reader comes to own anything.
func (c *checker) giveBack(call awssim.Call, n world.Namespace, user, arn string) {
	c.managed(call, n, user)
	u, _ := n.Contents.Users.Get(user)
	person := behindUser(u)
	if person == "" { // somebody has registered them by hand
		person, _ = c.rig.w.Directory.UserID(u.Session)
	}
	group := c.rig.w.QuickSight.GroupARN(n.Name, "tenantry-move-"+person)
	for _, a := range c.about(call) {
		if call.Committed && c.gains(call, &a, arn) && !covers(a.Permissions[group], a.Permissions[arn]) {
			c.breach(call, "S6", "%s is given %s, which is not parked for them", user, a.Key())
		}
		if strings.HasPrefix(u.Role, "READER") && a.Owns(arn) {
			c.breach(call, "S6", "%s is a %s, and owns %s", user, u.Role, a.Key())
		}
	}
}

func covers(all, some []string) bool {
	return len(some) > 0 && !slices.ContainsFunc(some, func(action string) bool { return !slices.Contains(all, action) })
}

// anothers reports whether a user is, by their tag, somebody else's than the one of that name.
func (c *checker) anothers(u world.User) bool {
	id, there := c.rig.w.Directory.UserID(u.Session)
	tagged := behindUser(u)
	return there && tagged != "" && tagged != id
}

// replaced reports whether a user may go although somebody of their name is in the groups of the tenant: they are
// another's, or have a role that QuickSight does not lower to what the groups give.
func (c *checker) replaced(n world.Namespace, u world.User) bool {
	id, there := c.rig.w.Directory.UserID(u.Session)
	if !there || c.anothers(u) {
		return true
	}
	if strings.HasPrefix(u.Role, "READER") {
		return false
	}
	return strings.HasPrefix(c.steadyIn(n, id), "READER")
}

// steadyIn is the highest role that a person's groups give in a namespace, of those that they are in and have been for a
// while, and that have a mirror: a further group with the name of one of the tenant's waits for a word.
func (c *checker) steadyIn(n world.Namespace, person string) (top string) {
	for id := range c.rig.w.Directory.Groups().All() {
		_, is := c.rig.w.Directory.Membership(id, person, world.View{})
		if is && time.Since(c.past.back[[2]string{id, person}]) > window && mirrored(n, id) {
			top = higher(top, c.roleNow(id, n))
		}
	}
	return top
}

// mirrored reports whether a namespace has the mark of a group of the directory.
func mirrored(n world.Namespace, group string) bool {
	for _, g := range n.Contents.Groups.All() {
		if id, ok := markOf(g); ok && id == group {
			return true
		}
	}
	return false
}
