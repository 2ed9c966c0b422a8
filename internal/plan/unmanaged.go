package plan

import "github.com/tenantry/tenantry/internal/tenancy"

// FindUnmanaged answers what is not tenantry's: namespaces that are not ours, and in those that are,
// users under other roles, but for those who are replaced, and groups made by hand. "default" is not listed for being there.
func FindUnmanaged(want, have tenancy.State) []Unmanaged {
	var all []Unmanaged
	for _, f := range have.Foreign {
		if f.Name != tenancy.DefaultNamespace || len(f.Users) > 0 {
			all = append(all, Unmanaged{Namespace: f.Name, Users: len(f.Users), Whole: true})
		}
	}
	for i := range have.Tenants {
		t := &have.Tenants[i]
		u := Unmanaged{Namespace: t.Namespace.String(), Groups: len(t.OtherGroups)}
		if w := want.Tenant(t.Namespace); w != nil && !w.SignIn.IsZero() {
			for _, r := range t.Registrations {
				if r.User.RoleName() != w.SignIn.Name() && w.FormerUser(r.User) == nil {
					u.Users++
				}
			}
		}
		if u.Users+u.Groups > 0 {
			all = append(all, u)
		}
	}
	return all
}
