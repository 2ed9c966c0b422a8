package plan

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// InventoryFormat is the name of the document that an Inventory is written as. The number changes when the meaning of a
// field does; fields may be added under one number.
const InventoryFormat = "tenantry.retirement/1"

// Inventory is what a namespace had when its customer left: who was in it, in which groups, and every asset that any of
// them had anything of. It holds no e-mail address, but for those that people sign in by.
type Inventory struct {
	Account   tenancy.AccountID `json:"account"`
	Store     tenancy.StoreID   `json:"identity_store"`
	Namespace string            `json:"namespace"`
	Regions   []string          `json:"asset_regions"`
	Users     []InventoryUser   `json:"users"`  // sorted by name
	Groups    []InventoryGroup  `json:"groups"` // sorted by name
	Assets    []InventoryAsset  `json:"assets"` // sorted by Region, kind and id
}

// InventoryUser is a user of the namespace, whoever registered them.
type InventoryUser struct {
	Name   string           `json:"name"`
	Role   tenancy.Role     `json:"role,omitempty"`
	Person tenancy.PersonID `json:"person,omitempty"` // in Identity Center, as far as a tag says so
	// Ours says that they are the tenant's own, who are taken out.
	Ours bool `json:"ours"`
}

// InventoryGroup is a group of the namespace, whoever made it.
type InventoryGroup struct {
	Name    string             `json:"name"`
	Mark    string             `json:"mark,omitempty"` // "" for one that was made by hand
	Members []tenancy.UserName `json:"members"`
}

// InventoryAsset is an asset of which somebody in the namespace has something, with everybody who does.
type InventoryAsset struct {
	tenancy.AssetRef
	Name     string           `json:"name"`
	RowLevel bool             `json:"row_level_security,omitempty"`
	Grants   []InventoryGrant `json:"grants"`
}

// InventoryGrant is what somebody may do with an asset.
type InventoryGrant struct {
	Kind      tenancy.GranteeKind `json:"kind"`
	Namespace string              `json:"namespace,omitempty"`
	Name      string              `json:"name,omitempty"`
	Owner     bool                `json:"owner,omitempty"`
	May       tenancy.Access      `json:"may,omitempty"` // "viewer", "owner", or the actions
}

// MarshalJSON writes a document of InventoryFormat.
func (i Inventory) MarshalJSON() ([]byte, error) {
	type fields Inventory
	i.Users, i.Groups, i.Assets, i.Regions = list(i.Users), list(i.Groups), list(i.Assets), list(i.Regions)
	return json.Marshal(struct {
		Format string `json:"format"`
		fields
	}{InventoryFormat, fields(i)})
}

// Hold takes down the assets of which somebody in the namespace, or all of it, has something.
func (i *Inventory) Hold(assets []tenancy.Asset) {
	for _, a := range assets {
		in := func(g tenancy.Grant) bool { return g.To.Kind != tenancy.ToOther && g.To.Namespace == i.Namespace }
		if !slices.ContainsFunc(a.Grants, in) {
			continue
		}
		asset := InventoryAsset{AssetRef: a.AssetRef, Name: a.Name, RowLevel: a.RowLevel}
		for _, g := range a.Grants {
			asset.Grants = append(asset.Grants, InventoryGrant{g.To.Kind, g.To.Namespace, g.To.Name, g.Owner, g.May})
		}
		i.Assets = append(i.Assets, asset)
	}
	slices.SortFunc(i.Assets, func(a, b InventoryAsset) int { return a.Compare(b.AssetRef) })
}

// Enlist takes down users of whom a list gives the names, and what is known of some of them: those whom QuickSight calls
// N/A are only in the list. ours says who is the tenant's own.
func (i *Inventory) Enlist(names []string, known []tenancy.Registration, ours func(tenancy.UserName) bool) {
	for _, name := range names {
		u := InventoryUser{Name: name, Ours: ours(tenancy.UserName(name))}
		if r := tenancy.FindRegistration(known, tenancy.UserName(name)); r != nil {
			u.Role = r.Role
			if r.Person != tenancy.Nobody {
				u.Person = r.Person
			}
		}
		i.Users = append(i.Users, u)
	}
	slices.SortStableFunc(i.Users, func(a, b InventoryUser) int { return strings.Compare(a.Name, b.Name) })
}

// Others are the users whom a retirement does not touch.
func (i *Inventory) Others() (names []string) {
	for _, u := range i.Users {
		if !u.Ours {
			names = append(names, u.Name)
		}
	}
	return names
}
