package world

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Seed is a world as JSON, for beginning one and for seeing one. The package
// comment shows an example. Lists are in any order; Dump writes them sorted.
type Seed struct {
	AccountID      string              `json:"account_id"`
	Partition      string              `json:"partition,omitempty"` // "aws"
	QuickSight     QuickSightSeed      `json:"quicksight"`
	IdentityCenter DirectorySeed       `json:"identity_center"`
	PermissionSets []PermissionSetSeed `json:"permission_sets,omitempty"`
	IAM            IAMSeed             `json:"iam"`
	Callers        []Caller            `json:"callers,omitempty"`  // who signs with which access key; none: any key is the account's administrator
	Sessions       []Caller            `json:"sessions,omitempty"` // of roles, by temporary access key
	Queues         []QueueSeed         `json:"queues,omitempty"`
	Trails         []CloudTrail        `json:"trails,omitzero"` // none at all: one, if behaviour has a trail
	Events         EventsSeed          `json:"events,omitzero"`
	Tables         []ItemTableSeed     `json:"tables,omitempty"` // of DynamoDB
	Behaviour      *Behaviour          `json:"behaviour,omitempty"`
	IDs            uint64              `json:"ids,omitempty"`      // identifiers given so far
	Happened       uint64              `json:"happened,omitempty"` // activities that the trail has told of so far
	History        []string            `json:"history,omitempty"`  // records of CloudTrail, as JSON text, the oldest first
}

// QuickSightSeed is the QuickSight account.
type QuickSightSeed struct {
	IdentityRegion       string          `json:"identity_region,omitempty"` // us-east-1
	AccountName          string          `json:"account_name,omitempty"`
	Edition              string          `json:"edition,omitempty"` // ENTERPRISE
	NotificationEmail    string          `json:"notification_email,omitempty"`
	AuthenticationType   string          `json:"authentication_type,omitempty"` // IAM_AND_QUICKSIGHT
	InstanceARN          string          `json:"iam_identity_center_instance_arn,omitempty"`
	SubscriptionStatus   string          `json:"subscription_status,omitempty"` // ACCOUNT_CREATED
	PublicSharing        bool            `json:"public_sharing,omitempty"`
	TerminationProtected bool            `json:"termination_protected,omitempty"`
	AccountProfile       string          `json:"account_custom_permissions,omitempty"` // profile
	Namespaces           []NamespaceSeed `json:"namespaces,omitempty"`                 // default is there without being named
	CustomPermissions    []ProfileSeed   `json:"custom_permissions,omitempty"`
	Assets               []AssetSeed     `json:"assets,omitempty"`
	Creations            int             `json:"creations,omitempty"` // CreateNamespace calls accepted so far
	Attempts             map[string]int  `json:"attempts,omitempty"`  // of them, by name
}

// NamespaceSeed is a namespace. One that is CREATING or DELETING becomes ready,
// or is gone, when its delay has passed from the beginning of the world.
type NamespaceSeed struct {
	Name           string             `json:"name"`
	Status         string             `json:"status,omitempty"` // CREATED
	CapacityRegion string             `json:"capacity_region,omitempty"`
	ErrorType      string             `json:"error_type,omitempty"`
	ErrorMessage   string             `json:"error_message,omitempty"`
	Tags           []Tag              `json:"tags,omitempty"`
	Users          []UserSeed         `json:"users,omitempty"`
	Groups         []GroupSeed        `json:"groups,omitempty"`
	SelfUpgrade    string             `json:"self_upgrade,omitempty"`            // ADMIN_APPROVAL
	RoleProfiles   map[string]string  `json:"role_custom_permissions,omitempty"` // "AUTHOR": profile
	Assignments    []PolicyAssignment `json:"policy_assignments,omitempty"`
}

// UserSeed is a registered user: either role_arn and session, or user_name.
type UserSeed struct {
	RoleARN           string         `json:"role_arn,omitempty"`
	Session           string         `json:"session,omitempty"`
	UserName          string         `json:"user_name,omitempty"`
	Email             string         `json:"email"`
	Role              string         `json:"role"`
	IdentityType      string         `json:"identity_type,omitempty"` // IAM with role_arn, else QUICKSIGHT
	Active            *bool          `json:"active,omitempty"`        // true
	PrincipalID       string         `json:"principal_id,omitempty"`
	CustomPermissions string         `json:"custom_permissions,omitempty"`
	ExternalLogin     *ExternalLogin `json:"external_login,omitempty"`
	Tags              []Tag          `json:"tags,omitempty"`
	Registered        time.Time      `json:"registered,omitzero"`
}

// GroupSeed is a group of a namespace; its members are user names.
type GroupSeed struct {
	Name        string   `json:"name"`
	Description string   `json:"description,omitempty"`
	PrincipalID string   `json:"principal_id,omitempty"`
	Tags        []Tag    `json:"tags,omitempty"`
	Members     []string `json:"members,omitempty"`
}

// ProfileSeed is a custom permissions profile.
type ProfileSeed struct {
	Name         string            `json:"name"`
	Capabilities map[string]string `json:"capabilities,omitempty"` // "ExportToCsv": "DENY"
	Tags         []Tag             `json:"tags,omitempty"`
}

