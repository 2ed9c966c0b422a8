package access

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Need is what a call needs: an action, on each of some resources.
type Need struct {
	Action     string   // "quicksight:RegisterUser"
	Resources  []string // ARNs, or "*"
	Brings     []Bring  // what the call needs besides
	conditions map[string]string
}

// Bring is an action that a service takes for a call, with the rights of who calls, on one resource.
type Bring struct{ Action, Resource string }

// asks are the questions that a call comes to.
func (n Need) asks(r *wire.Request) []policydoc.Request {
	context := conditions(r, n)
	var all []policydoc.Request
	for _, resource := range n.Resources {
		all = append(all, policydoc.Request{Action: n.Action, Resource: resource, Context: context})
	}
	for _, b := range n.Brings {
		all = append(all, policydoc.Request{Action: b.Action, Resource: b.Resource, Context: context})
	}
	return all
}

// NeedOf gives what r needs, and false when it needs nothing. The world is locked.
func NeedOf(w *world.World, r *wire.Request) (Need, bool) {
	action := r.Service + ":" + r.Op.Name
	kinds, known := rows[r.Service][r.Op.Name]
	if kinds == none {
		return Need{}, false
	}
	if other, ok := renamed[action]; ok {
		action = other
	}
	c := call{Request: r, w: w, in: membersOf(r)}
	need := Need{Action: action, conditions: map[string]string{
		"quicksight:iamarn": c.in["IamArn"], "quicksight:sessionname": c.in["SessionName"], "quicksight:username": c.in["MemberName"],
	}}
	for _, kind := range strings.Fields(kinds) {
		need.Resources = append(need.Resources, c.resources(kind)...)
	}
	if len(need.Resources) == 0 || !known {
		need.Resources = []string{"*"}
	}
	for _, b := range brings[action] {
		need.Brings = append(need.Brings, Bring{b, c.directories(b)})
	}
	return need, true
}

// call is a call with its members that are strings, wherever they stood, by name.
type call struct {
	*wire.Request
	w  *world.World
	in map[string]string
}

// membersOf reads the members of a call: of the body, down to the first level of objects in it, of the form, and of the path.
func membersOf(r *wire.Request) map[string]string {
	in := make(map[string]string)
	var body map[string]any
	if json.Unmarshal(r.Body, &body) == nil {
		addStrings(in, body)
		for _, name := range slices.Sorted(maps.Keys(body)) {
			if inner, ok := body[name].(map[string]any); ok {
				addStrings(in, inner)
			}
		}
	} else if form, err := r.Form(); err == nil {
		for name := range form {
			in[name] = form.Get(name)
		}
	}
	maps.Copy(in, r.Path)
	return in
}

func addStrings(in map[string]string, from map[string]any) {
	for name, v := range from {
		if text, ok := v.(string); ok && in[name] == "" {
			in[name] = text
		}
	}
}

// or gives a member, or what stands for all where the call does not have it.
func (c call) or(names ...string) string {
	for _, name := range names {
		if c.in[name] != "" {
			return c.in[name]
		}
	}
	return "*"
}

// resources gives the ARNs of the resources of a kind that a call is about.
func (c call) resources(kind string) []string {
	if kind == "resource" {
		return []string{c.Op.Resource}
	}
	switch c.Service {
	case "quicksight":
		return c.quickSight(kind)
	case "iam":
		return []string{c.iam(kind)}
	case "sso":
		return []string{c.sso(kind)}
	default:
		return []string{c.store(kind)}
	}
}

// iam finds a role or a policy. Roles are called by their names, and judged by their paths, too.
func (c call) iam(kind string) string {
	arn := func(resource string) string { return "arn:" + c.w.Partition + ":iam::" + c.w.Account + ":" + resource }
	path := c.in["Path"]
	if path == "" {
		path = "/"
	}
	switch {
	case kind == "source":
		return c.or("PolicySourceArn")
	case kind == "policy" && c.in["PolicyArn"] == "":
		return arn("policy" + path + c.or("PolicyName"))
	case kind == "policy":
		return c.in["PolicyArn"]
	}
	if r, ok := c.w.IAM.Roles.Get(c.in["RoleName"]); ok {
		return r.ARN(c.w.Partition, c.w.Account)
	}
	return arn("role" + path + c.or("RoleName"))
}

// sso finds what belongs to an instance of IAM Identity Center.
func (c call) sso(kind string) string {
	instance := c.w.SSO.InstanceARN
	switch kind {
	case "instance":
		return instance
	case "account":
		return "arn:" + c.w.Partition + ":sso:::account/" + c.or("AccountId", "TargetId")
	}
	if set := c.in["PermissionSetArn"]; set != "" {
		return set
	}
	return strings.Replace(instance, ":instance/", ":permissionSet/", 1) + "/*"
}

// store finds what belongs to an identity store. Groups, users and memberships have ARNs without an account.
func (c call) store(kind string) string {
	d := c.w.Directory
	prefix := "arn:" + c.w.Partition + ":identitystore:::"
	m, _ := d.Memberships().Get(c.in["MembershipId"])
	one := func(in, found string) string {
		if c.in[in] == "" && found != "" {
			return found
		}
		return c.or(in)
	}
	switch kind {
	case "store":
		return "arn:" + c.w.Partition + ":identitystore::" + d.OwnerAccount + ":identitystore/" + d.StoreID
	case "user":
		return prefix + "user/" + one("UserId", m.UserID)
	case "group":
		return prefix + "group/" + one("GroupId", m.GroupID)
	case "membership":
		return prefix + "membership/" + c.or("MembershipId")
	}
	return prefix + strings.TrimSuffix(kind, "s") + "/*"
}

// directories is what an action of Directory Service is judged by: all directories, or nothing.
func (c call) directories(action string) string {
	if action == "ds:CreateIdentityPoolDirectory" || action == "ds:DescribeDirectories" {
		return "*"
	}
	return c.w.ARN("ds", c.w.QuickSight.IdentityRegion(), "directory/*")
}
