package plan_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	account = tenancy.AccountID("111122223333")
	store   = tenancy.StoreID("d-1234567890")
	shared  = "arn:aws:iam::111122223333:role/QuickSight"
)

// world is everything that a plan is made from: both sides, as they would be read, and what this run
// is narrowed to.
type world struct {
	rules  rules.Rules
	policy plan.Policy
	// samePrincipal says that one principal may live in two namespaces.
	samePrincipal bool
	// accepted are holds that the configuration accepts.
	accepted []config.Accept

	dir   tenancy.Directory
	have  tenancy.State // tags are not in it where they are read on demand only
	roles []tenancy.RoleARN
	tags  map[tenancy.Namespace]map[string]string
	young map[tenancy.Namespace]bool // as their tags say, once those are read
	lost  plan.Losses                // today

	assets assets
	ours   map[tenancy.AssetRef]string // folders that bear our tag, with the groups for which they were made
	unread map[string]bool             // users "in" namespaces of whom nobody can say what they hold, and folders
	verify bool                        // who is behind each user is known from the start
}

// configured is a world with a configuration and nothing else.
func configured(c *config.Config) *world {
	c.Rules.Now = 1_800_000_000
	return &world{
		rules: c.Rules, samePrincipal: c.SamePrincipalInTwoNamespaces, accepted: c.Accept,
		policy: plan.Policy{
			Rollout: c.Rollout, NewNamespaces: c.Limits.NewNamespacesPerDay, AdditionsPercent: c.Limits.AdditionsPercent, Account: c.QuickSight.AccountID,
			Removals: plan.Removals{TenantPercent: c.Limits.TenantRemovals, AccountPercent: c.Limits.AccountRemovals, Whole: true},
		},
		dir:  tenancy.Directory{Store: store, Members: map[tenancy.GroupID][]tenancy.PersonID{}},
		tags: map[tenancy.Namespace]map[string]string{}, young: map[tenancy.Namespace]bool{}, lost: plan.Losses{},
		assets: assets{}, ours: map[tenancy.AssetRef]string{}, unread: map[string]bool{},
	}
}

// pass is a plan with all that it was made from.
type pass struct {
	plan.Plan
	derived rules.Derived
	have    tenancy.State
	diff    plan.Difference
	asked   []tenancy.Question
}

// pass plans a world: derive, diff, guard, with the questions answered on the way.
func (w *world) pass() *pass {
	p := &pass{have: clone(w.have)}
	p.have.Offers = map[tenancy.AssetRef]tenancy.Offer{}
	w.readMembers(p)
	dir := w.directory(p.have)
	p.derived = rules.Derive(w.rules, dir, p.have, w.roles)
	if len(p.derived.Questions) > 0 {
		w.answer(p, p.derived.Questions)
		p.derived = rules.Derive(w.rules, dir, p.have, w.roles)
	}
	p.diff = plan.Diff(store, p.derived.Want, p.have, w.samePrincipal)
	steps, holds, questions := plan.Guard(p.diff, p.have, w.policyNow(p))
	for range 4 {
		if len(questions) > 0 {
			w.answer(p, questions)
			p.derived = rules.Derive(w.rules, dir, p.have, w.roles)
			p.diff = plan.Diff(store, p.derived.Want, p.have, w.samePrincipal)
			steps, holds, questions = plan.Guard(p.diff, p.have, w.policyNow(p))
		}
	}
	p.Plan = plan.Plan{
		Account: account, Store: store, Config: "0123", Steps: steps,
		Namespaces: plan.Fingerprints(plan.Touched(steps), p.derived.Want, p.have),
		Notes:      slices.Concat(p.derived.Notes, p.diff.Notes), Unmanaged: plan.FindUnmanaged(p.derived.Want, p.have),
		Counts: plan.Counts{
			People: p.derived.Counts.People, Disabled: p.derived.Counts.Disabled, Unmapped: p.derived.Counts.Unmapped,
			House: p.derived.Counts.House, Tenants: len(p.derived.Want.Tenants), Right: p.diff.Right,
		},
	}
	slices.SortFunc(p.Notes, tenancy.Note.Compare)
	for _, h := range tenancy.SortHolds(slices.Concat(holds, p.derived.Held)) {
		if slices.ContainsFunc(w.accepted, func(a config.Accept) bool { return a.Code == h.Code && a.Object == h.Object }) {
			p.Accepted = append(p.Accepted, h)
		} else {
			p.Holds = append(p.Holds, h)
		}
	}
	return p
}

