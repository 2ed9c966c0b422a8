package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Hazards that the guard finds. They are allowed by name, like every hazard.
const (
	// ManyAdditions: more people would come into a tenant at once than its limit lets in.
	ManyAdditions Hazard = "additions"
	// ManyNamespaces: more namespaces would be created at once than the limit lets be.
	ManyNamespaces Hazard = "new-namespaces"
)

// AllowableHazards are the hazards that can be allowed for a run, by name.
func AllowableHazards() []Hazard {
	return []Hazard{
		ManyAdditions, ManyNamespaces, RemovesMember, RemovesUser, RenamesUser, ReusedName, LowersRole, ReplacesUser, SignInRoleReplaced, ManyRemovals, GrantsAsset,
	}
}

// minAdditions is how many people a tenant may always gain, whatever its size.
const minAdditions = 25

// Policy says what may be done, now and here.
type Policy struct {
	// Namespaces narrows what is written to; nil means all.
	Namespaces []tenancy.Namespace
	// Rollout narrows it too, by configuration; nil means all.
	Rollout []tenancy.Namespace
	// Person narrows it to one person: an id, a user name `Role/session` or a session name. "" means
	// everyone.
	Person string
	// Users are the names that Person has or had in QuickSight, where they are known to whoever narrows. What
	// is somebody else's by now is not meant.
	Users []tenancy.UserName
	// Only narrows it to the changes of a plan that was approved; nil means no such plan.
	Only map[Change]bool
	// Allow are the hazards that were allowed by name.
	Allow []Hazard
	// NewNamespaces and AdditionsPercent are the limits on additions.
	NewNamespaces    int
	AdditionsPercent int
	// Account is QuickSight's, for the commands that end holds.
	Account tenancy.AccountID
	// Young are the tenants known to be founded less than a day ago: filling them is free.
	Young map[tenancy.Namespace]bool
	// Gained is what came within the last day: it counts towards the limits on additions.
	Gained Gains
	// Removals is what may be taken away.
	Removals Removals
	// Undivided are the assets that are accepted to be shared with several tenants, although their data is not divided.
	Undivided map[tenancy.AssetRef]bool
	// Sizes are how many people the tenants have; nil where the state holds everyone.
	Sizes map[tenancy.Namespace]int
}

// Guard decides which steps of a difference may be done under a policy, and marks the others. It
// answers the steps, all of them and in their order, the holds of those that wait, and what it
// would have to know to decide better.
func Guard(diff Difference, have tenancy.State, p Policy) ([]Step, []tenancy.Hold, []tenancy.Question) {
	g := &guard{steps: slices.Clone(diff.Steps), have: &have, policy: &p, holds: slices.Clone(diff.Holds), moves: diff.Moves}
	g.holdReplaced()
	g.narrow()
	g.askAboutShares(diff.Unread)
	g.limitNamespaces()
	g.limitAdditions()
	g.askWhoLeaves()
	g.onboard()
	g.hazards()
	g.staysUntil()
	g.holdShares()
	g.limitLosses()
	g.askAboutLeavers()
	g.brakeRetirement()
	g.together()
	g.afterwards()
	g.follow()
	return g.steps, tenancy.SortHolds(g.holds), g.questions
}

type guard struct {
	steps     []Step
	have      *tenancy.State
	policy    *Policy
	holds     []tenancy.Hold
	moves     map[tenancy.UserName]tenancy.Namespace
	questions []tenancy.Question
}

// narrow leaves out what this run is not for, be it held besides or not.
func (g *guard) narrow() {
	needed := g.neededByPerson()
	for i := range g.steps {
		s := &g.steps[i]
		c := s.Change
		n := c.In()
		switch {
		case g.policy.Namespaces != nil && !slices.Contains(g.policy.Namespaces, n),
			g.policy.Rollout != nil && !slices.Contains(g.policy.Rollout, n),
			g.policy.Person != "" && !g.concerns(c) && !needed[c],
			g.policy.Only != nil && !g.policy.Only[c]:
			s.Held = NotSelected
		}
	}
}

