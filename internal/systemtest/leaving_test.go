package systemtest

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// What the checker holds against those who take something away.

const custodians = "tenantry-custodians"

// custodiansMark is what the group of a tenant's custodians says of itself.
const custodiansMark = "tenantry/1 " + store + " custodians"

// lossKey is a user who lost something.
type lossKey struct{ namespace, user string }

// removeMember checks that nobody is taken out of a group that they are in.
func (c *checker) removeMember(call awssim.Call, n world.Namespace) {
	user, name := call.Path["MemberName"], call.Path["GroupName"]
	g, _ := n.Contents.Groups.Get(name)
	c.lose(call, n, user)
	if g.Description == custodiansMark {
		return
	}
	group, ok := markOf(g)
	if !ok {
		c.breach(call, "S4", "the group %q was made by hand", name)
		return
	}
	if u, there := n.Contents.Users.Get(user); there && c.anothers(u) || c.underAnotherRole(n, user) {
		return
	}
	c.stillIn(call, user, group)
}

// stillIn makes sure that a user is nobody who is, and has been for a while, an enabled member of a group. What
// somebody was called before counts for nothing, and a user by whose name nobody can sign in is nobody's.
func (c *checker) stillIn(call awssim.Call, user, group string) {
	_, session, _ := strings.Cut(user, "/")
	id, there := c.rig.w.Directory.UserID(session)
	p, _ := c.rig.w.Directory.Users().Get(id)
	_, is := c.rig.w.Directory.Membership(group, id, world.View{})
	since := c.past.back[[2]string{group, id}]
	if enabled := c.past.enabled[id]; enabled.After(since) {
		since = enabled
	}
	if there && is && p.Status != world.PersonDisabled && time.Since(since) > window && sessionLike.MatchString(session) {
		c.breach(call, "S8", "%s is in the group %s, and is taken out", user, group)
	}
}

// underAnotherRole reports whether a user is of a role that people signed in with before, and has another one of now
// beside it: who is replaced so loses nothing.
func (c *checker) underAnotherRole(n world.Namespace, user string) bool {
	name, err := tenancy.ParseNamespace(n.Name)
	before, session, _ := strings.Cut(user, "/")
	s := c.rig.config.Rules.SignIn
	_, there := c.rig.w.IAM.Roles.Get(before)
	if err != nil || !s.FormerlyIn(name, before) && (!s.IsOf(name, before) || there) {
		return false
	}
	for key := range n.Contents.Users.All() {
		if role, other, _ := strings.Cut(key, "/"); other == session && role != before {
			return true
		}
	}
	return false
}

// removeUser checks what is left behind by a user who was removed.
func (c *checker) removeUser(call awssim.Call, n world.Namespace) {
	user := call.Path["UserName"]
	c.managed(call, n, user)
	c.lose(call, n, user)
	replaced := c.replaced(n, c.removed[call.N]) || c.underAnotherRole(n, user)
	for _, g := range n.Contents.Groups.All() {
		if group, ok := markOf(g); ok && g.Description != custodiansMark && !replaced {
			c.stillIn(call, user, group)
		}
	}
	for key, a := range c.rig.w.QuickSight.Assets().All() {
		// What was made or shared since the last search, which may be a minute old, cannot have been found.
		if len(a.Owners()) > 0 || c.ownerless[key] {
			continue
		}
		if call.Time.Sub(a.Created) > time.Minute && call.Time.Sub(c.touched[key]) > time.Minute {
			c.breach(call, "S6", "%s has no owner any more", key)
		}
		c.ownerless[key] = true // said once, or nobody's fault, and not that of whoever goes next
	}
}

// lose counts who has lost something within a day. Who is disabled, or gone, may leave groups above the limit.
func (c *checker) lose(call awssim.Call, n world.Namespace, user string) {
	if c.underAnotherRole(n, user) {
		return
	}
	_, session, _ := strings.Cut(user, "/")
	id, _ := c.rig.w.Directory.UserID(session)
	u, _ := n.Contents.Users.Get(user)
	p, there := c.rig.w.Directory.Users().Get(cmp.Or(behindUser(u), id))
	if call.Operation == "DeleteGroupMembership" && (!there || p.Status == world.PersonDisabled) {
		return
	}
	c.lost[lossKey{n.Name, user}] = call.Time
	in, all, gone := 0, 0, 0
	for key, at := range c.lost {
		if call.Time.Sub(at) >= 24*time.Hour {
			delete(c.lost, key)
			continue
		}
		all++
		if key.namespace == n.Name {
			in++
			if _, is := n.Contents.Users.Get(key.user); !is {
				gone++
			}
		}
	}
	size := n.Contents.Users.Len() + gone
	if most := max(3, size/10); in > most {
		c.breach(call, "S7", "%d of %d people of %s lost something within a day", in, size, n.Name)
	}
	people := 0
	for _, n := range c.rig.w.QuickSight.Namespaces().All() {
		people += n.Contents.Users.Len()
	}
	if all > max(10, (people+all)/20) {
		c.breach(call, "S7", "%d of %d people of the account lost something within a day", all, people)
	}
	if call.Operation == "DeleteUser" && n.Contents.Users.Len() == 0 && !c.comesAgain(n, c.removed[call.N]) && !c.emptiedByHand(n) {
		c.breach(call, "S7", "%s was the last one of %s", user, n.Name)
	}
}

// emptiedByHand reports whether somebody has changed or deleted a user of a namespace since the last pass, which has
// counted them as there.
func (c *checker) emptiedByHand(n world.Namespace) bool {
	for key, at := range c.touched {
		if namespace, _, _ := strings.Cut(key, "/"); namespace == n.Name && time.Since(at) <= 20*time.Minute {
			return true
		}
	}
	return false
}

// comesAgain reports whether somebody comes in a user's place: they themselves, or who has their name by now.
func (c *checker) comesAgain(n world.Namespace, u world.User) bool {
	id, _ := c.rig.w.Directory.UserID(u.Session)
	return c.topOf(n, id) != "" || c.topOf(n, behindUser(u)) != ""
}

var permissionsCall = regexp.MustCompile(`^Update\w+Permissions$`)

// handOver checks what is given to custodians: nothing that others than the tenant's people can see, or that has
// row-level security.
func (c *checker) handOver(call awssim.Call, namespace string) {
	for _, a := range c.about(call) {
		key := a.Key()
		if a.RowLevelSecurity() {
			c.breach(call, "S6", "%s has row-level security, and is handed over", key)
		}
		for principal := range a.Permissions {
			if !strings.Contains(principal, "/"+namespace+"/") {
				c.breach(call, "S6", "%s is shared with %s, and is handed over to %s", key, principal, namespace)
			}
		}
	}
}

func idsOf(call awssim.Call) (ids []string) {
	for name, id := range call.Path {
		if name != "AwsAccountId" {
			ids = append(ids, id)
		}
	}
	return ids
}

// addCustodian checks who becomes a custodian: somebody of the tenant who may own something.
func (c *checker) addCustodian(call awssim.Call, n world.Namespace, person string) {
	c.justified(call, n, person)
	if u, _ := n.Contents.Users.Get(call.Path["MemberName"]); strings.HasPrefix(u.Role, "READER") {
		c.breach(call, "S6", "%s is a %s, and becomes a custodian", u.UserName, u.Role)
	}
}
