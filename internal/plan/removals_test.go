package plan_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// drawRemovals draws what may be taken away, and what people own.
func (w *world) drawRemovals(t *rapid.T) {
	switch rapid.IntRange(0, 3).Draw(t, "removals") {
	case 0:
		w.policy.Allow = append(w.policy.Allow, plan.RemovesUser, plan.RemovesMember)
	case 1:
		w.policy.Allow = append(w.policy.Allow, plan.RemovesUser, plan.RemovesMember, plan.ManyRemovals)
	case 2:
		w.policy.Removals.Automatic = true
	case 3:
		w.policy.Removals.Automatic = true
		w.policy.Removals.Forbidden = pick(t, []string{"", "the journal is young"}, "forbidden")
	}
	for i := range w.have.Tenants {
		in := &w.have.Tenants[i]
		w.crowd(t, in)
		for j := range in.Registrations {
			r := &in.Registrations[j]
			if one(t, 4, "no tag") {
				r.Person = ""
			}
			if r.Role.IsReader() || !one(t, 4, "owns") {
				continue
			}
			if in.Holdings == nil {
				in.Holdings = map[tenancy.UserName]tenancy.Holdings{}
			}
			in.Holdings[r.User] = drawHoldings(t, in.Namespace, r.User)
		}
	}
}

// crowd lets a tenant have many people, of whom many have left: so many that the brake has something to do.
func (w *world) crowd(t *rapid.T, in *tenancy.Tenant) {
	var role tenancy.UserName
	for _, r := range in.Registrations {
		if name := r.User.RoleName(); name != "Other" {
			role = tenancy.UserName(name)
		}
	}
	i := slices.IndexFunc(in.Mirrors, func(m tenancy.Mirror) bool { return w.dir.Group(m.Group) != nil })
	if role == "" || i < 0 || in.Status != tenancy.Created {
		return
	}
	m := &in.Mirrors[i]
	staying, leaving := rapid.IntRange(0, 40).Draw(t, "staying"), rapid.IntRange(0, 7).Draw(t, "leaving")
	for j := range staying + leaving {
		p := tenancy.Person{ID: tenancy.PersonID(fmt.Sprintf("c-%s-%d", in.Namespace, j)), UserName: fmt.Sprintf("%s-c%d", in.Namespace, j), Email: "c@x.example"}
		user := role + "/" + tenancy.UserName(p.UserName)
		in.Registrations = append(in.Registrations, tenancy.Registration{User: user, Role: tenancy.Author, Email: p.Email, Person: p.ID})
		m.Members = append(m.Members, user)
		switch {
		case j < staying:
			w.dir.Members[m.Group] = append(w.dir.Members[m.Group], p.ID)
		case one(t, 3, "gone"):
			continue
		case one(t, 3, "disabled"):
			p.Disabled = true
		}
		w.dir.People = append(w.dir.People, p)
	}
	w.dir.Sort()
	w.have.Sort()
}

func drawHoldings(t *rapid.T, n tenancy.Namespace, user tenancy.UserName) tenancy.Holdings {
	if one(t, 6, "unread") {
		return tenancy.Holdings{Failed: "a search failed"}
	}
	var h tenancy.Holdings
	for i := range rapid.IntRange(1, 2).Draw(t, "assets") {
		a := tenancy.Asset{AssetRef: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "us-east-1", ID: fmt.Sprintf("%s-%s-%d", n, user, i)}, Name: "sales"}
		a.Grants = []tenancy.Grant{{To: tenancy.Grantee{Kind: tenancy.ToUser, Namespace: n.String(), Name: string(user)}, Owner: true}}
		if one(t, 3, "shared") {
			a.Grants = append(a.Grants, tenancy.Grant{To: tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: pick(t, []string{n.String(), "elsewhere", "default"}, "with"), Name: "all"}})
		}
		a.RowLevel = one(t, 6, "row level")
		h.Assets = append(h.Assets, a)
	}
	return h
}

// Who would lose something, by the plan: told anew, from the steps alone.
func losers(steps []plan.Step) map[string][]string {
	all := map[string][]string{}
	for _, s := range steps {
		k := s.Change.Kind()
		n := s.Change.In().String()
		if s.Held == "" && (k == plan.KindRemoveMember || k == plan.KindRemoveRegistration) && !slices.Contains(all[n], s.Change.Object()) {
			all[n] = append(all[n], s.Change.Object())
		}
	}
	return all
}

