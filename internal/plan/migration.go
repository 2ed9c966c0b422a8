package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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

// Asks are what must be known besides, before somebody can be moved.
type Asks struct {
	Beneath  []tenancy.AssetRef // of what Migration.Beneath is to be read, as far as it has not been, sorted
	Prepared []Migrant          // for whom Migration.Prepared is
}

// Asks answers what is to be read for those who are to be moved: what is in folders, and, where any data set stays behind or
// has rules about who sees which rows, on which data sets stands what they have or see, or will. What is in a folder may
// lead to more: it is asked again until nothing is asked any more. Who signs in by another role than before may be prepared
// already.
func (m *Migration) Asks() (asks Asks) {
	p := newMigrationPlan(m)
	p.match()
	p.settle()
	p.narrow()
	looked := map[tenancy.AssetRef]bool{}
	heavy := map[tenancy.Namespace]bool{}
	var ask func(ref tenancy.AssetRef, to tenancy.Namespace)
	ask = func(ref tenancy.AssetRef, to tenancy.Namespace) {
		if looked[ref] || ref.Kind != tenancy.Folder && (!heavy[to] || ref.Kind != tenancy.Dashboard && ref.Kind != tenancy.Analysis) {
			return
		}
		looked[ref] = true
		if ref.Kind == tenancy.Folder {
			for _, in := range m.Beneath[ref] {
				ask(in, to)
			}
		}
	}
	for i := range p.out.Migrants {
		g := &p.out.Migrants[i]
		if g.As != g.From.User && g.There {
			asks.Prepared = append(asks.Prepared, *g)
		}
		whose := append(p.through(g), p.throughAfter(g)...)
		if _, known := heavy[g.To]; !known {
			heavy[g.To] = p.anyHeavy(g.To)
			for i := range m.Shares {
				whose = append(whose, m.Shares[i].Of(g.To))
			}
		}
		for _, who := range whose {
			for _, at := range p.byUser[who] {
				ask(p.Assets.Assets[at.asset].AssetRef, g.To)
			}
		}
	}
	for _, ref := range sortedKeys(looked) {
		if _, read := m.Beneath[ref]; !read {
			asks.Beneath = append(asks.Beneath, ref)
		}
	}
	return asks
}

