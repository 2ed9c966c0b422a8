package world

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
)

// Asset is an asset of one Region. It is a value: whoever changes its maps and
// lists makes new ones.
type Asset struct {
	Kind             AssetKind
	Region           string
	ID               string
	Name             string
	Created          time.Time
	Updated          time.Time
	Permissions      map[string][]string // principal's ARN → actions, sorted
	LinkPermissions  map[string][]string // of dashboards: namespace's ARN → actions of everybody in it who has the link
	Tags             []Tag
	Uses             []string          // ARNs of the data sets, and data sources, that stand under it
	RowLevelRules    string            // of data sets: ARN of the data set that holds the rules
	RowLevelTags     map[string]string // of data sets: tag key → column
	RowLevel         RowLevel          // of data sets
	ColumnRules      []ColumnRule      // of data sets
	UseAs            string            // of data sets: RLS_RULES where rules are all that it is for
	Type             string            // of data sources and action connectors; of data sets, the import mode
	Description      string
	FolderType       string    // of folders: SHARED or RESTRICTED
	SharingModel     string    // of folders: ACCOUNT or NAMESPACE
	Parent           string    // of folders: ARN of the folder above
	RecoverableUntil time.Time // of analyses that were deleted: when they will be gone
}

// FolderMember says that an asset is in a folder of its Region.
type FolderMember struct {
	Region string
	Folder string // id
	Kind   AssetKind
	ID     string
}

// AssetKey is the key of an asset's row.
func AssetKey(region string, kind AssetKind, id string) string { return Key(region, string(kind), id) }

// Key is the key of the asset's row.
func (a Asset) Key() string { return AssetKey(a.Region, a.Kind, a.ID) }

// Owns reports whether principal, given by its ARN, is itself named as an owner.
func (a Asset) Owns(principal string) bool { return a.Kind.Owns(a.Permissions[principal]) }

// Owners gives the ARNs of the principals that are named as owners, sorted.
func (a Asset) Owners() []string {
	var owners []string
	for _, p := range slices.Sorted(maps.Keys(a.Permissions)) {
		if a.Owns(p) {
			owners = append(owners, p)
		}
	}
	return owners
}

// Assets gives the assets of all Regions, by AssetKey, for reading.
func (q *QuickSight) Assets() *Table[Asset] { return q.assets }

// AssetARN is the asset's ARN.
func (q *QuickSight) AssetARN(a Asset) string {
	return q.w.ARN("quicksight", a.Region, string(a.Kind)+"/"+a.ID)
}

// AssetOf gives the asset of an ARN, as of v.
func (q *QuickSight) AssetOf(arn string, v View) (Asset, bool) {
	part := strings.SplitN(arn, ":", 6)
	if len(part) != 6 || part[2] != "quicksight" || part[4] != q.w.Account {
		return Asset{}, false
	}
	kind, id, _ := strings.Cut(part[5], "/")
	return q.assets.GetAt(AssetKey(part[3], AssetKind(kind), id), v)
}

// PutAsset stores a, replacing the asset of its Region, kind and id.
func (q *QuickSight) PutAsset(a Asset) {
	key := a.Key()
	if old, ok := q.assets.Get(key); ok {
		q.unindex(key, old)
	}
	for _, granted := range []map[string][]string{a.Permissions, a.LinkPermissions} {
		for p := range granted {
			if q.granted[p] == nil {
				q.granted[p] = make(map[string]bool)
			}
			q.granted[p][key] = true
		}
	}
	q.assets.Put(key, a)
}

func (q *QuickSight) unindex(key string, a Asset) {
	for _, granted := range []map[string][]string{a.Permissions, a.LinkPermissions} {
		for p := range granted {
			if delete(q.granted[p], key); len(q.granted[p]) == 0 {
				delete(q.granted, p)
			}
		}
	}
}

// DeleteAsset removes an asset, and takes it out of its folders.
func (q *QuickSight) DeleteAsset(a Asset) {
	for _, m := range slices.Collect(values(q.FoldersOf(a, "", View{}))) {
		q.LeaveFolder(m)
	}
	if old, ok := q.assets.Get(a.Key()); ok {
		q.unindex(a.Key(), old)
		q.assets.Delete(a.Key())
	}
}

// AssetsOf gives the assets of a Region and a kind as of v, in the order of their
// ids, after the one whose key is after.
func (q *QuickSight) AssetsOf(region string, kind AssetKind, after string, v View) iter.Seq2[string, Asset] {
	return q.assets.Prefix(KeyPrefix(region, string(kind)), after, v)
}

// JoinFolder puts an asset into a folder; both must be there.
func (q *QuickSight) JoinFolder(m FolderMember) {
	q.inFolder.Put(Key(m.Region, m.Folder, string(m.Kind), m.ID), m)
	q.folders.Put(Key(m.Region, string(m.Kind), m.ID, m.Folder), m)
}

// LeaveFolder takes an asset out of a folder and reports whether it was in it.
func (q *QuickSight) LeaveFolder(m FolderMember) bool {
	q.folders.Delete(Key(m.Region, string(m.Kind), m.ID, m.Folder))
	return q.inFolder.Delete(Key(m.Region, m.Folder, string(m.Kind), m.ID))
}

// InFolder gives the members of a folder as of v, by kind and id, after the one
// whose key is after.
func (q *QuickSight) InFolder(folder Asset, after string, v View) iter.Seq2[string, FolderMember] {
	return q.inFolder.Prefix(KeyPrefix(folder.Region, folder.ID), after, v)
}

// FoldersOf gives the memberships of an asset as of v, in the order of the
// folders' ids, after the one whose key is after.
func (q *QuickSight) FoldersOf(a Asset, after string, v View) iter.Seq2[string, FolderMember] {
	return q.folders.Prefix(KeyPrefix(a.Region, string(a.Kind), a.ID), after, v)
}

// Ancestors gives a folder, the one above it, and so on up to the root, as of v.
func (q *QuickSight) Ancestors(folder Asset, v View) []Asset {
	chain := []Asset{folder}
	for folder.Parent != "" {
		above, ok := q.AssetOf(folder.Parent, v)
		// A world file could close a circle.
		if !ok || slices.ContainsFunc(chain, func(a Asset) bool { return a.ID == above.ID }) {
			break
		}
		chain, folder = append(chain, above), above
	}
	return chain
}

// dropGrants takes every permission on every asset of every Region from a
// principal. The assets remain, if need be without an owner.
func (q *QuickSight) dropGrants(principal string) {
	for _, key := range slices.Sorted(maps.Keys(q.granted[principal])) {
		a, _ := q.assets.Get(key)
		a.Permissions, a.LinkPermissions = without(a.Permissions, principal), without(a.LinkPermissions, principal)
		q.PutAsset(a)
	}
}

// without gives a copy of m that lacks a key.
func without[V any](m map[string]V, key string) map[string]V {
	m = maps.Clone(m)
	delete(m, key)
	return m
}
