package survey

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Section is a part of the report.
type Section struct {
	Title string
	Lines []Line
}

// Line is a line of a section: text behind a label, or alone. Names stand in it as they came: whoever shows it makes them
// safe.
type Line struct{ Label, Text string }

func (s *Section) add(label, format string, args ...any) {
	s.Lines = append(s.Lines, Line{label, fmt.Sprintf(format, args...)})
}

// Report is what was found, for people: figures first, then what they are of, what could not be read, and what to do
// next. file is the configuration's name, as a shell reads it.
func (p *Proposal) Report(file string) []Section {
	all := []Section{p.figures(), p.places(), p.whoIsWho(), p.customers(), p.houseOf()}
	if len(p.Facts.AssetRegions) > 0 {
		all = append(all, p.sharing())
	}
	return append(all, p.unread(), p.next(file))
}

func (p *Proposal) figures() Section {
	f := p.Facts
	s := Section{Title: "What is there"}
	s.add("QuickSight account", "%s, identity Region %s", f.Account, f.Region)
	s.add("identity store", "%s, in %s", f.Store, f.StoreRegion)
	users, groups := 0, 0
	for _, n := range f.Namespaces {
		users += len(n.Users)
		groups += len(n.Groups)
	}
	disabled := 0
	for _, d := range f.Directory.People {
		if d.Disabled {
			disabled++
		}
	}
	s.add("namespaces", "%d, with default", len(f.Namespaces))
	s.add("users of QuickSight", "%d, and %s of users", users, count(groups, "group"))
	s.add("Identity Center", "%s, %d of them disabled, and %s", people(len(f.Directory.People)), disabled, count(len(f.Directory.Groups), "group"))
	if len(f.AssetRegions) == 0 {
		s.add("assets", "not read, as was asked")
	} else {
		s.add("assets", "%d in %s%s", len(f.Assets.Assets), strings.Join(f.AssetRegions, ", "), kinds(f.shares().Kinds))
	}
	return s
}

