package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// see says which dashboards somebody sees now, and through what; and which they will.
func (p *migrationPlan) see(g *Migrant) {
	before := sights{}
	for _, who := range p.through(g) {
		p.seenBy(who, inWords(who, g), before)
	}
	after := sights{}
	for _, who := range p.throughAfter(g) {
		p.seenBy(who, "", after)
	}
	for _, item := range g.Items {
		if item.Follows {
			p.shows(item.Asset, "", after)
		}
	}
	p.willBeShared(g, after)
	all := maps.Clone(before)
	for ref := range after {
		if all[ref] == nil {
			all[ref] = []string{}
		}
	}
	for _, ref := range sortedKeys(all) {
		s := Sight{Asset: ref, Name: p.called(ref), Through: slices.Compact(slices.Sorted(slices.Values(before[ref])))}
		_, s.Still = after[ref]
		g.Sees = append(g.Sees, s)
	}
}

// sights are dashboards, with by what somebody sees each.
type sights map[tenancy.AssetRef][]string

// inWords is by what somebody sees something.
func inWords(who tenancy.Grantee, g *Migrant) string {
	switch {
	case who == g.Mine():
		return "a permission of their own"
	case who.Kind == tenancy.ToNamespace:
		return "all of " + who.Namespace
	}
	return "the group " + tenancy.Word(who.Name)
}

// through are those by whom somebody sees what they see: themselves, their groups, and their whole namespace.
func (p *migrationPlan) through(g *Migrant) []tenancy.Grantee {
	all := []tenancy.Grantee{g.Mine(), {Kind: tenancy.ToNamespace, Namespace: g.From.Namespace}}
	for _, name := range g.Groups {
		all = append(all, tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: g.From.Namespace, Name: name})
	}
	return all
}

// throughAfter are those by whom they see something in the tenant.
func (p *migrationPlan) throughAfter(g *Migrant) []tenancy.Grantee {
	n := g.To.String()
	all := []tenancy.Grantee{{Kind: tenancy.ToUser, Namespace: n, Name: string(g.As)}, {Kind: tenancy.ToNamespace, Namespace: n}}
	for _, m := range p.mirrorsOf(g) {
		all = append(all, groupOf(g.To, m.Name))
	}
	return all
}

// mirrorsOf are the groups of the tenant in which somebody will be.
func (p *migrationPlan) mirrorsOf(g *Migrant) []*tenancy.Mirror {
	t := p.Want.Tenant(g.To)
	var all []*tenancy.Mirror
	for i := range t.Mirrors {
		if m := &t.Mirrors[i]; m.Has(g.As) {
			all = append(all, m)
		}
	}
	return all
}

// seenBy adds the dashboards that somebody sees by what one of them may do.
func (p *migrationPlan) seenBy(who tenancy.Grantee, through string, all sights) {
	for _, at := range p.byUser[who] {
		p.shows(p.Assets.Assets[at.asset].AssetRef, through, all)
	}
}

// shows adds a dashboard, or those in a folder.
func (p *migrationPlan) shows(ref tenancy.AssetRef, through string, all sights) {
	switch ref.Kind {
	case tenancy.Dashboard:
		all[ref] = append(all[ref], through)
	case tenancy.Folder:
		for _, in := range p.Beneath[ref] {
			if in.Kind == tenancy.Dashboard {
				all[in] = append(all[in], through+", by a folder")
			}
		}
	}
}

// willBeShared adds what is shared with their groups before anybody is moved, by the configuration, as far as nothing holds
// it, and by a GroupMap.
func (p *migrationPlan) willBeShared(g *Migrant, all sights) {
	mirrors := p.mirrorsOf(g)
	for _, s := range p.Ready {
		c, is := s.Change.(Share)
		if is && s.Held == "" && c.Namespace == g.To && slices.ContainsFunc(mirrors, func(m *tenancy.Mirror) bool { return m.Group == c.Group }) {
			p.shows(c.Asset, "", all)
		}
	}
	for i := range p.Shares {
		if m := p.mapped(&p.Shares[i], g.To); m != nil && m.Has(g.As) {
			for _, at := range p.mappable(&p.Shares[i], g.To) {
				p.shows(p.Assets.Assets[at].AssetRef, "", all)
			}
		}
	}
}

// fillNamespace puts a tenant's namespace into a name that may hold {namespace}.
func fillNamespace(name string, n tenancy.Namespace) string {
	return strings.ReplaceAll(name, "{namespace}", n.String())
}

// mapped is the group of a tenant that gets to see what a group outside could, nil where the tenant has none of that name.
func (p *migrationPlan) mapped(m *GroupMap, n tenancy.Namespace) *tenancy.Mirror {
	t := p.Want.Tenant(n)
	for i := range t.Mirrors {
		if t.Mirrors[i].Name == m.In(n) {
			return &t.Mirrors[i]
		}
	}
	return nil
}

// mappable are the assets of a group outside that a group of a tenant may see: the house's, and what is the tenant's, sorted.
func (p *migrationPlan) mappable(m *GroupMap, n tenancy.Namespace) []int32 {
	key := mapping{m, n}
	if all, known := p.maps[key]; known {
		return all
	}
	all := []int32{}
	for _, at := range p.byUser[m.Of(n)] {
		a := &p.Assets.Assets[at.asset]
		if sharable(a.Kind) && p.staysBehind(at.asset, n) == "" && p.standsOn(a.AssetRef, n) == "" {
			all = append(all, at.asset)
		}
	}
	p.maps[key] = all
	return all
}

