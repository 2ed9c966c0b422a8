package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Trial is what one rule makes of a group.
type Trial struct {
	Rule    string `json:"rule"` // as in the configuration
	Matched bool   `json:"matched"`
	// Namespace is what the rule reads in the group's name, or names itself; "" where it reads nothing. It is text, since
	// it may be what cannot be a namespace.
	Namespace string       `json:"namespace,omitempty"`
	Role      tenancy.Role `json:"role,omitempty"` // that it would give
	// Why is a sentence, without a full stop: why it counts, or does not.
	Why string `json:"why"`
}

// Try says of each rule in its order whether it is the one that counts for a group, and why. At most one counts; that it
// does is not yet that the group is bound: what is held beside it says Derive.
//
// It decides nothing: which rule counts is asked of what Derive asks.
func (r *Rules) Try(g tenancy.Group, have *tenancy.State) []Trial {
	t := trying{r: r, g: g, fixed: r.fixed(g.ID), house: r.House.HasGroup(g.Name)}
	t.bound = boundTo(have, g.ID)
	t.counts = t.thatCounts()
	trials := make([]Trial, len(r.Tenants))
	for i := range r.Tenants {
		trials[i] = t.rule(&r.Tenants[i])
	}
	return trials
}

// boundTo are the mirrors that bear a group's mark, each with its namespace.
func boundTo(have *tenancy.State, g tenancy.GroupID) []mirrorIn {
	var all []mirrorIn
	for i := range have.Tenants {
		t := &have.Tenants[i]
		for _, m := range t.Mirrors {
			if m.Group == g {
				all = append(all, mirrorIn{t.Namespace, m.Name})
			}
		}
	}
	return all
}

type mirrorIn struct {
	namespace tenancy.Namespace
	name      string
}

// trying holds what the trials of one group have in common.
type trying struct {
	r      *Rules
	g      tenancy.Group
	fixed  *Rule
	house  bool
	bound  []mirrorIn
	counts *Rule // the rule that counts, nil where none does
}

// thatCounts is the rule that bind takes.
func (t *trying) thatCounts() *Rule {
	switch {
	case t.house || len(t.bound) > 1:
		return nil
	case t.fixed != nil:
		if len(t.bound) == 1 && t.fixed.Namespace != t.bound[0].namespace {
			return nil // it is held, and stays where it is
		}
		return t.fixed
	case len(t.bound) == 1:
		if rule := reads(t.r, t.g.Name, t.bound[0].namespace); rule != nil {
			return rule
		}
		return ruleOfMirror(t.r, t.bound[0].name, t.bound[0].namespace)
	}
	rule, text := t.r.match(t.g.Name)
	if rule == nil || t.cannotBe(text) != "" {
		return nil
	}
	return rule
}

// rule is the trial of one rule.
func (t *trying) rule(rule *Rule) Trial {
	trial := Trial{Rule: rule.Text, Role: rule.Role, Matched: rule == t.counts}
	if rule.Group != "" {
		trial.Namespace = rule.Namespace.String()
		trial.Why = t.byID(rule)
		return trial
	}
	text, looks, fits := rule.Pattern.Capture(t.g.Name)
	if fits {
		trial.Namespace = text
	}
	switch {
	case trial.Matched && !fits:
		trial.Namespace = t.bound[0].namespace.String()
		trial.Why = fmt.Sprintf("the group is bound to %s by its mark; its name fits no more, and its mirror %q still has the name that this rule gave", trial.Namespace, t.bound[0].name)
	case trial.Matched && len(t.bound) == 1:
		trial.Why = fmt.Sprintf("its name fits, and the group is bound to %s by its mark already", text)
	case trial.Matched:
		trial.Why = "its name fits, and no rule before this one does"
	case !fits:
		trial.Why = unfit(rule.Pattern, t.g.Name, text, looks)
	default:
		trial.Why = "its name fits, but " + t.overruled(text)
	}
	return trial
}

// byID says what comes of a rule that names a group by its id.
func (t *trying) byID(rule *Rule) string {
	switch {
	case rule.Group != t.g.ID:
		return fmt.Sprintf("it is for the group with the id %s alone", rule.Group)
	case t.house:
		return "it names this group by its id, but house.groups has the group's name"
	case rule == t.counts:
		return "it names this group by its id, which counts before every name"
	case rule != t.fixed:
		return "it names this group by its id, but so does a rule before it"
	case len(t.bound) == 1:
		return fmt.Sprintf("it names this group by its id, but the group is bound to %s by its mark, and stays there", t.bound[0].namespace)
	}
	return "it names this group by its id, but " + twice(t.bound)
}

// overruled says what counts more than that a name fits.
func (t *trying) overruled(text string) string {
	switch {
	case t.house:
		return "house.groups has the group's name, and nobody is placed by it"
	case t.fixed != nil:
		return fmt.Sprintf("%s names the group by its id, which counts before every name", t.fixed.Text)
	case len(t.bound) > 1:
		return twice(t.bound)
	case len(t.bound) == 1 && text != t.bound[0].namespace.String():
		return fmt.Sprintf("it reads %s there, and the group is bound to %s by its mark, and stays", text, t.bound[0].namespace)
	}
	if first, _ := t.r.match(t.g.Name); first != nil && t.counts == nil {
		if read, _, _ := first.Pattern.Capture(t.g.Name); read == text {
			return t.cannotBe(text)
		}
		return fmt.Sprintf("%s comes first, and what it reads cannot be", first.Text)
	}
	return fmt.Sprintf("%s comes before it, and fits too", t.counts.Text)
}

func twice(bound []mirrorIn) string {
	var names []string
	for _, b := range bound {
		names = append(names, b.namespace.String())
	}
	return "the group's mark stands in more than one place: " + strings.Join(slices.Compact(names), ", ")
}

// cannotBe says why a group that is not bound yet cannot have the namespace that is read in its name, "" where it can.
func (t *trying) cannotBe(text string) string {
	n, err := tenancy.ParseNamespace(text)
	if reserved, is := t.r.reserved(n); err == nil && is {
		return fmt.Sprintf("a rule with group_id keeps the namespace %s for another group", reserved)
	}
	switch {
	case err != nil:
		return fmt.Sprintf("it cannot be a namespace: %v", err)
	case t.r.House.HasNamespace(text):
		return fmt.Sprintf("house.namespaces keeps %s for the company itself", text)
	}
	return ""
}

// unfit says where a name parts from a pattern.
func unfit(p Pattern, name, text string, looks bool) string {
	switch {
	case looks:
		return fmt.Sprintf("%q stands in the place of {namespace}, and a namespace has letters, digits, '.', '_' and '-' only", text)
	case !strings.HasPrefix(name, p.before):
		return fmt.Sprintf("the name does not begin with %q", p.before)
	case !strings.HasSuffix(name, p.after):
		return fmt.Sprintf("the name does not end with %q", p.after)
	}
	return "nothing stands in the place of {namespace}"
}
