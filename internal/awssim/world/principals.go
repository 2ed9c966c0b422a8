package world

import (
	"slices"
	"strings"
)

// UserARN is the ARN of a user; the name N/A has none.
func (q *QuickSight) UserARN(namespace, name string) string {
	if name == NotAvailable {
		return NotAvailable
	}
	return q.principalARN("user", namespace, name)
}

// GroupARN is the ARN of a group.
func (q *QuickSight) GroupARN(namespace, name string) string {
	return q.principalARN("group", namespace, name)
}

// NamespaceARN is the ARN of a namespace.
func (q *QuickSight) NamespaceARN(name string) string { return q.principalARN("namespace", name) }

func (q *QuickSight) principalARN(path ...string) string {
	return q.w.ARN("quicksight", q.region, strings.Join(path, "/"))
}

// Principal is whom an ARN names.
type Principal struct {
	Kind      string // user, group or namespace
	Namespace string
	Name      string // of the user or the group
}

// PrincipalOf reads the ARN of a user, a group or a namespace of the account, in
// its identity Region. Whether it is there is another question.
func (q *QuickSight) PrincipalOf(arn string) (Principal, bool) {
	rest, ok := strings.CutPrefix(arn, q.w.ARN("quicksight", q.region, ""))
	kind, path, _ := strings.Cut(rest, "/")
	namespace, name, named := strings.Cut(path, "/")
	p := Principal{Kind: kind, Namespace: namespace, Name: name}
	switch {
	case !ok || namespace == "" || named && name == "":
		return p, false
	case kind == "namespace":
		return p, !named
	default:
		return p, named && (kind == "user" || kind == "group")
	}
}

// Exists reports whether p is there, as of v.
func (q *QuickSight) Exists(p Principal, v View) bool {
	n, ok := q.namespaces.GetAt(p.Namespace, v)
	switch {
	case ok && p.Kind == "user":
		_, ok = n.Contents.Users.GetAt(p.Name, v)
	case ok && p.Kind == "group":
		_, ok = n.Contents.Groups.GetAt(p.Name, v)
	}
	return ok
}

// GroupsOf gives the ARNs of the groups that a user is in as of v, sorted.
func (q *QuickSight) GroupsOf(p Principal, v View) []string {
	n, ok := q.namespaces.GetAt(p.Namespace, v)
	if !ok || p.Kind != "user" {
		return nil
	}
	var arns []string
	for _, m := range n.Contents.GroupsOf(p.Name, "", v) {
		arns = append(arns, q.GroupARN(p.Namespace, m.Group))
	}
	slices.Sort(arns)
	return arns
}

// DeleteGroup removes a group with its memberships and reports whether it was
// there. Whether permissions that name it stay behind, [Behaviour] says.
func (q *QuickSight) DeleteGroup(namespace, name string) bool {
	n, ok := q.namespaces.Get(namespace)
	if !ok || !n.Contents.DeleteGroup(name) {
		return false
	}
	if !q.w.behaviour.KeepGrantsOfDeletedGroups {
		q.dropGrants(q.GroupARN(namespace, name))
	}
	return true
}

// empty is the end of a namespace: its users give their principals back, and
// their permissions are dropped.
func (q *QuickSight) empty(n Namespace) {
	for _, u := range n.Contents.Users.All() {
		q.forget(n.Name, u)
		q.dropGrants(q.UserARN(n.Name, u.UserName))
	}
	if q.w.behaviour.KeepGrantsOfDeletedGroups {
		return
	}
	for name := range n.Contents.Groups.All() {
		q.dropGrants(q.GroupARN(n.Name, name))
	}
	q.dropGrants(q.NamespaceARN(n.Name))
}
