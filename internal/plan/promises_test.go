package plan_test

import (
	"slices"
	"strings"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// reporter is what testing.T and rapid.T have in common.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// checkPlan checks what holds for every plan of every world.
func checkPlan(t reporter, w *world, p *pass) {
	t.Helper()
	for _, h := range slices.Concat(p.Holds, p.Accepted) {
		for _, text := range []string{h.Reason, h.Ends} {
			if text == "" || !oneLine(text) {
				t.Errorf("the hold %s %q says %q", h.Code, h.Object, text)
			}
		}
		if h.Code == "" || h.Object == "" || strings.HasSuffix(h.Reason, ".") || strings.Contains(h.Ends, "--aws-account-id  ") {
			t.Errorf("the hold is not well made: %+v", h)
		}
	}
	for _, n := range p.Notes {
		if n.Code == "" || n.Text == "" || !oneLine(n.Text) {
			t.Errorf("the note is not well made: %+v", n)
		}
	}
	if !slices.IsSortedFunc(p.Holds, tenancy.Hold.Compare) || !slices.IsSortedFunc(p.Notes, tenancy.Note.Compare) {
		t.Errorf("holds or notes are not in order")
	}
	held := map[tenancy.Code]bool{plan.NotSelected: true}
	for _, h := range slices.Concat(p.Holds, p.Accepted) {
		held[h.Code] = true
	}
	for _, s := range p.Steps {
		// What is asked about was answered by now, but for what cannot be read; and custodians wait for what they inherit.
		if s.Held != "" && !held[s.Held] {
			t.Errorf("a step is held by %s, and no hold says why: %s", s.Held, changeText(s))
		}
		automatic := w.policy.Removals.Automatic && !slices.Contains(s.Hazards, plan.ReplacesUser)
		if s.Change.Kind().TakesAway() && s.Held == "" && !automatic && !slices.ContainsFunc(w.policy.Allow, func(h plan.Hazard) bool { return slices.Contains(s.Hazards, h) }) {
			t.Errorf("a step that takes away is neither held nor allowed: %s", changeText(s))
		}
		if n := s.Change.In(); n.IsZero() || strings.EqualFold(n.String(), "default") {
			t.Errorf("S3: a step in %q", n)
		}
	}
	checkGuard(t, p)
	for _, s := range p.Pending() {
		checkHandsOff(t, p, s)
		checkJustified(t, w, p, s)
		checkCeiling(t, w, s)
	}
	checkInjective(t, w, p)
}

func oneLine(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Cf, c) })
}

// checkGuard: the guard drops nothing, changes nothing, and never does what the diff held.
func checkGuard(t reporter, p *pass) {
	t.Helper()
	if len(p.Steps) != len(p.diff.Steps) {
		t.Fatalf("the guard made %d steps of %d", len(p.Steps), len(p.diff.Steps))
	}
	for i, s := range p.Steps {
		before := p.diff.Steps[i]
		kept := before.Held == "" || s.Held == before.Held || s.Held == plan.NotSelected
		if s.Change != before.Change || s.Because != before.Because || !kept {
			t.Errorf("the guard made %+v of %+v", s, before)
		}
	}
}

// checkHandsOff is S4: nothing is written to what is not ours.
func checkHandsOff(t reporter, p *pass, s plan.Step) {
	t.Helper()
	n := s.Change.In()
	if p.have.ForeignNamed(n.String()) != nil {
		t.Errorf("S4: %s is not ours: %s", n, changeText(s))
	}
	want, have := p.derived.Want.Tenant(n), p.have.Tenant(n)
	if want == nil || want.SignIn.IsZero() {
		t.Fatalf("S4: nothing is wanted in %s: %s", n, changeText(s))
	}
	var user tenancy.UserName
	switch c := s.Change.(type) {
	case plan.Register:
		user = c.User()
		if c.SignIn != want.SignIn {
			t.Errorf("S4: %s is registered under %s", user, c.SignIn)
		}
	case plan.UpdateUser:
		user = c.User
	case plan.SetCustomPermissions:
		user = c.User
	case plan.AddMember:
		user = c.User
		if have != nil && slices.Contains(have.OtherGroups, c.Mirror) {
			t.Errorf("S4: %s joins a group that was made by hand", user)
		}
	}
	if user != "" && user.RoleName() != want.SignIn.Name() {
		t.Errorf("S4: %s is under another role than %s", user, want.SignIn)
	}
	if have != nil && have.Status != tenancy.Created && have.Status != tenancy.Creating && s.Change.Kind() != plan.KindCreateNamespace && have.Status != tenancy.RetryableFailure {
		t.Errorf("S9: the namespace is %s: %s", have.Status, changeText(s))
	}
}

