package tenancy

import (
	"cmp"
	"slices"
	"strings"
)

// Inspected is an asset as closely as an audit looks at it: who has it, what stands under it, and how its rows are
// divided.
type Inspected struct {
	Asset
	// Actions are what each of the Grants allows, as AWS answered it, sorted; equal lists share their memory. They say
	// what a command has to take away.
	Actions [][]string
	// Links are who comes to a dashboard by its link (QuickSight DescribeDashboardPermissions,
	// LinkSharingConfiguration), sorted; they are not among the Grants.
	Links []Grant
	// LinkActions are what each of the Links allows, likewise.
	LinkActions [][]string
	// Uses are the assets of the account that stand directly under it: the data sets of a dashboard or an analysis, the
	// data sources and data sets of a data set. Sorted, each once.
	Uses []AssetRef
	// UsesOthers are the ARNs under it that name no asset of this account, sorted.
	UsesOthers []string
	Rows       Rows         // of a data set
	Folder     *FolderParts // of a folder; nil for everything else
	// Deleted says of an analysis that it was deleted and can be brought back.
	Deleted bool
}

// ActionsOf are the actions that somebody was granted directly, none where they were granted nothing.
func (i *Inspected) ActionsOf(to Grantee) []string {
	for at, g := range i.Grants {
		if g.To == to && at < len(i.Actions) {
			return i.Actions[at]
		}
	}
	return nil
}

// Rows is how the rows of a data set are divided among those who see it (API model: RowLevelPermissionDataSet,
// RowLevelPermissionTagConfiguration). The zero Rows are not divided at all.
type Rows struct {
	Rules     string // ARN of the data set that holds the rules, "" for none
	Enabled   bool   // of Rules: an absent status means enabled
	Version   int    // of Rules: 1, which names users and groups, or 2, which has their ARNs; 0 where it was not said
	Namespace string // of Rules: the namespace in which the names of version 1 are looked up, "" where it was not said
	Grants    bool   // of Rules: they grant access (GRANT_ACCESS), and do not deny it
	// Tags says that rules by session tags are there, and TagsEnabled that they are in force. They divide rows for
	// anonymous embedding only.
	Tags, TagsEnabled bool
	Columns           bool // column-level security is there
}

// FolderParts are what a folder is made of.
type FolderParts struct {
	Type    string // SHARED or RESTRICTED
	Sharing string // ACCOUNT or NAMESPACE
	// Resolved is what everybody may do with it, by itself and by the folders above it, sorted.
	Resolved []Grant
	Members  []AssetRef // what is directly in it, folders too, sorted
}

// Inspection is every asset of one Region, or of several, as closely as an audit looks at it; and what of it could not
// be read. Of an asset that is in both, a part could not.
type Inspection struct {
	Assets []Inspected // sorted by AssetRef
	Unread []Unread    // sorted by AssetRef
}

// Add adds what another inspection has, of another Region.
func (i *Inspection) Add(more Inspection) {
	i.Assets, i.Unread = append(i.Assets, more.Assets...), append(i.Unread, more.Unread...)
}

// Sort puts both lists in order.
func (i *Inspection) Sort() {
	slices.SortFunc(i.Assets, func(a, b Inspected) int { return a.Compare(b.AssetRef) })
	slices.SortFunc(i.Unread, func(a, b Unread) int {
		return cmp.Or(a.Compare(b.AssetRef), strings.Compare(a.Why, b.Why))
	})
}

// Asset finds an asset, nil where there is none.
func (i *Inspection) Asset(ref AssetRef) *Inspected {
	at, ok := slices.BinarySearchFunc(i.Assets, ref, func(a Inspected, ref AssetRef) int { return a.Compare(ref) })
	if !ok {
		return nil
	}
	return &i.Assets[at]
}

// ParseAsset reads the ARN of an asset of an account (service authorization reference, Amazon QuickSight). ok is false
// for everything else.
func ParseAsset(account AccountID, arn string) (ref AssetRef, ok bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[2] != "quicksight" || parts[4] != string(account) {
		return AssetRef{}, false
	}
	word, id, _ := strings.Cut(parts[5], "/")
	for _, kind := range InspectedKinds() {
		if w := strings.ReplaceAll(string(kind), "data-s", "datas"); w == word && id != "" && !strings.Contains(id, "/") {
			return AssetRef{Kind: kind, Region: parts[3], ID: id}, true
		}
	}
	return AssetRef{}, false
}
