package systemtest

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// checker holds every call against the promises. It has the truth from the world's tables, and what
// was true until lately from whoever changed it (directory_test.go).
type checker struct {
	rig *rig

	mu      sync.Mutex
	stories []string
	recent  []string // the last calls, as lines of a story
	past    history
	had     map[int]string          // role of a user before the UpdateUser of that number
	was     map[int]string          // status of a namespace before the CreateNamespace of that number
	doubts  map[string]int          // objects of which a write ended without a clear answer, with its number
	handled map[string]bool         // namespaces that are not ours and may be written to all the same (adopted)
	removed map[int]world.User      // a user before the DeleteUser of that number
	deleted map[int]world.Group     // a group before the DeleteGroup of that number
	might   map[int]map[string]bool // what the first one of a change of permissions, of that number, might do before it
	lost    map[lossKey]time.Time   // who lost something, and when last
	// ownerless are assets that had no owner before anybody was removed, and touched those, and users, as
	// NAMESPACE/NAME, that were changed by hand, with when last. The world's lock is held.
	ownerless map[string]bool
	touched   map[string]time.Time
	// known are the rules of a test that has others than the usual, by group id.
	known map[string]fixed
	// typed is the namespace that a person deletes by a command, "" for none.
	typed string
	// retires is the namespace that a person retires, and heirs the house's group that inherits, as NAMESPACE/GROUP.
	retires, heirs string
	// probes says that a person probes: throwaways may be made and removed, and nothing else of it is different.
	probes bool
	// lax leaves out what a test breaks on purpose.
	lax map[string]bool
	off bool // nothing is checked
}

// fixed is what a rule with a group's id says.
type fixed struct{ namespace, role string }

// history is what was true until when.
type history struct {
	left     map[[2]string]time.Time // group and person
	disabled map[string]time.Time    // person
	names    map[string][]string     // person → former user names
	groups   map[string][]string     // group → former display names
	back     map[[2]string]time.Time // group and person: since when they are in it
	enabled  map[string]time.Time    // person: since when they are so again
}

func newChecker(r *rig) *checker {
	return &checker{
		rig: r, had: map[int]string{}, was: map[int]string{}, doubts: map[string]int{}, handled: map[string]bool{},
		known: map[string]fixed{}, lax: map[string]bool{},
		past:    history{map[[2]string]time.Time{}, map[string]time.Time{}, map[string][]string{}, map[string][]string{}, map[[2]string]time.Time{}, map[string]time.Time{}},
		removed: map[int]world.User{}, deleted: map[int]world.Group{},
		might: map[int]map[string]bool{}, lost: map[lossKey]time.Time{}, ownerless: map[string]bool{}, touched: map[string]time.Time{},
	}
}

// The methods by which changes are told. The world's lock is held.
func (c *checker) left(group, person string)   { c.past.left[[2]string{group, person}] = time.Now() }
func (c *checker) joined(group, person string) { c.past.back[[2]string{group, person}] = time.Now() }
func (c *checker) enabled(person string)       { c.past.enabled[person] = time.Now() }
func (c *checker) disabled(person string)      { c.past.disabled[person] = time.Now() }
func (c *checker) called(person, name string) {
	c.past.names[person] = append(c.past.names[person], name)
}
func (c *checker) named(group, name string) {
	c.past.groups[group] = append(c.past.groups[group], name)
}
func (c *checker) breaches() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.stories)
}

// adopt lets a namespace be written to that is not ours yet.
func (c *checker) adopt(namespace string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handled[namespace] = true
}

// breach takes down the story of a broken promise. The first few are enough.
func (c *checker) breach(call awssim.Call, promise, format string, args ...any) {
	if c.lax[promise] || len(c.stories) >= 5 {
		return
	}
	story := fmt.Sprintf("%s: %s\n    %s\n  before it:", promise, fmt.Sprintf(format, args...), line1(call))
	c.stories = append(c.stories, story+"\n    "+strings.Join(c.recent, "\n    "))
}

// line1 is a call as a line of a story.
func line1(c awssim.Call) string {
	body := string(c.Body)
	if c.Path["Namespace"] == "" && c.ReadOnly {
		body = ""
	}
	return fmt.Sprintf("%s #%d %s %s %s → %d %s", c.Time.Format("15:04:05.000"), c.N, c.Op, strings.Join([]string{c.Path["Namespace"], c.Path["GroupName"], c.Path["MemberName"] + c.Path["UserName"]}, " "), body, c.Status, c.Error)
}

