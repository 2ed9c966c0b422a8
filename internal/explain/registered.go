package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// door says what QuickSight does with who comes as this principal: it knows them, or registers them in default, or turns
// them away.
func (w *way) door(here []found) {
	if w.User == "" {
		w.link(Door, Moot, "there is no user name as which they could come")
		return
	}
	if len(here) > 0 {
		if len(here) == 1 && here[0].Status == tenancy.Created {
			w.Lands = here[0].Namespace
		}
		w.link(Door, OK, "QuickSight knows %s, so that nobody has to be let in", tenancy.Word(string(w.User)))
		return
	}
	nobody := fmt.Sprintf("QuickSight has no user %s", tenancy.Word(string(w.User)))
	switch open, why := w.f.doorOf(w.role, tenancy.Session(w.User.SessionName())); open {
	case Yes:
		w.Lands, w.JustInTime = tenancy.DefaultNamespace, true
		w.link(Door, Broken, "%s, and the role lets people register themselves: they would land in default", nobody)
	case No:
		w.link(Door, Broken, "%s, and the role lets nobody register themselves: they would be turned away", nobody)
	default:
		w.link(Door, Broken, "%s, and whether the role lets people register themselves is not known: they would be turned away, or land in default (%s)", nobody, why)
	}
}

// registered says whether they are a user of the namespace where they belong.
func (w *way) registered(here []found) {
	switch {
	case len(here) > 1:
		w.link(Registered, Unknown, "%s is registered in several namespaces (%s), and AWS does not say to which of them signing in leads", tenancy.Word(string(w.User)), strings.Join(namespacesOf(here), ", "))
	case len(here) == 1 && (here[0].Namespace == w.To || w.To == "" && len(w.a.Should) == 0):
		w.registeredHere(here[0])
	case len(here) == 1:
		w.link(Registered, Broken, "they are registered in %s; %s", here[0].Namespace, w.whyNotThere())
	case w.To == "":
		w.link(Registered, Broken, "they are registered nowhere; %s", w.whyNotThere())
	default:
		w.link(Registered, Broken, "they are not registered in %s; %s", w.To, w.whyNotThere())
	}
}

// registeredHere says whether a registration is good to sign in with.
func (w *way) registeredHere(r found) {
	switch {
	case r.Status != tenancy.Created:
		w.link(Registered, Broken, "the namespace %s is %s: nobody can be there before it is CREATED", r.Namespace, tenancy.Word(string(r.Status)))
	case r.Person != "" && r.Person != tenancy.Nobody && r.Person != w.a.ID:
		w.link(Registered, Broken, "%s is registered in %s for somebody else (%s), who had that name before", tenancy.Word(string(r.User)), r.Namespace, r.Person)
	case w.To == "" && r.Namespace == tenancy.DefaultNamespace:
		w.link(Registered, OK, "they are registered in default as %s; %s", tenancy.Word(string(r.Role)), w.whyNotThere())
	default:
		w.link(Registered, OK, "they are registered in %s as %s", r.Namespace, tenancy.Word(string(r.Role)))
	}
}

func namespacesOf(here []found) []string {
	var names []string
	for _, r := range here {
		names = append(names, r.Namespace)
	}
	return names
}

// whyNotThere says why somebody is not where they belong, or belongs nowhere.
func (w *way) whyNotThere() string {
	if w.To != "" {
		if n, err := tenancy.ParseNamespace(w.To); err == nil {
			if t := w.f.Have.Tenant(n); t != nil && t.Status != tenancy.Created {
				return fmt.Sprintf("the namespace is %s, and nobody can be registered before it is CREATED", tenancy.Word(string(t.Status)))
			}
		}
	}
	if h := w.holdThatKeeps(); h != nil {
		return fmt.Sprintf("held [%s]: %s", h.Code, h.Reason)
	}
	for _, s := range w.a.Next {
		if s.Change.Kind() == plan.KindRegister && s.Change.In().String() == w.To {
			return "the next apply registers them" + heldBy(s)
		}
	}
	switch {
	case w.a.House:
		return "they are the company's own, whom tenantry leaves alone"
	case w.To == "":
		return "no group of theirs is for a tenant"
	case w.a.Disabled:
		return "who is disabled is not registered"
	}
	return "nothing is planned that would register them"
}

