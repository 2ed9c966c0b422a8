package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// ends is where those live, when everybody has been moved, who may do something with an asset directly.
type ends struct {
	tenants []tenancy.Namespace // sorted
	others  []string            // who is in no tenant and not of the house, in words, sorted
	// houses says that the house owns it, and nobody else does.
	houses bool
}

// end is where one of them lives.
type end struct {
	tenants []tenancy.Namespace
	house   bool
	other   string
}

// settle finds out where all those live, asset by asset, and holds whoever is claimed by two.
func (p *migrationPlan) settle() {
	p.claimedTwice()
	known := map[tenancy.Grantee]end{}
	p.ends = make([]ends, len(p.Assets.Assets))
	for i := range p.Assets.Assets {
		a := &p.Assets.Assets[i]
		of := &p.ends[i]
		house, else_ := false, false
		for _, g := range a.Grants {
			e, is := known[g.To]
			if !is {
				e = p.endOf(g.To)
				known[g.To] = e
			}
			of.tenants = append(of.tenants, e.tenants...)
			if e.other != "" {
				of.others = append(of.others, e.other)
			}
			if g.Owner {
				house, else_ = house || e.house, else_ || len(e.tenants) > 0 || e.other != ""
			}
		}
		of.houses = house && !else_
		slices.SortFunc(of.tenants, tenancy.Namespace.Compare)
		of.tenants = slices.Compact(of.tenants)
		slices.Sort(of.others)
		of.others = slices.Compact(of.others)
	}
}

// claimedTwice holds those whose user of before is somebody else's too, by the rules.
func (p *migrationPlan) claimedTwice() {
	by := map[tenancy.Grantee][]int{}
	for i := range p.out.Migrants {
		g := &p.out.Migrants[i]
		by[g.Mine()] = append(by[g.Mine()], i)
	}
	for i := range p.out.Migrants {
		g := &p.out.Migrants[i]
		if all := by[g.Mine()]; len(all) > 1 {
			var tenants []string
			for _, j := range all {
				tenants = append(tenants, p.out.Migrants[j].To.String())
			}
			p.keep(g, tenancy.Hold{
				Code: TwoRegistrations, Object: string(g.Person), Namespace: g.To.String(), Access: true,
				Reason: fmt.Sprintf("%s of %s would be moved to each of %s", tenancy.Word(string(g.From.User)), g.From.Namespace, strings.Join(tenants, ", ")),
				Ends:   "leave them in the groups of one of these tenants",
			})
		}
	}
}

// endOf is where somebody lives when everybody has been moved. A group outside is where its members are.
func (p *migrationPlan) endOf(to tenancy.Grantee) end {
	if to.Kind == tenancy.ToOther {
		return end{other: whom(to)}
	}
	if n, err := tenancy.ParseNamespace(to.Namespace); err == nil && (p.Have.Tenant(n) != nil || p.Want.Tenant(n) != nil && p.Have.ForeignNamed(to.Namespace) == nil) {
		return end{tenants: []tenancy.Namespace{n}}
	}
	if n, placed := p.places[to]; placed {
		return end{tenants: []tenancy.Namespace{n}}
	}
	if g := p.groups[to]; g != nil && len(g.Members) > 0 {
		return p.endOfGroup(to, g)
	}
	if to.Kind != tenancy.ToNamespace && p.House.Has(to) {
		return end{house: true}
	}
	return end{other: whom(to)}
}

func (p *migrationPlan) endOfGroup(to tenancy.Grantee, g *OutsideGroup) end {
	var all end
	for _, user := range g.Members {
		e := p.endOf(tenancy.Grantee{Kind: tenancy.ToUser, Namespace: g.Namespace, Name: string(user)})
		all.tenants = append(all.tenants, e.tenants...)
		all.house = all.house || e.house
		if e.other != "" {
			all.other = whom(to)
		}
	}
	slices.SortFunc(all.tenants, tenancy.Namespace.Compare)
	all.tenants = slices.Compact(all.tenants)
	return all
}

