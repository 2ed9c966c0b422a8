package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO308", Severity: Medium,
	Name: "names that could be taken for each other",
	Looks: "Namespaces that differ by case or by characters that look alike, or of which one only extends another and no rule with a group's id says that it is meant; groups of the directory that look like another tenant's; principals of tenants that differ by case. " +
		"People whose names look alike in another way are left out: in a large directory there are many, and a person is told apart by the directory's id.",
	Why:  "Whoever shares an asset, adds somebody to a group or writes a rule picks by name. AWS does not say whether it tells apart what differs by case.",
	Mend: "Rename one of them, or say with group_id in tenants that it is meant.",
	Find: func(k *Known) []Finding {
		return slices.Concat(k.twinNamespaces(), k.twinGroups(), k.twinPrincipals())
	},
})

// twinNamespaces are the tenants whose names look like another namespace's.
func (k *Known) twinNamespaces() (all []Finding) {
	looks := map[string][]string{}
	folds := map[string]string{}
	for _, n := range k.namespaces() {
		looks[skeleton(n)] = append(looks[skeleton(n)], n)
		folds[strings.ToLower(n)] = n
	}
	for i := range k.Have.Tenants {
		n := k.Have.Tenants[i].Namespace
		for _, other := range append(looks[skeleton(n.String())], folds[n.Fold()]) {
			// Of two tenants it is said once.
			if alike(n.String(), other) && (k.Tenant(other) == nil || n.String() < other) {
				all = append(all, k.twins(n, other, fmt.Sprintf("the namespaces %s and %s look alike", n, tenancy.Word(other))))
			}
		}
		if shorter := k.shorter(n); shorter != "" && !k.meant(n) {
			all = append(all, k.twins(n, shorter, fmt.Sprintf("the namespace %s only extends the name of %s: its group may be one of that tenant, under a name that no rule expects", n, shorter)))
		}
	}
	return all
}

// namespaces are the names of all namespaces, sorted.
func (k *Known) namespaces() []string {
	var all []string
	for i := range k.Have.Tenants {
		all = append(all, k.Have.Tenants[i].Namespace.String())
	}
	for i := range k.Have.Foreign {
		all = append(all, k.Have.Foreign[i].Name)
	}
	slices.Sort(all)
	return all
}

// shorter is the longest tenant's name that another tenant's extends, "" for none.
func (k *Known) shorter(n tenancy.Namespace) string {
	name := n.String()
	for at := len(name) - 1; at > 0; at-- {
		if t := k.Tenant(name[:at]); t != nil && n.Extends(t.Namespace) {
			return name[:at]
		}
	}
	return ""
}

// meant reports whether a rule with a group's id says that a tenant is a customer of its own.
func (k *Known) meant(n tenancy.Namespace) bool {
	w := k.Want.Tenant(n)
	return w != nil && slices.ContainsFunc(w.Mirrors, func(m tenancy.Mirror) bool { return strings.Contains(m.Because.Rule, "] group_id ") })
}

// groupFor is the id of the group that a tenant stands for, a word for it where it has none.
func (k *Known) groupFor(n tenancy.Namespace) string {
	for _, t := range []*tenancy.Tenant{k.Tenant(n.String()), k.Want.Tenant(n)} {
		if t != nil && len(t.Mirrors) > 0 {
			return string(t.Mirrors[0].Group)
		}
	}
	return "its group's id"
}

func (k *Known) twins(n tenancy.Namespace, other, seen string) Finding {
	f := Finding{
		Object: "namespaces " + n.String() + " " + other, Namespace: n.String(), Seen: seen,
		Mend: fmt.Sprintf("if %s is a customer of its own, say so in tenants: {group_id: %s, namespace: %s}, and accept this finding where it is still told; otherwise rename its group", n, k.groupFor(n), n),
	}
	if k.Tenant(other) != nil {
		f.Other = other
	}
	return f
}

// twinGroups are the groups of the directory that look like a group of a tenant, and are not that tenant's.
func (k *Known) twinGroups() (all []Finding) {
	bound := map[tenancy.GroupID]tenancy.Namespace{}
	for i := range k.Have.Tenants {
		for _, m := range k.Have.Tenants[i].Mirrors {
			bound[m.Group] = k.Have.Tenants[i].Namespace
		}
	}
	looks := map[string][]tenancy.Group{}
	for _, g := range k.Directory.Groups {
		looks[skeleton(g.Name)] = append(looks[skeleton(g.Name)], g)
		if fold := strings.ToLower(g.Name); fold != skeleton(g.Name) {
			looks[fold] = append(looks[fold], g)
		}
	}
	for _, g := range k.Directory.Groups {
		n, is := bound[g.ID]
		if !is {
			continue
		}
		for _, other := range append(slices.Clone(looks[skeleton(g.Name)]), looks[strings.ToLower(g.Name)]...) {
			of, both := bound[other.ID]
			if !alike(g.Name, other.Name) || of == n || both && other.ID < g.ID {
				continue // one of this tenant too, or said already
			}
			f := Finding{
				Object: fmt.Sprintf("groups %s %s", g.ID, other.ID), Namespace: n.String(), Other: of.String(),
				Seen: fmt.Sprintf("the group %s (%s) looks like the group %s (%s) of %s, and is not of that tenant", tenancy.Word(other.Name), other.ID, tenancy.Word(g.Name), g.ID, n),
				Mend: fmt.Sprintf("give the group %s (%s) another name where it is made: in Identity Center, or in the directory that it comes from", tenancy.Word(other.Name), other.ID),
			}
			all = append(all, f)
		}
	}
	return all
}

// twinPrincipals are the principals of tenants that differ by case from another one.
func (k *Known) twinPrincipals() (all []Finding) {
	type place struct {
		user tenancy.UserName
		n    tenancy.Namespace
	}
	seen := map[string]place{}
	for i := range k.Have.Tenants {
		t := &k.Have.Tenants[i]
		for _, r := range t.Registrations {
			fold := strings.ToLower(string(r.User))
			was, is := seen[fold]
			if !is {
				seen[fold] = place{r.User, t.Namespace}
				continue
			}
			if was.user == r.User {
				continue // ISO303
			}
			f := k.ofUser(was.n.String(), was.user)
			f.Object = "principals " + f.Principal + " " + k.ofUser(t.Namespace.String(), r.User).Principal
			f.Seen = fmt.Sprintf("%s of %s and %s of %s differ by case at the most", tenancy.Word(string(was.user)), was.n, tenancy.Word(string(r.User)), t.Namespace)
			f.Mend = "give one of the two people another name in Identity Center, and then:\ntenantry apply"
			if was.n != t.Namespace {
				f.Other = t.Namespace.String()
			}
			all = append(all, f)
		}
	}
	return all
}