func heldBy(s plan.Step) string {
	switch {
	case s.Held == plan.NotSelected:
		return ", once their tenant's turn has come"
	case s.Held != "":
		return ", once the hold " + string(s.Held) + " is lifted"
	}
	return ""
}

// holdThatKeeps is the hold that keeps somebody from where they belong: about themselves rather than about a group of
// theirs, and that rather than about the tenant. nil is none.
func (w *way) holdThatKeeps() *Hold {
	var best *Hold
	rank := func(h *Hold) int {
		switch {
		case h.Object == string(w.a.ID) || h.Object == string(w.User):
			return 0
		case h.Object != h.Namespace:
			return 1
		}
		return 2
	}
	for i := range w.a.Holds {
		h := &w.a.Holds[i]
		if w.To != "" && h.Namespace != "" && h.Namespace != w.To {
			continue
		}
		if best == nil || rank(h) < rank(best) {
			best = h
		}
	}
	return best
}

// mirrors says whether they are in the groups that stand for theirs, by which tenants' dashboards are shared.
func (w *way) mirrors(here []found) {
	n, err := tenancy.ParseNamespace(w.To)
	if err != nil || !w.livesThere(here) {
		w.link(Mirrors, Moot, "not asked: they are not registered in a tenant")
		return
	}
	want, have := w.f.Want.Tenant(n), w.f.Have.Tenant(n)
	var in, missing []string
	for i := range want.Mirrors {
		m := &want.Mirrors[i]
		there := have.Twin(m)
		switch {
		case there != nil && there.Has(w.User):
			in = append(in, fmt.Sprintf("%q", m.Name))
		case slices.Contains(m.Members, w.User):
			missing = append(missing, fmt.Sprintf("%q", m.Name))
		}
	}
	switch {
	case len(missing) > 0:
		w.link(Mirrors, Broken, "they are not yet in %s: the next apply puts them there, unless it is held", strings.Join(missing, ", "))
	case len(in) == 0:
		w.link(Mirrors, Broken, "they are in no group of the tenant, so that they see nothing that is shared with its groups")
	default:
		w.link(Mirrors, OK, "they are in %s", strings.Join(in, ", "))
	}
}

func (w *way) livesThere(here []found) bool {
	n, err := tenancy.ParseNamespace(w.To)
	return err == nil && slices.ContainsFunc(here, func(r found) bool { return r.Namespace == w.To }) &&
		w.f.Want.Tenant(n) != nil && w.f.Have.Tenant(n) != nil
}

// dashboards says whether they see anything, once they are in.
func (w *way) dashboards(here []found) {
	i := slices.IndexFunc(w.a.Has, func(r Residence) bool {
		return r.User == w.User && r.Namespace == w.Lands
	})
	if i < 0 {
		w.link(SeesAnything, Moot, "not asked: they are not registered")
		return
	}
	r := &w.a.Has[i]
	dashboards := 0
	for _, s := range r.Sees {
		if s.Asset.Kind == tenancy.Dashboard {
			dashboards++
		}
	}
	why := w.f.unseen(Resident{r.Namespace, r.User})
	switch {
	case dashboards > 0:
		w.link(SeesAnything, OK, "they come to %s", counted(dashboards, "dashboard", "dashboards"))
	case why != "":
		w.link(SeesAnything, Unknown, "what they come to could not be read: %s", why)
	case len(r.Sees) > 0:
		w.link(SeesAnything, Broken, "no dashboard is shared with them or with a group of theirs, though %s; with all of the namespace one may be", counted(len(r.Sees), "other asset is", "other assets are"))
	default:
		w.link(SeesAnything, Broken, "nothing is shared with them or with a group of theirs, so that they come to an empty page, unless it is shared with all of the namespace")
	}
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// strangersSignIn is the verdict about a user whom nobody of the directory stands behind.
func (f *Facts) strangersSignIn(a *Person) SignIn {
	s := SignIn{Verdict: CannotTell}
	if len(a.Has) == 1 {
		s.Lands = a.Has[0].Namespace
	}
	if len(a.Has) > 0 {
		s.User, s.Role = a.Has[0].User, a.Has[0].User.RoleName()
	}
	s.Links = []Link{{Enabled, Unknown, "nobody in Identity Center signs in as this user, as far as the directory says: whoever may become the role could, under this session name"}}
	return s
}
