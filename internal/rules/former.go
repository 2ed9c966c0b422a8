package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// formerUsers are the users of a tenant under roles through which its people signed in before: roles that the
// configuration names, and the other ones that their permission set has had in the account. All other users under other
// roles are not tenantry's.
type formerUsers struct {
	bySession map[tenancy.Session][]*tenancy.Registration
	byPerson  map[tenancy.PersonID][]*tenancy.Registration // as far as tags were read
}

// formerUsers finds them, once for each tenant.
func (d *deriver) formerUsers(n tenancy.Namespace) *formerUsers {
	if f, found := d.former[n]; found {
		return f
	}
	f := &formerUsers{map[tenancy.Session][]*tenancy.Registration{}, map[tenancy.PersonID][]*tenancy.Registration{}}
	d.former[n] = f
	have := d.have.Tenant(n)
	role, h := d.signIn(n)
	if have == nil || h != nil {
		return f
	}
	for i := range have.Registrations {
		r := &have.Registrations[i]
		if !d.signedInBy(n, r.User.RoleName(), role) {
			continue
		}
		session := tenancy.Session(r.User.SessionName())
		f.bySession[session] = append(f.bySession[session], r)
		if r.Person != "" && r.Person != tenancy.Nobody {
			f.byPerson[r.Person] = append(f.byPerson[r.Person], r)
		}
	}
	return f
}

// signedInBy reports whether a role that is not the sign-in role of now was one before.
func (d *deriver) signedInBy(n tenancy.Namespace, roleName string, now tenancy.RoleARN) bool {
	s := &d.rules.SignIn
	return roleName != now.Name() && (s.IsOf(n, roleName) || s.FormerlyIn(n, roleName)) &&
		!slices.ContainsFunc(d.rules.House.SignInRoles, func(r tenancy.RoleARN) bool { return r.Name() == roleName })
}

// of are those of one person, sorted: those that a tag says are theirs, and those of just their session name about which
// no tag says anything else.
func (f *formerUsers) of(id tenancy.PersonID, session tenancy.Session) []*tenancy.Registration {
	all := slices.Clone(f.byPerson[id])
	for _, r := range f.bySession[session] {
		if r.Person == "" || r.Person == tenancy.Nobody {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b *tenancy.Registration) int { return cmp.Compare(a.User, b.User) })
	return all
}

// refuseFormer answers the hold of a person whose users of before are not to be replaced, and why they are not.
func (d *deriver) refuseFormer(t *tenancy.Tenant, p *tenancy.Person, user tenancy.UserName, former []*tenancy.Registration) (tenancy.Hold, bool) {
	if len(former) > 1 {
		return heldTwoFormer(p, t.Namespace, user, former), true
	}
	for _, f := range former {
		for i := range t.Mirrors {
			m := &t.Mirrors[i]
			if have := d.have.Tenant(t.Namespace).Mirror(m.Group); have != nil && have.Has(f.User) && d.frozen(m.Group) {
				return heldFormerFrozen(p, t.Namespace, f, m.Name), true
			}
		}
	}
	return tenancy.Hold{}, false
}

// stand leaves somebody's users of before in the mirrors in which they are. That they stay registered is carried over.
func (d *deriver) stand(t *tenancy.Tenant, id tenancy.PersonID, session tenancy.Session) {
	have := d.have.Tenant(t.Namespace)
	for _, f := range d.formerUsers(t.Namespace).of(id, session) {
		for i := range t.Mirrors {
			if m := have.Mirror(t.Mirrors[i].Group); m != nil && m.Has(f.User) && !slices.Contains(t.Mirrors[i].Members, f.User) {
				t.Mirrors[i].Members = append(t.Mirrors[i].Members, f.User)
			}
		}
	}
}

// findReused finds the users of before that are another person's than the one who has their name now, and who come back
// as nobody: they are not replaced, and the person of now has nothing of them.
func (d *deriver) findReused(want, have *tenancy.Tenant, decided []tenancy.Registration, kept map[tenancy.UserName]bool) {
	back := map[tenancy.UserName]bool{}
	for _, f := range want.Former {
		back[f.User] = true
	}
	for i := range have.Registrations {
		r := &have.Registrations[i]
		tagged := r.Person != "" && r.Person != tenancy.Nobody
		if !tagged || back[r.User] || kept[r.User] || d.undecided[r.Person] || !d.signedInBy(want.Namespace, r.User.RoleName(), want.SignIn) {
			continue
		}
		user := tenancy.Principal{Role: want.SignIn, Session: tenancy.Session(r.User.SessionName())}.UserName()
		if now := tenancy.FindRegistration(decided, user); now != nil && isAnothers(r, now.Person) && !d.undecided[now.Person] {
			want.Former = append(want.Former, tenancy.Former{User: r.User, Person: r.Person})
		}
	}
	slices.SortFunc(want.Former, func(a, b tenancy.Former) int { return cmp.Compare(a.User, b.User) })
}

func heldTwoFormer(p *tenancy.Person, n tenancy.Namespace, user tenancy.UserName, former []*tenancy.Registration) tenancy.Hold {
	var names []string
	for _, f := range former {
		names = append(names, tenancy.Word(string(f.User)))
	}
	return ofPerson(FormerUsers, p, n.String(),
		fmt.Sprintf("%s signs in as %s now, and has several users of roles that people used before: %s; nothing says whose things are to follow", who(p), tenancy.Word(string(user)), strings.Join(names, " and ")),
		fmt.Sprintf("take what is worth keeping from all but one of them, and delete those (aws quicksight delete-user --namespace %s --user-name %s)", n, tenancy.ShellQuote(string(former[0].User))))
}

func heldFormerFrozen(p *tenancy.Person, n tenancy.Namespace, f *tenancy.Registration, mirror string) tenancy.Hold {
	return ofPerson(FormerUsers, p, n.String(),
		fmt.Sprintf("%s is registered as %s under a role that people used before, and in the group %q, about which nothing is decided", who(p), tenancy.Word(string(f.User)), mirror),
		"see what holds that group: the user is replaced once it is decided about")
}
