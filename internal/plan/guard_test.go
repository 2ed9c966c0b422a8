package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// people are lines of a directory: n people in the group qs:acme.
func people(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "p%03d p%03d@acme.example qs:acme\n", i, i)
	}
	return b.String()
}

// A tenant of 60 may grow by half of that at once, and not by one more.
func TestLimitOnAdditionsGrowsWithTheTenant(t *testing.T) {
	for _, more := range []int{30, 31} {
		w := emptyWorld(t)
		w.readDirectory(people(60))
		w.grantRoles()
		if err := w.apply(w.pass().Steps); err != nil {
			t.Fatal(err)
		}
		clear(w.young)
		w.dir = configuredDirectory()
		w.readDirectory(people(60 + more))
		p := w.pass()
		if done := len(p.Pending()) == 2*more; done != (more == 30) || len(p.Steps) != 2*more {
			t.Errorf("of %d steps for %d people, %d would be done", len(p.Steps), more, len(p.Pending()))
		}
	}
}

func emptyWorld(t *testing.T) *world {
	t.Helper()
	c, err := parseConfig("")
	if err != nil {
		t.Fatal(err)
	}
	return configured(c)
}

func configuredDirectory() tenancy.Directory {
	return tenancy.Directory{Store: store, Members: map[tenancy.GroupID][]tenancy.PersonID{}}
}

// Nothing is done that stands on a step which is not done: nobody joins a group who is not
// registered, nor a group that is not made, and nothing is written into a namespace that is not.
func TestS9NothingStandsOnWhatIsNotDone(t *testing.T) {
	w, p := firstDay(t)
	stands := map[plan.Kind][]plan.Kind{
		plan.KindCreateNamespace: {plan.KindCreateMirror, plan.KindRegister, plan.KindAddMember},
		plan.KindCreateMirror:    {plan.KindAddMember},
		plan.KindRegister:        {plan.KindAddMember},
	}
	for left, others := range stands {
		w.policy.Only = map[plan.Change]bool{}
		for _, s := range p.Pending() {
			w.policy.Only[s.Change] = s.Change.Kind() != left
		}
		for _, s := range w.pass().Steps {
			want := s.Change.Kind() == left
			for _, k := range others {
				want = want || k == s.Change.Kind()
			}
			if (s.Held == plan.NotSelected) != want {
				t.Errorf("without %s: held by %q: %s", left, s.Held, changeText(s))
			}
		}
	}
}

// S17: what should be there counts as much as what is: an address that was corrected since in the
// directory moves the namespace. A namespace with nothing to do has no fingerprint in the plan.
func TestS17WantedSideMoves(t *testing.T) {
	w, p := firstDay(t)
	w.dir.People[0].Email = "other@acme.example"
	later := w.pass()
	if _, moved, err := check(p.Plan, later); err != nil || len(moved) != 1 || moved[0].String() != "acme" {
		t.Errorf("moved %v, %v", moved, err)
	}
	w.policy.Rollout = []tenancy.Namespace{parse("globex")}
	if prints := w.pass().Namespaces; len(prints) != 1 || prints[0].Namespace.String() != "globex" {
		t.Errorf("fingerprints of %v", prints)
	}
}
