package audit

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO303", Severity: High,
	Name:  "a principal is registered in two namespaces",
	Looks: "One role with one session's name as a user of a tenant and of another namespace.",
	Why:   "AWS does not say into which of them such a principal signs in. It may be the wrong one.",
	Mend:  "Delete the user of the namespace where they do not belong, with tenantry migrate where it is outside of the tenants.",
	Find: func(k *Known) (all []Finding) {
		for user, at := range k.everywhere() {
			for _, other := range at[1:] {
				all = append(all, k.twice(user, at[0], other))
			}
		}
		slices.SortFunc(all, Finding.Compare)
		return all
	},
})

// everywhere are the namespaces of each principal that is in several, a tenant's among them: tenants first, by name. Names
// without a role are none: each namespace has its own people of such a name.
func (k *Known) everywhere() map[tenancy.UserName][]string {
	all := map[tenancy.UserName][]string{}
	for i := range k.Have.Tenants {
		for _, r := range k.Have.Tenants[i].Registrations {
			if r.User.SessionName() != "" && r.User != deleted {
				all[r.User] = append(all[r.User], k.Have.Tenants[i].Namespace.String())
			}
		}
	}
	for i := range k.Have.Foreign {
		for _, r := range k.Have.Foreign[i].Users {
			if at := all[r.User]; at != nil {
				all[r.User] = append(at, k.Have.Foreign[i].Name)
			}
		}
	}
	for user, at := range all {
		if at = slices.Compact(at); len(at) < 2 {
			delete(all, user)
		}
	}
	return all
}

// deleted is how QuickSight answers a user whose IAM identity is gone (API model: User, UserName).
const deleted tenancy.UserName = "N/A"

func (k *Known) twice(user tenancy.UserName, tenant, other string) Finding {
	f := k.ofUser(tenant, user)
	f.Object += " " + k.ofUser(other, user).Object
	f.Other = other
	f.Seen = fmt.Sprintf("%s is registered in %s and in %s", tenancy.Word(string(user)), tenant, tenancy.Word(other))
	belongs, is := k.displaced[user]
	switch {
	case is && k.Tenant(other) == nil:
		f.Mend = fmt.Sprintf("tenantry migrate --namespace %s --apply", belongs)
	case is && belongs.String() == other:
		f.Mend = k.deleteUser(tenant, user)
	default:
		f.Mend = k.deleteUser(other, user)
	}
	if !is {
		f.Mend = "see where they belong; there or here, " + f.Mend
	}
	return f
}
