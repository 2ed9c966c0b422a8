package rules

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// WantedBy says what asks for a namespace: rules that name it, groups whose names a rule reads so, and groups of
// the directory that are bound there and let people in, whatever they are called now. What is wanted is made again as
// soon as it is gone, and so every reading counts, be it the first rule's or held. A group that is bound there and that
// no rule is for any more, not by the name of its mirror either, lets nobody in and asks for nothing.
func WantedBy(r Rules, dir tenancy.Directory, have tenancy.State, n tenancy.Namespace) []string {
	var all []string
	for i := range r.Tenants {
		if rule := &r.Tenants[i]; rule.Group != "" && rule.Namespace == n {
			all = append(all, fmt.Sprintf("%s names it", rule.Text))
		}
	}
	t := have.Tenant(n)
	for _, g := range dir.Groups {
		if m := mirrorOf(t, g.ID); m != nil {
			if reads(&r, g.Name, n) != nil || ruleOfMirror(&r, m.Name, n) != nil {
				all = append(all, fmt.Sprintf("the group %s (%s) is bound there", tenancy.Word(g.Name), g.ID))
			}
			continue
		}
		if rule := reads(&r, g.Name, n); rule != nil && !r.House.HasGroup(g.Name) {
			all = append(all, fmt.Sprintf("the group %s (%s) asks for it, by %s", tenancy.Word(g.Name), g.ID, rule.Text))
		}
	}
	return all
}

func mirrorOf(t *tenancy.Tenant, g tenancy.GroupID) *tenancy.Mirror {
	if t == nil {
		return nil
	}
	return t.Mirror(g)
}

// reads answers the first rule that reads a namespace in a group's name.
func reads(r *Rules, name string, n tenancy.Namespace) *Rule {
	for i := range r.Tenants {
		rule := &r.Tenants[i]
		if text, _, fits := rule.Pattern.Capture(name); fits && !rule.Pattern.IsZero() && text == n.String() {
			return rule
		}
	}
	return nil
}
