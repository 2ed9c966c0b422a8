package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// judge says what keeps somebody where they are, as far as nothing does already. Whatever can be allowed is in the command
// of each of their holds: one of them alone would leave the others.
func (p *migrationPlan) judge(g *Migrant) {
	if len(g.Codes) > 0 {
		return
	}
	if p.Rollout != nil && !slices.Contains(p.Rollout, g.To) {
		g.Codes = append(g.Codes, NotSelected)
	}
	for _, s := range p.Ready {
		create, is := s.Change.(CreateNamespace)
		mirror, joins := s.Change.(CreateMirror)
		theirs := is && create.Namespace == g.To || joins && mirror.Namespace == g.To && slices.Contains(g.Joins, mirror.Name)
		if theirs && s.Held != "" && !slices.Contains(g.Codes, s.Held) {
			g.Codes = append(g.Codes, s.Held) // whose hold is the plan's
		}
	}
	for _, s := range p.own(g) {
		c, is := s.Change.(Register)
		if !is {
			continue
		}
		if s.Held != "" && s.Held != InDefault && s.Held != InUnmanaged {
			g.Codes = append(g.Codes, s.Held) // whose hold is the difference's
		}
		if from := p.Diff.Moves[c.User()]; !from.IsZero() {
			p.keep(g, heldMove(c, from))
		}
	}
	for _, u := range p.Assets.Unread {
		if onlyListed(u.Kind) {
			p.keep(g, heldUnreadKind(g, &u))
			break
		}
	}
	left := p.leftBehind(g)
	rules := p.rulesUnder(g)
	p.out.RLS = append(p.out.RLS, rules...)
	missing := g.Missing()
	another := g.From.Email != g.Email
	allow := p.mustAllow(map[tenancy.Code]bool{
		SpansTenants: len(left.shared)+len(left.standing) > 0, SeesLess: len(missing) > 0, RLSNames: len(rules) > 0, OtherEmail: another,
	})
	if another && !p.allowed(OtherEmail) {
		p.keep(g, heldOtherEmail(g, allow))
	}
	if len(left.reader) > 0 {
		p.keep(g, heldOwnsAsReader(g, left.reader))
	}
	if len(left.alone)+len(left.standing)+len(left.shared) > 0 {
		p.keep(g, heldSpans(g, left, allow))
	}
	if len(missing) > 0 && !p.allowed(SeesLess) {
		p.keep(g, heldSeesLess(g, p.missingNames(missing), p.anyOfTheHouse(missing), len(left.alone)+len(left.reader) > 0, allow))
	}
	if len(rules) > 0 && !p.allowed(RLSNames) {
		p.keep(g, heldRLS(g, p.names(rules), allow))
	}
}

// keep holds somebody where they are.
func (p *migrationPlan) keep(g *Migrant, h tenancy.Hold) {
	p.out.Holds = append(p.out.Holds, h)
	if !slices.Contains(g.Codes, h.Code) {
		g.Codes = append(g.Codes, h.Code)
	}
}

// mustAllow are the codes that have to be allowed for somebody to be moved as they are, with those that are already.
func (p *migrationPlan) mustAllow(needed map[tenancy.Code]bool) string {
	var all []string
	for _, c := range MigrationAllows() {
		if p.allowed(c) || needed[c] {
			all = append(all, string(c))
		}
	}
	return strings.Join(all, ",")
}

// onlyListed reports whether assets of a kind cannot be searched for those who have something of them.
func onlyListed(k tenancy.AssetKind) bool { return k == tenancy.Theme || k == tenancy.Template }

// leavings is what does not come along with somebody, and keeps them, in words.
type leavings struct {
	alone    []string // they alone own it
	standing []string // likewise, and it may come along for all that
	reader   []string // likewise, and a reader can own nothing
	shared   []string // others have it, too
}

// leftBehind says what keeps somebody: what they alone own, which nobody would own; and what others have too, unless it may
// stay with those.
func (p *migrationPlan) leftBehind(g *Migrant) (left leavings) {
	for _, item := range g.Items {
		name := fmt.Sprintf("%s %q (%s)", item.Asset, item.Name, item.Why)
		only := p.staysBehind(p.place[item.Asset], g.To) == "" // its own people have it
		switch {
		case item.Alone && !item.stays() && p.couldFollow(g, &item):
			left.reader = append(left.reader, fmt.Sprintf("%s %q", item.Asset, item.Name))
		case item.Alone && !item.Follows && only:
			left.standing = append(left.standing, name)
		case item.Alone && !item.Follows:
			left.alone = append(left.alone, name)
		case !item.Follows && !p.allowed(SpansTenants) && !p.couldFollow(g, &item):
			left.shared = append(left.shared, name)
		}
	}
	return left
}

// couldFollow reports whether it is only the role in the tenant that keeps an asset from following.
func (p *migrationPlan) couldFollow(g *Migrant, item *Item) bool {
	i := p.place[item.Asset]
	return p.staysBehind(i, g.To) == "" && !p.odd(i, item.May) && (p.allowed(SpansTenants) || p.standsOn(item.Asset, g.To) == "")
}

