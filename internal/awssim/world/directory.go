package world

import (
	"iter"
	"slices"
	"strings"
	"time"
)

// Directory is the identity store of IAM Identity Center: the source of truth
// about people. The world's lock guards it.
type Directory struct {
	StoreID      string // d-1234567890
	Region       string
	OwnerAccount string // the account that owns the instance
	SCIMToken    string // what an identity provider shows when it provisions people through SCIM

	w           *World
	users       *Table[Person]
	groups      *Table[DirectoryGroup]
	memberships *Table[DirectoryMembership] // by id
	members     *Table[DirectoryMembership] // by group and user
	memberOf    *Table[DirectoryMembership] // by user and group
	byUserName  map[string]string           // folded user name → id
	byEmail     map[string]string           // folded e-mail → id
	byGroupName map[string]string           // folded display name → id
}

// DefaultSCIMToken is the token of worlds that name none.
const DefaultSCIMToken = "simulated-scim-token"

// Person is a user of the identity store.
type Person struct {
	ID          string       `json:"id,omitempty"`
	UserName    string       `json:"user_name"`
	Email       string       `json:"email,omitempty"`
	GivenName   string       `json:"given_name,omitempty"`
	FamilyName  string       `json:"family_name,omitempty"`
	DisplayName string       `json:"display_name,omitempty"`
	Status      string       `json:"status,omitempty"` // ENABLED or DISABLED
	Title       string       `json:"title,omitempty"`
	UserType    string       `json:"user_type,omitempty"`
	ExternalIDs []ExternalID `json:"external_ids,omitempty"`
	CreatedAt   time.Time    `json:"created_at,omitzero"`
	UpdatedAt   time.Time    `json:"updated_at,omitzero"`
	CreatedBy   string       `json:"created_by,omitempty"`
	UpdatedBy   string       `json:"updated_by,omitempty"`
	// Attributes are those that have no field of their own, as the Identity
	// Store API names and shapes them. Whoever changes one replaces the map.
	Attributes map[string]any `json:"attributes,omitempty"`
}

// ExternalID is the identifier that another identity provider gave.
type ExternalID struct {
	Issuer string `json:"issuer"`
	ID     string `json:"id"`
}

// DirectoryGroup is a group of the identity store.
type DirectoryGroup struct {
	ID          string
	DisplayName string
	Description string
	ExternalIDs []ExternalID
	CreatedAt   time.Time
	UpdatedAt   time.Time
	CreatedBy   string
	UpdatedBy   string
}

// DirectoryMembership says that a user is in a group of the identity store.
type DirectoryMembership struct {
	ID        string
	GroupID   string
	UserID    string
	CreatedAt time.Time
	UpdatedAt time.Time
	CreatedBy string
	UpdatedBy string
}

func newDirectory(w *World) *Directory {
	return &Directory{
		w:           w,
		users:       newTable[Person](w.past),
		groups:      newTable[DirectoryGroup](w.past),
		memberships: newTable[DirectoryMembership](w.past),
		members:     newTable[DirectoryMembership](w.past),
		memberOf:    newTable[DirectoryMembership](w.past),
		byUserName:  make(map[string]string),
		byEmail:     make(map[string]string),
		byGroupName: make(map[string]string),
	}
}

// fold is how names that are unique without regard to case are compared.
func fold(s string) string { return strings.ToLower(s) }

// Users gives the users by id, for reading.
func (d *Directory) Users() *Table[Person] { return d.users }

// Groups gives the groups by id, for reading.
func (d *Directory) Groups() *Table[DirectoryGroup] { return d.groups }

// Memberships gives the memberships by id, for reading.
func (d *Directory) Memberships() *Table[DirectoryMembership] { return d.memberships }

// UserID gives the id of the user of that name, in any case.
func (d *Directory) UserID(userName string) (string, bool) {
	id, ok := d.byUserName[fold(userName)]
	return id, ok
}

// UserIDByEmail gives the id of the user of that e-mail address, in any case.
func (d *Directory) UserIDByEmail(email string) (string, bool) {
	id, ok := d.byEmail[fold(email)]
	return id, ok
}

// GroupID gives the id of the group of that display name, in any case.
func (d *Directory) GroupID(displayName string) (string, bool) {
	id, ok := d.byGroupName[fold(displayName)]
	return id, ok
}

// PutUser stores p under its id. Whether its name and e-mail are free is for the
// caller to check.
func (d *Directory) PutUser(p Person) {
	if old, ok := d.users.Get(p.ID); ok {
		delete(d.byUserName, fold(old.UserName))
		delete(d.byEmail, fold(old.Email))
	}
	d.users.Put(p.ID, p)
	d.byUserName[fold(p.UserName)] = p.ID
	if p.Email != "" {
		d.byEmail[fold(p.Email)] = p.ID
	}
}

// DeleteUser removes a user with its memberships and reports whether it was
// there.
func (d *Directory) DeleteUser(id string) bool {
	old, ok := d.users.Get(id)
	if !ok {
		return false
	}
	delete(d.byUserName, fold(old.UserName))
	delete(d.byEmail, fold(old.Email))
	d.leaveAll(d.GroupsOf(id, "", View{}))
	return d.users.Delete(id)
}

// PutGroup stores g under its id. Whether its name is free is for the caller to
// check.
func (d *Directory) PutGroup(g DirectoryGroup) {
	if old, ok := d.groups.Get(g.ID); ok {
		delete(d.byGroupName, fold(old.DisplayName))
	}
	d.groups.Put(g.ID, g)
	d.byGroupName[fold(g.DisplayName)] = g.ID
}

// DeleteGroup removes a group with its memberships and reports whether it was
// there.
func (d *Directory) DeleteGroup(id string) bool {
	old, ok := d.groups.Get(id)
	if !ok {
		return false
	}
	delete(d.byGroupName, fold(old.DisplayName))
	d.leaveAll(d.Members(id, "", View{}))
	return d.groups.Delete(id)
}

func (d *Directory) leaveAll(rows iter.Seq2[string, DirectoryMembership]) {
	for _, m := range slices.Collect(values(rows)) {
		d.Leave(m.ID)
	}
}

// Join stores a membership of a group and a user that are there.
func (d *Directory) Join(m DirectoryMembership) {
	d.memberships.Put(m.ID, m)
	d.members.Put(Key(m.GroupID, m.UserID), m)
	d.memberOf.Put(Key(m.UserID, m.GroupID), m)
}

// Leave removes the membership of that id and reports whether it was there.
func (d *Directory) Leave(id string) bool {
	m, ok := d.memberships.Get(id)
	if !ok {
		return false
	}
	d.members.Delete(Key(m.GroupID, m.UserID))
	d.memberOf.Delete(Key(m.UserID, m.GroupID))
	return d.memberships.Delete(id)
}

// Membership gives the membership of a user in a group, as of v.
func (d *Directory) Membership(groupID, userID string, v View) (DirectoryMembership, bool) {
	return d.members.GetAt(Key(groupID, userID), v)
}

// Members gives the memberships of a group as of v, in the order of the users'
// ids, after the one whose key is after.
func (d *Directory) Members(groupID, after string, v View) iter.Seq2[string, DirectoryMembership] {
	return d.members.Prefix(KeyPrefix(groupID), after, v)
}

// GroupsOf gives the memberships of a user as of v, in the order of the groups'
// ids, after the one whose key is after.
func (d *Directory) GroupsOf(userID, after string, v View) iter.Seq2[string, DirectoryMembership] {
	return d.memberOf.Prefix(KeyPrefix(userID), after, v)
}
