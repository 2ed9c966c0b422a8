package plan

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Migration is what is known when people who live outside of the tenants are to be moved to where the rules place them:
// out of default, out of a namespace that nobody manages, and from a role by which they signed in before. Nothing in it
// is changed by planning it.
//
//	match   who of them is whom: by the exact session name, under a role that is theirs or was
//	follow  what of all that they have comes along, asset by asset
//	see     which dashboards they see before and after
//	steps   how one person is moved, in order
type Migration struct {
	Store tenancy.StoreID
	// Want and Have are what was derived and read, and Diff their difference. Its steps about the people who are moved
	// are taken from it; which of them a guard would hold is judged here.
	Want, Have tenancy.State
	Diff       Difference
	House      tenancy.House
	// Formerly reports whether a role of that name is one by which people signed in before.
	Formerly func(role string) bool
	// Groups are the groups of the namespaces outside of the tenants, with their members.
	Groups []OutsideGroup
	Assets tenancy.Catalogue
	// Beneath is what assets stand on, and what is in folders, as far as it was read.
	Beneath map[tenancy.AssetRef][]tenancy.AssetRef
	// Prepared is since when people are prepared, by the tag of their user outside.
	Prepared map[tenancy.PersonID]tenancy.Prepared
	Now      int64 // seconds since 1970
	Keep     int64 // for how many seconds the user of before stays with those who were prepared
	Finish   bool  // whether it goes now, all the same
	Allow    []tenancy.Code
	Shares   []GroupMap
	// Ready are the steps that are done before anybody is moved: what they share is seen then.
	Ready []Step
	// Namespaces and Person narrow who is moved, like those of a Policy; what becomes of an asset hangs on everybody.
	Namespaces []tenancy.Namespace
	Person     string
	Rollout    []tenancy.Namespace // the only ones that are written to, by configuration; nil means all
}

// narrow leaves out whom the run is not for.
func (p *migrationPlan) narrow() {
	meant := func(g *Migrant) bool {
		who := p.Person
		return (p.Namespaces == nil || slices.Contains(p.Namespaces, g.To)) &&
			(who == "" || string(g.Person) == who || string(g.As) == who || string(g.From.User) == who || g.As.SessionName() == who)
	}
	chosen := map[string]bool{}
	p.out.Migrants = slices.DeleteFunc(p.out.Migrants, func(g Migrant) bool {
		chosen[string(g.Person)] = chosen[string(g.Person)] || meant(&g)
		return !meant(&g)
	})
	p.out.Holds = slices.DeleteFunc(p.out.Holds, func(h tenancy.Hold) bool { return !chosen[h.Object] })
}

// OutsideGroup is a group of a namespace that is no tenant's.
type OutsideGroup struct {
	Namespace, Name string
	Members         []tenancy.UserName // sorted
}

// GroupMap says which group of a tenant sees what a group outside of the tenants could. The names of both may hold
// {namespace}, which stands for the tenant.
type GroupMap struct {
	Namespace, Group string // outside
	Mirror           string // the name of a tenant's group
}

// Of is the group outside that a tenant's is for.
func (m *GroupMap) Of(n tenancy.Namespace) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: m.Namespace, Name: fillNamespace(m.Group, n)}
}

// In is the name of a tenant's group.
func (m *GroupMap) In(n tenancy.Namespace) string { return fillNamespace(m.Mirror, n) }

// The codes of what keeps somebody where they are.
const (
	// TwoRegistrations: two users could be the same person.
	TwoRegistrations tenancy.Code = "two-registrations"
	// OtherEmail: the user has another address than the person.
	OtherEmail tenancy.Code = "other-email"
	// AdminRegistration: an administrator's registration is never moved.
	AdminRegistration tenancy.Code = "admin-registration"
	// SeesLess: somebody would see fewer dashboards than before.
	SeesLess tenancy.Code = "sees-less"
	// RLSNames: rules of row-level security may name the user or the group of before.
	RLSNames tenancy.Code = "rls-names"
	// OwnsAsReader: somebody alone owns something, and will be a reader, who can own nothing.
	OwnsAsReader tenancy.Code = "owns-as-reader"
	// UnreadAssets: not everything that there is could be read, and so nobody knows all that somebody has.
	UnreadAssets tenancy.Code = "unread-assets"
)

// Migrates is the hazard of everything that moves somebody out of a namespace that is no tenant's. The one command that
// does so allows it.
const Migrates Hazard = "migrate-default"

// MigrationAllows are the codes that can be allowed for a migration, by name.
func MigrationAllows() []tenancy.Code {
	return []tenancy.Code{SeesLess, RLSNames, SpansTenants, OtherEmail}
}