// readMembers hides what a pass does not read: tags of namespaces that have a mirror, who is behind users, and
// what they own.
func (w *world) readMembers(p *pass) {
	for i := range p.have.Tenants {
		t := &p.have.Tenants[i]
		if t.Tags = nil; len(t.Mirrors) == 0 {
			t.Tags = w.tagsOf(t.Namespace)
		}
		t.Holdings = nil
		for j := range t.Parked {
			t.Parked[j].Holdings = nil
		}
		for j := range t.Registrations {
			r := &t.Registrations[j]
			if r.Person = cmp.Or(r.Person, tenancy.Nobody); !w.verify {
				r.Person, r.Suspended = "", tenancy.Suspension{}
			}
		}
	}
}

func (w *world) tagsOf(n tenancy.Namespace) map[string]string {
	tags := maps.Clone(w.tags[n])
	if tags == nil {
		tags = map[string]string{}
	}
	return tags
}

// directory is the directory with the members of those groups that are read.
func (w *world) directory(have tenancy.State) tenancy.Directory {
	dir := w.dir
	dir.Members = map[tenancy.GroupID][]tenancy.PersonID{}
	for _, g := range dir.Groups {
		if w.rules.Feeds(g, &have) {
			dir.Members[g.ID] = w.dir.Members[g.ID]
		}
	}
	return dir
}

func (w *world) answer(p *pass, questions []tenancy.Question) {
	p.asked = append(p.asked, questions...)
	sorted := clone(w.have)
	for _, q := range questions {
		if q.Asset != (tenancy.AssetRef{}) {
			w.answerAboutFolder(p, q)
			continue
		}
		t, truth := p.have.Tenant(q.Namespace), sorted.Tenant(q.Namespace)
		if t == nil {
			continue
		}
		switch q.Kind {
		case tenancy.NamespaceTags:
			if t.Tags == nil {
				t.Tags = w.tagsOf(q.Namespace)
			}
		case tenancy.WhoIsBehind:
			r := t.Registration(q.User)
			r.Person, r.Suspended = cmp.Or(truth.Registration(q.User).Person, tenancy.Nobody), truth.Registration(q.User).Suspended
		case tenancy.WhatTheyOwn, tenancy.WhatTheyHold:
			if t.Holdings == nil {
				t.Holdings = map[tenancy.UserName]tenancy.Holdings{}
			}
			t.Holdings[q.User] = w.holdings(q.Namespace, q.User, q.Kind == tenancy.WhatTheyHold)
		case tenancy.WhatIsParked:
			h := tenancy.Holdings{Assets: w.assets.held(groupGrantee(q.Namespace, tenancy.MoveName(q.Person)), false), Whole: true}
			t.Parking(q.Person).Holdings = &h
		}
	}
}

func (w *world) policyNow(p *pass) plan.Policy {
	policy := w.policy
	policy.Young = map[tenancy.Namespace]bool{}
	policy.Removals.Lost, policy.Removals.Gone = w.lost, map[tenancy.PersonID]bool{}
	for _, s := range p.diff.Steps {
		if person := w.dir.Person(s.Change.Who()); s.Change.Kind().TakesAway() && (person == nil || person.Disabled) {
			policy.Removals.Gone[s.Change.Who()] = s.Change.Who() != "" && s.Change.Who() != tenancy.Nobody
		}
	}
	for i := range p.have.Tenants {
		if t := &p.have.Tenants[i]; t.Tags != nil && w.young[t.Namespace] {
			policy.Young[t.Namespace] = true
		}
	}
	return policy
}

// apply does the steps that a plan would do, as QuickSight would: strictly, so that a step for which
// nothing is prepared is an error. Namespaces come to life at once.
func (w *world) apply(steps []plan.Step) error {
	for _, s := range steps {
		if s.Held != "" {
			continue
		}
		if err := w.do(s.Change); err != nil {
			return fmt.Errorf("%s in %s, %q: %w", s.Change.Kind(), s.Change.In(), s.Change.Object(), err)
		}
		w.have.Sort()
	}
	return nil
}

