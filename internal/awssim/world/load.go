package world

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

func (w *World) loadCallers(into *Table[Caller], callers []Caller) {
	for _, c := range callers {
		c.Account = or(c.Account, w.Account)
		c.UserID = or(c.UserID, "AIDA"+shortID(c.ARN))
		into.Put(c.AccessKey, c)
	}
}

// shortID gives 17 upper-case characters, as in the unique ids of IAM.
func shortID(parts ...string) string {
	return strings.ToUpper(strings.ReplaceAll(derivedID(parts...), "-", "")[:17])
}

func (w *World) loadQuickSight(seed Seed) error {
	s, q := seed.QuickSight, w.QuickSight
	q.region = or(s.IdentityRegion, "us-east-1")
	q.Subscription = Subscription{
		AccountName:          or(s.AccountName, "simulated"),
		Edition:              or(s.Edition, "ENTERPRISE"),
		NotificationEmail:    or(s.NotificationEmail, "admin@example.com"),
		AuthenticationType:   or(s.AuthenticationType, "IAM_AND_QUICKSIGHT"),
		InstanceARN:          s.InstanceARN,
		Status:               or(s.SubscriptionStatus, "ACCOUNT_CREATED"),
		PublicSharing:        s.PublicSharing,
		CustomPermissions:    s.AccountProfile,
		TerminationProtected: s.TerminationProtected,
	}
	q.creations = s.Creations
	for name, n := range s.Attempts {
		q.attempts[name] = n
	}
	for _, p := range s.CustomPermissions {
		q.Profiles.Put(p.Name, Profile{Name: p.Name, Capabilities: p.Capabilities, Tags: SortTags(p.Tags)})
	}
	spaces := s.Namespaces
	if !slices.ContainsFunc(spaces, func(n NamespaceSeed) bool { return n.Name == DefaultNamespace }) {
		spaces = append([]NamespaceSeed{{Name: DefaultNamespace}}, spaces...)
	}
	for i, n := range spaces {
		if err := q.loadNamespace(n); err != nil {
			return fmt.Errorf("quicksight.namespaces[%d] %q: %w", i, n.Name, err)
		}
	}
	return q.loadAssets(s.Assets)
}

func (q *QuickSight) loadNamespace(s NamespaceSeed) error {
	if _, dup := q.namespaces.Get(s.Name); dup || s.Name == "" {
		return fmt.Errorf("the name is empty or there twice")
	}
	n := Namespace{
		Name: s.Name, CapacityRegion: or(s.CapacityRegion, q.region), Tags: SortTags(s.Tags),
		Status: or(s.Status, StatusCreated), ErrorType: s.ErrorType, ErrorMessage: s.ErrorMessage, Contents: q.newContents(),
		SelfUpgrade: s.SelfUpgrade, RoleProfiles: s.RoleProfiles,
	}
	if n.SelfUpgrade != "" && n.SelfUpgrade != AutoApproval && n.SelfUpgrade != AdminApproval {
		return fmt.Errorf("self_upgrade %q: want %s or %s", n.SelfUpgrade, AutoApproval, AdminApproval)
	}
	b := q.w.behaviour
	switch n.Status {
	case StatusCreated, StatusRetryable, StatusNonRetryable:
	case StatusCreating:
		q.begin(&n)
	case StatusDeleting:
		n.next, n.due = "", q.w.Now().Add(time.Duration(b.NamespaceDeleteDelay))
	default:
		return fmt.Errorf("status %q: want one of the API model's NamespaceStatus", n.Status)
	}
	q.await(n)
	for i, u := range s.Users {
		if err := q.loadUser(n, u); err != nil {
			return fmt.Errorf("users[%d]: %w", i, err)
		}
	}
	for i, g := range s.Groups {
		if err := q.loadGroup(n, g); err != nil {
			return fmt.Errorf("groups[%d] %q: %w", i, g.Name, err)
		}
	}
	for i, a := range s.Assignments {
		if err := n.loadAssignment(a); err != nil {
			return fmt.Errorf("policy_assignments[%d] %q: %w", i, a.Name, err)
		}
	}
	return nil
}

func (q *QuickSight) loadUser(n Namespace, s UserSeed) error {
	u := User{
		UserName: s.UserName, Email: s.Email, Role: s.Role, IdentityType: s.IdentityType, Active: s.Active == nil || *s.Active,
		IAMARN: s.RoleARN, Session: s.Session, CustomPermissions: s.CustomPermissions, Tags: SortTags(s.Tags), Registered: s.Registered,
	}
	if s.ExternalLogin != nil {
		u.External = *s.ExternalLogin
	}
	if u.UserName == "" && u.IAMARN != "" {
		u.UserName = PrincipalName(u.IAMARN, u.Session)
	}
	if u.IdentityType == "" {
		u.IdentityType = "QUICKSIGHT"
		if u.IAMARN != "" {
			u.IdentityType = "IAM"
		}
	}
	u.PrincipalID = or(s.PrincipalID, q.PrincipalID(n.Name, u))
	if u.UserName == "" {
		return fmt.Errorf("want role_arn or user_name")
	}
	if _, dup := n.Contents.Users.Get(u.Key()); dup {
		return fmt.Errorf("user %q is there twice", u.UserName)
	}
	q.PutUser(n.Name, u)
	return nil
}

// PrincipalID is the id that QuickSight gives the principal of u in a namespace.
func (q *QuickSight) PrincipalID(namespace string, u User) string {
	if u.IdentityType != "IAM" {
		return "user/" + directoryOf(namespace) + "/" + derivedID(namespace, u.UserName)
	}
	id := "AROA" + shortID(u.IAMARN)
	name, _, _ := strings.Cut(u.UserName, "/")
	if r, ok := q.w.IAM.Roles.Get(name); ok && u.Session != "" {
		id = r.ID
	}
	if u.Session != "" {
		id += ":" + u.Session
	}
	return "federated/iam/" + id
}

// directoryOf is the id of the directory behind a namespace.
func directoryOf(namespace string) string {
	return "d-" + strings.ReplaceAll(derivedID(namespace), "-", "")[:10]
}

func (q *QuickSight) loadGroup(n Namespace, s GroupSeed) error {
	if _, dup := n.Contents.Groups.Get(s.Name); dup || s.Name == "" {
		return fmt.Errorf("the name is empty or there twice")
	}
	n.Contents.Groups.Put(s.Name, Group{
		Name: s.Name, Description: s.Description, Tags: SortTags(s.Tags),
		PrincipalID: or(s.PrincipalID, GroupPrincipalID(n.Name, s.Name)),
	})
	for _, m := range s.Members {
		if _, ok := n.Contents.Users.Get(m); !ok {
			return fmt.Errorf("member %q is not a user of the namespace", m)
		}
		n.Contents.Join(s.Name, m)
	}
	return nil
}

// GroupPrincipalID is the id that QuickSight gives a group.
func GroupPrincipalID(namespace, group string) string {
	return "group/" + directoryOf(namespace) + "/" + derivedID(namespace, "group", group)
}

// SortTags gives tags in the order of their keys; the last of equal keys counts.
func SortTags(tags []Tag) []Tag {
	if len(tags) == 0 {
		return nil
	}
	byKey := make(map[string]string, len(tags))
	for _, t := range tags {
		byKey[t.Key] = t.Value
	}
	sorted := make([]Tag, 0, len(byKey))
	for k, v := range byKey {
		sorted = append(sorted, Tag{Key: k, Value: v})
	}
	slices.SortFunc(sorted, func(a, b Tag) int { return strings.Compare(a.Key, b.Key) })
	return sorted
}
