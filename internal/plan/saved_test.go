package plan_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const madeAt = "2030-01-02T03:04:05Z"

// A plan is the same after it was written and read, and so are its bytes.
func TestPlanGoesThroughJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newWorld(t).pass().Plan
		text := encode(t, p)
		var back plan.Plan
		if err := json.Unmarshal([]byte(text), &back); err != nil {
			t.Fatalf("%v", err)
		}
		if diff := cmp.Diff(p, back, compare...); diff != "" {
			t.Errorf("read back (- before, + after)\n%s", diff)
		}
		if again := encode(t, back); again != text {
			t.Errorf("written again:\n%s", cmp.Diff(text, again))
		}
		if strings.Contains(text, ":null") {
			t.Errorf("programs have to tell null from []: %s", text)
		}
		saved, err := plan.Save(p, madeAt)
		if err != nil {
			t.Fatalf("%v", err)
		}
		opened, when, err := plan.Open(saved)
		if err != nil || when != madeAt {
			t.Fatalf("opened: %q, %v", when, err)
		}
		if second, _ := plan.Save(opened, when); string(second) != string(saved) {
			t.Errorf("saved again:\n%s", cmp.Diff(string(saved), string(second)))
		}
	})
}

// S17: in the world that it was made from, a saved plan approves exactly its own pending steps.
func TestS17SameWorldApprovesExactlyThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		p := w.pass()
		approved, moved, err := check(p.Plan, w.pass())
		if err != nil || len(moved) != 0 {
			t.Fatalf("moved %v, %v", moved, err)
		}
		pending := map[plan.Change]bool{}
		for _, s := range p.Pending() {
			pending[s.Change] = true
		}
		if diff := cmp.Diff(pending, approved, compare...); diff != "" {
			t.Errorf("(- pending, + approved)\n%s", diff)
		}
	})
}

func check(saved plan.Plan, now *pass) (map[plan.Change]bool, []tenancy.Namespace, error) {
	return plan.Check(saved, account, store, saved.Config, now.diff, now.derived.Want, now.have)
}

// S17, T28: what changes in one namespace moves that one, and no other; its steps are refused, and
// those of the others are approved still.
func TestS17OneNamespaceMovesAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, p := newWorld(t), (*pass)(nil)
		for tries := 0; ; tries++ {
			if p = w.pass(); len(p.Pending()) > 0 && len(w.have.Tenants) > 0 {
				break
			}
			if tries == 20 {
				t.Skip()
			}
			w = newWorld(t)
		}
		touched := plan.Touched(p.Pending())
		later := w.clone()
		in := &later.have.Tenants[rapid.IntRange(0, len(later.have.Tenants)-1).Draw(t, "tenant")]
		in.Registrations = append(in.Registrations, tenancy.Registration{User: "QuickSight/late", Role: tenancy.Reader, Email: "late@x.example"})
		later.have.Sort()
		changed := in.Namespace
		approved, moved, err := check(p.Plan, later.pass())
		if err != nil {
			t.Fatalf("%v", err)
		}
		var want []tenancy.Namespace
		if slices.Contains(touched, changed) {
			want = append(want, changed)
		}
		if diff := cmp.Diff(want, moved, compare...); diff != "" {
			t.Errorf("moved (- wanted, + got)\n%s", diff)
		}
		for _, s := range p.Pending() {
			if approved[s.Change] != (s.Change.In() != changed) {
				t.Errorf("approved is %v: %s", approved[s.Change], changeText(s))
			}
		}
	})
}

// firstDay is a plan with something to do, and the world that it was made from.
func firstDay(t *testing.T) (*world, *pass) {
	c, err := parseConfig("")
	if err != nil {
		t.Fatal(err)
	}
	w := configured(c)
	w.readDirectory("ana ana@acme.example qs:acme\nbo bo@globex.example qs:globex\n")
	w.grantRoles()
	return w, w.pass()
}