func (w *world) do(change plan.Change) error {
	n := change.In()
	t := w.have.Tenant(n)
	if c, ok := change.(plan.CreateNamespace); ok {
		return w.create(c, t)
	}
	if t == nil || t.Status != tenancy.Created && t.Status != tenancy.Creating {
		return fmt.Errorf("there is no namespace of ours to write to")
	}
	t.Status = tenancy.Created
	switch c := change.(type) {
	case plan.CreateMirror:
		if slices.Contains(t.OtherGroups, c.Name) || slices.ContainsFunc(t.Mirrors, func(m tenancy.Mirror) bool { return m.Name == c.Name }) {
			return fmt.Errorf("a group of that name exists")
		}
		if c.Group == tenancy.CustodiansGroup {
			t.Custodians = tenancy.Mirror{Group: c.Group, Name: c.Name}
			break
		}
		t.Mirrors = append(t.Mirrors, tenancy.Mirror{Group: c.Group, Name: c.Name})
	case plan.Register:
		return w.register(t, c)
	case plan.UpdateUser:
		r := t.Registration(c.User)
		if r == nil || r.Role != c.WasRole || r.Email != c.WasEmail {
			return fmt.Errorf("the user is not as the step says: %v", r)
		}
		r.Role, r.Email = c.Role, c.Email
	case plan.SetCustomPermissions:
		r := t.Registration(c.User)
		if r == nil || r.CustomPermissions != c.Was {
			return fmt.Errorf("the user is not as the step says: %v", r)
		}
		r.CustomPermissions = c.Profile
	case plan.Resume:
		r := t.Registration(c.User)
		if r == nil || r.Suspended.Since == 0 || r.CustomPermissions != c.Was {
			return fmt.Errorf("the user is not as the step says: %v", r)
		}
		r.CustomPermissions, r.Suspended = c.Profile, tenancy.Suspension{}
	case plan.AddMember:
		m := t.Mirror(c.Group)
		if m == nil || m.Name != c.Mirror || m.Has(c.User) || t.Registration(c.User) == nil {
			return fmt.Errorf("there is no mirror, no user, or the user is a member")
		}
		m.Members = append(m.Members, c.User)
	case plan.CreateFolder, plan.OpenFolder:
		return w.doFolder(t, change)
	default:
		return w.takeAway(t, change)
	}
	return nil
}

// takeAway is strict too: nobody goes who owns anything alone.
func (w *world) takeAway(t *tenancy.Tenant, change plan.Change) error {
	user := tenancy.UserName(change.Object())
	switch c := change.(type) {
	case plan.RemoveMember:
		m := t.Twin(&tenancy.Mirror{Group: c.Group, Name: c.Mirror})
		if m == nil || !m.Has(user) {
			return fmt.Errorf("there is no mirror, or the user is no member")
		}
		m.Members = slices.DeleteFunc(m.Members, func(u tenancy.UserName) bool { return u == user })
	case plan.Suspend:
		r := t.Registration(user)
		if r == nil || r.CustomPermissions != c.Was || r.Suspended.Since != 0 && (c.Profile == "" || r.CustomPermissions == c.Profile) {
			return fmt.Errorf("the user is not as the step says: %v", r)
		}
		if r.Suspended.Since == 0 {
			r.Suspended = tenancy.Suspension{Since: w.rules.Now, Was: c.Was}
		}
		r.CustomPermissions = cmp.Or(c.Profile, r.CustomPermissions)
	case plan.LowerRole:
		r := t.Registration(user)
		if r == nil || r.Role != c.Was || c.Role.IsReader() && !c.Was.IsReader() {
			return fmt.Errorf("QuickSight does not lower %v to %s", r, c.Role)
		}
		r.Role, r.Email = c.Role, c.Email
	case plan.RemoveRegistration:
		if err := w.remove(t, user); err != nil {
			return err
		}
	default:
		return w.move(t, change)
	}
	if !slices.Contains(w.lost[t.Namespace], user) {
		w.lost[t.Namespace] = append(w.lost[t.Namespace], user)
	}
	return nil
}

func (w *world) create(c plan.CreateNamespace, t *tenancy.Tenant) error {
	switch {
	case w.have.ForeignNamed(c.Namespace.String()) != nil, t != nil && !c.Again:
		return fmt.Errorf("the namespace exists")
	case c.Again && (t == nil || t.Status != tenancy.RetryableFailure):
		return fmt.Errorf("there is nothing to create again")
	}
	w.tags[c.Namespace] = map[string]string{tenancy.TagStore: string(c.Store), tenancy.TagFounders: c.Founders}
	w.young[c.Namespace] = true
	if t != nil {
		t.Status, t.Error = tenancy.Created, ""
		return nil
	}
	w.have.Tenants = append(w.have.Tenants, tenancy.Tenant{Namespace: c.Namespace, Status: tenancy.Created})
	return nil
}

