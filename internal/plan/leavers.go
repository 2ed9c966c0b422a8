package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// askWhoLeaves asks who the users are that would be taken out: it makes a leaver, or somebody who comes back under
// another name. Until it is known, they stay.
func (g *guard) askWhoLeaves() {
	for i := range g.steps {
		s := &g.steps[i]
		user := tenancy.UserName(s.Change.Object())
		if s.Held == "" && leaves(s.Change) && s.Change.Who() == "" && g.have.Tenant(s.Change.In()).Registration(user) != nil {
			g.question(tenancy.WhoIsBehind, s.Change.In(), user)
			s.Held = Unread
		}
	}
}

// askAboutLeavers asks for what must be known of those who would be taken out: what they own alone, or hold.
// Until it is known, they stay.
func (g *guard) askAboutLeavers() {
	for i := range g.steps {
		s := &g.steps[i]
		if s.Held != "" || !leaves(s.Change) && s.Change.Kind() != KindEndMove {
			continue
		}
		t := g.have.Tenant(s.Change.In())
		user := tenancy.UserName(s.Change.Object())
		if end, ok := s.Change.(EndMove); ok {
			s.Held = g.judgeParked(t, end)
			continue
		}
		switch r := t.Registration(user); {
		case r == nil:
			// a member who is no user, or a move: there is nobody to be asked about
		case s.Change.Who() == tenancy.Nobody && g.policy.Removals.Automatic:
			s.Held = UnknownPerson
			g.hold(heldUnknown(t.Namespace, user))
		case replacesRole(s) && r.Person == "":
			// Its name says whose it is, and a tag may say that it is another person's. It is read once it matters.
			if s.Change.Kind() == KindRemoveRegistration {
				g.question(tenancy.WhoIsBehind, t.Namespace, user)
			}
			s.Held = Unread
		case s.Change.Kind() == KindRemoveRegistration && !g.policy.Removals.Unasked:
			s.Held = g.judgeHoldings(t, s.Change.(RemoveRegistration))
		}
	}
}

func (g *guard) question(kind tenancy.QuestionKind, n tenancy.Namespace, user tenancy.UserName) {
	if q := (tenancy.Question{Kind: kind, Namespace: n, User: user}); !slices.Contains(g.questions, q) {
		g.questions = append(g.questions, q)
	}
}

func (g *guard) hold(h tenancy.Hold) { g.holds = append(g.holds, h) }

// judgeHoldings says why a user must stay for what they have, "" when it can be handed over or parked. Who comes
// back is asked for all of it, and an author who does not for what they own alone, which no reader does.
func (g *guard) judgeHoldings(t *tenancy.Tenant, c RemoveRegistration) tenancy.Code {
	holdings, asked := t.Holdings[c.User]
	switch {
	case c.Back != "" && (!asked || !holdings.Whole):
		g.question(tenancy.WhatTheyHold, t.Namespace, c.User)
		return Unread
	case c.Back == "" && c.Role.IsReader():
		return ""
	case !asked:
		g.question(tenancy.WhatTheyOwn, t.Namespace, c.User)
		return Unread
	}
	return g.judgeHandOver(t, c.User, holdings)
}

// judgeParked says why a move cannot be ended yet, "" when it can. What is parked by the plan itself is known.
func (g *guard) judgeParked(t *tenancy.Tenant, c EndMove) tenancy.Code {
	p := t.Parking(c.Person)
	switch {
	case p == nil:
		return ""
	case p.Holdings == nil:
		if !g.policy.Removals.Unasked {
			g.questions = append(g.questions, tenancy.Question{Kind: tenancy.WhatIsParked, Namespace: t.Namespace, Person: c.Person})
		}
		return Unread
	}
	return g.judgeHandOver(t, tenancy.UserName(c.Object()), *p.Holdings)
}

// judgeHandOver says why what would be handed over cannot be, "" when it can.
func (g *guard) judgeHandOver(t *tenancy.Tenant, user tenancy.UserName, holdings tenancy.Holdings) tenancy.Code {
	if holdings.Failed != "" {
		g.hold(heldUnread(t.Namespace, user, holdings.Failed))
		return Unread
	}
	handed, custodians := g.handedOver(t.Namespace, user)
	if custodians && slices.Contains(t.OtherGroups, tenancy.CustodiansName) {
		g.hold(heldCustodiansName(t.Namespace))
		return CustodiansTaken
	}
	var spanning []string
	for _, a := range holdings.Assets {
		if !handed[a.AssetRef] {
			continue
		}
		if why := spans(t.Namespace, a); why != "" {
			spanning = append(spanning, fmt.Sprintf("%s %q (%s)", a.AssetRef, a.Name, why))
		}
	}
	if len(spanning) > 0 {
		g.hold(heldSpansTenants(t.Namespace, user, spanning))
		return SpansTenants
	}
	return ""
}

