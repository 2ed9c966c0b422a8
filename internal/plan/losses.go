package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Limits on removals that do not hang on the configuration. A tenant may always lose so many people a
// day, and so may the account; a group of fewer than minGroup may be emptied.
const (
	minTenantLosses  = 3
	minAccountLosses = 10
	minGroup         = 4
	shrunkenPart     = 5 // a pass that would remove more than one in five is not believed
)

// Removals is what a policy says about taking people out.
type Removals struct {
	// TenantPercent and AccountPercent are the brake: how many of a tenant's, and of the account's people
	// may lose something within a day.
	TenantPercent, AccountPercent int
	// Lost is who lost something within the last day.
	Lost Losses
	// Forbidden says why nobody is taken out by itself now, "" when they may be: a journal that is younger
	// than a day cannot count the day's.
	Forbidden string
	// Automatic says that nobody has asked for this run: the hazards of people who leave are allowed, under
	// the brake, for those of whom it is known who they are. By says which others are, by configuration.
	Automatic bool
	By        []Hazard
	// Whole says that everyone was read, and not only those whom a hint is about: a source that has shrunk
	// shows in it.
	Whole bool
	// Unasked says that nobody is taken out yet, so that what they own need not be read.
	Unasked bool
	// Retires is the tenant that is emptied because a person said so by name, zero for none; see retire.go.
	Retires tenancy.Namespace
	// Gone are people of whom it is known for certain that they have left: the directory has them disabled, or
	// no longer has them.
	Gone map[tenancy.PersonID]bool
}

// Losses are the users who lost a registration or a membership within a while, by tenant.
type Losses map[tenancy.Namespace][]tenancy.UserName

// Hazards of taking people out. They are allowed by name, like every hazard.
const (
	// RemovesMember: somebody leaves a group of a tenant in which they stay.
	RemovesMember Hazard = "removes-member"
	// RemovesUser: somebody leaves a tenant.
	RemovesUser Hazard = "removes-user"
	// ManyRemovals: more people would lose something than the brake lets.
	ManyRemovals Hazard = "many-removals"
)

// The codes of what keeps somebody in who should go.
const (
	// YoungJournal: nobody is taken out by itself while it is not known how many were, within the day.
	YoungJournal tenancy.Code = "young-journal"
	// UnknownPerson: no tag says who stands behind a user.
	UnknownPerson tenancy.Code = "unknown-person"
	// SpansTenants: they alone own what cannot be handed over blindly.
	SpansTenants tenancy.Code = "spans-tenants"
	// CustodiansTaken: a group made by hand has the name of the custodians'.
	CustodiansTaken tenancy.Code = "custodians-name"
	// Unread: what they own alone could not be read.
	Unread tenancy.Code = "unread"
)

// byItself are the hazards of what a process that nobody watches does by itself.
var byItself = []Hazard{RemovesMember, RemovesUser, RenamesUser, ReusedName, LowersRole}

// leaver is somebody who loses something in a tenant.
type leaver struct {
	namespace tenancy.Namespace
	user      tenancy.UserName
}

// stays reports whether a tenant has as many people as before when a user has left it: they come back, or another
// is registered in their place.
func (g *guard) stays() map[leaver]bool {
	stays := map[leaver]bool{}
	for _, s := range g.steps {
		switch c := s.Change.(type) {
		case RemoveRegistration:
			if c.Back != "" {
				stays[leaver{c.Namespace, c.User}] = true
			}
		case Register:
			if g.moves[c.User()] == c.Namespace {
				stays[leaver{c.Namespace, c.User()}] = true
			}
		case LowerRole:
			stays[leaver{c.Namespace, c.User}] = true
		}
	}
	return stays
}

// limitLosses holds what must not be taken away, by itself or at all. The whole is judged before the
// first is taken out.
func (g *guard) limitLosses() {
	leavers := g.leavers()
	if len(leavers) == 0 || !g.policy.Removals.Retires.IsZero() {
		return
	}
	if r := g.policy.Removals; r.Automatic && r.Forbidden != "" {
		g.keep(YoungJournal, tenancy.Hold{
			Object: "account", Reason: fmt.Sprintf("%d people would be taken out of groups or tenants, and nobody is taken out by itself: %s", len(leavers), r.Forbidden),
			Ends: fmt.Sprintf("wait, or tenantry apply --allow %s,%s", RemovesUser, RemovesMember), Access: true,
		}, nil, everyone)
		return
	}
	if g.policy.Removals.Whole {
		g.judgeSource(leavers)
	}
	g.brake()
}

func everyone(leaver) bool { return true }