// rulesUnder are the data sets with rules by names under what somebody sees before and after, and those that they have.
func (p *migrationPlan) rulesUnder(g *Migrant) (all []tenancy.AssetRef) {
	for _, s := range g.Sees {
		if s.Through == nil || !s.Still {
			continue
		}
		for _, under := range p.Beneath[s.Asset] {
			if p.rules[under] {
				all = append(all, under)
			}
		}
	}
	slices.SortFunc(all, tenancy.AssetRef.Compare)
	return slices.Compact(all)
}

// names are what assets are called.
func (p *migrationPlan) names(refs []tenancy.AssetRef) (names []string) {
	for _, ref := range refs {
		name := ""
		if i, known := p.place[ref]; known {
			name = fmt.Sprintf(" %q", p.Assets.Assets[i].Name)
		}
		names = append(names, ref.String()+name)
	}
	return names
}

// missingNames are dashboards that somebody no longer sees, with by what they do now.
func (p *migrationPlan) missingNames(missing []Sight) (names []string) {
	for _, s := range missing {
		names = append(names, p.names([]tenancy.AssetRef{s.Asset})[0]+" (seen by "+strings.Join(s.Through, " and ")+")")
	}
	return names
}

// own are the steps of the difference by which somebody comes into their tenant.
func (p *migrationPlan) own(g *Migrant) []Step { return p.comings[coming{g.To, g.Person}] }

// coming is somebody who comes into a tenant.
type coming struct {
	to     tenancy.Namespace
	person tenancy.PersonID
}

func comingsOf(d *Difference) map[coming][]Step {
	all := map[coming][]Step{}
	for _, s := range d.Steps {
		switch c := s.Change.(type) {
		case Register:
			all[coming{c.Namespace, c.Person}] = append(all[coming{c.Namespace, c.Person}], s)
		case AddMember:
			all[coming{c.Namespace, c.Person}] = append(all[coming{c.Namespace, c.Person}], s)
		}
	}
	return all
}

// phase is how far somebody is, and until when they are kept.
func (p *migrationPlan) phase(g *Migrant) (Phase, int64) {
	was, is := p.Prepared[g.Person]
	switch until := was.Since + p.Keep; {
	case g.As == g.From.User:
		return PhaseMove, 0
	case !is || was.To != g.To || !g.There:
		return PhasePrepare, 0
	case p.Finish || p.Now >= until:
		return PhaseFinish, 0
	default:
		return PhaseKept, until
	}
}

// steps answers how one person is moved: under one role for all they are parked, taken out, and come back; under a role
// of the tenant's own they come first, and the user of before goes later.
func (p *migrationPlan) steps(g *Migrant) {
	g.Phase, g.Until = p.phase(g)
	if g.Held() != "" || g.Phase == PhaseKept {
		return
	}
	want, have := p.Want.Tenant(g.To), p.Have.Tenant(g.To)
	if have == nil {
		have = &tenancy.Tenant{Namespace: g.To}
	}
	d := &differ{store: p.Store, want: &p.Want, have: &p.Have, parked: map[tenancy.PersonID][]parked{}}
	because := becauseOf(want, want.Registration(g.As))
	add := func(c Change, because tenancy.Because) {
		g.Steps = append(g.Steps, Step{Change: c, Because: because})
	}
	if g.Phase == PhaseMove {
		p.park(g, have, add, d)
		add(Evict{g.To, g.Person, g.From.Namespace, g.From.User, g.From.Role, g.As}, because)
	}
	for _, s := range p.own(g) {
		add(s.Change, s.Because)
	}
	if g.Phase == PhaseMove {
		d.endMove(want, have, g.Person)
		g.Steps = append(g.Steps, d.out.Steps...)
	} else {
		p.giveAll(g, add, because)
		if g.Phase == PhasePrepare {
			add(Prepare{g.To, g.Person, g.From.Namespace, g.From.User, g.As}, because)
		} else {
			add(Evict{g.To, g.Person, g.From.Namespace, g.From.User, g.From.Role, g.As}, because)
		}
	}
	for i := range g.Steps {
		g.Steps[i].Hazards, g.Steps[i].Held = []Hazard{Migrates}, ""
	}
}

// park parks what follows somebody, though it be nothing: by the group of the move it is known, while they are nowhere,
// that they are on their way. It puts down what is parked for them: by now, or since a run that was cut off.
func (p *migrationPlan) park(g *Migrant, have *tenancy.Tenant, add func(Change, tenancy.Because), d *differ) {
	group := parkingOf(g.To, g.Person)
	if have.Parking(g.Person) == nil {
		add(BeginMove{g.To, p.Store, g.Person, g.From.User}, tenancy.Because{})
	}
	parkedBy := p.grantsTo(group)
	theirs := p.grantsTo(tenancy.Grantee{Kind: tenancy.ToUser, Namespace: g.To.String(), Name: string(g.As)})
	all := map[tenancy.AssetRef]bool{}
	for _, item := range g.Items {
		if !item.Follows {
			continue
		}
		there, is := parkedBy[item.Asset]
		if !is || there.May != item.Gets {
			add(Park{g.To, g.Person, g.From.Namespace, g.From.User, g.From.Role, item.Asset, item.Name, item.Gets}, tenancy.Because{})
		}
		// Of all who have something of it only these two matter: what is parked is given to the one, and taken from the other.
		a := tenancy.Asset{AssetRef: item.Asset, Name: item.Name}
		if mine, has := theirs[item.Asset]; has {
			a.Grants = append(a.Grants, mine)
		}
		d.parked[g.Person] = append(d.parked[g.Person], parked{a, item.Gets})
		all[item.Asset] = true
	}
	for _, at := range p.byUser[group] {
		if a := p.Assets.Assets[at.asset]; !all[a.AssetRef] {
			d.parked[g.Person] = append(d.parked[g.Person], parked{a, a.Grants[at.grant].May})
		}
	}
}

