package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Refusal says why something is not done that somebody asks for by name, and what mends it.
type Refusal struct{ Why, Mend string }

func (r *Refusal) Error() string { return r.Why }

// Hint says what mends it.
func (r *Refusal) Hint() string { return r.Mend }

func refuse(mend, format string, args ...any) *Refusal {
	return &Refusal{fmt.Sprintf(format, args...), mend}
}

// Takeover is that a group of the directory takes the place of one that is gone, in a tenant.
type Takeover struct {
	Mirror tenancy.Mirror // of the one that is gone, as it is
	Group  tenancy.Group  // the one that takes its place
	Rule   *Rule          // by which it belongs there
}

// Succeed says which mirror of a tenant a group may take over, or why none (*Refusal): from is the group whose
// mirror it is, "" where only one of the tenant's groups is gone. A group that lives keeps its mirror; and
// nobody comes into a tenant through a group that no rule gives to it.
func Succeed(r Rules, dir tenancy.Directory, have tenancy.State, n tenancy.Namespace, to, from tenancy.GroupID) (Takeover, error) {
	d := &deriver{rules: &r, dir: &dir, have: &have}
	t := have.Tenant(n)
	switch {
	case t == nil && have.ForeignNamed(n.String()) != nil:
		return Takeover{}, refuse("only a group of a namespace that bears tenantry's mark can be taken over", "the namespace %s is not tenantry's", n)
	case t == nil:
		return Takeover{}, refuse("check the spelling; capital letters count", "there is no namespace %s", n)
	case t.Status != tenancy.Created:
		return Takeover{}, refuse("nothing is written into a namespace that is not CREATED: try again when it is", "the namespace %s is %s", n, tenancy.Word(string(t.Status)))
	}
	g := dir.Group(to)
	if g == nil {
		return Takeover{}, refuse(fmt.Sprintf("these ids there are: aws identitystore list-groups --identity-store-id %s", r.Store), "the directory has no group %s", tenancy.Word(string(to)))
	}
	if m, in := markedAs(&have, to); m != nil {
		return Takeover{}, refuse("a group is bound once: name another one, or leave it as it is", "the group %s is bound already: to %s, by the mark of %s", to, in, tenancy.Word(m.Name))
	}
	mirror, err := d.orphan(t, from)
	if err != nil {
		return Takeover{}, err
	}
	rule := d.leads(*g, n)
	if rule == nil {
		return Takeover{}, refuse(fmt.Sprintf("if its people belong there, add to tenants: {group_id: %s, namespace: %s, role: ROLE}", to, n),
			"no rule gives the group %s (%s) to %s", tenancy.Word(g.Name), to, n)
	}
	return Takeover{*mirror, *g, rule}, nil
}

// orphan is the one mirror of a tenant that can be taken over.
func (d *deriver) orphan(t *tenancy.Tenant, from tenancy.GroupID) (*tenancy.Mirror, error) {
	var of []*tenancy.Mirror
	if from == "" {
		of = d.orphans(t)
	}
	for i := range t.Mirrors {
		if t.Mirrors[i].Group == from && from != "" {
			of = append(of, &t.Mirrors[i])
		}
	}
	switch {
	case len(of) == 0 && from == "":
		return nil, refuse("the directory still has every group that is bound there; one more joins it with a rule: {group_id: ID, namespace: "+t.Namespace.String()+"}",
			"none of the groups of %s is gone, and so there is no place to take", t.Namespace)
	case len(of) == 0:
		return nil, refuse("bound there are: "+named(t.Mirrors), "no group of %s is bound to the group %s", t.Namespace, tenancy.Word(string(from)))
	case len(of) > 1 && from == "":
		var mirrors []tenancy.Mirror
		for _, m := range of {
			mirrors = append(mirrors, *m)
		}
		return nil, refuse("say which with --from: "+named(mirrors), "more than one of the groups of %s is gone", t.Namespace)
	}
	g := of[0].Group
	if alive := d.dir.Group(g); alive != nil {
		return nil, refuse(fmt.Sprintf("a group that was renamed goes on as it is; another one joins it with a rule: {group_id: ID, namespace: %s}", t.Namespace),
			"the group %s (%s) is not gone, and keeps its place", tenancy.Word(alive.Name), g)
	}
	if len(of) > 1 || marks(d.have, g) > 1 {
		return nil, refuse("one of them is a copy, and must lose the mark first: tenantry plan holds it as bound-twice", "more than one group bears the mark of %s", g)
	}
	return of[0], nil
}

// orphans are the mirrors of a tenant whose groups are no longer in the directory.
func (d *deriver) orphans(t *tenancy.Tenant) []*tenancy.Mirror {
	var all []*tenancy.Mirror
	for i := range t.Mirrors {
		if d.dir.Group(t.Mirrors[i].Group) == nil {
			all = append(all, &t.Mirrors[i])
		}
	}
	return all
}

