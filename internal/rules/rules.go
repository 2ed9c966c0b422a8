// Package rules says who belongs where: it turns the directory and the configured rules into the
// wanted State of QuickSight, with the reason for everything, and into holds for what it will not
// guess.
//
// The way through Derive:
//
//  1. bind: each group of the directory is given to one tenant, or to none, or held. A group that
//     is bound already (its mark is in QuickSight) stays where it is, whatever it is called now.
//  2. place: each enabled person gets a registration in the tenant of their groups, with the
//     highest role among them, or is held.
//  3. carry over: what is held, and what is not ours, stands in the wanted State just as it is in
//     the State that was read. So a hold changes nothing, without anybody having to think of it:
//     there is no difference for a plan to find.
//
// Nothing is guessed about names. A name fits as it is or it is held: it is never cut, folded or
// given a suffix.
//
// The package is pure. What it would have to know beyond what was read (which groups founded a
// tenant together) it asks for as a tenancy.Question.
package rules

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Rules are the configured rules, valid by construction of their parts.
type Rules struct {
	Account     tenancy.AccountID // QuickSight's, for the commands that end holds
	Store       tenancy.StoreID
	SignIn      SignIn
	SessionName SessionName
	Tenants     []Rule // in the order of the configuration: the first match wins
	House       House
	// Custodians names the groups of those who inherit what leavers owned alone; the zero Pattern means
	// the tenant's groups for authors.
	Custodians Pattern
	// Leavers says what happens to people who leave before they are taken out.
	Leavers Leavers
	// Now is what time it is, in seconds since 1970, for what lasts for a while. Whoever asks the rules says it.
	Now int64
	// Spanning lets people be registered in several tenants. It needs a sign-in role per tenant.
	Spanning bool
	// NewGroups lets a further group join a tenant that exists already.
	NewGroups bool
	// Shares are with every tenant.
	Shares []Share `json:",omitempty"`
	// Folder gives every tenant a folder of its own.
	Folder bool `json:",omitempty"`
	// FolderRegion is where tenants' own folders are; set where anybody is to have one.
	FolderRegion string `json:",omitempty"`
}

// Rule turns groups into a tenant and a role. It names its groups either by a Pattern over their
// display names, or by the one Group's id with a fixed Namespace.
type Rule struct {
	Pattern   Pattern
	Group     tenancy.GroupID
	Namespace tenancy.Namespace
	Role      tenancy.Role
	// MaxRole is the highest role that a person may have been raised to by hand.
	MaxRole tenancy.Role
	// Mirror is the name of the QuickSight group, "" for the group's display name. It may hold
	// {namespace}.
	Mirror            string
	CustomPermissions string
	EmailDomains      []string // lower case; empty means any
	Shares            []Share  `json:",omitempty"` // with the tenants of its groups
	Folder            bool     `json:",omitempty"` // gives the tenants of its groups a folder of their own
	// Text is the rule as a person finds it in the configuration: `tenants[1] groups "qs:{namespace}"`.
	Text string
}

// Leavers says how people who leave are suspended.
type Leavers struct {
	// Grace is for how many seconds people who are disabled are suspended before they are taken out; 0 is not at all.
	Grace int64
	// SuspendWith is the profile of custom permissions that suspended people get, "" for none.
	SuspendWith string
}

// SessionName says which attribute of a person is the session part of their principal.
type SessionName string

// The attributes that can be session names.
const (
	ByUserName SessionName = "username"
	ByEmail    SessionName = "email"
)

// House are the company's own people and places, which are never placed, moved or removed.
type House struct {
	Groups      []string          // display names of groups
	SignInRoles []tenancy.RoleARN // roles through which the company's own people sign in
	Namespaces  []string          // namespaces of the company's own; "default" by default
}

// HasGroup reports whether a group of this display name is the house's.
func (h House) HasGroup(name string) bool { return slices.Contains(h.Groups, name) }

// HasNamespace reports whether a namespace is the house's, in any case of its letters.
func (h House) HasNamespace(name string) bool {
	return slices.ContainsFunc(h.Namespaces, func(n string) bool { return strings.EqualFold(n, name) })
}

// SignIn says through which IAM role a tenant's people sign in. Exactly one of Role and
// PermissionSet is set, and either may hold {namespace}: a role for each tenant.
type SignIn struct {
	Role          string // the role's ARN
	PermissionSet string // the permission set's name; its role is AWSReservedSSO_NAME_<16 hex>
	// ReservedRoles says whether QuickSight registers users under the roles of permission sets.
	ReservedRoles bool
	// Former are the roles through which people signed in before.
	Former []FormerRole `json:",omitempty"`
}

// FormerRole is an IAM role that people used before, or those of a permission set. One of the two is set, and either
// may hold {namespace}.
type FormerRole struct {
	Role          string `json:",omitempty"` // the role's ARN
	PermissionSet string `json:",omitempty"` // the permission set's name
}

// PerTenant reports whether each tenant has a role of its own.
func (s SignIn) PerTenant() bool {
	return strings.Contains(s.Role+s.PermissionSet, placeholder)
}

// RolePath is the path under which the sign-in roles are found.
func (s SignIn) RolePath() string {
	if s.PermissionSet != "" {
		return tenancy.ReservedPath
	}
	_, resource, _ := strings.Cut(s.Role, ":role")
	end := strings.LastIndexByte(resource, '/')
	if at := strings.Index(resource, placeholder); at >= 0 && at < end {
		end = strings.LastIndexByte(resource[:at], '/')
	}
	return resource[:end+1]
}