// giveAll gives somebody in the tenant what follows them, as far as they have not got it.
func (p *migrationPlan) giveAll(g *Migrant, add func(Change, tenancy.Because), because tenancy.Because) {
	theirs := p.grantsTo(tenancy.Grantee{Kind: tenancy.ToUser, Namespace: g.To.String(), Name: string(g.As)})
	for _, item := range g.Items {
		if !item.Follows {
			continue
		}
		if there, has := theirs[item.Asset]; !has || there.May != item.Gets && there.May != tenancy.Owns {
			add(GiveBack{g.To, g.Person, g.As, item.Asset, item.Name, item.Gets}, because)
		}
	}
}

func heldUnreadKind(g *Migrant, u *tenancy.Unread) tenancy.Hold {
	return tenancy.Hold{
		Code: UnreadAssets, Object: string(g.Person), Namespace: g.To.String(), Access: true,
		Reason: fmt.Sprintf("assets of the kind %s could not be read in %s, and nothing else tells whether somebody has one: %s", u.Kind, u.Region, u.Why),
		Ends:   "give tenantry the rights to list them and to read their permissions (see SECURITY.md), and migrate again",
	}
}

func heldSeesLess(g *Migrant, names []string, house, more bool, allow string) tenancy.Hold {
	ends := fmt.Sprintf("if they are to see less: tenantry migrate --namespace %s --allow %s", g.To, allow)
	if house {
		ends = "share what is the house's with the tenant (tenants[].shares, or --map-group); or, " + ends
	}
	if more {
		ends += ", once what they alone own is seen to"
	}
	return tenancy.Hold{
		Code: SeesLess, Object: string(g.Person), Namespace: g.To.String(), Access: true,
		Reason: fmt.Sprintf("%s would no longer see %s", tenancy.Word(string(g.From.User)), few(names)), Ends: ends,
	}
}

// anyOfTheHouse reports whether the house owns any of the dashboards.
func (p *migrationPlan) anyOfTheHouse(of []Sight) bool {
	return slices.ContainsFunc(of, func(s Sight) bool {
		i, known := p.place[s.Asset]
		return known && p.ends[i].houses
	})
}

func heldRLS(g *Migrant, names []string, allow string) tenancy.Hold {
	return tenancy.Hold{
		Code: RLSNames, Object: string(g.Person), Namespace: g.To.String(), Access: true,
		Reason: fmt.Sprintf("%s sees rows by rules that may name the user or the groups of before: %s", tenancy.Word(string(g.From.User)), few(names)),
		Ends:   fmt.Sprintf("add the new names to the rules (tenantry migrate --names FILE.csv writes them down), and then tenantry migrate --namespace %s --allow %s", g.To, allow),
	}
}

func heldOwnsAsReader(g *Migrant, names []string) tenancy.Hold {
	return tenancy.Hold{
		Code: OwnsAsReader, Object: string(g.Person), Namespace: g.To.String(), Access: true,
		Reason: fmt.Sprintf("%s alone owns what a %s cannot own: %s", tenancy.Word(string(g.From.User)), g.Role, few(names)),
		Ends:   "give " + itOrEach(names) + " another owner; or put the person into a group whose role is AUTHOR",
	}
}

func heldSpans(g *Migrant, left leavings, allow string) tenancy.Hold {
	h := tenancy.Hold{Code: SpansTenants, Object: string(g.Person), Namespace: g.To.String(), Access: true}
	user, command := tenancy.Word(string(g.From.User)), fmt.Sprintf("tenantry migrate --namespace %s --allow %s", g.To, allow)
	switch {
	case len(left.alone) > 0:
		h.Reason = fmt.Sprintf("%s alone owns what cannot come along: %s", user, few(slices.Concat(left.alone, left.standing)))
		h.Ends = "make the house the only owner of " + itOrEach(left.alone) + ", or take the others' permissions from it, and migrate again"
	case len(left.standing) > 0:
		h.Reason = fmt.Sprintf("%s alone owns what cannot come along without a word: %s", user, few(left.standing))
		h.Ends = "if it may come along all the same: " + command
	default:
		h.Reason = fmt.Sprintf("%s has what cannot come along, and stays with others: %s", user, few(left.shared))
		h.Ends = "if they can do without it: " + command
	}
	return h
}

func itOrEach(of []string) string {
	if len(of) == 1 {
		return "it"
	}
	return "each of them"
}
