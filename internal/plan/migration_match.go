package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// candidate is a user outside who may be somebody.
type candidate struct {
	namespace string
	is        *tenancy.Registration
}

// match finds, for everybody whom the rules place in a tenant, the user outside who is theirs: by the session name, byte
// for byte, under the role of the tenant or one of before. Of two nobody knows which; and whoever has another address
// may be another person of that name.
func (p *migrationPlan) match() {
	bySession := map[string][]candidate{}
	for i := range p.Have.Foreign {
		f := &p.Have.Foreign[i]
		for j := range f.Users {
			if session := f.Users[j].User.SessionName(); session != "" {
				bySession[session] = append(bySession[session], candidate{f.Name, &f.Users[j]})
			}
		}
	}
	for i := range p.Want.Tenants {
		t := &p.Want.Tenants[i]
		if t.SignIn.IsZero() {
			continue
		}
		for j := range t.Registrations {
			r := &t.Registrations[j]
			if r.Person == "" || r.Person == tenancy.Nobody || r.User.RoleName() != t.SignIn.Name() {
				continue // carried over as they are
			}
			found := slices.DeleteFunc(slices.Clone(bySession[r.User.SessionName()]), func(c candidate) bool {
				role := c.is.User.RoleName()
				return role != t.SignIn.Name() && !p.Formerly(role) || slices.Contains(p.House.Roles, role) && role != t.SignIn.Name()
			})
			if len(found) > 0 {
				p.found(t, r, found)
			}
		}
	}
	slices.SortStableFunc(p.out.Migrants, func(a, b Migrant) int {
		return cmp.Or(a.To.Compare(b.To), cmp.Compare(a.From.User, b.From.User), cmp.Compare(a.Person, b.Person))
	})
}

func (p *migrationPlan) found(t *tenancy.Tenant, r *tenancy.Registration, found []candidate) {
	c := found[0]
	g := Migrant{
		Person: r.Person, To: t.Namespace, As: r.User, Role: r.Role, Email: r.Email,
		From: Lodging{c.namespace, c.is.User, c.is.Role, c.is.Email, c.is.CustomPermissions},
	}
	if have := p.Have.Tenant(t.Namespace); have != nil {
		g.There = have.Registration(r.User) != nil
	}
	for _, c := range found {
		p.places[tenancy.Grantee{Kind: tenancy.ToUser, Namespace: c.namespace, Name: string(c.is.User)}] = t.Namespace
	}
	switch {
	case len(found) > 1:
		p.keep(&g, heldTwoRegistrations(&g, found))
	case c.is.Role.IsAdmin():
		p.keep(&g, heldAdmin(&g))
	}
	g.Groups = slices.Sorted(slices.Values(p.inside[g.Mine()]))
	p.out.Migrants = append(p.out.Migrants, g)
}

func heldTwoRegistrations(g *Migrant, found []candidate) tenancy.Hold {
	var names []string
	for _, c := range found {
		names = append(names, fmt.Sprintf("%s of %s", tenancy.Word(string(c.is.User)), c.namespace))
	}
	return tenancy.Hold{
		Code: TwoRegistrations, Object: string(g.Person), Namespace: g.To.String(), Access: true,
		Reason: fmt.Sprintf("%s would be the user of before of %s, and nothing says which", strings.Join(names, " and "), tenancy.Word(string(g.As))),
		Ends:   "hand over what one of them owns alone, delete that one (aws quicksight delete-user), and migrate again",
	}
}

func heldAdmin(g *Migrant) tenancy.Hold {
	return tenancy.Hold{
		Code: AdminRegistration, Object: string(g.Person), Namespace: g.To.String(), Access: true,
		Reason: fmt.Sprintf("%s of %s has the role %s, and administrators are never migrated", tenancy.Word(string(g.From.User)), g.From.Namespace, g.From.Role),
		Ends:   "take them out of the customer's group if they are the company's own; or give them another role in QuickSight (Manage users), and migrate again",
	}
}

func heldOtherEmail(g *Migrant, allow string) tenancy.Hold {
	return tenancy.Hold{
		Code: OtherEmail, Object: string(g.Person), Namespace: g.To.String(), Access: true,
		Reason: fmt.Sprintf("%s of %s has another e-mail address than the person of that name in Identity Center: it may be somebody else's", tenancy.Word(string(g.From.User)), g.From.Namespace),
		Ends:   fmt.Sprintf("correct the address in QuickSight or in Identity Center; or, if it is the same person, tenantry migrate --namespace %s --allow %s", g.To, allow),
	}
}
