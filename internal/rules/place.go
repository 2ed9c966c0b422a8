package rules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// belonging is one person's membership in one group that feeds a tenant.
type belonging struct {
	person  int32 // index into dir.People
	binding int32 // index into bindings
	// outside says that they are registered in the tenant and not in the group's mirror, into which nobody new comes:
	// they stay as they are, and get nothing by it.
	outside bool
}

// place gives everyone in a bound group their registration and memberships, tenant by tenant.
func (d *deriver) place() {
	d.wantTenants()
	d.noteUnseen()
	house := d.houseMembers()
	if d.rules.sharing() {
		d.out.Want.House = d.theHouse(house)
	}
	alike := d.alike()
	belongings := d.belongings()
	d.count(house, belongings)
	for len(belongings) > 0 {
		n := 1
		for n < len(belongings) && belongings[n].person == belongings[0].person {
			n++
		}
		p := &d.dir.People[belongings[0].person]
		if p.Disabled {
			d.suspend(p, belongings[:n])
		} else {
			d.placePerson(p, belongings[:n], house[p.ID], alike)
		}
		belongings = belongings[n:]
	}
	d.keepByTag()
}

// wantTenants makes the tenants that the bindings ask for, with their mirrors, still empty. A tenant
// whose sign-in role cannot be told is left to carryOver.
func (d *deriver) wantTenants() {
	byNamespace := slices.Clone(d.bindings)
	slices.SortStableFunc(byNamespace, func(a, b binding) int { return a.namespace.Compare(b.namespace) })
	for len(byNamespace) > 0 {
		n := 1
		for n < len(byNamespace) && byNamespace[n].namespace == byNamespace[0].namespace {
			n++
		}
		d.wantTenant(byNamespace[0].namespace, byNamespace[:n])
		byNamespace = byNamespace[n:]
	}
}

func (d *deriver) wantTenant(n tenancy.Namespace, bindings []binding) {
	if !slices.ContainsFunc(bindings, func(b binding) bool { return b.grants != frozen }) {
		return
	}
	role, h := d.signIn(n)
	if h != nil {
		d.hold(*h)
		return
	}
	t := tenancy.Tenant{Namespace: n, Status: tenancy.Created, SignIn: role, SuspendWith: d.rules.Leavers.SuspendWith}
	people := 0
	for i := range bindings {
		members := len(d.dir.Members[bindings[i].group])
		people = max(people, members)
		t.Mirrors = append(t.Mirrors, tenancy.Mirror{
			Group: bindings[i].group, Name: bindings[i].mirror, Because: bindings[i].because(),
			Members: make([]tenancy.UserName, 0, members),
		})
	}
	t.Shares, t.Folder = d.shares(n, bindings), d.folder(bindings)
	t.Registrations = make([]tenancy.Registration, 0, people) // about as many, and often just as many
	d.out.Want.Tenants = append(d.out.Want.Tenants, t)
}

// houseMembers answers who is in a group of the house.
func (d *deriver) houseMembers() map[tenancy.PersonID]bool {
	house := map[tenancy.PersonID]bool{}
	for _, g := range d.dir.Groups {
		if d.rules.House.HasGroup(g.Name) {
			for _, id := range d.dir.Members[g.ID] {
				house[id] = true
			}
		}
	}
	return house
}

// belongings answers who is in which bound group, person by person. Only a free binding counts for
// all members of its group. The others count for who is in the mirror already, or registered in the tenant: a frozen
// one gives nobody anything, and says all the same that its people are that tenant's.
func (d *deriver) belongings() []belonging {
	var all []belonging
	for i := range d.bindings {
		b := &d.bindings[i]
		known := func(*tenancy.Person) (there, outside bool) { return true, false }
		if b.grants != free {
			known = d.knownIn(b)
		}
		for _, id := range d.dir.Members[b.group] {
			// Someone who is a member but not among the people came after the people were read:
			// the next pass sees them.
			at, ok := slices.BinarySearchFunc(d.dir.People, id, func(p tenancy.Person, id tenancy.PersonID) int { return cmp.Compare(p.ID, id) })
			if !ok {
				continue
			}
			if there, outside := known(&d.dir.People[at]); there {
				all = append(all, belonging{int32(at), int32(i), outside})
			}
		}
	}
	slices.SortFunc(all, func(a, b belonging) int {
		return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.binding, b.binding))
	})
	return slices.Compact(all)
}