// anyHeavy reports whether there is any data set that would stay behind, or says who sees which rows.
func (p *migrationPlan) anyHeavy(to tenancy.Namespace) bool {
	for i := range p.Assets.Assets {
		if p.Assets.Assets[i].Kind == tenancy.DataSet && p.staysBehind(int32(i), to) != "" {
			return true
		}
	}
	return false
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

// Phase is how far somebody's move is.
type Phase string

// The phases. Under one role for all there is one: a principal lives in one namespace. Who signs in by another role than
// before is prepared first, and finished later.
const (
	PhaseMove    Phase = "move"
	PhasePrepare Phase = "prepare"
	PhaseKept    Phase = "kept" // prepared, and the user of before stays for a while
	PhaseFinish  Phase = "finish"
)

// Lodging is a user of QuickSight, and where they live.
type Lodging struct {
	Namespace         string           `json:"namespace"`
	User              tenancy.UserName `json:"user"`
	Role              tenancy.Role     `json:"role"`
	Email             string           `json:"-"`
	CustomPermissions string           `json:"-"`
}

// Migrant is somebody who lives outside of the tenant in which the rules place them.
type Migrant struct {
	Person tenancy.PersonID
	From   Lodging
	To     tenancy.Namespace
	As     tenancy.UserName
	Role   tenancy.Role
	Email  string   // in the directory
	Joins  []string // the groups of the tenant in which they will be, sorted
	Phase  Phase
	Until  int64    // of those who are Kept: until when, in seconds since 1970
	Groups []string // of From's namespace in which they are, sorted
	Items  []Item   // what they have, sorted by asset
	Sees   []Sight  // the dashboards that they see, before or after, sorted by asset
	// There says that they are registered in the tenant already.
	There bool
	Codes []tenancy.Code // of what keeps them where they are; Steps are what is done where nothing does
	Steps []Step
}

// Held is the first code of what keeps somebody where they are, "" where nothing does.
func (g *Migrant) Held() tenancy.Code {
	if len(g.Codes) == 0 {
		return ""
	}
	return g.Codes[0]
}

// Sight is a dashboard that somebody sees.
type Sight struct {
	Asset   tenancy.AssetRef
	Name    string   // "" where it is not known
	Through []string // by what they see it now, in words, sorted; nil where they do not
	Still   bool     // they see it afterwards
}

// Before and After are how many dashboards they see.
func (g *Migrant) Before() (n int) {
	for _, s := range g.Sees {
		if s.Through != nil {
			n++
		}
	}
	return n
}

// After is how many they see afterwards.
func (g *Migrant) After() (n int) {
	for _, s := range g.Sees {
		if s.Still {
			n++
		}
	}
	return n
}

// Missing are the dashboards that they no longer see.
func (g *Migrant) Missing() (all []Sight) {
	for _, s := range g.Sees {
		if !s.Still {
			all = append(all, s)
		}
	}
	return all
}

// Item is an asset with which somebody may do something, and what becomes of it.
type Item struct {
	Asset tenancy.AssetRef
	Name  string
	May   tenancy.Access
	Owner bool // they may change its permissions
	Alone bool // they own it, and nobody else does who stays or takes it along
	// Follows says that they have it afterwards, as far as their role lets them; Why says why not, or what of it is not
	// as it was.
	Follows bool
	Gets    tenancy.Access // what they may do with it afterwards
	Why     string
}

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

// Seats are how many users of a role there are, wherever they live, and how many there will be.
type Seats struct {
	Role   tenancy.Role `json:"role"`
	Before int          `json:"before"`
	After  int          `json:"after"`
}

// Left is how many users of a namespace outside stay there.
type Left struct {
	Namespace string `json:"namespace"`
	House     int    `json:"house"`   // the company's own
	Admins    int    `json:"admins"`  // whoever they are
	Nobodys   int    `json:"nobodys"` // of whom the rules place nobody in a tenant
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

// candidate is a user outside who may be somebody.
type candidate struct {
	namespace string
	is        *tenancy.Registration
}

// match finds, for everybody whom the rules place in a tenant, the user outside who is theirs: by the session name, byte
// for byte, under the role of the tenant or one of before. Of two nobody knows which; and whoever has another address
// may be another person of that name.
func (p *migrationPlan) match() {
	bySession := map[string][]candidate{}
	for i := range p.Have.Foreign {
		f := &p.Have.Foreign[i]
		for j := range f.Users {
			if session := f.Users[j].User.SessionName(); session != "" {
				bySession[session] = append(bySession[session], candidate{f.Name, &f.Users[j]})
			}
		}
	}
	for i := range p.Want.Tenants {
		t := &p.Want.Tenants[i]
		if t.SignIn.IsZero() {
			continue
		}
		for j := range t.Registrations {
			r := &t.Registrations[j]
			if r.Person == "" || r.Person == tenancy.Nobody || r.User.RoleName() != t.SignIn.Name() {
				continue // carried over as they are
			}
			found := slices.DeleteFunc(slices.Clone(bySession[r.User.SessionName()]), func(c candidate) bool {
				role := c.is.User.RoleName()
				return role != t.SignIn.Name() && !p.Formerly(role) || slices.Contains(p.House.Roles, role) && role != t.SignIn.Name()
			})
			if len(found) > 0 {
				p.found(t, r, found)
			}
		}
	}
	slices.SortStableFunc(p.out.Migrants, func(a, b Migrant) int {
		return cmp.Or(a.To.Compare(b.To), cmp.Compare(a.From.User, b.From.User), cmp.Compare(a.Person, b.Person))
	})
}

func (p *migrationPlan) found(t *tenancy.Tenant, r *tenancy.Registration, found []candidate) {
	c := found[0]
	g := Migrant{
		Person: r.Person, To: t.Namespace, As: r.User, Role: r.Role, Email: r.Email,
		From: Lodging{c.namespace, c.is.User, c.is.Role, c.is.Email, c.is.CustomPermissions},
	}
	if have := p.Have.Tenant(t.Namespace); have != nil {
		g.There = have.Registration(r.User) != nil
	}
	for _, c := range found {
		p.places[tenancy.Grantee{Kind: tenancy.ToUser, Namespace: c.namespace, Name: string(c.is.User)}] = t.Namespace
	}
	switch {
	case len(found) > 1:
		p.keep(&g, heldTwoRegistrations(&g, found))
	case c.is.Role.IsAdmin():
		p.keep(&g, heldAdmin(&g))
	}
	g.Groups = slices.Sorted(slices.Values(p.inside[g.Mine()]))
	p.out.Migrants = append(p.out.Migrants, g)
}

// Mine is the user outside, as one to whom something is given.
func (g *Migrant) Mine() tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToUser, Namespace: g.From.Namespace, Name: string(g.From.User)}
}

