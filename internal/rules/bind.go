package rules

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// grants says what a binding may still change.
type grants int

const (
	free   grants = iota // members come and go with the group's
	closed               // nobody new comes in through it
	frozen               // nothing changes: its members stay who they are
)

// binding gives one group of the directory to one tenant.
type binding struct {
	group     tenancy.GroupID
	namespace tenancy.Namespace
	rule      *Rule // nil only when frozen
	name      string
	mirror    string // the name of the QuickSight group
	grants    grants
}

func (b *binding) because() tenancy.Because {
	because := tenancy.Because{Group: b.group, GroupName: b.name}
	if b.rule != nil {
		because.Rule, because.Role = b.rule.Text, b.rule.Role
	}
	return because
}

// bind gives every group that feeds a tenant its binding. Groups that are bound already come
// first: what they say about the tenants that exist, the new ones must respect.
func (d *deriver) bind() {
	bound := d.bindMarked()
	var candidates []binding
	for i := range d.rules.Tenants {
		if rule := &d.rules.Tenants[i]; rule.Group != "" && !bound[rule.Group] && d.dir.Group(rule.Group) == nil {
			d.hold(heldGroupUnknown(d.rules.Store, rule))
		}
	}
	for _, g := range d.dir.Groups {
		if bound[g.ID] {
			continue
		}
		if d.rules.House.HasGroup(g.Name) {
			if rule := d.rules.fixed(g.ID); rule != nil {
				d.hold(heldHouseGroup(g, rule.Namespace))
			}
			continue
		}
		if b, ok := d.candidate(g); ok {
			candidates = append(candidates, b)
		}
	}
	d.bindings = append(d.bindings, d.admit(candidates)...)
	slices.SortFunc(d.bindings, func(a, b binding) int { return strings.Compare(string(a.group), string(b.group)) })
	d.checkMirrorNames()
}

// bindMarked binds the groups whose mark is in QuickSight, and answers which groups those are.
func (d *deriver) bindMarked() map[tenancy.GroupID]bool {
	bound := map[tenancy.GroupID]bool{}
	twice := map[tenancy.GroupID]bool{}
	for i := range d.have.Tenants {
		for _, m := range d.have.Tenants[i].Mirrors {
			twice[m.Group] = bound[m.Group]
			bound[m.Group] = true
		}
	}
	for i := range d.have.Tenants {
		t := &d.have.Tenants[i]
		for _, m := range t.Mirrors {
			b := binding{group: m.Group, namespace: t.Namespace, name: m.Name, mirror: m.Name, grants: frozen}
			g := d.dir.Group(m.Group)
			switch {
			case twice[m.Group]:
				d.hold(heldBoundTwice(d.rules.Account, m, t.Namespace))
			case g == nil:
				d.hold(heldGroupGone(d.rules.Account, m, t.Namespace, d.takingOver(t, &m, bound)))
			case d.rules.House.HasGroup(g.Name):
				d.hold(heldHouseGroup(*g, t.Namespace))
			default:
				d.bindKnown(&b, *g)
			}
			d.bindings = append(d.bindings, b)
		}
	}
	return bound
}

// bindKnown finds the rule for a group that is bound to a namespace already. Its present name comes
// first, and then the one that it had when it was bound, which its mirror still bears.
func (d *deriver) bindKnown(b *binding, g tenancy.Group) {
	b.name = g.Name
	if rule := d.rules.fixed(g.ID); rule != nil {
		if rule.Namespace != b.namespace {
			d.hold(heldRebound(g, b.namespace, *rule))
			return
		}
		b.rule, b.grants = rule, free
		return
	}
	if rule := d.ruleReading(g.Name, b.namespace); rule != nil {
		b.rule, b.grants = rule, free
		return
	}
	b.rule = d.ruleOfMirror(b.mirror, b.namespace)
	if b.rule == nil {
		d.hold(heldNoRule(g, b.namespace))
		return
	}
	b.grants = free
	if other := d.othersName(g); other != "" {
		d.hold(heldRenamed(g, b.mirror, b.namespace, other))
		b.grants = closed
		return
	}
	d.out.Notes = append(d.out.Notes, notedRenamed(g, b.mirror, b.namespace))
}

// ruleReading answers the first rule by which the name belongs to the namespace.
func (d *deriver) ruleReading(name string, n tenancy.Namespace) *Rule {
	for i := range d.rules.Tenants {
		rule := &d.rules.Tenants[i]
		if text, _, fits := rule.Pattern.Capture(name); fits && text == n.String() && !rule.Pattern.IsZero() {
			return rule
		}
	}
	return nil
}

// ruleOfMirror answers the rule that gave a mirror its name.
func (d *deriver) ruleOfMirror(mirror string, n tenancy.Namespace) *Rule {
	return ruleOfMirror(d.rules, mirror, n)
}

func ruleOfMirror(r *Rules, mirror string, n tenancy.Namespace) *Rule {
	for i := range r.Tenants {
		rule := &r.Tenants[i]
		if rule.Mirror != "" && !rule.Pattern.IsZero() && fill(rule.Mirror, n) == mirror {
			return rule
		}
	}
	return reads(r, mirror, n)
}

// othersName answers another tenant that any of the rules reads in the group's present name.
func (d *deriver) othersName(g tenancy.Group) string {
	for i := range d.rules.Tenants {
		if text, _, fits := d.rules.Tenants[i].Pattern.Capture(g.Name); fits && d.anothers(text, g) {
			return text
		}
	}
	return ""
}

