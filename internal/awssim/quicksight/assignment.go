package quicksight

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Prefixes of request URIs, as the API model has them: that of DeleteIAMPolicyAssignment has "namespace".
const (
	assignmentsURI = namespaceURI + "/iam-policy-assignments"
	assignmentURI  = assignmentsURI + "/{AssignmentName}"
)

// assignmentOperations are those of IAM policy assignments. CreateIAMPolicyAssignment ends with a slash in the API
// model, and without in what some clients send.
var assignmentOperations = []operation{
	{"CreateIAMPolicyAssignment", "POST", assignmentsURI + "/", createIAMPolicyAssignment},
	{"CreateIAMPolicyAssignment", "POST", assignmentsURI, createIAMPolicyAssignment},
	{"DescribeIAMPolicyAssignment", "GET", assignmentURI, describeIAMPolicyAssignment},
	{"UpdateIAMPolicyAssignment", "PUT", assignmentURI, updateIAMPolicyAssignment},
	{"DeleteIAMPolicyAssignment", "DELETE", accountURI + "/namespace/{Namespace}/iam-policy-assignments/{AssignmentName}", deleteIAMPolicyAssignment},
	{"ListIAMPolicyAssignments", "GET", namespaceURI + "/v2/iam-policy-assignments", listIAMPolicyAssignments},
	{"ListIAMPolicyAssignmentsForUser", "GET", userURI + "/iam-policy-assignments", listIAMPolicyAssignmentsForUser},
}

const assignmentType = "IAMPOLICY_ASSIGNMENT"

var (
	// assignmentRule says what the model's pattern does, which looks ahead.
	assignmentRule       = constraint.Text{Min: 1}.Pattern(`[0-9a-zA-Z_.:=+@-]{2,256}`)
	assignmentStatusRule = constraint.Text{Enum: []string{"ENABLED", "DRAFT", "DISABLED"}}
)

// assignmentIn is the body of a creation or an update.
type assignmentIn struct {
	AssignmentName, AssignmentStatus, PolicyArn *string
	Identities                                  map[string][]string
}

// check judges what creations and updates have in common. Whether the keys of identities have a capital nobody minds.
func (in assignmentIn) check(check *constraint.Check) {
	check.Text("assignmentStatus", in.AssignmentStatus, assignmentStatusRule)
	for _, kind := range slices.Sorted(maps.Keys(in.Identities)) {
		at := kind
		check.Text("identities", &at, constraint.Text{Enum: []string{"User", "Group", "user", "group", "USER", "GROUP"}})
		for _, name := range in.Identities[kind] {
			check.Text("identities."+kind+".member", &name, nameRule)
		}
	}
}

// apply gives what becomes of an assignment: what is not said stays, and identities replace those that were there.
func (in assignmentIn) apply(a world.PolicyAssignment) world.PolicyAssignment {
	if in.AssignmentStatus != nil {
		a.Status = *in.AssignmentStatus
	}
	if in.PolicyArn != nil {
		a.PolicyARN = *in.PolicyArn
	}
	if in.Identities == nil {
		return a
	}
	a.Users, a.Groups = nil, nil
	for kind, names := range in.Identities {
		if strings.EqualFold(kind, "user") {
			a.Users = distinct(names)
		} else {
			a.Groups = distinct(names)
		}
	}
	return a
}

// home gives the namespace of the call's path. Operations of assignments model nothing that one that is not ready could
// be refused with: it has none.
func (c *call) home() (world.Namespace, error) {
	n, ok := c.qs.Namespaces().Get(c.Path["Namespace"])
	if !ok {
		return n, c.noNamespace()
	}
	return n, nil
}

// assignment gives the namespace and the assignment of the call's path, as of v.
func (c *call) assignment(v world.View) (world.Namespace, world.PolicyAssignment, error) {
	n, err := c.home()
	if err != nil {
		return n, world.PolicyAssignment{}, err
	}
	name := c.Path["AssignmentName"]
	a, ok := n.Contents.Assignments.GetAt(name, v)
	if !ok {
		return n, a, notFound(assignmentType, "Assignment %s not found in namespace %s", name, n.Name)
	}
	return n, a, nil
}

