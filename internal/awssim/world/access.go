package world

import (
	"iter"
	"slices"
)

// Access is how somebody comes to an asset.
type Access struct {
	Asset   Asset
	Owner   bool     // else a viewer
	Through []string // ARNs of the principals and the folders that it comes through, sorted
}

// Reach is whose permissions somebody has: their own, and others'.
type Reach struct {
	// Principals are the ARNs of the user or the group itself, of its groups, and
	// of its namespace.
	Principals []string
	// Folders says whether permissions on a folder count for what is in it.
	Folders bool
}

// ReachOf gives whose permissions a user or a group has as of v: its own, those
// of the user's groups, those of its namespace if asked for, and what folders
// give them.
func (q *QuickSight) ReachOf(arn string, namespace bool, v View) Reach {
	r := Reach{Principals: []string{arn}, Folders: true}
	if p, ok := q.PrincipalOf(arn); ok {
		r.Principals = append(r.Principals, q.GroupsOf(p, v)...)
		if namespace {
			r.Principals = append(r.Principals, q.NamespaceARN(p.Namespace))
		}
	}
	return r
}

// AccessTo gives how those whose permissions r says come to a as of v, and false
// if they do not. Permissions on a folder hold for what is in it, and for what is
// in folders below it: whoever owns the folder owns that, too, and everybody else
// who has the folder views it.
func (q *QuickSight) AccessTo(a Asset, r Reach, v View) (Access, bool) {
	access := Access{Asset: a}
	add := func(through string, owner bool) {
		access.Through = append(access.Through, through)
		access.Owner = access.Owner || owner
	}
	for _, p := range r.Principals {
		if actions := a.Permissions[p]; len(actions) > 0 {
			add(p, a.Kind.Owns(actions))
		}
	}
	if r.Folders {
		for folder := range q.above(a, v) {
			for _, p := range r.Principals {
				if actions := folder.Permissions[p]; len(actions) > 0 {
					add(q.AssetARN(folder), KindFolder.Owns(actions))
				}
			}
		}
	}
	slices.Sort(access.Through)
	access.Through = slices.Compact(access.Through)
	return access, len(access.Through) > 0
}

// above gives the folders that an asset is in, with all that are above them.
func (q *QuickSight) above(a Asset, v View) iter.Seq[Asset] {
	return func(yield func(Asset) bool) {
		if a.Kind == KindFolder {
			for _, f := range q.Ancestors(a, v)[1:] {
				if !yield(f) {
					return
				}
			}
			return
		}
		for _, m := range q.FoldersOf(a, "", v) {
			folder, ok := q.assets.GetAt(AssetKey(m.Region, KindFolder, m.Folder), v)
			if !ok {
				continue
			}
			for _, f := range q.Ancestors(folder, v) {
				if !yield(f) {
					return
				}
			}
		}
	}
}

// Visible gives all that a user of a namespace comes to, in every Region, by
// Region, kind and id: what its groups, its namespace and folders give counts.
func (q *QuickSight) Visible(namespace, user string) []Access {
	r := q.ReachOf(q.UserARN(namespace, user), true, View{})
	var all []Access
	for _, a := range q.assets.All() {
		if access, ok := q.AccessTo(a, r, View{}); ok && a.RecoverableUntil.IsZero() {
			all = append(all, access)
		}
	}
	return all
}