// anothers reports whether a namespace's name is another tenant's: it exists, a rule names it, or
// another group of the directory asks for it.
func (d *deriver) anothers(name string, g tenancy.Group) bool {
	if d.exists(name) {
		return true
	}
	if slices.ContainsFunc(d.rules.Tenants, func(r Rule) bool { return r.Group != "" && r.Namespace.String() == name }) {
		return true
	}
	first, asked := d.askedFor()[name]
	return asked && (first.more || first.group != g.ID)
}

// asking is a group that asks by its name for a namespace, and whether more do.
type asking struct {
	group tenancy.GroupID
	more  bool
}

// askedFor answers, for each namespace that a group asks for by its name, which one does.
func (d *deriver) askedFor() map[string]asking {
	if d.asked != nil {
		return d.asked
	}
	d.asked = map[string]asking{}
	for _, g := range d.dir.Groups {
		if rule, text := d.rules.match(g.Name); rule != nil {
			first, asked := d.asked[text]
			if !asked {
				first.group = g.ID
			}
			first.more = asked
			d.asked[text] = first
		}
	}
	return d.asked
}

// exists reports whether QuickSight has a namespace of this name, ours or not.
func (d *deriver) exists(name string) bool {
	if d.have.ForeignNamed(name) != nil {
		return true
	}
	n, err := tenancy.ParseNamespace(name)
	return err == nil && d.have.Tenant(n) != nil
}

// candidate reads a group that is not bound yet: what its own name and the rules make of it.
func (d *deriver) candidate(g tenancy.Group) (binding, bool) {
	b := binding{group: g.ID, name: g.Name}
	if rule := d.rules.fixed(g.ID); rule != nil {
		b.rule, b.namespace = rule, rule.Namespace
		b.mirror = mirrorName(rule, g.Name, b.namespace)
		return b, true
	}
	rule, text := d.rules.match(g.Name)
	if rule == nil {
		if _, _, fits := d.rules.Custodians.Capture(g.Name); fits {
			return b, false // it says who inherits, and gives nobody anything
		}
		d.lookalike(g)
		return b, false
	}
	n, err := tenancy.ParseNamespace(text)
	if reserved, ok := d.rules.reserved(n); ok {
		d.hold(heldReserved(g, n, reserved))
		return b, false
	}
	switch {
	case err != nil:
		d.hold(heldNamespaceName(g, text, err))
		return b, false
	case d.rules.House.HasNamespace(text):
		d.hold(heldHouseNamespace(g, n))
		return b, false
	}
	b.rule, b.namespace = rule, n
	b.mirror = mirrorName(rule, g.Name, n)
	return b, true
}

// lookalike holds a group whose name has the shape of a pattern, but not a namespace in it: a typing
// error that would otherwise leave a customer out without a word.
func (d *deriver) lookalike(g tenancy.Group) {
	for i := range d.rules.Tenants {
		p := d.rules.Tenants[i].Pattern
		if p.IsZero() || p.Bare() {
			continue
		}
		if text, looks, _ := p.Capture(g.Name); looks {
			d.hold(heldGroupName(g, text, d.rules.Tenants[i].Text))
			return
		}
	}
}

func mirrorName(rule *Rule, display string, n tenancy.Namespace) string {
	if rule.Mirror == "" {
		return display
	}
	return fill(rule.Mirror, n)
}

// checkMirrorNames holds the new groups whose mirror could not be made under its name.
func (d *deriver) checkMirrorNames() {
	type place struct {
		namespace tenancy.Namespace
		name      string
	}
	taken := map[place]int{}
	for _, b := range d.bindings {
		taken[place{b.namespace, strings.ToLower(b.mirror)}]++
	}
	for i := range d.have.Tenants {
		t := &d.have.Tenants[i]
		for _, name := range t.OtherGroups {
			taken[place{t.Namespace, strings.ToLower(name)}]++
		}
	}
	d.bindings = slices.DeleteFunc(d.bindings, func(b binding) bool {
		if t := d.have.Tenant(b.namespace); t != nil && t.Mirror(b.group) != nil {
			return false
		}
		why := mirrorFault(b.mirror)
		if why == "" && taken[place{b.namespace, strings.ToLower(b.mirror)}] > 1 {
			why = "is that of another group in the namespace"
		}
		if why != "" {
			d.hold(heldMirrorName(b, why, d.takes(b)))
		}
		return why != ""
	})
}

// takes is the command by which a new group takes over the mirror that has its mirror's name, "" where that one's
// group is not gone.
func (d *deriver) takes(b binding) string {
	t := d.have.Tenant(b.namespace)
	if t == nil || !slices.ContainsFunc(d.orphans(t), func(m *tenancy.Mirror) bool { return strings.EqualFold(m.Name, b.mirror) }) {
		return ""
	}
	return d.insteadOf(t, b.group, b.mirror)
}

// mirrorFault says why a name cannot be a mirror's, "" when it can (API model: GroupName).
func mirrorFault(name string) string {
	switch {
	case name == "" || strings.TrimSpace(name) != name:
		return "is empty, or begins or ends with a space"
	case strings.HasPrefix(strings.ToLower(name), "tenantry-"):
		return "begins with tenantry-, which is kept for groups of tenantry's own"
	case strings.ContainsFunc(name, func(c rune) bool { return c < 0x20 || c > 0xff || 0x7f <= c && c < 0xa0 }):
		return "holds a character that a QuickSight group's name cannot hold"
	}
	return ""
}