// S5 to S8, of plans: nobody is taken out above the brake, by itself or unless it is allowed by name, but for those
// who are known to be gone, who lose their memberships and no more; nobody goes with whom something would go that
// cannot be handed over; nobody is handed over from who stays; and the house and the unknown stay.
func TestS6S7S8RemovalsKeepTheirPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.drawRemovals(t)
		p := w.pass()
		checkPlan(t, w, p)
		checkConverges(t, w, p)
		if !slices.Contains(w.policy.Allow, plan.ManyRemovals) {
			checkBrake(t, w, p)
		}
		for _, s := range p.Pending() {
			checkLeaver(t, w, p, s)
		}
	})
}

func checkBrake(t reporter, w *world, p *pass) {
	t.Helper()
	total, people := 0, 0
	for _, in := range w.have.Tenants {
		people += len(in.Registrations)
		suspended := map[string]bool{}
		var gone []string
		for _, s := range p.Pending() {
			if s.Change.In() != in.Namespace {
				continue
			}
			switch c := s.Change.(type) {
			case plan.RemoveMember:
				if known := w.dir.Person(c.Person); c.Person != "" && c.Person != tenancy.Nobody && (known == nil || known.Disabled) {
					suspended[string(c.User)] = true
				} else if !slices.Contains(gone, string(c.User)) {
					gone = append(gone, string(c.User))
				}
			case plan.RemoveRegistration:
				if !slices.Contains(gone, string(c.User)) {
					gone = append(gone, string(c.User))
				}
			}
		}
		total += len(gone)
		if most := max(3, len(in.Registrations)/10); len(gone) > most || len(gone) > 0 && len(gone) >= len(in.Registrations) {
			t.Errorf("S7: %d of %d leave %s at once", len(gone), len(in.Registrations), in.Namespace)
		}
	}
	if total > max(10, people/20) {
		t.Errorf("S7: %d of %d people of the account", total, people)
	}
	if all := losers(p.Steps); w.policy.Removals.Forbidden != "" && len(all) > 0 {
		t.Errorf("S7: %v are taken out by a journal that cannot count", all)
	}
}

func checkLeaver(t reporter, w *world, p *pass, s plan.Step) {
	t.Helper()
	in := w.have.Tenant(s.Change.In())
	if in == nil {
		return
	}
	switch c := s.Change.(type) {
	case plan.HandOver:
		if !slices.ContainsFunc(p.Pending(), func(s plan.Step) bool {
			gone, ok := s.Change.(plan.RemoveRegistration)
			return ok && gone.User == c.User && gone.Namespace == c.Namespace
		}) {
			t.Errorf("%s stays, and is handed over from", c.User)
		}
		for _, a := range in.Holdings[c.User].Assets {
			other := slices.ContainsFunc(a.Grants, func(g tenancy.Grant) bool { return g.To.Namespace != in.Namespace.String() })
			if a.AssetRef == c.Asset && (a.RowLevel || other) {
				t.Errorf("%s is handed over blindly", a.AssetRef)
			}
		}
	case plan.RemoveRegistration:
		handed := 0
		for _, s := range p.Pending() {
			if h, ok := s.Change.(plan.HandOver); ok && h.User == c.User && h.Namespace == c.Namespace {
				handed++
			}
		}
		if h := in.Holdings[c.User]; h.Failed != "" || handed != len(h.Assets) {
			t.Errorf("S6: %s goes, and %d of %d assets are handed over (%s)", c.User, handed, len(h.Assets), h.Failed)
		}
		if r := in.Registration(c.User); r != nil && r.Person == "" && w.policy.Removals.Automatic && !slices.Contains(w.policy.Allow, plan.RemovesUser) {
			t.Errorf("%s goes by itself, and nobody knows who that is", c.User)
		}
		if want := p.derived.Want.Tenant(c.Namespace); want.SignIn.Name() != c.User.RoleName() {
			t.Errorf("S4: %s is under another role than %s", c.User, want.SignIn)
		}
	}
}
