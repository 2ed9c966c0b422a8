package audit

import "github.com/tenantry/tenantry/internal/tenancy"

// Facts are all that was read of an account, and what the configuration says about it.
type Facts struct {
	Account      tenancy.AccountID
	Region       string   // the identity Region
	AssetRegions []string // where assets were looked for
	At           int64    // when the reading began, in seconds since 1970

	Have      tenancy.State // every namespace, with its people and groups
	Want      tenancy.State // what the rules make of the directory
	Directory tenancy.Directory
	Held      []tenancy.Hold // what the rules hold
	House     tenancy.House
	// HouseRoles are the roles through which the house signs in.
	HouseRoles []tenancy.RoleARN
	// SignIn are the roles through which tenants' people sign in.
	SignIn []SignInRole
	// Prepared are those outside of the tenants of whom a migration has prepared the move, by their tag (tenancy.TagPrepared).
	// Whoever is absent was not, or was not asked about.
	Prepared map[tenancy.Grantee]tenancy.Prepared
	// Verified says that the tag of every registration in a tenant was read.
	Verified bool

	Inspection tenancy.Inspection
	Settings   *tenancy.Settings // nil where they could not be read
	Profiles   []tenancy.Profile // of custom permissions, sorted by name
	Spaces     []tenancy.Space   // sorted by namespace
	Identities *tenancy.Identities
	Simulated  []tenancy.Simulated // sorted by role and action; none of a role about which IAM has not answered
	// Unasked are the sign-in roles about which tenantry may not ask IAM, and Gone those that IAM says are not there.
	Unasked, Gone []tenancy.RoleARN
	// Embedding are the roles that embed for tenants, by configuration.
	Embedding []Embedding
	// RuleRows are the rows of row-level security that the user has given, nil where none were.
	RuleRows []RuleRows
	// Missed are sources that could not be read.
	Missed []Missed
	// Accepted are the findings that the configuration accepts, of those acceptances whose end has not come.
	Accepted []Accepted
}

// SignInRole is a role through which tenants' people sign in.
type SignInRole struct {
	Role tenancy.RoleARN
	// PermissionSet is the name of the permission set whose role it is, "" for a role of one's own.
	PermissionSet string
	Tenants       []tenancy.Namespace // whose, sorted
}

// Embedding is a role that may embed for the people of some namespaces.
type Embedding struct {
	Role       tenancy.RoleARN
	Namespaces []string // sorted
}

// Missed is a source that could not be read.
type Missed struct {
	Source string // what it is, such as "the account's settings"
	Why    string
	Mend   string // such as the action of IAM that is missing
}

// Accepted is a finding that the configuration accepts.
type Accepted struct {
	Code    Code
	Object  string
	Because string
	Until   string // the last day, YYYY-MM-DD
}
