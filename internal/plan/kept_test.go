package plan_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Whatever could be lifted by name is kept by a hold that somebody can lift; each hold keeps steps of its own
// code and namespace only; and no two holds that keep something have one token.
func TestEveryStepThatCanBeLiftedIsKeptByAHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.drawRemovals(t)
		if one(t, 3, "nothing is allowed") {
			w.policy.Allow, w.policy.Removals.Automatic = nil, false
		}
		p := w.pass()
		kept := map[plan.Change]bool{}
		tokens := map[string]tenancy.Hold{}
		for _, k := range p.Keeps() {
			for _, s := range k.Steps {
				kept[s.Change] = true
				if s.Held != k.Hold.Code || k.Hold.Namespace != "" && k.Hold.Namespace != s.Change.In().String() {
					t.Errorf("%+v keeps %s, held by %s", k.Hold, changeText(s), s.Held)
				}
			}
			// What ends a hold may be said twice, and is not in the token.
			if other, taken := tokens[k.Token()]; taken && with(other, func(h *tenancy.Hold) { h.Ends = k.Hold.Ends }) != k.Hold {
				t.Errorf("one token for %+v and %+v", other, k.Hold)
			}
			tokens[k.Token()] = k.Hold
			if found, ok := p.HoldOf(k.Token()); !ok || found.Hold.Code != k.Hold.Code || found.Hold.Object != k.Hold.Object || !plan.IsToken(k.Token()) {
				t.Errorf("%s names %+v, %v", k.Token(), found.Hold, ok)
			}
		}
		for _, s := range p.Steps {
			if slices.Contains(plan.AllowableHazards(), plan.Hazard(s.Held)) && !kept[s.Change] {
				t.Errorf("no hold keeps %s, held by %s", changeText(s), s.Held)
			}
		}
	})
}

// A token is about everything that a hold says and keeps.
func TestTokenDiffersWhenAnythingDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.drawRemovals(t)
		w.policy.Allow, w.policy.Removals.Automatic = nil, false
		all := w.pass().Keeps()
		i := slices.IndexFunc(all, func(k plan.Kept) bool { return len(k.Steps) > 0 })
		if i < 0 {
			t.Skip("nothing is kept")
		}
		k := all[i]
		token := k.Token()
		j := rapid.IntRange(0, len(k.Steps)-1).Draw(t, "step")
		differ := map[string]plan.Kept{
			"a step less":       {Hold: k.Hold, Steps: slices.Delete(slices.Clone(k.Steps), j, j+1)},
			"a step more":       {Hold: k.Hold, Steps: append(slices.Clone(k.Steps), k.Steps[j])},
			"another reason":    {Hold: with(k.Hold, func(h *tenancy.Hold) { h.Reason += "!" }), Steps: k.Steps},
			"another object":    {Hold: with(k.Hold, func(h *tenancy.Hold) { h.Object += "!" }), Steps: k.Steps},
			"another namespace": {Hold: with(k.Hold, func(h *tenancy.Hold) { h.Namespace += "x" }), Steps: k.Steps},
			"another code":      {Hold: with(k.Hold, func(h *tenancy.Hold) { h.Code += "x" }), Steps: k.Steps},
		}
		if c, ok := k.Steps[j].Change.(plan.RemoveRegistration); ok {
			c.Role += "X"
			steps := slices.Clone(k.Steps)
			steps[j].Change = c
			differ["another role"] = plan.Kept{Hold: k.Hold, Steps: steps}
		}
		for how, other := range differ {
			if other.Token() == token {
				t.Errorf("with %s, the token is the same", how)
			}
		}
		same := plan.Kept{Hold: with(k.Hold, func(h *tenancy.Hold) { h.Ends = "in other words" }), Steps: k.Steps}
		if same.Token() != token || w.pass().Keeps()[i].Token() != token {
			t.Error("of the same hold in the same world, the token is another")
		}
	})
}

func with(h tenancy.Hold, set func(*tenancy.Hold)) tenancy.Hold {
	set(&h)
	return h
}

// losing is a plan's steps for somebody who leaves a tenant, held by a code.
func losing(n, user string, held tenancy.Code, groups ...string) []plan.Step {
	var steps []plan.Step
	for _, g := range groups {
		steps = append(steps, plan.Step{Held: held, Change: plan.RemoveMember{Namespace: parse(n), Group: tenancy.GroupID(g), Mirror: "qs:" + g, User: tenancy.UserName(user)}})
	}
	return append(steps,
		plan.Step{Held: held, Change: plan.HandOver{Namespace: parse(n), User: tenancy.UserName(user), Name: "sales"}},
		plan.Step{Held: held, Change: plan.RemoveRegistration{Namespace: parse(n), User: tenancy.UserName(user), Role: tenancy.Author}})
}

