package world

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Snapshot gives the world as a seed, with every list sorted. It takes the lock.
func (w *World) Snapshot() Seed {
	w.Lock()
	defer w.Unlock()
	b := w.behaviour.clone()
	return Seed{
		AccountID: w.Account, Partition: w.Partition,
		QuickSight:     w.QuickSight.snapshot(),
		IdentityCenter: w.Directory.snapshot(w.SSO.InstanceARN),
		PermissionSets: w.SSO.snapshot(),
		IAM:            IAMSeed{Roles: rows(w.IAM.Roles), Users: rows(w.IAM.Users), Groups: rows(w.IAM.Groups), Policies: rows(w.IAM.Policies)},
		Callers:        rows(w.STS.Callers),
		Sessions:       rows(w.STS.Sessions),
		Queues:         w.Queues.snapshot(),
		Trails:         slices.Clone(w.trails),
		Events:         EventsSeed{Buses: rows(w.Events.Buses), Rules: rows(w.Events.Rules)},
		Tables:         w.Tables.snapshot(),
		Behaviour:      &b,
		IDs:            w.ids,
		Happened:       w.happened,
		History:        w.History.snapshot(),
	}
}

// Dump gives the world as a world file: the same world gives the same bytes. It
// takes the lock.
func (w *World) Dump() ([]byte, error) {
	b, err := json.MarshalIndent(w.Snapshot(), "", "  ")
	if err != nil {
		return nil, err
	}
	return append(b, '\n'), nil
}

func rows[V any](t *Table[V]) []V { return slices.Collect(values(t.All())) }

func (q *QuickSight) snapshot() QuickSightSeed {
	s := q.Subscription
	seed := QuickSightSeed{
		IdentityRegion: q.region, AccountName: s.AccountName, Edition: s.Edition, NotificationEmail: s.NotificationEmail,
		AuthenticationType: s.AuthenticationType, InstanceARN: s.InstanceARN, SubscriptionStatus: s.Status,
		PublicSharing: s.PublicSharing, AccountProfile: s.CustomPermissions, TerminationProtected: s.TerminationProtected,
		Creations: q.creations, Attempts: maps.Clone(q.attempts),
	}
	for _, n := range q.namespaces.All() {
		seed.Namespaces = append(seed.Namespaces, n.snapshot())
	}
	for _, p := range q.Profiles.All() {
		seed.CustomPermissions = append(seed.CustomPermissions, ProfileSeed(p))
	}
	for _, a := range q.assets.All() {
		seed.Assets = append(seed.Assets, q.snapshotAsset(a))
	}
	return seed
}

func (n Namespace) snapshot() NamespaceSeed {
	seed := NamespaceSeed{
		Name: n.Name, Status: n.Status, CapacityRegion: n.CapacityRegion,
		ErrorType: n.ErrorType, ErrorMessage: n.ErrorMessage, Tags: n.Tags,
		SelfUpgrade: n.SelfUpgrade, RoleProfiles: n.RoleProfiles, Assignments: rows(n.Contents.Assignments),
	}
	for _, u := range n.Contents.Users.All() {
		seed.Users = append(seed.Users, u.snapshot())
	}
	for _, g := range n.Contents.Groups.All() {
		gs := GroupSeed{Name: g.Name, Description: g.Description, PrincipalID: g.PrincipalID, Tags: g.Tags}
		for _, m := range n.Contents.Members(g.Name, "", View{}) {
			gs.Members = append(gs.Members, m.User)
		}
		seed.Groups = append(seed.Groups, gs)
	}
	return seed
}

func (u User) snapshot() UserSeed {
	s := UserSeed{
		RoleARN: u.IAMARN, Session: u.Session, UserName: u.UserName, Email: u.Email, Role: u.Role, IdentityType: u.IdentityType,
		Active: &u.Active, PrincipalID: u.PrincipalID, CustomPermissions: u.CustomPermissions, Tags: u.Tags, Registered: u.Registered.UTC(),
	}
	if u.External != (ExternalLogin{}) {
		s.ExternalLogin = &u.External
	}
	return s
}

func (d *Directory) snapshot(instance string) DirectorySeed {
	seed := DirectorySeed{
		IdentityStoreID: d.StoreID, Region: d.Region, OwnerAccountID: d.OwnerAccount, InstanceARN: instance,
		SCIMToken: d.SCIMToken, Users: rows(d.users),
	}
	slices.SortFunc(seed.Users, func(a, b Person) int { return strings.Compare(a.UserName, b.UserName) })
	for _, g := range d.groups.All() {
		seed.Groups = append(seed.Groups, d.snapshotGroup(g))
	}
	slices.SortFunc(seed.Groups, func(a, b DirectoryGroupSeed) int { return strings.Compare(a.DisplayName, b.DisplayName) })
	return seed
}

func (d *Directory) snapshotGroup(g DirectoryGroup) DirectoryGroupSeed {
	s := DirectoryGroupSeed{
		ID: g.ID, DisplayName: g.DisplayName, Description: g.Description, ExternalIDs: g.ExternalIDs,
		CreatedAt: g.CreatedAt, UpdatedAt: g.UpdatedAt, CreatedBy: g.CreatedBy, UpdatedBy: g.UpdatedBy, MembershipIDs: make(map[string]string),
	}
	for _, m := range d.Members(g.ID, "", View{}) {
		p, _ := d.users.Get(m.UserID)
		s.Members = append(s.Members, p.UserName)
		if m.ID != d.membershipID(g.ID, m.UserID) {
			s.MembershipIDs[p.UserName] = m.ID
		}
	}
	slices.Sort(s.Members)
	return s
}

func (s *SSO) snapshot() []PermissionSetSeed {
	var seeds []PermissionSetSeed
	for _, p := range s.PermissionSets.All() {
		seed := PermissionSetSeed{
			Name: p.Name, ARN: p.ARN, Description: p.Description, SessionDuration: p.SessionDuration, RelayState: p.RelayState,
			InlinePolicy: p.InlinePolicy, Managed: p.Managed, CustomerManaged: p.CustomerManaged, CreatedAt: p.CreatedAt,
		}
		for _, a := range s.Assignments.Prefix(KeyPrefix(p.ARN), "", View{}) {
			seed.Assignments = append(seed.Assignments, AssignmentSeed{Account: a.Account, PrincipalID: a.PrincipalID, Type: a.PrincipalType})
		}
		seeds = append(seeds, seed)
	}
	return seeds
}