// DirectorySeed is the identity store and its instance of IAM Identity Center.
type DirectorySeed struct {
	IdentityStoreID string               `json:"identity_store_id,omitempty"` // d-1234567890
	Region          string               `json:"region,omitempty"`            // QuickSight's identity Region
	OwnerAccountID  string               `json:"owner_account_id,omitempty"`  // the world's account
	InstanceARN     string               `json:"instance_arn,omitempty"`
	SCIMToken       string               `json:"scim_token,omitempty"` // "simulated-scim-token"
	Users           []Person             `json:"users,omitempty"`
	Groups          []DirectoryGroupSeed `json:"groups,omitempty"`
}

// DirectoryGroupSeed is a group of the identity store; its members are user
// names. The ids of memberships are derived from those of group and user, unless
// membership_ids gives them by user name.
type DirectoryGroupSeed struct {
	ID            string            `json:"id,omitempty"`
	DisplayName   string            `json:"display_name"`
	Description   string            `json:"description,omitempty"`
	ExternalIDs   []ExternalID      `json:"external_ids,omitempty"`
	CreatedAt     time.Time         `json:"created_at,omitzero"`
	UpdatedAt     time.Time         `json:"updated_at,omitzero"`
	CreatedBy     string            `json:"created_by,omitempty"`
	UpdatedBy     string            `json:"updated_by,omitempty"`
	Members       []string          `json:"members,omitempty"`
	MembershipIDs map[string]string `json:"membership_ids,omitempty"`
}

// PermissionSetSeed is a permission set with its assignments.
type PermissionSetSeed struct {
	Name            string            `json:"name"`
	ARN             string            `json:"arn,omitempty"`
	Description     string            `json:"description,omitempty"`
	SessionDuration string            `json:"session_duration,omitempty"` // PT1H
	RelayState      string            `json:"relay_state,omitempty"`
	InlinePolicy    string            `json:"inline_policy,omitempty"`
	Managed         []string          `json:"managed_policies,omitempty"`
	CustomerManaged []PolicyReference `json:"customer_managed_policies,omitempty"`
	Assignments     []AssignmentSeed  `json:"assignments,omitempty"`
	CreatedAt       time.Time         `json:"created_at,omitzero"`
}

// AssignmentSeed assigns a permission set to the group or the user of that name,
// or to the principal of that id.
type AssignmentSeed struct {
	Account     string `json:"account,omitempty"` // the world's account
	Group       string `json:"group,omitempty"`   // display name
	User        string `json:"user,omitempty"`    // user name
	PrincipalID string `json:"principal_id,omitempty"`
	Type        string `json:"principal_type,omitempty"` // with principal_id: USER or GROUP
}

// IAMSeed is the account's roles, users, groups and managed policies.
type IAMSeed struct {
	Roles    []Role     `json:"roles,omitempty"`
	Users    []IAMUser  `json:"users,omitempty"`
	Groups   []IAMGroup `json:"groups,omitempty"`
	Policies []Policy   `json:"policies,omitempty"`
}

// ParseSeed reads a world file. A field that it does not know is an error that
// names the field.
func ParseSeed(data []byte) (Seed, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var s Seed
	if err := dec.Decode(&s); err != nil {
		return Seed{}, fmt.Errorf("read world: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Seed{}, errors.New("read world: there is more after the end of the JSON object")
	}
	return s, nil
}

// New begins the world of seed. clock is its time; nil is time.Now.
func New(seed Seed, clock func() time.Time) (*World, error) {
	if clock == nil {
		clock = time.Now
	}
	w := &World{
		Account: seed.AccountID, Partition: or(seed.Partition, "aws"),
		clock: clock, past: &past{now: clock}, ids: seed.IDs, happened: seed.Happened,
	}
	w.QuickSight, w.Directory = newQuickSight(w), newDirectory(w)
	w.IAM, w.SSO, w.STS = newIAM(w.past), newSSO(w), newSTS(w.past)
	w.Queues, w.Tables, w.History, w.Events = newQueues(w), newItemTables(w), &History{}, newEvents(w)
	b := DefaultBehaviour()
	if seed.Behaviour != nil {
		b = seed.Behaviour.clone()
	}
	if err := w.load(seed, b); err != nil {
		return nil, fmt.Errorf("begin world: %w", err)
	}
	w.setBehaviour(b)
	return w, nil
}

// load fills the tables. The world remembers no past yet: what a seed holds has
// always been there.
func (w *World) load(seed Seed, b Behaviour) error {
	if len(seed.AccountID) != 12 {
		return fmt.Errorf("account_id %q: want 12 digits", seed.AccountID)
	}
	if err := b.check(); err != nil {
		return err
	}
	w.behaviour = b
	w.loadCallers(w.STS.Callers, seed.Callers)
	w.loadCallers(w.STS.Sessions, seed.Sessions)
	for _, load := range []func(Seed) error{w.loadIAM, w.loadQuickSight, w.loadDirectory, w.loadPermissionSets, w.loadTrails} {
		if err := load(seed); err != nil {
			return err
		}
	}
	if err := w.History.load(seed.History); err != nil {
		return err
	}
	// The last: a seed is no activity, and while there is no queue nothing is put on one.
	if err := w.Tables.load(seed.Tables); err != nil {
		return err
	}
	if err := w.Queues.load(seed.Queues); err != nil {
		return err
	}
	return w.loadEvents(seed)
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
