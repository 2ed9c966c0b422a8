// Package survey looks at an account that tenantry does not manage yet: it turns what was read of QuickSight and of
// Identity Center into a configuration to start from, and into a report for people.
//
//	Facts ──► Propose ──► Proposal ──► Configuration, Report
//
// What AWS says is a fact. What a name looks like is a guess: which groups are customers, which are the house's, through
// which role people sign in. A guess stands in the configuration as a comment that says so, with what it rests on; and
// of several of them only the one with the most behind it is more than a comment. Nobody is ever matched by likeness: a
// user of QuickSight is somebody of Identity Center when the session name is their user name (or their address, where
// that is what sign-in sends), byte for byte.
//
//	families.go   names of groups ──► what looks like customers
//	residents.go  users of QuickSight ──► who they are
//	house.go      what looks like the company's own
//	sharing.go    assets ──► who shares what with whom
//	propose.go    all of it together
//	yaml.go       the configuration
//	report.go     the report
//
// The package is pure.
package survey

import (
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Facts are what was read. Its lists are sorted.
type Facts struct {
	Account     tenancy.AccountID
	Region      string // the identity Region
	Store       tenancy.StoreID
	StoreRegion string

	Namespaces []Namespace
	// Directory is everyone and every group; and the members of the groups that a family has (Families), and of those
	// that the administrators are in (Admins).
	Directory tenancy.Directory
	Roles     []tenancy.RoleARN // IAM's, of the account

	AssetRegions []string // of which assets were read; none where nobody wanted them
	Assets       tenancy.Catalogue
	Unread       []Unread // besides what Assets has
}

// Namespace is a namespace with what is in it.
type Namespace struct {
	tenancy.NamespaceInfo
	Users  []tenancy.Registration
	Groups []tenancy.QuickSightGroup
	Unread bool // not all of its users and groups are known
}

// Unread is what could not be read.
type Unread struct{ What, Why string }

// isDefault reports whether a namespace is the account's own.
func (n *Namespace) isDefault() bool { return strings.EqualFold(n.Name, tenancy.DefaultNamespace) }

// marked reports whether a group of the namespace bears a mark of tenantry's.
func (n *Namespace) marked() bool {
	for _, g := range n.Groups {
		if _, ok := tenancy.ParseMark(g.Description); ok {
			return true
		}
	}
	return false
}

// namespace finds a namespace by its exact name, nil where there is none.
func (f *Facts) namespace(name string) *Namespace {
	for i := range f.Namespaces {
		if f.Namespaces[i].Name == name {
			return &f.Namespaces[i]
		}
	}
	return nil
}