// Migrating is what a migration comes to.
type Migrating struct {
	Migrants []Migrant // sorted by tenant and user
	Shares   []Step    // what groups of tenants get to see, by GroupMaps
	Holds    []tenancy.Hold
	Notes    []tenancy.Note
	// Names are what the assets are called that migrants no longer see, and those in RLS.
	Names map[tenancy.AssetRef]string
	// RLS are the data sets with row-level security by rules on which something stands that migrants see, sorted.
	RLS []tenancy.AssetRef
	// Left is who stays in the namespaces outside, by namespace and why.
	Left  []Left
	Seats []Seats // by role, the lowest first
}

// Plan answers who is moved, with what, and how; and who is not, and why.
func (m *Migration) Plan() Migrating {
	p := newMigrationPlan(m)
	p.match()
	p.settle()
	p.narrow()
	for i := range p.out.Migrants {
		g := &p.out.Migrants[i]
		p.follow(g)
		p.see(g)
		for _, m := range p.mirrorsOf(g) {
			g.Joins = append(g.Joins, m.Name)
		}
		slices.Sort(g.Joins)
	}
	p.lastOwners()
	p.share()
	p.listGroups()
	for i := range p.out.Migrants {
		g := &p.out.Migrants[i]
		p.judge(g)
		p.steps(g)
	}
	p.left()
	p.seats()
	p.out.Holds = tenancy.SortHolds(p.out.Holds)
	slices.SortFunc(p.out.Notes, tenancy.Note.Compare)
	slices.SortFunc(p.out.RLS, tenancy.AssetRef.Compare)
	p.out.RLS = slices.Compact(p.out.RLS)
	p.out.Names = map[tenancy.AssetRef]string{}
	for _, ref := range p.out.RLS {
		p.out.Names[ref] = p.called(ref)
	}
	return p.out
}

// called is an asset's name, "" of one that nobody has read.
func (p *migrationPlan) called(ref tenancy.AssetRef) string {
	if i, known := p.place[ref]; known {
		return p.Assets.Assets[i].Name
	}
	return ""
}

// migrationPlan is a migration that is being planned.
type migrationPlan struct {
	*Migration
	out    Migrating
	places map[tenancy.Grantee]tenancy.Namespace // in which tenant those end who are matched
	groups map[tenancy.Grantee]*OutsideGroup
	inside map[tenancy.Grantee][]string  // the groups of a user outside
	byUser map[tenancy.Grantee][]grantAt // of whom, and of which groups, which assets name them
	maps   map[mapping][]int32           // what groups get to see by GroupMaps
	ends   []ends                        // of every asset
	place  map[tenancy.AssetRef]int32
	rules  map[tenancy.AssetRef]bool // data sets with row-level security by rules
	// comings are the difference's steps by which people come into tenants.
	comings map[coming][]Step
}

func newMigrationPlan(m *Migration) *migrationPlan {
	p := &migrationPlan{
		Migration: m, places: map[tenancy.Grantee]tenancy.Namespace{}, groups: map[tenancy.Grantee]*OutsideGroup{},
		inside: map[tenancy.Grantee][]string{}, byUser: map[tenancy.Grantee][]grantAt{}, maps: map[mapping][]int32{}, place: map[tenancy.AssetRef]int32{}, rules: map[tenancy.AssetRef]bool{},
		comings: comingsOf(&m.Diff),
	}
	for i := range m.Groups {
		g := &m.Groups[i]
		p.groups[tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: g.Namespace, Name: g.Name}] = g
		for _, user := range g.Members {
			who := tenancy.Grantee{Kind: tenancy.ToUser, Namespace: g.Namespace, Name: string(user)}
			p.inside[who] = append(p.inside[who], g.Name)
		}
	}
	for i := range m.Assets.Assets {
		a := &m.Assets.Assets[i]
		p.place[a.AssetRef] = int32(i)
		p.rules[a.AssetRef] = a.Kind == tenancy.DataSet && len(a.RowRules) > 0
		for j, g := range a.Grants {
			p.byUser[g.To] = append(p.byUser[g.To], grantAt{int32(i), int32(j)})
		}
	}
	return p
}

// grantAt is a grant by its place: an asset may have thousands, and is not searched for each of those who have one.
type grantAt struct{ asset, grant int32 }

// mapping is a GroupMap in a tenant.
type mapping struct {
	m  *GroupMap
	to tenancy.Namespace
}

// grantsTo are what somebody may do, by asset.
func (p *migrationPlan) grantsTo(who tenancy.Grantee) map[tenancy.AssetRef]tenancy.Grant {
	all := make(map[tenancy.AssetRef]tenancy.Grant, len(p.byUser[who]))
	for _, at := range p.byUser[who] {
		a := &p.Assets.Assets[at.asset]
		all[a.AssetRef] = a.Grants[at.grant]
	}
	return all
}

func (p *migrationPlan) allowed(c tenancy.Code) bool { return slices.Contains(p.Allow, c) }

func sortedKeys[V any](m map[tenancy.AssetRef]V) []tenancy.AssetRef {
	all := make([]tenancy.AssetRef, 0, len(m))
	for ref := range m {
		all = append(all, ref)
	}
	slices.SortFunc(all, tenancy.AssetRef.Compare)
	return all
}
