package systemtest

import (
	"net/url"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
)

// After an answer that leaves open whether a write has happened, the next call about that object is a
// read (S16). What may not have been answered is known from the faults.

// objectOf names what a call writes to or reads, "" for what is about nothing in particular.
func objectOf(c awssim.Call) string {
	b := bodyOf(c)
	join := func(parts ...string) string { return strings.Join(parts, "\x00") }
	n := c.Path["Namespace"]
	switch c.Operation {
	case "CreateNamespace":
		return join("namespace", b.Namespace)
	case "DescribeNamespace", "DeleteNamespace":
		return join("namespace", n)
	case "CreateGroup":
		return join("group", n, b.GroupName)
	case "DescribeGroup", "UpdateGroup", "DeleteGroup":
		return join("group", n, c.Path["GroupName"])
	case "RegisterUser":
		return join("user", n, b.IamArn[strings.LastIndexByte(b.IamArn, '/')+1:]+"/"+b.SessionName)
	case "DescribeUser", "UpdateUser", "UpdateUserCustomPermission", "DeleteUserCustomPermission", "DeleteUser":
		return join("user", n, c.Path["UserName"])
	case "CreateFolder": // whose it is, its tags say
		return join("tags", "arn:aws:quicksight:"+c.Region+":"+c.Caller.Account+":folder/"+c.Path["FolderId"])
	case "ListTagsForResource", "TagResource", "UntagResource":
		return join("tags", c.Path["ResourceArn"])
	case "CreateRole", "GetRole", "DeleteRole":
		form, _ := url.ParseQuery(string(c.Body))
		return join("role", form.Get("RoleName"))
	case "CreateGroupMembership", "DescribeGroupMembership", "DeleteGroupMembership":
		return join("member", n, c.Path["GroupName"], c.Path["MemberName"])
	}
	if ids := idsOf(c); strings.HasSuffix(c.Operation, "Permissions") && len(ids) == 1 {
		return join("asset", c.Region, strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(c.Operation, "Update"), "Describe"), "Permissions"), ids[0])
	}
	return ""
}

// coveredBy is the beginning of the objects that a list shows.
func coveredBy(c awssim.Call) string {
	n := c.Path["Namespace"] + "\x00"
	switch c.Operation {
	case "ListNamespaces":
		return "namespace\x00"
	case "ListGroups":
		return "group\x00" + n
	case "ListUsers":
		return "user\x00" + n
	case "ListGroupMemberships":
		return "member\x00" + n + c.Path["GroupName"] + "\x00"
	}
	return ""
}

// patience is for how long a client waits for an answer, at most.
const patience = 30 * time.Second

// spoilt takes down that a write's answer is lost.
func (c *checker) spoilt(call awssim.Call, f awssim.Fault) {
	late := f.Delay >= patience || f.CommitAfter >= patience
	cut := f.Truncate && (call.Status < 400 || call.Status >= 500) // a refusal is one by its status alone
	if call.ReadOnly || !(f.Drop || cut || late || f.Err != nil && f.Err.Status >= 500) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if object := objectOf(call); object != "" {
		c.doubts[object] = call.N
	}
}

// doubted breaks S16 when a write is sent to an object that is in doubt.
func (c *checker) doubted(call awssim.Call) {
	if n, ok := c.doubts[objectOf(call)]; ok {
		c.breach(call, "S16", "the write #%d to the same object had no clear answer, and nothing was read since", n)
	}
}

// told ends the doubt about what a read has shown.
func (c *checker) told(call awssim.Call) {
	if call.Service != "quicksight" && call.Service != "iam" {
		return
	}
	if call.Status < 500 && call.Status != 429 {
		delete(c.doubts, objectOf(call))
	}
	if list := coveredBy(call); list != "" && call.Error == "" {
		for object := range c.doubts {
			if strings.HasPrefix(object, list) {
				delete(c.doubts, object)
			}
		}
	}
}
