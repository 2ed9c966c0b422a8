package tenancy

import (
	"cmp"
	"strings"
)

// OwnFolder is the shared folder that a tenant has of its own. Set on the wanted side; the zero OwnFolder is none.
type OwnFolder struct {
	Region string
	// Because says where the configuration asks for it, and for which group.
	Because Because
	// Openings say which groups have something of it, sorted.
	Openings []Opening
}

// Opening is what a mirror is to have of its tenant's own folder.
type Opening struct {
	Group  GroupID
	Mirror string
	// May is Owns for those who put something in, and Views for the others.
	May     Access
	Because Because
}

// Compare orders openings by group and mirror.
func (o Opening) Compare(p Opening) int {
	return cmp.Or(strings.Compare(string(o.Group), string(p.Group)), strings.Compare(o.Mirror, p.Mirror))
}

// folderPrefix is how the ids of tenants' own folders begin.
const folderPrefix = "tenantry-"

// FolderOf is the folder of a namespace in a Region. Its id follows from the namespace, so that whoever looks finds the
// same one: two replicas, and a run after one that was cut off.
func FolderOf(n Namespace, region string) AssetRef {
	return AssetRef{Kind: Folder, Region: region, ID: FolderID(n)}
}

// FolderID is the id of a namespace's folder. The id of a folder has no '.' (API model: [\w\-]+, up to 2048 characters),
// which is written "_-", and for that '_' as "__": so no two namespaces have one id, and as little as names does an id
// hang on case.
func FolderID(n Namespace) string { return folderPrefix + folderEscape.Replace(n.String()) }

var folderEscape = strings.NewReplacer("_", "__", ".", "_-")
