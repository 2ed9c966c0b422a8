package plan_test

import (
	"slices"
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

// TestIndexKeepsUp holds an index that is told of every change to one that is made anew. What people were called
// only the former knows: it brings along whoever is called so now, which decides nothing about these people.
func TestIndexKeepsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		before := w.pass()
		ix := rules.NewIndex(&w.rules, own(w.directory(before.have)), clone(before.have), w.roles, rules.Memberships{})
		for range 3 {
			w.change(t)
		}
		gone := w.dir
		for _, p := range slices.Clone(ix.Dir.People) {
			if gone.Person(p.ID) == nil {
				ix.DropPerson(p.ID)
			}
		}
		for _, g := range slices.Clone(ix.Dir.Groups) {
			if gone.Group(g.ID) == nil {
				ix.DropGroup(g.ID)
			}
		}
		told(w, ix)
		anew := rules.NewIndex(&w.rules, w.dir, clone(before.have), w.roles, rules.Memberships{})
		for _, person := range w.dir.People {
			got, have := ix.Narrow(person.ID)
			want, _ := anew.Narrow(person.ID)
			if !slices.ContainsFunc(w.dir.People, func(p tenancy.Person) bool { return !slices.Equal(ix.Folds(p.ID), anew.Folds(p.ID)) }) {
				if d := cmp.Diff(want, got); d != "" {
					t.Fatalf("about %s (-made anew, +kept):\n%s", person.ID, d)
				}
			}
			of := func(d tenancy.Directory) any {
				r := rules.Derive(w.rules, d, have, w.roles)
				var own []tenancy.Registration
				for _, t := range r.Want.Tenants {
					own = append(own, only(t.Registrations, func(r tenancy.Registration) bool { return r.Person == person.ID })...)
				}
				return own
			}
			if d := cmp.Diff(of(want), of(got)); d != "" {
				t.Fatalf("what is wanted for %s (-made anew, +kept):\n%s", person.ID, d)
			}
		}
	})
}

// own is a copy of a directory, for an index to change.
func own(dir tenancy.Directory) tenancy.Directory {
	members := map[tenancy.GroupID][]tenancy.PersonID{}
	for g, ids := range dir.Members {
		members[g] = slices.Clone(ids)
	}
	return tenancy.Directory{Store: dir.Store, People: slices.Clone(dir.People), Groups: slices.Clone(dir.Groups), Members: members}
}

// told tells an index of everyone and everything that a world has, in two ways: the groups by their
// lists, and then the people one by one.
func told(w *world, ix *rules.Index) {
	of := map[tenancy.PersonID][]tenancy.Membership{}
	for _, g := range w.dir.Groups {
		var all []tenancy.Membership
		for _, id := range w.dir.Members[g.ID] {
			m := tenancy.Membership{ID: tenancy.MembershipID(string(g.ID) + "+" + string(id)), Group: g.ID, Person: id}
			all, of[id] = append(all, m), append(of[id], m)
		}
		ix.SetGroup(g, all)
		for _, m := range all {
			if found, known := ix.Membership(m.ID); known && found != m {
				panic("a membership of somebody else")
			}
		}
	}
	for _, p := range w.dir.People {
		ix.SetPerson(p, of[p.ID])
	}
}
