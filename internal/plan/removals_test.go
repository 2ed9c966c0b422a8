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
	switch rapid.IntRange(0, 4).Draw(t, "removals") {
	case 4:
		w.policy.Allow = append(w.policy.Allow, plan.AllowableHazards()...)
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
			if one(t, 4, "holds") {
				w.drawHoldings(t, in.Namespace, r)
			}
		}
	}
	w.verify = one(t, 2, "verified")
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

// drawHoldings lets a user have something: alone, with the tenant's first group, or with somebody elsewhere.
func (w *world) drawHoldings(t *rapid.T, n tenancy.Namespace, r *tenancy.Registration) {
	if one(t, 6, "unread") {
		w.unread[string(r.User)+" in "+n.String()] = true
		return
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "assets") {
		kind := pick(t, []tenancy.AssetKind{tenancy.Dashboard, tenancy.DataSet, tenancy.Folder, tenancy.Theme}, "kind")
		ref := tenancy.AssetRef{Kind: kind, Region: "us-east-1", ID: fmt.Sprintf("%s-%s-%d", n, r.User, i)}
		w.assets[ref] = tenancy.Asset{AssetRef: ref, Name: "sales", RowLevel: one(t, 6, "row level")}
		may := tenancy.Owns
		if r.Role.IsReader() || one(t, 3, "views") {
			may = pick(t, []tenancy.Access{tenancy.Views, "quicksight:DescribeIt quicksight:QueryIt"}, "may")
			w.assets.set(ref, groupGrantee(n, "somebody"), tenancy.Owns)
		}
		w.assets.set(ref, userGrantee(n, r.User), may)
		if one(t, 3, "shared") {
			w.assets.set(ref, tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: pick(t, []string{n.String(), "elsewhere", "default"}, "with"), Name: "all"}, tenancy.Views)
		}
	}
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
		back := 0
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
				if c.Back != "" || slices.ContainsFunc(p.Pending(), func(s plan.Step) bool {
					r, ok := s.Change.(plan.Register)
					return ok && r.Namespace == c.Namespace && r.User() == c.User
				}) {
					back++
				}
			}
		}
		total += len(gone)
		if most := max(3, len(in.Registrations)/10); len(gone) > most || len(gone) > back && len(gone)-back >= len(in.Registrations) {
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

// checkKept: what a user owns alone is handed over, or parked for who comes back; and who comes back has afterwards
// what they had, as far as their role may have it.
func checkKept(t reporter, w *world, p *pass, c plan.RemoveRegistration) {
	t.Helper()
	if w.unread[string(c.User)+" in "+c.Namespace.String()] && (c.Back != "" || !c.Role.IsReader()) {
		t.Errorf("S6: %s goes, and nobody could say what they hold", c.User)
	}
	parked := map[tenancy.AssetRef]tenancy.Access{}
	handed := map[tenancy.AssetRef]bool{}
	for _, s := range p.Pending() {
		switch s := s.Change.(type) {
		case plan.HandOver:
			handed[s.Asset] = handed[s.Asset] || s.User == c.User && s.Namespace == c.Namespace
		case plan.Park:
			if s.User == c.User && s.Namespace == c.Namespace {
				parked[s.Asset] = s.Access
			}
		}
	}
	mine := userGrantee(c.Namespace, c.User)
	for _, a := range w.assets.held(mine, true) {
		if !handed[a.AssetRef] && parked[a.AssetRef] != tenancy.Owns {
			t.Errorf("S6: %s goes, and alone owns %s", c.User, a.AssetRef)
		}
	}
	if c.Back == "" {
		return
	}
	after := w.clone()
	if err := after.apply(p.Steps); err != nil {
		t.Fatalf("the plan cannot be done: %v", err)
	}
	back := after.have.Tenant(c.Namespace).Registration(c.Back)
	if back == nil {
		return // their registration is held for something else, and what is parked waits
	}
	for _, a := range w.assets.held(mine, false) {
		had := a.Grant(mine).May
		there := after.assets[a.AssetRef]
		has := there.Grant(userGrantee(c.Namespace, c.Back))
		looks := a.Kind == tenancy.Dashboard || a.Kind == tenancy.Folder
		switch {
		case !back.Role.IsReader() && (has == nil || has.May != had && !has.Owner):
			t.Errorf("%s had %s of %s, and as %s has %v", c.User, had, a.AssetRef, c.Back, has)
		case back.Role.IsReader() && looks && (has == nil || has.May != tenancy.Views):
			t.Errorf("%s had %s of %s, and as the reader %s has %v", c.User, had, a.AssetRef, c.Back, has)
		case back.Role.IsReader() && !looks && has != nil:
			t.Errorf("the reader %s has %v of %s", c.Back, has, a.AssetRef)
		}
	}
	if after.have.Tenant(c.Namespace).Parking(c.Person) != nil {
		t.Errorf("the move of %s is not ended", c.Person)
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
		if in.Registration(c.User) != nil && !slices.ContainsFunc(p.Pending(), func(s plan.Step) bool {
			gone, ok := s.Change.(plan.RemoveRegistration)
			return ok && gone.User == c.User && gone.Namespace == c.Namespace
		}) {
			t.Errorf("%s stays, and is handed over from", c.User)
		}
		a := w.assets[c.Asset]
		if other := slices.ContainsFunc(a.Grants, func(g tenancy.Grant) bool { return g.To.Namespace != in.Namespace.String() }); a.RowLevel || other {
			t.Errorf("%s is handed over blindly", a.AssetRef)
		}
	case plan.RemoveRegistration:
		checkKept(t, w, p, c)
		if r := in.Registration(c.User); r != nil && r.Person == "" && w.policy.Removals.Automatic && !slices.Contains(w.policy.Allow, plan.RemovesUser) {
			t.Errorf("%s goes by itself, and nobody knows who that is", c.User)
		}
		if want := p.derived.Want.Tenant(c.Namespace); want.SignIn.Name() != c.User.RoleName() && want.FormerUser(c.User) == nil {
			t.Errorf("S4: %s is under another role than %s", c.User, want.SignIn)
		}
	}
}
