package plan_test

import (
	"fmt"
	"testing"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// town is an account of tenants with so many people each, of whom the first few are to leave.
type town struct {
	diff plan.Difference
	have tenancy.State
	p    plan.Policy
}

func newTown(sizes, leaving []int) *town {
	w := &town{p: plan.Policy{Removals: plan.Removals{
		TenantPercent: 10, AccountPercent: 5, Automatic: true, Whole: true, Lost: plan.Losses{}, Gone: map[tenancy.PersonID]bool{},
	}}}
	for i, size := range sizes {
		n := parse(fmt.Sprintf("t%02d", i))
		t := tenancy.Tenant{Namespace: n, Status: tenancy.Created, Mirrors: []tenancy.Mirror{{Group: tenancy.GroupID("g-" + n.String()), Name: "qs:" + n.String()}}}
		for j := range size {
			user, who := tenancy.UserName(fmt.Sprintf("QuickSight/u%03d", j)), tenancy.PersonID(fmt.Sprintf("p-%s-%d", n, j))
			t.Registrations = append(t.Registrations, tenancy.Registration{User: user, Role: tenancy.Reader, Person: who})
			t.Mirrors[0].Members = append(t.Mirrors[0].Members, user)
			if j < leaving[i] {
				w.diff.Steps = append(w.diff.Steps,
					plan.Step{Change: plan.RemoveMember{Namespace: n, Person: who, Group: t.Mirrors[0].Group, Mirror: t.Mirrors[0].Name, User: user}, Hazards: []plan.Hazard{plan.RemovesUser}},
					plan.Step{Change: plan.RemoveRegistration{Namespace: n, Person: who, User: user, Role: tenancy.Reader}, Hazards: []plan.Hazard{plan.RemovesUser}})
			}
		}
		w.have.Tenants = append(w.have.Tenants, t)
	}
	return w
}

// outcome counts who leaves their groups, who leaves altogether, and what is held.
func (w *town) outcome() string {
	steps, holds, _ := plan.Guard(w.diff, w.have, w.p)
	members, users := 0, 0
	for _, s := range steps {
		switch {
		case s.Held == "" && s.Change.Kind() == plan.KindRemoveMember:
			members++
		case s.Held == "":
			users++
		}
	}
	out := fmt.Sprintf("%d leave groups, %d leave", members, users)
	for _, h := range holds {
		out += fmt.Sprintf("; %s %s", h.Code, h.Object)
	}
	return out
}

// many is a list of equal numbers.
func many(n, of int) []int {
	all := make([]int, of)
	for i := range all {
		all[i] = n
	}
	return all
}

// TestS7S8Brake: how many may be taken out, by itself.
func TestS7S8Brake(t *testing.T) {
	for name, c := range map[string]struct {
		sizes, leaving []int
		change         func(*town)
		want           string
	}{
		"three of a small tenant":        {[]int{20}, []int{3}, nil, "3 leave groups, 3 leave"},
		"four of a small tenant":         {[]int{20, 30}, []int{4, 0}, nil, "0 leave groups, 0 leave; many-removals t00"},
		"others go on":                   {[]int{20, 30}, []int{4, 2}, nil, "2 leave groups, 2 leave; many-removals t00"},
		"a tenth of a large one":         {[]int{100}, []int{10}, nil, "10 leave groups, 10 leave"},
		"more than a tenth":              {[]int{100}, []int{11}, nil, "0 leave groups, 0 leave; many-removals t00"},
		"and one elsewhere":              {[]int{100, 30}, []int{11, 1}, nil, "1 leave groups, 1 leave; many-removals t00"},
		"the last one":                   {[]int{1, 30}, []int{1, 0}, nil, "0 leave groups, 0 leave; many-removals t00"},
		"the last but one":               {[]int{2, 30}, []int{1, 0}, nil, "1 leave groups, 1 leave"},
		"ten of the account":             {many(20, 10), many(1, 10), nil, "10 leave groups, 10 leave"},
		"eleven of the account":          {many(18, 11), many(1, 11), nil, "0 leave groups, 0 leave; many-removals account"},
		"a twentieth of a large account": {many(30, 10), append(many(2, 5), many(1, 5)...), nil, "15 leave groups, 15 leave"},
		"more than a fifth":              {many(5, 4), []int{2, 2, 1, 0}, nil, "0 leave groups, 0 leave; many-removals account"},
		"a whole group of four":          {[]int{4, 30}, []int{4, 0}, nil, "0 leave groups, 0 leave; many-removals g-t00"},
		"three today already":            {[]int{20}, []int{1}, lost("QuickSight/a", "QuickSight/b", "QuickSight/c"), "0 leave groups, 0 leave; many-removals t00"},
		"the same again":                 {[]int{20}, []int{3}, lost("QuickSight/u000", "QuickSight/u001", "QuickSight/u002"), "3 leave groups, 3 leave"},
		"known to be gone":               {[]int{20, 30}, []int{4, 0}, gone(4), "4 leave groups, 0 leave; many-removals t00"},
		"one of them is known":           {[]int{20, 30}, []int{4, 0}, gone(1), "1 leave groups, 0 leave; many-removals t00"},
		"a source that is not believed":  {many(5, 4), []int{2, 2, 1, 0}, gone(2), "0 leave groups, 0 leave; many-removals account"},
		"allowed by name":                {[]int{20}, []int{19}, func(w *town) { w.p.Allow = []plan.Hazard{plan.ManyRemovals} }, "19 leave groups, 19 leave"},
		"a young journal":                {[]int{20}, []int{1}, func(w *town) { w.p.Removals.Forbidden = "it is young" }, "0 leave groups, 0 leave; young-journal account"},
		"asked for, by a young journal": {[]int{20}, []int{1}, func(w *town) {
			w.p.Removals.Forbidden, w.p.Removals.Automatic, w.p.Allow = "it is young", false, []plan.Hazard{plan.RemovesUser}
		}, "1 leave groups, 1 leave"},
		"nobody knows who": {[]int{20}, []int{2}, nobody, "1 leave groups, 1 leave; unknown-person QuickSight/u000"},
		"nobody asked":     {[]int{20}, []int{1}, func(w *town) { w.p.Removals.Automatic = false }, "0 leave groups, 0 leave; removes-user QuickSight/u000"},
		"a hint":           {many(5, 4), []int{1, 1, 1, 1}, func(w *town) { w.p.Removals.Whole = false }, "4 leave groups, 4 leave"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(c.sizes, c.leaving)
			if c.change != nil {
				c.change(w)
			}
			if got := w.outcome(); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

// nobody makes the first one who leaves somebody whom no tag knows.
func nobody(w *town) {
	for i := range w.diff.Steps[:2] {
		switch c := w.diff.Steps[i].Change.(type) {
		case plan.RemoveMember:
			c.Person = tenancy.Nobody
			w.diff.Steps[i].Change = c
		case plan.RemoveRegistration:
			c.Person = tenancy.Nobody
			w.diff.Steps[i].Change = c
		}
	}
}

func lost(users ...tenancy.UserName) func(*town) {
	return func(w *town) { w.p.Removals.Lost[w.have.Tenants[0].Namespace] = users }
}

func gone(n int) func(*town) {
	return func(w *town) {
		for i := range n {
			w.p.Removals.Gone[tenancy.PersonID(fmt.Sprintf("p-t00-%d", i))] = true
		}
	}
}