func named(mirrors []tenancy.Mirror) string {
	var all []string
	for _, m := range mirrors {
		all = append(all, fmt.Sprintf("%s (%s)", m.Group, tenancy.Word(m.Name)))
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}

// markedAs finds the mirror that bears a group's mark, in whatever tenant.
func markedAs(have *tenancy.State, g tenancy.GroupID) (*tenancy.Mirror, tenancy.Namespace) {
	for i := range have.Tenants {
		if m := have.Tenants[i].Mirror(g); m != nil {
			return m, have.Tenants[i].Namespace
		}
	}
	return nil, tenancy.Namespace{}
}

func marks(have *tenancy.State, g tenancy.GroupID) (n int) {
	for i := range have.Tenants {
		for _, m := range have.Tenants[i].Mirrors {
			if m.Group == g {
				n++
			}
		}
	}
	return n
}

// leads answers the rule by which a group that is not bound yet belongs to a namespace beyond doubt, nil when
// there is none: what would be held if the group asked by itself is no better for being asked for here.
func (d *deriver) leads(g tenancy.Group, n tenancy.Namespace) *Rule {
	if d.rules.House.HasGroup(g.Name) {
		return nil
	}
	if rule := d.rules.fixed(g.ID); rule != nil {
		if rule.Namespace != n {
			return nil
		}
		return rule
	}
	rule, text := d.rules.match(g.Name)
	if _, reserved := d.rules.reserved(n); rule == nil || text != n.String() || reserved {
		return nil
	}
	for i := range d.rules.Tenants {
		if other, _, fits := d.rules.Tenants[i].Pattern.Capture(g.Name); fits && other != text && d.anothers(other, g) {
			return nil
		}
	}
	return rule
}

// heirs finds, for the mirrors of groups that are gone, those groups that may have come in their place.
type heirs struct {
	byName      map[string]tenancy.Group
	byNamespace map[string][]tenancy.Group
}

// heirs are looked for once, and only where a group is gone: a directory that was provisioned anew may have
// thousands of them.
func (d *deriver) findHeirs(bound map[tenancy.GroupID]bool) *heirs {
	h := &heirs{map[string]tenancy.Group{}, map[string][]tenancy.Group{}}
	for _, g := range d.dir.Groups {
		if bound[g.ID] || d.rules.House.HasGroup(g.Name) {
			continue
		}
		h.byName[g.Name] = g
		text := ""
		if rule := d.rules.fixed(g.ID); rule != nil {
			text = rule.Namespace.String()
		} else if _, text = d.rules.match(g.Name); text == "" {
			continue
		}
		h.byNamespace[text] = append(h.byNamespace[text], g)
	}
	return h
}

// of answers the group of a mirror's own name, or else those that a rule gives to its namespace.
func (h *heirs) of(d *deriver, m *tenancy.Mirror, n tenancy.Namespace) []tenancy.Group {
	if g, ok := h.byName[m.Name]; ok {
		return []tenancy.Group{g}
	}
	return slices.DeleteFunc(slices.Clone(h.byNamespace[n.String()]), func(g tenancy.Group) bool { return d.leads(g, n) == nil })
}

// rebinding is the command by which a group takes over a mirror.
func rebinding(n tenancy.Namespace, to tenancy.GroupID, from tenancy.GroupID) string {
	command := fmt.Sprintf("tenantry rebind %s --group %s", n, to)
	if from != "" {
		command += fmt.Sprintf(" --from %s", from)
	}
	return command
}

// takingOver are the commands by which groups may take over the mirror of one that is gone, "" for none.
func (d *deriver) takingOver(t *tenancy.Tenant, m *tenancy.Mirror, bound map[tenancy.GroupID]bool) string {
	if d.heirs == nil {
		d.heirs = d.findHeirs(bound)
	}
	from := tenancy.GroupID("")
	if len(d.orphans(t)) > 1 {
		from = m.Group
	}
	var commands []string
	for _, g := range d.heirs.of(d, m, t.Namespace) {
		if len(commands) == 3 {
			break // whoever has more of them knows by now how it is written
		}
		commands = append(commands, rebinding(t.Namespace, g.ID, from))
	}
	return strings.Join(commands, ", or ")
}

// insteadOf is the command by which a group takes the place of one of a tenant's that is gone, "" where none
// is. One of its own name comes first, and where several are gone besides, a person has to say which.
func (d *deriver) insteadOf(t *tenancy.Tenant, g tenancy.GroupID, name string) string {
	orphans := d.orphans(t)
	i := slices.IndexFunc(orphans, func(m *tenancy.Mirror) bool { return strings.EqualFold(m.Name, name) })
	switch {
	case len(orphans) == 0:
		return ""
	case len(orphans) == 1:
		return rebinding(t.Namespace, g, "")
	case i >= 0:
		return rebinding(t.Namespace, g, orphans[i].Group)
	}
	return rebinding(t.Namespace, g, "GROUP-ID")
}