// All of one user's steps are lifted together, and nobody else's; the narrowest hold keeps a step.
func TestKeepsIsNarrow(t *testing.T) {
	user, many := tenancy.Code(plan.RemovesUser), tenancy.Code(plan.ManyRemovals)
	p := plan.Plan{
		Steps: slices.Concat(
			losing("acme", "Q/ana", user, "g1", "g2"), losing("acme", "Q/bo", user, "g1"), losing("globex", "Q/ana", user, "g3"),
			losing("acme", "Q/cy", many, "g4"), losing("acme", "Q/dee", many, "g5"), losing("globex", "Q/eve", many, "g3"),
			[]plan.Step{{Held: plan.NotSelected, Change: plan.CreateMirror{Namespace: parse("acme"), Name: "Q/ana"}}},
		),
		Holds: []tenancy.Hold{
			{Code: user, Namespace: "acme", Object: "Q/ana"}, {Code: user, Namespace: "acme", Object: "Q/bo"}, {Code: user, Namespace: "globex", Object: "Q/ana"},
			{Code: many, Namespace: "acme", Object: "g4"}, {Code: many, Namespace: "acme", Object: "acme"}, {Code: many, Object: "account"},
			{Code: "spanning", Object: "p-9"},
		},
		Accepted: []tenancy.Hold{{Code: "in-default", Namespace: "acme", Object: "p-8"}},
	}
	want := []string{"acme Q/ana 4 true", "acme Q/bo 3 true", "globex Q/ana 3 true", "acme Q/cy 3 false", "acme Q/dee 3 false", "globex Q/eve 3 false", " 0 false", " 0 false"}
	for i, k := range p.Keeps() {
		var whom []string
		for _, s := range k.Steps {
			whom = append(whom, s.Change.In().String()+" "+s.Change.Object())
		}
		slices.Sort(whom)
		got := strings.Join(slices.Compact(whom), ", ") + " " + string(rune('0'+len(k.Steps))) + " " + map[bool]string{true: "true", false: "false"}[k.About()]
		if got != want[i] {
			t.Errorf("%s %s %s keeps %q, want %q", k.Hold.Code, k.Hold.Namespace, k.Hold.Object, got, want[i])
		}
		if k.Accepted != (k.Hold.Code == "in-default") || (k.Hazard() != "") != (len(k.Steps) > 0) {
			t.Errorf("%+v: accepted %v, hazard %q", k.Hold, k.Accepted, k.Hazard())
		}
	}
}

// Who is to leave two groups is held in each by a hold of its own, and each keeps its own step.
func TestOneHoldForEachGroupThatSomebodyIsToLeave(t *testing.T) {
	w := emptyWorld(t)
	w.readDirectory("ana ana@acme.example qs:acme\n" + people(8))
	w.grantRoles()
	if err := w.apply(w.pass().Steps); err != nil {
		t.Fatal(err)
	}
	in := &w.have.Tenants[0]
	for _, name := range []string{"one", "two"} {
		id := tenancy.GroupID("id-" + name)
		w.dir.Groups = append(w.dir.Groups, tenancy.Group{ID: id, Name: "qs:acme"})
		in.Mirrors = append(in.Mirrors, tenancy.Mirror{Group: id, Name: name, Members: []tenancy.UserName{"QuickSight/ana"}})
	}
	w.dir.Sort()
	w.have.Sort()
	var kept []string
	for _, k := range w.pass().Keeps() {
		if k.Hold.Code == tenancy.Code(plan.RemovesMember) {
			if len(k.Steps) != 1 || !strings.Contains(k.Hold.Reason, k.Steps[0].Change.(plan.RemoveMember).Mirror) {
				t.Errorf("%+v", k)
			}
			kept = append(kept, k.Token())
		}
	}
	if len(kept) != 2 || kept[0] == kept[1] {
		t.Errorf("the tokens are %v", kept)
	}
}

// What a step stands on goes with it, and nothing else does.
func TestNeeded(t *testing.T) {
	n, m := parse("acme"), parse("globex")
	all := []plan.Step{
		{Change: plan.CreateNamespace{Namespace: n}}, {Change: plan.CreateMirror{Namespace: n, Group: "g", Name: "g"}}, {Change: plan.CreateMirror{Namespace: n, Group: "h", Name: "h"}},
		{Change: plan.CreateMirror{Namespace: n, Group: tenancy.CustodiansGroup, Name: tenancy.CustodiansName}},
		{Change: plan.CreateNamespace{Namespace: m}}, {Change: plan.CreateMirror{Namespace: m, Group: "g", Name: "g"}},
		{Change: plan.AddMember{Namespace: n, Group: "g", User: "Q/ana"}}, {Change: plan.HandOver{Namespace: n, User: "Q/bo"}},
		{Change: plan.RemoveRegistration{Namespace: m, User: "Q/bo"}},
	}
	for i, want := range map[int][]int{6: {0, 1, 6}, 7: {0, 3, 7}, 8: {8}} {
		only := plan.Needed(all, all[i:i+1])
		for j, s := range all {
			if only[s.Change] != slices.Contains(want, j) {
				t.Errorf("for step %d, step %d is %v", i, j, only[s.Change])
			}
		}
	}
}
