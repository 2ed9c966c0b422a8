package world

import (
	"strings"
	"time"
)

// IAM is the account's roles, users, groups and managed policies. The world's
// lock guards it.
type IAM struct {
	Roles    *Table[Role]     // by name
	Users    *Table[IAMUser]  // by name
	Groups   *Table[IAMGroup] // by name
	Policies *Table[Policy]   // by name
}

// Role is an IAM role.
type Role struct {
	Name        string            `json:"name"`
	Path        string            `json:"path,omitempty"` // "/" when left out
	ID          string            `json:"id,omitempty"`   // AROA…
	Description string            `json:"description,omitempty"`
	Trust       string            `json:"trust,omitempty"`    // trust policy document, as JSON text
	Policies    map[string]string `json:"policies,omitempty"` // inline policies: name → document, as JSON text
	Attached    []string          `json:"attached,omitempty"` // ARNs of managed policies
	Boundary    string            `json:"boundary,omitempty"` // ARN of the managed policy that bounds what the others allow
	MaxSession  int               `json:"max_session,omitempty"`
	Tags        []Tag             `json:"tags,omitempty"`
	CreatedAt   time.Time         `json:"created_at,omitzero"`
	LastUsed    *RoleUse          `json:"last_used,omitempty"` // as a world file says: what happens in the simulator does not count
}

// RoleUse is the last use of a role.
type RoleUse struct {
	At     time.Time `json:"at"`
	Region string    `json:"region,omitempty"`
}

// ARN is the role's ARN in account of partition.
func (r Role) ARN(partition, account string) string {
	return "arn:" + partition + ":iam::" + account + ":role" + r.Path + r.Name
}

// Policy is a managed policy. One whose ARN names the account aws is an AWS
// managed policy.
type Policy struct {
	Name        string    `json:"name"`
	ARN         string    `json:"arn"`
	Document    string    `json:"document"` // as JSON text
	Description string    `json:"description,omitempty"`
	CreatedAt   time.Time `json:"created_at,omitzero"`
	// Versions are all that it has, the oldest first, and none for Document alone, as v1. Version is the number of the default
	// one, whose document Document is, and Made the last number that one was given; 0 is 1.
	Versions []PolicyVersion `json:"versions,omitempty"`
	Version  int             `json:"version,omitempty"`
	Made     int             `json:"made,omitempty"`
}

// PolicyVersion is one version of a managed policy.
type PolicyVersion struct {
	Number    int       `json:"number"` // 3 of v3
	Document  string    `json:"document"`
	CreatedAt time.Time `json:"created_at,omitzero"`
}

// SSO is the instance of IAM Identity Center: permission sets and who is
// assigned to them. The world's lock guards it.
type SSO struct {
	InstanceARN    string
	PermissionSets *Table[PermissionSet] // by ARN
	Assignments    *Table[Assignment]    // by Assignment.Key
	Requests       *Table[SSORequest]    // by id

	w       *World
	pending []string // ids of the requests in progress, oldest first
}

// PermissionSet is a permission set.
type PermissionSet struct {
	ARN             string
	Name            string
	Description     string
	SessionDuration string // ISO 8601, PT1H
	RelayState      string
	InlinePolicy    string            // document, as JSON text
	Managed         []string          // ARNs of AWS managed policies
	CustomerManaged []PolicyReference // customer managed policies, by name
	CreatedAt       time.Time
}

// PolicyReference names a customer managed policy of the target account.
type PolicyReference struct {
	Name string `json:"name"`
	Path string `json:"path,omitempty"`
}

// Assignment gives a user or a group a permission set in an account.
type Assignment struct {
	PermissionSetARN string
	Account          string
	PrincipalType    string // USER or GROUP
	PrincipalID      string
}

// Key is the key of the assignment's row.
func (a Assignment) Key() string {
	return Key(a.PermissionSetARN, a.Account, a.PrincipalType, a.PrincipalID)
}

// STS is who signs with which access key. The world's lock guards it.
type STS struct {
	Callers  *Table[Caller] // by access key
	Sessions *Table[Caller] // of assumed roles, by temporary access key
}

// Caller is an identity that signs requests.
type Caller struct {
	AccessKey string `json:"access_key"`
	Account   string `json:"account,omitempty"` // the world's account when left out
	ARN       string `json:"arn"`
	UserID    string `json:"user_id,omitempty"`
}

func newIAM(p *past) *IAM {
	return &IAM{Roles: newTable[Role](p), Users: newTable[IAMUser](p), Groups: newTable[IAMGroup](p), Policies: newTable[Policy](p)}
}

func newSSO(w *World) *SSO {
	return &SSO{
		PermissionSets: newTable[PermissionSet](w.past), Assignments: newTable[Assignment](w.past),
		Requests: newTable[SSORequest](w.past), w: w,
	}
}

func newSTS(p *past) *STS { return &STS{Callers: newTable[Caller](p), Sessions: newTable[Caller](p)} }

// Caller gives who signs with accessKey. In a world that names no callers every
// key belongs to one administrator of the account; in one that does, a key that
// it does not name belongs to nobody. Temporary keys that were given out here belong
// to their session, and to nobody else.
func (w *World) Caller(accessKey string) (Caller, bool) {
	if c, ok := w.STS.Callers.Get(accessKey); ok {
		return c, true
	}
	if c, ok := w.STS.Sessions.Get(accessKey); ok {
		return c, true
	}
	if w.STS.Callers.Len() > 0 || strings.HasPrefix(accessKey, sessionKey) {
		return Caller{}, false
	}
	return Caller{
		AccessKey: accessKey,
		Account:   w.Account,
		ARN:       "arn:" + w.Partition + ":sts::" + w.Account + ":assumed-role/Administrator/simulator",
		UserID:    "AROASIMULATEDADMIN001:simulator",
	}, true
}
