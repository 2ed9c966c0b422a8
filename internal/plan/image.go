package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// ImageFormat is the name of the document that Images are written as. The number changes when the meaning of a field
// does; fields may be added under one number.
const ImageFormat = "tenantry.migration/1"

// Images are what people were before a migration, for it to be undone. They hold e-mail addresses.
type Images struct {
	Account tenancy.AccountID `json:"account"`
	Store   tenancy.StoreID   `json:"identity_store"`
	At      int64             `json:"at"` // when they were made, in seconds since 1970
	People  []Image           `json:"people"`
}

// Image is what one person was.
type Image struct {
	Person tenancy.PersonID `json:"person"`
	// Namespace, User, Role and so on are the user's who is to go.
	Namespace         string           `json:"namespace"`
	User              tenancy.UserName `json:"user"`
	SignIn            tenancy.RoleARN  `json:"sign_in,omitzero"` // zero where no IAM role of the user's is to be found
	Role              tenancy.Role     `json:"role"`
	Email             string           `json:"email"`
	CustomPermissions string           `json:"custom_permissions,omitempty"`
	Groups            []string         `json:"groups"`
	Assets            []ImageAsset     `json:"assets"`
	// To and As are where and as whom they are to be, and There whether they were so already.
	To    tenancy.Namespace `json:"to"`
	As    tenancy.UserName  `json:"as"`
	There bool              `json:"there,omitempty"`
}

// ImageAsset is what they might do with an asset.
type ImageAsset struct {
	tenancy.AssetRef
	Name string         `json:"name"`
	May  tenancy.Access `json:"may"`
}

// Images are those of everybody who is moved or prepared now. roles are the IAM roles of the account.
func (m *Migrating) Images(account tenancy.AccountID, store tenancy.StoreID, at int64, roles []tenancy.RoleARN) Images {
	all := Images{Account: account, Store: store, At: at}
	for i := range m.Migrants {
		g := &m.Migrants[i]
		if len(g.Steps) == 0 {
			continue
		}
		image := Image{
			Person: g.Person, Namespace: g.From.Namespace, User: g.From.User, Role: g.From.Role, Email: g.From.Email,
			CustomPermissions: g.From.CustomPermissions, Groups: g.Groups, To: g.To, As: g.As, There: g.There,
		}
		if i := slices.IndexFunc(roles, func(r tenancy.RoleARN) bool { return r.Name() == g.From.User.RoleName() }); i >= 0 {
			image.SignIn = roles[i]
		}
		for _, item := range g.Items {
			image.Assets = append(image.Assets, ImageAsset{item.Asset, item.Name, item.May})
		}
		all.People = append(all.People, image)
	}
	return all
}

// MarshalJSON writes a document of ImageFormat.
func (i Images) MarshalJSON() ([]byte, error) {
	type fields Images
	people := make([]Image, 0, len(i.People))
	for _, p := range i.People {
		p.Groups, p.Assets = list(p.Groups), list(p.Assets)
		people = append(people, p)
	}
	i.People = people
	return json.Marshal(struct {
		Format string `json:"format"`
		fields
	}{ImageFormat, fields(i)})
}

// ParseImages reads such a document, and refuses one that is of something else, or has nobody's user in it.
func ParseImages(data []byte) (Images, error) {
	type fields Images
	var in struct {
		Format string `json:"format"`
		fields
	}
	if err := strict(data, &in); err != nil {
		return Images{}, err
	}
	if in.Format != ImageFormat {
		return Images{}, fmt.Errorf("its format is %q, and not %q", in.Format, ImageFormat)
	}
	for _, p := range in.People {
		switch {
		case p.Person == "" || p.User.SessionName() == "" || p.As.SessionName() == "":
			return Images{}, errors.New("there is a person without id or user name in it")
		case p.Namespace == "" || p.To.IsZero() || p.Namespace == p.To.String():
			return Images{}, fmt.Errorf("the person %s goes from nowhere to nowhere in it", p.Person)
		case !p.Role.Known() || p.Email == "":
			return Images{}, fmt.Errorf("the person %s has no role or no address in it", p.Person)
		case p.Role.IsAdmin():
			return Images{}, fmt.Errorf("the person %s is an administrator in it, and those are never migrated", p.Person)
		case p.User.SessionName() != p.As.SessionName() || !p.SignIn.IsZero() && p.SignIn.Name() != p.User.RoleName():
			return Images{}, fmt.Errorf("the person %s has names in it that are not of one person and one role", p.Person)
		}
	}
	return Images(in.fields), nil
}
