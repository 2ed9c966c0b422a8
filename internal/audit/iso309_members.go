package audit

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO309", Severity: High,
	Name:  "somebody is in a tenant's group who is not in it in the directory",
	Looks: "Members of a tenant's marked groups, and of its custodians, whom the rules do not want there, or who are not in the group of the directory that it stands for. Those who should not be in the tenant at all are told of elsewhere (ISO304, ISO306).",
	Why:   "What is shared with the group reaches them, and the directory, which is what an administrator looks at, does not say so.",
	Mend:  "Take them out of the group.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Have.Tenants {
			t := &k.Have.Tenants[i]
			w := k.decided(t)
			if w == nil {
				continue
			}
			for j := range t.Mirrors {
				all = append(all, k.extra(t, w, &t.Mirrors[j])...)
			}
			if t.Custodians.Name != "" {
				all = append(all, k.extra(t, w, &t.Custodians)...)
			}
		}
		return all
	},
})

// extra are the findings about one group of a tenant: one for each member who should not be there.
func (k *Known) extra(t, w *tenancy.Tenant, m *tenancy.Mirror) (all []Finding) {
	want := w.Twin(m)
	if want == nil || want.Gone {
		return nil // ISO310, ISO311
	}
	for _, user := range m.Members {
		r := w.Registration(user)
		if r == nil || want.Has(user) && k.inGroup(t, m.Group, r) {
			continue
		}
		f := k.ofMirror(t.Namespace, m.Name)
		f.Object += " " + k.ofUser(t.Namespace.String(), user).Object
		if r.Leaving {
			f.Severity = Medium
		}
		f.Seen = fmt.Sprintf("%s is in the group %s of %s, and should not be, by the directory", tenancy.Word(string(user)), tenancy.Word(m.Name), t.Namespace)
		f.Mend = k.quicksight("delete-group-membership", t.Namespace.String(), fmt.Sprintf("--group-name %s --member-name %s", tenancy.ShellQuote(m.Name), tenancy.ShellQuote(string(user))))
		all = append(all, f)
	}
	return all
}

// inGroup reports whether somebody is in a group of the directory, or it cannot be told: the group's members were not
// read, or who they are is not known. What is held keeps its members, and it is here that those are seen who have left.
func (k *Known) inGroup(t *tenancy.Tenant, g tenancy.GroupID, want *tenancy.Registration) bool {
	members, read := k.Directory.Members[g]
	if !read {
		return true
	}
	p := k.Directory.Person(tagged(want))
	if have := t.Registration(want.User); p == nil && have != nil {
		p = k.behind(have)
	}
	return p == nil || slices.Contains(members, p.ID) || k.waits(p.ID, t.Namespace)
}
