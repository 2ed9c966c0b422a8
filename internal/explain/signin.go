package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// way is one way in, while its chain is made.
type way struct {
	f    *Facts
	p    *tenancy.Person
	a    *Person
	role tenancy.RoleARN
	// name is the role's name, where nobody knows its ARN.
	name string
	SignIn
}

// signInsOf are the verdicts about a person: one for each tenant where they are wanted, or belong by their groups. Where
// all sign in through one role, there is one; and where they belong nowhere, one for each role as which they live.
func (f *Facts) signInsOf(p *tenancy.Person, a *Person) []SignIn {
	var ways []*way
	add := func(to string, role tenancy.RoleARN, name string) {
		if !slices.ContainsFunc(ways, func(w *way) bool { return w.To == to && w.name == name }) {
			ways = append(ways, &way{f: f, p: p, a: a, role: role, name: name, SignIn: SignIn{To: to, Role: name}})
		}
	}
	for _, n := range f.destinations(p, a) {
		role := f.common()
		if t := f.Want.Tenant(n); t != nil && !t.SignIn.IsZero() {
			role = t.SignIn
		}
		add(n.String(), role, role.Name())
	}
	if len(ways) == 0 {
		for _, r := range a.Has {
			add("", f.roleNamed(r.User.RoleName()), r.User.RoleName())
		}
	}
	if len(ways) == 0 {
		add("", f.common(), f.common().Name())
	}
	all := make([]SignIn, len(ways))
	for i, w := range ways {
		w.judge()
		all[i] = w.SignIn
	}
	return all
}

// destinations are the tenants to which a person should come. Who belongs to several through one role comes to none of
// them.
func (f *Facts) destinations(p *tenancy.Person, a *Person) []tenancy.Namespace {
	var all []tenancy.Namespace
	for i := range f.Want.Tenants {
		t := &f.Want.Tenants[i]
		if slices.ContainsFunc(a.Should, func(s Place) bool { return s.Namespace == t.Namespace.String() }) {
			all = append(all, t.Namespace)
		}
	}
	if homes := f.homes(p); len(all) == 0 && (len(homes) == 1 || f.Rules.SignIn.PerTenant()) {
		return homes
	}
	return all
}

// roleNamed finds a role that is known by its name, the zero RoleARN for none.
func (f *Facts) roleNamed(name string) tenancy.RoleARN {
	for _, r := range slices.Concat(f.Roles, f.Rules.House.SignInRoles) {
		if r.Name() == name {
			return r
		}
	}
	return tenancy.RoleARN{}
}

func (w *way) link(name LinkName, status Status, format string, args ...any) {
	w.Links = append(w.Links, Link{name, status, fmt.Sprintf(format, args...)})
}

// judge makes the chain, and the verdict.
func (w *way) judge() {
	if w.name != "" && w.a.Session != "" {
		w.User = tenancy.UserName(w.name + "/" + w.a.Session)
	}
	w.enabled()
	w.assignment()
	w.roleLink()
	w.trust()
	here := w.f.everywhere(w.User)
	w.door(here)
	w.sessionName()
	w.registered(here)
	w.mirrors(here)
	w.dashboards(here)
	w.Verdict = Yes
	if because := w.Because(); because != nil {
		w.Verdict = No
		if because.Status == Unknown {
			w.Verdict = CannotTell
		}
	}
	if w.stopped() {
		w.Lands, w.JustInTime = "", false
	}
}

// stopped reports whether somebody does not come as far as QuickSight.
func (w *way) stopped() bool {
	return slices.ContainsFunc(w.Links, func(l Link) bool {
		return l.Status == Broken && slices.Contains([]LinkName{Enabled, Assignment, Role, Trust, SessionName}, l.Name)
	})
}

func (w *way) enabled() {
	switch {
	case w.a.Thought:
		w.link(Enabled, Assumed, "Identity Center does not have them yet")
	case w.a.Disabled:
		w.link(Enabled, Broken, "they are disabled in Identity Center, and the access portal turns them away")
	default:
		w.link(Enabled, OK, "they are enabled in Identity Center")
	}
}