// before takes down what an effect is about to change.
func (c *checker) before(call awssim.Call) {
	if call.ReadOnly || c.off || others(call) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.rig.w
	w.Lock()
	defer w.Unlock()
	if call.Operation == "UpdateUser" {
		if n, ok := w.QuickSight.Namespaces().Get(call.Path["Namespace"]); ok {
			u, _ := n.Contents.Users.Get(call.Path["UserName"])
			c.had[call.N] = u.Role
		}
	}
	if n, ok := w.QuickSight.Namespaces().Get(call.Path["Namespace"]); ok {
		switch call.Operation {
		case "DeleteUser":
			c.removed[call.N], _ = n.Contents.Users.Get(call.Path["UserName"])
		case "DeleteGroup":
			c.deleted[call.N], _ = n.Contents.Groups.Get(call.Path["GroupName"])
		}
	}
	if call.Operation == "CreateNamespace" {
		n, _ := w.QuickSight.Namespaces().Get(bodyOf(call).Namespace)
		c.was[call.N] = n.Status
	}
	c.foresee(call)
	c.doubted(call)
}

// others reports whether a call is somebody else's, or about messages or the history only.
func others(call awssim.Call) bool {
	return call.Service == "sqs" || call.Service == "dynamodb" || call.Caller.AccessKey == administratorKey
}

// body is what the bodies of writes may hold.
type body struct {
	Namespace, GroupName, Description string
	Email, UserRole, Role             string
	IamArn, SessionName               string
	Tags                              []struct{ Key, Value string }
}

func bodyOf(call awssim.Call) (b body) {
	_ = call.Decode(&b) // a body that cannot be read is refused by the simulator
	return b
}

// after checks what an effect has made of the world.
func (c *checker) after(call awssim.Call) {
	if c.off || others(call) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.rig.w
	w.Lock()
	defer w.Unlock()
	if !call.ReadOnly && call.Service != "sts" && call.Service != "console" && call.Service != "scim" { // where others sign in, and other providers write
		c.write(call)
	} else {
		c.told(call)
	}
	if c.recent = append(c.recent, line1(call)); len(c.recent) > 20 {
		c.recent = c.recent[1:]
	}
}

// write checks a call that writes, whether or not it was let.
func (c *checker) write(call awssim.Call) {
	if c.probes && c.probe(call) {
		return
	}
	w := c.rig.w
	b := bodyOf(call)
	name := call.Path["Namespace"]
	if call.Operation == "CreateNamespace" {
		name = b.Namespace
	}
	if strings.EqualFold(name, "default") {
		c.breach(call, "S3", "a write to default")
	}
	switch call.Operation {
	case "CreateNamespace", "CreateGroup", "RegisterUser", "UpdateUser", "UpdateUserCustomPermission", "CreateGroupMembership",
		"DeleteGroupMembership", "DeleteUser", "DeleteGroup", "DeleteUserCustomPermission":
	case "TagResource", "UntagResource":
		c.tags(call)
		return
	case "CreateFolder":
		c.createFolder(call)
		return
	default:
		if permissionsCall.MatchString(call.Operation) {
			c.permit(call)
			return
		}
		if n, there := w.QuickSight.Namespaces().Get(name); call.Operation == "DeleteNamespace" && name == c.typed && (!there || n.Contents.Users.Len() == 0) {
			return
		}
		c.breach(call, "S5", "%s is nothing that this version does", call.Operation)
		return
	}
	n, there := w.QuickSight.Namespaces().Get(name)
	if call.Operation == "CreateNamespace" {
		c.createNamespace(call, n, b)
		return
	}
	if there && n.Status != world.StatusCreated && n.Status != world.StatusDeleting {
		c.breach(call, "S9", "%s into %s, which is %s", call.Operation, name, n.Status)
	}
	if !call.Committed {
		return
	}
	if !c.ours(n) && !c.handled[name] {
		c.breach(call, "S4", "%s bears neither mark nor tag, and is written to", name)
	}
	switch call.Operation {
	case "CreateGroup":
		c.createGroup(call, n, b)
	case "RegisterUser":
		c.register(call, n, b)
	case "UpdateUser":
		c.update(call, n, b)
	case "UpdateUserCustomPermission", "DeleteUserCustomPermission":
		c.managed(call, n, call.Path["UserName"])
	case "CreateGroupMembership":
		c.addMember(call, n)
	case "DeleteGroupMembership":
		c.removeMember(call, n)
	case "DeleteUser":
		c.removeUser(call, n)
	case "DeleteGroup":
		c.endMove(call, n)
	}
}

// ours reports whether a namespace says of itself that it is tenantry's and this store's.
func (c *checker) ours(n world.Namespace) bool {
	if slices.Contains(n.Tags, world.Tag{Key: "tenantry", Value: store}) {
		return true
	}
	for _, g := range n.Contents.Groups.All() {
		if _, ok := markOf(g); ok {
			return true
		}
	}
	return false
}

var markLike = regexp.MustCompile(`^tenantry/1 ` + store + ` (\S+)$`)

// markOf is the directory group that a group of QuickSight says it stands for.
func markOf(g world.Group) (group string, ok bool) {
	m := markLike.FindStringSubmatch(g.Description)
	if m == nil {
		return "", false
	}
	return m[1], true
}