func (w *world) register(t *tenancy.Tenant, c plan.Register) error {
	in := func(rs []tenancy.Registration) bool { return tenancy.FindRegistration(rs, c.User()) != nil }
	if in(t.Registrations) {
		return fmt.Errorf("the user is registered")
	}
	for i := range w.have.Tenants {
		if !w.samePrincipal && in(w.have.Tenants[i].Registrations) {
			return fmt.Errorf("the principal lives in %s", w.have.Tenants[i].Namespace)
		}
	}
	for i := range w.have.Foreign {
		if !w.samePrincipal && in(w.have.Foreign[i].Users) {
			return fmt.Errorf("the principal lives in %s", w.have.Foreign[i].Name)
		}
	}
	t.Registrations = append(t.Registrations, tenancy.Registration{User: c.User(), Role: c.Role, Email: c.Email, CustomPermissions: c.CustomPermissions, Person: c.Person})
	return nil
}

// clone is a deep copy, sorted.
func clone(s tenancy.State) tenancy.State {
	s.Tenants, s.Foreign = slices.Clone(s.Tenants), slices.Clone(s.Foreign)
	for i := range s.Tenants {
		t := &s.Tenants[i]
		t.Mirrors, t.Registrations, t.OtherGroups = slices.Clone(t.Mirrors), slices.Clone(t.Registrations), slices.Clone(t.OtherGroups)
		for j := range t.Mirrors {
			t.Mirrors[j].Members = slices.Clone(t.Mirrors[j].Members)
		}
		t.Custodians.Members, t.Holdings, t.Parked = slices.Clone(t.Custodians.Members), maps.Clone(t.Holdings), slices.Clone(t.Parked)
	}
	for i := range s.Foreign {
		s.Foreign[i].Users = slices.Clone(s.Foreign[i].Users)
	}
	s.Sort()
	return s
}

// readBack is a wanted state as it would be read back where have is: without what only the wanted side knows.
func readBack(s, have tenancy.State) tenancy.State {
	s = clone(s)
	s.Offers = nil
	for i := range s.Tenants {
		t := &s.Tenants[i]
		t.SuspendWith, t.Folder, t.Former = "", tenancy.OwnFolder{}, nil
		t.SignIn, t.Tags, t.Error, t.Holdings, t.Custodians = tenancy.RoleARN{}, nil, "", nil, tenancy.Mirror{}
		for j := range t.Mirrors {
			t.Mirrors[j].Because = tenancy.Because{}
			if t.Mirrors[j].Gone { // who is registered anew does not come back into it
				there := have.Tenant(t.Namespace).Twin(&t.Mirrors[j])
				t.Mirrors[j].Members = slices.DeleteFunc(t.Mirrors[j].Members, func(u tenancy.UserName) bool { return !there.Has(u) })
				t.Mirrors[j].Gone = false
			}
		}
		for j := range t.Registrations {
			r := &t.Registrations[j]
			r.Person, r.MaxRole, r.Leaving, r.Suspended = "", "", false, tenancy.Suspension{}
		}
	}
	return s
}

// clone is a copy of the world that can be written to.
func (w *world) clone() *world {
	c := *w
	c.have = clone(w.have)
	c.dir.People, c.dir.Groups = slices.Clone(w.dir.People), slices.Clone(w.dir.Groups)
	c.dir.Members = map[tenancy.GroupID][]tenancy.PersonID{}
	for g, members := range w.dir.Members {
		c.dir.Members[g] = slices.Clone(members)
	}
	c.tags = map[tenancy.Namespace]map[string]string{}
	for n, tags := range w.tags {
		c.tags[n] = maps.Clone(tags)
	}
	c.assets, c.ours = w.assets.clone(), maps.Clone(w.ours)
	c.young, c.lost = maps.Clone(w.young), plan.Losses{}
	for n, users := range w.lost {
		c.lost[n] = slices.Clone(users)
	}
	return &c
}

// grantRoles lets every sign-in role exist that the world asks for.
func (w *world) grantRoles() {
	template := cmp.Or(w.rules.SignIn.Role, "arn:aws:iam::111122223333:role"+tenancy.ReservedPath+"AWSReservedSSO_"+w.rules.SignIn.PermissionSet+"_0123456789abcdef")
	for _, g := range w.dir.Groups {
		for i := range w.rules.Tenants {
			name := w.rules.Tenants[i].Namespace.String()
			if w.rules.Tenants[i].Group == "" {
				name, _, _ = w.rules.Tenants[i].Pattern.Capture(g.Name)
			}
			w.grantRole(strings.ReplaceAll(template, "{namespace}", name))
		}
	}
	for i := range w.have.Tenants {
		w.grantRole(strings.ReplaceAll(template, "{namespace}", w.have.Tenants[i].Namespace.String()))
	}
}

func (w *world) grantRole(arn string) {
	if role, err := tenancy.ParseRoleARN(arn); err == nil && !slices.Contains(w.roles, role) {
		w.roles = append(w.roles, role)
	}
}
