package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO311", Severity: Medium,
	Name:  "a mark that no rule explains",
	Looks: "Namespaces and groups with tenantry's mark about which the configuration decides nothing: no rule binds them, or what binds them is held.",
	Why:   "Everybody there stays as they are, whatever the directory says: nobody is taken out who leaves. A mark that somebody forged, or left behind, looks the same.",
	Mend:  "Add the rule, retire the tenant, or take the mark away.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Have.Tenants {
			t := &k.Have.Tenants[i]
			if w := k.decided(t); w != nil {
				all = append(all, k.unexplained(t, w)...)
			} else if f, is := k.undecided(t); is {
				all = append(all, f)
			}
		}
		return all
	},
})

// sound reports whether a mark agrees with the directory: the group is there, and no other has the mark. Of the others
// ISO310 tells.
func (k *Known) sound(m tenancy.Mirror) bool {
	return k.Directory.Group(m.Group) != nil && len(k.marks[m.Group]) < 2
}

// undecided is the finding about a tenant about which nothing is decided. It is none where each of its groups is told of
// already.
func (k *Known) undecided(t *tenancy.Tenant) (Finding, bool) {
	if len(t.Mirrors) > 0 && !slices.ContainsFunc(t.Mirrors, k.sound) {
		return Finding{}, false
	}
	why, ends := "no rule is for it", fmt.Sprintf("add the rule to tenants, or, if the customer has left:\ntenantry retire %s", t.Namespace)
	for _, h := range k.Held {
		if h.Namespace == t.Namespace.String() {
			why, ends = fmt.Sprintf("it is held (%s)", h.Code), h.Ends
			break
		}
	}
	return Finding{
		Object: "namespace " + t.Namespace.String(), Namespace: t.Namespace.String(),
		Seen: fmt.Sprintf("%s is marked as a tenant, and nothing is decided about its %d people: %s", t.Namespace, len(t.Registrations), why),
		Mend: ends,
	}, true
}

// unexplained are the findings about the groups of a tenant that no rule binds.
func (k *Known) unexplained(t, w *tenancy.Tenant) (all []Finding) {
	for i := range t.Mirrors {
		m := &t.Mirrors[i]
		want := w.Twin(m)
		if !k.sound(*m) || want != nil && (want.Gone || want.Because.Rule != "") {
			continue
		}
		f := k.ofMirror(t.Namespace, m.Name)
		f.Seen = fmt.Sprintf("the group %s of %s has the mark of the group %s, and no rule binds that there", tenancy.Word(m.Name), t.Namespace, m.Group)
		f.Mend = fmt.Sprintf("add to tenants: {group_id: %s, namespace: %s}, with the role of its people; or, where the mark is wrong:\n%s", m.Group, t.Namespace,
			k.quicksight("update-group", t.Namespace.String(), "--group-name "+tenancy.ShellQuote(m.Name)+" --description none"))
		if h := slices.IndexFunc(k.Held, func(h tenancy.Hold) bool { return h.Object == string(m.Group) }); h >= 0 {
			f.Mend = strings.TrimSpace(k.Held[h].Ends)
		}
		all = append(all, f)
	}
	return all
}