func (w *way) assignment() {
	if w.name == "" {
		w.link(Assignment, Moot, "it is not known through which role they would sign in")
		return
	}
	if !w.role.Reserved() {
		w.link(Assignment, Assumed, "who may use the SAML application that leads to the role %s is not shown by any API of AWS: look it up in Identity Center", tenancy.Word(w.name))
		return
	}
	assigned, read := w.f.Assigned[w.role]
	switch {
	case !read:
		why := w.f.Missed[FromAssigned]
		if why == "" {
			why = "they were not read"
		}
		w.link(Assignment, Unknown, "who is assigned to the permission set of %s is not known: %s", tenancy.Word(w.name), why)
	case slices.Contains(assigned.People, w.p.ID):
		w.link(Assignment, OK, "they are assigned to the permission set themselves")
	default:
		w.assignedByGroup(assigned)
	}
}

func (w *way) assignedByGroup(assigned tenancy.Assigned) {
	for _, g := range w.a.Groups {
		if slices.Contains(assigned.Groups, g.Group) {
			w.link(Assignment, OK, "their group %q is assigned to the permission set", g.Name)
			return
		}
	}
	if why := w.f.Missed[FromGroups]; why != "" {
		w.link(Assignment, Unknown, "none of the groups that were read is assigned to the permission set, and all their groups could not be: %s", why)
		return
	}
	w.link(Assignment, Broken, "neither they nor a group of theirs is assigned to the permission set of %s in this account, so the access portal does not show it to them", tenancy.Word(w.name))
}

// roleLink says whether there is such a role.
func (w *way) roleLink() {
	if h := w.held("role-missing", "role-name", "reserved-role"); h != nil {
		w.link(Role, Broken, "%s", h.Reason)
		return
	}
	switch {
	case w.name == "" && len(w.f.homes(w.p)) > 1:
		w.link(Role, Moot, "each tenant has a role of its own, and it is not decided which tenant is theirs")
	case w.name == "" && w.f.Rules.SignIn.PerTenant():
		w.link(Role, Broken, "each tenant has a sign-in role of its own, and they belong to no tenant")
	case w.name == "":
		w.link(Role, Broken, "the role through which they would sign in is not there")
	case slices.Contains(w.f.Roles, w.role):
		w.link(Role, OK, "the role %s exists", tenancy.Word(w.name))
	default:
		w.link(Role, Assumed, "%s is not a sign-in role of tenants, so it was not looked at whether it exists", tenancy.Word(w.name))
	}
}

// held finds a hold about the person or where they belong, by its code; nil where there is none.
func (w *way) held(codes ...tenancy.Code) *Hold {
	for i := range w.a.Holds {
		if h := &w.a.Holds[i]; slices.Contains(codes, h.Code) && (w.To == "" || h.Namespace == "" || h.Namespace == w.To) {
			return h
		}
	}
	return nil
}

// sessionName says whether QuickSight can know them by what they are called.
func (w *way) sessionName() {
	if w.a.Session == "" {
		_, err := w.f.Rules.Session(w.p)
		w.link(SessionName, Broken, "nobody can sign in by what they are called: %v", err)
		return
	}
	if alike := w.alike(); len(alike) > 0 {
		w.link(SessionName, Broken, "their session name %s is too much like that of %s: QuickSight could not tell them apart", tenancy.Word(w.a.Session), strings.Join(alike, ", "))
		return
	}
	w.link(SessionName, OK, "they sign in as %s", tenancy.Word(w.a.Session))
}

// alike are the ids of others who have the session name too, but for case.
func (w *way) alike() []string {
	var all []string
	for i := range w.f.Directory.People {
		other := &w.f.Directory.People[i]
		if s := w.f.Rules.SessionOf(other); other.ID != w.p.ID && s != "" && s.Fold() == w.a.session.Fold() {
			all = append(all, string(other.ID))
		}
	}
	return all
}