// knownIn answers who is in a binding's mirror, or registered in its tenant outside of it: as the principal that they
// are there, or that they were under a former role; by a tag, as a user of a name that they may not have any more; or
// because they are just being replaced by another user.
func (d *deriver) knownIn(b *binding) func(*tenancy.Person) (there, outside bool) {
	t := d.have.Tenant(b.namespace)
	m := t.Mirror(b.group)
	role, _ := d.signIn(b.namespace)
	in := map[tenancy.PersonID]bool{} // and in the mirror
	for i := range t.Registrations {
		if r := &t.Registrations[i]; r.Person != "" {
			in[r.Person] = in[r.Person] || m.Has(r.User)
		}
	}
	for _, p := range t.Parked {
		in[p.Person] = true
	}
	return func(p *tenancy.Person) (there, outside bool) {
		inside, there := in[p.ID]
		if session, err := d.session(p); err == nil {
			user := tenancy.Principal{Role: role, Session: session}.UserName()
			there = there || t.Registration(user) != nil
			inside = inside || m.Has(user)
			for _, f := range d.formerUsers(b.namespace).of(p.ID, session) {
				there, inside = true, inside || m.Has(f.User)
			}
		}
		return there || inside, !inside
	}
}

func (d *deriver) session(p *tenancy.Person) (tenancy.Session, error) { return d.rules.Session(p) }

// SessionOf is Session, or "" for somebody who cannot have one.
func (r *Rules) SessionOf(p *tenancy.Person) tenancy.Session {
	session, _ := r.Session(p)
	return session
}

// Session is the name of a person's session at sign-in, or why they cannot have one.
func (r *Rules) Session(p *tenancy.Person) (tenancy.Session, error) {
	if r.SessionName == ByEmail {
		return tenancy.ParseSession(p.Email)
	}
	return tenancy.ParseSession(p.UserName)
}

// alike answers, for each session name that more than one person has but for case, who they are.
// Everyone counts, mapped or not: it is about who QuickSight would see at sign-in.
func (d *deriver) alike() map[string][]tenancy.PersonID {
	first := make(map[string]int32, len(d.dir.People))
	several := map[string][]tenancy.PersonID{}
	for i := range d.dir.People {
		session, err := d.session(&d.dir.People[i])
		if err != nil {
			continue
		}
		fold := session.Fold()
		at, taken := first[fold]
		switch {
		case !taken:
			first[fold] = int32(i)
		case several[fold] == nil:
			several[fold] = []tenancy.PersonID{d.dir.People[at].ID, d.dir.People[i].ID}
		default:
			several[fold] = append(several[fold], d.dir.People[i].ID)
		}
	}
	return several
}

func (d *deriver) count(house map[tenancy.PersonID]bool, belongings []belonging) {
	c := &d.out.Counts
	for i := range d.dir.People {
		p := &d.dir.People[i]
		_, mapped := slices.BinarySearchFunc(belongings, int32(i), func(b belonging, i int32) int { return cmp.Compare(b.person, i) })
		c.People++
		switch {
		case p.Disabled:
			c.Disabled++
		case house[p.ID]:
			c.House++
		case !mapped:
			c.Unmapped++
		}
	}
}

