package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// The checks about people (ISO301 to ISO319) compare what there is with what the rules want. What is held is wanted as it
// is, and so it is no finding, unless somebody keeps through it what they should not have.

// decided finds what the rules want of a tenant; nil where they decide nothing about it, and everything of it is wanted
// as it is (ISO311 says so).
func (k *Known) decided(t *tenancy.Tenant) *tenancy.Tenant {
	if w := k.Want.Tenant(t.Namespace); w != nil && !w.SignIn.IsZero() {
		return w
	}
	return nil
}

// each calls for every registration of a tenant about which something is decided.
func (k *Known) each(call func(have, want *tenancy.Tenant, r *tenancy.Registration)) {
	for i := range k.Have.Tenants {
		t := &k.Have.Tenants[i]
		w := k.decided(t)
		if w == nil {
			continue
		}
		for j := range t.Registrations {
			call(t, w, &t.Registrations[j])
		}
	}
}

// leftOver reports whether a registration is one of the tenant's sign-in role that the rules do not want. It is not one
// that is about to be replaced by another of the same person.
func leftOver(w *tenancy.Tenant, r *tenancy.Registration) bool {
	return r.User.RoleName() == w.SignIn.Name() && w.Registration(r.User) == nil && w.FormerUser(r.User) == nil
}

// names are the people of the directory by what their sessions may be called: by their user names and their e-mail
// addresses, both, since which of them it is stands in the configuration.
func names(dir *tenancy.Directory) map[string]tenancy.PersonID {
	all := make(map[string]tenancy.PersonID, 2*len(dir.People))
	for _, by := range []func(*tenancy.Person) string{func(p *tenancy.Person) string { return p.Email }, func(p *tenancy.Person) string { return p.UserName }} {
		for i := range dir.People {
			if name := by(&dir.People[i]); name != "" {
				all[name] = dir.People[i].ID
			}
		}
	}
	return all
}

// tagged is whom a registration's tag names, "" where it names nobody or was not read.
func tagged(r *tenancy.Registration) tenancy.PersonID {
	if r.Person == tenancy.Nobody {
		return ""
	}
	return r.Person
}

// behind is who of the directory stands behind a registration: whom its tag names, or, without a tag, whose session has
// that name. It is nil where nobody does.
func (k *Known) behind(r *tenancy.Registration) *tenancy.Person {
	return k.Directory.Person(cmp.Or(tagged(r), k.named[r.User.SessionName()]))
}

// placed is the tenant in which the rules want somebody, other than this one; the zero Namespace where there is none.
func (k *Known) placed(id tenancy.PersonID, except tenancy.Namespace) tenancy.Namespace {
	for _, n := range k.places[id] {
		if n != except {
			return n
		}
	}
	return tenancy.Namespace{}
}

// places are the tenants in which the rules want each person.
func places(want *tenancy.State) map[tenancy.PersonID][]tenancy.Namespace {
	all := map[tenancy.PersonID][]tenancy.Namespace{}
	for i := range want.Tenants {
		t := &want.Tenants[i]
		for _, r := range t.Registrations {
			if id := tagged(&r); id != "" && !t.SignIn.IsZero() {
				all[id] = append(all[id], t.Namespace)
			}
		}
	}
	return all
}

// marks are the tenants in which the mark of each group of the directory stands, at each group that has it.
func marks(have *tenancy.State) map[tenancy.GroupID][]tenancy.Namespace {
	all := map[tenancy.GroupID][]tenancy.Namespace{}
	for i := range have.Tenants {
		for _, m := range have.Tenants[i].Mirrors {
			all[m.Group] = append(all[m.Group], have.Tenants[i].Namespace)
		}
	}
	return all
}

// waits reports whether something is held about a person, in a tenant or in none that can be named.
func (k *Known) waits(id tenancy.PersonID, n tenancy.Namespace) bool {
	return slices.ContainsFunc(k.Held, func(h tenancy.Hold) bool {
		return h.Object == string(id) && (h.Namespace == "" || h.Namespace == n.String())
	})
}

// ofUser is a finding about a user of a namespace; what was seen, and the mend, are still to be said.
func (k *Known) ofUser(namespace string, user tenancy.UserName) Finding {
	arn := k.principal(tenancy.Grantee{Kind: tenancy.ToUser, Namespace: namespace, Name: string(user)})
	return Finding{Object: arn, Namespace: namespace, Principal: arn}
}

// ofMirror is a finding about a marked group of a tenant, likewise.
func (k *Known) ofMirror(n tenancy.Namespace, name string) Finding {
	arn := k.principal(tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: n.String(), Name: name})
	return Finding{Object: arn, Namespace: n.String(), Principal: arn}
}

// deleteUser is what takes a user away that tenantry does not manage.
func (k *Known) deleteUser(namespace string, user tenancy.UserName) string {
	return "give away what it owns alone, and then:\n" + k.quicksight("delete-user", namespace, "--user-name "+tenancy.ShellQuote(string(user)))
}

// quicksight is a command of the AWS CLI about a namespace.
func (k *Known) quicksight(command, namespace, rest string) string {
	return strings.TrimSpace(fmt.Sprintf("aws quicksight %s --aws-account-id %s --region %s --namespace %s %s", command, k.Account, k.Region, tenancy.ShellQuote(namespace), rest))
}

// lowering is the hazard of giving somebody a lower role. QuickSight lowers nobody else to a reader: they are registered anew.
func lowering(have, want tenancy.Role) string {
	if want.IsReader() && !have.IsReader() {
		return "replaces-user"
	}
	return "lowers-role"
}

// applying is the command that makes a tenant as the rules want it, with a hazard allowed.
func applying(n tenancy.Namespace, hazard string) string {
	return fmt.Sprintf("tenantry apply --namespace %s --allow %s", n, hazard)
}
