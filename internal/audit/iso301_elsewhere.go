package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO301", Severity: High,
	Name:  "somebody of a tenant lives outside of it",
	Looks: "Users of default and of other namespaces that are no tenant's, whom the rules place in a tenant: as the very principal, or by the name of their session under another role. One whom the house claims, or whose move is prepared, is none.",
	Why:   "Whoever is registered in default signs in there, among the others there, and comes to what is shared with it. Just-in-time provisioning registers people in no other namespace.",
	Mend:  "Move them with tenantry migrate, and shut the door through which they came with tenantry door.",
	Find: func(k *Known) (all []Finding) {
		sessions := k.sessions()
		for i := range k.Have.Foreign {
			f := &k.Have.Foreign[i]
			for j := range f.Users {
				if found, is := k.elsewhere(f, &f.Users[j], sessions); is {
					all = append(all, found)
				}
			}
		}
		return all
	},
})

// sessions are where the rules place people, by their sessions' names without case.
func (k *Known) sessions() map[string]tenancy.Namespace {
	all := map[string]tenancy.Namespace{}
	for user, n := range k.displaced {
		session := tenancy.Session(user.SessionName()).Fold()
		if was, is := all[session]; !is || n.Compare(was) < 0 {
			all[session] = n
		}
	}
	return all
}

// elsewhere is the finding about a user outside, where it is somebody of a tenant. The same principal in both is ISO303's.
func (k *Known) elsewhere(f *tenancy.Foreign, r *tenancy.Registration, sessions map[string]tenancy.Namespace) (Finding, bool) {
	g := tenancy.Grantee{Kind: tenancy.ToUser, Namespace: f.Name, Name: string(r.User)}
	found := k.ofUser(f.Name, r.User)
	if n, is := k.displaced[r.User]; is {
		if t := k.Tenant(n.String()); t != nil && t.Registration(r.User) != nil {
			return Finding{}, false
		}
		found.Namespace = n.String()
		found.Seen = fmt.Sprintf("%s is registered in %s as %s, and the rules place them in %s", tenancy.Word(string(r.User)), tenancy.Word(f.Name), r.Role, n)
		found.Mend = fmt.Sprintf("tenantry migrate --namespace %s --apply", n)
		return found, true
	}
	n, is := sessions[tenancy.Session(r.User.SessionName()).Fold()]
	if !is || r.User.SessionName() == "" || k.PartyOf(g).Kind == OfHouse || k.Prepared[g].To == n {
		return Finding{}, false
	}
	found.Namespace = n.String()
	found.Seen = fmt.Sprintf("%s is registered in %s as %s under another role, and the rules place somebody of that session's name in %s", tenancy.Word(string(r.User)), tenancy.Word(f.Name), r.Role, n)
	found.Mend = fmt.Sprintf("where it is a role of the house, name it in house.sign_in_roles; where it was the sign-in role before, name it in sign_in, and then:\ntenantry migrate --namespace %s --apply\notherwise %s", n, k.deleteUser(f.Name, r.User))
	return found, true
}
