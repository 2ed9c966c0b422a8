package quicksight

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Prefixes of request URIs.
const (
	folderURI       = accountURI + "/folders/{FolderId}"
	folderMemberURI = folderURI + "/members/{MemberType}/{MemberId}"
)

// folderOperations are what can be done with folders only.
var folderOperations = []operation{
	{"CreateFolderMembership", "PUT", folderMemberURI, createFolderMembership},
	{"DeleteFolderMembership", "DELETE", folderMemberURI, deleteFolderMembership},
	{"ListFolderMembers", "GET", folderURI + "/members", listFolderMembers},
	{"ListFoldersForResource", "GET", accountURI + "/resource/{ResourceArn}/folders", listFoldersForResource},
	{"DescribeFolderResolvedPermissions", "GET", folderURI + "/resolved-permissions", describeFolderResolvedPermissions},
}

// folder gives the folder of the call's path, as of v.
func (c *call) folder(v world.View) (world.Asset, error) {
	k, _ := kindOf(world.KindFolder)
	return c.asset(k, v)
}

// holds reports whether something is in a folder.
func (c *call) holds(folder world.Asset) bool {
	for range c.qs.InFolder(folder, "", world.View{}) {
		return true
	}
	for _, f := range c.qs.AssetsOf(folder.Region, world.KindFolder, "", world.View{}) {
		if f.Parent == c.qs.AssetARN(folder) {
			return true
		}
	}
	return false
}

// member gives the membership that the call's path names.
func (c *call) member() world.FolderMember {
	return world.FolderMember{
		Region: c.Region, Folder: c.Path["FolderId"], Kind: world.AssetKind(strings.ToLower(c.Path["MemberType"])), ID: c.Path["MemberId"],
	}
}

func createFolderMembership(c *call) (members, error) {
	folder, err := c.folder(world.View{})
	if err != nil {
		return nil, err
	}
	m := c.member()
	if _, ok := c.qs.Assets().Get(world.AssetKey(m.Region, m.Kind, m.ID)); !ok {
		return nil, notFound(otherType, "%s %s not found", c.Path["MemberType"], m.ID)
	}
	for _, has := range c.qs.InFolder(folder, "", world.View{}) {
		if has == m {
			return nil, exists(otherType, "%s %s is already in folder %s", c.Path["MemberType"], m.ID, folder.ID)
		}
	}
	c.qs.JoinFolder(m)
	return members{"FolderMember": members{"MemberId": m.ID, "MemberType": c.Path["MemberType"]}}, nil
}

func deleteFolderMembership(c *call) (members, error) {
	folder, err := c.folder(world.View{})
	if err != nil {
		return nil, err
	}
	if !c.qs.LeaveFolder(c.member()) {
		return nil, notFound(otherType, "%s %s is not in folder %s", c.Path["MemberType"], c.Path["MemberId"], folder.ID)
	}
	return nil, nil
}

func listFolderMembers(c *call) (members, error) {
	folder, err := c.folder(c.view())
	if err != nil {
		return nil, err
	}
	l, err := c.page(c.Region)
	if err != nil {
		return nil, err
	}
	rows := c.qs.InFolder(folder, l.after, c.view())
	return answer(c, l, "FolderMemberList", rows, func(m world.FolderMember) (any, bool) {
		return members{"MemberId": m.ID, "MemberArn": c.qs.AssetARN(world.Asset{Kind: m.Kind, Region: m.Region, ID: m.ID})}, true
	}), nil
}

func listFoldersForResource(c *call) (members, error) {
	l, err := c.page(c.Region)
	if err != nil {
		return nil, err
	}
	l.limit = min(l.limit, 20) // as the API model has it
	a, ok := c.qs.AssetOf(c.Path["ResourceArn"], c.view())
	if !ok || a.Region != c.Region {
		return nil, notFound(otherType, "Resource %s not found", c.Path["ResourceArn"])
	}
	rows := c.qs.FoldersOf(a, l.after, c.view())
	return answer(c, l, "Folders", rows, func(m world.FolderMember) (any, bool) {
		return c.qs.AssetARN(world.Asset{Kind: world.KindFolder, Region: m.Region, ID: m.Folder}), true
	}), nil
}

// describeFolderResolvedPermissions joins the permissions on a folder with those
// on all folders above it.
func describeFolderResolvedPermissions(c *call) (members, error) {
	folder, err := c.folder(c.view())
	if err != nil {
		return nil, err
	}
	granted := make(map[string][]string)
	for _, f := range c.qs.Ancestors(folder, c.view()) {
		for p, actions := range f.Permissions {
			granted[p] = distinct(slices.Concat(granted[p], actions))
		}
	}
	return c.pageOfPermissions(folder, granted)
}

// pageOfPermissions answers permissions on a folder by pages, and those of one
// namespace only if that is asked for.
func (c *call) pageOfPermissions(folder world.Asset, granted map[string][]string) (members, error) {
	var check constraint.Check
	namespace := c.Query.Get("namespace")
	check.Text("namespace", &namespace, namespaceRule)
	if err := breach(&check); err != nil {
		return nil, err
	}
	l, err := c.page(world.Key(c.Region, namespace))
	if err != nil {
		return nil, err
	}
	m := answer(c, l, "Permissions", c.granted(granted, l.after, namespace), func(p string) (any, bool) {
		return members{"Principal": p, "Actions": granted[p]}, true
	})
	m["Arn"], m["FolderId"] = c.qs.AssetARN(folder), folder.ID
	return m, nil
}

// granted gives the principals of permissions after one, as rows.
func (c *call) granted(granted map[string][]string, after, namespace string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, arn := range slices.Sorted(maps.Keys(granted)) {
			p, _ := c.qs.PrincipalOf(arn)
			if arn > after && (namespace == "" || p.Namespace == namespace) && !yield(arn, arn) {
				return
			}
		}
	}
}