// handedOver are the assets of a user that would be given to the custodians, or to the house, and whether the former.
func (g *guard) handedOver(n tenancy.Namespace, user tenancy.UserName) (handed map[tenancy.AssetRef]bool, custodians bool) {
	handed = map[tenancy.AssetRef]bool{}
	for _, s := range g.steps {
		switch c := s.Change.(type) {
		case HandOver:
			if c.Namespace == n && c.User == user {
				handed[c.Asset], custodians = true, true
			}
		case HandToHouse:
			if c.Namespace == n && c.User == user {
				handed[c.Asset] = true
			}
		}
	}
	return handed, custodians
}

// spans says why an asset must not be given to a tenant's custodians without a word, "" when it may: an owner
// sees all of its rows, and can give it to others.
func spans(n tenancy.Namespace, a tenancy.Asset) string {
	if a.RowLevel {
		return "it has row-level security"
	}
	var others []string
	for _, grant := range a.Grants {
		if grant.To.Namespace != n.String() {
			others = append(others, whom(grant.To))
		}
	}
	if len(others) == 0 {
		return ""
	}
	return "it is shared with " + strings.Join(others, " and ")
}

// whom is how a grantee is called in a sentence.
func whom(g tenancy.Grantee) string {
	switch g.Kind {
	case tenancy.ToNamespace:
		return "the namespace " + g.Namespace
	case tenancy.ToOther:
		return tenancy.Word(g.Name)
	}
	return fmt.Sprintf("the %s %s of %s", g.Kind, tenancy.Word(g.Name), g.Namespace)
}

// together lets what belongs together be done together or not at all: nobody is taken out whose assets
// are not handed over or parked, and neither is done for somebody who stays. Custodians are not made for nothing.
func (g *guard) together() {
	held := map[leaver]tenancy.Code{}
	inherits := map[tenancy.Namespace]bool{}
	key := func(c Change) leaver { return leaver{c.In(), tenancy.UserName(c.Object())} }
	whole := func(c Change) bool { return leaves(c) && !suspends(c) }
	for _, s := range g.steps {
		if s.Held != "" && whole(s.Change) && held[key(s.Change)] == "" {
			held[key(s.Change)] = s.Held
		}
	}
	for i := range g.steps {
		s := &g.steps[i]
		if !whole(s.Change) {
			continue
		}
		s.Held = cmp.Or(s.Held, held[key(s.Change)])
		if s.Held == "" && s.Change.Kind() == KindHandOver {
			inherits[s.Change.In()] = true
		}
	}
	for i := range g.steps {
		s := &g.steps[i]
		if s.Held == "" && makesCustodians(s.Change) && !inherits[s.Change.In()] && g.have.Tenant(s.Change.In()).Mirror(tenancy.CustodiansGroup) == nil {
			s.Held = NotSelected
		}
	}
}

// afterwards holds whoever lives in another tenant and does not leave it, and whoever cannot be registered anew
// since the user of that name stays: a principal lives in one namespace.
func (g *guard) afterwards() {
	if len(g.moves) == 0 {
		return
	}
	staying := map[leaver]tenancy.Code{}
	leaving := map[leaver]bool{}
	for _, s := range g.steps {
		if c, ok := s.Change.(RemoveRegistration); ok {
			leaving[leaver{c.Namespace, c.User}], staying[leaver{c.Namespace, c.User}] = s.Held == "", s.Held
		}
	}
	for i := range g.steps {
		s := &g.steps[i]
		if k := s.Change.Kind(); k == KindUpdateUser || k == KindSetCustomPermissions {
			if s.Held == "" && leaving[leaver{s.Change.In(), tenancy.UserName(s.Change.Object())}] {
				s.Held = NotSelected // they are registered anew as they should be
			}
			continue
		}
		c, ok := s.Change.(Register)
		from, moves := g.moves[c.User()]
		if !ok || !moves || s.Held != "" || leaving[leaver{from, c.User()}] {
			continue
		}
		if from == c.Namespace {
			s.Held = staying[leaver{from, c.User()}]
			continue
		}
		s.Held = InTenant
		g.hold(heldMove(c, from))
	}
}

