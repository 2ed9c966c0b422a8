package world

import (
	"slices"
	"strings"
	"time"
)

// Statuses of a namespace, as the QuickSight API model's NamespaceStatus has
// them.
const (
	StatusCreated      = "CREATED"
	StatusCreating     = "CREATING"
	StatusDeleting     = "DELETING"
	StatusRetryable    = "RETRYABLE_FAILURE"
	StatusNonRetryable = "NON_RETRYABLE_FAILURE"
)

// DefaultNamespace is the namespace that every account has.
const DefaultNamespace = "default"

// NotAvailable is the user name of a user whose IAM identity is gone.
const NotAvailable = "N/A"

// QuickSight is the account's subscription and everything under it. The world's
// lock guards it.
type QuickSight struct {
	Subscription Subscription
	Profiles     *Table[Profile] // custom permissions profiles, by name

	w          *World
	region     string // the identity Region, which never changes
	namespaces *Table[Namespace]
	principals map[string][]string // principal → namespaces that have it
	assets     *Table[Asset]
	inFolder   *Table[FolderMember]       // by Region, folder, kind and id
	folders    *Table[FolderMember]       // by Region, kind, id and folder
	granted    map[string]map[string]bool // principal's ARN → keys of the assets that name it
	pending    []string                   // namespaces that time will change
	creations  int                        // CreateNamespace calls accepted
	attempts   map[string]int             // of them, by name
}

// Subscription is the account's subscription and settings.
type Subscription struct {
	AccountName          string
	Edition              string // STANDARD, ENTERPRISE, ENTERPRISE_AND_Q
	NotificationEmail    string
	AuthenticationType   string
	Status               string // ACCOUNT_CREATED
	InstanceARN          string // of IAM Identity Center, for integrated accounts
	PublicSharing        bool
	CustomPermissions    string // profile of everybody who has none, nor by their role
	TerminationProtected bool
}

// Integrated reports whether IAM Identity Center manages the account's
// identities.
func (s Subscription) Integrated() bool {
	return s.InstanceARN != "" || s.AuthenticationType == "IAM_IDENTITY_CENTER"
}

// Namespace is a namespace. It is a value, but Contents is shared by its copies.
type Namespace struct {
	Name           string
	CapacityRegion string
	Status         string
	ErrorType      string // PERMISSION_DENIED or INTERNAL_SERVICE_ERROR, after a failure
	ErrorMessage   string
	Tags           []Tag
	SelfUpgrade    string            // AUTO_APPROVAL or ADMIN_APPROVAL
	RoleProfiles   map[string]string // role of QuickSight's → profile of everybody who has none
	Contents       *Contents

	due  time.Time // when next holds; zero: never
	next string    // status at due; "" is gone
	fail NamespaceScript
}

// Contents is what a namespace holds.
type Contents struct {
	Users       *Table[User]             // by User.Key
	Groups      *Table[Group]            // by name
	Assignments *Table[PolicyAssignment] // of IAM policies, by name

	members  *Table[Membership] // by group and user
	memberOf *Table[Membership] // by user and group
}

// Tag is a tag of a resource.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// User is a registered user.
type User struct {
	UserName          string
	Email             string
	Role              string
	IdentityType      string // IAM, QUICKSIGHT, IAM_IDENTITY_CENTER
	Active            bool
	PrincipalID       string
	IAMARN            string
	Session           string
	CustomPermissions string
	External          ExternalLogin
	Tags              []Tag
	Registered        time.Time
}

// ExternalLogin is the web identity of a user, when it has one.
type ExternalLogin struct {
	ProviderType string `json:"provider_type,omitempty"`
	ProviderURL  string `json:"provider_url,omitempty"`
	ID           string `json:"id,omitempty"`
}

// Key is the key of the user's row. Users without a name share the name N/A and
// are told apart by their principal.
func (u User) Key() string {
	if u.UserName == NotAvailable {
		return Key(NotAvailable, u.PrincipalID)
	}
	return u.UserName
}

// principal is what may be registered once only.
func (u User) principal() string {
	if u.IAMARN == "" || u.UserName == NotAvailable {
		return ""
	}
	// The name of a role is unique in its account, whatever its path.
	return u.UserName
}

// Group is a group of a namespace.
type Group struct {
	Name        string
	Description string
	PrincipalID string
	Tags        []Tag
}

// Membership says that a user is in a group.
type Membership struct {
	Group string
	User  string
}

// Profile is a custom permissions profile.
type Profile struct {
	Name         string
	Capabilities map[string]string // "ExportToCsv": "DENY"
	Tags         []Tag
}

func newQuickSight(w *World) *QuickSight {
	return &QuickSight{
		Profiles:   newTable[Profile](w.past),
		w:          w,
		namespaces: newTable[Namespace](w.past),
		principals: make(map[string][]string),
		assets:     newTable[Asset](w.past),
		inFolder:   newTable[FolderMember](w.past),
		folders:    newTable[FolderMember](w.past),
		granted:    make(map[string]map[string]bool),
		attempts:   make(map[string]int),
	}
}

func (q *QuickSight) newContents() *Contents {
	return &Contents{
		Users:       newTable[User](q.w.past),
		Groups:      newTable[Group](q.w.past),
		Assignments: newTable[PolicyAssignment](q.w.past),
		members:     newTable[Membership](q.w.past),
		memberOf:    newTable[Membership](q.w.past),
	}
}

// IdentityRegion is the Region where the account's users and groups live. It may
// be asked for without the lock.
func (q *QuickSight) IdentityRegion() string { return q.region }

// Namespaces gives the namespaces by name, for reading.
func (q *QuickSight) Namespaces() *Table[Namespace] { return q.namespaces }

// PutNamespace stores a namespace that its caller has read and changed.
func (q *QuickSight) PutNamespace(n Namespace) { q.namespaces.Put(n.Name, n) }

// PutUser stores u in the namespace, replacing the user of that key.
func (q *QuickSight) PutUser(namespace string, u User) {
	n, ok := q.namespaces.Get(namespace)
	if !ok {
		return
	}
	n.Contents.Users.Put(u.Key(), u)
	p := u.principal()
	if had := q.principals[p]; p != "" && !slices.Contains(had, namespace) {
		q.principals[p] = append(had, namespace)
	}
}

// DeleteUser removes u from the namespace and from its groups, and its
// permissions from the assets of every Region.
func (q *QuickSight) DeleteUser(namespace string, u User) {
	n, ok := q.namespaces.Get(namespace)
	if !ok || !n.Contents.Users.Delete(u.Key()) {
		return
	}
	q.forget(namespace, u)
	for _, m := range slices.Collect(values(n.Contents.GroupsOf(u.Key(), "", View{}))) {
		n.Contents.Leave(m.Group, m.User)
	}
	q.dropGrants(q.UserARN(namespace, u.UserName))
}

func (q *QuickSight) forget(namespace string, u User) {
	p := u.principal()
	left := slices.DeleteFunc(q.principals[p], func(s string) bool { return s == namespace })
	if len(left) == 0 {
		delete(q.principals, p)
		return
	}
	q.principals[p] = left
}

// NamespacesOf gives the namespaces that have the principal of u, in the order
// in which it was registered there.
func (q *QuickSight) NamespacesOf(u User) []string {
	return slices.Clone(q.principals[u.principal()])
}

// PrincipalName is the user name of a principal: RoleName/Session for a role,
// whose path does not count, and the name for an IAM user.
func PrincipalName(iamARN, session string) string {
	name := iamARN[strings.LastIndex(iamARN, "/")+1:]
	if session == "" {
		return name
	}
	return name + "/" + session
}