// C41, T12: a saved plan of elsewhere is refused whole, and so is one with a step that was put in.
func TestS17PlanOfElsewhereIsRefused(t *testing.T) {
	_, p := firstDay(t)
	edited := p.Plan
	edited.Steps = slices.Clone(edited.Steps)
	for i, s := range edited.Steps {
		if c, ok := s.Change.(plan.Register); ok {
			c.Role = tenancy.Admin
			edited.Steps[i].Change = c
			break
		}
	}
	for name, try := range map[string]func() (map[plan.Change]bool, []tenancy.Namespace, error){
		"account": func() (map[plan.Change]bool, []tenancy.Namespace, error) {
			return plan.Check(p.Plan, "444455556666", store, p.Config, p.diff, p.derived.Want, p.have)
		},
		"identity store": func() (map[plan.Change]bool, []tenancy.Namespace, error) {
			return plan.Check(p.Plan, account, "d-0000000000", p.Config, p.diff, p.derived.Want, p.have)
		},
		"configuration": func() (map[plan.Change]bool, []tenancy.Namespace, error) {
			return plan.Check(p.Plan, account, store, "other", p.diff, p.derived.Want, p.have)
		},
		"edited step": func() (map[plan.Change]bool, []tenancy.Namespace, error) { return check(edited, p) },
	} {
		approved, _, err := try()
		var refused *plan.StaleError
		if !errors.As(err, &refused) || approved != nil || refused.Hint() == "" || !oneLine(err.Error()) {
			t.Errorf("%s: approved %v, %v", name, approved, err)
		}
	}
}

// T12: a step that the saved plan held is not approved by taking the hold out of the file: the plan
// says what to look at again, and the guard judges anew.
func TestT12HoldTakenOutOfThePlan(t *testing.T) {
	c, err := parseConfig("")
	if err != nil {
		t.Fatal(err)
	}
	w := configured(c)
	w.readDirectory("bo bo@acme.example qs:acme\n")
	w.readQuickSight("acme\n  mirror g-qs:acme qs:acme: QuickSight/ana\n  user QuickSight/ana READER ana@acme.example\n")
	w.grantRoles()
	p := w.pass()
	edited := p.Plan
	edited.Steps = slices.Clone(edited.Steps)
	for i := range edited.Steps {
		edited.Steps[i].Held, edited.Steps[i].Hazards = "", nil
	}
	policy := w.policy
	if policy.Only, _, err = check(edited, p); err != nil {
		t.Fatal(err)
	}
	steps, _, _ := plan.Guard(p.diff, p.have, policy)
	for _, s := range steps {
		if s.Change.Kind().TakesAway() && s.Held == "" {
			t.Errorf("it would be done: %s", changeText(s))
		}
	}
}

// Only the steps of the approved plan are done, whatever the world asks for since.
func TestS17OnlyApprovedStepsAreDone(t *testing.T) {
	w, p := firstDay(t)
	w.policy.Only = map[plan.Change]bool{}
	for _, s := range p.Pending() {
		if s.Change.In().String() == "globex" {
			w.policy.Only[s.Change] = true
		}
	}
	for _, s := range w.pass().Steps {
		if done := s.Held == ""; done != (s.Change.In().String() == "globex") {
			t.Errorf("done is %v: %s", done, changeText(s))
		}
	}
}

// Every byte of a saved plan counts: cut short, or with one bit turned, it is refused.
func TestC41EditedFileIsRefused(t *testing.T) {
	_, p := firstDay(t)
	saved, err := plan.Save(p.Plan, madeAt)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(data []byte, what string, at int) {
		var stale *plan.StaleError
		if _, _, err := plan.Open(data); !errors.As(err, &stale) {
			t.Errorf("%s at %d: %v", what, at, err)
		}
	}
	// A key of the file's outer object may change its case: Go reads keys in any.
	inside := strings.Index(string(saved), `"plan":`) + len(`"plan":`)
	for at := inside; at < len(saved); at++ {
		flipped := slices.Clone(saved)
		flipped[at] ^= 1 << (at % 7)
		refused(flipped, "a bit turned", at)
	}
	for at := range saved {
		refused(saved[:at], "cut", at)
	}
	refused(append(slices.Clone(saved), '{'), "more behind", len(saved))
	for _, edit := range [][2]string{
		{plan.SavedFormat, "tenantry.saved-plan/2"}, {madeAt, "2031-01-02T03:04:05Z"}, {`"plan":`, `"more":1,"plan":`},
	} {
		refused([]byte(strings.Replace(string(saved), edit[0], edit[1], 1)), edit[1], 0)
	}
}
