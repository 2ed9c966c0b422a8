// Package explain says why: for a person, a group or a namespace, what is there, what should be, because of what, and
// what is in the way.
//
// The way through the package: Find says whom a text names; Facts.Person, Facts.Group and Facts.Namespace answer about
// them. What an answer needs besides a pass's reading stands in Facts too, as far as it was read: whoever reads asks
// Residences and Grantees for whom. What could not be read is in Missed, and becomes an unknown link and never a guess.
//
// A person's answer ends with a verdict for each way in (signin.go): can they sign in to where they belong? It is a
// chain of links, and the first that is broken is the reason.
//
// The package is pure: it finds the reasons in what was read, what is wanted, what is planned and what was recorded.
// Rolls (roll.go) fold a history into who was registered where on a day.
package explain

import (
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Format is the document that answers are as JSON. The number changes when the meaning of a field does.
const Format = "tenantry.explain/1"

// Facts are what was read, wanted, planned and recorded, as far as it was.
type Facts struct {
	At      int64    // when the reading began, in seconds since 1970
	Regions []string // in which assets were looked for
	Rules   rules.Rules
	Roles   []tenancy.RoleARN // that exist under the sign-in roles' path

	Have, Want tenancy.State
	Directory  tenancy.Directory
	Kept       []plan.Kept // holds, with those that the configuration accepts
	Steps      []plan.Step // what the next apply would do, and what it would not
	Notes      []tenancy.Note

	// AsIf is the group in which the person asked about is only thought to be, "" for none. The Directory and all that
	// follows from it have them in it already.
	AsIf tenancy.GroupID
	// Thought says that the directory has the person only in thought, too.
	Thought bool

	// What was read for the one person, group or namespace.
	Groups     []tenancy.GroupID          // the person's, of all groups of the directory; nil where they were not read
	InGroups   map[Resident][]string      // names of the QuickSight groups that a user is in
	Reached    map[tenancy.Grantee]Assets // with what somebody may do something, directly
	Within     map[tenancy.AssetRef][]tenancy.AssetRef
	Identities *tenancy.Identities                  // the sign-in roles' policies; nil where they were not read
	Assigned   map[tenancy.RoleARN]tenancy.Assigned // to the permission sets of these roles
	History    History
	Missed     map[Source]string // why a source could not be read
}

// Resident names a user of a namespace, default too.
type Resident struct {
	Namespace string
	User      tenancy.UserName
}

// Grantee is the user as permissions name them.
func (r Resident) Grantee() tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToUser, Namespace: r.Namespace, Name: string(r.User)}
}

// Assets are those with which somebody may do something, or why nobody knows.
type Assets struct {
	Found  []tenancy.Asset // sorted
	Failed string
}

// Source is something that is read for an answer, besides what a pass reads.
type Source string

// The sources.
const (
	FromGroups   Source = "groups"      // Identity Center, ListGroupMembershipsForMember
	FromIAM      Source = "iam"         // the sign-in role's policies and trust
	FromAssigned Source = "assignments" // IAM Identity Center's assignments to permission sets
	FromAssets   Source = "assets"
	FromHistory  Source = "history"
)

// History is what the journal tells about the subject.
type History struct {
	Since int64  // when the journal began, in seconds since 1970; 0 where there is none
	Told  []Told // oldest first
}

// Told is an entry of the journal.
type Told struct {
	Seq int64 `json:"seq"`
	At  int64 `json:"at"` // seconds since 1970
	plan.Entry
}

// Hold is a hold with what lifts it.
type Hold struct {
	tenancy.Hold
	Lift     string `json:"lifted_by,omitempty"` // the command, "" where none does
	Accepted bool   `json:"accepted,omitempty"`  // by the configuration
}

// Answer is what is told of one subject: one of the three is set.
type Answer struct {
	Format    string     `json:"format"`
	At        int64      `json:"at"`
	Person    *Person    `json:"person,omitempty"`
	Group     *Group     `json:"group,omitempty"`
	Namespace *Namespace `json:"namespace,omitempty"`
	// Unread are sources of which nobody knows what they would have said, with the reason.
	Unread map[Source]string `json:"not_read,omitempty"`
}

// Explain answers about a subject.
func (f *Facts) Explain(s Subject) Answer {
	a := Answer{Format: Format, At: f.At, Unread: f.Missed}
	switch s.Kind {
	case APerson:
		a.Person = f.person(s)
	case AGroup:
		a.Group = f.group(tenancy.GroupID(s.ID))
	case ANamespace:
		a.Namespace = f.namespace(s.ID)
	}
	return a
}

// holdsOn are the holds that a function wants, with what lifts them.
func (f *Facts) holdsOn(wants func(h tenancy.Hold) bool) []Hold {
	var all []Hold
	for _, k := range f.Kept {
		if !wants(k.Hold) {
			continue
		}
		h := Hold{Hold: k.Hold, Accepted: k.Accepted}
		if k.Hazard() != "" && !k.Accepted && f.AsIf == "" {
			h.Lift = "tenantry allow " + k.Token() + ` --because "…"`
		}
		all = append(all, h)
	}
	return all
}
