package audit

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO317", Severity: High,
	Name: "somebody outside of the tenants is nobody's",
	Looks: "Users of default, and of other namespaces that are no tenant's, whom neither the rules place in a tenant nor the house claims: under a role through which tenants' people sign in, and administrators. " +
		"Those under other roles are let be: whoever has nothing to do with tenants.",
	Why: "Somebody who has left a tenant, or never belonged to one, signs in all the same, there: just-in-time provisioning has registered them, or did before. They come to what is shared with default. " +
		"An administrator comes to the assets and the people of all tenants, since the admin console knows no namespaces (Quick user guide, Namespaces).",
	Mend: "Delete the user, or let the directory say whose they are. An administrator who must be there is one of the house, or is accepted.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Have.Foreign {
			f := &k.Have.Foreign[i]
			for j := range f.Users {
				if found, is := k.nobodys(f, &f.Users[j]); is {
					all = append(all, found)
				}
			}
		}
		return all
	},
})

// nobodys is the finding about a user outside, where it is neither somebody of a tenant (ISO301, ISO303) nor of the house.
func (k *Known) nobodys(f *tenancy.Foreign, r *tenancy.Registration) (Finding, bool) {
	g := tenancy.Grantee{Kind: tenancy.ToUser, Namespace: f.Name, Name: string(r.User)}
	_, placed := k.PlacedIn(g)
	signsIn := slices.ContainsFunc(k.SignIn, func(s SignInRole) bool { return r.User.RoleName() == s.Role.Name() })
	if placed || r.User == deleted || k.PartyOf(g).Kind == OfHouse || !signsIn && (!r.Role.IsAdmin() || slices.Contains(k.House.Roles, r.User.RoleName())) {
		return Finding{}, false
	}
	found := k.ofUser(f.Name, r.User)
	found.Namespace = ""
	how, mend := "through a role of tenants, and belongs to none of them", k.deleteUser(f.Name, r.User)
	switch {
	case r.Role.IsAdmin() && signsIn:
		found.Severity = Critical
	case r.Role.IsAdmin():
		found.Severity = Medium
		how, mend = k.through(r.User)+", and is not one of the house", "if they are of the house, name their role under house.sign_in_roles and their group under house.groups, or accept them; otherwise "+mend
	}
	if r.Role.IsAdmin() {
		found.Object += " as administrator" // whoever accepts a reader has not accepted that
	}
	found.Seen = fmt.Sprintf("%s is registered in %s as %s, signs in %s", tenancy.Word(string(r.User)), tenancy.Word(f.Name), r.Role, how)
	found.Mend = mend
	return found, true
}