// sharable reports whether assets of a kind are there to be looked at.
func sharable(k tenancy.AssetKind) bool {
	return k == tenancy.Dashboard || k == tenancy.Analysis || k == tenancy.Folder || k == tenancy.Topic
}

// share answers the steps by which groups of the tenants get to see what groups outside could, and notes what they do not.
func (p *migrationPlan) share() {
	tenants := map[tenancy.Namespace]bool{}
	for i := range p.out.Migrants {
		tenants[p.out.Migrants[i].To] = true
	}
	for j := range p.Shares {
		m, anywhere := &p.Shares[j], false
		for i := range p.Want.Tenants {
			t := &p.Want.Tenants[i]
			if mirror := p.mapped(m, t.Namespace); mirror != nil && tenants[t.Namespace] {
				anywhere = true
				p.shareOne(t, m, mirror)
			}
		}
		if !anywhere && len(tenants) > 0 {
			p.out.Notes = append(p.out.Notes, tenancy.Note{
				Code: NoSuchMirror, Object: m.Mirror,
				Text: fmt.Sprintf("no tenant of those who are moved has a group of that name: nobody sees what the group %s of %s could", tenancy.Word(m.Group), m.Namespace),
			})
		}
	}
}

func (p *migrationPlan) shareOne(t *tenancy.Tenant, m *GroupMap, mirror *tenancy.Mirror) {
	follows := p.mappable(m, t.Namespace)
	if more := p.othersIn(t, m, mirror); more > 0 && len(follows) > 0 {
		p.note(SeesMore, t.Namespace, mirror.Name, fmt.Sprintf("%d of its people are not in the group %s of %s, and get to see what that could, too", more, tenancy.Word(m.Of(t.Namespace).Name), m.Namespace))
	}
	because := mirror.Because
	because.Rule = fmt.Sprintf("--map-group %s/%s", m.Namespace, m.Group)
	there := p.grantsTo(groupOf(t.Namespace, mirror.Name))
	for _, at := range p.byUser[m.Of(t.Namespace)] {
		i := at.asset
		a := &p.Assets.Assets[i]
		_, follow := slices.BinarySearch(follows, i)
		_, has := there[a.AssetRef]
		switch {
		case !follow:
			why := p.staysBehind(i, t.Namespace)
			if why == "" {
				why = p.standsOn(a.AssetRef, t.Namespace)
			}
			if why == "" {
				why = fmt.Sprintf("a %s is nothing to look at", a.Kind)
			}
			p.note(NotMapped, t.Namespace, a.AssetRef.String(), fmt.Sprintf("the group %s does not get to see it: %s", tenancy.Word(mirror.Name), why))
		case !has:
			p.out.Shares = append(p.out.Shares, Step{Change: Share{t.Namespace, mirror.Group, mirror.Name, a.AssetRef}, Because: because, Hazards: []Hazard{Migrates}})
		}
	}
}

// listGroups notes which groups outside have what does not come along with those in them who are moved, customer by
// customer.
func (p *migrationPlan) listGroups() {
	type place struct {
		to    tenancy.Namespace
		group tenancy.Grantee
	}
	var order []place
	people := map[place]int{}
	for i := range p.out.Migrants {
		g := &p.out.Migrants[i]
		for _, name := range g.Groups {
			at := place{g.To, tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: g.From.Namespace, Name: name}}
			if people[at]++; people[at] == 1 {
				order = append(order, at)
			}
		}
	}
	for _, at := range order {
		mapped := slices.ContainsFunc(p.Shares, func(m GroupMap) bool { return m.Of(at.to) == at.group && p.mapped(&m, at.to) != nil })
		if mapped || len(p.byUser[at.group]) == 0 {
			continue // what of it does not come along has been said
		}
		var names []string
		for _, has := range p.byUser[at.group] {
			names = append(names, p.names([]tenancy.AssetRef{p.Assets.Assets[has.asset].AssetRef})[0])
		}
		p.note(NotMapped, at.to, at.group.Namespace+"/"+at.group.Name, fmt.Sprintf("%d of those who are moved are in it, and what it has does not come along: %s; --map-group lets a group of the tenant look at it",
			people[at], few(names)))
	}
}

// The codes of notes about groups that are mapped.
const (
	// NoSuchMirror: no tenant has a group of the name that --map-group says.
	NoSuchMirror tenancy.Code = "no-such-mirror"
	// NotMapped: what a group outside could see does not come into a tenant.
	NotMapped tenancy.Code = "not-mapped"
)

func (p *migrationPlan) note(code tenancy.Code, n tenancy.Namespace, object, text string) {
	p.out.Notes = append(p.out.Notes, tenancy.Note{Code: code, Object: object, Namespace: n.String(), Text: text})
}

// othersIn is how many people of a tenant's group are not in the group outside that it stands for.
func (p *migrationPlan) othersIn(t *tenancy.Tenant, m *GroupMap, mirror *tenancy.Mirror) (n int) {
	of := m.Of(t.Namespace)
	in := map[tenancy.UserName]bool{}
	for i := range p.out.Migrants {
		g := &p.out.Migrants[i]
		in[g.As] = g.To == t.Namespace && g.From.Namespace == of.Namespace && slices.Contains(g.Groups, of.Name)
	}
	for _, user := range mirror.Members {
		if !in[user] {
			n++
		}
	}
	return n
}