// follow says of everything that somebody has what becomes of it.
func (p *migrationPlan) follow(g *Migrant) {
	mine := g.Mine()
	for _, at := range p.byUser[mine] {
		i := at.asset
		a := &p.Assets.Assets[i]
		grant := a.Grants[at.grant]
		if grant.May == "" {
			continue // by the link of a dashboard, which stays
		}
		item := Item{Asset: a.AssetRef, Name: a.Name, May: grant.May, Owner: grant.Owner}
		item.Why = p.staysBehind(i, g.To)
		if item.Why == "" && !p.allowed(SpansTenants) {
			item.Why = p.standsOn(a.AssetRef, g.To)
		}
		if item.Why == "" && p.odd(i, grant.May) {
			item.Why = "what they may do with the house's is neither a viewer's nor an owner's"
		}
		if item.Why == "" {
			may := grant.May
			if p.ends[i].houses {
				may = tenancy.Views
			}
			if item.Gets = fits(may, a.Kind, g.Role); item.Gets == "" {
				item.Why = fmt.Sprintf("a %s cannot have it", g.Role)
			} else if item.Gets != grant.May {
				item.Why = "to look at only"
			}
			item.Follows = item.Gets != ""
		}
		g.Items = append(g.Items, item)
	}
}

// staysBehind says why an asset comes into no tenant with somebody, "" where it does: who else has it lives elsewhere,
// or its owner sees more than their own.
func (p *migrationPlan) staysBehind(i int32, to tenancy.Namespace) string {
	a, of := &p.Assets.Assets[i], &p.ends[i]
	switch {
	case a.RowLevel:
		return "it has row-level security"
	case of.houses && a.Kind == tenancy.DataSource:
		return "it is a data source of the house's"
	case of.houses:
		return ""
	}
	var others []string
	for _, n := range of.tenants {
		if n != to {
			others = append(others, n.String())
		}
	}
	if others = append(others, of.others...); len(others) > 0 {
		return "it is shared with " + few(others)
	}
	return ""
}

// standsOn says what an asset stands on, or holds, that does not follow with it, "" where there is nothing of that kind.
// What the house lets people look at may stand on whatever it likes.
func (p *migrationPlan) standsOn(ref tenancy.AssetRef, to tenancy.Namespace) string {
	if i, known := p.place[ref]; !known || p.ends[i].houses {
		return ""
	}
	for _, under := range p.Beneath[ref] {
		i, known := p.place[under]
		if !known {
			continue
		}
		if why := p.staysBehind(i, to); why != "" {
			verb := "it stands on"
			if ref.Kind == tenancy.Folder {
				verb = "in it is"
			}
			return fmt.Sprintf("%s the %s %q, which stays: %s", verb, under.Kind, p.Assets.Assets[i].Name, why)
		}
	}
	return ""
}

// few names three of them, and how many more there are.
func few(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, " and ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// lastOwners says of what people own whether anybody else owns it who stays, or takes it along: two who are moved, and
// who both leave it behind, would leave it to nobody.
func (p *migrationPlan) lastOwners() {
	takes := map[tenancy.Grantee]map[tenancy.AssetRef]bool{} // by whom is moved: what they own afterwards
	for i := range p.out.Migrants {
		g := &p.out.Migrants[i]
		takes[g.Mine()] = map[tenancy.AssetRef]bool{}
		for _, item := range g.Items {
			takes[g.Mine()][item.Asset] = item.stays()
		}
	}
	for i := range p.out.Migrants {
		g := &p.out.Migrants[i]
		for j := range g.Items {
			item := &g.Items[j]
			a := &p.Assets.Assets[p.place[item.Asset]]
			item.Alone = item.Owner && !slices.ContainsFunc(a.Grants, func(o tenancy.Grant) bool {
				return o.Owner && o.To != g.Mine() && p.remains(o.To, item.Asset, takes)
			})
		}
	}
}

// stays reports whether somebody who owns an asset still does so in the tenant.
func (i *Item) stays() bool { return i.Owner && (i.Gets == tenancy.Owns || i.Gets == i.May) }

// remains reports whether an owner still owns an asset when everybody was moved. A group outside does as long as somebody
// is in it.
func (p *migrationPlan) remains(owner tenancy.Grantee, ref tenancy.AssetRef, takes map[tenancy.Grantee]map[tenancy.AssetRef]bool) bool {
	if of, moves := takes[owner]; moves {
		return of[ref]
	}
	group := p.groups[owner]
	return group == nil || slices.ContainsFunc(group.Members, func(user tenancy.UserName) bool {
		_, moves := takes[tenancy.Grantee{Kind: tenancy.ToUser, Namespace: group.Namespace, Name: string(user)}]
		return !moves
	})
}

// odd reports whether somebody may do something with an asset of the house's that is neither a viewer's nor an owner's: it
// may be less than looking, or more.
func (p *migrationPlan) odd(i int32, may tenancy.Access) bool {
	return p.ends[i].houses && may != tenancy.Views && may != tenancy.Owns
}
