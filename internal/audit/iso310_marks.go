package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO310", Severity: High,
	Name:  "a mark and the directory disagree",
	Looks: "Marked groups of tenants whose group the directory does not have any more, and marks that stand at more than one group: two of one tenant, or of two.",
	Why:   "Nobody in the group of a mark without a group ever loses anything: they still have access. A mark that was copied makes people of one group come to what another was given.",
	Mend:  "Rebind the tenant to the group that has come in its place, retire it, or take the wrong mark away.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Have.Tenants {
			t := &k.Have.Tenants[i]
			for j := range t.Mirrors {
				m := &t.Mirrors[j]
				if at := k.marks[m.Group]; len(at) > 1 {
					all = append(all, k.copied(t, m, at))
				} else if k.Directory.Group(m.Group) == nil {
					all = append(all, k.gone(t, m))
				}
			}
		}
		return all
	},
})

// copied is the finding about one of several groups that have one mark.
func (k *Known) copied(t *tenancy.Tenant, m *tenancy.Mirror, at []tenancy.Namespace) Finding {
	f := k.ofMirror(t.Namespace, m.Name)
	where := "another group of it"
	for _, n := range at {
		if n != t.Namespace {
			f.Other, where = n.String(), "a group of "+n.String()
		}
	}
	f.Seen = fmt.Sprintf("the group %s of %s has the mark of the group %s, and so has %s", tenancy.Word(m.Name), t.Namespace, m.Group, where)
	f.Mend = "where it is wrong:\n" + k.quicksight("update-group", t.Namespace.String(), fmt.Sprintf("--group-name %s --description none", tenancy.ShellQuote(m.Name)))
	return f
}

// gone is the finding about a group whose own the directory does not have.
func (k *Known) gone(t *tenancy.Tenant, m *tenancy.Mirror) Finding {
	f := k.ofMirror(t.Namespace, m.Name)
	f.Seen = fmt.Sprintf("the group %s of %s stands for the group %s, which is no longer in the directory: its %d members keep what they have", tenancy.Word(m.Name), t.Namespace, m.Group, len(m.Members))
	if len(m.Members) == 0 {
		f.Severity = Medium
	}
	f.Mend = fmt.Sprintf("if another group has come in its place, tenantry rebind with that one's id; if the customer has left:\ntenantry retire %s\nif only this group has gone:\n%s",
		t.Namespace, k.quicksight("delete-group", t.Namespace.String(), "--group-name "+tenancy.ShellQuote(m.Name)))
	return f
}