func (c *checker) createNamespace(call awssim.Call, n world.Namespace, b body) {
	if !call.Committed {
		return
	}
	if was := c.was[call.N]; was != "" && was != world.StatusRetryable {
		c.breach(call, "S9", "%s was %s, and is created again", n.Name, was)
	}
	if !slices.Contains(n.Tags, world.Tag{Key: "tenantry", Value: store}) {
		c.breach(call, "S4", "%s is created without the tag that makes it ours", n.Name)
	}
}

func (c *checker) createGroup(call awssim.Call, n world.Namespace, b body) {
	g, ok := markOf(world.Group{Description: b.Description})
	if b.Description == custodiansMark && b.GroupName == custodians {
		return
	}
	if !ok {
		c.breach(call, "S4", "a group without a mark: %q", b.Description)
		return
	}
	if person, is := movingOf(world.Group{Name: b.GroupName, Description: b.Description}); is {
		c.beginMove(call, n, person)
		return
	}
	bound := c.boundTo(g)
	if !slices.Contains(bound, n.Name) || len(bound) > 1 {
		c.breach(call, "S11", "the group %s is mirrored in %s, and is for %v", g, n.Name, bound)
	}
}

func (c *checker) register(call awssim.Call, n world.Namespace, b body) {
	if want := strings.ReplaceAll(c.rig.config.Rules.SignIn.Role, "{namespace}", n.Name); want != "" && b.IamArn != want {
		c.breach(call, "S4", "a registration under %s, and the sign-in role is %s", b.IamArn, want)
	}
	person := tagOf(b, "tenantry-person")
	c.isNamed(call, person, b.SessionName)
	top := c.justified(call, n, person)
	if top != "" && !atMost(b.UserRole, top) {
		c.breach(call, "S10", "%s as %s, and the groups give %s", b.SessionName, b.UserRole, top)
	}
	user := world.PrincipalName(b.IamArn, b.SessionName)
	u, _ := n.Contents.Users.Get(user)
	if at := c.rig.w.QuickSight.NamespacesOf(u); len(at) > 1 {
		c.breach(call, "S2", "%s is in %v", user, at)
	}
}

func tagOf(b body, key string) string {
	for _, t := range b.Tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

// isNamed makes sure that a session name is a person's.
func (c *checker) isNamed(call awssim.Call, person, session string) {
	p, there := c.rig.w.Directory.Users().Get(person)
	if !(there && p.UserName == session) && !slices.Contains(c.past.names[person], session) && c.past.disabled[person].IsZero() {
		c.breach(call, "S12", "%q is not what the person %s is called", session, person)
	}
}

func (c *checker) update(call awssim.Call, n world.Namespace, b body) {
	person := c.managed(call, n, call.Path["UserName"])
	if had := c.had[call.N]; b.Role != had {
		if top := c.topOf(n, person); !atMost(had, b.Role) && atMost(had, top) {
			c.breach(call, "S10", "the role falls from %s to %s", had, b.Role)
		}
		if top := c.justified(call, n, person); top != "" && !atMost(b.Role, top) {
			c.breach(call, "S10", "the role rises to %s, and the groups give %s", b.Role, top)
		}
	}
}

// managed makes sure that a user is under the sign-in role, or replaced by one who is, and answers who it is.
func (c *checker) managed(call awssim.Call, n world.Namespace, user string) (person string) {
	roleName, session, _ := strings.Cut(user, "/")
	want := strings.ReplaceAll(c.rig.config.Rules.SignIn.Role, "{namespace}", n.Name)
	goes := call.Operation == "DeleteUser" && c.underAnotherRole(n, user)
	if want != "" && roleName != want[strings.LastIndexByte(want, '/')+1:] && !goes {
		c.breach(call, "S4", "%s is under a role that is not the sign-in role", user)
	}
	if id, ok := c.rig.w.Directory.UserID(session); ok {
		return id
	}
	for id, names := range c.past.names {
		if slices.Contains(names, session) {
			return id
		}
	}
	return ""
}

func (c *checker) addMember(call awssim.Call, n world.Namespace) {
	person := c.managed(call, n, call.Path["MemberName"])
	g, _ := n.Contents.Groups.Get(call.Path["GroupName"])
	u, _ := n.Contents.Users.Get(call.Path["MemberName"]) // whose name may be another's by now
	if g.Description == custodiansMark {
		c.addCustodian(call, n, cmp.Or(behindUser(u), person))
		return
	}
	group, ok := markOf(g)
	if !ok {
		c.breach(call, "S4", "the group %q was made by hand", g.Name)
		return
	}
	if !c.wasMember(group, person) && !c.wasMember(group, behindUser(u)) {
		c.breach(call, "S1", "%s (%s) was not in the group %s (%s) within %v", call.Path["MemberName"], person, g.Name, group, window)
	}
}