func createIAMPolicyAssignment(c *call) (members, error) {
	var in assignmentIn
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	var check constraint.Check
	check.Required("assignmentName", in.AssignmentName, assignmentRule)
	if in.AssignmentStatus == nil {
		check.Missing("assignmentStatus")
	}
	in.check(&check)
	if err := breach(&check); err != nil {
		return nil, err
	}
	n, err := c.home()
	if err != nil {
		return nil, err
	}
	for _, other := range c.qs.Namespaces().All() { // names are unique in the account
		if _, there := other.Contents.Assignments.Get(*in.AssignmentName); there {
			return nil, exists(assignmentType, "Assignment %s already exists in namespace %s", *in.AssignmentName, other.Name)
		}
	}
	a := in.apply(world.PolicyAssignment{Name: *in.AssignmentName, ID: world.AssignmentID(n.Name, *in.AssignmentName)})
	n.Contents.Assignments.Put(a.Name, a)
	return showAssignment(a), nil
}

func showAssignment(a world.PolicyAssignment) members {
	identities := members{}
	if len(a.Users) > 0 {
		identities["user"] = a.Users
	}
	if len(a.Groups) > 0 {
		identities["group"] = a.Groups
	}
	m := members{"AssignmentName": a.Name, "AssignmentId": a.ID, "AssignmentStatus": a.Status, "Identities": identities}
	if a.PolicyARN != "" {
		m["PolicyArn"] = a.PolicyARN
	}
	return m
}

func describeIAMPolicyAssignment(c *call) (members, error) {
	_, a, err := c.assignment(c.view())
	if err != nil {
		return nil, err
	}
	m := showAssignment(a)
	m["AwsAccountId"] = c.w.Account
	return members{"IAMPolicyAssignment": m}, nil
}

func updateIAMPolicyAssignment(c *call) (members, error) {
	var in assignmentIn
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	var check constraint.Check
	in.check(&check)
	if err := breach(&check); err != nil {
		return nil, err
	}
	n, a, err := c.assignment(world.View{})
	if err != nil {
		return nil, err
	}
	a = in.apply(a)
	n.Contents.Assignments.Put(a.Name, a)
	return showAssignment(a), nil
}

func deleteIAMPolicyAssignment(c *call) (members, error) {
	n, a, err := c.assignment(world.View{})
	if err != nil {
		return nil, err
	}
	n.Contents.Assignments.Delete(a.Name)
	return members{"AssignmentName": a.Name}, nil
}

func listIAMPolicyAssignments(c *call) (members, error) {
	n, err := c.home()
	if err != nil {
		return nil, err
	}
	var check constraint.Check
	status := c.Query.Get("assignment-status")
	if status != "" {
		check.Text("assignmentStatus", &status, assignmentStatusRule)
	}
	if err := breach(&check); err != nil {
		return nil, err
	}
	asked := func(a world.PolicyAssignment) bool { return status == "" || a.Status == status }
	return c.listAssignments(n, "IAMPolicyAssignments", status, asked, func(a world.PolicyAssignment) (any, bool) {
		return members{"AssignmentName": a.Name, "AssignmentStatus": a.Status}, true
	})
}

// listIAMPolicyAssignmentsForUser lists what is enabled for a user or one of its groups.
func listIAMPolicyAssignmentsForUser(c *call) (members, error) {
	n, u, err := c.user(c.view())
	if err != nil {
		return nil, err
	}
	has := func(a world.PolicyAssignment) bool {
		in := func(group string) bool { return n.Contents.IsMember(group, u.Key(), c.view()) }
		return a.Status == "ENABLED" && (slices.Contains(a.Users, u.UserName) || slices.ContainsFunc(a.Groups, in))
	}
	return c.listAssignments(n, "ActiveAssignments", "", has, func(a world.PolicyAssignment) (any, bool) {
		m := members{"AssignmentName": a.Name}
		if a.PolicyARN != "" {
			m["PolicyArn"] = a.PolicyARN
		}
		return m, true
	})
}

// listAssignments answers a page of those assignments of a namespace that are asked for.
func (c *call) listAssignments(n world.Namespace, name, of string, asked func(world.PolicyAssignment) bool, show func(world.PolicyAssignment) (any, bool)) (members, error) {
	l, err := c.page(of)
	if err != nil {
		return nil, err
	}
	var rows iter.Seq2[string, world.PolicyAssignment] = func(yield func(string, world.PolicyAssignment) bool) {
		for key, a := range n.Contents.Assignments.After(l.after, c.view()) {
			if asked(a) && !yield(key, a) {
				return
			}
		}
	}
	return answer(c, l, name, rows, show), nil
}