// concerns reports whether a change is about the one person that the run is for.
func (g *guard) concerns(c Change) bool {
	switch c.Kind() {
	case KindCreateNamespace, KindCreateMirror, KindShare, KindCreateFolder, KindOpenFolder:
		return false // a group may well be called as a person is
	}
	who := g.policy.Person
	user := tenancy.UserName(c.Object())
	others := c.Who() != "" && c.Who() != tenancy.Nobody && string(c.Who()) != who
	return string(c.Who()) == who || string(user) == who || user.SessionName() == who || slices.Contains(g.policy.Users, user) && !others
}

// neededByPerson are the namespace and the mirrors that the one person's own steps stand on, as far as
// those are not held.
func (g *guard) neededByPerson() map[Change]bool {
	needed := map[Change]bool{}
	if g.policy.Person == "" {
		return needed
	}
	type mirror struct {
		n tenancy.Namespace
		g tenancy.GroupID
	}
	namespaces, mirrors, taken := map[tenancy.Namespace]bool{}, map[mirror]bool{}, map[leaver]bool{}
	for _, s := range g.steps {
		if s.Held == "" && g.concerns(s.Change) && !s.Change.Kind().TakesAway() {
			namespaces[s.Change.In()] = true
			switch c := s.Change.(type) {
			case AddMember:
				mirrors[mirror{c.Namespace, c.Group}] = true
			case HandOver:
				mirrors[mirror{c.Namespace, tenancy.CustodiansGroup}] = true
			case Register:
				if g.moves[c.User()] == c.Namespace { // the user is another person's until that one has left
					taken[leaver{c.Namespace, c.User()}] = true
				}
			}
		}
	}
	for _, s := range g.steps {
		if taken[leaver{s.Change.In(), tenancy.UserName(s.Change.Object())}] && leaves(s.Change) {
			needed[s.Change] = true
		}
		switch c := s.Change.(type) {
		case CreateNamespace:
			needed[c] = namespaces[c.Namespace]
		case CreateMirror:
			needed[c] = mirrors[mirror{c.Namespace, c.Group}]
		case Share: // with a group that is made for them they find what it is to see
			needed[c] = mirrors[mirror{c.Namespace, c.Group}] && !g.isThere(c.Namespace, c.Group)
		case OpenFolder:
			needed[c] = mirrors[mirror{c.Namespace, c.Group}] && !g.isThere(c.Namespace, c.Group)
		}
	}
	for _, c := range foldersOf(g.steps, needed) {
		needed[c] = true
	}
	return needed
}

func (g *guard) limitNamespaces() {
	created := 0
	for _, s := range g.steps {
		if c, ok := s.Change.(CreateNamespace); ok && !c.Again && s.Held == "" {
			created++
		}
	}
	before := g.policy.Gained.Namespaces
	if created == 0 || created+before <= g.policy.NewNamespaces {
		return
	}
	g.mark(ManyNamespaces, func(s *Step) bool {
		create, ok := s.Change.(CreateNamespace)
		return ok && !create.Again
	})
	if g.allowed(ManyNamespaces) {
		return
	}
	g.holds = append(g.holds, tenancy.Hold{
		Code: tenancy.Code(ManyNamespaces), Object: "account",
		Reason: fmt.Sprintf("%d namespaces would be created at once%s, and limits.new_namespaces_per_day is %d", created, already(before), g.policy.NewNamespaces),
		Ends:   fmt.Sprintf("--allow %s for one run, or limits.new_namespaces_per_day: %d, or --namespace for one customer at a time", ManyNamespaces, created+before),
	})
}