func (p *migrationPlan) allowed(c tenancy.Code) bool { return slices.Contains(p.Allow, c) }

// left counts who stays outside.
func (p *migrationPlan) left() {
	for _, f := range p.Have.Foreign {
		l := Left{Namespace: f.Name}
		for _, u := range f.Users {
			who := tenancy.Grantee{Kind: tenancy.ToUser, Namespace: f.Name, Name: string(u.User)}
			_, placed := p.places[who]
			switch {
			case placed:
			case u.Role.IsAdmin():
				l.Admins++
			case !p.House.Anybody && p.House.Has(who):
				l.House++
			default:
				l.Nobodys++
			}
		}
		if l != (Left{Namespace: f.Name}) {
			p.out.Left = append(p.out.Left, l)
		}
	}
}

// seats counts users by their roles, before and after what is done now.
func (p *migrationPlan) seats() {
	now, change := map[tenancy.Role]int{}, map[tenancy.Role]int{}
	for _, f := range p.Have.Foreign {
		for _, u := range f.Users {
			now[u.Role]++
		}
	}
	for _, t := range p.Have.Tenants {
		for _, u := range t.Registrations {
			now[u.Role]++
		}
	}
	for i := range p.out.Migrants {
		for _, s := range p.out.Migrants[i].Steps {
			switch c := s.Change.(type) {
			case Evict:
				change[c.Role]--
			case Register:
				change[c.Role]++
			}
		}
	}
	for _, r := range tenancy.Roles() {
		if now[r] != 0 || change[r] != 0 {
			p.out.Seats = append(p.out.Seats, Seats{r, now[r], now[r] + change[r]})
		}
	}
}

func heldTwoRegistrations(g *Migrant, found []candidate) tenancy.Hold {
	var names []string
	for _, c := range found {
		names = append(names, fmt.Sprintf("%s of %s", tenancy.Word(string(c.is.User)), c.namespace))
	}
	return tenancy.Hold{
		Code: TwoRegistrations, Object: string(g.Person), Namespace: g.To.String(), Access: true,
		Reason: fmt.Sprintf("%s would be the user of before of %s, and nothing says which", strings.Join(names, " and "), tenancy.Word(string(g.As))),
		Ends:   "hand over what one of them owns alone, delete that one (aws quicksight delete-user), and migrate again",
	}
}

func heldAdmin(g *Migrant) tenancy.Hold {
	return tenancy.Hold{
		Code: AdminRegistration, Object: string(g.Person), Namespace: g.To.String(), Access: true,
		Reason: fmt.Sprintf("%s of %s has the role %s, and administrators are never migrated", tenancy.Word(string(g.From.User)), g.From.Namespace, g.From.Role),
		Ends:   "take them out of the customer's group if they are the company's own; or give them another role in QuickSight (Manage users), and migrate again",
	}
}

func heldOtherEmail(g *Migrant, allow string) tenancy.Hold {
	return tenancy.Hold{
		Code: OtherEmail, Object: string(g.Person), Namespace: g.To.String(), Access: true,
		Reason: fmt.Sprintf("%s of %s has another e-mail address than the person of that name in Identity Center: it may be somebody else's", tenancy.Word(string(g.From.User)), g.From.Namespace),
		Ends:   fmt.Sprintf("correct the address in QuickSight or in Identity Center; or, if it is the same person, tenantry migrate --namespace %s --allow %s", g.To, allow),
	}
}
