package world

import (
	"cmp"
	"fmt"
	"path"
	"time"
)

func (w *World) loadDirectory(seed Seed) error {
	s, d := seed.IdentityCenter, w.Directory
	d.StoreID = or(s.IdentityStoreID, "d-1234567890")
	d.Region = or(s.Region, w.QuickSight.region)
	d.SCIMToken = or(s.SCIMToken, DefaultSCIMToken)
	d.OwnerAccount = or(s.OwnerAccountID, w.Account)
	w.SSO.InstanceARN = or(s.InstanceARN, "arn:"+w.Partition+":sso:::instance/ssoins-"+shortHex(d.StoreID))
	for i, p := range s.Users {
		if err := d.loadUser(p); err != nil {
			return fmt.Errorf("identity_center.users[%d] %q: %w", i, p.UserName, err)
		}
	}
	for i, g := range s.Groups {
		if err := d.loadGroup(g); err != nil {
			return fmt.Errorf("identity_center.groups[%d] %q: %w", i, g.DisplayName, err)
		}
	}
	return nil
}

// shortHex gives 16 hexadecimal digits, as in the ids of IAM Identity Center.
func shortHex(parts ...string) string {
	id := derivedID(parts...)
	return id[:8] + id[9:13] + id[14:18]
}

// began is when what a seed holds was created, where it does not say.
var began = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func (d *Directory) loadUser(p Person) error {
	if _, dup := d.UserID(p.UserName); dup || p.UserName == "" {
		return fmt.Errorf("the name is empty or there twice")
	}
	p.ID = or(p.ID, derivedID(d.StoreID, "user", p.UserName))
	p.Status = or(p.Status, PersonEnabled)
	p.DisplayName = or(p.DisplayName, p.UserName)
	p.CreatedAt, p.UpdatedAt = times(p.CreatedAt, p.UpdatedAt)
	if _, dup := d.users.Get(p.ID); dup {
		return fmt.Errorf("id %s is there twice", p.ID)
	}
	d.PutUser(p)
	return nil
}

func times(created, updated time.Time) (time.Time, time.Time) {
	if created.IsZero() {
		created = began
	}
	if updated.IsZero() {
		updated = created
	}
	return created.UTC(), updated.UTC()
}

func (d *Directory) loadGroup(s DirectoryGroupSeed) error {
	if _, dup := d.GroupID(s.DisplayName); dup || s.DisplayName == "" {
		return fmt.Errorf("the name is empty or there twice")
	}
	g := DirectoryGroup{
		ID:          or(s.ID, derivedID(d.StoreID, "group", s.DisplayName)),
		DisplayName: s.DisplayName, Description: s.Description, ExternalIDs: s.ExternalIDs,
		CreatedBy: s.CreatedBy, UpdatedBy: s.UpdatedBy,
	}
	g.CreatedAt, g.UpdatedAt = times(s.CreatedAt, s.UpdatedAt)
	d.PutGroup(g)
	for _, name := range s.Members {
		user, ok := d.UserID(name)
		if !ok {
			return fmt.Errorf("member %q is not a user of the directory", name)
		}
		d.Join(DirectoryMembership{
			ID: or(s.MembershipIDs[name], d.membershipID(g.ID, user)), GroupID: g.ID, UserID: user,
			CreatedAt: g.CreatedAt, UpdatedAt: g.CreatedAt,
		})
	}
	return nil
}

// membershipID is the id of a membership that a seed holds without one.
func (d *Directory) membershipID(group, user string) string {
	return derivedID(d.StoreID, "membership", group, user)
}

func (w *World) loadPermissionSets(seed Seed) error {
	for i, s := range seed.PermissionSets {
		p := PermissionSet{
			Name: s.Name, Description: s.Description, SessionDuration: or(s.SessionDuration, "PT1H"), RelayState: s.RelayState,
			InlinePolicy: s.InlinePolicy, Managed: s.Managed, CustomerManaged: s.CustomerManaged,
			ARN: or(s.ARN, w.permissionSetARN(s.Name)),
		}
		p.CreatedAt, _ = times(s.CreatedAt, time.Time{})
		w.SSO.PermissionSets.Put(p.ARN, p)
		for _, a := range s.Assignments {
			if err := w.loadAssignment(p.ARN, a); err != nil {
				return fmt.Errorf("permission_sets[%d] %q: %w", i, s.Name, err)
			}
		}
	}
	w.SSO.provisionSeeded()
	return nil
}

// permissionSetARN is the ARN of a permission set that a seed holds without one.
func (w *World) permissionSetARN(name string) string {
	instance := path.Base(w.SSO.InstanceARN)
	return "arn:" + w.Partition + ":sso:::permissionSet/" + instance + "/ps-" + shortHex(w.SSO.InstanceARN, name)
}

func (w *World) loadAssignment(permissionSet string, s AssignmentSeed) error {
	a := Assignment{PermissionSetARN: permissionSet, Account: or(s.Account, w.Account), PrincipalType: s.Type, PrincipalID: s.PrincipalID}
	ok := a.PrincipalID != ""
	switch {
	case s.Group != "":
		a.PrincipalType = "GROUP"
		a.PrincipalID, ok = w.Directory.GroupID(s.Group)
	case s.User != "":
		a.PrincipalType = "USER"
		a.PrincipalID, ok = w.Directory.UserID(s.User)
	}
	if !ok || a.PrincipalType == "" {
		return fmt.Errorf("assignment to %q: the directory has no such group or user", cmp.Or(s.Group, s.User, s.PrincipalID))
	}
	w.SSO.Assignments.Put(a.Key(), a)
	return nil
}
