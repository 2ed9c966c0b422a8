package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestS15OnePersonIsDecidedAsAmongAll holds the narrow view of an index to the whole: what is decided
// about one person is the same, whoever else is looked at.
func TestS15OnePersonIsDecidedAsAmongAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		p := w.pass()
		ix := rules.NewIndex(&w.rules, w.directory(p.have), clone(p.have), w.roles, rules.Memberships{})
		for _, person := range w.dir.People {
			dir, have := ix.Narrow(person.ID)
			derived := rules.Derive(w.rules, dir, have, w.roles)
			diff := plan.Diff(store, derived.Want, have, w.samePrincipal)
			if d := cmp.Diff(concerning(p.diff, person.ID), concerning(diff, person.ID), values); d != "" {
				t.Fatalf("about %s (-among all, +narrowed):\n%s", person.ID, d)
			}
			if d := cmp.Diff(heldFor(p.derived.Held, person.ID), heldFor(derived.Held, person.ID), values); d != "" {
				t.Fatalf("held about %s (-among all, +narrowed):\n%s", person.ID, d)
			}
			if d := cmp.Diff(foundations(p.diff), foundations(diff), values); d != "" {
				t.Fatalf("namespaces and mirrors (-among all, +narrowed):\n%s", d)
			}
		}
	})
}

// values compares the values of package tenancy as values.
var values = cmp.Comparer(func(a, b plan.Change) bool { return a == b })

// concerning are the steps about one person, in their order.
func concerning(d plan.Difference, id tenancy.PersonID) []plan.Step {
	return only(d.Steps, func(s plan.Step) bool { return s.Change.Who() == id })
}

func heldFor(holds []tenancy.Hold, id tenancy.PersonID) []tenancy.Hold {
	return only(holds, func(h tenancy.Hold) bool { return h.Object == string(id) })
}

// foundations are the steps that people's own stand on.
func foundations(d plan.Difference) []plan.Step {
	return only(d.Steps, func(s plan.Step) bool {
		k := s.Change.Kind()
		return k == plan.KindCreateNamespace || k == plan.KindCreateMirror
	})
}

func only[T any](all []T, is func(T) bool) (some []T) {
	for _, v := range all {
		if is(v) {
			some = append(some, v)
		}
	}
	return some
}