// placePerson gives one enabled person a registration in each tenant of theirs, or holds them. Who
// is held keeps what they have.
func (d *deriver) placePerson(p *tenancy.Person, own []belonging, house bool, alike map[string][]tenancy.PersonID) {
	slices.SortStableFunc(own, func(a, b belonging) int {
		return d.bindings[a.binding].namespace.Compare(d.bindings[b.binding].namespace)
	})
	session, err := d.session(p)
	if !slices.ContainsFunc(own, d.mayGrant) {
		d.undecided[p.ID] = true
		d.stay(p, own, session, err)
		return // all of it is frozen, and stands as it is
	}
	frozen := slices.DeleteFunc(slices.Clone(own), d.mayGrant)
	h, held := d.refusePerson(p, own, house, alike[session.Fold()], err)
	if held {
		d.hold(h)
		d.undecided[p.ID] = true
	} else {
		own = slices.DeleteFunc(own, func(b belonging) bool { return !d.mayGrant(b) })
	}
	for len(own) > 0 {
		n := 1
		for n < len(own) && d.bindings[own[n].binding].namespace == d.bindings[own[0].binding].namespace {
			n++
		}
		t := d.out.Want.Tenant(d.bindings[own[0].binding].namespace)
		if t != nil && held {
			d.held = append(d.held, heldPerson{p.ID, t.Namespace})
		}
		if t != nil && err == nil {
			user := tenancy.Principal{Role: t.SignIn, Session: session}.UserName()
			inside := slices.DeleteFunc(slices.Clone(own[:n]), func(b belonging) bool { return b.outside })
			switch {
			case held:
				d.keep(t, user, p.ID)
			case len(inside) == 0:
				d.undecided[p.ID] = true
				d.stay(p, own[:n], session, err)
			default:
				stays := slices.ContainsFunc(frozen, func(b belonging) bool { return d.bindings[b.binding].namespace == t.Namespace })
				d.register(t, user, p, inside, stays)
			}
		}
		own = own[n:]
	}
}

// stay wants for somebody what they have in the tenants where they are outside of the mirrors of their groups, about
// which nothing is decided.
func (d *deriver) stay(p *tenancy.Person, own []belonging, session tenancy.Session, invalid error) {
	done := map[tenancy.Namespace]bool{}
	for _, b := range own {
		t := d.out.Want.Tenant(d.bindings[b.binding].namespace)
		if t == nil || !b.outside || done[t.Namespace] {
			continue
		}
		done[t.Namespace] = true
		d.held = append(d.held, heldPerson{p.ID, t.Namespace})
		if invalid == nil {
			d.keep(t, tenancy.Principal{Role: t.SignIn, Session: session}.UserName(), p.ID)
		}
	}
}

// heldPerson is somebody who is held in a tenant.
type heldPerson struct {
	person tenancy.PersonID
	tenant tenancy.Namespace
}

// mayGrant reports whether a belonging can give somebody something.
func (d *deriver) mayGrant(b belonging) bool { return d.bindings[b.binding].grants != frozen }

// refusePerson answers the hold of a person for whom nothing may be decided.
func (d *deriver) refusePerson(p *tenancy.Person, own []belonging, house bool, alike []tenancy.PersonID, session error) (tenancy.Hold, bool) {
	first := d.bindings[own[0].binding].namespace
	last := d.bindings[own[len(own)-1].binding].namespace
	switch {
	case house:
		return heldHousePerson(p, first), true
	case first != last && !d.spans():
		return heldSpanning(p, d.namespacesOf(own)), true
	case p.Email == "":
		return heldNoEmail(p, first), true
	case session != nil:
		return heldSessionName(p, first, session), true
	case len(alike) > 1:
		return heldSamePrincipal(p, first, alike), true
	}
	for _, own := range own {
		b := &d.bindings[own.binding]
		if b.grants != frozen && !domainFits(p.Email, b.rule.EmailDomains) {
			return heldEmailDomain(p, b), true
		}
	}
	return tenancy.Hold{}, false
}

// spans reports whether a person may be registered in several tenants.
func (d *deriver) spans() bool { return d.rules.Spanning && d.rules.SignIn.PerTenant() }