func heldMove(c Register, from tenancy.Namespace) tenancy.Hold {
	return tenancy.Hold{
		Code: InTenant, Object: string(c.Person), Namespace: c.Namespace.String(), Access: true,
		Reason: fmt.Sprintf("%s is registered in the tenant %s, and must leave it first", tenancy.Word(string(c.User())), from),
		Ends:   fmt.Sprintf("see what keeps them in %s; or tenantry apply --allow %s --namespace %s --namespace %s", from, RemovesUser, from, c.Namespace),
	}
}

// makesCustodians reports whether a change makes the group of the custodians, or puts somebody into it.
func makesCustodians(c Change) bool {
	switch c := c.(type) {
	case CreateMirror:
		return c.Group == tenancy.CustodiansGroup
	case AddMember:
		return c.Group == tenancy.CustodiansGroup
	}
	return false
}

func heldUnknown(n tenancy.Namespace, user tenancy.UserName) tenancy.Hold {
	return tenancy.Hold{
		Code: UnknownPerson, Object: string(user), Namespace: n.String(), Access: true,
		Reason: fmt.Sprintf("nobody in the tenant's groups signs in as %s, and no tag says whose registration it is", tenancy.Word(string(user))),
		Ends:   fmt.Sprintf("tenantry apply --allow %s --namespace %s", RemovesUser, n),
	}
}

func heldCustodiansName(n tenancy.Namespace) tenancy.Hold {
	return tenancy.Hold{
		Code: CustodiansTaken, Object: n.String(), Namespace: n.String(), Access: true,
		Reason: fmt.Sprintf("a group called %s was made by hand, and what leavers own alone must not go to its members", tenancy.CustodiansName),
		Ends:   fmt.Sprintf("delete that group (aws quicksight delete-group --namespace %s --group-name %s), and the removal goes on", n, tenancy.CustodiansName),
	}
}

func heldUnread(n tenancy.Namespace, user tenancy.UserName, why string) tenancy.Hold {
	return tenancy.Hold{
		Code: Unread, Object: string(user), Namespace: n.String(), Access: true,
		Reason: fmt.Sprintf("what %s owns alone could not be read: %s", tenancy.Word(string(user)), why),
		Ends:   "give tenantry the rights to search (see SECURITY.md), or wait until AWS answers again",
	}
}

func heldSpansTenants(n tenancy.Namespace, user tenancy.UserName, names []string) tenancy.Hold {
	return tenancy.Hold{
		Code: SpansTenants, Object: string(user), Namespace: n.String(), Access: true,
		Reason: fmt.Sprintf("%s alone owns what must not be handed over blindly: %s", tenancy.Word(string(user)), strings.Join(names, ", ")),
		Ends:   "give each of them another owner, or take the others' permissions from it, and the removal goes on",
	}
}

// heldRemoval is the hold of a step that takes something away and was not allowed.
func heldRemoval(h Hazard, c Change) tenancy.Hold {
	n := c.In().String()
	hold := tenancy.Hold{
		Code: tenancy.Code(h), Object: c.Object(), Namespace: n, Access: true,
		Ends: fmt.Sprintf("tenantry apply --allow %s --namespace %s", h, n),
	}
	if h == ReusedName { // which a plan may not see that reads no tags
		hold.Ends = fmt.Sprintf("tenantry apply --verify --allow %s --namespace %s", h, n)
	}
	user := tenancy.Word(c.Object())
	switch c := c.(type) {
	case LowerRole:
		hold.Reason = fmt.Sprintf("%s has the role %s and should have %s", user, c.Was, c.Role)
	case RemoveMember:
		hold.Reason = fmt.Sprintf("%s is in the group %q of the tenant and no longer should be", user, c.Mirror)
		if h == RemovesUser {
			hold.Reason = fmt.Sprintf("%s is in the tenant and no longer should be", user)
		}
	case RemoveRegistration:
		hold.Reason = heldReplacement(h, c)
	case Suspend:
		hold.Reason = fmt.Sprintf("%s is in the tenant and no longer should be", user)
	}
	return hold
}
