package tenancy

import (
	"cmp"
	"slices"
	"strings"
)

// AssetKind is a kind of QuickSight asset.
type AssetKind string

// The kinds of asset that somebody can own.
const (
	Dashboard       AssetKind = "dashboard"
	Analysis        AssetKind = "analysis"
	DataSet         AssetKind = "data-set"
	DataSource      AssetKind = "data-source"
	Folder          AssetKind = "folder"
	Topic           AssetKind = "topic"
	Flow            AssetKind = "flow"
	ActionConnector AssetKind = "action-connector"
	Theme           AssetKind = "theme"
	Template        AssetKind = "template"
)

// AssetKinds are all of them.
func AssetKinds() []AssetKind {
	return []AssetKind{Dashboard, Analysis, DataSet, DataSource, Folder, Topic, Flow, ActionConnector, Theme, Template}
}

// The kinds that only an audit looks at: nobody inherits them, and nothing else of tenantry is about them.
const (
	Agent     AssetKind = "agent"
	WorkSpace AssetKind = "space" // of the people who use agents together, and no namespace
)

// InspectedKinds are all that an audit looks at.
func InspectedKinds() []AssetKind { return append(AssetKinds(), Agent, WorkSpace) }

// AssetRef names an asset. Each Region has its own: two of them may have one id.
type AssetRef struct {
	Kind   AssetKind `json:"kind"`
	Region string    `json:"region"`
	ID     string    `json:"id"`
}

// String is the asset's name for people who look for it: kind, Region and id.
func (a AssetRef) String() string { return string(a.Kind) + " " + a.Region + "/" + a.ID }

// Compare orders assets by Region, kind and id.
func (a AssetRef) Compare(b AssetRef) int {
	return cmp.Or(strings.Compare(a.Region, b.Region), strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.ID, b.ID))
}

// Grantee is who has been given something of an asset: a user or a group of a namespace, a whole
// namespace, or somebody else.
type Grantee struct {
	Kind      GranteeKind
	Namespace string // any namespace of the account, default too; "" for ToOther
	Name      string // the user's or the group's; for ToOther the whole principal as AWS writes it
}

// GranteeKind says what a Grantee is.
type GranteeKind string

// What can be given something of an asset.
const (
	ToUser      GranteeKind = "user"
	ToGroup     GranteeKind = "group"
	ToNamespace GranteeKind = "namespace"
	ToOther     GranteeKind = "other" // an account, for one
)

// ParseGrantee reads the principal of a permission: the ARN of a user, a group or a namespace of an
// account (Quick user guide, "Namespaces"). Whatever is none of them is somebody else.
func ParseGrantee(account AccountID, principal string) Grantee {
	other := Grantee{Kind: ToOther, Name: principal}
	parts := strings.SplitN(principal, ":", 6)
	if len(parts) != 6 || parts[2] != "quicksight" || parts[4] != string(account) {
		return other
	}
	kind, rest, _ := strings.Cut(parts[5], "/")
	namespace, name, named := strings.Cut(rest, "/")
	switch {
	case kind == "user" && named && name != "":
		return Grantee{ToUser, namespace, name}
	case kind == "group" && named && name != "":
		return Grantee{ToGroup, namespace, name}
	case kind == "namespace" && !named && rest != "":
		return Grantee{ToNamespace, rest, ""}
	}
	return other
}

// Access is how much somebody may do with an asset: Views, Owns, or the actions themselves, sorted and with a
// space between them, where they are neither of the two sets that QuickSight gives for the kind.
type Access string

// The two sets of actions that every kind has.
const (
	Views Access = "viewer"
	Owns  Access = "owner"
)

// Grant is what somebody may do with an asset, directly.
type Grant struct {
	To Grantee
	// Owner says that they may change the asset's permissions, which is what makes an owner.
	Owner bool
	May   Access
}

// Asset is an asset as it was read.
type Asset struct {
	AssetRef
	Name   string
	Grants []Grant // sorted by Grantee
	// RowLevel says of a data set that it has row-level security: whoever owns it sees all of its rows.
	RowLevel bool
	// RowRules are the ARNs of the data sets that hold the rules of a data set's row-level security, sorted. They
	// are known of assets that were listed; there are none where the rules are tags.
	RowRules []string
}

// Sort puts the grants in order.
func (a *Asset) Sort() {
	slices.SortFunc(a.Grants, func(a, b Grant) int {
		return cmp.Or(strings.Compare(string(a.To.Kind), string(b.To.Kind)), strings.Compare(a.To.Namespace, b.To.Namespace), strings.Compare(a.To.Name, b.To.Name))
	})
}

// OwnedAlone reports whether somebody is the only direct owner of an asset.
func (a *Asset) OwnedAlone(by Grantee) bool {
	owners, theirs := 0, false
	for _, g := range a.Grants {
		if g.Owner {
			owners++
			theirs = theirs || g.To == by
		}
	}
	return theirs && owners == 1
}

// Grant is what somebody may do with the asset, nil where they may nothing.
func (a *Asset) Grant(to Grantee) *Grant {
	i := slices.IndexFunc(a.Grants, func(g Grant) bool { return g.To == to })
	if i < 0 {
		return nil
	}
	return &a.Grants[i]
}

// Holdings are the assets of which somebody has something.
type Holdings struct {
	Assets []Asset // sorted by AssetRef
	// Whole says that they are all that somebody may do anything with, directly, and not only those that they
	// own alone.
	Whole bool
	// Failed says why they could not be read, "" where they were.
	Failed string
}