// checkJustified is S1 and S13: who comes in is an enabled member of a group that is bound there.
// The binding is told anew, from the marks, the rules and the names alone.
func checkJustified(t reporter, w *world, p *pass, s plan.Step) {
	t.Helper()
	switch c := s.Change.(type) {
	case plan.Register:
		checkNotBeside(t, w, c)
		if !justified(w, c.Person, c.Namespace, "") {
			t.Errorf("S1: nothing justifies %s", changeText(s))
		}
		if spaces := namespacesOf(w, p, c.Person); len(spaces) > 1 && !(w.rules.Spanning && w.rules.SignIn.PerTenant()) {
			t.Errorf("S13: a person of %v: %s", spaces, changeText(s))
		}
	case plan.AddMember:
		group := c.Group
		if group == tenancy.CustodiansGroup {
			group = "" // any of the tenant's: they inherit, and come in by another
		}
		if !justified(w, c.Person, c.Namespace, group) {
			t.Errorf("S1: nothing justifies %s", changeText(s))
		}
	}
}

// checkNotBeside makes sure that nobody is registered beside the user that they had under another role, unless somebody
// has said so.
func checkNotBeside(t reporter, w *world, c plan.Register) {
	t.Helper()
	have := w.have.Tenant(c.Namespace)
	if have == nil || slices.Contains(w.policy.Allow, plan.SignInRoleReplaced) {
		return
	}
	for _, r := range have.Registrations {
		role, s := r.User.RoleName(), w.rules.SignIn
		theirs := r.Person == "" || r.Person == tenancy.Nobody || r.Person == c.Person
		if theirs && r.User.SessionName() == string(c.Session) && role != c.SignIn.Name() && (s.FormerlyIn(c.Namespace, role) || s.IsOf(c.Namespace, role)) {
			t.Errorf("%s is registered as %s, and would be as %s too", c.Person, r.User, c.User())
		}
	}
}

func justified(w *world, id tenancy.PersonID, n tenancy.Namespace, only tenancy.GroupID) bool {
	p := w.dir.Person(id)
	if p == nil || p.Disabled {
		return false
	}
	for _, g := range w.dir.Groups {
		if (only == "" || g.ID == only) && slices.Contains(w.dir.Members[g.ID], id) && boundTo(w, g) == n.String() {
			return true
		}
	}
	return false
}

// namespacesOf are the namespaces that a person is in, or comes into, through their groups: all those
// of the groups that are not held, and of the held ones those whose mirror they are in already.
func namespacesOf(w *world, p *pass, id tenancy.PersonID) []string {
	var spaces []string
	for _, g := range w.dir.Groups {
		n := boundTo(w, g)
		if n == "" || !slices.Contains(w.dir.Members[g.ID], id) {
			continue
		}
		held := slices.ContainsFunc(p.Holds, func(h tenancy.Hold) bool { return h.Object == string(g.ID) })
		if !held || slices.ContainsFunc(membersOf(w, n, g.ID), func(u tenancy.UserName) bool { return isSession(w, u, id) }) {
			spaces = append(spaces, n)
		}
	}
	slices.Sort(spaces)
	return slices.Compact(spaces)
}

func membersOf(w *world, n string, g tenancy.GroupID) []tenancy.UserName {
	if t := w.have.Tenant(parse(n)); t != nil && t.Mirror(g) != nil {
		return t.Mirror(g).Members
	}
	return nil
}

// isSession reports whether a user is a person by their session name, under a role of the tenants.
func isSession(w *world, u tenancy.UserName, id tenancy.PersonID) bool {
	p := w.dir.Person(id)
	name := p.UserName
	if w.rules.SessionName == rules.ByEmail {
		name = p.Email
	}
	return u.SessionName() == name && u.RoleName() != "Other"
}

func parse(name string) tenancy.Namespace {
	n, _ := tenancy.ParseNamespace(name)
	return n
}