// leavers are those who would lose something, as far as it is not held. Who has it again under another role loses nothing.
func (g *guard) leavers() []leaver {
	var all []leaver
	for i := range g.steps {
		if s := &g.steps[i]; s.Held == "" && s.Change.Kind().TakesAway() && !replacesRole(s) {
			all = append(all, leaver{s.Change.In(), tenancy.UserName(s.Change.Object())})
		}
	}
	slices.SortFunc(all, func(a, b leaver) int {
		return cmp.Or(a.namespace.Compare(b.namespace), cmp.Compare(a.user, b.user))
	})
	return slices.Compact(all)
}

// judgeSource does not believe a directory that has lost a good part of its people since, or a group that
// has lost all of them: whoever reads half of it sees just that.
func (g *guard) judgeSource(leavers []leaver) {
	people := 0
	for i := range g.have.Tenants {
		people += g.size(&g.have.Tenants[i])
	}
	if len(leavers)*shrunkenPart > people && len(leavers) > minTenantLosses {
		g.brakeOn(tenancy.Hold{
			Object: "account", Access: true,
			Reason: fmt.Sprintf("%d of the account's %d people would be taken out at once, more than a fifth: a directory that was read in part looks like that", len(leavers), people),
		}, nil, everyone)
		return
	}
	for i := range g.have.Tenants {
		t := &g.have.Tenants[i]
		for j := range t.Mirrors {
			if m := &t.Mirrors[j]; len(m.Members) >= minGroup && g.emptied(t.Namespace, m) {
				g.brakeOn(tenancy.Hold{
					Object: string(m.Group), Namespace: t.Namespace.String(), Access: true,
					Reason: fmt.Sprintf("all %d people of the group %q would be taken out at once: a group that was emptied by mistake looks like that", len(m.Members), m.Name),
				}, nil, func(l leaver) bool { return l.namespace == t.Namespace && m.Has(l.user) })
			}
		}
	}
}

// emptied reports whether all members would leave a mirror.
func (g *guard) emptied(n tenancy.Namespace, m *tenancy.Mirror) bool {
	leaving := 0
	for i := range g.steps {
		if c, ok := g.steps[i].Change.(RemoveMember); ok && g.steps[i].Held == "" && !replacesRole(&g.steps[i]) && c.Namespace == n && c.Group == m.Group {
			leaving++
		}
	}
	return leaving == len(m.Members)
}

// Brake is how many may lose something within a day, as far as it was known when a plan was made. Whoever takes people out
// by itself asks it again for each of them, since others may have done so meanwhile.
type Brake struct {
	tenants map[tenancy.Namespace]int
	people  map[tenancy.Namespace]int // how many there are
	stays   map[leaver]bool
	account int
	gone    map[tenancy.PersonID]bool
	retires *retirement     // nil where no tenant is emptied
	outside map[leaver]bool // those who lose nothing, since they have it again under another role
}

// NewBrake makes the brake for what a difference is about; nil is none, where that many removals were allowed by name.
func NewBrake(diff Difference, have tenancy.State, p Policy) *Brake {
	if slices.Contains(p.Allow, ManyRemovals) {
		return nil
	}
	g := &guard{steps: diff.Steps, have: &have, policy: &p, moves: diff.Moves}
	b := &Brake{tenants: map[tenancy.Namespace]int{}, people: map[tenancy.Namespace]int{}, stays: g.stays(), gone: p.Removals.Gone, outside: map[leaver]bool{}}
	for i := range g.steps {
		if s := &g.steps[i]; replacesRole(s) && leaves(s.Change) {
			b.outside[leaver{s.Change.In(), tenancy.UserName(s.Change.Object())}] = true
		}
	}
	people := 0
	for i := range have.Tenants {
		t := &have.Tenants[i]
		b.tenants[t.Namespace], b.people[t.Namespace] = g.most(t), g.size(t)
		people += g.size(t)
	}
	b.account = max(minAccountLosses, people*p.Removals.AccountPercent/100)
	b.retires = g.retirement()
	return b
}

// Lets reports whether a change may still be made, given who has lost something within the day, the one whom it is about
// among them.
func (b *Brake) Lets(c Change, lost Losses) bool {
	if b == nil || !loses(c) || b.outside[leaver{c.In(), tenancy.UserName(c.Object())}] || suspends(c) && b.gone[c.Who()] {
		return true
	}
	if b.retires != nil {
		return b.retires.lets(c, lost, b.account)
	}
	all := 0
	for _, users := range lost {
		all += len(users)
	}
	n := c.In()
	last := len(lost[n]) >= b.people[n] && !b.stays[leaver{n, tenancy.UserName(c.Object())}]
	return len(lost[n]) <= b.tenants[n] && all <= b.account && !last
}