// limitAdditions holds everything that would let more people into a tenant at once than its limit.
// Founding a tenant is free.
func (g *guard) limitAdditions() {
	gains := map[tenancy.Namespace]map[string]bool{}
	back := g.comeBack()
	for _, s := range g.steps {
		if s.Held != "" || !isAddition(s.Change) || back[leaver{s.Change.In(), tenancy.UserName(s.Change.Object())}] {
			continue
		}
		n := s.Change.In()
		if gains[n] == nil {
			gains[n] = map[string]bool{}
		}
		gains[n][s.Change.Object()] = true
	}
	many := map[tenancy.Namespace]bool{}
	for i := range g.have.Tenants {
		t := &g.have.Tenants[i]
		gain, before := len(gains[t.Namespace]), g.policy.Gained.People[t.Namespace]
		most := max(minAdditions, max(0, g.size(t)-before)*g.policy.AdditionsPercent/100)
		if gain > 0 && gain+before > most && !g.policy.Young[t.Namespace] {
			many[t.Namespace] = true
			g.holdAdditions(t, gain, most)
		}
	}
	if len(many) > 0 {
		g.mark(ManyAdditions, func(s *Step) bool { return many[s.Change.In()] && isAddition(s.Change) && !replacesRole(s) })
	}
}

// comeBack are the users as whom people are registered anew: they have been there before.
func (g *guard) comeBack() map[leaver]bool {
	back := map[leaver]bool{}
	for _, s := range g.steps {
		if c, ok := s.Change.(RemoveRegistration); ok && c.Back != "" {
			back[leaver{c.Namespace, c.Back}] = true
		}
	}
	return back
}

// size is how many people a tenant has.
func (g *guard) size(t *tenancy.Tenant) int {
	if g.policy.Sizes != nil {
		return g.policy.Sizes[t.Namespace]
	}
	return len(t.Registrations)
}

// already says what came before, within the day.
func already(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", after %d within the last day", n)
}

// isAddition reports whether somebody comes into a tenant, or into a group of it, by a change. Who becomes a
// custodian is there already.
func isAddition(c Change) bool {
	return (c.Kind() == KindRegister || c.Kind() == KindAddMember) && !makesCustodians(c)
}

func (g *guard) holdAdditions(t *tenancy.Tenant, gain, most int) {
	if g.allowed(ManyAdditions) {
		return
	}
	if t.Tags == nil {
		g.questions = append(g.questions, tenancy.Question{Kind: tenancy.NamespaceTags, Namespace: t.Namespace})
	}
	g.holds = append(g.holds, tenancy.Hold{
		Code: tenancy.Code(ManyAdditions), Object: t.Namespace.String(), Namespace: t.Namespace.String(),
		Reason: fmt.Sprintf("%d people would come into a tenant of %d at once%s, and limits.additions_per_tenant lets in %d",
			gain, g.size(t), already(g.policy.Gained.People[t.Namespace]), most),
		Ends: fmt.Sprintf("--allow %s for one run, or raise limits.additions_per_tenant (now %d%%)", ManyAdditions, g.policy.AdditionsPercent),
	})
}

func (g *guard) mark(h Hazard, concerns func(*Step) bool) {
	for i := range g.steps {
		if s := &g.steps[i]; s.Held == "" && concerns(s) {
			s.Hazards = append(slices.Clone(s.Hazards), h)
		}
	}
}

func (g *guard) allowed(h Hazard) bool { return slices.Contains(g.policy.Allow, h) }

// hazards holds every step with a hazard that was not allowed, by name or once and for all.
func (g *guard) hazards() {
	told := map[tenancy.Hold]bool{}
	for i := range g.steps {
		s := &g.steps[i]
		if s.Held != "" {
			continue
		}
		for _, h := range s.Hazards {
			if !g.allowed(h) && !g.doneByItself(h) {
				s.Held = tenancy.Code(h)
				break
			}
		}
		if !s.Change.Kind().TakesAway() || s.Held == "" || s.Held == tenancy.Code(ManyRemovals) || s.Held == tenancy.Code(SignInRoleReplaced) {
			continue // one hold tells of all of them
		}
		if s.Change.Kind() == KindRemoveMember && (s.Held == tenancy.Code(RenamesUser) || s.Held == tenancy.Code(ReusedName)) {
			continue // the hold of their registration tells it all
		}
		if h := heldRemoval(Hazard(s.Held), s.Change); !told[h] {
			told[h] = true
			g.holds = append(g.holds, h)
		}
	}
}