// boundTo is the one namespace that a group may feed, "" for none.
func boundTo(w *world, g tenancy.Group) string {
	marked := ""
	for i := range w.have.Tenants {
		if t := &w.have.Tenants[i]; t.Mirror(g.ID) != nil {
			if marked != "" {
				return "" // bound twice
			}
			marked = t.Namespace.String()
		}
	}
	if marked != "" || slices.Contains(w.rules.House.Groups, g.Name) {
		return marked
	}
	for _, r := range w.rules.Tenants {
		if r.Group == g.ID {
			return r.Namespace.String()
		}
	}
	for _, r := range w.rules.Tenants {
		before, after, found := strings.Cut(r.Pattern.String(), "{namespace}")
		if found && strings.HasPrefix(g.Name, before) && strings.HasSuffix(g.Name, after) && len(g.Name) > len(before)+len(after) {
			if text := g.Name[len(before) : len(g.Name)-len(after)]; !parse(text).IsZero() {
				return text
			}
		}
	}
	return ""
}

// checkCeiling is S10: nobody is given more than the highest role of the rules.
func checkCeiling(t reporter, w *world, s plan.Step) {
	t.Helper()
	role, was := tenancy.Role(""), tenancy.Role("")
	switch c := s.Change.(type) {
	case plan.Register:
		role = c.Role
	case plan.UpdateUser:
		role, was = c.Role, c.WasRole
	}
	if role == "" || role == was {
		return
	}
	if !slices.ContainsFunc(w.rules.Tenants, func(r rules.Rule) bool { return r.Role == role && !r.MaxRole.Below(role) }) {
		t.Errorf("S10: no rule gives %s: %s", role, changeText(s))
	}
	if was != "" && !was.Below(role) {
		t.Errorf("S10: %s is no raise: %s", role, changeText(s))
	}
}

// checkInjective is S12: no two people become one principal, and no principal two.
func checkInjective(t reporter, w *world, p *pass) {
	t.Helper()
	type principal struct {
		n    tenancy.Namespace
		name string
	}
	people := map[string]tenancy.PersonID{}
	registered := map[principal]bool{}
	for _, s := range p.Pending() {
		c, ok := s.Change.(plan.Register)
		if !ok {
			continue
		}
		name := strings.ToLower(string(c.User()))
		if other, taken := people[name]; taken && (other != c.Person || !w.samePrincipal) {
			t.Errorf("S12: %s and %s are both %s", other, c.Person, name)
		}
		if registered[principal{c.Namespace, name}] {
			t.Errorf("S12: %s is registered twice in %s", name, c.Namespace)
		}
		people[name], registered[principal{c.Namespace, name}] = c.Person, true
	}
}

// checkConverges is S15: the plan can be done, step by step; afterwards there is nothing left to do,
// and the namespaces that it did whole are as they are wanted. Nor does the order of what was read
// matter.
func checkConverges(t reporter, w *world, p *pass) {
	t.Helper()
	if again := w.clone().pass(); !cmp.Equal(p.Plan, again.Plan, compare...) {
		t.Errorf("the same world, another plan:\n%s", cmp.Diff(p.Plan, again.Plan, compare...))
	}
	after := w.clone()
	if err := after.apply(p.Steps); err != nil {
		t.Fatalf("the plan cannot be done: %v", err)
	}
	second := after.pass()
	// A brake looks at how many people there are: who has come in by the first plan counts in the second.
	braked := slices.ContainsFunc(p.Holds, func(h tenancy.Hold) bool { return h.Code == tenancy.Code(plan.ManyRemovals) })
	if !braked && len(second.Pending()) != 0 && w.policy.Person == "" && w.policy.Namespaces == nil {
		t.Errorf("S15: the first plan was\n%s\nand a second one is not empty:\n%s", p, second)
	}
	if !slices.ContainsFunc(p.Steps, func(s plan.Step) bool { return s.Held != "" }) {
		if diff := cmp.Diff(readBack(p.derived.Want, after.have), readBack(after.have, after.have), append(compare, cmpopts.IgnoreFields(tenancy.State{}, "Foreign"))...); diff != "" {
			t.Errorf("after the plan, the world is not as wanted (- wanted, + there)\n%s", diff)
		}
	}
}

// compare lets cmp look at values of comparable types whole, and takes none for empty.
var compare = []cmp.Option{
	cmpopts.EquateEmpty(), cmpopts.EquateComparable(tenancy.Namespace{}, tenancy.RoleARN{}),
}
