package survey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Configuration is a configuration to start from, which loads as it is. What is a guess has a comment that says so. No
// person's name or address stands in it.
func (p *Proposal) Configuration() []byte {
	var b strings.Builder
	y := &yaml{&b}
	y.line(`# A configuration to start from, written by tenantry import. All keys: docs/configuration.md`)
	y.line(`# What says GUESS is no fact: AWS does not tell it. Read it, and change it where it is wrong. Nothing was`)
	y.line(`# written to AWS; tenantry plan -c THIS FILE shows what would be, and writes nothing either.`)
	y.line(`version: 1`)
	y.line("")
	y.line(`quicksight:`)
	y.line(`  account_id: %s`, quote(string(p.Facts.Account)))
	y.line(`  identity_region: %s`, p.Facts.Region)
	if r := p.Facts.AssetRegions; len(r) > 1 || len(r) == 1 && r[0] != p.Facts.Region {
		y.line(`  asset_regions: [%s]`, strings.Join(r, ", "))
	}
	y.line("")
	y.line(`identity_center:`)
	y.line(`  identity_store_id: %s`, quote(string(p.Facts.Store)))
	y.line(`  region: %s`, p.Facts.StoreRegion)
	y.line("")
	p.signIn(y)
	y.line("")
	p.tenants(y)
	y.line("")
	p.house(y)
	y.line("")
	p.rollout(y)
	return []byte(b.String())
}

type yaml struct{ *strings.Builder }

func (y *yaml) line(format string, args ...any) { fmt.Fprintf(y, format+"\n", args...) }

// quote is a text in double quotes, as YAML reads it: Go's escapes are YAML's, too. It is one line, whatever it holds.
func quote(s string) string { return strconv.Quote(s) }

func quoted(names []string) string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = quote(n)
	}
	return strings.Join(all, ", ")
}

func (p *Proposal) signIn(y *yaml) {
	y.line(`# How people sign in to QuickSight.`)
	y.line(`sign_in:`)
	switch s := p.SignIn; {
	case s == nil:
		y.line(`  # GUESS: no user of QuickSight shows through which role customers' people sign in. This one may not exist: put`)
		y.line(`  # the right one here, or permission_set: NAME.`)
		y.line(`  role: %s`, p.unseenRole())
	case s.PermissionSet != "":
		y.line(`  # GUESS: of %s under roles, %s under the role of this permission set, %d of them in a customer's group.`, count(p.UnderRoles, "user"), are(s.Users), s.Customers)
		y.line(`  permission_set: %s`, quote(s.PermissionSet))
	default:
		y.line(`  # GUESS: of %s under roles, %s under this one, %d of them in a customer's group.`, count(p.UnderRoles, "user"), are(s.Users), s.Customers)
		arn := s.ARN.String()
		if s.ARN.IsZero() {
			y.line(`  # GUESS: IAM showed no role of that name; its path, if it has one, is missing here.`)
			arn = p.roleARN(s.Name)
		}
		y.line(`  role: %s`, quote(arn))
	}
	for i := range p.Roles {
		if r := &p.Roles[i]; r != p.SignIn && r.Admins < r.Users {
			y.line(`  # Another role that is in use: %s, of %s. Only one can be the sign-in role (or one for each tenant: {namespace}).`, quote(r.Name), count(r.Users, "user"))
		}
	}
	what := "user names"
	if p.SessionName == rules.ByEmail {
		what = "e-mail addresses"
	}
	y.line(`  # The session names of %d of %s under roles are %s of Identity Center, byte for byte.`, p.Named, count(p.UnderRoles, "user"), what)
	y.line(`  session_name: %s`, p.SessionName)
}

// unseenRole is the ARN of a role in the place of the one that nothing shows. It is none of those that administrators use.
func (p *Proposal) unseenRole() string {
	name := "QuickSight"
	for slices.ContainsFunc(p.Roles, func(r RoleUse) bool { return r.Name == name }) {
		name += "Customers"
	}
	return p.roleARN(name)
}

// roleARN is the ARN of a role without a path, of a name that QuickSight has.
func (p *Proposal) roleARN(name string) string {
	arn := "arn:" + partition(p.Facts.Region) + ":iam::" + string(p.Facts.Account) + ":role/"
	if _, err := tenancy.ParseRoleARN(arn + name); err != nil {
		name = "QuickSight"
	}
	return arn + name
}