func (d *deriver) namespacesOf(own []belonging) []string {
	var names []string
	for _, own := range own {
		names = append(names, d.bindings[own.binding].namespace.String())
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func domainFits(email string, domains []string) bool {
	at := strings.LastIndexByte(email, '@')
	return len(domains) == 0 || at >= 0 && slices.Contains(domains, strings.ToLower(email[at+1:]))
}

// register wants a person in a tenant, with the highest role of their groups there. Who has a role
// that is not known is held, with everything they have. Of who stays in a group about which nothing is decided,
// it is not decided either that their role is too high.
func (d *deriver) register(t *tenancy.Tenant, user tenancy.UserName, p *tenancy.Person, own []belonging, stays bool) {
	have := d.haveRegistration(t.Namespace, user)
	if have != nil && isAnothers(have, p.ID) {
		have = nil // it is to go, and nothing of it is this person's
	}
	former := d.formerUsers(t.Namespace).of(p.ID, tenancy.Session(user.SessionName()))
	if h, held := d.refuseFormer(t, p, user, former); held {
		d.hold(h)
		d.undecided[p.ID] = true
		d.keep(t, user, p.ID)
		return
	}
	if have == nil && len(former) > 0 {
		have = former[0] // as whom they come back
	}
	if have != nil && !have.Role.Known() {
		d.hold(heldUnknownRole(have, t.Namespace))
		d.undecided[p.ID] = true
		d.keep(t, user, p.ID)
		return
	}
	r := tenancy.Registration{User: user, Email: p.Email, Person: p.ID}
	for _, own := range own {
		b := &d.bindings[own.binding]
		if r.Role == "" || r.Role.Below(b.rule.Role) {
			r.Role, r.CustomPermissions = b.rule.Role, b.rule.CustomPermissions
		}
		if r.MaxRole == "" || r.MaxRole.Below(b.rule.MaxRole) {
			r.MaxRole = b.rule.MaxRole
		}
		m := t.Mirror(b.group)
		m.Members = append(m.Members, user)
	}
	if have != nil {
		d.askWhetherSuspended(t, have, own)
		respect(&r, have)
		if stays && r.Role.Below(have.Role) {
			r.Role = have.Role
		}
	}
	t.Registrations = append(t.Registrations, r)
	for _, f := range former {
		t.Former = append(t.Former, tenancy.Former{User: f.User, Person: p.ID, Back: user})
	}
}

// isAnothers reports whether a registration's tag, as far as it was read, names somebody else.
func isAnothers(r *tenancy.Registration, id tenancy.PersonID) bool {
	return r.Person != "" && r.Person != tenancy.Nobody && r.Person != id
}

// respect lets stand what is there and is nobody's business to change: a role raised by hand as far
// as the rule allows, a profile where the rule asks for none.
func respect(want, have *tenancy.Registration) {
	if want.Role.Below(have.Role) && !want.MaxRole.Below(have.Role) {
		want.Role = have.Role
	}
	if want.CustomPermissions == "" {
		want.CustomPermissions = have.CustomPermissions
		if have.Suspended.Since != 0 {
			want.CustomPermissions = have.Suspended.Was
		}
	}
}

func (d *deriver) haveRegistration(n tenancy.Namespace, user tenancy.UserName) *tenancy.Registration {
	if t := d.have.Tenant(n); t != nil {
		return t.Registration(user)
	}
	return nil
}

// keepByTag wants for those who are held the users of a name that they had before, as far as a tag says that they are
// theirs, and nobody is wanted by that name, in whichever tenant: who has it now would sign in as that user.
func (d *deriver) keepByTag() {
	type former struct {
		heldPerson
		user tenancy.UserName
	}
	var all []former
	free := map[tenancy.UserName]bool{}
	for _, h := range d.held {
		have := d.have.Tenant(h.tenant)
		if have == nil {
			continue
		}
		want := d.out.Want.Tenant(h.tenant)
		d.stand(want, h.person, "")
		role := want.SignIn.Name()
		for i := range have.Registrations {
			if r := &have.Registrations[i]; r.Person == h.person && r.User.RoleName() == role {
				all, free[r.User] = append(all, former{h, r.User}), true
			}
		}
	}
	if len(all) == 0 {
		return
	}
	for i := range d.out.Want.Tenants {
		for _, r := range d.out.Want.Tenants[i].Registrations {
			delete(free, r.User)
		}
	}
	for _, f := range all {
		if free[f.user] {
			d.keep(d.out.Want.Tenant(f.tenant), f.user, f.person)
		}
	}
}

// keep wants for a person in a tenant just what they have there, under a former role too.
func (d *deriver) keep(t *tenancy.Tenant, user tenancy.UserName, id tenancy.PersonID) {
	have := d.have.Tenant(t.Namespace)
	if have == nil {
		return
	}
	d.stand(t, id, tenancy.Session(user.SessionName()))
	r := have.Registration(user)
	if r == nil || isAnothers(r, id) {
		return
	}
	kept := *r
	kept.Person = id
	t.Registrations = append(t.Registrations, kept)
	for i := range t.Mirrors {
		if m := have.Mirror(t.Mirrors[i].Group); m != nil && m.Has(user) {
			t.Mirrors[i].Members = append(t.Mirrors[i].Members, user)
		}
	}
}
