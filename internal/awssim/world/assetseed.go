package world

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// AssetSeed is an asset. What it uses, its parent and the data set of its rules
// are ARNs, or ids of its Region; its members are written "dashboard/id".
type AssetSeed struct {
	Kind             AssetKind         `json:"kind"`
	Region           string            `json:"region,omitempty"` // the identity Region
	ID               string            `json:"id"`
	Name             string            `json:"name,omitempty"` // the id
	Created          time.Time         `json:"created,omitzero"`
	Updated          time.Time         `json:"updated,omitzero"`
	Permissions      []GrantSeed       `json:"permissions,omitempty"`
	LinkPermissions  []GrantSeed       `json:"link_permissions,omitempty"` // of dashboards
	Tags             []Tag             `json:"tags,omitempty"`
	Uses             []string          `json:"uses,omitempty"`            // data sets; of data sets: data sources, and "dataset/id"
	RowLevelRules    string            `json:"row_level_rules,omitempty"` // of data sets: the data set of the rules
	RowLevelTags     map[string]string `json:"row_level_tags,omitempty"`  // of data sets: tag key → column
	RowLevel                           // of data sets
	ColumnRules      []ColumnRule      `json:"column_rules,omitempty"` // of data sets
	UseAs            string            `json:"use_as,omitempty"`       // of data sets: RLS_RULES
	Type             string            `json:"type,omitempty"`
	Description      string            `json:"description,omitempty"`
	FolderType       string            `json:"folder_type,omitempty"`   // SHARED
	SharingModel     string            `json:"sharing_model,omitempty"` // ACCOUNT
	Parent           string            `json:"parent,omitempty"`
	Members          []string          `json:"members,omitempty"`
	RecoverableUntil time.Time         `json:"recoverable_until,omitzero"` // of analyses: was deleted
}

// GrantSeed is what a principal may do: its ARN, or "user/acme/QuickSight/ana",
// "group/acme/name", "namespace/acme".
type GrantSeed struct {
	Principal string  `json:"principal"`
	Actions   Actions `json:"actions"`
}

// Actions are actions. In a world file they may be written "owner" or "viewer".
type Actions []string

// UnmarshalJSON reads a list of actions, or the one word that stands for one.
func (a *Actions) UnmarshalJSON(b []byte) error {
	var word string
	if json.Unmarshal(b, &word) != nil {
		return json.Unmarshal(b, (*[]string)(a))
	}
	if word != "owner" && word != "viewer" {
		return fmt.Errorf("actions %q: want \"owner\", \"viewer\" or a list of actions", word)
	}
	*a = Actions{word}
	return nil
}

// of gives the actions on an asset of a kind.
func (a Actions) of(k AssetKind) []string {
	switch {
	case len(a) == 1 && a[0] == "owner":
		return k.Owner()
	case len(a) == 1 && a[0] == "viewer":
		return k.Viewer()
	}
	return slices.Compact(slices.Sorted(slices.Values(a)))
}

func (q *QuickSight) loadAssets(seeds []AssetSeed) error {
	for i, s := range seeds {
		if err := q.loadAsset(s); err != nil {
			return fmt.Errorf("quicksight.assets[%d] %s %q: %w", i, s.Kind, s.ID, err)
		}
	}
	// The last, so that the order of the list does not matter.
	for i, s := range seeds {
		if err := q.loadMembers(s); err != nil {
			return fmt.Errorf("quicksight.assets[%d] %s %q: %w", i, s.Kind, s.ID, err)
		}
	}
	return nil
}