func (p *Proposal) tenants(y *yaml) {
	y.line(`# Which groups are customers. {namespace} is the customer's name. The first rule that fits a group counts.`)
	y.line(`tenants:`)
	if p.Chosen == nil {
		y.line(`  # GUESS: no groups of Identity Center look like customers; this rule fits none. Write the beginning of theirs.`)
		y.line(`  - groups: "qs:{namespace}"`)
		y.line(`    role: READER`)
		return
	}
	y.line(`  # GUESS: %s whose names begin with %s look like %s: %s.`, count(p.Chosen.groups(), "group"), quote(p.Chosen.Prefix), count(len(p.Chosen.Customers), "customer"), some(customerNames(p.Chosen)))
	if len(p.Chosen.Odd) > 0 {
		y.line(`  # No rule fits these, and their people get nothing by them: %s`, some(quotes(p.Chosen.Odd)))
	}
	p.Chosen.rules(y, "  ")
	for i := range p.Families {
		if f := &p.Families[i]; f != p.Chosen {
			y.line(`  # Not taken, since there is less behind it: %s like %s.`, count(f.groups(), "group"), count(len(f.Customers), "customer"))
			f.rules(y, "  # ")
		}
	}
	if familiar, strangers := p.spaces(); len(familiar)+len(strangers) > 0 {
		if len(familiar) > 0 {
			y.line(`  # There already, under the names of customers, and not tenantry's until it is told: tenantry plan --adopt %s`, strings.Join(familiar, ","))
		}
		for _, n := range strangers {
			y.line(`  # GUESS: the namespace %s may be a customer's, too; no group is called like it. With the id of its group:`, quote(n))
			y.line(`  # - group_id: 00000000-0000-0000-0000-000000000000`)
			y.line(`  #   namespace: %s`, quote(n))
		}
	}
}

// rules writes the rules of a family.
func (f *Family) rules(y *yaml, indent string) {
	for _, r := range f.Rules {
		if r.Lowered {
			y.line(`%s# GUESS: the name says administrators; an ADMIN would see every customer, and so they are authors here.`, indent)
		}
		y.line(`%s- groups: %s # fits %s`, indent, quote(r.Pattern), count(r.Groups, "group"))
		y.line(`%s  role: %s`, indent, r.Role)
	}
}

func (p *Proposal) house(y *yaml) {
	y.line(`# The company's own people, who are never placed, moved or removed.`)
	var groups, spanning, odd []HouseGroup
	for _, g := range p.HouseGroups {
		switch {
		case g.Customers > 0:
			spanning = append(spanning, g)
		case !plain(g.Name):
			odd = append(odd, g)
		default:
			groups = append(groups, g)
		}
	}
	roles := p.houseRoles()
	if len(groups)+len(roles) == 0 {
		y.line(`# GUESS: nothing shows who they are. Name their groups, so that no mistake takes anything from them:`)
		y.line(`# house:`)
		y.line(`#   groups: [staff]`)
	} else {
		y.line(`house:`)
	}
	if len(groups) > 0 {
		y.line(`  # GUESS: administrators of default are in them, and nobody who is in a customer's group.`)
		y.line(`  groups: [%s]`, quoted(groupNames(groups)))
	}
	if len(roles) > 0 {
		y.line(`  # GUESS: only administrators are registered under these roles.`)
		var arns []string
		for _, r := range roles {
			arns = append(arns, r.ARN.String())
		}
		slices.Sort(arns)
		y.line(`  sign_in_roles: [%s]`, quoted(arns))
	}
	for _, g := range spanning {
		y.line(`# Not taken for the house's: %s has an administrator, and %d of its %s are in a customer's group.`, quote(g.Name), g.Customers, people(g.People))
	}
	for _, g := range odd {
		y.line(`# Not taken for the house's, because of its name: %s has an administrator.`, quote(g.Name))
	}
}

// plain reports whether a name is one that a configuration takes: printable, not blank at an end, and none that stands
// there for what nobody has filled in.
func plain(name string) bool {
	return name != "" && strings.TrimSpace(name) == name && !strings.Contains(name, "REPLACE-ME") &&
		!strings.ContainsFunc(name, func(r rune) bool { return !strconv.IsPrint(r) || r == unicode.ReplacementChar })
}

func (p *Proposal) rollout(y *yaml) {
	y.line(`# To begin with one customer, and only look at the others, name it here:`)
	name := "acme"
	if p.Chosen != nil && len(p.Chosen.Customers) > 0 {
		name = p.Chosen.Customers[0].Name
	}
	y.line(`# rollout: [%s]`, quote(name))
}

func groupNames(all []HouseGroup) []string {
	names := make([]string, len(all))
	for i, g := range all {
		names[i] = g.Name
	}
	return names
}

func customerNames(f *Family) []string {
	names := make([]string, len(f.Customers))
	for i, c := range f.Customers {
		names[i] = c.Name
	}
	return names
}

func quotes(names []string) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = quote(n)
	}
	return all
}

// most is how many names of a kind stand in a list for people.
const most = 20

// some are names in a sentence: the first of them where there are many.
func some(names []string) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// count is a number with its noun, which gets an s.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

func are(n int) string {
	if n == 1 {
		return "1 is"
	}
	return fmt.Sprintf("%d are", n)
}