func kinds(n map[tenancy.AssetKind]int) string {
	var parts []string
	for _, k := range tenancy.AssetKinds() {
		if n[k] > 0 {
			parts = append(parts, kind(n[k], k))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

// kind is a number of assets of a kind.
func kind(n int, k tenancy.AssetKind) string {
	if k == tenancy.Analysis && n != 1 {
		return fmt.Sprintf("%d analyses", n)
	}
	return count(n, strings.ReplaceAll(string(k), "-", " "))
}

// places is who lives where, by role and sign-in role.
func (p *Proposal) places() Section {
	s := Section{Title: "Who lives where"}
	spaces := slices.Clone(p.Facts.Namespaces)
	slices.SortStableFunc(spaces, func(a, b Namespace) int {
		if a.isDefault() != b.isDefault() {
			if a.isDefault() {
				return -1
			}
			return 1
		}
		return cmp.Compare(len(b.Users), len(a.Users))
	})
	for i, n := range spaces {
		if i == most {
			s.add("", "and %s more", count(len(spaces)-most, "namespace"))
			break
		}
		text := fmt.Sprintf("%s, %s", count(len(n.Users), "user"), count(len(n.Groups), "group"))
		if n.Status != tenancy.Created {
			text += ", " + string(n.Status)
		}
		if n.marked() {
			text += ", bears tenantry's mark"
		}
		s.add(n.Name, "%s", text)
		for _, line := range byRole(n.Users) {
			s.add("", "%s", line)
		}
	}
	return s
}

// byRole counts users by the role in their names, and by their QuickSight role.
func byRole(users []tenancy.Registration) []string {
	uses := map[string]map[tenancy.Role]int{}
	for _, u := range users {
		name := u.User.RoleName()
		if uses[name] == nil {
			uses[name] = map[tenancy.Role]int{}
		}
		uses[name][u.Role]++
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		var parts []string
		for _, r := range slices.Sorted(maps.Keys(uses[name])) {
			parts = append(parts, fmt.Sprintf("%d %s", uses[name][r], r))
		}
		under := "under the role " + named(name)
		if name == "" {
			under = "under no role (IAM users, or QuickSight's own)"
		}
		lines = append(lines, under+": "+strings.Join(parts, ", "))
	}
	return lines
}

// whoIsWho is who the users of default are.
func (p *Proposal) whoIsWho() Section {
	s := Section{Title: "Who in default is whom"}
	what := "user name"
	if p.SessionName == rules.ByEmail {
		what = "e-mail address"
	}
	var nobody, other, disabled, waiting, stay []string
	known := 0
	for _, r := range p.Residents {
		name := named(string(r.User))
		if r.Is == nil {
			nobody = append(nobody, name)
			continue
		}
		known++
		if r.OtherEmail {
			other = append(other, name)
		}
		if r.Is.Disabled {
			disabled = append(disabled, name)
		}
		if len(r.Customers) > 0 {
			waiting = append(waiting, name+" ("+strings.Join(r.Customers, " and ")+")")
		} else {
			stay = append(stay, name)
		}
	}
	s.add("", "Of %s, %d have exactly the %s of somebody in Identity Center as their session name. Likeness counts for nothing.", count(len(p.Residents), "user"), known, what)
	s.list("in a customer's group", waiting)
	s.list("in no customer's group", stay)
	s.list("nobody's", nobody)
	s.list("other e-mail address", other)
	s.list("disabled", disabled)
	if known > 0 {
		s.add("", "It cannot be told of any of them whether the name was given to somebody else after the user was registered, since QuickSight does not say when that was.")
	}
	if len(other) > 0 {
		s.add("", "Look at those with another address first: it may be an older one of the same person, or another person's.")
	}
	return s
}

// list adds names, if there are any.
func (s *Section) list(label string, names []string) {
	if len(names) > 0 {
		s.add(label, "%d: %s", len(names), some(names))
	}
}

func (p *Proposal) customers() Section {
	s := Section{Title: "What looks like a customer (a guess)"}
	if p.Chosen == nil {
		s.add("", "Nothing: no groups of Identity Center begin alike and go on with a name.")
		return s
	}
	s.add("", "%s of Identity Center begin with %s:", count(p.Chosen.groups(), "group"), quote(p.Chosen.Prefix))
	inDefault := map[string]int{}
	spanning := 0
	for _, r := range p.Residents {
		for _, c := range r.Customers {
			inDefault[c]++
		}
	}
	seen := map[tenancy.PersonID]bool{}
	for i, c := range p.Chosen.Customers {
		everyone := p.Facts.peopleOf(c)
		for _, id := range everyone {
			if seen[id] {
				spanning++
			}
			seen[id] = true
		}
		if i >= most {
			continue
		}
		text := fmt.Sprintf("%s, %s", count(len(c.Groups), "group"), people(len(everyone)))
		if n := inDefault[c.Name]; n > 0 {
			text += fmt.Sprintf(", %d of them in default", n)
		}
		if p.Facts.namespace(c.Name) != nil {
			text += "; the namespace is there"
		} else {
			text += "; no namespace yet"
		}
		s.add(c.Name, "%s", text)
	}
	if more := len(p.Chosen.Customers) - most; more > 0 {
		s.add("", "and %d more", more)
	}
	if spanning > 0 {
		s.add("", "%s in the groups of more than one: they are left where they are until that is decided.", are(spanning))
	}
	s.list("of no customer", quotes(p.Chosen.Odd))
	for i := range p.Families {
		if f := &p.Families[i]; f != p.Chosen {
			s.add("", "Less looks like it: %s that begin with %s, like %s.", count(f.groups(), "group"), quote(f.Prefix), count(len(f.Customers), "customer"))
		}
	}
	if _, strangers := p.spaces(); len(strangers) > 0 {
		s.list("other namespaces", strangers)
	}
	return s
}

func (p *Proposal) houseOf() Section {
	s := Section{Title: "What looks like your own company (a guess)"}
	var admins []string
	for _, r := range p.Residents {
		if r.Role.IsAdmin() {
			admins = append(admins, named(string(r.User)))
		}
	}
	s.list("administrators", admins)
	for _, g := range p.HouseGroups {
		s.add("their groups", "%s: %s, %d of them in a customer's group", quote(g.Name), people(g.People), g.Customers)
	}
	for _, r := range p.houseRoles() {
		s.add("their roles", "%s", r.ARN)
	}
	if shares := p.Facts.shares(); len(shares.Owners) > 0 {
		var names []string
		for _, o := range shares.Owners {
			names = append(names, fmt.Sprintf("%s (%d)", who(o.Who), o.Assets))
		}
		s.list("share outside", names)
	}
	if len(s.Lines) == 0 {
		s.add("", "Nothing: default has no administrators.")
	}
	return s
}

// named is a name in a list: in quotes where it could be taken for what stands around it.
func named(name string) string {
	if !plain(name) || strings.ContainsAny(name, ` ,;()"`) {
		return quote(name)
	}
	return name
}

// who is somebody in a sentence.
func who(g tenancy.Grantee) string {
	switch g.Kind {
	case tenancy.ToUser:
		return named(g.Name) + " of " + g.Namespace
	case tenancy.ToGroup:
		return "the group " + quote(g.Name) + " of " + g.Namespace
	case tenancy.ToNamespace:
		return "everyone of " + g.Namespace
	}
	return quote(g.Name)
}

func (p *Proposal) sharing() Section {
	s := Section{Title: "Who shares what with whom"}
	shares := p.Facts.shares()
	s.add("across namespaces", "%s of which more than one namespace has something, or a whole one, or somebody elsewhere", count(len(shares.Across), "asset"))
	for i, a := range shares.Across {
		if i == most {
			s.add("", "and %d more", len(shares.Across)-most)
			break
		}
		s.add("", "%s", shared(a))
	}
	s.add("owned by nobody", "%s", count(shares.Unowned, "asset"))
	s.add("given to the absent", "%s of which a user or a group has something that is not there", count(shares.Gone, "asset"))
	s.add("row-level security", "%s", count(shares.RowLevel, "data set"))
	return s
}

// shared is an asset with who has what of it.
func shared(a tenancy.Asset) string {
	var owners, others []string
	for _, g := range a.Grants {
		if g.Owner {
			owners = append(owners, who(g.To))
		} else {
			others = append(others, who(g.To))
		}
	}
	text := fmt.Sprintf("%s %s (%s/%s): owned by %s", a.Kind, quote(a.Name), a.Region, a.ID, cmp.Or(some(owners), "nobody"))
	if len(others) > 0 {
		text += "; shared with " + some(others)
	}
	return text
}

func (p *Proposal) unread() Section {
	s := Section{Title: "What could not be read"}
	for _, u := range p.Facts.Unread {
		s.add("", "%s: %s", u.What, u.Why)
	}
	single := map[tenancy.AssetKind][]tenancy.Unread{}
	for _, u := range p.Facts.Assets.Unread {
		if u.Whole() {
			s.add("", "every %s of %s: %s", u.Kind, u.Region, u.Why)
		} else {
			single[u.Kind] = append(single[u.Kind], u)
		}
	}
	for _, k := range tenancy.AssetKinds() {
		if all := single[k]; len(all) > 0 {
			s.add("", "who has what of %s, of the kind %s; the first: %s", count(len(all), "asset"), k, all[0].Why)
		}
	}
	if len(s.Lines) == 0 {
		s.add("", "Nothing: all of it was read.")
	}
	return s
}

func (p *Proposal) next(file string) Section {
	s := Section{Title: "What to do next"}
	s.add("1.", "Read %s: what says GUESS is yours to decide.", file)
	s.add("2.", "tenantry config check -c %s", file)
	s.add("3.", "tenantry plan -c %s   (it writes nothing, and says who would get access to what)", file)
	familiar, _ := p.spaces()
	if len(familiar) > 0 {
		s.add("", "The namespaces that are there are not touched until you say so: --adopt %s", strings.Join(familiar, ","))
	}
	waiting := 0
	for _, r := range p.Residents {
		if len(r.Customers) > 0 {
			waiting++
		}
	}
	if waiting > 0 {
		s.add("", "%s in default who belong to a customer: plan holds them, and says for each what ends it.", are(waiting))
	}
	return s
}