func (q *QuickSight) loadAsset(s AssetSeed) error {
	a := Asset{
		Kind: s.Kind, Region: or(s.Region, q.region), ID: s.ID, Name: or(s.Name, s.ID), Tags: SortTags(s.Tags),
		RowLevelTags: s.RowLevelTags, RowLevel: s.RowLevel, ColumnRules: s.ColumnRules, UseAs: s.UseAs, Type: s.Type, Description: s.Description, RecoverableUntil: s.RecoverableUntil,
		FolderType: s.FolderType, SharingModel: s.SharingModel,
	}
	a.Created, a.Updated = times(s.Created, s.Updated)
	if !slices.Contains(AssetKinds(), a.Kind) || a.ID == "" {
		return fmt.Errorf("the id is empty, or the kind none of %v", AssetKinds())
	}
	if _, dup := q.assets.Get(a.Key()); dup {
		return fmt.Errorf("it is there twice")
	}
	if err := s.RowLevel.check(); err != nil {
		return err
	}
	under := KindDataSet
	if a.Kind == KindDataSet {
		under = KindDataSource
	}
	for _, used := range s.Uses {
		a.Uses = append(a.Uses, q.assetARN(used, a.Region, under))
	}
	a.RowLevelRules = q.assetARN(s.RowLevelRules, a.Region, KindDataSet)
	if a.Kind == KindFolder {
		a.FolderType, a.SharingModel = or(s.FolderType, "SHARED"), or(s.SharingModel, "ACCOUNT")
		a.Parent = q.assetARN(s.Parent, a.Region, KindFolder)
	}
	var err error
	if a.Permissions, err = q.grants(a.Kind, s.Permissions); err != nil {
		return err
	}
	if a.LinkPermissions, err = q.grants(a.Kind, s.LinkPermissions); err != nil {
		return err
	}
	q.PutAsset(a)
	return nil
}

// assetARN gives the ARN of what is an ARN already, or an id, or the id of a data
// set written "dataset/id"; nothing for nothing.
func (q *QuickSight) assetARN(s, region string, kind AssetKind) string {
	if s == "" || strings.HasPrefix(s, "arn:") {
		return s
	}
	if id, ok := strings.CutPrefix(s, string(KindDataSet)+"/"); ok {
		kind, s = KindDataSet, id
	}
	return q.AssetARN(Asset{Kind: kind, Region: region, ID: s})
}

// grants gives permissions as an asset has them. Nobody asks whether the
// principals are there: permissions can outlive whom they name.
func (q *QuickSight) grants(kind AssetKind, seeds []GrantSeed) (map[string][]string, error) {
	granted := make(map[string][]string, len(seeds))
	for _, s := range seeds {
		arn := s.Principal
		if !strings.HasPrefix(arn, "arn:") {
			arn = q.principalARN(arn)
			if _, ok := q.PrincipalOf(arn); !ok {
				return nil, fmt.Errorf("principal %q: want an ARN, user/…/…, group/…/… or namespace/…", s.Principal)
			}
		}
		if _, dup := granted[arn]; dup || len(s.Actions) == 0 {
			return nil, fmt.Errorf("principal %q has no actions, or is there twice", s.Principal)
		}
		granted[arn] = s.Actions.of(kind)
	}
	return granted, nil
}

func (q *QuickSight) loadMembers(s AssetSeed) error {
	for _, member := range s.Members {
		kind, id, _ := strings.Cut(member, "/")
		m := FolderMember{Region: or(s.Region, q.region), Folder: s.ID, Kind: AssetKind(kind), ID: id}
		if _, ok := q.assets.Get(AssetKey(m.Region, m.Kind, m.ID)); !ok || s.Kind != KindFolder {
			return fmt.Errorf("member %q: want the kind and the id of an asset of the Region, in a folder", member)
		}
		q.JoinFolder(m)
	}
	return nil
}

func (q *QuickSight) snapshotAsset(a Asset) AssetSeed {
	s := AssetSeed{
		Kind: a.Kind, Region: a.Region, ID: a.ID, Name: a.Name, Created: a.Created.UTC(), Updated: a.Updated.UTC(),
		Permissions: grantSeeds(a.Permissions), LinkPermissions: grantSeeds(a.LinkPermissions), Tags: a.Tags, Uses: a.Uses,
		RowLevelRules: a.RowLevelRules, RowLevelTags: a.RowLevelTags, RowLevel: a.RowLevel, ColumnRules: a.ColumnRules, UseAs: a.UseAs, Type: a.Type, Description: a.Description,
		FolderType: a.FolderType, SharingModel: a.SharingModel, Parent: a.Parent, RecoverableUntil: a.RecoverableUntil,
	}
	if a.Kind == KindFolder {
		for _, m := range q.InFolder(a, "", View{}) {
			s.Members = append(s.Members, string(m.Kind)+"/"+m.ID)
		}
	}
	return s
}

func grantSeeds(granted map[string][]string) []GrantSeed {
	var seeds []GrantSeed
	for _, p := range slices.Sorted(maps.Keys(granted)) {
		seeds = append(seeds, GrantSeed{Principal: p, Actions: granted[p]})
	}
	return seeds
}