// joinsAsTheyAre reports whether somebody whose registration is to be replaced, and is not for whatever reason, can come
// into a group all the same: it is theirs.
func (g *guard) joinsAsTheyAre(c AddMember, stay map[leaver]bool) bool {
	if !stay[leaver{c.Namespace, c.User}] {
		return false
	}
	m := g.have.Tenant(c.Namespace).Mirror(c.Group)
	return m == nil || !m.Has(c.User)
}

// stayAsTheyAre are those who should be registered anew under their own name, and are not.
func (g *guard) stayAsTheyAre() map[leaver]bool {
	stay := map[leaver]bool{}
	for _, s := range g.steps {
		if c, is := s.Change.(RemoveRegistration); is && c.Back == c.User && s.Held != "" && s.Held != NotSelected {
			stay[leaver{c.Namespace, c.User}] = true
		}
	}
	return stay
}

// doneByItself reports whether a hazard needs nobody's word in this run.
func (g *guard) doneByItself(h Hazard) bool {
	r := &g.policy.Removals
	return r.Automatic && (slices.Contains(byItself, h) || slices.Contains(r.By, h))
}

// move is a person's in a namespace.
type move struct {
	namespace tenancy.Namespace
	person    tenancy.PersonID
}

// heldMoves says of whom something is to be given back, and is not parked or cannot be known, because of what.
func (g *guard) heldMoves() map[move]tenancy.Code {
	held := map[move]tenancy.Code{}
	for _, s := range g.steps {
		c, remove := s.Change.(RemoveRegistration)
		k := s.Change.Kind()
		if s.Held != "" && (k == KindBeginMove || k == KindPark || k == KindEndMove || remove && c.Back != "") {
			held[move{s.Change.In(), s.Change.Who()}] = s.Held
		}
	}
	return held
}

// backOf is the user as whom somebody gets back what is parked for them.
func backOf(c Change) string {
	switch c := c.(type) {
	case GiveBack:
		return string(c.User)
	case Unpark:
		return string(c.Back)
	case EndMove:
		return string(c.Back)
	}
	return ""
}

// follow holds what stands on a step that is not done: nothing is written into a namespace that is
// not made, nobody joins a group who is not registered, and nothing is given back to them.
func (g *guard) follow() {
	type user struct {
		n    tenancy.Namespace
		name string
	}
	type mirror struct {
		n tenancy.Namespace
		g tenancy.GroupID
	}
	namespaces, users, mirrors := map[tenancy.Namespace]tenancy.Code{}, map[user]tenancy.Code{}, map[mirror]tenancy.Code{}
	folders := map[tenancy.Namespace]tenancy.Code{}
	moves, stay := g.heldMoves(), g.stayAsTheyAre()
	for i := range g.steps {
		s := &g.steps[i]
		n := s.Change.In()
		if s.Held == "" {
			s.Held = namespaces[n]
		}
		switch c := s.Change.(type) {
		case CreateNamespace:
			namespaces[n] = s.Held
		case CreateMirror:
			mirrors[mirror{n, c.Group}] = s.Held
		case Share:
			s.Held = cmp.Or(s.Held, mirrors[mirror{n, c.Group}])
		case CreateFolder:
			folders[n] = s.Held
		case OpenFolder:
			s.Held = cmp.Or(s.Held, folders[n], mirrors[mirror{n, c.Group}])
		case Register:
			users[user{n, c.Object()}] = s.Held
		case AddMember:
			if s.Held == "" && !g.joinsAsTheyAre(c, stay) {
				s.Held = users[user{n, c.Object()}]
			}
			if s.Held == "" {
				s.Held = mirrors[mirror{n, c.Group}]
			}
		case GiveBack, Unpark, EndMove:
			if s.Held == "" && !leaves(c) {
				s.Held = cmp.Or(moves[move{n, c.Who()}], users[user{n, backOf(c)}])
			}
		}
	}
}
