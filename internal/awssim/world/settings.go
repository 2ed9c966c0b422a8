package world

import (
	"cmp"
	"fmt"
	"slices"
)

// PolicyAssignment gives an IAM policy to users and groups of a namespace.
type PolicyAssignment struct {
	Name      string   `json:"name"`
	ID        string   `json:"id,omitempty"`
	Status    string   `json:"status,omitempty"` // ENABLED; or DRAFT or DISABLED
	PolicyARN string   `json:"policy_arn,omitempty"`
	Users     []string `json:"users,omitempty"`  // names
	Groups    []string `json:"groups,omitempty"` // names
}

// Whether people become more than they are by asking for it.
const (
	AutoApproval  = "AUTO_APPROVAL"
	AdminApproval = "ADMIN_APPROVAL"
)

// ProfileOf gives the custom permissions profile that counts for a user of a
// namespace: the user's own, else that of the role, else that of the account.
func (q *QuickSight) ProfileOf(namespace string, u User) string {
	n, _ := q.namespaces.Get(namespace)
	return cmp.Or(u.CustomPermissions, n.RoleProfiles[u.Role], q.Subscription.CustomPermissions)
}

// AssignmentID is the id of an assignment that a seed holds without one.
func AssignmentID(namespace, name string) string { return derivedID(namespace, "assignment", name) }

func (n Namespace) loadAssignment(a PolicyAssignment) error {
	a.ID, a.Status = or(a.ID, AssignmentID(n.Name, a.Name)), or(a.Status, "ENABLED")
	if !slices.Contains([]string{"ENABLED", "DRAFT", "DISABLED"}, a.Status) {
		return fmt.Errorf("status %q: want one of the API model's AssignmentStatus", a.Status)
	}
	if _, dup := n.Contents.Assignments.Get(a.Name); dup || a.Name == "" {
		return fmt.Errorf("the name is empty or there twice")
	}
	n.Contents.Assignments.Put(a.Name, a)
	return nil
}
