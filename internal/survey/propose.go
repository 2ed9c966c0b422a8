package survey

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Proposal is what the facts suggest. Nothing in it is decided: a person reads it.
type Proposal struct {
	Facts *Facts

	Families []Family // sorted by Prefix
	// Chosen is the one of Families with the most behind it, nil for none.
	Chosen *Family

	SessionName rules.SessionName
	// Named is how many users under roles are somebody's by their session names, of UnderRoles.
	Named, UnderRoles int
	Roles             []RoleUse // through which users sign in; those of the most people of customers first
	SignIn            *RoleUse  // the one that customers' people use, nil where none shows

	Residents   []Resident // of default
	HouseGroups []HouseGroup
}

// RoleUse is a role in the names of QuickSight's users.
type RoleUse struct {
	Name          string
	ARN           tenancy.RoleARN // zero where IAM has none of that name, or was not read
	PermissionSet string          // of Identity Center, "" for a role of one's own
	Users, Admins int
	Customers     int // of the users, how many are in a customer's group
}

// reserved is the name of a role that Identity Center makes for a permission set (IAM Identity Center user guide,
// "Referencing permission sets").
var reserved = regexp.MustCompile(`^AWSReservedSSO_(.+)_[0-9a-f]{16}$`)

// Propose makes a proposal of the facts.
func Propose(f *Facts) *Proposal {
	p := &Proposal{Facts: f, Families: Families(f.Directory.Groups)}
	p.SessionName, p.Named, p.UnderRoles = f.sessionName()
	p.Chosen = f.choose(p.Families, p.SessionName)
	if n := f.namespace(tenancy.DefaultNamespace); n != nil {
		p.Residents = f.residents(n.Users, p.SessionName, p.Chosen)
	}
	p.Roles = f.roleUses(p.SessionName, p.Chosen)
	for i := range p.Roles {
		if r := &p.Roles[i]; r.Admins < r.Users {
			p.SignIn = r
			break
		}
	}
	p.HouseGroups = f.houseGroups(p.Families, p.Chosen)
	return p
}

// choose is the family with the most behind it: customers that are namespaces already, then users of QuickSight in its
// groups, then customers.
func (f *Facts) choose(all []Family, by rules.SessionName) *Family {
	users := f.users(by)
	behind := func(family *Family) (spaces, people int) {
		for _, c := range family.Customers {
			if n := f.namespace(c.Name); n != nil && !n.isDefault() {
				spaces++
			}
			for _, p := range f.peopleOf(c) {
				if users[p] {
					people++
				}
			}
		}
		return spaces, people
	}
	var best *Family
	for i := range all {
		if best == nil {
			best = &all[i]
			continue
		}
		s, n := behind(&all[i])
		t, m := behind(best)
		if cmp.Or(s-t, n-m, len(all[i].Customers)-len(best.Customers)) > 0 {
			best = &all[i]
		}
	}
	return best
}

// users are those of the directory who are users of QuickSight anywhere.
func (f *Facts) users(by rules.SessionName) map[tenancy.PersonID]bool {
	all := map[tenancy.PersonID]bool{}
	for _, n := range f.Namespaces {
		for _, r := range f.residents(n.Users, by, nil) {
			if r.Is != nil {
				all[r.Is.ID] = true
			}
		}
	}
	return all
}

// roleUses are the roles in users' names; those of the most people of customers first, then of the most users.
func (f *Facts) roleUses(by rules.SessionName, chosen *Family) []RoleUse {
	uses := map[string]*RoleUse{}
	for _, n := range f.Namespaces {
		for _, r := range f.residents(n.Users, by, chosen) {
			name := r.User.RoleName()
			if name == "" {
				continue
			}
			if uses[name] == nil {
				uses[name] = f.roleNamed(name)
			}
			u := uses[name]
			u.Users++
			if r.Role.IsAdmin() {
				u.Admins++
			}
			if len(r.Customers) > 0 {
				u.Customers++
			}
		}
	}
	var all []RoleUse
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		all = append(all, *uses[name])
	}
	slices.SortStableFunc(all, func(a, b RoleUse) int { return cmp.Or(b.Customers-a.Customers, b.Users-a.Users) })
	return all
}

// roleNamed finds a role in IAM: no two of an account have one name (IAM user guide, "IAM and AWS STS quotas").
func (f *Facts) roleNamed(name string) *RoleUse {
	u := &RoleUse{Name: name}
	for _, arn := range f.Roles {
		if arn.Name() == name {
			u.ARN = arn
		}
	}
	if set := reserved.FindStringSubmatch(name); set != nil && (u.ARN.IsZero() || u.ARN.Reserved()) {
		u.PermissionSet = set[1]
	}
	return u
}

// houseRoles are the roles that only administrators use, and that can be named in a configuration.
func (p *Proposal) houseRoles() []RoleUse {
	return slices.DeleteFunc(slices.Clone(p.Roles), func(r RoleUse) bool {
		return r.Admins < r.Users || r.ARN.IsZero() || r.PermissionSet != ""
	})
}

// spaces are the namespaces besides default without a mark: familiar are those that a customer of the chosen family is
// called like, and strangers the others.
func (p *Proposal) spaces() (familiar, strangers []string) {
	for i := range p.Facts.Namespaces {
		n := &p.Facts.Namespaces[i]
		switch {
		case n.isDefault() || n.marked():
		case p.Chosen != nil && slices.ContainsFunc(p.Chosen.Customers, func(c Customer) bool { return c.Name == n.Name }):
			familiar = append(familiar, n.Name)
		default:
			strangers = append(strangers, n.Name)
		}
	}
	return familiar, strangers
}

// partition is the partition of a Region's ARNs.
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