// most is how many of a tenant may lose something within a day.
func (g *guard) most(t *tenancy.Tenant) int {
	// The size is that of now, without those who have gone today: fewer may go, if anything.
	return max(minTenantLosses, g.size(t)*g.policy.Removals.TenantPercent/100)
}

// brake holds removals above the limits of a day: in a tenant, of its last person, and in the account.
// Whoever has lost something within the day already is not counted twice. Those who are known to be gone
// leave their groups all the same.
func (g *guard) brake() {
	r := &g.policy.Removals
	stays := g.stays()
	losing, leaving := g.anew(nil), g.anew(stays)
	for i := range g.have.Tenants {
		t := &g.have.Tenants[i]
		size, most := g.size(t), g.most(t)
		anew, before, forGood := losing[t.Namespace], len(r.Lost[t.Namespace]), leaving[t.Namespace]
		if anew > 0 && anew+before > most || forGood > 0 && forGood+before >= size {
			g.brakeOn(tenancy.Hold{
				Object: t.Namespace.String(), Namespace: t.Namespace.String(), Access: true,
				Reason: fmt.Sprintf("%d people would lose something in a tenant of %d%s, and at most %d may within a day, and never the last one",
					anew, size, already(before), min(most, max(size-1, 0))),
			}, r.Gone, func(l leaver) bool { return l.namespace == t.Namespace })
		}
	}
	total, before, people := 0, 0, 0
	losing = g.anew(nil) // as far as no tenant's brake holds them
	for i := range g.have.Tenants {
		t := &g.have.Tenants[i]
		people, total, before = people+g.size(t), total+losing[t.Namespace], before+len(r.Lost[t.Namespace])
	}
	if most := max(minAccountLosses, people*r.AccountPercent/100); total > 0 && total+before > most {
		g.brakeOn(tenancy.Hold{
			Object: "account", Access: true,
			Reason: fmt.Sprintf("%d people of the account's %d would lose something%s, and at most %d may within a day", total, people, already(before), most),
		}, r.Gone, everyone)
	}
}

// anew is how many people would lose something who have not today, by tenant, but for some.
func (g *guard) anew(but map[leaver]bool) map[tenancy.Namespace]int {
	losing := map[tenancy.Namespace]int{}
	for _, l := range g.leavers() {
		if !slices.Contains(g.policy.Removals.Lost[l.namespace], l.user) && !but[l] {
			losing[l.namespace]++
		}
	}
	return losing
}

// brakeOn holds what some would lose, unless that many removals were allowed by name.
func (g *guard) brakeOn(h tenancy.Hold, spare map[tenancy.PersonID]bool, concerns func(leaver) bool) {
	if g.allowed(ManyRemovals) {
		return
	}
	h.Ends = fmt.Sprintf("if it is meant: tenantry apply --allow %s,%s,%s", RemovesUser, RemovesMember, ManyRemovals)
	if h.Namespace != "" {
		h.Ends += " --namespace " + h.Namespace
	}
	g.keep(tenancy.Code(ManyRemovals), h, spare, concerns)
}

// keep holds what some would lose. Those of spare leave their groups all the same.
func (g *guard) keep(code tenancy.Code, h tenancy.Hold, spare map[tenancy.PersonID]bool, concerns func(leaver) bool) {
	h.Code = code
	held := false
	for i := range g.steps {
		s := &g.steps[i]
		if s.Held != "" || !loses(s.Change) || replacesRole(s) || !concerns(leaver{s.Change.In(), tenancy.UserName(s.Change.Object())}) {
			continue
		}
		if !suspends(s.Change) || !spare[s.Change.Who()] {
			s.Held, held = code, true
		}
	}
	if held {
		g.holds = append(g.holds, h)
	}
}

// loses reports whether a change is part of somebody's leaving, or takes a role.
func loses(c Change) bool { return leaves(c) || c.Kind() == KindLowerRole }

// suspends reports whether a change takes somebody's access, and nothing that they have.
func suspends(c Change) bool {
	k := c.Kind()
	return k == KindRemoveMember || k == KindSuspend
}

// leaves reports whether a change is part of somebody's leaving: of a user's, or of a person's for whom something
// is parked and who does not come back.
func leaves(c Change) bool {
	switch c := c.(type) {
	case RemoveMember, Suspend, BeginMove, Park, HandOver, HandToHouse, RemoveRegistration:
		return true
	case Unpark:
		return c.Back == ""
	case EndMove:
		return c.Back == ""
	}
	return false
}
